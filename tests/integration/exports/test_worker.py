"""The life of an export under its worker: repeats, cancelling, handing on, splitting, dying, odd records."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import boto3
import pytest
from moto.s3.exceptions import NoSuchUpload
from moto.s3.models import S3Backend

from badgedata import clock
from badgedata.access import ScopeType
from badgedata.config import config
from badgedata.exports import assembly, award_pages, lifecycle, pace, segment_writer, segments, sweeper, worker
from badgedata.exports.job import ExportJob
from badgedata.exports.messages import read
from badgedata.exports.pages import Page
from badgedata.exports.upload import Upload, files_prefix
from badgedata.records.awards import Award, sort_key
from badgedata.records.directory import BadgeClass, Issuer, Member, Organization
from badgedata.records.exports import ActiveExports, Export
from functions.export_sweeper import export_sweeper
from tests.integration.exports.running import ask, file_of, written
from tests.integration.exports.welding_school import ADMIN
from tests.support.clock import set_time
from tests.support.invocations import context

ORGANIZATION: tuple[ScopeType, str] = ("organization", "ORG")
ISSUER: tuple[ScopeType, str] = ("issuer", "ISS-0")
FIRST_DAY = datetime(2026, 1, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def small_pages(tables: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make an organization of three issuers with 30 awards each, and pages and parts that hold only a few of them."""
    monkeypatch.setattr(award_pages, "ITEMS_A_PAGE", 7)
    monkeypatch.setattr(segment_writer, "MIN_PART_BYTES", 3000)
    monkeypatch.setattr(assembly, "MIN_PART_BYTES", 3000)
    monkeypatch.setattr(pace, "HEARTBEAT_SECONDS", 0.0)
    monkeypatch.setattr("moto.s3.models.S3_UPLOAD_PART_MIN_SIZE", 0, raising=False)
    monkeypatch.setattr("moto.settings.S3_UPLOAD_PART_MIN_SIZE", 0, raising=False)
    Organization(*Organization.key("ORG"), entity_id="ORG", name="Org", plan="paid").save()
    Member(
        *Member.key(ADMIN, "ORG", None),
        parent=Member.parent_key("ORG"),
        entity_id=ADMIN,
        role="admin",
        organization_id="ORG",
    ).save()
    for number in range(3):
        make_issuer(f"ISS-{number}")


def make_issuer(issuer_id: str) -> None:
    Issuer(
        *Issuer.key(issuer_id),
        parent=Issuer.parent_key("ORG"),
        entity_id=issuer_id,
        organization_id="ORG",
        name=issuer_id,
    ).save()
    BadgeClass(
        *BadgeClass.key(f"{issuer_id}-BC"),
        parent=BadgeClass.parent_key(issuer_id),
        entity_id=f"{issuer_id}-BC",
        issuer_id=issuer_id,
        name="Badge",
    ).save()
    for number in range(30):
        make_award(issuer_id, f"{issuer_id}-{number:02}", FIRST_DAY + timedelta(days=number))


def make_award(issuer_id: str, award_id: str, issued_on: datetime, **attributes: Any) -> None:
    Award(
        issuer_id,
        sort_key(issued_on, award_id),
        award_id=award_id,
        badge_class_id=f"{issuer_id}-BC",
        recipient_type="email",
        recipient_identity=f"{award_id}@example.org",
        issued_on=clock.rfc3339(issued_on),
        **{"narrative": "Worked hard. " * 8, **attributes},
    ).save()


def put_item(issuer_id: str, award_id: str, **attributes: Any) -> None:
    """Write an award as another program might, past the models."""
    item: dict[str, Any] = {
        "issuerId": {"S": issuer_id},
        "issuedOnAwardId": {"S": sort_key(FIRST_DAY, award_id)},
        "awardId": {"S": award_id},
        "badgeClassId": {"S": f"{issuer_id}-BC"},
        "issuedOn": {"S": clock.rfc3339(FIRST_DAY)},
        **attributes,
    }
    boto3.client("dynamodb").put_item(TableName=config().awards_table, Item=item)


def objects_of(export: Export) -> list[str]:
    answer = boto3.client("s3").list_objects_v2(Bucket=config().exports_bucket, Prefix=files_prefix(export))
    return [item["Key"] for item in answer.get("Contents", [])]


def uploads_of(export: Export) -> list[Any]:
    answer = boto3.client("s3").list_multipart_uploads(Bucket=config().exports_bucket, Prefix=files_prefix(export))
    return list(answer.get("Uploads", []))


def messages() -> list[str]:
    """Take what is on the queue, as segments' starts."""
    taken = boto3.client("sqs").receive_message(QueueUrl=config().exports_queue_url, MaxNumberOfMessages=10)
    found = []
    for message in taken.get("Messages", []):
        boto3.client("sqs").delete_message(QueueUrl=config().exports_queue_url, ReceiptHandle=message["ReceiptHandle"])
        found.append(message["Body"])
    return found


def run_queue(seconds: float = 900) -> list[str]:
    """Let workers take what is on the queue until nothing is."""
    outcomes = []
    while taken := messages():
        for body in taken:
            message = read(body)
            outcomes.append(worker.run(message.export_id, message.segment, lambda: seconds))
    return outcomes


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    real = datetime.now(UTC)
    monkeypatch.setattr(clock, "now", lambda: real + by)


def test_a_repeated_message_changes_nothing() -> None:
    export = written(ask(ISSUER, "awards"))
    before = (file_of(export), objects_of(export))
    assert worker.run(export.id, "", lambda: 900) == "nothing-to-do"
    again = lifecycle.find_export(export.id)
    assert again is not None
    assert (file_of(again), objects_of(again)) == before
    assert again.attribute_values == export.attribute_values


def test_a_second_worker_leaves_a_held_segment_alone() -> None:
    export = ask(ISSUER, "awards")
    segment = segments.find(export.id, "")
    assert segment is not None
    assert segments.claim(segment, "first")
    assert worker.run(export.id, "", lambda: 900) == "nothing-to-do"
    assert objects_of(export) == []


def test_an_export_that_needs_many_invocations_has_the_same_bytes_as_one_that_needs_one() -> None:
    whole = file_of(written(ask(ORGANIZATION, "awards")))
    export = ask(ORGANIZATION, "awards")
    messages()
    outcomes = [worker.run(export.id, "", lambda: 0.1)]
    outcomes += run_queue(seconds=0.1)
    found = lifecycle.find_export(export.id)
    assert found is not None
    assert outcomes.count("handed-on") > 10
    assert file_of(found) == whole
    assert found.rows == 90
    assert sweeper.sweep().outcomes == {"settled": 1}
    assert objects_of(found) == [found.object_key]
    assert uploads_of(found) == []


def test_a_split_export_has_the_same_bytes_and_figures_as_a_whole_one(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = written(ask(ORGANIZATION, "awards"))
    messages()
    monkeypatch.setattr(pace, "SPLIT_AFTER_SECONDS", 0.0)
    export = ask(ORGANIZATION, "awards")
    outcomes = run_queue()
    found = lifecycle.find_export(export.id)
    assert found is not None
    assert outcomes.count("segment-done") > 5
    assert file_of(found) == file_of(whole)
    assert (found.rows, found.bytes, found.sha256) == (whole.rows, whole.bytes, whole.sha256)
    assert sweeper.sweep().outcomes == {"settled": 1}
    assert objects_of(found) == [found.object_key]
    assert uploads_of(found) == []


def test_a_small_export_is_one_object_and_never_split() -> None:
    export = written(ask(ISSUER, "awards", awardedBefore="2026-01-03"))
    assert export.rows == 3
    assert export.open_segments is None
    assert [segment.status for segment in segments.of_export(export.id)] == ["done"]


def cancelling_pages(export_id: str, after: int) -> Any:
    """Give a way to read pages in which somebody cancels the export after some of them."""
    real = ExportJob.pages

    def pages(*arguments: Any) -> Iterator[Page]:
        for number, page in enumerate(real(*arguments), start=1):
            if number == after:
                found = lifecycle.find_export(export_id)
                assert found is not None
                lifecycle.remove(found)
            yield page

    return pages


def test_a_worker_stops_when_its_export_is_cancelled_and_no_file_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    export = ask(ISSUER, "awards")
    monkeypatch.setattr(ExportJob, "pages", cancelling_pages(export.id, after=3))
    assert worker.run(export.id, "", lambda: 900) == "over"
    found = lifecycle.find_export(export.id)
    assert found is not None
    assert found.status == "cancelled"
    assert objects_of(export) == []
    assert uploads_of(export) == []
    assert sweeper.sweep().outcomes == {"settled": 1}
    assert sweeper.sweep().outcomes == {}


def test_a_cancelled_export_counts_no_more_among_the_active_ones() -> None:
    export = ask(ISSUER, "awards")
    assert ActiveExports.get(*ActiveExports.key("ORG")).active == 1
    lifecycle.remove(export)
    lifecycle.remove(export)
    assert ActiveExports.get(*ActiveExports.key("ORG")).active == 0


def test_an_export_whose_message_was_never_sent_is_sent_for_by_the_sweeper(monkeypatch: pytest.MonkeyPatch) -> None:
    export = ask(ISSUER, "awards")
    messages()  # as if the API had died before it could send it
    assert sweeper.sweep().outcomes == {}
    later(monkeypatch, timedelta(minutes=1, seconds=1))
    assert sweeper.sweep().outcomes == {"sent-for": 1}
    assert run_queue() == ["succeeded"]
    found = lifecycle.find_export(export.id)
    assert found is not None
    assert found.rows == 30


def test_an_export_whose_worker_died_goes_on_from_its_checkpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = file_of(written(ask(ISSUER, "awards")))
    messages()
    export = ask(ISSUER, "awards")
    messages()
    real = ExportJob.pages

    def dying(*arguments: Any) -> Iterator[Page]:
        for number, page in enumerate(real(*arguments)):
            if number == 4:
                raise SystemExit  # no handler of the worker's runs for it
            yield page

    monkeypatch.setattr(ExportJob, "pages", dying)
    with pytest.raises(SystemExit):
        worker.run(export.id, "", lambda: 900)
    monkeypatch.setattr(ExportJob, "pages", real)
    later(monkeypatch, timedelta(minutes=3))
    assert sweeper.sweep().outcomes == {"sent-for": 1}
    assert run_queue() == ["succeeded"]
    found = lifecycle.find_export(export.id)
    assert found is not None
    assert file_of(found) == whole


def test_an_export_that_gets_no_further_in_five_tries_fails_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    export = ask(ISSUER, "awards")

    def broken(*_: Any) -> Iterator[Page]:
        raise ConnectionError("DynamoDB is away")

    monkeypatch.setattr(ExportJob, "pages", broken)
    for _ in range(segments.MAX_ATTEMPTS):
        with pytest.raises(ConnectionError):
            worker.run(export.id, "", lambda: 900)
    found = lifecycle.find_export(export.id)
    assert found is not None
    assert found.status == "failed"
    assert found.error_message == segments.GAVE_UP
    assert objects_of(export) == []


def test_workers_that_die_again_and_again_end_in_a_failed_export(monkeypatch: pytest.MonkeyPatch) -> None:
    export = ask(ISSUER, "awards")
    for number in range(segments.MAX_ATTEMPTS):
        later(monkeypatch, timedelta(minutes=20 * number))
        segment = segments.find(export.id, "")
        assert segment is not None
        assert segments.claim(segment, f"dying {number}")
    later(monkeypatch, timedelta(hours=3))
    assert sweeper.sweep().outcomes == {"given-up": 1}
    found = lifecycle.find_export(export.id)
    assert found is not None
    assert found.status == "failed"


@pytest.fixture
def lost_uploads_refuse_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let moto answer a part of an unknown upload as S3 does; by itself it breaks there."""
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


def run_queue_on_a_bucket_that_loses_uploads(export: Export, losses: int) -> list[str]:
    """Let workers take what is on the queue, and abort the export's uploads after each of the first few messages."""
    outcomes: list[str] = []
    while taken := messages():
        for body in taken:
            message = read(body)
            seconds = 0.1 if losses else 900.0
            outcomes.append(worker.run(message.export_id, message.segment, partial(float, seconds)))
            if uploads_of(export) and losses:
                losses -= 1
                abort_uploads_of(export)
            assert len(outcomes) < 500, "the worker sends for itself for ever"
    return outcomes


@pytest.mark.usefixtures("lost_uploads_refuse_parts")
def test_a_file_whose_upload_is_lost_a_few_times_is_written_whole() -> None:
    whole = file_of(written(ask(ISSUER, "awards")))
    messages()
    export = ask(ISSUER, "awards")
    run_queue_on_a_bucket_that_loses_uploads(export, losses=segments.MAX_START_OVERS)
    found = lifecycle.find_export(export.id)
    assert found is not None
    assert file_of(found) == whole
    assert sweeper.sweep().outcomes == {"settled": 1}
    assert objects_of(found) == [found.object_key], "the first tries' leftovers are cleaned up"


@pytest.mark.usefixtures("lost_uploads_refuse_parts")
def test_an_export_whose_upload_is_lost_each_time_fails_after_five_new_starts_and_says_why() -> None:
    export = ask(ISSUER, "awards")
    outcomes = run_queue_on_a_bucket_that_loses_uploads(export, losses=1_000)
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


def test_missing_optional_and_unknown_attributes_do_not_disturb_an_export() -> None:
    put_item("ISS-0", "BARE", somethingNew={"M": {"deep": {"L": [{"N": "1"}]}}})
    rows = file_of(written(ask(ISSUER, "awards"))).decode().split("\r\n")
    bare = next(row for row in rows if row.startswith("BARE,"))
    assert bare == (
        "BARE,ISS-0-BC,Badge,ISS-0,ISS-0,,,,2026-01-01T09:00:00Z,,active,,,,,https://badges.example.org/public/assertions/BARE"
    )


def test_a_null_is_as_good_as_nothing() -> None:
    seen = {"L": [{"M": {"id": {"NULL": True}, "narrative": {"S": "Seen, twice"}}}]}
    null = {"NULL": True}
    put_item("ISS-0", "NULLS", narrative=null, expires=null, revoked=null, recipientName=null, evidence=seen)
    content = file_of(written(ask(ISSUER, "awards"))).decode()
    row = 'NULLS,ISS-0-BC,Badge,ISS-0,ISS-0,,,,2026-01-01T09:00:00Z,,active,,,,"Seen, twice",'
    assert content.count(f"\r\n{row}") == 1


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("narrative", {"N": "5"}),
        ("evidence", {"L": [{"S": "https://example.org/evidence"}]}),
        ("revoked", {"S": "yes"}),
        ("recipientName", {"M": {"first": {"S": "Ada"}}}),
    ],
)
def test_an_award_of_a_wrong_type_fails_the_export_and_says_which_and_why(attribute: str, value: Any) -> None:
    put_item("ISS-0", "ODD-ONE", **{attribute: value})
    export = written(ask(ISSUER, "awards"))
    assert export.status == "failed"
    assert export.error_code == "unreadable-data"
    assert "ODD-ONE" in export.error_message
    assert attribute in export.error_message
    assert "it must" in export.error_message
    assert "`" not in export.error_message  # msgspec's own words are in these
    assert objects_of(export) == []


def test_an_award_of_nearly_400_kilobytes_is_exported_whole() -> None:
    make_award("ISS-0", "LARGE", FIRST_DAY, narrative="é" * 190_000)
    assert ("é" * 190_000).encode() in file_of(written(ask(ISSUER, "awards")))


def test_an_award_recorded_while_the_export_runs_is_in_if_it_lies_ahead_and_not_if_it_lies_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = ExportJob.pages

    def awarding(*arguments: Any) -> Iterator[Page]:
        for number, page in enumerate(real(*arguments)):
            if number == 2:
                make_award("ISS-0", "AHEAD", FIRST_DAY + timedelta(days=90))
                make_award("ISS-0", "BEHIND", FIRST_DAY)
            yield page

    monkeypatch.setattr(ExportJob, "pages", awarding)
    export = written(ask(ISSUER, "awards"))
    content = file_of(export).decode()
    assert content.count("\r\nAHEAD,") == 1
    assert "BEHIND" not in content
    assert all(content.count(f"\r\nISS-0-{number:02},") == 1 for number in range(30))
    assert export.rows == 31


def test_one_export_that_can_not_be_seen_to_keeps_the_sweeper_from_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = ask(ISSUER, "awards"), ask(("issuer", "ISS-1"), "awards")
    messages()
    real = lifecycle.find_export

    def find(export_id: str) -> Export | None:
        if export_id == bad.id:
            raise ConnectionError("its item can't be read")
        return real(export_id)

    monkeypatch.setattr(lifecycle, "find_export", find)
    later(monkeypatch, timedelta(minutes=2))
    with pytest.raises(ExceptionGroup, match="Some exports"):
        export_sweeper.handler({}, context())
    monkeypatch.setattr(lifecycle, "find_export", real)
    assert [good.id in body for body in messages()] == [True]


def test_a_worker_that_lost_its_lease_removes_its_own_file_and_not_the_one_that_is_offered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    export = ask(ISSUER, "awards")
    monkeypatch.setattr(
        segment_writer, "MIN_PART_BYTES", 1_000_000
    )  # so that the file is there before anything is written down
    fail_once = iter([ConnectionError("S3 is away")])
    real_put = Upload.put

    def put(upload: Upload, data: bytes) -> None:
        for error in fail_once:
            raise error
        real_put(upload, data)
        if not overtaken:
            overtaken.append(True)
            later(monkeypatch, segments.LEASE + timedelta(seconds=1))
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


def test_a_file_that_no_function_could_read_once_more_fails_at_once_and_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("badgedata.exports.upload.MAX_FILE_BYTES", 5_000)
    export = ask(ISSUER, "awards")
    assert run_queue(seconds=0)[-1] == "failed"
    found = lifecycle.find_export(export.id)
    assert found is not None
    assert (found.status, found.error_code) == ("failed", "file-too-large")
    assert "Export less at a time" in found.error_message
    assert objects_of(export) == []


def test_a_file_that_was_begun_the_day_before_is_offered_no_longer_than_s3_keeps_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_time(datetime(2026, 5, 1, 23, 50, tzinfo=UTC), monkeypatch)
    export = ask(ISSUER, "awards")
    assert worker.run(export.id, "", lambda: 0) == "handed-on"
    set_time(datetime(2026, 5, 2, 0, 10, tzinfo=UTC), monkeypatch)
    assert "succeeded" in run_queue()
    found = lifecycle.find_export(export.id)
    assert found is not None
    assert found.file_expires_at == "2026-05-09T00:00:00Z"


def test_a_file_expires_after_its_days(monkeypatch: pytest.MonkeyPatch) -> None:
    export = written(ask(ISSUER, "awards"))
    assert lifecycle.status_of(export) == "succeeded"
    later(monkeypatch, timedelta(days=7, seconds=5))
    assert lifecycle.status_of(export) == "expired"


def test_two_exports_of_the_same_data_have_the_same_bytes() -> None:
    assert file_of(written(ask(ORGANIZATION, "awards"))) == file_of(written(ask(ORGANIZATION, "awards")))
