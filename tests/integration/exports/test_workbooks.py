"""Workbook exports: the values match the CSV, regardless of the number of workers and the options."""

import csv
import io
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle
from typing import Any

import boto3
import pytest

from badgedata import clock
from badgedata.access import ScopeType
from badgedata.config import config
from badgedata.exports import assembly, lifecycle, segments, upload, worker
from badgedata.exports.columns import COLUMNS
from badgedata.exports.job import ExportJob
from badgedata.exports.messages import read
from badgedata.records.awards import Award, sort_key
from badgedata.records.directory import BadgeClass, Issuer
from badgedata.records.exports import Export
from tests.integration.exports.running import ISSUER, ORGANIZATION, file_of, run_export, start_export
from tests.integration.exports.small_pages import make_pages_small
from tests.support.clock import set_time
from tests.support.small_limits import lower_limits
from tests.support.workbooks import Cell, read_by_calamine, read_by_openpyxl

TABLES: list[tuple[tuple[ScopeType, str], str, dict[str, Any], str]] = [
    (ORGANIZATION, "awards", {}, "Awards"),
    (ISSUER, "awards", {"columns": [column.name for column in COLUMNS["awards"]]}, "Awards"),
    (ISSUER, "badges", {}, "Badges"),
    (ISSUER, "groups", {"includeArchived": True, "includeCreation": True, "includeExpiration": True}, "Groups"),
    (ISSUER, "groups", {"includeStaff": True}, "Groups"),
    (ISSUER, "group-badges", {}, "Group badges"),
    (ORGANIZATION, "learner-progress", {"includeArchived": True}, "Learner progress"),
]


def csv_rows(kind: str, data: bytes) -> list[list[Cell]]:
    """Return the values of a CSV file, converted to the types of the workbook's columns."""
    header, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
    holds = {column.name: column.holds for column in COLUMNS[kind]}
    return [[*header], *([_typed(holds[name], text) for name, text in zip(header, row, strict=True)] for row in rows)]


def _typed(holds: str, text: str) -> Cell:
    if not text:
        return None
    match holds:
        case "number":
            return int(text)
        case "time" | "day":
            moment = datetime.fromisoformat(text)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return text


@pytest.mark.parametrize(("scope", "kind", "options", "title"), TABLES)
def test_workbook_has_the_same_values_as_the_csv(
    school: None, scope: tuple[ScopeType, str], kind: str, options: dict[str, Any], title: str
) -> None:
    stored = csv_rows(kind, file_of(run_export(start_export(scope, kind, **options, spreadsheetSafe=False))))
    export = run_export(start_export(scope, kind, **options, format="xlsx"))
    data = file_of(export)
    for read_by in (read_by_openpyxl, read_by_calamine):
        (sheet,) = read_by(data)
        assert sheet.title == title
        assert sheet.rows == stored
    assert export.rows == len(stored) - 1
    assert export.truncated_cells == 0
    assert export.file_name.endswith(".xlsx")


def test_workbook_is_served_with_its_name_and_content_type(school: None) -> None:
    export = run_export(start_export(ISSUER, "awards", format="xlsx"))
    answer = boto3.client("s3").head_object(Bucket=config().exports_bucket, Key=export.object_key)
    assert answer["ContentType"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert answer["ContentDisposition"] == f'attachment; filename="{export.file_name}"'


def test_reordering_columns_does_not_change_cell_values(school: None) -> None:
    """The default columns have their own encoder."""
    names = [column.name for column in COLUMNS["awards"] if column.default]
    (default,) = read_by_calamine(file_of(run_export(start_export(ISSUER, "awards", format="xlsx"))))
    (reversed_,) = read_by_calamine(
        file_of(run_export(start_export(ISSUER, "awards", format="xlsx", columns=names[::-1])))
    )
    assert [row[::-1] for row in reversed_.rows] == default.rows


def test_truncated_cells_are_counted(school: None) -> None:
    award = next(Award.query("WELD"))
    award.narrative = "x" * 40_000
    award.recipient_name = "😀" * 20_000
    award.save()
    export = run_export(start_export(ISSUER, "awards", format="xlsx"))
    assert export.truncated_cells == 2
    rows = read_by_openpyxl(file_of(export))[0].rows
    assert sum(str(cell).endswith(" … [cut]") for row in rows for cell in row) == 2
    other = run_export(start_export(ISSUER, "awards", format="xlsx", columns=["Narrative", "Recipient Name"]))
    assert other.truncated_cells == 2
    assert run_export(start_export(ISSUER, "awards")).truncated_cells is None


# ---------------------------------------------------------------- workers


@pytest.fixture
def many_awards(school: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Add issuers with awards to the school's organization, and make pages and parts small."""
    make_pages_small(monkeypatch)
    set_time(datetime(2026, 6, 1, tzinfo=UTC), monkeypatch)
    chance = random.Random(1)
    template = Issuer.get(*Issuer.key("WELD"))
    for number in range(6):
        issuer_id = f"I{number}"
        Issuer(
            *Issuer.key(issuer_id),
            parent=template.parent,
            entity_id=issuer_id,
            organization_id=template.organization_id,
            name=f"Issuer {number}",
        ).save()
        badge_class_id = f"{issuer_id}-BC"
        BadgeClass(
            *BadgeClass.key(badge_class_id),
            parent=BadgeClass.parent_key(issuer_id),
            entity_id=badge_class_id,
            issuer_id=issuer_id,
            name=f"Badge {number}",
        ).save()
        with Award.batch_write() as batch:
            for award in range((45, 0, 3, 1, 30, 15)[number]):
                award_id = f"{issuer_id}-{award:02}"
                issued_on = datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(hours=5 * award)
                batch.save(
                    Award(
                        issuer_id,
                        sort_key(issued_on, award_id),
                        award_id=award_id,
                        badge_class_id=badge_class_id,
                        recipient_type="email",
                        recipient_identity=f"learner.{award}@example.org",
                        issued_on=clock.rfc3339(issued_on),
                        revoked=award % 10 == 0,
                        narrative=chance.randbytes(60).hex(),
                    )
                )


@pytest.fixture
def many_units(many_awards: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also make units and sheets small."""
    lower_limits(monkeypatch, awards_a_unit=4, issuers_a_unit=4, sheet_rows=25, unit_rows=10)


ENOUGH, NONE = 900.0, 0.1


def run_queue(*seconds: float) -> list[str]:
    """Run workers until the queue is empty, cycling through these amounts of remaining time."""
    outcomes, times = [], cycle(seconds or [ENOUGH])
    sqs, queue = boto3.client("sqs"), config().exports_queue_url
    while taken := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
        for message in reversed(taken):
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            work = read(message["Body"])
            outcomes.append(worker.run(work.export_id, work.segment, partial(float, next(times))))
    return outcomes


def found(export: Export) -> Export:
    now = lifecycle.find_export(export.id)
    assert now is not None
    assert now.status == "succeeded", now.error_message
    return now


def by_one_worker(**selection: Any) -> Export:
    export = start_export(ORGANIZATION, "awards", format="xlsx", **selection)
    assert run_queue() == ["succeeded"]
    return found(export)


SELECTIONS: list[dict[str, Any]] = [{}, {"status": ["revoked"]}, {"columns": ["Award ID", "Award Image URL"]}]


@pytest.mark.slow
@pytest.mark.parametrize("selection", SELECTIONS, ids=["all", "revoked", "columns"])
def test_workbook_does_not_depend_on_the_number_of_workers(many_units: None, selection: dict[str, Any]) -> None:
    whole = by_one_worker(**selection)
    export = start_export(ORGANIZATION, "awards", format="xlsx", **selection)
    assert run_queue(NONE).count("handed-on") > 5
    assert file_of(found(export)) == file_of(whole)


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [[ENOUGH], [ENOUGH, NONE, NONE]], ids=["uninterrupted", "handed off"])
@pytest.mark.parametrize("selection", SELECTIONS, ids=["all", "revoked", "columns"])
def test_splitting_a_workbook_does_not_change_its_bytes_or_metadata(
    many_units: None, selection: dict[str, Any], seconds: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = by_one_worker(**selection)
    lower_limits(monkeypatch, split_after_seconds=0.0)
    export = start_export(ORGANIZATION, "awards", format="xlsx", **selection)
    outcomes = run_queue(*seconds)
    split = found(export)
    assert outcomes.count("segment-done") > 4
    assert file_of(split) == file_of(whole)
    assert (split.rows, split.bytes, split.sha256) == (whole.rows, whole.bytes, whole.sha256)
    assert split.truncated_cells == whole.truncated_cells == 0
    if not selection:
        assert len(read_by_openpyxl(file_of(split))) > 3


def test_splitting_a_workbook_at_any_boundary_does_not_change_its_bytes(many_units: None) -> None:
    """Every boundary that a split can choose produces the same bytes."""
    export = start_export(ORGANIZATION, "awards", format="xlsx")
    job = ExportJob.load(export)
    whole = b"".join(page.data for page in job.pages("", None))
    boundaries = job.boundaries("", None, 40)
    assert len(boundaries) > 5
    for boundary in boundaries:
        first, second = list(job.pages("", boundary)), list(job.pages(boundary, None))
        objects = [b"".join(page.data for page in pages) for pages in (first, second)]
        positions = [first[-1].position, second[-1].position if second else boundary]
        sources = assembly.sources_of([("0", len(objects[0])), ("1", len(objects[1]))], job.insertions(positions))
        pieces = [
            objects[int(source.key)][source.first :][: source.size] if source.key else source.data for source in sources
        ]
        assert b"".join(pieces) == whole


def test_workbook_that_cannot_be_split_is_written_by_one_worker(
    many_awards: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    lower_limits(monkeypatch, split_after_seconds=0.0)
    export = start_export(ORGANIZATION, "awards", format="xlsx")
    assert run_queue() == ["succeeded"]
    assert found(export).open_segments is None
    assert sum(len(sheet.rows) - 1 for sheet in read_by_calamine(file_of(found(export)))) == found(export).rows


@pytest.mark.slow
def test_assembly_of_a_split_workbook_restarts_if_the_upload_is_lost(
    many_units: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    lower_limits(monkeypatch, split_after_seconds=0.0)
    export = start_export(ORGANIZATION, "awards", format="xlsx")
    real, losses = assembly._send, iter(range(2))

    def losing(to: upload.Upload, *arguments: Any) -> Iterator[int]:
        yield from real(to, *arguments)
        if next(losses, None) is not None:
            boto3.client("s3").abort_multipart_upload(
                Bucket=config().exports_bucket, Key=to.key, UploadId=to.upload_id or ""
            )

    monkeypatch.setattr(assembly, "_send", losing)
    run_queue()
    assert found(export).rows == sum(int(part.rows) for part in segments.of_export(export.id))
    assert len(read_by_openpyxl(file_of(found(export)))) > 3
