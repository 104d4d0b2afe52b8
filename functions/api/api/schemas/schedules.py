"""The JSON for schedules, in requests and responses."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator
from pydantic.alias_generators import to_camel

from badgedata.access import ScopeType
from badgedata.exports.specification import KINDS
from badgedata.schedules.request import Period

from .document import ChosenName, Document, EntityId, Time

Text = Annotated[str, Field(max_length=256)]

_SCOPES: dict[ScopeType, str] = {
    "organization": "an organization",
    "issuer": "an issuer",
    "badge-class": "a badge class",
}
_KINDS_BY_SCOPE = "; ".join(
    f"{', '.join(f'`{kind}`' for kind in KINDS[scope])} for {name}" for scope, name in _SCOPES.items()
)


class ExportOnSchedule(BaseModel):
    """The export that each run requests. Specify a kind, its options, and exactly one of the three scope IDs."""

    model_config = ConfigDict(alias_generator=to_camel, extra="allow")

    organization_id: str | None = None
    issuer_id: str | None = None
    badge_class_id: str | None = None
    kind: Annotated[
        Text, Field(description=f"The kind of export. The allowed kinds depend on the scope: {_KINDS_BY_SCOPE}")
    ]


Expression = Annotated[
    Text,
    Field(
        description="`rate(N minutes|hours|days)` or `cron(minutes hours day-of-month month day-of-week year)`, in "
        "EventBridge Scheduler's syntax",
        examples=["cron(0 6 ? * MON *)", "rate(12 hours)"],
    ),
]
TimeZone = Annotated[Text, Field(description="IANA time zone for the expression and the period")]

Notify = Annotated[
    StrictBool,
    Field(
        description="Whether the person responsible for the schedule gets an email when a run's file is ready or a run "
        "fails"
    ),
]
Deliver = Annotated[
    StrictBool,
    Field(description="Whether each run's file is copied to the organization's own bucket"),
]


class ScheduleRequest(BaseModel):
    """The settings of a new schedule."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid")

    name: ChosenName
    export: ExportOnSchedule
    expression: Expression
    time_zone: TimeZone = "UTC"
    period: Annotated[
        Period | None,
        Field(
            description="The award dates that each run exports: the day, week, or month before its scheduled time, in "
            "`timeZone`"
        ),
    ] = None
    notify: Notify = False
    deliver: Deliver = False


def _optional() -> Any:
    """Define an optional field. The default value is never used, because only fields in `model_fields_set` are read."""
    return Field(default=None, json_schema_extra=_without_default)


def _without_default(schema: dict[str, Any]) -> None:
    del schema["default"]


class ScheduleChange(BaseModel):
    """The changes to a schedule. Specify at least one field. Omitted fields keep their current values."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", json_schema_extra={"minProperties": 1})

    name: ChosenName = _optional()
    export: Annotated[
        ExportOnSchedule,
        Field(description="The complete export. Its organization, issuer, or badge class must not change"),
    ] = _optional()
    expression: Expression = _optional()
    time_zone: TimeZone = _optional()
    period: Annotated[
        Period | None, Field(description="The same as in a new schedule, or `null` to remove the period")
    ] = _optional()
    notify: Notify = _optional()
    deliver: Deliver = _optional()
    enabled: Annotated[StrictBool, Field(description="`false` pauses the schedule, and `true` resumes it")] = (
        _optional()
    )

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError(f"Specify at least one of {', '.join(map(to_camel, type(self).model_fields))}")
        return self


class ScheduleState(Document):
    """A schedule's status and, if the schedule was stopped, the reason."""

    status: Literal["active", "paused", "stopped"]
    reason: str | None = None


class LastRun(Document):
    """The run with the latest scheduled time. `exportId` is absent if the run is postponed or has failed."""

    at: Time
    export_id: EntityId | None = None


class ScheduleDocument(Document):
    """A schedule's settings, state, latest run, and next run."""

    id: EntityId
    name: str
    export: Annotated[
        dict[str, Any],
        Field(description="`kind`, its options, and one of `organizationId`, `issuerId`, and `badgeClassId`"),
    ]
    expression: str
    time_zone: str
    period: Literal["previous-day", "previous-week", "previous-month"] | None = None
    notify: bool
    deliver: bool
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
