"""The events that this product sends (docs/events.md).

The `detail` never contains personal data, such as email addresses, names, or text that people wrote.
"""

from typing import Annotated, Any, ClassVar, Final, Literal

import msgspec
from msgspec import Meta, Struct

SOURCE: Final = "badge-data-management"
VERSION: Final[Literal[1]] = 1
"""The version of the `detail` format. It changes only if an event changes in a way that breaks subscribers."""

Time = Annotated[str, Meta(description="RFC 3339, in UTC", extra_json_schema={"format": "date-time"})]
Count = Annotated[int, Meta(ge=0)]
Notify = Annotated[bool, Meta(description="Whether this product sends an email to the requester")]


class Scope(Struct, frozen=True):
    """The organization, issuer, or badge class that is exported."""

    type: str
    id: str


class Fact(Struct, frozen=True, kw_only=True, rename="camel"):
    """The fields of `detail` that are specific to one event type."""

    type: ClassVar[str] = ""
    organization_id: Annotated[
        str | None,
        Meta(description="Null only if an earlier version of this product stored the resource without an organization"),
    ]


class _OfExport(Fact, frozen=True, kw_only=True, rename="camel"):
    export_id: str
    schedule_id: Annotated[str | None, Meta(description="The schedule whose run requested the export")]
    scope: Scope
    kind: str


class ExportRequested(_OfExport, frozen=True, kw_only=True, rename="camel"):
    """An export was requested by a person, a program, or a schedule."""

    type = "ExportRequested"


class ExportSucceeded(_OfExport, frozen=True, kw_only=True, rename="camel"):
    """An export's file is ready for download."""

    type = "ExportSucceeded"
    notify: Notify
    rows: Count | None
    bytes: Count | None
    sha256: str | None
    file_expires_at: Time | None


class ExportFailed(_OfExport, frozen=True, kw_only=True, rename="camel"):
    """An export failed and produced no file."""

    type = "ExportFailed"
    notify: Notify
    error_code: str | None


class ExportCancelled(_OfExport, frozen=True, kw_only=True, rename="camel"):
    """An export was canceled while it was queued or running, so it has no file."""

    type = "ExportCancelled"


class ExportExpired(_OfExport, frozen=True, kw_only=True, rename="camel"):
    """The retention period of an export's file ended. The file is deleted unless a delivery still needs it."""

    type = "ExportExpired"


class ExportFileDeleted(_OfExport, frozen=True, kw_only=True, rename="camel"):
    """An export's file was deleted on request, before its retention period ended."""

    type = "ExportFileDeleted"


class BadgeReplaced(Fact, frozen=True, kw_only=True, rename="camel"):
    """A replacement was confirmed, so the badge class has new content."""

    type = "BadgeReplaced"
    replacement_id: str
    issuer_id: str | None
    badge_class_id: str
    badge_class_version: Annotated[int, Meta(description="The version that the replacement created")]


class _OfResync(Fact, frozen=True, kw_only=True, rename="camel"):
    replacement_id: str
    issuer_id: str | None
    badge_class_id: str
    badge_class_version: int
    total: Annotated[int, Meta(description="The number of awards whose images must be re-baked")]
    refreshed: int
    pending: int
    failed: int
    window_ends_at: Time


class ImageResyncCompleted(_OfResync, frozen=True, kw_only=True, rename="camel"):
    """All award images of a replaced badge class were re-baked."""

    type = "ImageResyncCompleted"


class ImageResyncOverdue(_OfResync, frozen=True, kw_only=True, rename="camel"):
    """Some award images were not re-baked within 13 days of a replacement."""

    type = "ImageResyncOverdue"


class _OfSchedule(Fact, frozen=True, kw_only=True, rename="camel"):
    schedule_id: str
    scope: Scope
    kind: str


class _ScheduleState(_OfSchedule, frozen=True, kw_only=True, rename="camel"):
    status: str
    expression: str
    time_zone: str


class ScheduleCreated(_ScheduleState, frozen=True, kw_only=True, rename="camel"):
    """A schedule was created."""

    type = "ScheduleCreated"


class ScheduleChanged(_ScheduleState, frozen=True, kw_only=True, rename="camel"):
    """A schedule was edited, paused, or resumed."""

    type = "ScheduleChanged"
    changed: Annotated[list[str], Meta(description="The changed properties, without their values")]


class ScheduleStopped(_ScheduleState, frozen=True, kw_only=True, rename="camel"):
    """A schedule was stopped because it can no longer request exports. It won't run again until it is resumed."""

    type = "ScheduleStopped"


class ScheduleDeleted(_OfSchedule, frozen=True, kw_only=True, rename="camel"):
    """A schedule was deleted."""

    type = "ScheduleDeleted"


class ScheduleRun(_OfSchedule, frozen=True, kw_only=True, rename="camel"):
    """A schedule ran, either at its planned time or on request."""

    type = "ScheduleRun"
    scheduled_time: Time
    export_id: Annotated[
        str | None,
        Meta(description="Null if the run requested no export, because it was postponed or the schedule was stopped"),
    ]


class _OfDelivery(Fact, frozen=True, kw_only=True, rename="camel"):
    export_id: str
    attempts: Count


class DeliverySucceeded(_OfDelivery, frozen=True, kw_only=True, rename="camel"):
    """An export's file was copied to the organization's destination."""

    type = "DeliverySucceeded"


class DeliveryFailed(_OfDelivery, frozen=True, kw_only=True, rename="camel"):
    """All attempts to copy an export's file to the organization's destination failed."""

    type = "DeliveryFailed"
    error_code: str | None


FACTS: Final[tuple[type[Fact], ...]] = (
    ExportRequested,
    ExportSucceeded,
    ExportFailed,
    ExportCancelled,
    ExportExpired,
    ExportFileDeleted,
    BadgeReplaced,
    ImageResyncCompleted,
    ImageResyncOverdue,
    ScheduleCreated,
    ScheduleChanged,
    ScheduleStopped,
    ScheduleDeleted,
    ScheduleRun,
    DeliverySucceeded,
    DeliveryFailed,
)
"""All event types."""


class Envelope(Struct, frozen=True, kw_only=True):
    """The fields of `detail` that are common to all events."""

    version: Literal[1] = VERSION
    id: Annotated[str, Meta(description="The event's unique ID, which is the same each time the event is delivered")]
    sequence: Annotated[
        str,
        Meta(
            pattern="^[0-9]{40}$",
            description="Increases with each change to the same resource, such as an export. Compare it as text",
        ),
    ]
    at: Annotated[Time, Meta(description="When the change was stored")]


class Event(Struct, frozen=True):
    """One event, ready to be sent."""

    envelope: Envelope
    fact: Fact

    def detail(self) -> dict[str, Any]:
        """Return the event's `detail`."""
        detail: dict[str, Any] = msgspec.to_builtins(self.envelope) | msgspec.to_builtins(self.fact)
        return detail


def detail_schema(fact: type[Fact]) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of an event type's `detail`."""
    (always, specific), definitions = msgspec.json.schema_components((Envelope, fact), ref_template="#/$defs/{name}")
    envelope, own = definitions.pop(_name(always)), definitions.pop(_name(specific))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": fact.type,
        "description": fact.__doc__,
        "type": "object",
        "properties": envelope["properties"] | own["properties"],
        "required": [*envelope["properties"], *own["properties"]],
        **({"$defs": definitions} if definitions else {}),
    }


def _name(reference: dict[str, Any]) -> str:
    return str(reference["$ref"]).rpartition("/")[2]
