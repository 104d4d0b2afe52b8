"""What EventBridge Scheduler sends to a run: which schedule it is, and the time that the run was to be at."""

from datetime import datetime
from typing import Any

import msgspec

from badgedata import clock

SCHEDULED_TIME = "<aws.scheduler.scheduled-time>"
"""Replaced by EventBridge Scheduler (User Guide, "Adding context attributes")."""


class ScheduledRun(msgspec.Struct, rename="camel"):
    """``{"scheduleId": "…", "scheduledTime": "2026-03-29T01:00:00Z"}``"""

    schedule_id: str
    scheduled_time: str


def target_input(schedule_id: str) -> str:
    """Write what a schedule gives to each of its runs."""
    return msgspec.json.encode(ScheduledRun(schedule_id, SCHEDULED_TIME)).decode()


def read(event: dict[str, Any]) -> tuple[str, datetime]:
    """Give the schedule's id and the time (UTC) that the run was to be at.

    Raises
    ------
    ValueError
        When the event is not one of ours, or its time none.
    """
    run = msgspec.convert(event, ScheduledRun)
    if run.scheduled_time == SCHEDULED_TIME:
        # Only an emulator leaves it as it is (MiniStack 1.5 does), and it sends within the minute.
        return run.schedule_id, clock.now().replace(second=0, microsecond=0)
    return run.schedule_id, clock.parse_rfc3339(run.scheduled_time)
