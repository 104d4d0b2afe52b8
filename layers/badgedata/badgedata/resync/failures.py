"""Failure records for award images that couldn't be baked: the reason, and the time of the next retry."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple, Self

from badgedata import clock, sweeping
from badgedata.identifiers import ENTITY_ID
from badgedata.records.awards import Award
from badgedata.records.resyncs import SHARDS, FailedImage, Resync, shard_of

POSITIONS: Final = re.compile(r"(?:0[0-9]|1[0-5])#" + ENTITY_ID.pattern)
"""The format of an encoded `Position`."""


class Position(NamedTuple):
    """The position of an award in a re-sync's list of failed images."""

    shard: int
    award_id: str

    def encode(self) -> str:
        """Return the position as text, for use in cursors."""
        return f"{self.shard:02}#{self.award_id}"

    @classmethod
    def decode(cls, text: str) -> Self:
        """Return the position encoded in a string that matches `POSITIONS`."""
        shard, _, award_id = text.partition("#")
        return cls(int(shard), award_id)


def first_failure(resync: Resync, award: Award, reason: str, now: datetime) -> FailedImage:
    """Return a new record for an award whose image couldn't be baked."""
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
        due_at=clock.sortable(now + sweeping.wait_after(1)),
        expires_at=resync.expires_at,
    )


def find_failures(badge_class_id: str, version: int, award_ids: list[str]) -> list[FailedImage]:
    """Return the failure records for these awards. An award whose image has since been baked has no record."""
    keys = [FailedImage.key(badge_class_id, version, award_id) for award_id in award_ids]
    return list(FailedImage.batch_get(keys, consistent_read=True))


def due_failures(now: datetime) -> Iterator[FailedImage]:
    """Yield the failure records that are due for a retry, across all re-syncs."""
    for shard in range(SHARDS):
        yield from FailedImage.by_due_time.query(FailedImage.due_key(shard), FailedImage.due_at <= clock.sortable(now))


def failures_of(resync: Resync, after: str | None, read_at_once: int) -> Iterator[FailedImage]:
    """Yield a re-sync's failure records ordered by position, starting after the position `after`."""
    start = Position.decode(after) if after is not None else Position(0, "")
    for shard in range(start.shard, SHARDS):
        later = FailedImage.sk > f"award#{start.award_id}" if shard == start.shard else None
        key = FailedImage.shard_key(resync.badge_class_id, int(resync.version), shard)
        yield from FailedImage.query(key, later, page_size=read_at_once)


def position(failure: FailedImage) -> str:
    """Return a failure record's position as text, for use as `after` in `failures_of`."""
    return Position(shard_of(failure.award_id), failure.award_id).encode()


def give_up(failures: list[FailedImage]) -> None:
    """Stop retrying these images, because their re-sync is closed. The API still lists the images and the reasons."""
    for failure in failures:
        failure.update([FailedImage.due.remove(), FailedImage.due_at.remove()], condition=FailedImage.pk.exists())


def drop(badge_class_id: str, version: int, award_ids: list[str]) -> None:
    """Delete the failure records for these awards, because a newer re-sync bakes their images."""
    with FailedImage.batch_write() as batch:
        for failure in find_failures(badge_class_id, version, award_ids):
            batch.delete(failure)
