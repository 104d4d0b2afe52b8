"""From an export's specification to the pages of its file."""

from collections.abc import Iterator
from functools import partial

from badgedata.access import find_badge_class, find_issuer
from badgedata.clock import parse_rfc3339
from badgedata.exports import awards_csv, group_badges_csv, groups_csv, issuer_document, learner_progress_csv, splitting
from badgedata.exports.badge_class_document import badge_class_document_pages
from badgedata.exports.group_badges_csv import group_badge_pages
from badgedata.exports.groups_csv import group_pages
from badgedata.exports.issuer_document import issuer_document_pages
from badgedata.exports.learner_progress_csv import learner_progress_pages
from badgedata.exports.pages import Page
from badgedata.exports.specification import (
    AwardsExport,
    BadgeClassExport,
    GroupBadgesExport,
    GroupsExport,
    IssuerExport,
    LearnerProgressExport,
    extension_of,
    from_options,
)
from badgedata.exports.window import window_of
from badgedata.exports.zip_file import zip_pages
from badgedata.records.directory import BadgeClass, Issuer
from badgedata.records.exports import Export

CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json", "zip": "application/zip"}


class ScopeGoneError(Exception):
    """What was to be exported has been deleted since the export was asked for."""


def pages(export: Export, after: str, end: str | None) -> Iterator[Page]:
    """Write an export's file from the position `after` on ("" is its beginning), page by page.

    The same stored data give the same bytes, wherever one worker stops and another goes on.
    """
    specification = from_options(export.scope_type, export.kind, export.options)
    match specification:
        case AwardsExport():
            return awards_csv.award_pages(specification, _issuers(export), export.created_at, after, end)
        case GroupsExport():
            return group_pages(specification, _issuer(export).entity_id, after)
        case GroupBadgesExport():
            return group_badge_pages(specification, _issuer(export).entity_id, after)
        case LearnerProgressExport():
            return learner_progress_pages(specification, _issuer(export).entity_id, after)
        case IssuerExport():
            document = partial(issuer_document_pages, specification, _issuer(export), export.created_at)
        case BadgeClassExport():
            badge_class = _badge_class(export)
            issuer = find_issuer(badge_class.issuer_id)
            if issuer is None:
                raise _gone("issuer of the badge class", export)
            document = partial(badge_class_document_pages, specification, badge_class, issuer, export.created_at)
    if not specification.compress:
        return document(after)
    return zip_pages(document, _member_name(export), parse_rfc3339(export.created_at), after)


def boundaries(export: Export, after: str, end: str | None, ways: int) -> list[str]:
    """Say where the rest of an export behind `after` can be cut into up to `ways` segments; empty where it can't."""
    specification = from_options(export.scope_type, export.kind, export.options)
    if not isinstance(specification, AwardsExport):
        return []
    window = window_of(specification.awarded_after, specification.awarded_before, specification.time_zone)
    return splitting.boundaries(list(awards_csv.stretches(_issuers(export), window, after, end)), ways)


def expected_rows(export: Export) -> int | None:
    """Count the rows that the file will have, where a few cheap reads can tell; None where they can't."""
    specification = from_options(export.scope_type, export.kind, export.options)
    match specification:
        case GroupsExport():
            return groups_csv.expected_rows(specification, _issuer(export).entity_id)
        case GroupBadgesExport():
            return group_badges_csv.expected_rows(specification, _issuer(export).entity_id)
        case LearnerProgressExport():
            return learner_progress_csv.expected_rows(specification, _issuer(export).entity_id)
        case IssuerExport():
            return issuer_document.expected_rows(specification, _issuer(export).entity_id)
        case BadgeClassExport(include_assertions=False):
            return 1
    return None


def content_type(export: Export) -> str:
    """Give the media type of an export's file."""
    return CONTENT_TYPES[extension_of(from_options(export.scope_type, export.kind, export.options))]


def _issuers(export: Export) -> list[Issuer]:
    if export.scope_type == "organization":
        return list(Issuer.children.query(Issuer.parent_key(export.scope_id)))
    return [_issuer(export)]


def _issuer(export: Export) -> Issuer:
    issuer = find_issuer(export.scope_id)
    if issuer is None:
        raise _gone("issuer", export)
    return issuer


def _badge_class(export: Export) -> BadgeClass:
    badge_class = find_badge_class(export.scope_id)
    if badge_class is None:
        raise _gone("badge class", export)
    return badge_class


def _gone(what: str, export: Export) -> ScopeGoneError:
    return ScopeGoneError(f"The {what} {export.scope_name} ({export.scope_id}) was deleted before it was exported.")


def _member_name(export: Export) -> str:
    return export.file_name.removesuffix(".zip") + ".json"


__all__ = ["Page", "ScopeGoneError", "content_type", "pages"]
