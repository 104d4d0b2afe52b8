"""From an export's specification to the pages of its file."""

from collections.abc import Iterator

from badgedata.access import find_issuer
from badgedata.exports import awards_csv, splitting
from badgedata.exports.awards_csv import Page
from badgedata.exports.specification import AwardsExport, from_options
from badgedata.exports.window import window_of
from badgedata.records.directory import Issuer
from badgedata.records.operations import Export


class ScopeGoneError(Exception):
    """What was to be exported has been deleted since the export was asked for."""


def pages(export: Export, after: str, end: str | None) -> Iterator[Page]:
    """Write an export's file from the position `after` on ("" is its beginning), page by page.

    The same stored data give the same bytes, wherever one worker stops and another goes on.
    """
    specification = from_options(export.scope_type, export.kind, export.options)
    return awards_csv.award_pages(specification, _issuers(export), export.created_at, after, end)


def boundaries(export: Export, after: str, end: str | None, ways: int) -> list[str]:
    """Say where the rest of an export behind `after` can be cut into up to `ways` segments; empty where it can't."""
    specification = from_options(export.scope_type, export.kind, export.options)
    if not isinstance(specification, AwardsExport):
        return []
    window = window_of(specification.awarded_after, specification.awarded_before, specification.time_zone)
    return splitting.boundaries(list(awards_csv.stretches(_issuers(export), window, after, end)), ways)


def content_type(export: Export) -> str:
    """Give the media type of an export's file."""
    return "text/csv; charset=utf-8"


def _issuers(export: Export) -> list[Issuer]:
    if export.scope_type == "organization":
        return list(Issuer.children.query(Issuer.parent_key(export.scope_id)))
    issuer = find_issuer(export.scope_id)
    if issuer is None:
        raise ScopeGoneError(f"The issuer {export.scope_name} ({export.scope_id}) was deleted before it was exported.")
    return [issuer]


__all__ = ["Page", "ScopeGoneError", "content_type", "pages"]
