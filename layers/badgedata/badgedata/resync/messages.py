"""Messages in the image re-sync queue: requests to process a re-sync's next page or to retry specific awards."""

import itertools
from collections.abc import Iterable
from datetime import datetime

import msgspec

from badgedata import clock
from badgedata.aws import sqs
from badgedata.config import config
from badgedata.records.resyncs import Resync

MAX_BATCH_MESSAGES = 10  # the maximum number of messages in one SendMessageBatch request


class ResyncMessage(msgspec.Struct, rename="camel", omit_defaults=True, forbid_unknown_fields=True):
    """A request to process a re-sync's next page of awards, such as ``{"badgeClassId": "…", "version": 2}``.

    If `awards` is set, the message requests a retry of these awards instead. `at` is the time of the sweep that sent
    the message. An award is retried only if it was due at that time or is due when the message is processed.
    """

    badge_class_id: str
    version: int
    awards: list[str] | None = None
    at: datetime | None = None


def read(body: str) -> ResyncMessage:
    """Parse the body of an SQS message.

    Raises
    ------
    msgspec.DecodeError
        If the body is invalid. The message then becomes a dead letter.
    """
    return msgspec.json.decode(body, type=ResyncMessage)


def send_walk(resync: Resync, at: datetime | None = None) -> None:
    """Enqueue a request to process a re-sync's next page. Duplicate messages have no effect."""
    message = ResyncMessage(resync.badge_class_id, int(resync.version), at=at)
    sqs().send_message(QueueUrl=config().image_resync_queue_url, MessageBody=_body(message))


def send_all(messages: Iterable[ResyncMessage]) -> int:
    """Send messages, ten at a time, and return the number of messages sent.

    Raises
    ------
    RuntimeError
        If the queue rejects any of the messages.
    """
    sent = 0
    for batch in itertools.batched(messages, MAX_BATCH_MESSAGES, strict=False):
        response = sqs().send_message_batch(
            QueueUrl=config().image_resync_queue_url,
            Entries=[{"Id": str(number), "MessageBody": _body(message)} for number, message in enumerate(batch)],
        )
        if failed := response.get("Failed"):
            raise RuntimeError(f"the queue rejected {len(failed)} of {len(batch)} messages: {failed[0].get('Code')}")
        sent += len(batch)
    return sent


def at_or_now(message: ResyncMessage) -> datetime:
    """Return the current time or the time of the sweep that sent the message, whichever is later."""
    now = clock.now()
    return now if message.at is None else max(now, message.at)


def _body(message: ResyncMessage) -> str:
    return msgspec.json.encode(message).decode()
