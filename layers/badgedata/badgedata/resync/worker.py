"""The re-sync worker. Each message requests one page of images, or retries for specific images.

The first message is sent when a replacement is confirmed. The worker counts the awards, and then bakes the images page
by page. After each page, it updates the figures and the position, and enqueues the next message. The re-sync is
complete after the last page, unless images failed. The sweeper enqueues retries for failed images.

Messages for earlier versions of a badge class are dropped.
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
"""The minimum remaining time for counting. If less time remains, the worker leaves the rest to the next message."""

MAX_WRITE_ATTEMPTS: Final = 3
"""The maximum number of attempts to retry images and record the results. Concurrent messages can cause conflicts."""

MAX_PAGE_AWARDS: Final = 90
"""The number of awards per page. Each award that fails takes one of the 100 writes that a transaction allows."""


@dataclass(frozen=True)
class Outcome:
    """The result of processing a message, and the numbers of refreshed and failed images."""

    state: str
    refreshed: int = 0
    failed: int = 0


NOTHING_TO_DO: Final = Outcome("nothing-to-do")


def run(message: ResyncMessage, remaining_seconds: Callable[[], float]) -> Outcome:
    """Process a message. Each award is counted only once, even if a message is duplicated.

    Parameters
    ----------
    remaining_seconds
        A function that returns the seconds left before the Lambda invocation times out.

    Raises
    ------
    Exception
        If a temporary failure occurs. The queue then redelivers the message. After the last attempt, the sweeper sends
        another message.
    """
    resync = lifecycle.find(message.badge_class_id, message.version)
    if resync is None:
        return NOTHING_TO_DO
    badge_class = _current_badge_class(resync)
    if badge_class is None:
        return _drop(resync, message.awards or [])
    now = messages.at_or_now(message)
    if message.awards is not None:
        return _retry(resync, badge_class, message.awards, now)
    return _walk(resync, badge_class, now, remaining_seconds)


def _current_badge_class(resync: Resync) -> BadgeClass | None:
    """Return a re-sync's badge class, or None if the badge class was deleted or replaced again."""
    badge_class = find_badge_class(resync.badge_class_id, consistent=True)
    return badge_class if badge_class is not None and badge_class.version == resync.version else None


def _drop(resync: Resync, award_ids: list[str]) -> Outcome:
    """Close a re-sync that is no longer needed, and delete the failure records of the given awards."""
    lifecycle.close(resync, "taken-over")
    failures.drop(resync.badge_class_id, int(resync.version), award_ids)
    return Outcome("taken-over")


def _walk(resync: Resync, badge_class: BadgeClass, now: datetime, remaining_seconds: Callable[[], float]) -> Outcome:
    if resync.status != "in-progress":
        return NOTHING_TO_DO
    while not resync.is_counted:
        count, position = _count_page(resync.badge_class_id, resync.count_cursor)
        if not lifecycle.record_count(resync, count, position):
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
        return NOTHING_TO_DO  # a worker with a duplicate message was faster, and continues
    if is_last:
        lifecycle.complete_if_done(resync)
    else:
        messages.send_walk(resync)
    return outcome


def _retry(resync: Resync, badge_class: BadgeClass, award_ids: list[str], now: datetime) -> Outcome:
    for attempt in range(1, MAX_WRITE_ATTEMPTS + 1):
        failed = failures.find_failures(resync.badge_class_id, int(resync.version), award_ids)
        if resync.status != "in-progress":
            failures.give_up(failed)
            return Outcome("given-up")
        due = [failure for failure in failed if failure.due_at is not None and failure.due_at <= clock.sortable(now)]
        if not due:
            lifecycle.complete_if_done(resync)
            return NOTHING_TO_DO
        reasons = _rebake(due, badge_class)
        try:
            lifecycle.record_retries(resync, due, reasons, now)
        except ConditionsFailedError:
            if attempt == MAX_WRITE_ATTEMPTS:
                raise
            continue  # a worker with a duplicate message has retried some of these images
        lifecycle.complete_if_done(resync)
        break
    still_failed = sum(reason is not None for reason in reasons)
    return Outcome("tried-again", len(due) - still_failed, still_failed)


def _rebake(due: list[FailedImage], badge_class: BadgeClass) -> list[str | None]:
    keys = [(failure.issuer_id, failure.issued_on_award_id) for failure in due]
    awards = {award.award_id: award for award in Award.batch_get(keys, consistent_read=True)}
    reasons = dict(zip(awards, bake_awards(list(awards.values()), badge_class), strict=True))
    return [reasons.get(failure.award_id) for failure in due]


def _count_page(badge_class_id: str, after: str) -> tuple[int, str | None]:
    """Count the awards in one page of query results (at most 1 MB).

    Returns
    -------
    tuple of int and (str or None)
        The count and the last award's sort key. The key is None if no awards are left to count.
    """
    response = aws.dynamodb().query(
        TableName=config().awards_table,
        IndexName="by-badge-class",
        Select="COUNT",
        KeyConditionExpression="badgeClassId = :badge_class" + (" AND issuedOnAwardId > :after" if after else ""),
        ExpressionAttributeValues={":badge_class": {"S": badge_class_id}} | ({":after": {"S": after}} if after else {}),
    )
    last = response.get("LastEvaluatedKey")
    return response["Count"], last["issuedOnAwardId"]["S"] if last else None


def _read_page(badge_class_id: str, after: str) -> list[Award]:
    later = Award.issued_on_award_id > after if after else None
    return list(Award.by_badge_class.query(badge_class_id, later, limit=MAX_PAGE_AWARDS, page_size=MAX_PAGE_AWARDS))
