"""Simulated Lambda invocations: the events in `events/`, a context, and messages from the queue."""

import json
from typing import Any, cast

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from badgedata.config import config
from functions.export_worker import export_worker
from local.places import REPOSITORY

EVENTS = REPOSITORY / "events"


class _Invocation:
    """The context of an invocation."""

    function_name = "badge-data-management"
    memory_limit_in_mb = 1769
    invoked_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:badge-data-management"
    aws_request_id = "52fdfc07-2182-454f-963f-5f0f9a621d72"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 900_000


def context() -> LambdaContext:
    """Return the context of an invocation with 15 minutes left."""
    return cast(LambdaContext, _Invocation())


def sample_event(name: str) -> dict[str, Any]:
    """Return a fresh copy of a sample event."""
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return event


def export_message(body: str, receipt_handle: str) -> dict[str, Any]:
    """Return the event that Lambda sends to deliver one message from the exports queue."""
    event = sample_event("export_worker")
    event["Records"][0] |= {"body": body, "receiptHandle": receipt_handle}
    return event


def process_queue() -> int:
    """Run the worker's function until the exports queue is empty, and return the number of messages."""
    queue, handled = boto3.client("sqs"), 0
    while messages := queue.receive_message(QueueUrl=config().exports_queue_url).get("Messages", []):
        for message in messages:
            answer = export_worker.handler(export_message(message["Body"], message["ReceiptHandle"]), context())
            assert answer == {"batchItemFailures": []}
            queue.delete_message(QueueUrl=config().exports_queue_url, ReceiptHandle=message["ReceiptHandle"])
            handled += 1
    return handled
