"""Messages in the exports queue. Each message assigns one segment of an export to a worker."""

import msgspec

from badgedata.aws import sqs
from badgedata.config import config

MAX_WAIT_SECONDS = 300


class SegmentMessage(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """The body of an SQS message, in JSON: ``{"exportId": "…", "segment": "<the segment's start>"}``."""

    export_id: str
    segment: str


def read(body: str) -> SegmentMessage:
    """Parse a message body. Raise msgspec.DecodeError if the body is invalid."""
    return msgspec.json.decode(body, type=SegmentMessage)


def send(export_id: str, segment: str) -> None:
    """Enqueue a message for a segment. Duplicate messages have no effect."""
    body = msgspec.json.encode(SegmentMessage(export_id, segment)).decode()
    sqs().send_message(QueueUrl=config().exports_queue_url, MessageBody=body)


def retry_soon(receipt_handle: str, receive_count: int) -> None:
    """Retry a message after a delay that doubles with each attempt, up to `MAX_WAIT_SECONDS`.

    Without this call, SQS would redeliver the message only after the queue's long visibility timeout.
    """
    sqs().change_message_visibility(
        QueueUrl=config().exports_queue_url,
        ReceiptHandle=receipt_handle,
        VisibilityTimeout=min(10 * 2**receive_count, MAX_WAIT_SECONDS),
    )
