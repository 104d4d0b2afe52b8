"""Requests to create or edit a schedule: what to export, when, and for which period."""

from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal, cast

from badgedata import clock
from badgedata.access import Caller, Scope
from badgedata.config import config
from badgedata.exports import follow_ups
from badgedata.exports import specification as exports
from badgedata.exports.specification import AwardsExport
from badgedata.exports.specification import Specification as ExportSpecification
from badgedata.exports.window import zone_named
from badgedata.identifiers import new_id
from badgedata.problems import FieldError, Problem, invalid
from badgedata.records.schedules import Schedule
from badgedata.schedules import lifecycle
from badgedata.schedules.expressions import check_expression, check_interval

Period = Literal["previous-day", "previous-week", "previous-month"]
"""The award dates that each run exports: the day, week, or month before its scheduled time."""


@dataclass(frozen=True, kw_only=True)
class ScheduleSpecification:
    """The settings of a schedule.

    `expression` is an EventBridge Scheduler expression, evaluated in `time_zone`. `notify` and `deliver` apply to each
    run. The fields with the same names in `export` have no effect.
    """

    name: str
    export: ExportSpecification
    expression: str
    time_zone: str = "UTC"
    period: Period | None = None
    notify: bool = False
    deliver: bool = False


def create(specification: ScheduleSpecification, scope: Scope, caller: Caller) -> Schedule:
    """Create an active schedule.

    Raises
    ------
    Problem
        - 403 if the caller's role doesn't allow editing schedules, or if the organization isn't on the paid plan.
        - 409 if the scope or the organization has reached its schedule limit.
        - 422 if the specification is invalid.
    """
    scope.require_editing_role()
    exports.require_role(specification.export.kind, scope)
    scope.require_subscription()
    specification = _checked(specification, scope)
    _check_follow_ups(specification, scope, caller)
    schedule_id = new_id()
    schedule = Schedule(
        *Schedule.key(schedule_id),
        id=schedule_id,
        scope=Schedule.list_key(scope.key),
        scope_type=scope.type,
        scope_id=scope.id,
        organization_id=scope.organization.entity_id,
        issuer_id=scope.issuer_id,
        requested_by=caller.name,
        token_id=caller.token_id,
        created_at=clock.to_the_second(clock.now()),
        **_settings(specification),
    )
    lifecycle.begin(schedule)
    return schedule


def specification_of(schedule: Schedule) -> ScheduleSpecification:
    """Return the specification of an existing schedule."""
    return ScheduleSpecification(
        name=schedule.name,
        export=exports.from_options(schedule.scope_type, schedule.kind, schedule.options),
        expression=schedule.expression,
        time_zone=schedule.time_zone,
        period=cast(Period | None, schedule.period),
        notify=schedule.notify,
        deliver=schedule.deliver,
    )


def edit(
    schedule: Schedule, specification: ScheduleSpecification, scope: Scope, caller: Caller, enabled: bool | None = None
) -> None:
    """Change a schedule's settings, and optionally pause or resume the schedule. The scope can't be changed.

    The caller becomes responsible for the schedule if it is resumed, or if any setting except the name changes.

    Parameters
    ----------
    enabled
        Whether to pause (False) or resume (True) the schedule. None keeps the current state.

    Raises
    ------
    Problem
        - 403 if the caller's role doesn't allow editing schedules, or if the organization isn't on the paid plan.
        - 404 if the schedule was deleted in the meantime.
        - 409 if the schedule was changed in the meantime.
        - 422 if the specification is invalid.
    """
    scope.require_editing_role()
    scope.require_subscription()
    for kind in (schedule.kind, specification.export.kind):
        exports.require_role(kind, scope)
    before = specification_of(schedule)
    specification = _checked(specification, scope, before)
    edited = deepcopy(schedule)
    for name, value in _settings(specification).items():
        setattr(edited, name, value)
    if enabled is False and schedule.status == "active":
        edited.status = "paused"
    if enabled and schedule.status != "active":
        edited.status, edited.reason = "active", None
    is_resumed = schedule.status != "active" and edited.status == "active"
    if is_resumed or replace(specification, name=before.name) != before:
        edited.requested_by, edited.token_id = caller.name, caller.token_id
    _check_follow_ups(specification, scope, caller, before)
    if edited.notify and _responsible_for(edited) != _responsible_for(schedule):
        follow_ups.require_reachable(caller)
    lifecycle.edit(schedule, edited, caller)


def resume(schedule: Schedule, scope: Scope, caller: Caller) -> None:
    """Activate a paused or stopped schedule. The caller becomes responsible for the schedule and receives its emails.

    Raises
    ------
    Problem
        - 403 if the caller's role doesn't allow editing schedules, or if the organization isn't on the paid plan.
        - 422 if the schedule sends emails, but the caller can't receive them.
    """
    scope.require_editing_role()
    if schedule.notify and schedule.status != "active" and (caller.name, caller.token_id) != _responsible_for(schedule):
        follow_ups.require_reachable(caller)
    lifecycle.resume(schedule, scope, caller)


def _responsible_for(schedule: Schedule) -> tuple[str, str | None]:
    return schedule.requested_by, schedule.token_id


def _check_follow_ups(
    specification: ScheduleSpecification, scope: Scope, caller: Caller, before: ScheduleSpecification | None = None
) -> None:
    """Check that the requested emails and deliveries are possible, unless `before` already requested them.

    Raises
    ------
    Problem
        422 for `notify` if the caller can't receive emails, or for `deliver` if files can't be delivered.
    """
    follow_ups.check(
        notify=specification.notify and not (before is not None and before.notify),
        deliver=specification.deliver and not (before is not None and before.deliver),
        caller=caller,
        organization_id=scope.organization.entity_id,
    )


def _settings(specification: ScheduleSpecification) -> dict[str, Any]:
    return {
        "name": specification.name,
        "kind": specification.export.kind,
        "options": exports.options_of(specification.export),
        "expression": specification.expression,
        "time_zone": specification.time_zone,
        "period": specification.period,
        "notify": specification.notify,
        "deliver": specification.deliver,
    }


def _checked(
    specification: ScheduleSpecification, scope: Scope, before: ScheduleSpecification | None = None
) -> ScheduleSpecification:
    """Check and return a specification. If it has a period, the export settings get the schedule's time zone.

    Parameters
    ----------
    before
        The specification before an edit. Unchanged parts aren't checked again, because they may have become
        invalid in the meantime. For example, a badge class may have been deleted.

    Raises
    ------
    Problem
        422 if a field is invalid. The names of export fields begin with ``export.``.
    """
    if before is None or (specification.expression, specification.time_zone) != (before.expression, before.time_zone):
        check_expression(specification.expression, zone_named(specification.time_zone), clock.now())
        check_interval(specification.expression, timedelta(minutes=config().min_schedule_interval_minutes))
    export = specification.export
    if specification.period is not None:
        # An edit that omits the period keeps it.
        is_kept = before is not None and before.period is not None
        if not isinstance(export, AwardsExport):
            remedy = 'Set "period" to null' if is_kept else "Omit the period"
            raise invalid(
                "period",
                f"A period isn't supported for {export.kind} exports, because they don't select awards by date. "
                f"{remedy}.",
            )
        for field in ("awarded_after", "awarded_before"):
            if getattr(export, field) is not None:
                remedy = (
                    'Omit this field, or set "period" to null' if is_kept else "Omit either the period or this field"
                )
                raise invalid(
                    f"export.{exports.camel_case(field)}",
                    f"The period {specification.period} already limits the award dates for each run. {remedy}.",
                )
        export = replace(export, time_zone=specification.time_zone)
    if before is None or specification.export != before.export:
        try:
            exports.check(export, scope)
        except Problem as problem:
            problem.errors = [FieldError(f"export.{error.field}", error.message) for error in problem.errors]
            raise
    return replace(specification, export=export)
