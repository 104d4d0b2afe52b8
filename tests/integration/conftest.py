"""AWS in memory (moto): the tables of template.yaml, the two buckets, the queue, and the schedule group."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from cfnlint.decode import cfn_yaml  # type: ignore[import-untyped]
from moto import mock_aws

from badgedata.config import config
from tests.integration.permissions import Requests

_client = cache(boto3.client)  # making one takes longer than most tests; moto stands behind those it has seen, too
TEMPLATE = Path(__file__).parents[2] / "template.yaml"


@pytest.fixture(scope="session")
def sent_requests() -> Requests:
    """Return what functions ask of DynamoDB, in all tests."""
    return Requests()


@pytest.fixture(autouse=True)
def functions_ask_for_nothing_that_their_role_refuses(sent_requests: Requests) -> Iterator[None]:
    """Fail a test in which a function sends a request to DynamoDB that its role in the template does not allow."""
    sent_requests.sent.clear()
    yield
    assert sent_requests.refused() == []


@pytest.fixture
def tables() -> Iterator[None]:
    """Give each test a deployment of its own, an empty one."""
    with deployment_in_memory():
        yield


@contextmanager
def deployment_in_memory() -> Iterator[None]:
    """Have a deployment with the keys and indexes that the template gives it, as long as the context lasts."""
    with mock_aws():
        dynamodb: Any = _client("dynamodb")
        for resource, name in (
            ("DirectoryTable", config().directory_table),
            ("AwardsTable", config().awards_table),
            ("OperationsTable", config().operations_table),
        ):
            dynamodb.create_table(TableName=name, **_table_definition(resource))
        s3 = _client("s3")
        for bucket in (config().exports_bucket, config().images_bucket):
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        for queue_url in (config().exports_queue_url, config().image_resync_queue_url):
            _client("sqs").create_queue(QueueName=queue_url.rpartition("/")[2])
        _client("scheduler").create_schedule_group(Name=config().schedule_group)
        yield


@cache
def _table_definition(resource: str) -> dict[str, Any]:
    properties = cfn_yaml.load(str(TEMPLATE))["Resources"][resource]["Properties"]
    wanted = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
    return {name: properties[name] for name in wanted}
