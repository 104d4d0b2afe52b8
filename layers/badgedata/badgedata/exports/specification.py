"""What can be asked of an export: its kind, and the options of that kind (docs/api-guide.md, "Export").

The dataclasses are at once what the API reads from a request's body and what the worker reads from the stored job.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Annotated, Any, ClassVar, Literal

from badgedata.access import ScopeType
from badgedata.exports.window import window_of
from badgedata.problems import invalid


def camel_case(name: str) -> str:
    """Write a field's name as it stands in JSON.

    >>> camel_case("awarded_after")
    'awardedAfter'
    """
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


class _Strict:
    """Lets pydantic take a boolean for a `bool`, and neither text nor a number."""

    @staticmethod
    def __get_pydantic_core_schema__(source: Any, schema_of: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        return schema_of(source) | {"strict": True}


Flag = Annotated[bool, _Strict]


class _AsAsked:
    """How pydantic reads these from JSON: camelCase names, and no unknown ones. The fields' texts are the API's own."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {
        "alias_generator": camel_case,
        "extra": "forbid",
        "use_attribute_docstrings": True,
    }


@dataclass(frozen=True, kw_only=True)
class AwardsExport(_AsAsked):
    """CSV of the awards of an issuer, or of all issuers of an organization, within a window of award dates."""

    kind: Literal["awards"]
    awarded_after: str | None = None
    """A date (from its first instant on, in `timeZone`), or an RFC 3339 time (inclusive)."""

    awarded_before: str | None = None
    """A date (to the end of that day, in `timeZone`), or an RFC 3339 time (exclusive)."""

    time_zone: str = "UTC"
    """The IANA name of the zone that dates are days of."""

    byte_order_mark: Flag = True
    """Begin the file with a byte order mark, so that spreadsheets read it as UTF-8."""


@dataclass(frozen=True, kw_only=True)
class IssuerExport(_AsAsked):
    """JSON of an issuer with, as chosen, what is its own; the document loads into another deployment."""

    kind: Literal["issuer"]
    include_badge_classes: Flag = False
    include_assertions: Flag = False
    include_recipient_groups: Flag = False
    include_pathways: Flag = False
    embed_images: Flag = False
    compress: Flag = False


@dataclass(frozen=True, kw_only=True)
class GroupsExport(_AsAsked):
    """CSV of an issuer's recipient groups, a row per group and alignment."""

    kind: Literal["groups"]
    include_archived: Flag = False
    include_creation: Flag = False
    include_expiration: Flag = False
    include_staff: Flag = False
    byte_order_mark: Flag = True


@dataclass(frozen=True, kw_only=True)
class GroupBadgesExport(_AsAsked):
    """CSV of what an issuer's groups ask for, a row per requirement of an alignment."""

    kind: Literal["group-badges"]
    include_archived: Flag = False
    byte_order_mark: Flag = True


@dataclass(frozen=True, kw_only=True)
class LearnerProgressExport(_AsAsked):
    """CSV of how far an issuer's learners are, a row per learner, group and alignment."""

    kind: Literal["learner-progress"]
    include_archived: Flag = False
    byte_order_mark: Flag = True


@dataclass(frozen=True, kw_only=True)
class BadgeClassExport(_AsAsked):
    """JSON of a badge class, alone or with its assertions."""

    kind: Literal["badge-class"]
    include_assertions: Flag = False
    embed_images: Flag = False
    compress: Flag = False


Specification = (
    AwardsExport | IssuerExport | GroupsExport | GroupBadgesExport | LearnerProgressExport | BadgeClassExport
)

CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json", "zip": "application/zip"}
"""By the ending of the file's name."""

KINDS: dict[ScopeType, dict[str, type[Specification]]] = {
    "organization": {"awards": AwardsExport},
    "issuer": {
        "awards": AwardsExport,
        "issuer": IssuerExport,
        "groups": GroupsExport,
        "group-badges": GroupBadgesExport,
        "learner-progress": LearnerProgressExport,
    },
    "badge-class": {"badge-class": BadgeClassExport},
}


def check(specification: Specification) -> None:
    """Check what the fields' types can't say.

    Raises
    ------
    Problem
        422, naming the field and the value that has to change.
    """
    match specification:
        case AwardsExport():
            window_of(specification.awarded_after, specification.awarded_before, specification.time_zone)
        case IssuerExport(include_assertions=True, include_badge_classes=False):
            raise invalid(
                "includeAssertions",
                "includeAssertions is true, and includeBadgeClasses is not: an issuer's assertions come within their "
                "badge classes. Set includeBadgeClasses to true as well.",
            )


def options_of(specification: Specification) -> dict[str, Any]:
    """Give the options as the API shows them: camelCase, defaults filled in, what was not given left out."""
    return {
        camel_case(name): value for name, value in asdict(specification).items() if name != "kind" and value is not None
    }


def from_options(scope_type: str, kind: str, options: dict[str, Any]) -> Specification:
    """Give back the specification of a stored job."""
    specification = next(kinds[kind] for of, kinds in KINDS.items() if of == scope_type)
    values: dict[str, Any] = {
        name: options[camel_case(name)] for name in specification.__dataclass_fields__ if camel_case(name) in options
    }
    return specification(**{**values, "kind": kind})


def content_type_of(specification: Specification) -> str:
    """Give the media type of the file."""
    return CONTENT_TYPES[extension_of(specification)]


def is_compressed(specification: Specification) -> bool:
    """Tell whether the file is a ZIP."""
    return isinstance(specification, IssuerExport | BadgeClassExport) and specification.compress


def extension_of(specification: Specification) -> str:
    """Give the ending of the file's name."""
    if is_compressed(specification):
        return "zip"
    return "json" if isinstance(specification, IssuerExport | BadgeClassExport) else "csv"
