"""The learner progress CSV: a row per learner, group and alignment (docs/formats.md, "Learner progress")."""

from collections.abc import Iterator
from functools import partial

from badgedata.documents import GroupAlignment, Learner, Progress
from badgedata.exports.directory_lists import learners_from
from badgedata.exports.document_parts import learner_part
from badgedata.exports.groups import Group, Targets, selected_groups
from badgedata.exports.groups_csv import alignment_cells
from badgedata.exports.pages import CsvPosition, Page, Rows, csv_pages
from badgedata.exports.specification import LearnerProgressExport

COLUMNS = (
    "Group ID",
    "Group Name",
    "Learner Name",
    "Learner ID",
    "Last Badge Earned",
    "Alignment Type",
    "Alignment ID",
    "Alignment Name",
    "Status",
    "Detailed Progress",
    "Evidence",
)


def learner_progress_pages(specification: LearnerProgressExport, issuer_id: str, after: str = "") -> Iterator[Page]:
    """Write the progress of an issuer's learners as CSV: by group id, learner id, and the group's own order."""
    return csv_pages(COLUMNS, specification.byte_order_mark, partial(_rows, specification, issuer_id), after)


def expected_learner_progress_rows(specification: LearnerProgressExport, issuer_id: str) -> int:
    """Count the rows that the file will have, by the groups' own counts of learners."""
    return sum(
        group.learner_count * (len(group.alignments) or 1)
        for group in selected_groups(issuer_id, specification.include_archived)
    )


def _rows(specification: LearnerProgressExport, issuer_id: str, begin: CsvPosition) -> Rows:
    targets = Targets(issuer_id)
    for group in selected_groups(issuer_id, specification.include_archived, begin.group):
        first = begin.learner if group.id == begin.group else ""
        for record in learners_from(issuer_id, group.id, first):
            learner = learner_part(record)
            written = begin.rows if (group.id, record.entity_id) == (begin.group, begin.learner) else 0
            for number, cells in enumerate(_rows_of_learner(group, learner, targets), start=1):
                if number > written:
                    yield CsvPosition(group.id, record.entity_id, number), cells


def _rows_of_learner(group: Group, learner: Learner, targets: Targets) -> Iterator[list[str]]:
    last_badge = learner.last_badge_earned.name if learner.last_badge_earned else ""
    learner_cells = [
        group.id,
        group.part.name,
        learner.name or "",
        learner.id,
        last_badge,
    ]
    progress = {entry.alignment: entry for entry in learner.progress or []}
    for alignment in group.alignments:
        cells = _progress_cells(alignment, progress.get(alignment.entity_id), targets)
        yield [*learner_cells, *alignment_cells(alignment, targets), *cells]
    if not group.alignments:
        yield [*learner_cells, *alignment_cells(None, targets), "", "", ""]


def _progress_cells(alignment: GroupAlignment, progress: Progress | None, targets: Targets) -> tuple[str, str, str]:
    if progress is None:
        required = len(targets.requirements_of(alignment))
        return "Not started", f"0 of {required}" if required else "", ""
    status = "Not started" if progress.completed <= 0 else "In progress"
    if 0 < progress.completed >= progress.required:
        status = "Completed"
    return status, f"{progress.completed} of {progress.required}", " ".join(progress.evidence or [])
