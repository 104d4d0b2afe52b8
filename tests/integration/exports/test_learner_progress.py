"""The learner progress CSV: one row for each learner, group, and alignment."""

import pytest

from badgedata.records.directory import Learner
from tests.integration.exports.odd_records import put
from tests.integration.exports.reading import columns_of, read_csv
from tests.integration.exports.running import ISSUER, exported, file_of, run_export, start_export

pytestmark = pytest.mark.usefixtures("school")


def rows_of(learner_id: str, group_id: str) -> list[dict[str, str]]:
    rows = read_csv(exported(ISSUER, "learner-progress", includeArchived=True))
    return [row for row in rows if (row["Learner ID"], row["Group ID"]) == (learner_id, group_id)]


def set_progress(completed: int, required: int) -> None:
    progress = [{"alignment": "PATH-1", "completed": completed, "required": required}]
    put(Learner.get(*Learner.key("WELD", "G-path", "bob")), "progress", progress)


def test_rows_are_sorted_by_group_learner_and_alignment() -> None:
    rows = read_csv(exported(ISSUER, "learner-progress"))
    assert [(row["Group ID"], row["Learner ID"], row["Alignment ID"]) for row in rows] == [
        ("G-bare", "cy", ""),
        ("G-lms", "ada@example.org", "BC-1"),
        ("G-lms", "ada@example.org", "PATH-1"),
        ("G-lms", "learner 名前 #2", "BC-1"),
        ("G-lms", "learner 名前 #2", "PATH-1"),
        ("G-path", "ada@example.org", "PATH-1"),
        ("G-path", "bob", "PATH-1"),
    ]


def test_row_has_the_expected_value_in_every_column() -> None:
    assert rows_of("ada@example.org", "G-lms")[1] == {
        "Group ID": "G-lms",
        "Group Name": "'-Course 2026",
        "Learner Name": "Ada Lovelace",
        "Learner ID": "ada@example.org",
        "Last Badge Earned": "Welder",
        "Alignment Type": "Pathway",
        "Alignment ID": "PATH-1",
        "Alignment Name": "To master welder",
        "Status": "In progress",
        "Detailed Progress": "1 of 2",
        "Evidence": "https://ada.example.org/1 https://ada.example.org/2",
    }


def test_columns_match_the_documentation() -> None:
    assert columns_of(exported(ISSUER, "learner-progress")) == [
        "Group ID", "Group Name", "Learner Name", "Learner ID", "Last Badge Earned", "Alignment Type", "Alignment ID",
        "Alignment Name", "Status", "Detailed Progress", "Evidence",
    ]  # fmt: skip


def test_file_for_an_issuer_without_learners_has_only_the_header() -> None:
    export = run_export(start_export(("issuer", "WOOD"), "learner-progress"))
    assert read_csv(file_of(export)) == []
    assert export.rows == 0


def test_learner_in_several_groups_has_a_row_for_each_group() -> None:
    assert len(rows_of("ada@example.org", "G-lms")) == 2
    assert len(rows_of("ada@example.org", "G-path")) == 1


@pytest.mark.parametrize(
    ("completed", "required", "status"),
    [
        (0, 3, "Not started"),
        (1, 3, "In progress"),
        (3, 3, "Completed"),
        (4, 3, "Completed"),
        (0, 0, "Not started"),
    ],
)
def test_status_depends_on_the_number_of_completed_requirements(completed: int, required: int, status: str) -> None:
    set_progress(completed, required)
    (row,) = rows_of("bob", "G-path")
    assert (row["Status"], row["Detailed Progress"]) == (status, f"{completed} of {required}")


def test_learner_without_progress_has_zero_completed_requirements() -> None:
    assert [(row["Status"], row["Detailed Progress"]) for row in rows_of("learner 名前 #2", "G-lms")] == [
        ("Not started", "0 of 1"),
        ("Not started", "0 of 2"),
    ]


def test_unknown_number_of_requirements_is_exported_as_an_empty_cell() -> None:
    (row,) = rows_of("dee", "G-old")
    assert (row["Status"], row["Detailed Progress"]) == ("Not started", "")


def test_learner_in_a_group_without_alignments_has_one_row_with_empty_cells() -> None:
    (row,) = rows_of("cy", "G-bare")
    assert row == dict.fromkeys(row, "") | {
        "Group ID": "G-bare",
        "Group Name": "Bare",
        "Learner Name": "Cy",
        "Learner ID": "cy",
    }


def test_learners_in_archived_groups_are_omitted_by_default() -> None:
    groups = {row["Group ID"] for row in read_csv(exported(ISSUER, "learner-progress"))}
    assert groups == {"G-bare", "G-lms", "G-path"}
    assert rows_of("dee", "G-old")


def test_learner_name_never_becomes_a_formula() -> None:
    assert rows_of("bob", "G-path")[0]["Learner Name"] == "'=Bob"


def test_number_of_rows_including_archived_groups_is_known_in_advance() -> None:
    export = run_export(start_export(ISSUER, "learner-progress", includeArchived=True))
    assert export.rows == export.expected_rows == len(read_csv(file_of(export))) == 8
