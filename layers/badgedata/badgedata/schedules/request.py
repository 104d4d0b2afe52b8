"""What can be asked of a schedule: which export, when, and for which period."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from badgedata import clock
from badgedata.access import Scope
from badgedata.config import config
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
"""The award dates of each run: the day, week or month before its scheduled time."""


@dataclass(frozen=True, kw_only=True)
class ScheduleSpecification:
    """A recurring export: `expression` is one of EventBridge Scheduler, read in `time_zone`."""

    name: str
    export: ExportSpecification
    expression: str
    time_zone: str = "UTC"
    period: Period | None = None


def create(specification: ScheduleSpecification, scope: Scope, requested_by: str) -> Schedule:
    """Make a schedule, and let it fire from now on.

    Raises
    ------
    Problem
        403 for a role that does not edit, or without a paid plan; 422 for what is wrong with the specification; 409
        when the scope or the organization has all the schedules that it may have.
    """
    scope.require_editing_role()
    scope.require_subscription()
    specification = _checked(specification, scope)
    schedule_id = new_id()
    schedule = Schedule(
        *Schedule.key(schedule_id),
        id=schedule_id,
        scope=Schedule.list_key(scope.key),
        scope_type=scope.type,
        scope_id=scope.id,
        name=specification.name,
        kind=specification.export.kind,
        options=exports.options_of(specification.export),
        expression=specification.expression,
        time_zone=specification.time_zone,
        period=specification.period,
        organization_id=scope.organization.entity_id,
        requested_by=requested_by,
        created_at=clock.to_the_second(clock.now()),
    )
    lifecycle.begin(schedule)
    return schedule


def _checked(specification: ScheduleSpecification, scope: Scope) -> ScheduleSpecification:
    """Check what the fields' types can't say, and give the specification with the period's time zone filled in.

    Raises
    ------
    Problem
        422, naming the field and the value that has to change; those of the export begin with ``export.``.
    """
    check_expression(specification.expression, zone_named(specification.time_zone), clock.now())
    check_interval(specification.expression, timedelta(minutes=config().min_schedule_interval_minutes))
    export = specification.export
    if specification.period is not None:
        if not isinstance(export, AwardsExport):
            raise invalid(
                "period", f"A period is one of award dates, and an export of kind {export.kind} has none. Leave it out."
            )
        for field in ("awarded_after", "awarded_before"):
            if getattr(export, field) is not None:
                raise invalid(
                    f"export.{exports.camel_case(field)}",
                    f"The period {specification.period} sets the award dates of each run. Give one or the other.",
                )
        export = replace(export, time_zone=specification.time_zone)
    try:
        exports.check(export, scope)
    except Problem as problem:
        problem.errors = [FieldError(f"export.{error.field}", error.message) for error in problem.errors]
        raise
    return replace(specification, export=export)
