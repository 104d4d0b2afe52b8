"""The tables about recipient groups: groups, their requirements, and their learners' progress (docs/formats.md).

Rows are ordered by issuer ID, group ID, and learner ID, and then in the group's own order.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice

from badgedata.documents import Creation, Expiration, GroupAlignment, Learner, Progress
from badgedata.exports.columns import Column, cell_picker
from badgedata.exports.directory_lists import learners_from
from badgedata.exports.document_parts import learner_part
from badgedata.exports.groups import Group, Targets, selected_groups
from badgedata.exports.pages import Row, Rows, Table, TablePosition
from badgedata.exports.specification import GroupBadgesExport, GroupsExport, LearnerProgressExport
from badgedata.records.directory import Issuer

type GroupExport = GroupsExport | GroupBadgesExport | LearnerProgressExport

_ALIGNMENT_TYPES = {"badge": "Badge", "pathway": "Pathway"}
_CREATION_METHODS = {"manual": "Manual", "lms": "LMS", "api": "API", "pathway": "Pathway"}
_EXPIRATION_METHODS = {"manual": "Manual", "lms": "LMS"}


def group_table(specification: GroupExport, columns: Sequence[Column], issuers: Sequence[Issuer]) -> Table:
    """Return the table for an export about groups."""
    pick = cell_picker(specification.kind, columns)

    def rows_after(begin: TablePosition) -> Rows:
        for position, row in _rows(specification, issuers, begin):
            yield position, pick(row)

    return Table(columns, rows_after, partial(_count_rows, specification, issuers))


def _rows(specification: GroupExport, issuers: Sequence[Issuer], begin: TablePosition) -> Rows:
    """Read all published columns of the rows after a position."""
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
    """Read a group's remaining rows, each with its learner's ID (if any) and its row number."""
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
    """Return the three cells that show what a group works toward, or empty cells if it works toward nothing."""
    if alignment is None:
        return "", "", ""
    return _ALIGNMENT_TYPES[alignment.type], alignment.entity_id, targets.name_of(alignment) or ""
