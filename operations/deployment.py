"""The deployment that a command uses: the running local stack, or a CloudFormation stack on AWS."""

import argparse
import json
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from operations.places import REPOSITORY, STACK_FILE, STACK_NAME, client_settings

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackTypeDef

OUTPUTS = {
    "DIRECTORY_TABLE": "DirectoryTable",
    "AWARDS_TABLE": "AwardsTable",
    "OPERATIONS_TABLE": "OperationsTable",
    "TRAIL_TABLE": "TrailTable",
    "EXPORTS_BUCKET": "ExportsBucket",
    "IMAGES_BUCKET": "ImagesBucket",
    "EXPORTS_QUEUE_URL": "ExportsQueueUrl",
    "DELIVERIES_QUEUE_URL": "DeliveriesQueueUrl",
    "PUBLIC_BASE_URL": "PublicBaseUrl",
    "IMAGE_RESYNC_QUEUE_URL": "ImageResyncQueueUrl",
    "SCHEDULE_GROUP": "ScheduleGroup",
}
"""The environment variables that the domain reads (badgedata.config), and the stack outputs that contain their
values."""


class CommandFailedError(Exception):
    """Raised when a command fails. The message states the reason."""


class NoDeploymentError(CommandFailedError):
    """Raised when the deployment doesn't exist or can't be reached. The message explains what to do."""


def run(command: Callable[[], int], *, retry_hint: str = "", rejected_code: int = 1) -> int:
    """Run a command, and return its exit code. If it fails, print the reason to stderr.

    Parameters
    ----------
    command
        A function that calls `configure`, does the work, and returns the exit code.
    retry_hint
        The sentence to print if AWS rejects a request.
    rejected_code
        The exit code if AWS rejects a request. By then, the command may have done part of its work.
    """
    try:
        return command()
    except CommandFailedError as error:
        print(error, file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError, PynamoDBException) as error:
        print("\n".join([f"AWS rejected a request: {error}", *filter(None, [retry_hint])]), file=sys.stderr)
        return rejected_code


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that select a deployment. The default is the local stack."""
    parser.add_argument("--stack-name", help="use this CloudFormation stack, with your AWS credentials")
    parser.add_argument(
        "--stack", type=Path, default=STACK_FILE, help="the file that describes the local stack (%(default)s)"
    )


def configure(options: argparse.Namespace) -> dict[str, str]:
    """Configure this process for the deployment that the options select, and return the stack's outputs.

    Import ``badgedata`` only after calling this function, because ``badgedata`` reads its settings on import.

    Raises
    ------
    NoDeploymentError
        If the deployment doesn't exist or can't be reached.
    """
    if options.stack_name is None:
        os.environ.pop("AWS_PROFILE", None)
        stack = local_stack(options.stack)
        os.environ |= client_settings(stack["endpointUrl"], stack["region"])
    outputs = outputs_of(options.stack_name or STACK_NAME)
    os.environ |= settings_of(outputs)
    make_domain_importable()
    return outputs


def local_stack(stack_file: Path) -> dict[str, Any]:
    """Return the description of the local stack (``stack.json``).

    Raises
    ------
    NoDeploymentError
        If the local stack isn't running.
    """
    try:
        stack: dict[str, Any] = json.loads(stack_file.read_text())
        address = urlsplit(stack["endpointUrl"])
        socket.create_connection((address.hostname or "", address.port or 80), timeout=5).close()
    except OSError:  # the file doesn't exist, or nothing listens at the stack's URL
        raise NoDeploymentError("The local stack isn't running. Run `make run` first.") from None
    return stack


def outputs_of(stack_name: str) -> dict[str, str]:
    """Return a stack's outputs.

    Raises
    ------
    NoDeploymentError
        If the stack doesn't have this product's outputs.
    """
    stack = _described(stack_name)
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
    missing = [name for name in OUTPUTS.values() if name not in outputs]
    if missing:
        raise NoDeploymentError(
            f"The stack {stack_name} doesn't have these outputs: {', '.join(missing)}. "
            "Check that it belongs to this product."
        )
    return outputs


def parameters_of(stack_name: str) -> dict[str, str]:
    """Return the parameters that a stack was deployed with."""
    given = _described(stack_name).get("Parameters", [])
    return {parameter["ParameterKey"]: parameter.get("ParameterValue", "") for parameter in given}


def _described(stack_name: str) -> "StackTypeDef":
    return boto3.client("cloudformation").describe_stacks(StackName=stack_name)["Stacks"][0]


def settings_of(outputs: dict[str, str]) -> dict[str, str]:
    """Return the environment variables that ``badgedata`` reads, based on a stack's outputs."""
    return {variable: outputs[name] for variable, name in OUTPUTS.items()}


def make_domain_importable() -> None:
    """Add the folder that contains ``badgedata`` to the module search path. On AWS, the folder is a Lambda layer."""
    folder = str(REPOSITORY / "layers" / "badgedata")
    if folder not in sys.path:
        sys.path.insert(0, folder)
