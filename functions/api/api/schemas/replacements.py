"""The JSON for replacements, in requests and responses."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from badgedata.replacement.content import Source

from .document import Document, EntityId, Time


class ReplacementSource(BaseModel):
    """The source of the badge class's new content. Specify exactly one of the three fields."""

    model_config = ConfigDict(extra="forbid")

    url: str | None = Field(
        None,
        description="The public URL of an assertion, badge class, or baked image, or of a page that links to the badge",
    )
    json_: dict[str, Any] | str | None = Field(
        None,
        alias="json",
        description="An assertion, credential, or badge class as an object, a string, or a data: URI",
    )
    image: str | None = Field(None, description="A baked PNG or SVG of at most 4 MiB, Base64-encoded or as a data: URI")

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        given = [name for name in ("url", "json_", "image") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("Specify exactly one of url, json, and image")
        return self

    def source(self) -> Source:
        """Return the source in the form that `badgedata.replacement` accepts."""
        if self.url is not None:
            return Source("url", self.url)
        return Source("image", self.image) if self.image is not None else Source("json", self.json_)


class BadgeContent(Document):
    """The fields of a badge class that a replacement overwrites."""

    name: str
    description: str | None = None
    criteria: dict[str, str] | None = None
    image: str | None = Field(None, description="A public URL whose image never changes")
    tags: list[str]
    alignment: list[dict[str, str]]


class SourceDocument(Document):
    """The document that a replacement was read from."""

    kind: Literal["url", "json", "image"]
    open_badges_version: Literal["0.5", "1.0", "1.1", "2.0", "2.1", "3.0"]
    assertion_id: str | None = Field(None, description="Absent if the source is a badge class")
    host: str | None = Field(
        None,
        description="The host that the badge was read from. If the request contained the badge, the host in the "
        "badge's ID",
    )
    issuer_name: str | None = Field(None, description="The issuer's name in the source; not verified")


class ImageResyncDocument(Document):
    """The progress of an image re-sync. `refreshed` + `pending` + `failed` always equals `total`."""

    status: Literal["in-progress", "complete", "overdue"]
    total: int
    refreshed: int
    pending: int
    failed: int
    window_ends_at: Time


class ReplacementDocument(Document):
    """A replacement of a badge class's content. `current` is the badge class's current content."""

    id: EntityId
    badge_class_id: EntityId
    status: Literal["previewed", "replaced", "cancelled", "expired"]
    source: SourceDocument
    current: BadgeContent
    proposed: BadgeContent
    changes: list[str]
    warnings: list[str]
    requested_by: str
    created_at: Time
    confirmed_at: Time | None = None
    image_resync: ImageResyncDocument | None = None


class ReplacementList(Document):
    """A page of replacements, newest first."""

    items: list[ReplacementDocument]
    next_cursor: str | None = None


class OpenResyncDocument(Document):
    """An image re-sync that is in progress or overdue, and the replacement that started it."""

    replacement_id: EntityId
    badge_class_id: EntityId
    badge_class_name: str
    issuer_id: EntityId
    started_at: Time
    image_resync: ImageResyncDocument


class OpenResyncList(Document):
    """A page of image re-syncs that are in progress or overdue, newest first."""

    items: list[OpenResyncDocument]
    next_cursor: str | None = None


class FailedImageDocument(Document):
    """An award whose image couldn't be refreshed."""

    award_id: EntityId
    reason: str
    attempts: int
    next_try_at: Time | None = Field(None, description="Absent after the re-sync's window has ended")


class FailedImageList(Document):
    """A page of awards whose images couldn't be refreshed, and an email address for support requests."""

    items: list[FailedImageDocument]
    contact_address: str | None = None
    next_cursor: str | None = None
