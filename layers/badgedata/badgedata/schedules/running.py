"""One run of a schedule: at its scheduled time, it asks for an ordinary export in the name of the schedule's maker.

A run may be sent more than once, and late; each scheduled time makes one export all the same.
"""

from datetime import datetime, timedelta
from typing import Any, Literal, cast

from badgedata import clock
from badgedata.access import Caller, Scope
from badgedata.exports import specification as exports
from badgedata.exports.request import request_export
from badgedata.exports.specification import Specification
from badgedata.exports.window import zone_named
from badgedata.problems import Problem
from badgedata.records.schedules import Schedule, WaitingRun
from badgedata.schedules import lifecycle, scheduler
from badgedata.schedules.periods import Period, days_of

Outcome = Literal["requested", "waiting", "stopped", "off", "gone"]

WAITING = "waiting-run"
PATIENCE = timedelta(hours=20)
"""How long a run may wait for fair use to have room. Shorter than idempotency keys are kept."""


def run(schedule_id: str, scheduled_time: datetime) -> Outcome:
    """Ask for the export of one scheduled time.

    Parameters
    ----------
    scheduled_time
        When the run was to be, aware; the export's period is reckoned from it, however late this is called.

    Returns
    -------
    Outcome
        ``requested``; ``waiting`` where the organization has all the exports going that fair use allows (the sweeper
        tries again); ``stopped`` where the maker's role, the plan or what was to be exported is gone; ``off`` for a
        schedule that is paused or stopped already; ``gone`` for one that is deleted.
    """
    schedule = lifecycle.find(schedule_id)
    if schedule is None:
        scheduler.delete(schedule_id)
        return "gone"
    if schedule.status != "active":
        return "off"
    at = clock.to_the_second(scheduled_time)
    try:
        scope = Caller(schedule.requested_by).scope(schedule.scope_type, schedule.scope_id)
        scope.require_editing_role()
        return _request(schedule, scope, scheduled_time, at)
    except Problem as problem:
        lifecycle.note_run(schedule, at, None)
        return "stopped" if lifecycle.stop(schedule, _reason(schedule, problem)) else "off"


def _request(schedule: Schedule, scope: Scope, scheduled_time: datetime, at: str) -> Outcome:
    export = specification_of(schedule, scheduled_time)
    try:
        requested = request_export(export, scope, schedule.requested_by, at, schedule.id)
    except Problem as problem:
        if problem.status != 429:
            raise
        lifecycle.note_run(schedule, at, None)
        _wait(schedule, scope.organization.entity_id, scheduled_time, at)
        return "waiting"
    lifecycle.note_run(schedule, at, requested.id)
    return "requested"


def specification_of(schedule: Schedule, scheduled_time: datetime) -> Specification:
    """Give what the run of a scheduled time exports."""
    options: dict[str, Any] = dict(schedule.options)
    if schedule.period is not None:
        period = cast(Period, schedule.period)
        first, last = days_of(period, scheduled_time, zone_named(schedule.time_zone))
        options |= {
            "awardedAfter": first.isoformat(),
            "awardedBefore": last.isoformat(),
            "timeZone": schedule.time_zone,
        }
    return exports.from_options(schedule.scope_type, schedule.kind, options)


def _wait(schedule: Schedule, organization_id: str, scheduled_time: datetime, at: str) -> None:
    """Let a run wait. It takes the place of an older run of the schedule, whose export nobody needs twice."""
    is_newest = WaitingRun.scheduled_time.does_not_exist() | (WaitingRun.scheduled_time < at)
    WaitingRun(*WaitingRun.key(schedule.id)).update_if(
        is_newest,
        [
            WaitingRun.schedule_id.set(schedule.id),
            WaitingRun.scheduled_time.set(at),
            WaitingRun.organization_id.set(organization_id),
            WaitingRun.due.set(WAITING),
            WaitingRun.due_at.set(WaitingRun.due_at | clock.sortable(scheduled_time)),
            WaitingRun.expires_at.set(int((scheduled_time + 2 * PATIENCE).timestamp())),
        ],
    )


def _reason(schedule: Schedule, problem: Problem) -> str:
    if problem.code in ("not-found", "role-not-allowed"):
        return (
            f"{schedule.requested_by} is no longer an owner, an editor or an admin of what this schedule exports, "
            "or it was deleted. Somebody who is can turn the schedule on again, and answers for its exports then."
        )
    return problem.detail
