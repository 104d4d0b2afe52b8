"""Exported trail files: the rows, their order, and names that look like formulas."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pynamodb.transactions import TransactWrite

from badgedata import trail
from badgedata.exports.job import ExportJob
from badgedata.identifiers import is_entity_id
from badgedata.records import transactions
from tests.integration.exports.running import ISSUER, ORGANIZATION, exported, run_export, start_export
from tests.support.clock import set_time
from tests.support.small_limits import lower_limits

pytestmark = pytest.mark.usefixtures("school")

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HEADER = ["At", "Actor", "Action", "Target Type", "Target ID", "Target Name", "Details", "Entry ID"]


def record(name: str, at: datetime, monkeypatch: pytest.MonkeyPatch, issuer_id: str | None = None) -> None:
    with monkeypatch.context() as patched:
        set_time(at, patched)
        entry = trail.entry(
            "MAKERS", "ada@example.org", "schedule-created", "schedule", "S1", name, {"kind": "awards"}, issuer_id
        )

    def save(transaction: TransactWrite) -> None:
        transaction.save(entry)

    transactions.write(save)


def rows(scope: Any = ORGANIZATION, **options: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(exported(scope, "trail", **options).decode("utf-8-sig"))))


def test_rows_are_in_chronological_order_and_have_all_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    record("second", NOON + timedelta(hours=1), monkeypatch)
    record("first", NOON, monkeypatch)
    header, first, second = rows()
    assert header == HEADER
    assert first == [
        "2026-03-01T12:00:00Z",
        "ada@example.org",
        "schedule-created",
        "schedule",
        "S1",
        "first",
        '{"kind":"awards"}',
        first[7],
    ]
    assert is_entity_id(first[7])
    assert second[5] == "second"


def test_issuer_trail_file_contains_only_the_issuers_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    record("all", NOON, monkeypatch)
    record("own", NOON, monkeypatch, "WELD")
    record("other", NOON, monkeypatch, "WOOD")
    assert [row[5] for row in rows(ISSUER)] == ["Target Name", "own"]


def test_exported_trail_entries_can_be_limited_by_date(monkeypatch: pytest.MonkeyPatch) -> None:
    for day in range(3):
        record(str(day), NOON + timedelta(days=day), monkeypatch)
    assert [row[5] for row in rows(after="2026-03-02", before="2026-03-02")] == ["Target Name", "1"]


def test_file_omits_its_own_export_request(monkeypatch: pytest.MonkeyPatch) -> None:
    assert rows() == [HEADER]
    assert [row[2] for row in rows()] == ["Action", "export-requested"]


def test_names_that_look_like_formulas_are_exported_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    record('=HYPERLINK("https://evil.example")', NOON, monkeypatch)
    assert rows()[1][5] == '\'=HYPERLINK("https://evil.example")'


def test_interrupted_export_continues_after_the_last_row(monkeypatch: pytest.MonkeyPatch) -> None:
    lower_limits(monkeypatch, csv_page_bytes=1)
    for minute in range(5):
        record(str(minute), NOON + timedelta(minutes=minute), monkeypatch)
    job = ExportJob.load(start_export(ORGANIZATION, "trail"))
    pages = list(job.pages("", None))
    assert len(pages) == 5
    for number, page in enumerate(pages):
        rest = b"".join(later.data for later in pages[number + 1 :])
        assert b"".join(later.data for later in job.pages(page.position, None)) == rest


def test_trail_can_be_exported_as_a_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    record("first", NOON, monkeypatch)
    export = run_export(start_export(ORGANIZATION, "trail", format="xlsx"))
    assert (export.status, export.rows, export.contents) == ("succeeded", 1, {"entries": 1})
