"""What can be asked of an export: its kind, and the options of that kind (docs/guide.md, "Exports").

The dataclasses are at once what the API reads from a request's body and what the worker reads from the stored job.
"""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal

from badgedata.access import ScopeType
from badgedata.exports.window import window_of


def camel_case(name: str) -> str:
    """Write a field's name as it stands in JSON: ``awarded_after`` is ``awardedAfter``."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


Flag = Literal[True, False]
"""A boolean for which pydantic takes no text or number, as it would for `bool`."""


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


Specification = AwardsExport

KINDS: dict[ScopeType, dict[str, type[Specification]]] = {
    "organization": {"awards": AwardsExport},
    "issuer": {"awards": AwardsExport},
    "badge-class": {},
}


def check(specification: Specification) -> None:
    """Check what the fields' types can't say.

    Raises
    ------
    Problem
        422, naming the field and the value that has to change.
    """
    window_of(specification.awarded_after, specification.awarded_before, specification.time_zone)


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


def extension_of(specification: Specification) -> str:
    """Give the ending of the file's name."""
    return "csv"
