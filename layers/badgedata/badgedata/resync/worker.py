"""The re-sync worker: one message in, one page of awards baked, or some that are due again.

The life of a re-sync: confirm sends one message → the awards are counted → each message bakes one page, moves the
figures together with the position, and sends for the next → the last page completes it, or what failed comes back
through the sweeper. A message that finds a newer version of the badge class drops the work.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pynamodb.transactions import TransactWrite

from badgedata import clock
from badgedata.access import find_badge_class
from badgedata.records import transactions
from badgedata.records.awards import Award
from badgedata.records.directory import BadgeClass
from badgedata.records.resyncs import FailedImage, Resync
from badgedata.records.transactions import ConditionsFailedError
from badgedata.resync import failures, messages, resyncs
from badgedata.resync.award_pages import PAGE, count_page, read_page
from badgedata.resync.baking import bake_awards
from badgedata.resync.messages import ResyncMessage

RESERVE_SECONDS: Final = 20.0
"""Counting hands on when less than this is left of the function's time."""

TRIES: Final = 3


@dataclass(frozen=True)
class Outcome:
    """What came of a message."""

    state: str
    refreshed: int = 0
    failed: int = 0


NOTHING_TO_DO: Final = Outcome("nothing-to-do")


def work(message: ResyncMessage, remaining_seconds: Callable[[], float]) -> Outcome:
    """Do what a message asks for. A repeated or concurrent message counts nothing twice.

    Parameters
    ----------
    remaining_seconds
        Tells how long this function may still run.

    Raises
    ------
    Exception
        What went wrong in passing: the queue brings the message again, and the sweeper what the queue gave up.
    """
    resync = resyncs.find(message.badge_class_id, message.version)
    if resync is None:
        return NOTHING_TO_DO
    badge_class = _badge_class_of(resync)
    if badge_class is None:
        return _drop(resync, message.awards or [])
    now = messages.at_or_now(message)
    if message.awards is not None:
        return _try_again(resync, badge_class, message.awards, now)
    return _walk(resync, badge_class, now, remaining_seconds)


def _badge_class_of(resync: Resync) -> BadgeClass | None:
    """Give the badge class, if it is still the version that this re-sync is for."""
    badge_class = find_badge_class(resync.badge_class_id, consistent=True)
    return badge_class if badge_class is not None and badge_class.version == resync.version else None


def _drop(resync: Resync, award_ids: list[str]) -> Outcome:
    """A newer replacement took over, and bakes all of it for its own version."""
    resyncs.close(resync, "taken-over")
    with FailedImage.batch_write() as batch:
        for failure in failures.find_failures(resync.badge_class_id, int(resync.version), award_ids):
            batch.delete(failure)
    return Outcome("taken-over")


def _walk(resync: Resync, badge_class: BadgeClass, now: datetime, remaining_seconds: Callable[[], float]) -> Outcome:
    if resync.status != "in-progress":
        return NOTHING_TO_DO
    while not resync.is_counted:
        if not _count(resync):
            return NOTHING_TO_DO
        if remaining_seconds() < RESERVE_SECONDS:
            messages.send_walk(resync)
            return Outcome("handed-on")
    if resync.is_walked:
        resyncs.complete(resync)
        return NOTHING_TO_DO
    page = read_page(resync.badge_class_id, resync.walk_cursor)
    failed = [
        failures.first_failure(resync, award, reason, now)
        for award, reason in zip(page, bake_awards(page, badge_class), strict=True)
        if reason is not None
    ]
    outcome = Outcome("page-done", len(page) - len(failed), len(failed))
    try:
        _record_page(resync, page, failed, now)
    except ConditionsFailedError:
        return NOTHING_TO_DO  # a repeated message was faster, and its worker goes on
    if len(page) == PAGE:
        messages.send_walk(resync)
    else:
        _complete(resync)
    return outcome


def _count(resync: Resync) -> bool:
    count, behind = count_page(resync.badge_class_id, resync.count_cursor)
    return resync.update_if(
        (Resync.count_cursor == resync.count_cursor)
        & (Resync.is_counted == False)  # noqa: E712 - a condition for DynamoDB
        & Resync.due.exists(),
        [
            Resync.counted.add(count),
            Resync.is_counted.set(behind is None),
            Resync.count_cursor.set(behind or resync.count_cursor),
            Resync.due_at.set(clock.sortable(clock.now() + resyncs.PATIENCE)),
        ],
    )


def _record_page(resync: Resync, page: list[Award], failed: list[FailedImage], now: datetime) -> None:
    is_last = len(page) < PAGE
    look_at = clock.parse_rfc3339(resync.window_ends_at) if is_last else now + resyncs.PATIENCE
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


def _try_again(resync: Resync, badge_class: BadgeClass, award_ids: list[str], now: datetime) -> Outcome:
    for tried in range(1, TRIES + 1):
        found = failures.find_failures(resync.badge_class_id, int(resync.version), award_ids)
        if resync.status != "in-progress":
            return _give_up(found)
        due = [failure for failure in found if failure.due_at is not None and failure.due_at <= clock.sortable(now)]
        if not due:
            _complete(resync)
            return NOTHING_TO_DO
        reasons = _bake_again(due, badge_class)
        try:
            _record_tries(resync, due, reasons, now)
        except ConditionsFailedError:
            if tried == TRIES:
                raise
            continue  # a repeated message was faster with some of them
        _complete(resync)
        break
    still_failed = sum(reason is not None for reason in reasons)
    return Outcome("tried-again", len(due) - still_failed, still_failed)


def _give_up(found: list[FailedImage]) -> Outcome:
    """The window is over: the reasons stay for people to see, and nothing is due any more."""
    for failure in found:
        failure.update([FailedImage.due.remove(), FailedImage.due_at.remove()], condition=FailedImage.pk.exists())
    return Outcome("given-up")


def _bake_again(due: list[FailedImage], badge_class: BadgeClass) -> list[str | None]:
    keys = [(failure.issuer_id, failure.issued_on_award_id) for failure in due]
    awards = {award.award_id: award for award in Award.batch_get(keys, consistent_read=True)}
    reasons = dict(zip(awards, bake_awards(list(awards.values()), badge_class), strict=True))
    return [reasons.get(failure.award_id) for failure in due]


def _record_tries(resync: Resync, due: list[FailedImage], reasons: list[str | None], now: datetime) -> None:
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


def _complete(resync: Resync) -> None:
    """Close the re-sync if this was the last of it; the figures of now decide, not those that this worker read."""
    now_stored = resyncs.find(resync.badge_class_id, int(resync.version))
    if now_stored is not None and resyncs.is_done(now_stored):
        resyncs.complete(now_stored)
