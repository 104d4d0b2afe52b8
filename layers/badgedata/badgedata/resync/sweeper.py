"""The re-sync sweeper: enqueues due retries, resumes stalled re-syncs, and closes overdue ones, every hour."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Final

import msgspec
from aws_lambda_powertools import Logger

from badgedata import aws, clock
from badgedata.config import config
from badgedata.records.resyncs import FailedImage, Resync
from badgedata.resync import failures, lifecycle, messages
from badgedata.resync.messages import ResyncMessage
from badgedata.sweeping import SweepResult

logger = Logger(child=True)

SOURCE: Final = "badge-data-management"
DETAIL_TYPE: Final = "ImageResyncOverdue"

MAX_MESSAGE_AWARDS: Final = 50


def sweep(now: datetime) -> SweepResult:
    """Process everything that is due at `now`."""
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
        # Notify first. A sweep that dies in between notifies again, and no overdue re-sync is missed.
        _notify_overdue(resync)
        logger.warning("Image re-sync overdue", badge_class_id=badge_class_id, version=version)
        lifecycle.close(resync, "overdue")
        return "overdue"
    if not resync.is_walked:
        messages.send_walk(resync, at=now)
        lifecycle.schedule_recheck(resync, now + lifecycle.PATIENCE)
        return "sent-for"
    lifecycle.schedule_recheck(resync, clock.parse_rfc3339(resync.window_ends_at))
    return "waiting"


def _notify_overdue(resync: Resync) -> None:
    """Notify operators that a re-sync's window has ended and some images have not been refreshed.

    The event is sent to the default EventBridge bus. A rule in the stack forwards it to the alarm topic.

    Raises
    ------
    RuntimeError
        If EventBridge rejects it.
    """
    detail = {
        "badgeClassId": resync.badge_class_id,
        "version": int(resync.version),
        "replacementId": resync.replacement_id,
        "windowEndsAt": resync.window_ends_at,
        **asdict(lifecycle.figures(resync)),
        # All deployments in the account share the bus. The rule of each deployment uses this to recognize its events.
        "operationsTable": config().operations_table,
    }
    entry = {"Source": SOURCE, "DetailType": DETAIL_TYPE, "Detail": msgspec.json.encode(detail).decode()}
    response = aws.events().put_events(Entries=[entry])  # type: ignore[list-item] # mypy sees a plain dict
    if response["FailedEntryCount"]:
        raise RuntimeError(f"EventBridge refused {DETAIL_TYPE}: {response['Entries'][0].get('ErrorCode')}")


def _retry_messages(due: Iterable[FailedImage], now: datetime) -> Iterator[ResyncMessage]:
    """Yield messages that retry due failures, grouped by re-sync."""
    pending: dict[tuple[str, int], list[str]] = {}
    for failure in due:
        key = failure.badge_class_id, int(failure.version)
        award_ids = pending.setdefault(key, [])
        award_ids.append(failure.award_id)
        if len(award_ids) == MAX_MESSAGE_AWARDS:
            yield ResyncMessage(*key, awards=pending.pop(key), at=now)
    for key, award_ids in pending.items():
        yield ResyncMessage(*key, awards=award_ids, at=now)
