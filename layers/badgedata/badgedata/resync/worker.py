"""The re-sync worker: one message in, one page of awards baked, or some that are due again.

The life of a re-sync: confirm sends one message → the awards are counted → each message bakes one page, moves the
figures together with the position, and sends for the next → the last page completes it, or what failed comes back
through the sweeper. A message that finds a newer version of the badge class drops the work.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from badgedata import aws, clock
from badgedata.access import find_badge_class
from badgedata.config import config
from badgedata.records.awards import Award
from badgedata.records.directory import BadgeClass
from badgedata.records.resyncs import FailedImage, Resync
from badgedata.records.transactions import ConditionsFailedError
from badgedata.resync import failures, lifecycle, messages
from badgedata.resync.baking import bake_awards
from badgedata.resync.messages import ResyncMessage

RESERVE_SECONDS: Final = 20.0
"""Counting hands on when less than this is left of the function's time."""

MAX_TRIES: Final = 3

MAX_PAGE_AWARDS: Final = 90
"""All of a page may fail, and then each is one of the 100 writes that a transaction takes."""


@dataclass(frozen=True)
class Outcome:
    """What came of a message."""

    state: str
    refreshed: int = 0
    failed: int = 0


NOTHING_TO_DO: Final = Outcome("nothing-to-do")


def run(message: ResyncMessage, remaining_seconds: Callable[[], float]) -> Outcome:
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
    resync = lifecycle.find(message.badge_class_id, message.version)
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
    lifecycle.close(resync, "taken-over")
    failures.drop(resync.badge_class_id, int(resync.version), award_ids)
    return Outcome("taken-over")


def _walk(resync: Resync, badge_class: BadgeClass, now: datetime, remaining_seconds: Callable[[], float]) -> Outcome:
    if resync.status != "in-progress":
        return NOTHING_TO_DO
    while not resync.is_counted:
        count, behind = _count_page(resync.badge_class_id, resync.count_cursor)
        if not lifecycle.record_count(resync, count, behind):
            return NOTHING_TO_DO
        if remaining_seconds() < RESERVE_SECONDS:
            messages.send_walk(resync)
            return Outcome("handed-on")
    if resync.is_walked:
        lifecycle.complete(resync)
        return NOTHING_TO_DO
    page = _read_page(resync.badge_class_id, resync.walk_cursor)
    failed = [
        failures.first_failure(resync, award, reason, now)
        for award, reason in zip(page, bake_awards(page, badge_class), strict=True)
        if reason is not None
    ]
    outcome = Outcome("page-done", len(page) - len(failed), len(failed))
    is_last = len(page) < MAX_PAGE_AWARDS
    try:
        lifecycle.record_page(resync, page, failed, is_last, now)
    except ConditionsFailedError:
        return NOTHING_TO_DO  # a repeated message was faster, and its worker goes on
    if is_last:
        lifecycle.complete_if_done(resync)
    else:
        messages.send_walk(resync)
    return outcome


def _try_again(resync: Resync, badge_class: BadgeClass, award_ids: list[str], now: datetime) -> Outcome:
    for tried in range(1, MAX_TRIES + 1):
        found = failures.find_failures(resync.badge_class_id, int(resync.version), award_ids)
        if resync.status != "in-progress":
            failures.give_up(found)
            return Outcome("given-up")
        due = [failure for failure in found if failure.due_at is not None and failure.due_at <= clock.sortable(now)]
        if not due:
            lifecycle.complete_if_done(resync)
            return NOTHING_TO_DO
        reasons = _bake_again(due, badge_class)
        try:
            lifecycle.record_tries(resync, due, reasons, now)
        except ConditionsFailedError:
            if tried == MAX_TRIES:
                raise
            continue  # a repeated message was faster with some of them
        lifecycle.complete_if_done(resync)
        break
    still_failed = sum(reason is not None for reason in reasons)
    return Outcome("tried-again", len(due) - still_failed, still_failed)


def _bake_again(due: list[FailedImage], badge_class: BadgeClass) -> list[str | None]:
    keys = [(failure.issuer_id, failure.issued_on_award_id) for failure in due]
    awards = {award.award_id: award for award in Award.batch_get(keys, consistent_read=True)}
    reasons = dict(zip(awards, bake_awards(list(awards.values()), badge_class), strict=True))
    return [reasons.get(failure.award_id) for failure in due]


def _count_page(badge_class_id: str, after: str) -> tuple[int, str | None]:
    """Count the awards behind the sort key `after`, as many as one request does (1 MB of them).

    Returns
    -------
    tuple of int and (str or None)
        How many, and the sort key to go on behind, None at the end.
    """
    answer = aws.dynamodb().query(
        TableName=config().awards_table,
        IndexName="by-badge-class",
        Select="COUNT",
        KeyConditionExpression="badgeClassId = :badge_class" + (" AND issuedOnAwardId > :after" if after else ""),
        ExpressionAttributeValues={":badge_class": {"S": badge_class_id}} | ({":after": {"S": after}} if after else {}),
    )
    last = answer.get("LastEvaluatedKey")
    return answer["Count"], last["issuedOnAwardId"]["S"] if last else None


def _read_page(badge_class_id: str, after: str) -> list[Award]:
    """Read the next page of awards behind the sort key `after`, in the order of their dates."""
    behind = Award.issued_on_award_id > after if after else None
    return list(Award.by_badge_class.query(badge_class_id, behind, limit=MAX_PAGE_AWARDS, page_size=MAX_PAGE_AWARDS))
