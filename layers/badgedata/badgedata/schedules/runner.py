"""Run a schedule: request an ordinary export on behalf of a person or program.

A scheduled run acts on behalf of the person or program that is responsible for the schedule. An immediate run acts on
behalf of the person or program that requests it. EventBridge Scheduler may start a run late or more than once, but each
scheduled time produces only one export.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from badgedata import clock
from badgedata.access import Caller, Scope
from badgedata.exports import specification as exports
from badgedata.exports.request import ScheduledRun, request_export
from badgedata.exports.specification import Specification
from badgedata.exports.window import zone_named
from badgedata.identifiers import comparable_address
from badgedata.problems import Problem, conflict, not_found
from badgedata.records.exports import Export
from badgedata.records.schedules import Schedule
from badgedata.schedules import lifecycle, scheduler
from badgedata.schedules.request import Period
from badgedata.tokens import lifecycle as tokens

Outcome = Literal["requested", "postponed", "stopped", "off", "gone"]


def run(schedule_id: str, scheduled_time: datetime) -> Outcome:
    """Request the export for one scheduled time.

    Parameters
    ----------
    scheduled_time
        The run's scheduled time (timezone-aware). The export's period depends on this time, even if the run is late.

    Returns
    -------
    Outcome
        - ``requested``: The export is queued.
        - ``postponed``: The organization has reached its limit on active exports. The sweeper retries the run.
        - ``stopped``: The schedule is now stopped because its export can't be requested. For example, the responsible
          person no longer has the required role, the program's token has expired, or the organization is no longer on
          the paid plan.
        - ``off``: The schedule is already paused or stopped.
        - ``gone``: The schedule was deleted.
    """
    schedule = lifecycle.find(schedule_id)
    if schedule is None:
        scheduler.delete(schedule_id)
        return "gone"
    if schedule.status != "active":
        return "off"
    at = clock.to_the_second(scheduled_time)
    try:
        responsible = _responsible_for(schedule)
        scope = responsible.scope(schedule.scope_type, schedule.scope_id)
        scope.require_editing_role()
        return _request(schedule, scope, responsible, scheduled_time, at)
    except Problem as problem:
        lifecycle.note_run(schedule, at, None)
        return "stopped" if lifecycle.stop(schedule, _reason(schedule, problem)) else "off"


def _responsible_for(schedule: Schedule) -> Caller:
    """Return the person or program on whose behalf a schedule runs.

    Raises
    ------
    Problem
        If a program is responsible: 404 if the organization is unknown because the scope was deleted, or 409 if the
        program's access token was deleted or has expired.
    """
    if schedule.token_id is None:
        return Caller(schedule.requested_by)
    organization_id, _ = lifecycle.organization_and_issuer_of(schedule)
    if organization_id is None:
        raise not_found(schedule.scope_type.replace("-", " "))
    token = tokens.find(organization_id, schedule.token_id)
    if token is None or not tokens.is_valid(token):
        raise conflict(
            f"This schedule uses the access token {schedule.requested_by}, which was deleted or has "
            "expired. Anyone with the owner, editor, or admin role can resume the schedule. It then runs on that "
            "person's behalf."
        )
    return tokens.caller_with(token)


def _request(schedule: Schedule, scope: Scope, responsible: Caller, scheduled_time: datetime, at: str) -> Outcome:
    export = specification_of(schedule, scheduled_time)
    try:
        requested = request_export(export, scope, responsible, at, _run_of(schedule, "schedule"))
    except Problem as problem:
        if problem.status != 429:
            raise
        lifecycle.note_run(schedule, at, None)
        lifecycle.postpone_run(schedule, scope.organization.entity_id, scheduled_time)
        return "postponed"
    lifecycle.note_run(schedule, at, requested.id)
    return "requested"


def _run_of(schedule: Schedule, started_by: Literal["schedule", "person"]) -> ScheduledRun:
    return ScheduledRun(schedule.id, schedule.name, started_by)


def specification_of(schedule: Schedule, scheduled_time: datetime) -> Specification:
    """Return the export specification for one scheduled time."""
    options: dict[str, Any] = dict(schedule.options)
    if schedule.period is not None:
        period = cast(Period, schedule.period)
        first, last = days_of(period, scheduled_time, zone_named(schedule.time_zone))
        options |= {
            "awardedAfter": first.isoformat(),
            "awardedBefore": last.isoformat(),
            "timeZone": schedule.time_zone,
        }
    export = exports.from_options(schedule.scope_type, schedule.kind, options)
    return replace(export, notify=schedule.notify, deliver=schedule.deliver)


def days_of(period: Period, scheduled_time: datetime, zone: ZoneInfo) -> tuple[date, date]:
    """Return the first and last days of the period that precedes a run's scheduled day in `zone`.

    Weeks begin on Monday (ISO 8601). `exports.window` computes the times at which these days begin and end.

    Parameters
    ----------
    scheduled_time
        The run's scheduled time (timezone-aware), not its actual start time.

    Examples
    --------
    >>> first, last = days_of("previous-week", datetime(2026, 1, 1, 6, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
    >>> f"{first:%A} {first} to {last:%A} {last}"
    'Monday 2025-12-22 to Sunday 2025-12-28'
    """
    today = scheduled_time.astimezone(zone).date()
    if period == "previous-day":
        yesterday = today - timedelta(days=1)
        # A time zone that moves across the date line skips a calendar day.
        while not _exists(yesterday, zone):
            yesterday -= timedelta(days=1)
        return yesterday, yesterday
    if period == "previous-week":
        monday = today - timedelta(days=today.weekday() + 7)
        return monday, monday + timedelta(days=6)
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def _exists(day: date, zone: ZoneInfo) -> bool:
    noon = datetime.combine(day, time(12), tzinfo=zone)
    return noon.astimezone(UTC).astimezone(zone).date() == day


def _reason(schedule: Schedule, problem: Problem) -> str:
    if problem.code in ("not-found", "role-not-allowed"):
        roles = "owner, editor, or admin"
        if schedule.kind == "trail":
            roles = "admin" if schedule.scope_type == "organization" else "owner or admin"
        person = f"The creator of {schedule.requested_by}" if schedule.token_id else schedule.requested_by
        return (
            f"{person} no longer has the {roles} role for the data that this schedule exports, or the data was "
            "deleted. Anyone with one of these roles can resume the schedule. It then runs on that person's behalf."
        )
    return problem.detail


def run_now(schedule: Schedule, scope: Scope, caller: Caller, idempotency_key: str | None = None) -> Export:
    """Request a schedule's export on behalf of the caller.

    The export covers the same dates as a run that is scheduled for the current time.

    Parameters
    ----------
    idempotency_key
        A string chosen by the caller. If the caller retries the request with the same string, the first request's
        export is returned.

    Raises
    ------
    Problem
        - 403 if the caller's role doesn't allow editing schedules, or if the organization isn't on the paid plan.
        - 422 if an option is no longer valid.
        - 429 if the organization has reached its limit on active exports.
    """
    scope.require_editing_role()
    key = None if idempotency_key is None else f"run by {comparable_address(caller.identity)}: {idempotency_key}"
    specification = specification_of(schedule, clock.now())
    # A program can run a schedule that sends emails to a person, but it has no email address itself.
    specification = replace(specification, notify=specification.notify and caller.token is None)
    export = request_export(specification, scope, caller, key, _run_of(schedule, "person"))
    lifecycle.note_run(schedule, export.created_at, export.id)
    return export
