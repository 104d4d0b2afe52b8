"""Least privilege: what a function's role may not do, tried with the role's own credentials on the deployed stack."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.places import STACK_NAME
from tests.end_to_end.client import aws

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:root"}, "Action": "sts:AssumeRole"}
    ],
}


class Role:
    """Acts as one function's role, on the deployment's own resources."""

    def __init__(self, stack: dict[str, Any], **credentials: str) -> None:
        self._stack = stack
        self._credentials = credentials

    def _client(self, service: str) -> Any:
        return aws(self._stack, service, **self._credentials)

    def put_object(self, bucket: str, folder: str = "tests") -> None:
        self._client("s3").put_object(Bucket=self._stack["buckets"][bucket], Key=f"{folder}/object", Body=b"")

    def get_object(self, bucket: str, folder: str = "tests") -> None:
        self._client("s3").get_object(Bucket=self._stack["buckets"][bucket], Key=f"{folder}/object")

    def delete_object(self, bucket: str, folder: str) -> None:
        self._client("s3").delete_object(Bucket=self._stack["buckets"][bucket], Key=f"{folder}/object")

    def delete_bucket(self, bucket: str) -> None:
        self._client("s3").delete_bucket(Bucket=self._stack["buckets"][bucket])

    def scan(self, table: str) -> None:
        self._client("dynamodb").scan(TableName=self._stack["tables"][table])

    def get_item(self, table: str) -> None:
        keys = {"awards": ("issuerId", "issuedOnAwardId")}.get(table, ("pk", "sk"))
        self._client("dynamodb").get_item(TableName=self._stack["tables"][table], Key={key: {"S": "x"} for key in keys})

    def put_item(self, table: str) -> None:
        item = {name: {"S": "x"} for name in ("pk", "sk", "issuerId", "issuedOnAwardId")}
        self._client("dynamodb").put_item(TableName=self._stack["tables"][table], Item=item)

    def query(self, table: str, index: str, key: str) -> None:
        self._client("dynamodb").query(
            TableName=self._stack["tables"][table],
            IndexName=index,
            KeyConditionExpression="#key = :value",
            ExpressionAttributeNames={"#key": key},
            ExpressionAttributeValues={":value": {"S": "x"}},
        )

    def bring_back(self, queue: str) -> None:
        self._client("sqs").change_message_visibility(
            QueueUrl=self._stack["queues"][queue], ReceiptHandle="x", VisibilityTimeout=20
        )

    def delete_item(self, table: str) -> None:
        keys = {"awards": ("issuerId", "issuedOnAwardId")}.get(table, ("pk", "sk"))
        key = {name: {"S": "x"} for name in keys}
        self._client("dynamodb").delete_item(TableName=self._stack["tables"][table], Key=key)

    def put_event(self, bus: str = "default") -> None:
        entry = {"Source": "tests", "DetailType": "Tried", "Detail": "{}", "EventBusName": bus}
        self._client("events").put_events(Entries=[entry])

    def receive_message(self, queue: str) -> None:
        self._client("sqs").receive_message(QueueUrl=self._stack["queues"][queue])

    def send_message(self, queue: str) -> None:
        self._client("sqs").send_message(QueueUrl=self._stack["queues"][queue], MessageBody="x")

    def delete_schedule(self) -> None:
        self._client("scheduler").delete_schedule(GroupName=self._schedule_group(), Name="x")

    def create_schedule(self) -> None:
        self._client("scheduler").create_schedule(
            GroupName=self._schedule_group(),
            Name="x",
            ScheduleExpression="rate(1 day)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": "arn:aws:lambda:eu-west-1:000000000000:function:x", "RoleArn": "arn:aws:iam::0:role/x"},
        )

    def _schedule_group(self) -> str:
        groups = aws(self._stack, "scheduler").list_schedule_groups()["ScheduleGroups"]
        return str(next(group["Name"] for group in groups if group["Name"] != "default"))

    def list_users(self) -> None:
        self._client("cognito-idp").list_users(UserPoolId=self._stack["userPoolId"])

    def list_roles(self) -> None:
        self._client("iam").list_roles()


@pytest.fixture(scope="module")
def role_of(stack: dict[str, Any]) -> Callable[[str], Role]:
    """Give the role of a function, named as in the template. This stack is the tests' own: its roles trust them."""
    cloudformation, iam, sts = (aws(stack, service) for service in ("cloudformation", "iam", "sts"))

    @cache
    def role(function: str) -> Role:
        resource = cloudformation.describe_stack_resource(StackName=STACK_NAME, LogicalResourceId=f"{function}Role")
        name = resource["StackResourceDetail"]["PhysicalResourceId"]
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(TRUST))
        arn = iam.get_role(RoleName=name)["Role"]["Arn"]
        keys = sts.assume_role(RoleArn=arn, RoleSessionName="tests")["Credentials"]
        return Role(
            stack,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )

    return role


def denied(action: Callable[..., None], *arguments: str) -> bool:
    """Tell whether AWS refuses an action for want of a permission, and not for any other reason."""
    try:
        action(*arguments)
    except ClientError as error:
        return error.response["Error"]["Code"] in ("AccessDenied", "AccessDeniedException")
    return False


FUNCTIONS = [
    "ApiFunction",
    "ConsoleFunction",
    "ExportWorkerFunction",
    "ExportSweeperFunction",
    "ScheduledExportFunction",
    "ScheduleSweeperFunction",
    "ImageResyncWorkerFunction",
    "ImageResyncSweeperFunction",
]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_function_scans_a_table_deletes_a_bucket_or_reads_users_and_roles(
    role_of: Callable[[str], Role], function: str
) -> None:
    role = role_of(function)
    for table in ("directory", "awards", "operations"):
        assert denied(role.scan, table)
    for bucket in ("exports", "images"):
        assert denied(role.delete_bucket, bucket)
    assert denied(role.list_users)
    assert denied(role.list_roles)


def test_the_api_writes_no_files_and_takes_no_work_from_the_queue(role_of: Callable[[str], Role]) -> None:
    role = role_of("ApiFunction")
    assert denied(role.put_object, "exports")
    assert denied(role.receive_message, "exports")
    assert denied(role.put_item, "awards")
    assert denied(role.query, "directory", "by-image", "image")
    assert denied(role.query, "operations", "by-due-time", "due")
    assert not denied(role.send_message, "exports")
    assert not denied(role.get_item, "directory")
    assert not denied(role.query, "directory", "children", "parent")


def test_the_page_reaches_no_data_at_all(role_of: Callable[[str], Role]) -> None:
    role = role_of("ConsoleFunction")
    for table in ("directory", "awards", "operations"):
        assert denied(role.get_item, table)
    for bucket in ("exports", "images"):
        assert denied(role.get_object, bucket)
    assert denied(role.send_message, "exports")


def test_the_export_worker_writes_files_and_changes_no_data_of_the_platform(role_of: Callable[[str], Role]) -> None:
    role = role_of("ExportWorkerFunction")
    assert not denied(role.put_object, "exports")
    assert denied(role.put_object, "images")
    for table in ("directory", "awards"):
        assert not denied(role.get_item, table)
        assert denied(role.put_item, table)
    assert denied(role.bring_back, "imageResync")
    assert not denied(role.bring_back, "exports")


def test_the_export_sweeper_sees_no_awards_no_people_and_no_files(role_of: Callable[[str], Role]) -> None:
    role = role_of("ExportSweeperFunction")
    for table in ("directory", "awards"):
        assert denied(role.get_item, table)
    assert denied(role.get_object, "exports")
    assert denied(role.put_object, "exports")
    assert denied(role.receive_message, "exports")


def test_a_run_of_a_schedule_makes_no_schedules_and_no_files_and_sees_no_awards(
    role_of: Callable[[str], Role],
) -> None:
    role = role_of("ScheduledExportFunction")
    assert denied(role.create_schedule)
    assert not denied(role.delete_schedule)
    assert not denied(role.get_item, "directory")
    assert denied(role.put_item, "directory")
    assert denied(role.get_item, "awards")
    assert denied(role.put_object, "exports")
    assert not denied(role.send_message, "exports")
    assert denied(role.receive_message, "exports")


def test_the_schedule_sweeper_sees_to_schedules_and_sees_no_awards_and_no_files(
    role_of: Callable[[str], Role],
) -> None:
    role = role_of("ScheduleSweeperFunction")
    assert not denied(role.delete_schedule)
    assert not denied(role.get_item, "directory")
    assert denied(role.put_item, "directory")
    assert denied(role.get_item, "awards")
    assert denied(role.get_object, "exports")
    assert denied(role.put_object, "exports")
    assert denied(role.receive_message, "exports")


def test_the_export_worker_has_nothing_to_do_with_schedules(role_of: Callable[[str], Role]) -> None:
    role = role_of("ExportWorkerFunction")
    assert denied(role.create_schedule)
    assert denied(role.delete_schedule)


def test_the_re_sync_worker_writes_baked_images_only_and_puts_no_award_or_badge(role_of: Callable[[str], Role]) -> None:
    role = role_of("ImageResyncWorkerFunction")
    assert not denied(role.put_object, "images", "baked")
    assert not denied(role.delete_object, "images", "baked")
    assert not denied(role.send_message, "imageResync")
    for action in (role.put_object, role.delete_object):
        assert denied(action, "images", "images"), "a badge's own picture is not its business"
        assert denied(action, "exports", "tests")
    assert denied(role.get_object, "exports")
    for table in ("directory", "awards"):
        assert denied(role.put_item, table)
        assert denied(role.delete_item, table)
    assert denied(role.send_message, "exports")
    assert denied(role.put_event)


def test_the_re_sync_sweeper_sees_no_awards_and_no_images(role_of: Callable[[str], Role]) -> None:
    role = role_of("ImageResyncSweeperFunction")
    assert not denied(role.put_event)
    assert not denied(role.send_message, "imageResync")
    assert denied(role.get_item, "awards")
    for table in ("directory", "awards", "operations"):
        assert denied(role.put_item, table)
        assert denied(role.delete_item, table)
    for bucket, folder in (("images", "images"), ("images", "baked"), ("exports", "tests")):
        assert denied(role.get_object, bucket, folder)
        assert denied(role.put_object, bucket, folder)
    assert denied(role.send_message, "exports")
    assert denied(role.receive_message, "imageResync")
