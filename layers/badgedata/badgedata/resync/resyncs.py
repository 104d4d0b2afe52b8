"""The life of an image re-sync: counted, walked, and complete or, when its window ends before, overdue.

Its figures are one item. Each page of awards moves them in one transaction with what failed, on condition that nobody
moved the position before; so a repeated or concurrent message counts nothing twice.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.expressions.condition import Condition

from badgedata import clock
from badgedata.access import find_badge_class
from badgedata.records.directory import BadgeClass
from badgedata.records.record import history_expiry
from badgedata.records.resyncs import DUE_RESYNCS, Resync

WINDOW = timedelta(days=13)
PATIENCE = timedelta(minutes=30)
"""How long a walk may show no sign of work before the sweeper sends for it again."""

GOING_ON = ("in-progress", "overdue")


@dataclass(frozen=True)
class Figures:
    """How far a re-sync is. `refreshed` + `pending` + `failed` is `total`, always."""

    total: int
    refreshed: int
    pending: int
    failed: int


def new(badge_class_id: str, version: int, replacement_id: str, now: datetime) -> Resync:
    """Make the record of a re-sync that begins now; it is not stored yet."""
    return Resync(
        *Resync.key(badge_class_id, version),
        badge_class_id=badge_class_id,
        version=version,
        replacement_id=replacement_id,
        window_ends_at=clock.to_the_second(now + WINDOW),
        due=DUE_RESYNCS,
        due_at=clock.sortable(now + PATIENCE),
        expires_at=history_expiry(now),
    )


def find(badge_class_id: str, version: int) -> Resync | None:
    """Give the re-sync of a badge class's version as it is now, or None."""
    return Resync.find(*Resync.key(badge_class_id, version))


def shown_for(badge_class: BadgeClass, version: int) -> Resync | None:
    """Give the re-sync that tells how fresh the images of a replaced version's awards are.

    That is its own; and where a newer replacement took over before it was done, that one's.
    """
    own = find(badge_class.entity_id, version)
    is_unfinished = own is not None and not is_done(own) and own.status != "overdue"
    if is_unfinished and version < int(badge_class.version):
        return find(badge_class.entity_id, int(badge_class.version))
    return own


def figures(resync: Resync) -> Figures:
    """Give a re-sync's figures.

    While awards are counted and walked, `total` is the larger of both counts, for awards may be given meanwhile; once
    all are walked, it is what was walked.
    """
    refreshed, failed = int(resync.refreshed), int(resync.failed)
    tried = refreshed + failed
    total = tried if resync.is_walked else max(int(resync.counted), tried)
    return Figures(total, refreshed, total - tried, failed)


def status_of(resync: Resync) -> str:
    """Give the state a re-sync reads as: in-progress, complete, overdue; or taken-over by a newer replacement's."""
    if is_done(resync):
        return "complete"
    return resync.status


def is_done(resync: Resync) -> bool:
    """Tell whether every award's image is refreshed."""
    return bool(resync.is_walked) and int(resync.failed) == 0


def is_taken_over(resync: Resync) -> bool:
    """Tell whether the badge class has a newer version by now, or is gone."""
    badge_class = find_badge_class(resync.badge_class_id, consistent=True)
    return badge_class is None or int(badge_class.version) != int(resync.version)


def complete(resync: Resync) -> bool:
    """Close a re-sync of which nothing is left to do; False when something is."""
    done = (Resync.is_walked == True) & (Resync.failed == 0)  # noqa: E712 - a condition for DynamoDB
    return close(resync, "complete", done & Resync.status.is_in(*GOING_ON))


def close(resync: Resync, status: str, condition: Condition | None = None) -> bool:
    """Give a re-sync that is going on its last state, and take it out of what the sweeper looks at."""
    return resync.update_if(
        condition if condition is not None else Resync.status == "in-progress",
        [Resync.status.set(status), Resync.due.remove(), Resync.due_at.remove()],
    )


def look_again(resync: Resync, at: datetime) -> bool:
    """Let the sweeper look at this re-sync again at that time."""
    return resync.update_if(Resync.due.exists(), [Resync.due_at.set(clock.sortable(at))])
