"""Build the template, deploy it to the local AWS emulator with sam, and describe the stack in ``stack.json``."""

import fcntl
import hashlib
import json
import os
import re
import subprocess
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from local.errors import LocalStackError
from local.ministack_workarounds import put_gateway_responses, set_maximum_concurrency
from local.node import with_node
from local.places import LOCAL, PASSWORD, REGION, REPOSITORY, STACK_NAME, Place, client_environment, program

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef

BUILD = LOCAL / "build"
CONSOLE = REPOSITORY / "functions" / "console"
_SOURCES = ("template.yaml", "budget.yaml", "samconfig.toml", "functions", "layers")
_IGNORED_FOLDERS = {"__pycache__", "node_modules"}
_REGISTRY_VARIABLES = re.compile(
    "(PIP|NPM_CONFIG)_|(HTTPS?|ALL|NO)_PROXY$|NODE_EXTRA_CA_CERTS$|SSL_CERT_(FILE|DIR)$", re.I
)
"""The names of the environment variables that configure the user's pip and npm."""


def build() -> bool:
    """Build the functions and layers with sam if anything has changed. Return whether they were built."""
    with _build_lock():  # stacks that start at the same time share the build
        return _build()


def build_console(folder: Path, source: Path = CONSOLE) -> None:
    """Build only the console function and its page, and write the output to `folder`.

    Raises
    ------
    LocalStackError
        If the build fails.
    """
    with _build_lock():
        done = subprocess.run(
            ["make", "--directory", str(source), "build-ConsoleFunction", f"ARTIFACTS_DIR={folder}"],
            env=_tools_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise LocalStackError(f"The page could not be built:\n{done.stdout}{done.stderr}")


@contextmanager
def _build_lock() -> Iterator[None]:
    LOCAL.mkdir(exist_ok=True)
    with (LOCAL / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build() -> bool:
    stamp, fingerprint = BUILD / "fingerprint", _fingerprint()
    if stamp.exists() and stamp.read_text() == fingerprint:
        return False
    _sam(
        "build",
        "--cached",
        "--cache-dir",
        str(LOCAL / "build-cache"),
        "--build-dir",
        str(BUILD),
        environment=_tools_environment(),
    )
    stamp.write_text(fingerprint)
    return True


def deploy(place: Place, parameters: dict[str, str] | None = None) -> dict[str, Any]:
    """Deploy the build and write ``stack.json``, unless this build is already deployed. Return the file's content.

    Parameters
    ----------
    parameters
        Template parameters in addition to those in samconfig.toml's `local` profile.
    """
    wanted = hashlib.sha256((_fingerprint() + json.dumps(parameters, sort_keys=True)).encode()).hexdigest()
    known = json.loads(place.stack_file.read_text()) if place.stack_file.exists() else {}
    if known.get("deployed") == wanted:
        return dict(known)
    api_url = known.get("apiUrl", "")
    _deploy(place, {**(parameters or {}), "PublicBaseUrl": api_url})
    outputs = _outputs(place)
    if api_url != _api_url(place, outputs):
        # A local API's URL is known only after its deployment, and exported documents contain it.
        api_url = _api_url(place, outputs)
        _set_public_base_url(place, api_url)
        outputs = _outputs(place)
    put_gateway_responses(place, outputs["ApiId"], outputs["StageName"])
    set_maximum_concurrency(place)
    _verify_sender(place)
    stack = {**_describe(place, outputs, api_url), "users": known.get("users", []), "deployed": wanted}
    place.stack_file.write_text(json.dumps(stack, indent=2))
    return stack


def _verify_sender(place: Place) -> None:
    """Register samconfig.toml's `NotificationSender` as a verified sender in the local SES.

    On AWS, the operator verifies the sender.
    """
    client = boto3.client(
        "sesv2",
        endpoint_url=place.endpoint_url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - for the local AWS
    )
    for setting in _profile()["parameter_overrides"]:
        name, _, value = setting.partition("=")
        if name == "NotificationSender":
            client.create_email_identity(EmailIdentity=value)


def _profile() -> dict[str, Any]:
    profile: dict[str, Any] = tomllib.loads((REPOSITORY / "samconfig.toml").read_text())["local"]["deploy"][
        "parameters"
    ]
    return profile


def _describe(place: Place, outputs: dict[str, str], api_url: str) -> dict[str, Any]:
    return {
        "apiUrl": api_url,
        "consoleUrl": f"{api_url}/console",
        "endpointUrl": place.endpoint_url,
        "region": REGION,
        "userPoolId": outputs["UserPoolId"],
        "clientId": outputs["UserPoolClientId"],
        "tables": {
            "directory": outputs["DirectoryTable"],
            "awards": outputs["AwardsTable"],
            "operations": outputs["OperationsTable"],
            "trail": outputs["TrailTable"],
        },
        "buckets": {"exports": outputs["ExportsBucket"], "images": outputs["ImagesBucket"]},
        "queues": {
            "exports": outputs["ExportsQueueUrl"],
            "exportsDeadLetters": outputs["ExportsDeadLetterQueueUrl"],
            "imageResync": outputs["ImageResyncQueueUrl"],
            "imageResyncDeadLetters": outputs["ImageResyncDeadLetterQueueUrl"],
            "exportEmails": outputs["ExportEmailsQueueUrl"],
            "exportEmailsDeadLetters": outputs["ExportEmailsDeadLetterQueueUrl"],
        },
        "eventBus": outputs["EventBusName"],
        "functions": {_camel(name): outputs[name] for name in outputs if name.endswith("Function")},
        "password": PASSWORD,
    }


def _deploy(place: Place, parameters: dict[str, str]) -> None:
    profile = _profile()
    # Browsers sign in to the user pool in the local AWS.
    values = {"UserPoolEndpoint": f"{place.endpoint_url}/", **parameters}
    overrides = [*profile["parameter_overrides"], *(f"{name}={value}" for name, value in values.items() if value)]
    try:
        _sam(
            "deploy",
            "--config-file",
            str(REPOSITORY / "samconfig.toml"),
            "--config-env",
            "local",
            "--template-file",
            str(BUILD / "template.yaml"),
            "--parameter-overrides",
            *overrides,
            environment=client_environment(place),
        )
    except LocalStackError as error:
        raise LocalStackError(f"{error}\n{_failed_resources(place)}") from None


def _failed_resources(place: Place) -> str:
    """Return each failed resource and its reason, one resource per line. sam doesn't print the reasons."""
    try:
        events = _cloudformation(place).describe_stack_events(StackName=STACK_NAME)["StackEvents"]
    except ClientError:
        return ""  # the deployment failed before a stack was created
    failed = [event for event in events if event.get("ResourceStatus", "").endswith("_FAILED")]
    return "\n".join(f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}" for event in failed)


def _set_public_base_url(place: Place, api_url: str) -> None:
    """Update the stack's PublicBaseUrl with `update_stack`, which is ten times as fast as another `sam deploy`."""
    client = _cloudformation(place)
    known = client.describe_stacks(StackName=STACK_NAME)["Stacks"][0]["Parameters"]
    others: list[ParameterTypeDef] = [
        {"ParameterKey": parameter["ParameterKey"], "UsePreviousValue": True}
        for parameter in known
        if parameter["ParameterKey"] != "PublicBaseUrl"
    ]
    client.update_stack(
        StackName=STACK_NAME,
        UsePreviousTemplate=True,
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=[{"ParameterKey": "PublicBaseUrl", "ParameterValue": api_url}, *others],
    )
    client.get_waiter("stack_update_complete").wait(StackName=STACK_NAME, WaiterConfig={"Delay": 1})


def _cloudformation(place: Place) -> "CloudFormationClient":
    settings = client_environment(place)
    return boto3.client(
        "cloudformation",
        endpoint_url=place.endpoint_url,
        region_name=REGION,
        aws_access_key_id=settings["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=settings["AWS_SECRET_ACCESS_KEY"],
    )


def _outputs(place: Place) -> dict[str, str]:
    stack = _cloudformation(place).describe_stacks(StackName=STACK_NAME)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def _api_url(place: Place, outputs: dict[str, str]) -> str:
    return f"{place.endpoint_url}/restapis/{outputs['ApiId']}/{outputs['StageName']}/_user_request_"


def _sam(command: str, *arguments: str, environment: dict[str, str]) -> None:
    log = LOCAL / f"sam-{command}.log"
    with TemporaryDirectory() as temporary:  # sam leaves a folder for each function that it packages
        done = subprocess.run(
            [program("deploy", "sam"), command, *arguments],
            cwd=REPOSITORY,
            env={**environment, "SAM_CLI_TELEMETRY": "0", "TMPDIR": temporary},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    log.write_text(done.stdout + done.stderr)
    if done.returncode:
        raise LocalStackError(
            f"sam {command} failed. The end of {log}:\n" + "\n".join((done.stdout + done.stderr).splitlines()[-25:])
        )


def _tools_environment() -> dict[str, str]:
    """Return the environment variables for local builds. PATH includes Node.js and the functions' Python version."""
    environment = client_environment(Place(LOCAL, 0))
    registries = {name: value for name, value in os.environ.items() if _REGISTRY_VARIABLES.match(name)}
    path = f"{REPOSITORY / '.venv' / 'bin'}:{with_node(environment['PATH'])}"
    return {**environment, **registries, "PATH": path, "WHEELS_FOR": "host"}


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for source in _SOURCES:
        path = REPOSITORY / source
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and not _IGNORED_FOLDERS.intersection(file.parts):
                digest.update(f"{file.relative_to(REPOSITORY)}\0".encode() + file.read_bytes())
    return digest.hexdigest()


def _camel(output: str) -> str:
    name = output.removesuffix("Function")
    return name[0].lower() + name[1:]


def read_stack(path: Path) -> dict[str, Any]:
    """Return the contents of ``stack.json``.

    Raises
    ------
    LocalStackError
        If no stack has been deployed.
    """
    try:
        return dict(json.loads(path.read_text()))
    except FileNotFoundError:
        raise LocalStackError("The local stack isn't running. Run `make run` first.") from None
