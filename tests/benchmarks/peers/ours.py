"""The product's engine: exports are requested as in the API, and the worker processes the queue as in Lambda."""

from collections.abc import Callable
from datetime import datetime
from unittest.mock import patch

from badgedata import clock
from badgedata.access import Caller
from badgedata.aws import sqs
from badgedata.config import config
from badgedata.exports import lifecycle, messages, upload, worker
from badgedata.exports.request import request_export
from badgedata.exports.specification import Specification
from tests.benchmarks.deployment import ADMIN
from tests.benchmarks.outcome import Outcome

LAMBDA_SECONDS = 900.0


def request(scope_type: str, scope_id: str, specification: Specification, at: datetime) -> Callable[[], Outcome]:
    """Request an export as the API does, and return a function that runs the worker."""
    scope = Caller(ADMIN).scope(scope_type, scope_id)
    # All files have the same request time; otherwise their bytes would differ.
    with patch.object(clock, "now", return_value=at):
        export_id = request_export(specification, scope, Caller(ADMIN)).id
    first = _next_message()
    assert first is not None
    return lambda: _work(export_id, first)


def _work(export_id: str, message: messages.SegmentMessage | None) -> Outcome:
    while message is not None:
        outcome = worker.run(message.export_id, message.segment, lambda: LAMBDA_SECONDS)
        message = _next_message() if outcome != "succeeded" else None
    done = lifecycle.find_export(export_id)
    assert done is not None
    assert done.status == "succeeded", f"{done.status}: {done.error_message}"
    assert upload.size_of(done.object_key or "") == done.bytes, "the file must have arrived"
    return Outcome(rows=int(done.rows), bytes=int(done.bytes), sha256=str(done.sha256))


def _next_message() -> messages.SegmentMessage | None:
    queue = config().exports_queue_url
    for message in sqs().receive_message(QueueUrl=queue, MaxNumberOfMessages=1).get("Messages", []):
        sqs().delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return messages.read(message["Body"])
    return None
