"""Previews of exports, and exports whose number of rows is known in advance."""

from typing import Any

import pytest

from badgedata.exports import lifecycle, segments
from badgedata.exports.columns import COLUMNS
from badgedata.records.awards import Award
from tests.integration.exports.reading import columns_of, read_csv
from tests.integration.exports.running import ISSUER, exported, file_of, run_export, start_export
from tests.integration.exports.welding_school import ADMIN as ADMIN_EMAIL
from tests.support.api_client import Answer, Person
from tests.support.invocations import process_queue
from tests.support.small_limits import lower_limits

pytestmark = pytest.mark.usefixtures("school")

ADMIN = Person(ADMIN_EMAIL)
AWARDS = "awards"


# ---------------------------------------------------------------- preview


def preview(scope: str = "/issuers/WELD", **body: Any) -> Answer:
    return ADMIN.post(f"{scope}/exports/preview", body)


@pytest.mark.parametrize("kind", COLUMNS)
def test_preview_shows_the_first_rows_of_the_file(kind: str) -> None:
    shown = preview(kind=kind).json
    rows = [list(row.values()) for row in read_csv(exported(ISSUER, kind, spreadsheetSafe=False))]
    assert shown["columns"] == columns_of(exported(ISSUER, kind))
    assert shown["rows"] == rows[:20]
    if "expectedRows" in shown:
        assert shown["expectedRows"] == len(rows)


def test_preview_stores_nothing() -> None:
    preview(kind=AWARDS)
    assert ADMIN.get("/exports", query={"issuerId": "WELD"}).json.get("items", []) == []


def test_preview_shows_only_rows_that_match_the_filters() -> None:
    shown = preview(kind=AWARDS, status=["revoked"], columns=["Award ID", "Status"]).json
    assert shown == {"columns": ["Award ID", "Status"], "rows": [["A1", "revoked"], ["A2", "revoked"]]} | (
        {"expectedRows": shown["expectedRows"]} if "expectedRows" in shown else {}
    )


def test_preview_has_at_most_twenty_rows_and_truncates_long_cells() -> None:
    award = next(Award.by_badge_class.query("BC-3"))
    with Award.batch_write() as batch:
        for number in range(30):
            copied = Award(**award.attribute_values)
            copied.award_id = f"N{number:02}"
            copied.issued_on_award_id = f"2020-01-01T00:00:00.000000Z#N{number:02}"
            copied.narrative = "x" * 5000
            batch.save(copied)
    rows = preview(kind=AWARDS, columns=["Award ID", "Narrative"]).json["rows"]
    assert len(rows) == 20
    assert {len(row[1]) for row in rows} == {1001}


def test_preview_error_names_the_unreadable_award() -> None:
    next(Award.by_badge_class.query("BC-3")).update([Award.expires.set("never")])
    answer = preview(kind=AWARDS, expiresAfter="2026-01-01")
    assert (answer.status, answer.problem["code"]) == (409, "conflict")
    assert "P1" in answer.problem["detail"]


def test_preview_is_unavailable_for_documents() -> None:
    assert preview(kind="issuer").wrong_fields == ["kind"]


# ---------------------------------------------------------------- expected rows


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, 6),
        ({"awardedAfter": "2026-03-01", "awardedBefore": "2026-03-31"}, 2),
        ({"awardedAfter": "2026-03-01T10:00:00Z"}, 3),
        ({"awardedBefore": "2026-03-01T09:59:59Z"}, 3),
        ({"awardedAfter": "2026-01-01", "timeZone": "Asia/Tokyo"}, 5),
        ({"badgeClassIds": ["BC-3"]}, 1),
        ({"badgeClassIds": ["BC-1", "BC-3"], "awardedAfter": "2026-02-01"}, 4),
        ({"columns": ["Award ID"]}, 6),
    ],
)
def test_number_of_rows_in_an_award_export_is_known_in_advance(options: dict[str, Any], expected: int) -> None:
    export = run_export(start_export(ISSUER, AWARDS, **options))
    assert export.expected_rows == export.rows == expected
    assert preview(kind=AWARDS, **options).json["expectedRows"] == expected
    assert preview("/organizations/MAKERS", kind=AWARDS, **options).json["expectedRows"] == expected


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize("options", [{"status": ["active"]}, {"expiresAfter": "2026-01-01"}])
def test_number_of_rows_in_a_filtered_export_is_not_known_in_advance(options: dict[str, Any]) -> None:
    assert "expectedRows" not in preview(kind=AWARDS, **options).json
    assert run_export(start_export(ISSUER, AWARDS, **options)).expected_rows is None


@pytest.mark.usefixtures("counted")
def test_number_of_rows_in_a_document_with_assertions_is_known_in_advance() -> None:
    for scope, kind, options in (
        (ISSUER, "issuer", {"include_badge_classes": True}),
        (("badge-class", "BC-1"), "badge-class", {}),
    ):
        camel = {"includeBadgeClasses": True} if options else {}
        export = run_export(start_export(scope, kind, includeAssertions=True, **camel))
        assert export.expected_rows == export.rows


def test_missing_award_counts_are_not_treated_as_zero_awards() -> None:
    assert "expectedRows" not in preview(kind=AWARDS).json


# ---------------------------------------------------------------- large exports


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize("options", [{}, {"badgeClassIds": ["BC-1", "BC-3"]}, {"format": "xlsx"}], ids=str)
def test_large_export_is_split_immediately(options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    lower_limits(monkeypatch, awards_a_unit=1)
    whole = exported(ISSUER, AWARDS, **options)
    lower_limits(monkeypatch, awards_a_segment=2)
    export = start_export(ISSUER, AWARDS, **options)
    assert process_queue() > 3
    found = lifecycle.find_export(export.id)
    assert found is not None
    assert file_of(found) == whole
    rows = [int(segment.rows) for segment in segments.of_export(export.id)]
    assert len(rows) >= 2
    assert sum(rows) == found.rows
