"""The re-sync sweeper: each hour, sends for what is due again, sees to re-syncs that nobody works on, ends windows."""

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
    """See to everything that is due at `now`."""
    result = SweepResult()
    for resync in lifecycle.due_resyncs(now):
        # One badge class in trouble must not keep the others waiting.
        with result.item("Sweep of a re-sync failed", badge_class_id=resync.badge_class_id):
            result.outcomes[_see_to(resync.badge_class_id, int(resync.version), now)] += 1
    if sent := messages.send_all(_due_again(failures.due_failures(now), now)):
        result.outcomes["messages"] = sent
    return result


def _see_to(badge_class_id: str, version: int, now: datetime) -> str:
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
        # Told first: a sweep that dies in between tells it again, and none goes untold.
        _tell_overdue(resync)
        logger.warning("Image re-sync overdue", badge_class_id=badge_class_id, version=version)
        lifecycle.close(resync, "overdue")
        return "overdue"
    if not resync.is_walked:
        messages.send_walk(resync, at=now)
        lifecycle.look_again(resync, now + lifecycle.PATIENCE)
        return "sent-for"
    lifecycle.look_again(resync, clock.parse_rfc3339(resync.window_ends_at))
    return "waiting"


def _tell_overdue(resync: Resync) -> None:
    """Tell operators that a re-sync's window ended with images that are not refreshed.

    The event goes to EventBridge's default bus; a rule of the stack passes it on to the alarm topic.

    Raises
    ------
    RuntimeError
        When EventBridge did not take it.
    """
    detail = {
        "badgeClassId": resync.badge_class_id,
        "version": int(resync.version),
        "replacementId": resync.replacement_id,
        "windowEndsAt": resync.window_ends_at,
        **asdict(lifecycle.figures(resync)),
        # The bus is the account's: the rule of one deployment tells by this what is not its own.
        "operationsTable": config().operations_table,
    }
    entry = {"Source": SOURCE, "DetailType": DETAIL_TYPE, "Detail": msgspec.json.encode(detail).decode()}
    answer = aws.events().put_events(Entries=[entry])  # type: ignore[list-item] # built from constants, as it asks
    if answer["FailedEntryCount"]:
        raise RuntimeError(f"EventBridge refused {DETAIL_TYPE}: {answer['Entries'][0].get('ErrorCode')}")


def _due_again(due: Iterable[FailedImage], now: datetime) -> Iterator[ResyncMessage]:
    """Gather what is due by re-sync into messages; no more than one unfinished message of each is held."""
    waiting: dict[tuple[str, int], list[str]] = {}
    for failure in due:
        key = failure.badge_class_id, int(failure.version)
        award_ids = waiting.setdefault(key, [])
        award_ids.append(failure.award_id)
        if len(award_ids) == MAX_MESSAGE_AWARDS:
            yield ResyncMessage(*key, awards=waiting.pop(key), at=now)
    for key, award_ids in waiting.items():
        yield ResyncMessage(*key, awards=award_ids, at=now)
