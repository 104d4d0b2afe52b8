"""Awards whose image could not be baked: why, when each is tried again, and in what order people see them."""

import random
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, NamedTuple, Self

from badgedata import clock
from badgedata.identifiers import ENTITY_ID
from badgedata.records.awards import Award
from badgedata.records.resyncs import SHARDS, FailedImage, Resync, shard_of

POSITIONS: Final = re.compile(r"(?:0[0-9]|1[0-5])#" + ENTITY_ID.pattern)
"""The form of an encoded `Position`."""

MIN_WAIT: Final = timedelta(minutes=5)
MAX_WAIT: Final = timedelta(hours=24)


class Position(NamedTuple):
    """Where a failure is among those of its re-sync."""

    shard: int
    award_id: str

    def encode(self) -> str:
        return f"{self.shard:02}#{self.award_id}"

    @classmethod
    def decode(cls, text: str) -> Self:
        shard, _, award_id = text.partition("#")
        return cls(int(shard), award_id)


def wait_after(attempts: int) -> timedelta:
    """Give how long an award waits after so many tries: at random, up to a bound that doubles from 10 min to 24 h.

    At random, so that what failed together does not come back together (exponential backoff with jitter).
    """
    bound = min(MAX_WAIT, MIN_WAIT * 2 ** min(attempts, 16))
    return timedelta(seconds=random.uniform(MIN_WAIT.total_seconds(), bound.total_seconds()))  # noqa: S311 - spreads tries, guards nothing


def first_failure(resync: Resync, award: Award, reason: str, now: datetime) -> FailedImage:
    """Make the record of an award that failed for the first time."""
    return FailedImage(
        *FailedImage.key(resync.badge_class_id, int(resync.version), award.award_id),
        badge_class_id=resync.badge_class_id,
        version=int(resync.version),
        award_id=award.award_id,
        issuer_id=award.issuer_id,
        issued_on_award_id=award.issued_on_award_id,
        reason=reason,
        attempts=1,
        due=FailedImage.due_key(shard_of(award.award_id)),
        due_at=clock.sortable(now + wait_after(1)),
        expires_at=resync.expires_at,
    )


def find_failures(badge_class_id: str, version: int, award_ids: list[str]) -> list[FailedImage]:
    """Give those of these awards that failed and did not succeed since."""
    keys = [FailedImage.key(badge_class_id, version, award_id) for award_id in award_ids]
    return list(FailedImage.batch_get(keys, consistent_read=True))


def due_failures(now: datetime) -> Iterator[FailedImage]:
    """Give all awards that are due again, of all re-syncs."""
    for shard in range(SHARDS):
        yield from FailedImage.by_due_time.query(FailedImage.due_key(shard), FailedImage.due_at <= clock.sortable(now))


def failures_of(resync: Resync, after: str | None, read_at_once: int) -> Iterator[FailedImage]:
    """Return a re-sync's failures in the order of their positions, from `after` on, which is left out."""
    start = Position.decode(after) if after is not None else Position(0, "")
    for shard in range(start.shard, SHARDS):
        behind = FailedImage.sk > f"award#{start.award_id}" if shard == start.shard else None
        key = FailedImage.shard_key(resync.badge_class_id, int(resync.version), shard)
        yield from FailedImage.query(key, behind, page_size=read_at_once)


def position(failure: FailedImage) -> str:
    """Return where a failure is among those of its re-sync, as `failures_of` takes it."""
    return Position(shard_of(failure.award_id), failure.award_id).encode()


def give_up(found: list[FailedImage]) -> None:
    """The window is over: the reasons stay for people to see, and nothing is due any more."""
    for failure in found:
        failure.update([FailedImage.due.remove(), FailedImage.due_at.remove()], condition=FailedImage.pk.exists())


def drop(badge_class_id: str, version: int, award_ids: list[str]) -> None:
    """Forget that these awards failed."""
    with FailedImage.batch_write() as batch:
        for failure in find_failures(badge_class_id, version, award_ids):
            batch.delete(failure)
