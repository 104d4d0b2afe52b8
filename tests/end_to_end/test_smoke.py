"""`make smoke` passes on a working deployment, reports the problem with a broken one, and leaves no data."""

import itertools
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.places import REPOSITORY, STACK_NAME
from operations.smoke.error import SmokeTestError
from operations.smoke.people import People
from tests.end_to_end.roles import delete_role, trust_of
from tests.support.deployed_client import Client, aws, no_workers, sent_emails

type Json = dict[str, Any]

EXPORTS = "organization awards, CSV"
STEPS = (
    "the API responds",
    "subscribe a queue to the tenant's events",
    "load organization",
    "tables, indexes, and images are complete",
    "create an account and sign in",
    "my roles, and the directory",
    "a request without a token is rejected",
    "a token for another client is rejected",
    "a person without a role gets 404",
    "create a schedule that runs soon",
    "an access token reads, but can't manage tokens or request email",
    "delete the access token",
    EXPORTS,
    "split, and assembled within S3",
    "replace a badge from JSON: preview",
    "confirm and read the new text",
    "an export with an email",
    "issuer awards of one month, CSV",
    "issuer, JSON",
    "issuer, ZIP",
    "groups, CSV",
    "group badges, CSV",
    "learner progress, CSV",
    "badge class, JSON",
    "trail entries for the token and the export",
    "trail, CSV",
    "a destination without a role fails its test, and is deleted",
    "a bucket and a role in another account",
    "deliver a file and its manifest",
    "public issuer, with HEAD and CORS",
    "public badge, with HEAD and CORS",
    "public assertion, with HEAD and CORS",
    "the page",
    "award counts",
    "image re-sync of 1,540 awards",
    "an award's baked image, with CORS",
    "the deleted access token is rejected",
    "the schedule runs",
    "delete the schedule",
    "the email is sent",
    "events from the other steps, without personal data",
    "delete the subscription",
    "delete the bucket and the role",
    "delete the tenant",
    "delete the accounts",
)


OPERATOR = "smoke-operator"
OTHER_ACCOUNT = "444455556666"
OTHER_OPERATOR = "smoke-operator-of-deliveries"
PROFILE = "deliveries"
KEYS = ("pk", "sk", "issuerId", "issuedOnAwardId", "organizationId", "id")
LOCAL_OPERATOR = {"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def own_stack(stack: Json) -> list[str]:
    """The option that selects the local stack of these tests instead of the one that `make run` starts."""
    return ["--stack", str(Path(stack["documents"][0]).parent / "stack.json")]


@pytest.fixture(scope="module")
def operator(stack: Json, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of an operator with exactly the permissions listed in docs/deploying.md, in both accounts."""
    iam, other_iam = aws(stack, "iam"), aws(stack, "iam", **OTHER_ADMINISTRATOR)
    permissions = documented_permissions("Permissions", resources(outputs_of(stack), stack["region"]))
    other_permissions = documented_permissions("Delivery to another account", OTHER_RESOURCES)
    arn = create_role(iam, OPERATOR, "000000000000", permissions)
    other_arn = create_role(other_iam, OTHER_OPERATOR, OTHER_ACCOUNT, other_permissions)
    profile = profile_of(assume(aws(stack, "sts", **OTHER_ADMINISTRATOR), other_arn))
    keys = assume(aws(stack, "sts"), arn)
    configuration = tmp_path_factory.mktemp("aws") / "config"
    configuration.write_text(profile)
    yield {
        "PATH": os.environ["PATH"],
        "AWS_ENDPOINT_URL": stack["endpointUrl"],
        "AWS_REGION": stack["region"],
        "AWS_DEFAULT_REGION": stack["region"],
        "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
        "AWS_SESSION_TOKEN": keys["SessionToken"],
        "AWS_CONFIG_FILE": str(configuration),
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "PYTHONUNBUFFERED": "1",
    }
    delete_role(iam, OPERATOR)
    delete_role(other_iam, OTHER_OPERATOR)


def create_role(iam: Any, name: str, account: str, statements: Iterator[Json]) -> str:
    """Create a role that its account can assume, and return its ARN."""
    trust = json.dumps(trust_of(account))
    policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="smoke", PolicyDocument=policy)
    return arn


def assume(sts: Any, role_arn: str) -> dict[str, str]:
    keys: dict[str, str] = sts.assume_role(RoleArn=role_arn, RoleSessionName="smoke")["Credentials"]
    return keys


def profile_of(keys: dict[str, str]) -> str:
    return (
        f"[profile {PROFILE}]\n"
        f"aws_access_key_id = {keys['AccessKeyId']}\n"
        f"aws_secret_access_key = {keys['SecretAccessKey']}\n"
        f"aws_session_token = {keys['SessionToken']}\n"
    )


@pytest.fixture(scope="module", autouse=True)
def _swept(stack: Json) -> None:
    """Run the schedule sweeper once, because its first run after a deployment writes a record."""
    aws(stack, "lambda").invoke(FunctionName=stack["functions"]["scheduleSweeper"], Payload=b"{}")


def outputs_of(stack: Json) -> dict[str, str]:
    found = aws(stack, "cloudformation").describe_stacks(StackName=STACK_NAME)["Stacks"][0]["Outputs"]
    return {output["OutputKey"]: output["OutputValue"] for output in found}


def resources(outputs: dict[str, str], region: str) -> dict[str, list[str]]:
    """Return the ARNs of the resources in the permissions table, by the beginning of each row."""
    here = f"{region}:000000000000"
    tables = [outputs[name] for name in ("DirectoryTable", "AwardsTable", "OperationsTable", "TrailTable")]
    buckets = [f"arn:aws:s3:::{outputs[name]}" for name in ("ExportsBucket", "ImagesBucket")]
    bus = outputs["EventBusName"]
    return {
        "the stack": [f"arn:aws:cloudformation:{here}:stack/{STACK_NAME}/*"],
        "the user pool": [f"arn:aws:cognito-idp:{here}:userpool/{outputs['UserPoolId']}"],
        "the tables": [f"arn:aws:dynamodb:{here}:table/{table}{rest}" for table in tables for rest in ("", "/index/*")],
        "the buckets": buckets,
        "the objects": [f"{bucket}/*" for bucket in buckets],
        "the queue ": [f"arn:aws:sqs:{here}:{outputs['ExportsQueueUrl'].rpartition('/')[2]}"],
        # The local emulator checks permissions for targets as if they belonged to the bus, not to a rule.
        "the rules": [f"arn:aws:events:{here}:rule/{bus}/smoke-*", f"arn:aws:events:{here}:event-bus/{bus}"],
        "all rules": ["*"],
        "the temporary queues": [f"arn:aws:sqs:{here}:badge-data-smoke-*"],
        # The local emulator checks permissions as if all schedules were in the default group.
        "the schedules": [
            f"arn:aws:scheduler:{here}:schedule/{group}/*" for group in (outputs["ScheduleGroup"], "default")
        ],
        "the key": [f"arn:aws:kms:{here}:key/*"],
    }


OTHER_RESOURCES = {
    "the buckets": ["arn:aws:s3:::badge-data-smoke-*"],
    "the objects": ["arn:aws:s3:::badge-data-smoke-*/*"],
    "the roles": [f"arn:aws:iam::{OTHER_ACCOUNT}:role/badge-data-smoke-*"],
}
OTHER_ADMINISTRATOR = {"aws_access_key_id": OTHER_ACCOUNT, "aws_secret_access_key": "test"}


def documented_permissions(heading: str, arns: dict[str, list[str]]) -> Iterator[Json]:
    """Read a permissions table in docs/deploying.md as policy statements."""
    text = (REPOSITORY / "docs" / "deploying.md").read_text()
    section = text.partition(f"### {heading}\n")[2].partition("\n#")[0]
    rows = re.findall(r"^\| (.+?) \| (`[a-z0-9-]+:.+) \|$", section, re.MULTILINE)
    assert len(rows) == len(arns)
    for (subject, actions), (beginning, resource) in zip(rows, arns.items(), strict=True):
        assert subject.startswith(beginning)
        yield {"Effect": "Allow", "Action": re.findall(r"`([a-z0-9-]+:\w+)`", actions), "Resource": resource}


def everything(stack: Json) -> set[str]:
    """Return all rows, objects, schedules, accounts, app clients, rules, and queues, including the other account's."""
    dynamodb, s3, cognito = (aws(stack, service) for service in ("dynamodb", "s3", "cognito-idp"))
    found = set()
    for table in stack["tables"].values():
        for page in dynamodb.get_paginator("scan").paginate(TableName=table):
            for item in page["Items"]:
                if item.get("pk", {"S": ""})["S"].startswith("award-counts#"):
                    continue  # the stream sets them to zero, and then they expire
                keys = [item[name]["S"] for name in KEYS if name in item]
                found.add(f"{table} {' '.join(keys)}")
    for bucket in stack["buckets"].values():
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            found |= {f"{bucket} {item['Key']}" for item in page.get("Contents", [])}
        uploads = s3.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
        found |= {f"upload to {bucket} {upload['Key']}" for upload in uploads}
    for page in aws(stack, "scheduler").get_paginator("list_schedules").paginate():
        found |= {f"schedule {schedule['Name']}" for schedule in page["Schedules"]}
    for page in cognito.get_paginator("list_users").paginate(UserPoolId=stack["userPoolId"]):
        found |= {f"account {user['Username']}" for user in page["Users"]}
    for page in cognito.get_paginator("list_user_pool_clients").paginate(UserPoolId=stack["userPoolId"]):
        found |= {f"app client {client['ClientId']}" for client in page["UserPoolClients"]}
    found |= {
        f"rule {rule['Name']}" for rule in aws(stack, "events").list_rules(EventBusName=stack["eventBus"])["Rules"]
    }
    found |= set(aws(stack, "sqs").list_queues().get("QueueUrls", []))
    other_s3, other_iam = (aws(stack, service, **OTHER_ADMINISTRATOR) for service in ("s3", "iam"))
    found |= {f"other account's bucket {bucket['Name']}" for bucket in other_s3.list_buckets()["Buckets"]}
    found |= {f"other account's role {role['RoleName']}" for role in other_iam.list_roles()["Roles"]}
    return found


def smoke(environment: dict[str, str], *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "operations.smoke", *arguments],
        cwd=REPOSITORY,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def outcome(process: "subprocess.Popen[str]") -> tuple[int, str]:
    """Return the process's exit code and output."""
    printed, _ = process.communicate()
    return process.returncode, printed


def test_smoke_test_passes_on_a_working_deployment_and_deletes_its_data(stack: Json, operator: dict[str, str]) -> None:
    before = everything(stack)
    code, printed = outcome(smoke(operator, "--stack-name", STACK_NAME, "--delivery-profile", PROFILE))
    assert code == 0, printed
    lines = re.findall(r"^  ✔ (.+?) +\d+\.\d s$", printed, re.MULTILINE)
    assert len(lines) == len(STEPS), printed
    for line, step in zip(lines, STEPS, strict=True):
        assert line.startswith(step), printed
    assert printed.splitlines()[-1].startswith("Passed after ")
    assert everything(stack) - before == set()
    organization = re.findall("organization (smoke-[0-9a-f]+)", printed)[0]
    addresses = [address for email in sent_emails(stack) for address in email["To"] if organization in address]
    assert addresses == [f"success+{organization}@simulator.amazonses.com"]


def test_stopped_workers_are_reported_and_the_smoke_tenant_is_deleted(stack: Json, operator: dict[str, str]) -> None:
    before = everything(stack)
    with no_workers(stack):
        code, printed = outcome(smoke(operator, "--stack-name", STACK_NAME, "--patience", "10"))
        aws(stack, "sqs").purge_queue(QueueUrl=stack["queues"]["exports"])
    assert code == 1, printed
    failed = printed[printed.index("  ✘ ") :]
    assert failed.startswith(f"  ✘ {EXPORTS} "), printed
    expected = r"expected:  export \w+ to start within 10 s\n  found:     the export is still queued\n"
    assert re.search(expected, failed), printed
    assert f"check:     the state of {stack['functions']['exportWorker']}'s event source mapping" in failed
    assert "✔ delete the tenant" in failed
    assert "Failed after" in failed
    assert everything(stack) - before == set()


def test_tenant_left_by_an_interrupted_load_is_deleted(stack: Json, own_stack: list[str]) -> None:
    before = everything(stack)
    awards = count_awards(stack)
    process = smoke(LOCAL_OPERATOR, *own_stack)
    while count_awards(stack) == awards:
        assert process.poll() is None, outcome(process)
    process.send_signal(signal.SIGINT)
    code, printed = outcome(process)
    assert code == 1, printed
    assert "✘ load organization" in printed
    assert "Interrupted." in printed
    assert "✔ delete the tenant" in printed
    assert everything(stack) - before == set()


def count_awards(stack: Json) -> int:
    pages = aws(stack, "dynamodb").get_paginator("scan").paginate(TableName=stack["tables"]["awards"], Select="COUNT")
    return sum(page["Count"] for page in pages)


def test_tenant_kept_on_request_can_be_deleted_with_the_printed_commands(stack: Json, operator: dict[str, str]) -> None:
    before = everything(stack)
    process = smoke(operator, "--stack-name", STACK_NAME, "--keep")
    assert process.stdout is not None
    signed_in = any("✔ create an account" in line for line in process.stdout)  # stop reading after this line
    process.send_signal(signal.SIGTERM)
    code, printed = outcome(process)
    assert (signed_in, code) == (True, 1), printed
    kept, _, commands = printed.partition("Delete it with:\n")
    email, password = re.findall(r"^  (success\S+)  (\S+)$", kept, re.MULTILINE)[0]
    assert Client(stack["apiUrl"], sign_in(stack, email, password)).get("/me").status == 200
    delete_organization, delete_account = (shlex.split(line) for line in commands.splitlines()[:2])
    assert delete_organization[0] == "python"
    subprocess.run([sys.executable, *delete_organization[1:]], cwd=REPOSITORY, env=operator, check=True)
    assert delete_account[:3] == ["aws", "cognito-idp", "admin-delete-user"]
    options = dict(itertools.batched(delete_account[3:], 2, strict=True))
    aws(stack, "cognito-idp").admin_delete_user(UserPoolId=options["--user-pool-id"], Username=options["--username"])
    assert everything(stack) - before == set()


def sign_in(stack: Json, email: str, password: str) -> str:
    answer = aws(stack, "cognito-idp").initiate_auth(
        ClientId=stack["clientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": email, "PASSWORD": password},
    )
    return str(answer["AuthenticationResult"]["IdToken"])


# ---------------------------------------------------------------- sign-in settings


@pytest.fixture
def people(stack: Json, monkeypatch: pytest.MonkeyPatch) -> Iterator[People]:
    """Create accounts in the stack's user pool as the command does."""
    for name, value in {"AWS_ENDPOINT_URL": stack["endpointUrl"], "AWS_DEFAULT_REGION": stack["region"]}.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    made = People(stack["userPoolId"], stack["clientId"])
    yield made
    made.remove_all()


def test_smoke_test_user_can_sign_in_even_if_the_pool_requires_a_second_factor(stack: Json, people: People) -> None:
    cognito, pool = aws(stack, "cognito-idp"), stack["userPoolId"]
    people.add("smoke@example.org")
    cognito.set_user_pool_mfa_config(
        UserPoolId=pool, MfaConfiguration="ON", SoftwareTokenMfaConfiguration={"Enabled": True}
    )
    try:
        token = people.token("smoke@example.org")
    finally:
        cognito.set_user_pool_mfa_config(UserPoolId=pool, MfaConfiguration="OFF")
    assert Client(stack["apiUrl"], token).get("/me").json["email"] == "smoke@example.org"


def test_app_client_without_the_admin_sign_in_flow_is_reported(stack: Json, people: People) -> None:
    made = aws(stack, "cognito-idp").create_user_pool_client(
        UserPoolId=stack["userPoolId"], ClientName="former console", ExplicitAuthFlows=["ALLOW_REFRESH_TOKEN_AUTH"]
    )
    people.add("smoke@example.org")
    people.client_id = made["UserPoolClient"]["ClientId"]
    try:
        with pytest.raises(SmokeTestError) as failed:
            people.token("smoke@example.org")
    finally:
        aws(stack, "cognito-idp").delete_user_pool_client(UserPoolId=stack["userPoolId"], ClientId=people.client_id)
    assert failed.value.expected == f"the app client {people.client_id} to allow ADMIN_USER_PASSWORD_AUTH"
    assert "template" in failed.value.check
