"""Specifications of exports: the kind, and the options of that kind (docs/api-guide.md, "Export").

The API reads them from the body of a request, and the worker reads them from the stored export.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Annotated, Any, ClassVar, Final, Literal, get_args

from badgedata.access import Scope, ScopeType, badge_classes_within
from badgedata.exports.columns import COLUMNS, ISSUER_COLUMNS, Column, check_columns, selected
from badgedata.exports.window import Window, window_of
from badgedata.problems import invalid, shown

type Status = Literal["active", "expired", "revoked"]
type Format = Literal["csv", "xlsx"]
type Separator = Literal["comma", "semicolon", "tab"]

STATUSES: Final[tuple[Status, ...]] = get_args(Status.__value__)

MAX_BADGE_CLASSES: Final = 100
"""Badge classes that an export can select. DynamoDB reads as many in one request."""


def camel_case(name: str) -> str:
    """Return the name of a field in JSON.

    >>> camel_case("awarded_after")
    'awardedAfter'
    """
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


class _Strict:
    """Makes pydantic accept only a boolean for a `bool`, neither text nor a number."""

    @staticmethod
    def __get_pydantic_core_schema__(source: Any, schema_of: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        return schema_of(source) | {"strict": True}


Flag = Annotated[bool, _Strict]


@dataclass(frozen=True)
class _Described:
    """The description of a field that several kinds inherit: pydantic reads docstrings from a class's own fields."""

    text: str

    def __get_pydantic_json_schema__(
        self, core_schema: Any, schema_of: Callable[[Any], dict[str, Any]]
    ) -> dict[str, Any]:
        return schema_of(core_schema) | {"description": self.text}


NOT_GIVEN: Final[Any] = None
"""The default of an option that has another default for each format. In a request, null is not allowed for it."""


class _Requestable:
    """How pydantic reads a specification from JSON: camelCase names, and no unknown ones."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {
        "alias_generator": camel_case,
        "extra": "forbid",
        "use_attribute_docstrings": True,
    }


@dataclass(frozen=True, kw_only=True)
class _TableExport(_Requestable):
    """The options that all tables have. An option that isn't given is None, and the API doesn't show it."""

    byte_order_mark: Annotated[
        Flag,
        _Described("CSV only: begin the file with a byte order mark, so that spreadsheets read it as UTF-8."),
    ] = NOT_GIVEN
    format: Annotated[Format | None, _Described("The type of the file; default `csv`.")] = None
    separator: Annotated[
        Separator | None, _Described("CSV only; default `comma`. A file with tabs is a `.tsv` file.")
    ] = None
    spreadsheet_safe: Annotated[
        Flag,
        _Described("CSV only: no cell can run as a formula. With false, the cells have the values as they are stored."),
    ] = NOT_GIVEN
    columns: Annotated[
        list[str] | None,
        _Described(
            "The columns of the file, in this order; `GET /export-columns` lists them. "
            "By default the file has the kind's default columns."
        ),
    ] = None


@dataclass(frozen=True, kw_only=True)
class AwardsExport(_TableExport):
    """A table of the awards of an issuer, or of all issuers of an organization, that match all filters."""

    kind: Literal["awards"]
    awarded_after: str | None = None
    """A date (from its first instant on, in `timeZone`), or an RFC 3339 time (inclusive)."""

    awarded_before: str | None = None
    """A date (to the end of that day, in `timeZone`), or an RFC 3339 time (exclusive)."""

    time_zone: str = "UTC"
    """The IANA name of the zone that dates are days of."""

    expires_after: str | None = None
    """As `awardedAfter`, for the time at which awards expire. Awards that don't expire are left out."""

    expires_before: str | None = None
    """As `awardedBefore`, for the time at which awards expire. Awards that don't expire are left out."""

    status: list[Status] | None = None
    """The statuses of the awards, at least one; default all."""

    badge_class_ids: list[str] | None = None
    """The badge classes of the awards, 1 to 100 of this scope; default all."""


@dataclass(frozen=True, kw_only=True)
class BadgesExport(_TableExport):
    """A table of the badge classes of an issuer, or of all issuers of an organization, with their numbers of awards."""

    kind: Literal["badges"]


@dataclass(frozen=True, kw_only=True)
class GroupsExport(_TableExport):
    """A table of recipient groups, with a row for each group and alignment."""

    kind: Literal["groups"]
    include_archived: Flag = False
    include_creation: Flag = False
    include_expiration: Flag = False
    include_staff: Flag = False


@dataclass(frozen=True, kw_only=True)
class GroupBadgesExport(_TableExport):
    """A table of what groups require, with a row for each requirement of an alignment."""

    kind: Literal["group-badges"]
    include_archived: Flag = False


@dataclass(frozen=True, kw_only=True)
class LearnerProgressExport(_TableExport):
    """A table of the progress of learners, with a row for each learner, group, and alignment."""

    kind: Literal["learner-progress"]
    include_archived: Flag = False


@dataclass(frozen=True, kw_only=True)
class IssuerExport(_Requestable):
    """JSON of an issuer with the selected content. Another deployment can load the document."""

    kind: Literal["issuer"]
    include_badge_classes: Flag = False
    include_assertions: Flag = False
    include_recipient_groups: Flag = False
    include_pathways: Flag = False
    embed_images: Flag = False
    compress: Flag = False


@dataclass(frozen=True, kw_only=True)
class BadgeClassExport(_Requestable):
    """JSON of a badge class, alone or with its assertions."""

    kind: Literal["badge-class"]
    include_assertions: Flag = False
    embed_images: Flag = False
    compress: Flag = False


TableExport = AwardsExport | BadgesExport | GroupsExport | GroupBadgesExport | LearnerProgressExport
DocumentExport = IssuerExport | BadgeClassExport
Specification = TableExport | DocumentExport

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "zip": "application/zip",
}
"""The media type of a file, by the extension of its name."""

KINDS: dict[ScopeType, dict[str, type[Specification]]] = {
    "organization": {
        "awards": AwardsExport,
        "badges": BadgesExport,
        "groups": GroupsExport,
        "group-badges": GroupBadgesExport,
        "learner-progress": LearnerProgressExport,
    },
    "issuer": {
        "awards": AwardsExport,
        "issuer": IssuerExport,
        "badges": BadgesExport,
        "groups": GroupsExport,
        "group-badges": GroupBadgesExport,
        "learner-progress": LearnerProgressExport,
    },
    "badge-class": {"badge-class": BadgeClassExport},
}

_COLUMNS_OF_OPTIONS: Final = {
    "include_creation": ("Course/Pathway ID", "URL", "Creation date", "Creation method"),
    "include_expiration": ("Expiration date", "Expiration method"),
    "include_staff": ("Staff member name", "Staff member ID"),
}
"""The columns that an option of the group table adds to the default ones."""

_CSV_OPTIONS: Final = ("separator", "byte_order_mark", "spreadsheet_safe")


def check(specification: Specification, scope: Scope) -> None:
    """Check what the fields' types can't express.

    Raises
    ------
    Problem
        422, naming the field and the value to change.
    """
    if isinstance(specification, TableExport):
        _check_table(specification)
    match specification:
        case AwardsExport():
            award_window(specification)
            expiry_window(specification)
            if specification.status == []:
                raise invalid("status", "Name at least one status, or leave status out for all of them.")
            if specification.badge_class_ids is not None:
                _check_badge_classes(specification.badge_class_ids, scope)
        case IssuerExport(include_assertions=True, include_badge_classes=False):
            raise invalid(
                "includeAssertions",
                "includeAssertions is true, and includeBadgeClasses is not: an issuer's assertions come within their "
                "badge classes. Set includeBadgeClasses to true as well.",
            )


def award_window(specification: AwardsExport) -> Window:
    """Return the window of award dates. Raises Problem (422) for dates that are none."""
    return window_of(specification.awarded_after, specification.awarded_before, specification.time_zone)


def expiry_window(specification: AwardsExport) -> Window | None:
    """Return the window of expiry dates; None without one. Raises Problem (422) for dates that are none."""
    after, before = specification.expires_after, specification.expires_before
    if after is None and before is None:
        return None
    return window_of(after, before, specification.time_zone, fields=("expiresAfter", "expiresBefore"))


def columns_of(specification: TableExport, scope_type: str) -> list[Column]:
    """Return the columns of the file: those that the export selects, or else the default ones of its kind and options.

    A table about the groups of all issuers begins with the issuer's columns.
    """
    if specification.columns is not None:
        return selected(specification.kind, specification.columns)
    added = {
        name for option, names in _COLUMNS_OF_OPTIONS.items() if getattr(specification, option, False) for name in names
    }
    if scope_type == "organization":
        added |= {column.name for column in ISSUER_COLUMNS}
    return [column for column in COLUMNS[specification.kind] if column.default or column.name in added]


def options_of(specification: Specification) -> dict[str, Any]:
    """Return the options as the API shows them: camelCase, without those that were not given and have no default."""
    options = {
        camel_case(name): value for name, value in asdict(specification).items() if name != "kind" and value is not None
    }
    if isinstance(specification, TableExport) and not is_workbook(specification):
        options.setdefault("byteOrderMark", True)
    return options


def from_options(scope_type: str, kind: str, options: dict[str, Any]) -> Specification:
    """Return the specification of a stored export."""
    specification = next(kinds[kind] for of, kinds in KINDS.items() if of == scope_type)
    values: dict[str, Any] = {
        name: options[camel_case(name)] for name in specification.__dataclass_fields__ if camel_case(name) in options
    }
    return specification(**{**values, "kind": kind})


def content_type_of(specification: Specification) -> str:
    """Return the media type of the file."""
    return CONTENT_TYPES[extension_of(specification)]


def is_workbook(specification: Specification) -> bool:
    """Return whether the file is a workbook (XLSX)."""
    return isinstance(specification, TableExport) and specification.format == "xlsx"


def extension_of(specification: Specification) -> str:
    """Return the extension of the file's name."""
    match specification:
        case IssuerExport() | BadgeClassExport():
            return "zip" if specification.compress else "json"
        case _ if is_workbook(specification):
            return "xlsx"
        case _:
            return "tsv" if specification.separator == "tab" else "csv"


def _check_table(specification: TableExport) -> None:
    if is_workbook(specification):
        for option in _CSV_OPTIONS:
            if getattr(specification, option) is not None:
                field = camel_case(option)
                raise invalid(field, f'{field} applies to CSV only, and format is "xlsx". Leave {field} out.')
    if specification.columns is None:
        return
    check_columns(specification.kind, specification.columns)
    for option in _COLUMNS_OF_OPTIONS:
        if getattr(specification, option, False):
            field = camel_case(option)
            raise invalid(
                field, f"{field} adds to the default columns, and columns selects others. Use one or the other."
            )


def _check_badge_classes(badge_class_ids: list[str], scope: Scope) -> None:
    if not 1 <= len(badge_class_ids) <= MAX_BADGE_CLASSES:
        raise invalid(
            "badgeClassIds",
            f"Name 1 to {MAX_BADGE_CLASSES} badge classes, or leave badgeClassIds out for all; "
            f"it names {len(badge_class_ids)}.",
        )
    found = badge_classes_within(scope, set(badge_class_ids))
    for number, badge_class_id in enumerate(badge_class_ids):
        if badge_class_id not in found:
            raise invalid(
                f"badgeClassIds.{number}", f"There is no badge class {shown(badge_class_id)} in this {scope.type}."
            )
