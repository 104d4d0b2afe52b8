"""The JSON for roles, organizations, issuers, and badge classes."""

from typing import Annotated, Literal

from pydantic import Field

from .document import Document, EntityId

Total = Annotated[
    int | None,
    Field(description="The number of matches. Present only on the first page of a searched or sorted list"),
]


CacheableImage = Annotated[
    str | None,
    Field(
        description="A public URL whose image never changes. A new image gets a new URL. Absent if this product "
        "doesn't store the image"
    ),
]


class OrganizationDocument(Document):
    """An organization and its plan. Data management requires the `paid` plan."""

    id: EntityId
    name: str
    plan: Literal["paid", "free"]
    has_destination: Annotated[
        bool,
        Field(description="Whether the organization has a delivery destination, which `deliver` requires"),
    ]
    destination_bucket: Annotated[
        str | None, Field(description="The destination's bucket. Present only if the caller is a signed-in admin")
    ] = None


class NamedIssuer(Document):
    """An issuer's ID and name."""

    id: EntityId
    name: str


class Membership(Document):
    """The caller's role for one issuer or, if `issuer` is absent, for an entire organization."""

    role: Literal["admin", "owner", "editor", "staff"]
    organization: OrganizationDocument
    issuer: NamedIssuer | None = None


class Me(Document):
    """The caller and a page of the caller's roles."""

    email: str
    token: Annotated[
        str | None,
        Field(
            description="If the caller is a program, the name of its access token. `email` is then the email address "
            "of the token's creator"
        ),
    ] = None
    memberships: list[Membership]
    next_cursor: str | None = None


class IssuerDocument(Document):
    """An issuer's profile. Optional fields that aren't set are omitted."""

    id: EntityId
    organization_id: EntityId
    name: str
    url: str | None = None
    email: str | None = None
    description: str | None = None
    image: str | None = None
    cacheable_image: CacheableImage = None
    created_at: str | None = None


class BadgeClassDocument(Document):
    """The current version of a badge class. Optional fields that aren't set are omitted."""

    id: EntityId
    issuer_id: EntityId
    name: str
    description: str | None = None
    image: str | None = None
    cacheable_image: CacheableImage = None
    criteria: dict[str, str] | None = None
    alignment: list[dict[str, str]]
    tags: list[str]
    created_at: str | None = None


class IssuerList(Document):
    """A page of an organization's issuers."""

    items: list[IssuerDocument]
    total: Total = None
    next_cursor: str | None = None


class BadgeClassList(Document):
    """A page of an issuer's badge classes."""

    items: list[BadgeClassDocument]
    total: Total = None
    next_cursor: str | None = None
