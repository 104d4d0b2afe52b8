"""Exports with other separators or unchanged formulas, group files for organizations, and badge lists."""

import csv
import io
from itertools import pairwise
from typing import Any

import boto3
import pytest

from badgedata.config import config
from badgedata.exports.columns import COLUMNS
from tests.integration.exports.reading import read_csv
from tests.integration.exports.rejections import ADMIN, rejected
from tests.integration.exports.running import ISSUER, ORGANIZATION, exported, run_export, start_export

pytestmark = pytest.mark.usefixtures("school")

AWARDS = "awards"
STABLE_KINDS = [kind for kind in COLUMNS if kind != "trail"]
"""The kinds whose files contain the same rows each time. The trail doesn't, because each export adds an entry to it."""


# ---------------------------------------------------------------- separators and stored values


@pytest.mark.parametrize(("separator", "character"), [("comma", ","), ("semicolon", ";"), ("tab", "\t")])
@pytest.mark.parametrize("kind", STABLE_KINDS)
def test_every_separator_produces_the_same_cells(kind: str, separator: str, character: str) -> None:
    data = exported(ISSUER, kind, separator=separator, byteOrderMark=False).decode()
    rows = list(csv.reader(io.StringIO(data, newline=""), delimiter=character, strict=True))
    comma = exported(ISSUER, kind, byteOrderMark=False).decode()
    assert rows == list(csv.reader(io.StringIO(comma, newline=""), strict=True))


def test_tab_separated_file_has_the_tsv_extension_and_content_type() -> None:
    export = ADMIN.post("/issuers/WELD/exports", {"kind": AWARDS, "separator": "tab"}).json
    finished = run_export(start_export(ISSUER, AWARDS, separator="tab"))
    assert str(finished.file_name).endswith(".tsv")
    assert export["options"]["separator"] == "tab"
    head: Any = boto3.client("s3").head_object(Bucket=config().exports_bucket, Key=finished.object_key)
    assert head["ContentType"] == "text/tab-separated-values; charset=utf-8"


def test_formulas_are_exported_unchanged_if_spreadsheet_safety_is_turned_off() -> None:
    safe = read_csv(exported(ISSUER, AWARDS, badgeClassIds=["BC-3"]))[0]
    stored = read_csv(exported(ISSUER, AWARDS, badgeClassIds=["BC-3"], spreadsheetSafe=False))[0]
    assert (safe["Badge Name"], stored["Badge Name"]) == ("'=Plumber", "=Plumber")
    assert {name: cell for name, cell in safe.items() if name != "Badge Name"} == {
        name: cell for name, cell in stored.items() if name != "Badge Name"
    }


@pytest.mark.parametrize("option", [{"separator": "comma"}, {"byteOrderMark": True}, {"spreadsheetSafe": True}])
def test_csv_options_are_rejected_for_workbooks(option: dict[str, Any]) -> None:
    rejected({"kind": AWARDS, "format": "xlsx", **option}, next(iter(option)))


@pytest.mark.parametrize(
    ("option", "value"),
    [("format", "xls"), ("separator", ";"), ("spreadsheetSafe", "no"), ("spreadsheetSafe", None), ("columns", "ID")],
)
def test_invalid_option_values_are_rejected(option: str, value: Any) -> None:
    rejected({"kind": AWARDS, option: value}, option)


# ---------------------------------------------------------------- organizations and badges


@pytest.mark.parametrize("kind", ["groups", "group-badges", "learner-progress"])
def test_group_rows_in_an_organization_export_start_with_the_issuer(kind: str) -> None:
    rows = read_csv(exported(ORGANIZATION, kind, includeArchived=True))
    of_issuer = read_csv(exported(ISSUER, kind, includeArchived=True))
    assert list(rows[0])[:2] == ["Issuer ID", "Issuer Name"]
    assert [row for row in rows if row["Issuer ID"] == "WELD"] == [
        {"Issuer ID": "WELD", "Issuer Name": "École de soudure"} | row for row in of_issuer
    ]
    assert all(one["Issuer ID"] <= other["Issuer ID"] for one, other in pairwise(rows))


@pytest.mark.usefixtures("counted")
def test_each_badge_has_a_row_with_its_award_counts() -> None:
    rows = read_csv(exported(ORGANIZATION, "badges"))
    assert [row["Badge Class ID"] for row in rows] == ["BC-1", "BC-2", "BC-3"]
    assert rows[0] == {
        "Badge Class ID": "BC-1",
        "Badge Name": "Welder",
        "Issuer ID": "WELD",
        "Issuer Name": "École de soudure",
        "Tags": "metal; fire",
        "Created On": "2024-01-01T09:00:00Z",
        "Awards": "5",
        "Last Awarded On": "2026-04-01T00:00:00Z",
        "Badge URL": f"{config().public_base_url}/public/badges/BC-1",
    }
    assert (rows[1]["Awards"], rows[1]["Last Awarded On"], rows[1]["Created On"]) == ("0", "", "")
    assert rows == read_csv(exported(ISSUER, "badges"))


def test_badge_list_cannot_be_exported_for_a_single_badge_class() -> None:
    assert ADMIN.post("/badge-classes/BC-1/exports", {"kind": "badges"}).status == 422
