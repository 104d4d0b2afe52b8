"""The group CSV: a row per group and alignment (docs/formats.md, "Groups")."""

from collections.abc import Iterator
from functools import partial

from badgedata.documents import Creation, Expiration, GroupAlignment
from badgedata.exports.groups import (
    ALIGNMENT_TYPES,
    CREATION_METHODS,
    EXPIRATION_METHODS,
    Group,
    Targets,
    selected_groups,
)
from badgedata.exports.pages import CsvPosition, Page, Row, Rows, csv_pages
from badgedata.exports.specification import GroupsExport


def group_pages(specification: GroupsExport, issuer_id: str, after: str = "") -> Iterator[Page]:
    """Write an issuer's groups as CSV, in the order of their ids; the alignments in the group's own order."""
    rows = partial(_rows, specification, issuer_id)
    return csv_pages(columns_of(specification), specification.byte_order_mark, rows, after)


def columns_of(specification: GroupsExport) -> list[str]:
    """Give the header: options put their columns in at their places."""
    return [
        "Group ID",
        "Group name",
        *(["Course/Pathway ID", "URL"] if specification.include_creation else []),
        "Learners",
        "Alignment type",
        "Alignment ID",
        "Alignment name",
        *(["Creation date", "Creation method"] if specification.include_creation else []),
        *(["Expiration date", "Expiration method"] if specification.include_expiration else []),
        *(["Staff member name", "Staff member ID"] if specification.include_staff else []),
    ]


def expected_group_rows(specification: GroupsExport, issuer_id: str) -> int:
    """Count the rows that the file will have."""
    return sum(len(group.alignments) or 1 for group in selected_groups(issuer_id, specification.include_archived))


def _rows(specification: GroupsExport, issuer_id: str, begin: CsvPosition) -> Rows:
    targets = Targets(issuer_id)
    for group in selected_groups(issuer_id, specification.include_archived, begin.group):
        written = begin.rows if group.id == begin.group else 0
        alignments: list[GroupAlignment | None] = [*group.alignments] or [None]
        for number, alignment in enumerate(alignments[written:], start=written + 1):
            yield CsvPosition(group.id, rows=number), _cells(specification, group, alignment, targets)


def _cells(specification: GroupsExport, group: Group, alignment: GroupAlignment | None, targets: Targets) -> Row:
    part = group.part
    creation, expiration = part.creation or Creation(method="manual"), part.expiration or Expiration()
    staff = part.staff or []
    source = creation.course_id or creation.pathway or "", creation.url or ""
    created = part.created_at or "", CREATION_METHODS[creation.method] if part.creation else ""
    expires = expiration.date or "", EXPIRATION_METHODS[expiration.method] if expiration.method else ""
    members = (
        [member.name or "" for member in staff],
        [member.id or "" for member in staff],
    )
    return [
        group.id,
        part.name,
        *(source if specification.include_creation else ()),
        str(group.learner_count),
        *alignment_cells(alignment, targets),
        *(created if specification.include_creation else ()),
        *(expires if specification.include_expiration else ()),
        *(members if specification.include_staff else ()),
    ]


def alignment_cells(alignment: GroupAlignment | None, targets: Targets) -> tuple[str, str, str]:
    """Give the three cells that tell what a group works toward; they are empty where that is nothing."""
    if alignment is None:
        return "", "", ""
    return ALIGNMENT_TYPES[alignment.type], alignment.entity_id, targets.name_of(alignment) or ""
