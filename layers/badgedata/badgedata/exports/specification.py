"""Export specifications: an export's kind and options (docs/api-guide.md, "Export").

The API reads them from a request body, and the worker reads them from the stored export.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from typing import Annotated, Any, ClassVar, Final, Literal, get_args

from badgedata.access import Scope, ScopeType, badge_classes_within
from badgedata.exports.columns import COLUMNS, ISSUER_COLUMNS, Column, check_columns, selected
from badgedata.exports.window import Window, window_of
from badgedata.problems import invalid, shown

type Status = Literal["active", "expired", "revoked"]
type Format = Literal["csv", "xlsx"]
type Separator = Literal["comma", "semicolon", "tab"]

STATUSES: Final[tuple[Status, ...]] = get_args(Status.__value__)

FOLLOW_UPS: Final = ("notify", "deliver")
"""The fields that determine what happens after an export ends. They aren't options, and don't change the file."""

MAX_BADGE_CLASSES: Final = 100
"""The maximum number of badge classes that an export can select. DynamoDB reads this many items in one request."""


def camel_case(name: str) -> str:
    """Return a field's camelCase name in JSON.

    >>> camel_case("awarded_after")
    'awardedAfter'
    """
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


class _Strict:
    """A `bool` annotation that makes pydantic reject text and numbers."""

    @staticmethod
    def __get_pydantic_core_schema__(source: Any, schema_of: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        return schema_of(source) | {"strict": True}


Flag = Annotated[bool, _Strict]


@dataclass(frozen=True)
class _Described:
    """The description of an inherited field, whose docstring pydantic doesn't read."""

    text: str

    def __get_pydantic_json_schema__(
        self, core_schema: Any, schema_of: Callable[[Any], dict[str, Any]]
    ) -> dict[str, Any]:
        return schema_of(core_schema) | {"description": self.text}


NOT_GIVEN: Final[Any] = None
"""The default value of options whose actual default depends on the format. Requests can't set these options to null."""


@dataclass(frozen=True, kw_only=True)
class _Requestable:
    """The fields that all kinds of exports share. In JSON, field names are camelCase. Unknown fields are rejected."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {
        "alias_generator": camel_case,
        "extra": "forbid",
        "use_attribute_docstrings": True,
    }

    notify: Annotated[
        Flag,
        _Described("When the export is ready or has failed, sends an email to the person who requested it."),
    ] = False
    deliver: Annotated[
        Flag, _Described("Copies the file to the organization's own bucket after the export has succeeded.")
    ] = False


@dataclass(frozen=True, kw_only=True)
class _TableExport(_Requestable):
    """The options that all tables share. Options that aren't specified are None, and the API omits them."""

    byte_order_mark: Annotated[
        Flag,
        _Described("CSV only: starts the file with a byte order mark, so that spreadsheets read it as UTF-8."),
    ] = NOT_GIVEN
    format: Annotated[Format | None, _Described("The file type. Defaults to `csv`.")] = None
    separator: Annotated[
        Separator | None, _Described("CSV only. Defaults to `comma`. A tab-separated file has the `.tsv` extension.")
    ] = None
    spreadsheet_safe: Annotated[
        Flag,
        _Described("CSV only: prevents cells from running as formulas. If false, cells contain the values as stored."),
    ] = NOT_GIVEN
    columns: Annotated[
        list[str] | None,
        _Described(
            "The file's columns, in this order. Defaults to the default columns for the kind of export. "
            "`GET /export-columns` lists all columns."
        ),
    ] = None


@dataclass(frozen=True, kw_only=True)
class AwardsExport(_TableExport):
    """A table of the awards that match all filters, for one issuer or all issuers in an organization."""

    kind: Literal["awards"]
    awarded_after: str | None = None
    """The start (inclusive): a date in `timeZone`, or an RFC 3339 time."""

    awarded_before: str | None = None
    """The end: a date in `timeZone` (inclusive), or an RFC 3339 time (exclusive)."""

    time_zone: str = "UTC"
    """The IANA name of the time zone for dates."""

    expires_after: str | None = None
    """Like `awardedAfter`, but applies to expiry times. Awards that don't expire are omitted."""

    expires_before: str | None = None
    """Like `awardedBefore`, but applies to expiry times. Awards that don't expire are omitted."""

    status: list[Status] | None = None
    """The award statuses to include (at least one). Defaults to all."""

    badge_class_ids: list[str] | None = None
    """The badge classes to include (1 to 100, all in this scope). Defaults to all."""


@dataclass(frozen=True, kw_only=True)
class BadgesExport(_TableExport):
    """A table of badge classes and their award counts, for one issuer or all issuers in an organization."""

    kind: Literal["badges"]


@dataclass(frozen=True, kw_only=True)
class GroupsExport(_TableExport):
    """A table of recipient groups, with one row per group and alignment."""

    kind: Literal["groups"]
    include_archived: Flag = False
    include_creation: Flag = False
    include_expiration: Flag = False
    include_staff: Flag = False


@dataclass(frozen=True, kw_only=True)
class GroupBadgesExport(_TableExport):
    """A table of recipient groups' requirements, with one row per alignment and requirement."""

    kind: Literal["group-badges"]
    include_archived: Flag = False


@dataclass(frozen=True, kw_only=True)
class LearnerProgressExport(_TableExport):
    """A table of learner progress, with one row per learner, group, and alignment."""

    kind: Literal["learner-progress"]
    include_archived: Flag = False


@dataclass(frozen=True, kw_only=True)
class TrailExport(_TableExport):
    """A table of an organization's or issuer's trail entries. Only admins and owners can export it."""

    kind: Literal["trail"]
    after: str | None = None
    """The start (inclusive): a date in `timeZone`, or an RFC 3339 time."""

    before: str | None = None
    """The end: a date in `timeZone` (inclusive), or an RFC 3339 time (exclusive)."""

    time_zone: str = "UTC"
    """The IANA name of the time zone for dates."""


@dataclass(frozen=True, kw_only=True)
class IssuerExport(_Requestable):
    """A JSON document that contains an issuer and the selected content. Another deployment can load the document."""

    kind: Literal["issuer"]
    include_badge_classes: Flag = False
    include_assertions: Flag = False
    include_recipient_groups: Flag = False
    include_pathways: Flag = False
    embed_images: Flag = False
    compress: Flag = False


@dataclass(frozen=True, kw_only=True)
class BadgeClassExport(_Requestable):
    """A JSON document that contains a badge class, with or without its assertions."""

    kind: Literal["badge-class"]
    include_assertions: Flag = False
    embed_images: Flag = False
    compress: Flag = False


TableExport = AwardsExport | BadgesExport | GroupsExport | GroupBadgesExport | LearnerProgressExport | TrailExport
DocumentExport = IssuerExport | BadgeClassExport
Specification = TableExport | DocumentExport

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "zip": "application/zip",
}
"""The media types of files, by file name extension."""

KINDS: dict[ScopeType, dict[str, type[Specification]]] = {
    "organization": {
        "awards": AwardsExport,
        "badges": BadgesExport,
        "groups": GroupsExport,
        "group-badges": GroupBadgesExport,
        "learner-progress": LearnerProgressExport,
        "trail": TrailExport,
    },
    "issuer": {
        "awards": AwardsExport,
        "issuer": IssuerExport,
        "badges": BadgesExport,
        "groups": GroupsExport,
        "group-badges": GroupBadgesExport,
        "learner-progress": LearnerProgressExport,
        "trail": TrailExport,
    },
    "badge-class": {"badge-class": BadgeClassExport},
}


def kinds_with(option: str) -> list[str]:
    """Return the kinds of export that support an option, such as ``awards`` for ``status``."""
    specifications = {kind: specification for kinds in KINDS.values() for kind, specification in kinds.items()}
    return [
        kind
        for kind, specification in specifications.items()
        if option in [camel_case(field.name) for field in fields(specification)]
    ]


_COLUMNS_OF_OPTIONS: Final = {
    "include_creation": ("Course/Pathway ID", "URL", "Creation date", "Creation method"),
    "include_expiration": ("Expiration date", "Expiration method"),
    "include_staff": ("Staff member name", "Staff member ID"),
}
"""The columns that each group table option adds to the default columns."""

_CSV_OPTIONS: Final = ("separator", "byte_order_mark", "spreadsheet_safe")


def check(specification: Specification, scope: Scope) -> None:
    """Check the constraints that field types can't express.

    Raises
    ------
    Problem
        422 if an option is invalid. The problem names the field and explains how to fix it.
    """
    if isinstance(specification, TableExport):
        _check_table(specification)
    match specification:
        case AwardsExport():
            award_window(specification)
            expiry_window(specification)
            if specification.status is not None and len(set(specification.status)) < len(specification.status):
                raise invalid("status", "A status is listed more than once. Remove the duplicate.")
            if specification.status == []:
                raise invalid("status", "Specify at least one status, or omit status to include all of them.")
            if specification.badge_class_ids is not None:
                _check_badge_classes(specification.badge_class_ids, scope)
        case TrailExport():
            trail_window(specification)
        case IssuerExport(include_assertions=True, include_badge_classes=False):
            raise invalid(
                "includeAssertions",
                "includeAssertions is true, but includeBadgeClasses isn't. Assertions are nested in badge classes, so "
                "set includeBadgeClasses to true as well.",
            )


def award_window(specification: AwardsExport) -> Window:
    """Return the window of issue dates. Raise Problem (422) for invalid dates."""
    return window_of(specification.awarded_after, specification.awarded_before, specification.time_zone)


def expiry_window(specification: AwardsExport) -> Window | None:
    """Return the window of expiration dates, or None if no date is set. Raise Problem (422) for invalid dates."""
    after, before = specification.expires_after, specification.expires_before
    if after is None and before is None:
        return None
    return window_of(after, before, specification.time_zone, fields=("expiresAfter", "expiresBefore"))


def trail_window(specification: TrailExport) -> Window:
    """Return the window of trail entry times. Raise Problem (422) for invalid dates."""
    return window_of(specification.after, specification.before, specification.time_zone, fields=("after", "before"))


def require_role(kind: str, scope: Scope) -> None:
    """Raise Problem (403, `role-not-allowed`) unless the caller's role allows this kind of export."""
    if kind == "trail":
        scope.require_trail_role()


def columns_of(specification: TableExport, scope_type: str) -> list[Column]:
    """Return the columns that an export selects, or the default columns for its kind and options.

    In an organization's export, group tables begin with the columns in `ISSUER_COLUMNS`.
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
    """Return the options as the API shows them, in camelCase.

    Options that were not specified and have no default are omitted.
    """
    options = {
        camel_case(name): value
        for name, value in asdict(specification).items()
        if name not in ("kind", *FOLLOW_UPS) and value is not None
    }
    if isinstance(specification, TableExport) and not is_workbook(specification):
        options.setdefault("byteOrderMark", True)
    return options


def from_options(scope_type: str, kind: str, options: dict[str, Any]) -> Specification:
    """Return a stored export's specification, without `notify` and `deliver`."""
    specification = next(kinds[kind] for of, kinds in KINDS.items() if of == scope_type)
    values: dict[str, Any] = {
        name: options[camel_case(name)] for name in specification.__dataclass_fields__ if camel_case(name) in options
    }
    return specification(**{**values, "kind": kind})


def content_type_of(specification: Specification) -> str:
    """Return the media type of the export's file."""
    return CONTENT_TYPES[extension_of(specification)]


def is_workbook(specification: Specification) -> bool:
    """Return whether the export's file is an XLSX workbook."""
    return isinstance(specification, TableExport) and specification.format == "xlsx"


def extension_of(specification: Specification) -> str:
    """Return the extension of the export's file name, such as ``csv``."""
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
                raise invalid(field, f'{field} applies only to CSV, but format is "xlsx". Omit {field}.')
    if specification.columns is None:
        return
    check_columns(specification.kind, specification.columns)
    for option in _COLUMNS_OF_OPTIONS:
        if getattr(specification, option, False):
            field = camel_case(option)
            raise invalid(
                field,
                f"{field} adds to the default columns, but the columns field replaces them. Specify only one "
                "of these fields.",
            )


def _check_badge_classes(badge_class_ids: list[str], scope: Scope) -> None:
    if not 1 <= len(badge_class_ids) <= MAX_BADGE_CLASSES:
        raise invalid(
            "badgeClassIds",
            f"Specify 1 to {MAX_BADGE_CLASSES} badge classes, not {len(badge_class_ids):,}. "
            "To include all badge classes, omit badgeClassIds.",
        )
    found = badge_classes_within(scope, set(badge_class_ids))
    for number, badge_class_id in enumerate(badge_class_ids):
        if badge_class_id not in found:
            raise invalid(f"badgeClassIds.{number}", f"This {scope.type} has no badge class {shown(badge_class_id)}.")
