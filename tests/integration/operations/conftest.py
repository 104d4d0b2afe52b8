"""A deployment that commands find through its CloudFormation stack, and waits that take no time."""

import json
import os
from collections.abc import Callable, Iterator
from unittest.mock import patch

import boto3
import pytest

from badgedata.config import config

STACK_NAME = "badges-of-the-test"
DEAD_LETTERS = (
    "ExportsDeadLetterQueueUrl",
    "DeliveriesDeadLetterQueueUrl",
    "ImageResyncDeadLetterQueueUrl",
    "ExportEmailsDeadLetterQueueUrl",
    "ScheduledExportDeadLetterQueueUrl",
)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The duration in seconds of each wait during a deletion; the test doesn't actually wait."""
    waited: list[float] = []
    pretend_to_wait(monkeypatch, waited.append)
    return waited


def pretend_to_wait(monkeypatch: pytest.MonkeyPatch, wait: Callable[[float], None]) -> None:
    for module in ("organization", "jobs"):
        monkeypatch.setattr(f"operations.deletion.{module}.sleep", wait)
    monkeypatch.setattr("operations.erasure.sleep", wait)


@pytest.fixture
def outputs(tables: None) -> Iterator[dict[str, str]]:
    """The stack outputs of the in-memory deployment."""
    sqs = boto3.client("sqs")
    given = {
        "DirectoryTable": config().directory_table,
        "AwardsTable": config().awards_table,
        "OperationsTable": config().operations_table,
        "TrailTable": config().trail_table,
        "ExportsBucket": config().exports_bucket,
        "ImagesBucket": config().images_bucket,
        "ExportsQueueUrl": config().exports_queue_url,
        "DeliveriesQueueUrl": config().deliveries_queue_url,
        "ImageResyncQueueUrl": config().image_resync_queue_url,
        "ExportEmailsQueueUrl": sqs.create_queue(QueueName="export-emails")["QueueUrl"],
        "PublicBaseUrl": config().public_base_url,
        "ScheduleGroup": config().schedule_group,
        "ScheduledExportFunction": "scheduled-export",
        "UserPoolId": boto3.client("cognito-idp").create_user_pool(PoolName="people")["UserPool"]["Id"],
    } | {name: sqs.create_queue(QueueName=name.removesuffix("Url"))["QueueUrl"] for name in DEAD_LETTERS}
    template = {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {name: {"Value": value} for name, value in given.items()},
    }
    boto3.client("cloudformation").create_stack(StackName=STACK_NAME, TemplateBody=json.dumps(template))
    with patch.dict(os.environ):  # commands set environment variables in their own process
        yield given
