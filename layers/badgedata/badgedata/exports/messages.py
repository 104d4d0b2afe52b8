"""Messages on the exports queue: which segment of which export wants a worker."""

import msgspec

from badgedata.aws import sqs
from badgedata.config import config

MAX_WAIT_SECONDS = 300


class SegmentMessage(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """``{"exportId": "…", "segment": "<its start>"}``"""

    export_id: str
    segment: str


def read(body: str) -> SegmentMessage:
    """Read a message's body. Raises msgspec.ValidationError for what is none; the queue's dead letters keep it."""
    return msgspec.json.decode(body, type=SegmentMessage)


def send(export_id: str, segment: str) -> None:
    """Put a segment on the queue. A repeated message changes nothing."""
    body = msgspec.json.encode(SegmentMessage(export_id, segment)).decode()
    sqs().send_message(QueueUrl=config().exports_queue_url, MessageBody=body)


def bring_back_soon(receipt_handle: str, receive_count: int) -> None:
    """Let a message come back after a wait that doubles with each try, not after the queue's long time-out."""
    sqs().change_message_visibility(
        QueueUrl=config().exports_queue_url,
        ReceiptHandle=receipt_handle,
        VisibilityTimeout=min(10 * 2**receive_count, MAX_WAIT_SECONDS),
    )
