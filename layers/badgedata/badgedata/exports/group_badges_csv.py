"""The group badge CSV: a row per requirement of an alignment (docs/formats.md, "Group badges")."""

from collections.abc import Iterator
from functools import partial

from badgedata.exports.groups import Group, Targets, selected_groups
from badgedata.exports.groups_csv import alignment_cells
from badgedata.exports.pages import CsvPosition, Page, Rows, csv_pages
from badgedata.exports.specification import GroupBadgesExport

COLUMNS = (
    "Group ID",
    "Group Name",
    "Alignment Type",
    "Alignment ID",
    "Alignment Name",
    "Requirement ID",
    "Requirement Name",
    "Requirement Type",
    "Threshold",
    "Award Method",
    "Visibility",
)


def group_badge_pages(specification: GroupBadgesExport, issuer_id: str, after: str = "") -> Iterator[Page]:
    """Write what an issuer's groups ask for as CSV: by group id, then in the group's own order."""
    return csv_pages(COLUMNS, specification.byte_order_mark, partial(_rows, specification, issuer_id), after)


def expected_group_badge_rows(specification: GroupBadgesExport, issuer_id: str) -> int:
    """Count the rows that the file will have."""
    targets = Targets(issuer_id)
    return sum(
        len(targets.requirements_of(alignment))
        for group in selected_groups(issuer_id, specification.include_archived)
        for alignment in group.alignments
    )


def _rows(specification: GroupBadgesExport, issuer_id: str, begin: CsvPosition) -> Rows:
    targets = Targets(issuer_id)
    for group in selected_groups(issuer_id, specification.include_archived, begin.group):
        written = begin.rows if group.id == begin.group else 0
        for number, cells in enumerate(_rows_of_group(group, targets), start=1):
            if number > written:
                yield CsvPosition(group.id, rows=number), cells


def _rows_of_group(group: Group, targets: Targets) -> Iterator[list[str]]:
    for alignment in group.alignments:
        cells = [group.id, group.part.name, *alignment_cells(alignment, targets)]
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
