"""The lifecycle of an image re-sync: its awards are counted and then processed page by page (the walk).

A re-sync ends when all images are refreshed. If its window ends first, the re-sync becomes overdue.

One item stores a re-sync's figures. For each page of awards, one transaction updates the figures and records the
failures. The transaction fails if another worker has already recorded the page. Each award is therefore counted only
once, even if messages are duplicated or processed concurrently.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from badgedata import clock, sweeping
from badgedata.access import badge_classes_by_id, find_badge_class
from badgedata.records import transactions
from badgedata.records.awards import Award
from badgedata.records.directory import BadgeClass
from badgedata.records.resyncs import DUE_RESYNCS, FailedImage, Resync

WINDOW = timedelta(days=13)
PATIENCE = timedelta(minutes=30)
"""The time without progress after which the sweeper enqueues a re-sync again."""

MAX_BATCH_BADGE_CLASSES = 100
"""The maximum number of items in one BatchGetItem."""

OPEN_STATUSES = ("in-progress", "overdue")


@dataclass(frozen=True)
class Figures:
    """The progress of a re-sync. `refreshed` + `pending` + `failed` always equals `total`."""

    total: int
    refreshed: int
    pending: int
    failed: int


def find(badge_class_id: str, version: int) -> Resync | None:
    """Return the re-sync for a badge class version, or None if the re-sync doesn't exist or has expired."""
    return Resync.find(*Resync.key(badge_class_id, version))


def due_resyncs(now: datetime) -> Iterator[Resync]:
    """Return the re-syncs that the sweeper must check at `now`."""
    return Resync.by_due_time.query(DUE_RESYNCS, Resync.due_at <= clock.sortable(now))


def open_resyncs(organization_id: str, after: str | None) -> Iterator[tuple[Resync, BadgeClass | None]]:
    """Yield an organization's open re-syncs with their badge classes, newest first.

    Some of the re-syncs may have just been completed or taken over by a newer replacement. To exclude them, use
    `is_open`.
    """
    resyncs = Resync.by_scope.newest_first(Resync.open_key(organization_id), after, MAX_BATCH_BADGE_CLASSES)
    for batch in batched(resyncs, MAX_BATCH_BADGE_CLASSES, strict=False):
        badge_classes = badge_classes_by_id({resync.badge_class_id for resync in batch})
        for resync in batch:
            yield resync, badge_classes.get(resync.badge_class_id)


def is_open(resync: Resync, badge_class: BadgeClass | None) -> bool:
    """Return whether a re-sync belongs to its badge class's current version and is either in progress or overdue."""
    is_current = badge_class is not None and int(badge_class.version) == int(resync.version)
    return is_current and status_of(resync) in OPEN_STATUSES


def shown_for(badge_class: BadgeClass, version: int) -> Resync | None:
    """Return the re-sync whose progress is shown for a replacement.

    Parameters
    ----------
    version
        The badge class version that the replacement created. If a newer replacement took over this version's unfinished
        re-sync, the newer re-sync is returned.
    """
    own = find(badge_class.entity_id, version)
    is_unfinished = own is not None and not is_done(own) and own.status != "overdue"
    if is_unfinished and version < int(badge_class.version):
        return find(badge_class.entity_id, int(badge_class.version))
    return own


def figures(resync: Resync) -> Figures:
    """Return a re-sync's figures, computed from its counts so that they add up.

    After all awards have been processed, `total` is the number of processed awards. Until then, `total` is the number
    of counted or processed awards, whichever is larger, because awards can be added after the count.
    """
    refreshed, failed = int(resync.refreshed), int(resync.failed)
    tried = refreshed + failed
    total = tried if resync.is_walked else max(int(resync.counted), tried)
    return Figures(total, refreshed, total - tried, failed)


def status_of(resync: Resync) -> str:
    """Return a re-sync's status: in-progress, complete, overdue, or taken-over."""
    if is_done(resync):
        return "complete"
    return resync.status


def is_done(resync: Resync) -> bool:
    """Return whether all awards have been processed and all of their images refreshed."""
    return bool(resync.is_walked) and int(resync.failed) == 0


def is_taken_over(resync: Resync) -> bool:
    """Return whether a re-sync's badge class now has a newer version or has been deleted."""
    badge_class = find_badge_class(resync.badge_class_id, consistent=True)
    return badge_class is None or int(badge_class.version) != int(resync.version)


def record_count(resync: Resync, count: int, position: str | None) -> bool:
    """Add a page of `count` awards to a re-sync's count. Return False if another worker has already added the page.

    Parameters
    ----------
    position
        The sort key of the page's last award, or None if all awards have been counted.
    """
    return resync.update_if(
        (Resync.count_cursor == resync.count_cursor)
        & (Resync.is_counted == False)  # noqa: E712 - a condition for DynamoDB
        & Resync.due.exists(),
        [
            Resync.counted.add(count),
            Resync.is_counted.set(position is None),
            Resync.count_cursor.set(position or resync.count_cursor),
            Resync.due_at.set(clock.sortable(clock.now() + PATIENCE)),
        ],
    )


def record_page(resync: Resync, page: list[Award], failed: list[FailedImage], is_last: bool, now: datetime) -> None:
    """Record a processed page of awards, including any failures.

    Raises
    ------
    ConditionsFailedError
        If another worker has already recorded the page.
    """
    next_check = clock.parse_rfc3339(resync.window_ends_at) if is_last else now + PATIENCE
    actions: list[Any] = [
        Resync.refreshed.add(len(page) - len(failed)),
        Resync.failed.add(len(failed)),
        Resync.is_walked.set(is_last),
        Resync.due_at.set(clock.sortable(next_check)),
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


def record_retries(resync: Resync, due: list[FailedImage], reasons: list[str | None], now: datetime) -> None:
    """Count the successful retries. For each image that failed again, record the reason and the time of the next retry.

    Parameters
    ----------
    reasons
        For each due award, the reason why its image couldn't be baked, or None if the image is now up to date.

    Raises
    ------
    ConditionsFailedError
        If another worker has already retried any of these images.
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
            due_at = clock.sortable(now + sweeping.wait_after(attempts))
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
    """Read a re-sync's current figures, and close the re-sync if all of its images are refreshed."""
    current = find(resync.badge_class_id, int(resync.version))
    if current is not None and is_done(current):
        complete(current)


def complete(resync: Resync) -> bool:
    """Close an open re-sync if all of its images are refreshed, and return whether it was closed."""
    done = (Resync.is_walked == True) & (Resync.failed == 0)  # noqa: E712 - a condition for DynamoDB
    return close(resync, "complete", done & Resync.status.is_in(*OPEN_STATUSES))


def close(resync: Resync, status: str, condition: Condition | None = None) -> bool:
    """Set a re-sync's status, and end the sweeper's checks. Return whether the status was set.

    If the new status is ``overdue``, the re-sync remains in the list of open re-syncs.

    Parameters
    ----------
    condition
        The condition for the change. By default, the re-sync must be in progress.
    """
    actions: list[Any] = [Resync.status.set(status), Resync.due.remove(), Resync.due_at.remove()]
    if status not in OPEN_STATUSES:
        actions.append(Resync.scope.remove())
    return resync.update_if(condition if condition is not None else Resync.status == "in-progress", actions)


def schedule_recheck(resync: Resync, at: datetime) -> bool:
    """Schedule the sweeper's next check of a re-sync. Return False if the sweeper no longer checks the re-sync."""
    return resync.update_if(Resync.due.exists(), [Resync.due_at.set(clock.sortable(at))])
