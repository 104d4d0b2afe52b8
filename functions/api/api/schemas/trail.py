"""The JSON for the trail."""

from typing import Annotated, Any

from pydantic import Field

from badgedata.trail import Action, TargetType

from .document import Document, EntityId, Time


class TrailTarget(Document):
    """The target of an action, with its name at the time. The target may since have been renamed or deleted."""

    type: TargetType
    id: str
    name: str


class TrailEntryDocument(Document):
    """A record of one action in an organization: who did what, to which target, and when."""

    id: EntityId
    at: Time
    actor: Annotated[
        str,
        Field(description="A person's email address, `token:NAME` for an access token, `operator`, or `system`"),
    ]
    action: Action
    target: TrailTarget
    details: Annotated[dict[str, Any], Field(description="Additional facts, which depend on the action")]


class TrailList(Document):
    """A page of trail entries, newest first."""

    items: list[TrailEntryDocument]
    next_cursor: str | None = None
