"""The JSON of replacements: what is sent to make one, and what is answered."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from badgedata.replacement.content import Source

from .document import Document, EntityId, Time


class ReplacementSource(BaseModel):
    """Where the new badge comes from: exactly one of the three."""

    model_config = ConfigDict(extra="forbid")

    url: str | None = Field(
        None, description="The public address of an assertion, a badge class, a baked image, or a page that links one"
    )
    json_: dict[str, Any] | str | None = Field(
        None, alias="json", description="An assertion, a credential or a badge class, as an object, text or data: URI"
    )
    image: str | None = Field(None, description="A baked PNG or SVG of at most 4 MiB, in Base64 or as a data: URI")

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        given = [name for name in ("url", "json_", "image") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("Give exactly one of url, json and image")
        return self

    def source(self) -> Source:
        """Give the source in the words of the domain."""
        if self.url is not None:
            return Source("url", self.url)
        return Source("image", self.image) if self.image is not None else Source("json", self.json_)


class BadgeContent(Document):
    """What of a badge class a replacement overwrites."""

    name: str
    description: str | None = None
    criteria: dict[str, str] | None = None
    image: str | None = Field(None, description="Shows the image, to anybody; what it shows never changes")
    tags: list[str]
    alignment: list[dict[str, str]]


class SourceDocument(Document):
    """What the new badge was read from."""

    kind: Literal["url", "json", "image"]
    open_badges_version: Literal["0.5", "1.0", "1.1", "2.0", "2.1", "3.0"]
    assertion_id: str | None = Field(None, description="Absent where a badge class itself was given")


class ImageResyncDocument(Document):
    """How far the images of the awards are; `refreshed` + `pending` + `failed` is `total`, always."""

    status: Literal["in-progress", "complete", "overdue"]
    total: int
    refreshed: int
    pending: int
    failed: int
    window_ends_at: Time


class ReplacementDocument(Document):
    """A replacement. `current` is the badge class as it is now."""

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


class FailedImageDocument(Document):
    """An award whose image could not be refreshed yet."""

    award_id: EntityId
    reason: str
    attempts: int
    next_try_at: Time | None = Field(None, description="Absent once the window is over")


class FailedImageList(Document):
    """A page of the awards whose image could not be refreshed yet, and who can help."""

    items: list[FailedImageDocument]
    contact_address: str | None = None
    next_cursor: str | None = None
