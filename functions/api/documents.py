"""The JSON of the API's answers, as pydantic models: what is sent, and what the OpenAPI document says is sent."""

from typing import Annotated, Any, Literal

import msgspec
from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer
from pydantic.alias_generators import to_camel

from badgedata.text import json_without_control_characters, may_hold_control_characters

Time = Annotated[str, Field(description="RFC 3339, UTC", examples=["2026-01-31T09:00:00Z"])]
EntityId = Annotated[str, Field(pattern="^[A-Za-z0-9_-]{1,64}$")]


def _absent_not_null(schema: dict[str, Any]) -> None:
    """Say in a model's schema what its JSON does: a field that may be None is left out, and never null."""
    for field in schema.get("properties", {}).values():
        if "anyOf" in field and "default" in field and field["default"] is None:
            del field["default"]
            given = [kind for kind in field.pop("anyOf") if kind != {"type": "null"}]
            field |= given[0] if len(given) == 1 else {"anyOf": given}


class Document(BaseModel):
    """A JSON object with camelCase keys; keys that don't apply are absent."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        json_schema_extra=_absent_not_null,
        defer_build=True,  # a request needs one or two of all these models, so none is built before
        hide_input_in_errors=True,  # such an error is logged, and what it is about may be a person's
    )

    @model_serializer(mode="wrap")
    def _leave_out_none(self, write: SerializerFunctionWrapHandler):  # type: ignore[no-untyped-def] # a type here would be the schema
        return {key: value for key, value in write(self).items() if value is not None}


def write_json(answer: Any) -> str:
    """Write an answer. Its texts stay as they are: in escapes they would have up to six times the bytes."""
    body = msgspec.json.encode(answer)
    if may_hold_control_characters(body):  # which older records do
        body = msgspec.json.encode(json_without_control_characters(msgspec.json.decode(body)))
    return body.decode()


class FieldProblem(Document):
    """One field of the request that has to change."""

    field: str
    message: str


class ProblemDocument(Document):
    """An error, as RFC 9457 has it."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldProblem] | None = None


class OrganizationDocument(Document):
    """An organization."""

    id: EntityId
    name: str
    plan: Literal["paid", "free"]


class NamedIssuer(Document):
    """An issuer, by id and name."""

    id: EntityId
    name: str


class Membership(Document):
    """A role of the caller's."""

    role: Literal["admin", "owner", "editor", "staff"]
    organization: OrganizationDocument
    issuer: NamedIssuer | None = None


class Me(Document):
    """The caller."""

    email: str
    memberships: list[Membership]
    next_cursor: str | None = None


class IssuerDocument(Document):
    """An issuer."""

    id: EntityId
    organization_id: EntityId
    name: str
    url: str | None = None
    email: str | None = None
    description: str | None = None
    image: str | None = None


class BadgeClassDocument(Document):
    """A badge class."""

    id: EntityId
    issuer_id: EntityId
    name: str
    description: str | None = None
    image: str | None = None
    criteria: dict[str, str] | None = None
    alignment: list[dict[str, str]]
    tags: list[str]
    created_at: str | None = None


class IssuerList(Document):
    """A page of issuers."""

    items: list[IssuerDocument]
    next_cursor: str | None = None


class BadgeClassList(Document):
    """A page of badge classes."""

    items: list[BadgeClassDocument]
    next_cursor: str | None = None


class ExportScope(Document):
    """What an export is about."""

    type: Literal["organization", "issuer", "badge-class"]
    id: EntityId
    name: str


class Progress(Document):
    """How far an export is; `expectedRows` and `percent` only where they are known."""

    rows: int
    expected_rows: int | None = None
    percent: float | None = None


class File(Document):
    """The file of an export that succeeded."""

    name: str
    content_type: str
    bytes: int
    rows: int
    sha256: str


class ExportError(Document):
    """Why an export failed."""

    code: str
    message: str


class ExportDocument(Document):
    """An export."""

    id: EntityId
    kind: str
    scope: ExportScope
    options: dict[str, Any]
    schedule_id: EntityId | None = None
    status: Literal["queued", "running", "succeeded", "failed", "cancelled", "expired"]
    progress: Progress
    requested_by: str
    created_at: Time
    started_at: Time | None = None
    finished_at: Time | None = None
    file: File | None = None
    download_url: str | None = None
    download_url_expires_at: Time | None = None
    file_expires_at: Time | None = None
    error: ExportError | None = None


class ExportList(Document):
    """A page of exports, newest first."""

    items: list[ExportDocument]
    next_cursor: str | None = None


class ScheduleState(Document):
    """Whether a schedule runs, and if it was stopped, why."""

    status: Literal["active", "paused", "stopped"]
    reason: str | None = None


class LastRun(Document):
    """A schedule's latest run, by the time that it was to be at; without `exportId` while it waits or if it failed."""

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
