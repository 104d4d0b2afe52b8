"""Exports that lose their message, worker, lease, or upload: the sweeper and the next worker recover them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import boto3
import pytest
from moto.s3.exceptions import NoSuchUpload
from moto.s3.models import S3Backend

from badgedata import clock
from badgedata.config import config
from badgedata.exports import lifecycle, segments, sweeper, worker
from badgedata.exports.job import ExportJob
from badgedata.exports.messages import read
from badgedata.exports.pages import Page
from badgedata.exports.upload import Upload
from badgedata.records.exports import Export
from functions.export_sweeper import export_sweeper
from tests.integration.exports.running import file_of, run_export, start_export
from tests.integration.exports.small_pages import ISSUER, messages, objects_of, run_queue, uploads_of
from tests.support.clock import set_time
from tests.support.invocations import context
from tests.support.small_limits import lower_limits

pytestmark = pytest.mark.usefixtures("small_pages")


def move_clock(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    real = datetime.now(UTC)
    monkeypatch.setattr(clock, "now", lambda: real + by)


def test_sweeper_enqueues_an_export_whose_message_was_never_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    export = start_export(ISSUER, "awards")
    messages()  # as if the API had crashed before sending it
    assert sweeper.sweep().outcomes == {}
    move_clock(monkeypatch, timedelta(minutes=1, seconds=1))
    assert sweeper.sweep().outcomes == {"sent-for": 1}
    assert run_queue() == ["succeeded"]
    found = lifecycle.find_export(export.id)
    assert found is not None
    assert found.rows == 30


def test_export_resumes_from_its_checkpoint_after_its_worker_dies(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = file_of(run_export(start_export(ISSUER, "awards")))
    messages()
    export = start_export(ISSUER, "awards")
    messages()
    real = ExportJob.pages

    def dying(*arguments: Any) -> Iterator[Page]:
        for number, page in enumerate(real(*arguments)):
            if number == 4:
                raise SystemExit  # the worker's handler doesn't run in this case
            yield page

    monkeypatch.setattr(ExportJob, "pages", dying)
    with pytest.raises(SystemExit):
        worker.run(export.id, "", lambda: 900)
    monkeypatch.setattr(ExportJob, "pages", real)
    move_clock(monkeypatch, timedelta(minutes=3))
    assert sweeper.sweep().outcomes == {"sent-for": 1}
    assert run_queue() == ["succeeded"]
    found = lifecycle.find_export(export.id)
    assert found is not None
    assert file_of(found) == whole


def test_export_that_makes_no_progress_fails_with_a_reason_after_five_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    export = start_export(ISSUER, "awards")

    def broken(*_: Any) -> Iterator[Page]:
        raise ConnectionError("DynamoDB is unavailable")

    monkeypatch.setattr(ExportJob, "pages", broken)
    for _ in range(segments.MAX_ATTEMPTS):
        with pytest.raises(ConnectionError):
            worker.run(export.id, "", lambda: 900)
    found = lifecycle.find_export(export.id)
    assert found is not None
    assert found.status == "failed"
    assert found.error_message == segments.GAVE_UP
    assert objects_of(export) == []


def test_export_fails_if_its_workers_keep_dying(monkeypatch: pytest.MonkeyPatch) -> None:
    export = start_export(ISSUER, "awards")
    for number in range(segments.MAX_ATTEMPTS):
        move_clock(monkeypatch, timedelta(minutes=20 * number))
        segment = segments.find(export.id, "")
        assert segment is not None
        assert segments.claim(segment, f"dying {number}")
    move_clock(monkeypatch, timedelta(hours=3))
    assert sweeper.sweep().outcomes == {"given-up": 1}
    found = lifecycle.find_export(export.id)
    assert found is not None
    assert found.status == "failed"


@pytest.fixture
def lost_uploads_reject_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make moto respond to a part of an unknown upload as S3 does, instead of raising an error."""
    real = S3Backend.upload_part

    def upload_part(backend: S3Backend, bucket_name: str, multipart_id: str, *arguments: Any, **named: Any) -> Any:
        if multipart_id not in backend.get_bucket(bucket_name).multiparts:
            raise NoSuchUpload(upload_id=multipart_id)
        return real(backend, bucket_name, multipart_id, *arguments, **named)

    monkeypatch.setattr(S3Backend, "upload_part", upload_part)


def abort_uploads_of(export: Export) -> None:
    for upload in uploads_of(export):
        boto3.client("s3").abort_multipart_upload(
            Bucket=config().exports_bucket, Key=upload["Key"], UploadId=upload["UploadId"]
        )


def run_queue_while_losing_uploads(export: Export, losses: int) -> list[str]:
    """Run workers on the queue, and abort the export's uploads after each of the first few messages."""
    outcomes: list[str] = []
    while taken := messages():
        for body in taken:
            message = read(body)
            seconds = 0.1 if losses else 900.0
            outcomes.append(worker.run(message.export_id, message.segment, partial(float, seconds)))
            if uploads_of(export) and losses:
                losses -= 1
                abort_uploads_of(export)
            assert len(outcomes) < 500, "the worker enqueues itself forever"
    return outcomes


@pytest.mark.usefixtures("lost_uploads_reject_parts")
def test_export_succeeds_even_if_its_upload_is_lost_a_few_times() -> None:
    whole = file_of(run_export(start_export(ISSUER, "awards")))
    messages()
    export = start_export(ISSUER, "awards")
    run_queue_while_losing_uploads(export, losses=segments.MAX_START_OVERS)
    found = lifecycle.find_export(export.id)
    assert found is not None
    assert file_of(found) == whole
    assert sweeper.sweep().outcomes == {"settled": 1}
    assert objects_of(found) == [found.object_key], "leftovers of the first attempts are cleaned up"


@pytest.mark.usefixtures("lost_uploads_reject_parts")
def test_export_whose_upload_is_always_lost_fails_with_a_reason_after_five_restarts() -> None:
    export = start_export(ISSUER, "awards")
    outcomes = run_queue_while_losing_uploads(export, losses=1_000)
    assert outcomes[-1] == "failed"
    found = lifecycle.find_export(export.id)
    assert found is not None
    assert (found.status, found.error_code) == ("failed", "upload-lost")
    assert found.error_message == segments.UPLOAD_LOST
    segment = segments.find(export.id, "")
    assert segment is not None
    assert segment.start_overs == 5
    assert objects_of(export) == []
    assert uploads_of(export) == []


def test_failing_export_does_not_block_the_recovery_of_other_exports(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = start_export(ISSUER, "awards"), start_export(("issuer", "ISS-1"), "awards")
    messages()
    real = lifecycle.find_export

    def find(export_id: str) -> Export | None:
        if export_id == bad.id:
            raise ConnectionError("its item can't be read")
        return real(export_id)

    monkeypatch.setattr(lifecycle, "find_export", find)
    move_clock(monkeypatch, timedelta(minutes=2))
    with pytest.raises(ExceptionGroup, match="Some exports"):
        export_sweeper.handler({}, context())
    monkeypatch.setattr(lifecycle, "find_export", real)
    assert [good.id in body for body in messages()] == [True]


def test_worker_that_lost_its_lease_deletes_only_its_own_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # All rows fit into one part, so the file exists before anything is recorded.
    export = start_export(ISSUER, "awards", awardedBefore="2026-01-03")
    fail_once = iter([ConnectionError("S3 is unavailable")])
    real_put = Upload.put

    def put(upload: Upload, data: bytes) -> None:
        for error in fail_once:
            raise error
        real_put(upload, data)
        if not overtaken:
            overtaken.append(True)
            move_clock(monkeypatch, segments.LEASE + timedelta(seconds=1))
            assert worker.run(export.id, "", lambda: 900) == "succeeded"

    overtaken: list[bool] = []
    monkeypatch.setattr(Upload, "put", put)
    with pytest.raises(ConnectionError):
        worker.run(export.id, "", lambda: 900)
    assert worker.run(export.id, "", lambda: 900) == "over"
    found = lifecycle.find_export(export.id)
    assert found is not None
    assert found.status == "succeeded"
    assert objects_of(export) == [found.object_key]
    assert sweeper.sweep().outcomes == {"settled": 1}
    assert objects_of(export) == [found.object_key]


def test_export_too_large_to_verify_fails_with_advice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lower_limits(monkeypatch, file_bytes=5_000)
    export = start_export(ISSUER, "awards")
    assert run_queue(seconds=0)[-1] == "failed"
    found = lifecycle.find_export(export.id)
    assert found is not None
    assert (found.status, found.error_code) == ("failed", "file-too-large")
    assert "Export less data at a time" in found.error_message
    assert objects_of(export) == []


def test_file_retention_starts_on_the_day_the_upload_starts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_time(datetime(2026, 5, 1, 23, 50, tzinfo=UTC), monkeypatch)
    export = start_export(ISSUER, "awards")
    assert worker.run(export.id, "", lambda: 0) == "handed-on"
    set_time(datetime(2026, 5, 2, 0, 10, tzinfo=UTC), monkeypatch)
    assert "succeeded" in run_queue()
    found = lifecycle.find_export(export.id)
    assert found is not None
    assert found.file_expires_at == "2026-05-09T00:00:00Z"


def test_file_expires_after_the_configured_number_of_days(monkeypatch: pytest.MonkeyPatch) -> None:
    export = run_export(start_export(ISSUER, "awards"))
    assert lifecycle.status_of(export) == "succeeded"
    move_clock(monkeypatch, timedelta(days=7, seconds=5))
    assert lifecycle.status_of(export) == "expired"
