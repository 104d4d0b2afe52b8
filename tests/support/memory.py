"""In-memory AWS (moto): the tables of template.yaml, two buckets, three queues, an event bus, and a schedule group."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import RLock
from typing import Any
from unittest.mock import patch

import boto3
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber

from badgedata.config import config
from tests.support.tables import create_tables

_process_request = BotocoreStubber.process_request
_one_call_at_a_time = RLock()
_client = cache(boto3.client)  # creating a client takes longer than most tests; moto also intercepts existing clients


@contextmanager
def deployment_in_memory() -> Iterator[None]:
    """Run a deployment with the template's keys and indexes until the context ends."""
    with mock_aws(), patch.object(BotocoreStubber, "process_request", _in_turn):
        create_tables(_client("dynamodb"))
        s3: Any = _client("s3")
        for bucket in (config().exports_bucket, config().images_bucket):
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        for queue_url in (
            config().exports_queue_url,
            config().deliveries_queue_url,
            config().image_resync_queue_url,
        ):
            _client("sqs").create_queue(QueueName=queue_url.rpartition("/")[2])
        _client("events").create_event_bus(Name=config().event_bus)
        _client("scheduler").create_schedule_group(Name=config().schedule_group)
        yield


def _in_turn(stubber: BotocoreStubber, request: Any) -> Any:
    """Process one call at a time, because moto reads its tables while other threads change them."""
    with _one_call_at_a_time:
        return _process_request(stubber, request)
