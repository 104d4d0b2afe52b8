"""The roles of the deployed functions, and clients that assume them."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from local.places import STACK_NAME
from tests.support.deployed_client import aws


def trust_of(account: str) -> dict[str, Any]:
    """Return a trust policy that lets an account assume a role."""
    principal = {"AWS": f"arn:aws:iam::{account}:root"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


TRUST = trust_of("000000000000")

_KEYS = {"awards": ("issuerId", "issuedOnAwardId"), "trail": ("organizationId", "id")}


def delete_role(iam: Any, name: str) -> None:
    """Delete a role and its inline policies."""
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=name, PolicyName=policy)
    iam.delete_role(RoleName=name)


class Role:
    """A client for the deployment's resources, with the role of one function."""

    def __init__(self, stack: dict[str, Any], **credentials: str) -> None:
        self._stack = stack
        self.credentials = credentials

    def _client(self, service: str) -> Any:
        return aws(self._stack, service, **self.credentials)

    def put_object(self, bucket: str, folder: str = "tests") -> None:
        self._client("s3").put_object(Bucket=self._stack["buckets"][bucket], Key=f"{folder}/object", Body=b"")

    def get_object(self, bucket: str, folder: str = "tests") -> None:
        self._client("s3").get_object(Bucket=self._stack["buckets"][bucket], Key=f"{folder}/object")

    def delete_object(self, bucket: str, folder: str) -> None:
        self._client("s3").delete_object(Bucket=self._stack["buckets"][bucket], Key=f"{folder}/object")

    def delete_bucket(self, bucket: str) -> None:
        self._client("s3").delete_bucket(Bucket=self._stack["buckets"][bucket])

    def send_email(self) -> None:
        self._client("sesv2").send_email(
            FromEmailAddress="badges@example.org",
            Destination={"ToAddresses": ["x@example.org"]},
            Content={"Simple": {"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}}},
        )

    def scan(self, table: str) -> None:
        self._client("dynamodb").scan(TableName=self._stack["tables"][table])

    def get_item(self, table: str) -> None:
        keys = _KEYS.get(table, ("pk", "sk"))
        self._client("dynamodb").get_item(TableName=self._stack["tables"][table], Key={key: {"S": "x"} for key in keys})

    def put_item(self, table: str) -> None:
        item = {name: {"S": "x"} for name in ("pk", "sk", "issuerId", "issuedOnAwardId", "organizationId", "id")}
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
        keys = _KEYS.get(table, ("pk", "sk"))
        key = {name: {"S": "x"} for name in keys}
        self._client("dynamodb").delete_item(TableName=self._stack["tables"][table], Key=key)

    def put_event(self, bus: str = "default") -> None:
        entry = {"Source": "tests", "DetailType": "Tried", "Detail": "{}", "EventBusName": bus}
        self._client("events").put_events(Entries=[entry])

    def assume_role(self, arn: str) -> None:
        self._client("sts").assume_role(RoleArn=arn, RoleSessionName="tests", ExternalId="tests")

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

    def create_log_group(self) -> None:
        self._client("logs").create_log_group(logGroupName=f"/{STACK_NAME}/tests")

    def list_users(self) -> None:
        self._client("cognito-idp").list_users(UserPoolId=self._stack["userPoolId"])

    def list_roles(self) -> None:
        self._client("iam").list_roles()


def roles_of(stack: dict[str, Any]) -> Callable[[str], Role]:
    """Return a lookup of Lambda functions' roles. Roles in the test stack trust the tests."""
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
