"""The JSON of schedules, in requests and responses."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool
from pydantic.alias_generators import to_camel

from badgedata.exports.specification import KINDS
from badgedata.schedules.request import Period
from badgedata.text import control_character_in

from .document import Document, EntityId, Time

Text = Annotated[str, Field(max_length=256)]


def _without_control_characters(text: str) -> str:
    if (match := control_character_in(text)) is not None:
        position, character = match
        raise ValueError(f"Character {position} is the control character {character}")
    return text


_KINDS_BY_SCOPE = "; ".join(
    f"{scope.replace('-', ' ')}: {', '.join(map('`{}`'.format, KINDS[scope]))}" for scope in KINDS
)


class ExportOnSchedule(BaseModel):
    """The export that each run requests: exactly one of the three IDs, the kind, and the options of that kind."""

    model_config = ConfigDict(alias_generator=to_camel, extra="allow")

    organization_id: str | None = None
    issuer_id: str | None = None
    badge_class_id: str | None = None
    kind: Annotated[Text, Field(description=f"As in a request for a single export. {_KINDS_BY_SCOPE}")]


class ScheduleRequest(BaseModel):
    """A schedule to create."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid")

    name: Annotated[
        str, Field(min_length=1, max_length=100, pattern=r"\S"), AfterValidator(_without_control_characters)
    ]
    export: ExportOnSchedule
    expression: Annotated[
        Text,
        Field(
            description="`rate(N minutes|hours|days)` or `cron(minutes hours day-of-month month day-of-week year)`, "
            "in the syntax of EventBridge Scheduler",
            examples=["cron(0 6 ? * MON *)", "rate(12 hours)"],
        ),
    ]
    time_zone: Annotated[Text, Field(description="IANA name, for the expression and the period")] = "UTC"
    period: Annotated[
        Period | None, Field(description="Sets the award dates of each run from its scheduled time, in `timeZone`")
    ] = None


class ScheduleChange(BaseModel):
    """A change of a schedule: turn it on or off."""

    model_config = ConfigDict(extra="forbid")

    enabled: StrictBool


class ScheduleState(Document):
    """Whether a schedule runs, and the reason if it was stopped."""

    status: Literal["active", "paused", "stopped"]
    reason: str | None = None


class LastRun(Document):
    """The latest run, by its scheduled time. `exportId` is absent while the run is postponed, and if it failed."""

    at: Time
    export_id: EntityId | None = None


class ScheduleDocument(Document):
    """A schedule."""

    id: EntityId
    name: str
    export: Annotated[
        dict[str, Any], Field(description="`organizationId`, `issuerId` or `badgeClassId`; `kind`; and its options")
    ]
    expression: str
    time_zone: str
    period: Literal["previous-day", "previous-week", "previous-month"] | None = None
    enabled: bool
    state: ScheduleState
    requested_by: str
    created_at: Time
    next_run_at: Time | None = None
    last_run: LastRun | None = None


class ScheduleList(Document):
    """A page of schedules, newest first."""

    items: list[ScheduleDocument]
    next_cursor: str | None = None
