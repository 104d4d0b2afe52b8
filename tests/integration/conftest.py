"""AWS in memory (moto): the tables of template.yaml, the two buckets, and the queue."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from cfnlint.decode import cfn_yaml  # type: ignore[import-untyped]
from moto import mock_aws

from badgedata.config import config

TEMPLATE = Path(__file__).parents[2] / "template.yaml"


@pytest.fixture
def tables() -> Iterator[None]:
    """Give each test a deployment of its own, an empty one, with the keys and indexes that the template gives it."""
    with mock_aws():
        dynamodb: Any = boto3.client("dynamodb")
        for resource, name in (
            ("DirectoryTable", config().directory_table),
            ("AwardsTable", config().awards_table),
            ("OperationsTable", config().operations_table),
        ):
            dynamodb.create_table(TableName=name, **_table_definition(resource))
        s3 = boto3.client("s3")
        for bucket in (config().exports_bucket, config().images_bucket):
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        boto3.client("sqs").create_queue(QueueName=config().exports_queue_url.rpartition("/")[2])
        yield


@cache
def _table_definition(resource: str) -> dict[str, Any]:
    properties = cfn_yaml.load(str(TEMPLATE))["Resources"][resource]["Properties"]
    wanted = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
    return {name: properties[name] for name in wanted}
