"""The life of an image re-sync: counted, walked, and complete or, when its window ends before, overdue.

Its figures are one item. Each page of awards moves them in one transaction with what failed, on condition that nobody
moved the position before; so a repeated or concurrent message counts nothing twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from badgedata import clock
from badgedata.access import find_badge_class
from badgedata.records import transactions
from badgedata.records.awards import Award
from badgedata.records.directory import BadgeClass
from badgedata.records.resyncs import DUE_RESYNCS, FailedImage, Resync
from badgedata.resync import failures

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


def find(badge_class_id: str, version: int) -> Resync | None:
    """Give the re-sync of a badge class's version as it is now, or None."""
    return Resync.find(*Resync.key(badge_class_id, version))


def due_resyncs(now: datetime) -> Iterator[Resync]:
    """Give the re-syncs that the sweeper has to look at by `now`."""
    return Resync.by_due_time.query(DUE_RESYNCS, Resync.due_at <= clock.sortable(now))


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


def record_count(resync: Resync, count: int, behind: str | None) -> bool:
    """Move the position of counting by `count` awards; False when another worker moved it before.

    Parameters
    ----------
    behind
        The sort key to go on behind; None where all awards are counted.
    """
    return resync.update_if(
        (Resync.count_cursor == resync.count_cursor)
        & (Resync.is_counted == False)  # noqa: E712 - a condition for DynamoDB
        & Resync.due.exists(),
        [
            Resync.counted.add(count),
            Resync.is_counted.set(behind is None),
            Resync.count_cursor.set(behind or resync.count_cursor),
            Resync.due_at.set(clock.sortable(clock.now() + PATIENCE)),
        ],
    )


def record_page(resync: Resync, page: list[Award], failed: list[FailedImage], is_last: bool, now: datetime) -> None:
    """Move the position of the walk by a page of awards, and keep those that failed.

    Raises
    ------
    ConditionsFailedError
        When another worker moved it before.
    """
    look_at = clock.parse_rfc3339(resync.window_ends_at) if is_last else now + PATIENCE
    actions: list[Any] = [
        Resync.refreshed.add(len(page) - len(failed)),
        Resync.failed.add(len(failed)),
        Resync.is_walked.set(is_last),
        Resync.due_at.set(clock.sortable(look_at)),
    ]
    if page:
        actions.append(Resync.walk_cursor.set(page[-1].issued_on_award_id))
    unmoved = (
        (Resync.walk_cursor == resync.walk_cursor)
        & (Resync.is_walked == False)  # noqa: E712 - a condition for DynamoDB
        & (Resync.status == "in-progress")
    )

    def fill(transaction: TransactWrite) -> None:
        transaction.update(resync, actions=actions, condition=unmoved)
        for failure in failed:
            transaction.save(failure)

    transactions.write(fill)


def record_tries(resync: Resync, due: list[FailedImage], reasons: list[str | None], now: datetime) -> None:
    """Count what was tried again, and keep when those that failed once more are due.

    Parameters
    ----------
    reasons
        For each award that was due, why its image could not be baked; None where it is fresh now.

    Raises
    ------
    ConditionsFailedError
        When another worker tried some of them meanwhile.
    """
    done = reasons.count(None)

    def fill(transaction: TransactWrite) -> None:
        transaction.update(
            resync,
            actions=[Resync.refreshed.add(done), Resync.failed.add(-done)],
            condition=Resync.pk.exists(),
        )
        for failure, reason in zip(due, reasons, strict=True):
            untouched = FailedImage.attempts == failure.attempts
            if reason is None:
                transaction.delete(failure, condition=untouched)
                continue
            attempts = int(failure.attempts) + 1
            due_at = clock.sortable(now + failures.wait_after(attempts))
            transaction.update(
                failure,
                actions=[
                    FailedImage.reason.set(reason),
                    FailedImage.attempts.set(attempts),
                    FailedImage.due_at.set(due_at),
                ],
                condition=untouched,
            )

    transactions.write(fill)


def complete_if_done(resync: Resync) -> None:
    """Close the re-sync if nothing is left of it; the figures of now decide, not those that the caller read."""
    now_stored = find(resync.badge_class_id, int(resync.version))
    if now_stored is not None and is_done(now_stored):
        complete(now_stored)


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
