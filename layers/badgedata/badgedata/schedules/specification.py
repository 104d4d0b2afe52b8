"""What can be asked of a schedule: which export, when, and for which period."""

from dataclasses import dataclass, replace
from datetime import timedelta

from badgedata import clock
from badgedata.config import config
from badgedata.exports import specification as exports
from badgedata.exports.specification import AwardsExport
from badgedata.exports.specification import Specification as ExportSpecification
from badgedata.exports.window import zone_named
from badgedata.problems import FieldError, Problem, invalid
from badgedata.schedules.expressions import check_expression, check_interval
from badgedata.schedules.periods import Period


@dataclass(frozen=True, kw_only=True)
class ScheduleSpecification:
    """A recurring export: `expression` is one of EventBridge Scheduler, read in `time_zone`."""

    name: str
    export: ExportSpecification
    expression: str
    time_zone: str = "UTC"
    period: Period | None = None


def checked(specification: ScheduleSpecification) -> ScheduleSpecification:
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
        exports.check(export)
    except Problem as problem:
        problem.errors = [FieldError(f"export.{error.field}", error.message) for error in problem.errors]
        raise
    return replace(specification, export=export)
