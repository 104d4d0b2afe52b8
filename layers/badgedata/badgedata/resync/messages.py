"""Messages on the image re-sync queue: which re-sync wants its next page, or which awards are due again."""

import itertools
from collections.abc import Iterable
from datetime import datetime

import msgspec

from badgedata import clock
from badgedata.aws import sqs
from badgedata.config import config
from badgedata.records.resyncs import Resync

MAX_BATCH_MESSAGES = 10  # SendMessageBatch takes no more


class ResyncMessage(msgspec.Struct, rename="camel", omit_defaults=True, forbid_unknown_fields=True):
    """``{"badgeClassId": "…", "version": 2}`` for the next page, with ``"awards": ["…"]`` for these to be tried again.

    ``at`` is the sweeper's time: what is due is due by it, and what fails is due again from it.
    """

    badge_class_id: str
    version: int
    awards: list[str] | None = None
    at: datetime | None = None


def read(body: str) -> ResyncMessage:
    """Read a message's body. Raises msgspec.ValidationError for what is none; the queue's dead letters keep it."""
    return msgspec.json.decode(body, type=ResyncMessage)


def send_walk(resync: Resync, at: datetime | None = None) -> None:
    """Send for the next page of a re-sync. A repeated message changes nothing."""
    message = ResyncMessage(resync.badge_class_id, int(resync.version), at=at)
    sqs().send_message(QueueUrl=config().image_resync_queue_url, MessageBody=_body(message))


def send_all(messages: Iterable[ResyncMessage]) -> int:
    """Send messages, ten at a time, and give how many.

    Raises
    ------
    RuntimeError
        When the queue refused some.
    """
    sent = 0
    for batch in itertools.batched(messages, MAX_BATCH_MESSAGES, strict=False):
        answer = sqs().send_message_batch(
            QueueUrl=config().image_resync_queue_url,
            Entries=[{"Id": str(number), "MessageBody": _body(message)} for number, message in enumerate(batch)],
        )
        if failed := answer.get("Failed"):
            raise RuntimeError(f"the queue refused {len(failed)} of {len(batch)} messages: {failed[0].get('Code')}")
        sent += len(batch)
    return sent


def at_or_now(message: ResyncMessage) -> datetime:
    """Give the time that a message's work is done at: the present, unless the sweeper was told a later one."""
    now = clock.now()
    return now if message.at is None else max(now, message.at)


def _body(message: ResyncMessage) -> str:
    return msgspec.json.encode(message).decode()
