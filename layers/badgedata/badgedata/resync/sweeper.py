"""The hourly re-sync sweeper, which enqueues due retries, resumes stalled re-syncs, and closes overdue re-syncs."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from aws_lambda_powertools import Logger

from badgedata import clock
from badgedata.records.resyncs import FailedImage, Resync
from badgedata.resync import failures, lifecycle, messages
from badgedata.resync.messages import ResyncMessage
from badgedata.sweeping import SweepResult

logger = Logger(child=True)

MAX_MESSAGE_AWARDS: Final = 50


def sweep(now: datetime) -> SweepResult:
    """Process every retry and re-sync that is due at `now`, and return the outcomes."""
    result = SweepResult()
    for resync in lifecycle.due_resyncs(now):
        # A failure for one badge class must not delay the others.
        with result.item("Sweep of a re-sync failed", badge_class_id=resync.badge_class_id):
            result.outcomes[_process(resync.badge_class_id, int(resync.version), now)] += 1
    if sent := messages.send_all(_retry_messages(failures.due_failures(now), now)):
        result.outcomes["messages"] = sent
    return result


def _process(badge_class_id: str, version: int, now: datetime) -> str:
    resync = lifecycle.find(badge_class_id, version)
    if resync is None:
        return "gone"
    if resync.status != "in-progress":
        lifecycle.close(resync, resync.status, Resync.status == resync.status)
        return "settled"
    if lifecycle.is_done(resync):
        lifecycle.complete(resync)
        return "completed"
    if lifecycle.is_taken_over(resync):
        lifecycle.close(resync, "taken-over")
        return "taken-over"
    if now >= clock.parse_rfc3339(resync.window_ends_at):
        # This change causes an event, which notifies operators.
        if not lifecycle.close(resync, "overdue"):
            return "settled"
        logger.warning("Image re-sync overdue", badge_class_id=badge_class_id, version=version)
        return "overdue"
    if not resync.is_walked:
        messages.send_walk(resync, at=now)
        lifecycle.schedule_recheck(resync, now + lifecycle.PATIENCE)
        return "sent-for"
    lifecycle.schedule_recheck(resync, clock.parse_rfc3339(resync.window_ends_at))
    return "waiting"


def _retry_messages(due: Iterable[FailedImage], now: datetime) -> Iterator[ResyncMessage]:
    """Yield retry messages for failures that are due, grouped by re-sync."""
    pending: dict[tuple[str, int], list[str]] = {}
    for failure in due:
        key = failure.badge_class_id, int(failure.version)
        award_ids = pending.setdefault(key, [])
        award_ids.append(failure.award_id)
        if len(award_ids) == MAX_MESSAGE_AWARDS:
            yield ResyncMessage(*key, awards=pending.pop(key), at=now)
    for key, award_ids in pending.items():
        yield ResyncMessage(*key, awards=award_ids, at=now)
