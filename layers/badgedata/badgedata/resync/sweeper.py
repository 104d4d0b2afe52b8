"""The re-sync sweeper: each hour, sends for what is due again, sees to re-syncs that nobody works on, ends windows."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from aws_lambda_powertools import Logger

from badgedata import clock
from badgedata.records.resyncs import DUE_RESYNCS, FailedImage, Resync
from badgedata.resync import failures, messages, overdue, resyncs
from badgedata.resync.messages import ResyncMessage

logger = Logger(child=True)

AWARDS_A_MESSAGE = 50


class SweepIncompleteError(Exception):
    """Some re-syncs could not be seen to; they are due still, and the next sweep finds them."""


def sweep(now: datetime) -> dict[str, int]:
    """See to everything that is due at `now`, and give how many came to what.

    Raises
    ------
    SweepIncompleteError
        After all the others were seen to.
    """
    outcomes: Counter[str] = Counter()
    for resync in Resync.by_due_time.query(DUE_RESYNCS, Resync.due_at <= clock.sortable(now)):
        try:
            outcomes[_see_to(resync.badge_class_id, int(resync.version), now)] += 1
        except Exception:  # one badge class in trouble must not keep the others waiting
            logger.exception("A re-sync could not be seen to", badge_class_id=resync.badge_class_id)
            outcomes["in-trouble"] += 1
    outcomes["messages"] = messages.send_all(_due_again(failures.due_failures(now), now))
    if outcomes["in-trouble"]:
        raise SweepIncompleteError(f"{outcomes['in-trouble']} re-syncs could not be seen to")
    return {outcome: count for outcome, count in outcomes.items() if count}


def _see_to(badge_class_id: str, version: int, now: datetime) -> str:
    resync = resyncs.find(badge_class_id, version)
    if resync is None:
        return "gone"
    if resync.status != "in-progress":
        resyncs.close(resync, resync.status, Resync.status == resync.status)
        return "settled"
    if resyncs.is_done(resync):
        resyncs.complete(resync)
        return "completed"
    if resyncs.is_taken_over(resync):
        resyncs.close(resync, "taken-over")
        return "taken-over"
    if now >= clock.parse_rfc3339(resync.window_ends_at):
        # Told first: a sweep that dies in between tells it again, and none goes untold.
        overdue.tell(resync)
        logger.warning("Image re-sync overdue", badge_class_id=badge_class_id, version=version)
        resyncs.close(resync, "overdue")
        return "overdue"
    if not resync.is_walked:
        messages.send_walk(resync, at=now)
        resyncs.look_again(resync, now + resyncs.PATIENCE)
        return "sent-for"
    resyncs.look_again(resync, clock.parse_rfc3339(resync.window_ends_at))
    return "waiting"


def _due_again(due: Iterable[FailedImage], now: datetime) -> Iterator[ResyncMessage]:
    """Gather what is due by re-sync into messages; no more than one unfinished message of each is held."""
    waiting: dict[tuple[str, int], list[str]] = {}
    for failure in due:
        key = failure.badge_class_id, int(failure.version)
        award_ids = waiting.setdefault(key, [])
        award_ids.append(failure.award_id)
        if len(award_ids) == AWARDS_A_MESSAGE:
            yield ResyncMessage(*key, awards=waiting.pop(key), at=now)
    for key, award_ids in waiting.items():
        yield ResyncMessage(*key, awards=award_ids, at=now)
