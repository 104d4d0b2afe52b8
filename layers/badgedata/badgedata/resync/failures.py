"""Awards whose image could not be baked: why, when each is tried again, and in what order people see them."""

import random
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from badgedata import clock
from badgedata.identifiers import ENTITY_ID
from badgedata.records.awards import Award
from badgedata.records.resyncs import SHARDS, FailedImage, Resync, shard_of

POSITIONS: Final = re.compile(r"(?:0[0-9]|1[0-5])#" + ENTITY_ID.pattern)
"""The form of a failure's position among those of its re-sync: its shard, and its award's id."""

FIRST_WAIT: Final = timedelta(minutes=5)
LONGEST_WAIT: Final = timedelta(hours=24)


def wait_after(attempts: int) -> timedelta:
    """Give how long an award waits after so many tries: at random, up to a bound that doubles from 10 min to 24 h.

    At random, so that what failed together does not come back together (exponential backoff with jitter).
    """
    bound = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempts, 16))
    return timedelta(seconds=random.uniform(FIRST_WAIT.total_seconds(), bound.total_seconds()))  # noqa: S311 - spreads tries, guards nothing


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
    first, _, last_award = (after or "00#").partition("#")
    for shard in range(int(first), SHARDS):
        behind = FailedImage.sk > f"award#{last_award}" if shard == int(first) else None
        key = FailedImage.shard_key(resync.badge_class_id, int(resync.version), shard)
        yield from FailedImage.query(key, behind, page_size=read_at_once)


def position(failure: FailedImage) -> str:
    """Return where a failure is among those of its re-sync."""
    return f"{shard_of(failure.award_id):02}#{failure.award_id}"
