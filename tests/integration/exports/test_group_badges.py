"""The group badge CSV: one row for each requirement of an alignment."""

import pytest

from badgedata.records.directory import RecipientGroup
from tests.integration.exports.reading import columns_of, read_csv
from tests.integration.exports.running import ISSUER, exported, file_of, run_export, start_export

pytestmark = pytest.mark.usefixtures("school")


def test_file_has_one_row_for_each_requirement_of_each_alignment() -> None:
    rows = read_csv(exported(ISSUER, "group-badges"))
    assert [(row["Group ID"], row["Alignment ID"], row["Requirement ID"]) for row in rows] == [
        ("G-lms", "BC-1", "R9"),
        ("G-lms", "PATH-1", "R1"),
        ("G-lms", "PATH-1", "R3"),
        ("G-path", "PATH-1", "R1"),
        ("G-path", "PATH-1", "R2"),
        ("G-path", "PATH-1", "R3"),
    ]


def test_columns_match_the_documentation() -> None:
    assert columns_of(exported(ISSUER, "group-badges")) == [
        "Group ID", "Group Name", "Alignment Type", "Alignment ID", "Alignment Name", "Requirement ID",
        "Requirement Name", "Requirement Type", "Threshold", "Award Method", "Visibility",
    ]  # fmt: skip


def test_file_for_an_issuer_without_groups_has_only_the_header() -> None:
    export = run_export(start_export(("issuer", "WOOD"), "group-badges"))
    assert read_csv(file_of(export)) == []
    assert export.rows == export.expected_rows == 0


def test_row_has_the_expected_value_in_every_column() -> None:
    assert read_csv(exported(ISSUER, "group-badges"))[1] == {
        "Group ID": "G-lms",
        "Group Name": "'-Course 2026",
        "Alignment Type": "Pathway",
        "Alignment ID": "PATH-1",
        "Alignment Name": "To master welder",
        "Requirement ID": "R1",
        "Requirement Name": "Welder",
        "Requirement Type": "badge",
        "Threshold": "1 of 1",
        "Award Method": "automatic",
        "Visibility": "public",
    }


def test_missing_requirement_values_are_exported_as_empty_cells() -> None:
    row = read_csv(exported(ISSUER, "group-badges"))[2]
    assert (row["Requirement Name"], row["Requirement Type"]) == ("'=Mend", "experience")
    assert (row["Threshold"], row["Award Method"], row["Visibility"]) == ("", "", "private")


def test_pathway_alignment_without_requirements_uses_the_pathways_requirements() -> None:
    rows = [row for row in read_csv(exported(ISSUER, "group-badges")) if row["Group ID"] == "G-path"]
    assert [row["Requirement Name"] for row in rows] == ["Welder", "Grinder", "Mend"]


def test_archived_groups_are_omitted_by_default() -> None:
    group = RecipientGroup.get(*RecipientGroup.key("WELD", "G-path"))
    group.update(actions=[RecipientGroup.archived.set(True)])
    assert {row["Group ID"] for row in read_csv(exported(ISSUER, "group-badges"))} == {"G-lms"}
    assert {row["Group ID"] for row in read_csv(exported(ISSUER, "group-badges", includeArchived=True))} == {
        "G-lms",
        "G-path",
    }


def test_number_of_rows_is_known_in_advance() -> None:
    export = run_export(start_export(ISSUER, "group-badges"))
    assert export.rows == export.expected_rows == 6
