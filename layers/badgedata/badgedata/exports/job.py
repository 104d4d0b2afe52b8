"""An export in progress: its parsed specification, its scope, and the pages of its file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Final, Self

from badgedata.access import find_badge_class, find_issuer
from badgedata.clock import parse_rfc3339
from badgedata.counts.totals import Counted, count_all_awards
from badgedata.exports.award_csv import award_csv_pages, award_rows
from badgedata.exports.award_selection import AwardSelection
from badgedata.exports.award_sheet import award_sheet_rows, unit_boundaries
from badgedata.exports.columns import Column, Row
from badgedata.exports.csv_encoding import CsvStyle
from badgedata.exports.directory_tables import (
    Table,
    TablePosition,
    badge_table,
    csv_pages,
    group_table,
    table_sheet_rows,
)
from badgedata.exports.documents_json import (
    JsonPosition,
    badge_class_document_pages,
    expected_issuer_document_rows,
    issuer_document_pages,
)
from badgedata.exports.failures import ScopeGoneError
from badgedata.exports.pages import Insertion, Page
from badgedata.exports.specification import (
    AwardsExport,
    BadgeClassExport,
    BadgesExport,
    GroupBadgesExport,
    GroupsExport,
    IssuerExport,
    LearnerProgressExport,
    Specification,
    TableExport,
    TrailExport,
    columns_of,
    content_type_of,
    from_options,
    is_workbook,
)
from badgedata.exports.trail_table import trail_table
from badgedata.exports.upload import WrittenFile
from badgedata.exports.workbook import Rows, Workbook, WorkbookPosition, cut_until
from badgedata.exports.zip_file import ZipPosition, zip_pages
from badgedata.records.directory import BadgeClass, Issuer
from badgedata.records.exports import Export
from badgedata.text import copied_name

AWARDS_A_SEGMENT: Final = 500_000
"""The number of awards that a worker reads and writes in about 10 seconds. An export with at least twice this number of
awards is split immediately."""

MAX_FIRST_SEGMENTS: Final = 32

_CONTENTS: Final = {"assertions": "awards", "recipientGroups": "groups"}
"""The names in an export's `contents` that differ from the document's list keys, by list key."""


@dataclass(frozen=True)
class ExportJob:
    """The content of an export in progress: its scope, its columns, and the pages of its file.

    The scope is read on first use. A file can be completed and assembled even if its scope has been deleted.
    """

    export: Export
    specification: Specification

    @classmethod
    def load(cls, export: Export) -> Self:
        """Return the job for a stored export."""
        return cls(export, from_options(export.scope_type, export.kind, export.options))

    @property
    def content_type(self) -> str:
        """The media type of the file."""
        return content_type_of(self.specification)

    @cached_property
    def columns(self) -> list[Column]:
        """The columns of the file, or an empty list if the file is a JSON document."""
        if isinstance(self.specification, TableExport):
            return columns_of(self.specification, self.export.scope_type)
        return []

    def expected_rows(self) -> int | None:
        """Return the number of rows that the file will contain, or None if counting them would take too long.

        The result is also None if the award counts are missing or 0, because the awards may not have been counted yet.
        `make recount` counts them.
        """
        match self.specification:
            case AwardsExport():
                # The number of awards that the filters exclude is known only after all awards have been read.
                return (self._award_selection.count or None) if self._award_selection.filter is None else None
            case BadgeClassExport():
                badge_class, issuer = self._badge_class_and_issuer
                if not self.specification.include_assertions:
                    return 1
                awards = count_all_awards([Counted(issuer.entity_id, badge_class.entity_id)])
                return 1 + awards if awards else None
            case IssuerExport():
                return expected_issuer_document_rows(self.specification, self._issuer.entity_id)
            case TrailExport():
                return None  # counting the entries takes as long as reading them
            case _:
                return self._table.count_rows()

    def segments_to_begin_with(self) -> int:
        """Return the initial number of segments for a new export. If the number is 0 or 1, the export isn't split."""
        if not isinstance(self.specification, AwardsExport):
            return 1
        awards = self._award_selection.count or 0
        return min(awards // AWARDS_A_SEGMENT, MAX_FIRST_SEGMENTS)

    def pages(self, after: str, end: str | None) -> Iterator[Page]:
        """Yield the pages of the file between the positions `after` and `end`.

        "" is the beginning of the file, and None is the end. The same stored data always produces the same bytes,
        regardless of where one worker stops and another resumes.
        """
        if self._workbook is not None:
            return self._workbook.pages(partial(self._sheet_rows, end=end), after, to_end=end is None)
        exported_at = self.export.created_at
        match self.specification:
            case AwardsExport():
                style = CsvStyle.of(self.specification)
                return award_csv_pages(self._award_selection, self.columns, style, after, end)
            case IssuerExport():
                document = partial(issuer_document_pages, self.specification, self._issuer, exported_at)
            case BadgeClassExport():
                scope = self._badge_class_and_issuer
                document = partial(badge_class_document_pages, self.specification, *scope, exported_at)
            case _:
                return csv_pages(self._table, CsvStyle.of(self.specification), after)
        if not self.specification.compress:
            return document(after)
        member_name = self.export.file_name.removesuffix(".zip") + ".json"
        return zip_pages(document, member_name, parse_rfc3339(exported_at), after)

    def rows(self) -> Iterator[Sequence[Row]]:
        """Yield the rows of a table export from the beginning, in batches."""
        if isinstance(self.specification, AwardsExport):
            return award_rows(self._award_selection, self.columns)
        return ([row] for _, row in self._table.rows_after(TablePosition()))

    def boundaries(self, after: str, end: str | None, ways: int) -> list[str]:
        """Return the positions that divide the part of the file from `after` to `end` into at most `ways` segments.

        The list is empty if this part can't be divided.
        """
        if not isinstance(self.specification, AwardsExport):
            return []
        if self._workbook is None:
            return self._award_selection.boundaries(after, end, ways)
        at = WorkbookPosition.decode(after)
        if at.done:
            return []
        cuts = unit_boundaries(self._award_selection, at.inner, _inner(end), ways)
        return [WorkbookPosition(cut).encode() for cut in cuts]

    def insertions(self, positions: Sequence[str]) -> Iterable[Insertion]:
        """Return the bytes to insert when the segments are assembled.

        `positions` contains the final position of each segment.
        """
        return self._workbook.insertions(positions) if self._workbook is not None else []

    def truncated_cells(self, positions: Sequence[str]) -> int | None:
        """Return the number of truncated cells in the file, or None if the format doesn't limit cell length.

        `positions` contains the final position of each segment.
        """
        return sum(map(cut_until, positions)) if self._workbook is not None else None

    def contents(self, file: WrittenFile) -> dict[str, int] | None:
        """Return the number of items of each kind in a complete file.

        Return None if the file was begun by an earlier version of this product that didn't count items.
        """
        # Only award exports have several segments. In all other exports, the last position contains all counts.
        match self.specification:
            case AwardsExport():
                return {"awards": file.rows}
            case BadgesExport():
                return {"badgeClasses": file.rows}
            case TrailExport():
                return {"entries": file.rows}
            case IssuerExport() | BadgeClassExport():
                position = file.positions[-1]
                inner = ZipPosition.decode(position).inner if self.specification.compress else position
                counts = JsonPosition.decode(inner).counts
                return {_CONTENTS.get(key, key): number for key, number in counts.items()} if counts else None
            case _:
                position = file.positions[-1]
                inner = WorkbookPosition.decode(position).inner if self._workbook is not None else position
                subjects = TablePosition.decode(inner).subjects_so_far
                kind = "learners" if isinstance(self.specification, LearnerProgressExport) else "groups"
                return {kind: subjects} if subjects is not None else None

    @cached_property
    def _workbook(self) -> Workbook | None:
        if not is_workbook(self.specification):
            return None
        title = self.specification.kind.replace("-", " ").capitalize()
        return Workbook(title, self.columns)

    def _sheet_rows(self, after: str, end: str | None) -> Iterator[Rows]:
        if isinstance(self.specification, AwardsExport):
            return award_sheet_rows(self._award_selection, self.columns, after, _inner(end))
        return table_sheet_rows(self._table, after)

    @cached_property
    def _award_selection(self) -> AwardSelection:
        if not isinstance(self.specification, AwardsExport):
            raise TypeError(f"{self.specification.kind} exports don't support selecting awards")
        return AwardSelection(self.specification, self._issuers, self.export.created_at)

    @cached_property
    def _table(self) -> Table:
        match self.specification:
            case BadgesExport():
                return badge_table(self.columns, self._issuers)
            case TrailExport():
                return trail_table(self.specification, self.columns, self.export)
            case GroupsExport() | GroupBadgesExport() | LearnerProgressExport():
                return group_table(self.specification, self.columns, self._issuers)
            case _:
                raise TypeError(f"{self.specification.kind} exports don't use a Table")

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
        name, scope_id = copied_name(self.export.scope_name), self.export.scope_id
        return ScopeGoneError(f"The {what} {name} ({scope_id}) was deleted before it was exported.")


def _inner(end: str | None) -> str | None:
    return WorkbookPosition.decode(end).inner if end is not None else None
