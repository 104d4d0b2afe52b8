"""The AWS clients, made once and when first needed."""

from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_sqs import SQSClient

_CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 6},
    # Well below a worker's lease, so that one hanging connection does not cost it.
    connect_timeout=5,
    read_timeout=25,
)


@cache
def s3() -> "S3Client":
    """S3. Links are presigned with signature version 4, which all regions take."""
    return boto3.client("s3", config=_CONFIG.merge(Config(signature_version="s3v4")))


@cache
def sqs() -> "SQSClient":
    """SQS."""
    return boto3.client("sqs", config=_CONFIG)


@cache
def dynamodb() -> "DynamoDBClient":
    """DynamoDB: the one client of all records, and of the export's own read path."""
    return boto3.client("dynamodb", config=_CONFIG)


@cache
def scheduler() -> "EventBridgeSchedulerClient":
    """EventBridge Scheduler."""
    return boto3.client("scheduler", config=_CONFIG)


@cache
def events() -> "EventBridgeClient":
    """EventBridge."""
    return boto3.client("events", config=_CONFIG)
