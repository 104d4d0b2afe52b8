"""The organizations in the sample data, read from ``catalogue.toml``."""

from pathlib import Path
from typing import Literal

import msgspec


class Options(msgspec.Struct, frozen=True, rename="camel"):
    """Uncommon badge class options. Each row in `alignment` contains a name, URL, description, framework, and code."""

    valid_days: int | None = None
    since: str = "2023-11-01"
    """The earliest possible award date."""
    svg: bool = False
    criteria_page: bool = True
    alignment: list[list[str]] = []


class BadgeClassEntry(msgspec.Struct, frozen=True, array_like=True):
    """A badge class. An issuer's awards are divided among its badge classes in proportion to `share`."""

    name: str
    description: str
    look: str
    share: int
    entity_id: str = ""
    criteria: str = ""
    tags: list[str] = []
    options: Options = Options()


class PathwayEntry(msgspec.Struct, frozen=True, array_like=True):
    """A pathway. `requirements` contains the names of experiences and of the issuer's badge classes."""

    name: str
    description: str
    status: Literal["draft", "published"]
    requirements: list[str]
    entity_id: str = ""


class GroupEntry(msgspec.Struct, frozen=True, array_like=True):
    """A recipient group. `alignments` contains the names of the issuer's badge classes and pathways."""

    name: str
    created_by: Literal["manual", "lms", "api", "pathway"]
    alignments: list[str]
    learners: int
    staff: int
    expires_by: Literal["manual", "lms", ""] = ""
    archived: bool = False


class IssuerEntry(msgspec.Struct, frozen=True, rename={"entity_id": "id"}):
    """An issuer. An organization's awards are divided among its issuers in proportion to `share`."""

    entity_id: str
    name: str
    description: str
    look: str
    share: int
    badges: list[BadgeClassEntry]
    pathways: list[PathwayEntry]
    groups: list[GroupEntry]


class OrganizationEntry(msgspec.Struct, frozen=True, rename={"entity_id": "id"}):
    """An organization. Each row in `members` contains an email address, a role, and, for issuer roles, an issuer ID."""

    entity_id: str
    name: str
    plan: Literal["paid", "free"]
    site: str
    members: list[list[str]]
    issuers: list[IssuerEntry]


PAID, FREE = msgspec.toml.decode(
    Path(__file__).with_suffix(".toml").read_bytes(), type=dict[Literal["organizations"], list[OrganizationEntry]]
)["organizations"]
