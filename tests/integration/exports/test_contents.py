"""The item counts of a file, by kind of item, regardless of the number of workers."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from badgedata.exports import lifecycle
from badgedata.exports.directory_tables import TablePosition
from badgedata.exports.documents_json import JsonPosition
from badgedata.records.exports import Export, Segment
from tests.integration.exports.reading import read_csv
from tests.integration.exports.running import (
    BADGE_CLASS,
    EVERYTHING,
    ISSUER,
    ORGANIZATION,
    file_of,
    run_export,
    start_export,
)
from tests.integration.exports.small_pages import run_queue, set_up_small_pages
from tests.support.api_client import Person
from tests.support.query_pages import limit_query_pages
from tests.support.small_limits import lower_limits
from tests.support.workbooks import read_by_openpyxl

type Contents = dict[str, int]


@pytest.fixture
def many_workers(school: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make pages as small as possible, so that each worker writes only a few rows."""
    limit_query_pages(2, monkeypatch)
    lower_limits(monkeypatch, documents_at_once=2, page_bytes=1, csv_page_bytes=1, table_unit_rows=1, zip_unit_bytes=1)


def groups_in(rows: list[dict[str, str]]) -> Contents:
    return {"groups": len({row["Group ID"] for row in rows})}


def learners_in(rows: list[dict[str, str]]) -> Contents:
    return {"learners": len({(row["Group ID"], row["Learner ID"]) for row in rows})}


def items_in(document: Any) -> Contents:
    badge_classes, groups = document.get("badgeClasses"), document.get("recipientGroups")
    contents: Contents = {}
    if badge_classes is not None:
        contents["badgeClasses"] = len(badge_classes)
        if document["options"]["includeAssertions"]:
            contents["awards"] = sum(len(badge_class["assertions"]) for badge_class in badge_classes)
    if groups is not None:
        contents |= {"groups": len(groups), "learners": sum(len(group["learners"]) for group in groups)}
    if "pathways" in document:
        contents["pathways"] = len(document["pathways"])
    return contents


def rows_in(export: Export) -> list[dict[str, str]]:
    if export.file_name.endswith(".csv"):
        return read_csv(file_of(export))
    [sheet] = read_by_openpyxl(file_of(export))
    header, *rows = sheet.rows
    return [dict(zip(map(str, header), map(str, row), strict=True)) for row in rows]


def document_in(export: Export) -> Any:
    data = file_of(export)
    if export.file_name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = archive.read(archive.namelist()[0])
    return json.loads(data)


TABLES: list[tuple[Any, str, dict[str, Any], Callable[[list[dict[str, str]]], Contents]]] = [
    (ORGANIZATION, "awards", {}, lambda rows: {"awards": len(rows)}),
    (ISSUER, "badges", {}, lambda rows: {"badgeClasses": len(rows)}),
    (ISSUER, "groups", {"includeArchived": True}, groups_in),
    (ORGANIZATION, "groups", {}, groups_in),
    (ISSUER, "groups", {"format": "xlsx"}, groups_in),
    (ISSUER, "group-badges", {}, groups_in),
    (ISSUER, "learner-progress", {}, learners_in),
    (ISSUER, "learner-progress", {"format": "xlsx"}, learners_in),
    (("issuer", "WOOD"), "groups", {}, groups_in),
    (("issuer", "WOOD"), "learner-progress", {"format": "xlsx"}, learners_in),
]


@pytest.mark.usefixtures("many_workers")
@pytest.mark.parametrize("seconds", [0, 900], ids=["many workers", "one worker"])
@pytest.mark.parametrize(("scope", "kind", "options", "count"), TABLES)
def test_item_counts_for_a_table_match_its_rows(
    scope: Any, kind: str, options: dict[str, Any], count: Callable[[Any], Contents], seconds: float
) -> None:
    export = run_export(start_export(scope, kind, **options), seconds)
    assert export.contents == count(rows_in(export))


@pytest.mark.usefixtures("many_workers")
@pytest.mark.parametrize("seconds", [0, 900], ids=["many workers", "one worker"])
@pytest.mark.parametrize(
    "options",
    [
        EVERYTHING,
        EVERYTHING | {"compress": True},
        {"includeBadgeClasses": True},
        {"includeRecipientGroups": True, "includePathways": True},
    ],
)
def test_item_counts_for_an_issuer_document_match_the_lengths_of_its_lists(
    options: dict[str, bool], seconds: float
) -> None:
    export = run_export(start_export(ISSUER, "issuer", **options), seconds)
    assert export.contents == items_in(document_in(export))
    assert sum(export.contents.values()) == export.rows


@pytest.mark.usefixtures("many_workers")
@pytest.mark.parametrize("seconds", [0, 900], ids=["many workers", "one worker"])
@pytest.mark.parametrize("compress", [False, True])
def test_item_counts_for_a_badge_class_document_include_its_awards(compress: bool, seconds: float) -> None:
    export = run_export(start_export(BADGE_CLASS, "badge-class", includeAssertions=True, compress=compress), seconds)
    assertions = document_in(export)["badgeClass"]["assertions"]
    assert len(assertions) > 2
    assert export.contents == {"badgeClasses": 1, "awards": len(assertions)}


@pytest.mark.usefixtures("school")
def test_document_without_lists_has_no_item_counts() -> None:
    assert run_export(start_export(ISSUER, "issuer")).contents is None


@pytest.mark.usefixtures("tables")
def test_item_counts_for_a_split_export_include_all_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up_small_pages(monkeypatch)
    lower_limits(monkeypatch, awards_a_segment=20, split_after_seconds=0.0)
    export = start_export(("organization", "ORG"), "awards")
    run_queue()
    found = lifecycle.find_export(export.id)
    assert found is not None
    assert found.open_segments == 0
    assert found.contents == {"awards": 90}


@pytest.mark.usefixtures("many_workers")
@pytest.mark.parametrize(
    ("kind", "options", "old"),
    [
        ("groups", {}, TablePosition("G-lms", "", 1, "WELD")),
        ("issuer", EVERYTHING, JsonPosition(0, "BC-1")),
    ],
)
def test_file_started_by_an_earlier_version_has_no_item_counts(kind: str, options: dict[str, Any], old: Any) -> None:
    export = start_export(ISSUER, kind, **options)
    Segment(*Segment.key(export.id, "")).update([Segment.cursor.set(old.encode())])
    done = run_export(export)
    assert (done.status, done.contents) == ("succeeded", None)


@pytest.mark.usefixtures("school")
def test_api_returns_the_item_counts_for_a_file() -> None:
    export = run_export(start_export(ISSUER, "groups"))
    person = Person(export.requested_by)
    assert person.get(f"/exports/{export.id}").json["file"]["contents"] == export.contents
    Export(*Export.key(export.id)).update([Export.contents.remove()])
    assert "contents" not in person.get(f"/exports/{export.id}").json["file"]
