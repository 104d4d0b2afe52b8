"""The group CSV: one row for each group and alignment, and every combination of options."""

from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from badgedata.records.directory import BadgeClass, RecipientGroup
from tests.integration.exports.odd_records import put
from tests.integration.exports.reading import columns_of, read_csv
from tests.integration.exports.running import ISSUER, exported, file_of, run_export, start_export

pytestmark = pytest.mark.usefixtures("school")

EVERYTHING = {"includeArchived": True, "includeCreation": True, "includeExpiration": True, "includeStaff": True}
FULL_HEADER = (
    "Group ID,Group name,Course/Pathway ID,URL,Learners,Alignment type,Alignment ID,Alignment name,"
    "Creation date,Creation method,Expiration date,Expiration method,Staff member name,Staff member ID"
)
OPTIONAL = {
    "Course/Pathway ID": "includeCreation",
    "URL": "includeCreation",
    "Creation date": "includeCreation",
    "Creation method": "includeCreation",
    "Expiration date": "includeExpiration",
    "Expiration method": "includeExpiration",
    "Staff member name": "includeStaff",
    "Staff member ID": "includeStaff",
}


def rows_of(group_id: str, **options: Any) -> list[dict[str, str]]:
    return [row for row in read_csv(exported(ISSUER, "groups", **options)) if row["Group ID"] == group_id]


def test_header_with_every_option_matches_the_documentation() -> None:
    data = exported(ISSUER, "groups", **EVERYTHING)
    assert data.split(b"\r\n")[0].decode("utf-8-sig") == FULL_HEADER


def test_header_without_options_has_the_core_columns_in_order() -> None:
    columns = columns_of(exported(ISSUER, "groups"))
    assert columns == ["Group ID", "Group name", "Learners", "Alignment type", "Alignment ID", "Alignment name"]


def test_each_option_adds_only_its_own_columns() -> None:
    full = read_csv(exported(ISSUER, "groups", **EVERYTHING))
    for on in product([False, True], repeat=len(EVERYTHING)):
        options = dict(zip(EVERYTHING, on, strict=True))
        expected = [
            {column: cell for column, cell in row.items() if options.get(OPTIONAL.get(column, ""), True)}
            for row in full
            if options["includeArchived"] or row["Group ID"] != "G-old"
        ]
        data = exported(ISSUER, "groups", **options)
        assert read_csv(data) == expected, options
        assert columns_of(data) == list(expected[0]), options


def test_groups_are_sorted_by_id_and_alignments_keep_their_order() -> None:
    rows = read_csv(exported(ISSUER, "groups"))
    assert [(row["Group ID"], row["Alignment ID"]) for row in rows] == [
        ("G-alone", ""),
        ("G-bare", ""),
        ("G-lms", "BC-1"),
        ("G-lms", "PATH-1"),
        ("G-path", "PATH-1"),
    ]


def test_row_for_an_lms_group_has_the_expected_value_in_every_column() -> None:
    assert rows_of("G-lms", **EVERYTHING)[0] == {
        "Group ID": "G-lms",
        "Group name": "'-Course 2026",
        "Course/Pathway ID": "'+course-7",
        "URL": "https://lms.example.org/launch?c=7&to=a,b",
        "Learners": "2",
        "Alignment type": "Badge",
        "Alignment ID": "BC-1",
        "Alignment name": "Welder",
        "Creation date": "2026-01-05T08:30:00Z",
        "Creation method": "LMS",
        "Expiration date": "2026-12-31",
        "Expiration method": "LMS",
        "Staff member name": "Grace Hopper; @lan",
        "Staff member ID": "7; 8",
    }


def test_row_for_a_pathway_group_shows_the_pathway() -> None:
    (row,) = rows_of("G-path", **EVERYTHING)
    assert (row["Course/Pathway ID"], row["Creation method"]) == ("PATH-1", "Pathway")
    assert (row["Alignment type"], row["Alignment ID"]) == ("Pathway", "PATH-1")


def test_empty_group_has_one_row_with_empty_cells() -> None:
    (row,) = rows_of("G-alone", **EVERYTHING)
    assert row == dict.fromkeys(row, "") | {
        "Group ID": "G-alone",
        "Group name": "Nobody yet",
        "Learners": "0",
        "Creation method": "Manual",
    }


def test_archived_group_is_omitted_by_default() -> None:
    assert rows_of("G-old") == []
    (row,) = rows_of("G-old", includeArchived=True, includeCreation=True, includeExpiration=True)
    assert (row["Creation method"], row["Expiration method"]) == ("API", "Manual")


def test_alignment_shows_the_current_name_of_a_replaced_badge() -> None:
    BadgeClass.get(*BadgeClass.key("BC-1")).update(actions=[BadgeClass.name.set("=Master welder")])
    assert rows_of("G-lms")[0]["Alignment name"] == "'=Master welder"


def test_alignment_to_a_deleted_badge_shows_the_stored_name() -> None:
    BadgeClass.get(*BadgeClass.key("BC-1")).delete()
    assert rows_of("G-lms")[0]["Alignment name"] == "Welder"


def test_file_for_an_issuer_without_groups_has_only_the_header() -> None:
    export = run_export(start_export(("issuer", "WOOD"), "groups", byteOrderMark=False))
    assert file_of(export) == b"Group ID,Group name,Learners,Alignment type,Alignment ID,Alignment name\r\n"
    assert export.rows == export.expected_rows == 0


def test_error_names_the_unreadable_group() -> None:
    put(RecipientGroup.get(*RecipientGroup.key("WELD", "G-lms")), "creation", {"method": "telepathy"})
    export = run_export(start_export(ISSUER, "groups"))
    assert export.status == "failed"
    assert "The group G-lms can't be read" in export.error_message
    assert "telepathy" in export.error_message
    assert "$.creation.method" in export.error_message


def test_unknown_attributes_are_ignored() -> None:
    before = exported(ISSUER, "groups", **EVERYTHING)
    group = RecipientGroup.get(*RecipientGroup.key("WELD", "G-lms"))
    creation = {"method": "lms", "courseId": "+course-7", "url": "https://lms.example.org/launch?c=7&to=a,b"}
    put(group, "creation", creation | {"ltiVersion": Decimal("1.3"), "tools": ["a", {"b": True}]})
    assert exported(ISSUER, "groups", **EVERYTHING) == before


@pytest.mark.parametrize(
    ("attribute", "value", "required"),
    [
        ("name", 7, "a string"),
        ("archived", "yes", "true or false"),
        ("creation", "lms", "a map"),
        ("staff", {"name": "Ada"}, "a list"),
        ("learnerCount", "7", "a number"),
    ],
)
def test_error_names_a_group_attribute_of_the_wrong_type(attribute: str, value: object, required: str) -> None:
    put(RecipientGroup.get(*RecipientGroup.key("WELD", "G-lms")), attribute, value)
    export = run_export(start_export(ISSUER, "groups"))
    assert export.status == "failed"
    assert export.error_message.startswith("The group that follows G-bare can't be read: ")
    assert f"its '{attribute}' attribute must be {required}." in export.error_message


def test_group_without_a_learner_count_shows_zero_learners() -> None:
    put(RecipientGroup.get(*RecipientGroup.key("WELD", "G-lms")), "learnerCount", None)
    assert rows_of("G-lms")[0]["Learners"] == "0"
