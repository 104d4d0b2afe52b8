"""The tables of badge classes, groups, and learner progress (docs/formats.md).

Badge classes are sorted by issuer ID and badge class ID. Groups, their badges, and learner progress are sorted by
issuer ID, group ID, and learner ID. Alignments keep their order within the group.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import NamedTuple

from badgedata.config import config
from badgedata.counts.totals import awards_by_badge_class
from badgedata.documents import Creation, Expiration, GroupAlignment, Learner, Progress
from badgedata.exports import csv_encoding, sheet_cells
from badgedata.exports.columns import Column, Row, cell_picker
from badgedata.exports.csv_encoding import CsvStyle, encode_header
from badgedata.exports.directory_lists import (
    Group,
    Targets,
    badge_classes_after,
    learner_part,
    learners_from,
    selected_groups,
)
from badgedata.exports.pages import Page, Position
from badgedata.exports.specification import GroupBadgesExport, GroupsExport, LearnerProgressExport
from badgedata.exports.workbook import Rows, UnitEnd
from badgedata.published import badge_class_url
from badgedata.records.awards import Award
from badgedata.records.directory import BadgeClass, Issuer

type GroupExport = GroupsExport | GroupBadgesExport | LearnerProgressExport

MIN_CSV_PAGE_BYTES = 256 * 1024
"""The minimum size of each page of a CSV file except the last page."""

MIN_SHEET_UNIT_BYTES = 1024 * 1024
"""The minimum size of the XML in each unit of a workbook, except the last unit and units with many rows."""

MAX_SHEET_UNIT_ROWS = 20_000
"""The number of rows after which a unit ends, regardless of their size."""

_ALIGNMENT_TYPES = {"badge": "Badge", "pathway": "Pathway"}
_CREATION_METHODS = {"manual": "Manual", "lms": "LMS", "api": "API", "pathway": "Pathway"}
_EXPIRATION_METHODS = {"manual": "Manual", "lms": "LMS"}


class TablePosition(Position, frozen=True):
    """The position after a row in a table.

    Parameters
    ----------
    group
        The ID of the row's group. In a table of badge classes or trail entries, the ID of the badge class or entry.
    learner
        The row's learner ID, or "" if the row has no learner.
    rows
        The row's number, counted from 1 for each group or, in a table of learner progress, for each learner. In a table
        of badge classes or trail entries, 0.
    issuer
        The row's issuer ID, or "" in a table of trail entries.
    subjects
        The number of groups that have rows, up to and including the row's group. In a table of learner progress, the
        number of learners up to and including the row's learner. None in a table of badge classes or trail entries, or
        if an earlier version of this product began the file.
    """

    group: str = ""
    learner: str = ""
    rows: int = 0
    issuer: str = ""
    subjects: int | None = None

    @property
    def subjects_so_far(self) -> int | None:
        """The value of `subjects`, or 0 before the first row."""
        return 0 if self == TablePosition() else self.subjects


type TableRows = Iterator[tuple[TablePosition, Row]]
"""The rows of a table, each with the position after it."""


class Table(NamedTuple):
    """The columns and rows of a file, regardless of the file's format.

    Parameters
    ----------
    columns
        The columns of the file.
    rows_after
        A function that yields all rows after a position, in file order.
    count_rows
        A function that returns the number of rows in the file.
    """

    columns: Sequence[Column]
    rows_after: Callable[[TablePosition], TableRows]
    count_rows: Callable[[], int]


def group_table(specification: GroupExport, columns: Sequence[Column], issuers: Sequence[Issuer]) -> Table:
    """Return the table for an export of groups, group badges, or learner progress."""
    pick = cell_picker(specification.kind, columns)

    def rows_after(begin: TablePosition) -> TableRows:
        for position, row in _rows_of_groups(specification, issuers, begin):
            yield position, pick(row)

    return Table(columns, rows_after, partial(_count_rows, specification, issuers))


def _rows_of_groups(specification: GroupExport, issuers: Sequence[Issuer], begin: TablePosition) -> TableRows:
    """Yield all rows after a position. Each row contains all columns, not only the selected ones."""
    subjects = begin.subjects_so_far
    for issuer in sorted(issuers, key=lambda issuer: issuer.entity_id):
        if begin.issuer and issuer.entity_id < begin.issuer:
            continue
        targets = Targets(issuer.entity_id)
        is_begun = begin.issuer in ("", issuer.entity_id)
        within = begin if is_begun else TablePosition()
        for group in selected_groups(issuer.entity_id, specification.include_archived, within.group):
            written = within if group.id == within.group else TablePosition()
            for learner_id, number, row in _rows_of_group(specification, issuer.entity_id, group, targets, written):
                if number == 1 and subjects is not None:
                    subjects += 1
                position = TablePosition(group.id, learner_id, number, issuer.entity_id, subjects)
                yield position, [issuer.entity_id, issuer.name, *row]


def _rows_of_group(
    specification: GroupExport, issuer_id: str, group: Group, targets: Targets, written: TablePosition
) -> Iterator[tuple[str, int, Row]]:
    """Yield the learner ID, number, and cells of each remaining row. If a row has no learner, the ID is "".

    Rows are numbered from 1 for each group or, in a table of learner progress, for each learner.
    """
    if isinstance(specification, LearnerProgressExport):
        for record in learners_from(issuer_id, group.id, written.learner):
            rows = _progress_rows(group, learner_part(record), targets)
            first = written.rows if record.entity_id == written.learner else 0
            for number, row in enumerate(islice(rows, first, None), start=first + 1):
                yield record.entity_id, number, row
        return
    rows = _group_rows(group, targets) if isinstance(specification, GroupsExport) else _badge_rows(group, targets)
    for number, row in enumerate(islice(rows, written.rows, None), start=written.rows + 1):
        yield "", number, row


def _count_rows(specification: GroupExport, issuers: Sequence[Issuer]) -> int:
    rows = 0
    for issuer in issuers:
        targets = Targets(issuer.entity_id)
        for group in selected_groups(issuer.entity_id, specification.include_archived):
            match specification:
                case GroupsExport():
                    rows += len(group.alignments) or 1
                case GroupBadgesExport():
                    rows += sum(len(targets.requirements_of(alignment)) for alignment in group.alignments)
                case LearnerProgressExport():
                    rows += group.learner_count * (len(group.alignments) or 1)  # the learner count stored in the group
    return rows


def _group_rows(group: Group, targets: Targets) -> Iterator[Row]:
    part = group.part
    creation, expiration = part.creation or Creation(method="manual"), part.expiration or Expiration()
    staff = part.staff or []
    alignments: list[GroupAlignment | None] = [*group.alignments] or [None]
    for alignment in alignments:
        yield [
            group.id,
            part.name,
            creation.course_id or creation.pathway or "",
            creation.url or "",
            str(group.learner_count),
            *_alignment_cells(alignment, targets),
            part.created_at or "",
            _CREATION_METHODS[creation.method] if part.creation else "",
            expiration.date or "",
            _EXPIRATION_METHODS[expiration.method] if expiration.method else "",
            [member.name or "" for member in staff],
            [member.id or "" for member in staff],
        ]


def _badge_rows(group: Group, targets: Targets) -> Iterator[Row]:
    for alignment in group.alignments:
        cells = [group.id, group.part.name, *_alignment_cells(alignment, targets)]
        for requirement in targets.requirements_of(alignment):
            yield [
                *cells,
                requirement.entity_id,
                requirement.name,
                requirement.type or "",
                requirement.threshold or "",
                requirement.award_method or "",
                requirement.visibility or "",
            ]


def _progress_rows(group: Group, learner: Learner, targets: Targets) -> Iterator[Row]:
    last_badge = learner.last_badge_earned.name if learner.last_badge_earned else ""
    learner_cells = [group.id, group.part.name, learner.name or "", learner.id, last_badge]
    progress = {entry.alignment: entry for entry in learner.progress or []}
    for alignment in group.alignments:
        cells = _progress_cells(alignment, progress.get(alignment.entity_id), targets)
        yield [*learner_cells, *_alignment_cells(alignment, targets), *cells]
    if not group.alignments:
        yield [*learner_cells, *_alignment_cells(None, targets), "", "", ""]


def _progress_cells(alignment: GroupAlignment, progress: Progress | None, targets: Targets) -> tuple[str, str, str]:
    if progress is None:
        required = len(targets.requirements_of(alignment))
        return "Not started", f"0 of {required}" if required else "", ""
    status = "Not started" if progress.completed <= 0 else "In progress"
    if 0 < progress.completed >= progress.required:
        status = "Completed"
    return status, f"{progress.completed} of {progress.required}", " ".join(progress.evidence or [])


def _alignment_cells(alignment: GroupAlignment | None, targets: Targets) -> tuple[str, str, str]:
    if alignment is None:
        return "", "", ""
    return _ALIGNMENT_TYPES[alignment.type], alignment.entity_id, targets.name_of(alignment) or ""


def badge_table(columns: Sequence[Column], issuers: Sequence[Issuer]) -> Table:
    """Return a table of the issuers' badge classes."""
    pick = cell_picker("badges", columns)

    def rows_after(begin: TablePosition) -> TableRows:
        for issuer in sorted(issuers, key=lambda issuer: issuer.entity_id):
            if issuer.entity_id < begin.issuer:
                continue
            last = begin.group if issuer.entity_id == begin.issuer else ""
            awards = awards_by_badge_class(issuer.entity_id)
            for badge_class in badge_classes_after(issuer.entity_id, last):
                row = _badge_class_row(badge_class, issuer, awards[badge_class.entity_id])
                yield TablePosition(badge_class.entity_id, issuer=issuer.entity_id), pick(row)

    return Table(columns, rows_after, lambda: sum(map(_count_badge_classes, issuers)))


def _count_badge_classes(issuer: Issuer) -> int:
    return BadgeClass.children.count(BadgeClass.parent_key(issuer.entity_id))


def _badge_class_row(badge_class: BadgeClass, issuer: Issuer, awards: int) -> Row:
    badge_class_id = badge_class.entity_id
    return [
        badge_class_id,
        badge_class.name,
        issuer.entity_id,
        issuer.name,
        list(badge_class.tags or []),
        badge_class.created_at or "",
        str(awards),
        _last_awarded_on(badge_class_id),
        badge_class_url(config().public_base_url, badge_class_id),
    ]


def _last_awarded_on(badge_class_id: str) -> str:
    latest = Award.by_badge_class.query(badge_class_id, scan_index_forward=False, limit=1)
    return next((award.issued_on for award in latest), "")


def csv_pages(table: Table, style: CsvStyle, after: str) -> Iterator[Page]:
    """Yield the rows after a position as CSV pages.

    If `after` is "", the first page begins with the header.
    """
    data = [] if after else [encode_header(table.columns, style)]
    encode = csv_encoding.row_encoder(table.columns, style)
    size = rows = 0
    position = begin = TablePosition.decode(after)
    for position, row in table.rows_after(begin):
        data.append(encode(row))
        size += len(data[-1])
        rows += 1
        if size >= MIN_CSV_PAGE_BYTES:
            yield Page(b"".join(data), rows, position.encode())
            data, size, rows = [], 0, 0
    if data:
        yield Page(b"".join(data), rows, position.encode())


def table_sheet_rows(table: Table, after: str) -> Iterator[Rows]:
    """Yield the rows after a position as sheet rows, one unit at a time."""
    encode = sheet_cells.row_encoder([column.holds for column in table.columns])
    rows: list[bytes] = []
    cut: dict[int, int] = {}
    size = 0
    position = begin = TablePosition.decode(after)
    for position, row in table.rows_after(begin):
        encoded = encode(row)
        if encoded.cut:
            cut[len(rows)] = encoded.cut
        rows.append(encoded.data)
        size += len(encoded.data)
        if size >= MIN_SHEET_UNIT_BYTES or len(rows) >= MAX_SHEET_UNIT_ROWS:
            yield _sheet_unit(rows, cut, position)
            rows, cut, size = [], {}, 0
    if rows:
        yield _sheet_unit(rows, cut, position)


def _sheet_unit(rows: list[bytes], cut: dict[int, int], position: TablePosition) -> Rows:
    end = UnitEnd(len(rows), position.encode())
    return Rows(rows, lambda _: end.position, [end], cut)
