"""An export being worked on: its specification parsed once, its scope read once, and the pages of its file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Final, NamedTuple, Self

from badgedata.access import find_badge_class, find_issuer
from badgedata.clock import parse_rfc3339
from badgedata.exports.awards_csv import award_pages
from badgedata.exports.badge_class_document import badge_class_document_pages
from badgedata.exports.failures import ScopeGoneError
from badgedata.exports.group_badges_csv import expected_group_badge_rows, group_badge_pages
from badgedata.exports.groups_csv import expected_group_rows, group_pages
from badgedata.exports.issuer_document import expected_issuer_document_rows, issuer_document_pages
from badgedata.exports.learner_progress_csv import expected_learner_progress_rows, learner_progress_pages
from badgedata.exports.pages import Page
from badgedata.exports.specification import (
    AwardsExport,
    BadgeClassExport,
    GroupBadgesExport,
    GroupsExport,
    IssuerExport,
    LearnerProgressExport,
    Specification,
    content_type_of,
    from_options,
)
from badgedata.exports.stretches import boundaries, stretches
from badgedata.exports.window import window_of
from badgedata.exports.zip_file import zip_pages
from badgedata.records.directory import BadgeClass, Issuer
from badgedata.records.exports import Export


class _FileAboutGroups(NamedTuple):
    """What writes one kind of CSV file about an issuer's groups, and what counts its rows."""

    pages: Callable[[Any, str, str], Iterator[Page]]
    count_rows: Callable[[Any, str], int]


_FILES_ABOUT_GROUPS: Final[dict[type[Specification], _FileAboutGroups]] = {
    GroupsExport: _FileAboutGroups(group_pages, expected_group_rows),
    GroupBadgesExport: _FileAboutGroups(group_badge_pages, expected_group_badge_rows),
    LearnerProgressExport: _FileAboutGroups(learner_progress_pages, expected_learner_progress_rows),
}


@dataclass(frozen=True)
class ExportJob:
    """An export being worked on.

    The scope is read when it is first needed. To complete a file or to put it together needs none, and succeeds even
    when the scope has been deleted since.
    """

    export: Export
    specification: Specification

    @classmethod
    def load(cls, export: Export) -> Self:
        """Return the job of a stored export."""
        return cls(export, from_options(export.scope_type, export.kind, export.options))

    @property
    def content_type(self) -> str:
        """The media type of the file."""
        return content_type_of(self.specification)

    def expected_rows(self) -> int | None:
        """Count the rows that the file will have, where a few cheap reads can tell; None where they can't."""
        match self.specification:
            case AwardsExport() | BadgeClassExport(include_assertions=True):
                return None
            case BadgeClassExport():
                return 1
            case IssuerExport():
                return expected_issuer_document_rows(self.specification, self._issuer.entity_id)
        file = _FILES_ABOUT_GROUPS[type(self.specification)]
        return file.count_rows(self.specification, self._issuer.entity_id)

    def pages(self, after: str, end: str | None) -> Iterator[Page]:
        """Write the file from the position `after` on ("" is its beginning), page by page.

        The same stored data give the same bytes, wherever one worker stops and another goes on.
        """
        exported_at = self.export.created_at
        match self.specification:
            case AwardsExport():
                return award_pages(self.specification, self._issuers, exported_at, after, end)
            case GroupsExport() | GroupBadgesExport() | LearnerProgressExport():
                file = _FILES_ABOUT_GROUPS[type(self.specification)]
                return file.pages(self.specification, self._issuer.entity_id, after)
            case IssuerExport():
                document = partial(issuer_document_pages, self.specification, self._issuer, exported_at)
            case BadgeClassExport():
                scope = self._badge_class_and_issuer
                document = partial(badge_class_document_pages, self.specification, *scope, exported_at)
        if not self.specification.compress:
            return document(after)
        member_name = self.export.file_name.removesuffix(".zip") + ".json"
        return zip_pages(document, member_name, parse_rfc3339(exported_at), after)

    def boundaries(self, after: str, end: str | None, ways: int) -> list[str]:
        """Say where the rest of the file after `after` can be cut into up to `ways` segments; empty where it can't."""
        if not isinstance(self.specification, AwardsExport):
            return []
        dates = self.specification
        window = window_of(dates.awarded_after, dates.awarded_before, dates.time_zone)
        return boundaries(list(stretches(self._issuers, window, after, end)), ways)

    @cached_property
    def _issuers(self) -> list[Issuer]:
        if self.export.scope_type == "organization":
            return list(Issuer.children.query(Issuer.parent_key(self.export.scope_id)))
        return [self._issuer]

    @cached_property
    def _issuer(self) -> Issuer:
        issuer = find_issuer(self.export.scope_id)
        if issuer is None:
            raise self._gone("issuer")
        return issuer

    @cached_property
    def _badge_class_and_issuer(self) -> tuple[BadgeClass, Issuer]:
        badge_class = find_badge_class(self.export.scope_id)
        if badge_class is None:
            raise self._gone("badge class")
        issuer = find_issuer(badge_class.issuer_id)
        if issuer is None:
            raise self._gone("issuer of the badge class")
        return badge_class, issuer

    def _gone(self, what: str) -> ScopeGoneError:
        name, scope_id = self.export.scope_name, self.export.scope_id
        return ScopeGoneError(f"The {what} {name} ({scope_id}) was deleted before it was exported.")
