"""What is asked of schedules, as pydantic models: the bodies of requests, and the export that is in one."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from badgedata.access import ScopeType
from badgedata.exports.specification import KINDS, Specification
from badgedata.problems import invalid, shown
from badgedata.schedules.request import Period, ScheduleSpecification
from badgedata.text import control_character_in
from problem_answers import from_validation
from scopes import named_scope

Text = Annotated[str, Field(max_length=256)]


def _without_control_characters(text: str) -> str:
    if (found := control_character_in(text)) is not None:
        position, character = found
        raise ValueError(f"Character {position} is the control character {character}")
    return text


_KINDS_TOLD = "; ".join(f"{scope.replace('-', ' ')}: {', '.join(map('`{}`'.format, KINDS[scope]))}" for scope in KINDS)


class ExportOnSchedule(BaseModel):
    """The export that each run asks for: exactly one of the three ids, the kind, and the options of that kind."""

    model_config = ConfigDict(alias_generator=to_camel, extra="allow")

    organization_id: str | None = None
    issuer_id: str | None = None
    badge_class_id: str | None = None
    kind: Annotated[Text, Field(description=f"As where the export itself is asked for. {_KINDS_TOLD}")]


class ScheduleRequest(BaseModel):
    """A schedule to make."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid")

    name: Annotated[
        str, Field(min_length=1, max_length=100, pattern=r"\S"), AfterValidator(_without_control_characters)
    ]
    export: ExportOnSchedule
    expression: Annotated[
        Text,
        Field(
            description="`rate(N minutes|hours|days)` or `cron(minutes hours day-of-month month day-of-week year)`, "
            "as EventBridge Scheduler has it",
            examples=["cron(0 6 ? * MON *)", "rate(12 hours)"],
        ),
    ]
    time_zone: Annotated[Text, Field(description="IANA name, for the expression and the period")] = "UTC"
    period: Annotated[
        Period | None, Field(description="Sets the award dates of each run from its scheduled time, in `timeZone`")
    ] = None


class ScheduleChange(BaseModel):
    """Turn a schedule on or off."""

    model_config = ConfigDict(extra="forbid")

    enabled: StrictBool


def read_schedule(request: ScheduleRequest) -> tuple[ScopeType, str, ScheduleSpecification]:
    """Give what the schedule exports, by type and id, and the specification of it.

    Raises
    ------
    Problem
        422, naming each field that is wrong; those of the export begin with ``export.``.
    """
    export = request.export
    scope_type, scope_id = named_scope(export.organization_id, export.issuer_id, export.badge_class_id, "export")
    options = export.model_extra or {}
    zone = options.get("timeZone", request.time_zone)
    if request.period is not None and zone != request.time_zone:
        raise invalid(
            "export.timeZone",
            f"The period {request.period} goes by the schedule's timeZone, {shown(request.time_zone)}, and this is "
            f"{shown(zone)}. Leave it out.",
        )
    return (
        scope_type,
        scope_id,
        ScheduleSpecification(
            name=request.name,
            export=_read_export(scope_type, export.kind, options),
            expression=request.expression,
            time_zone=request.time_zone,
            period=request.period,
        ),
    )


def _read_export(scope_type: ScopeType, kind: str, options: dict[str, Any]) -> Specification:
    kinds = KINDS[scope_type]
    if kind not in kinds:
        raise invalid(
            "export.kind",
            f"The kinds of export of this {scope_type.replace('-', ' ')} are {', '.join(kinds)}; it was {shown(kind)}.",
        )
    try:
        specification: Specification = TypeAdapter(kinds[kind]).validate_python({**options, "kind": kind})
    except ValidationError as error:
        raise from_validation(
            [found | {"loc": ("body", "export", *found["loc"])} for found in error.errors()]
        ) from None
    return specification
