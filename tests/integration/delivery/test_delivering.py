"""Delivery of an export's file to a bucket, with a manifest, despite a destination that changes or rejects it."""

import json
from datetime import timedelta
from functools import partial
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from badgedata import clock, sweeping, trail
from badgedata.aws import s3
from badgedata.config import config
from badgedata.delivery import copying, lifecycle, worker
from badgedata.exports import lifecycle as exports
from badgedata.records.exports import Export
from tests.integration.delivery.deliveries import DESTINATION, Deliveries, content_of, delivery_of, has_file
from tests.support.api_client import rejection
from tests.support.customer_account import OTHER_ACCOUNT, SETTINGS, CustomerAccount
from tests.support.invocations import process_queue
from tests.support.organizations import ADMIN
from tests.support.small_limits import lower_limits

DAY = timedelta(days=1)


def actions_of(organization_id: str) -> list[str]:
    return [entry.action for entry in trail.entries(organization_id, None, "0", "g", newest_first=True)]


def test_file_and_manifest_are_delivered(deliveries: Deliveries, account: CustomerAccount) -> None:
    export = deliveries.export()
    assert deliveries.state(export)["status"] == "pending"
    assert deliveries.work() == []
    deliveries.require_delivered(export, content_of(export))
    assert deliveries.state(export)["attempts"] == 1
    assert deliveries.state(export)["deliveredAt"]
    assert actions_of("MAKERS")[0] == "export-delivered"
    assert account.calls[-1] == "PutObject"


def test_manifest_describes_the_export_without_naming_people(deliveries: Deliveries, account: CustomerAccount) -> None:
    export = deliveries.export()
    deliveries.work()
    text = account.objects()[f"from/badges/MAKERS/{export.file_name}.manifest.json"].decode()
    manifest = json.loads(text)
    assert manifest["id"] == export.id
    assert manifest["scope"] == {"type": "issuer", "id": "WELD", "name": "Welding School"}
    assert (manifest["kind"], manifest["options"]) == ("awards", export.options)
    assert manifest["productVersion"]
    assert (manifest["createdAt"], manifest["finishedAt"]) == (export.created_at, export.finished_at)
    assert ADMIN.email not in text


def test_delivered_file_has_the_same_content_type_as_the_download(
    deliveries: Deliveries, account: CustomerAccount
) -> None:
    export = deliveries.export()
    deliveries.work()
    stored = account.s3().head_object(Bucket=SETTINGS["bucket"], Key=f"from/badges/MAKERS/{export.file_name}")
    assert stored["ContentType"] == "text/csv; charset=utf-8"


def test_duplicate_message_does_not_repeat_the_delivery(deliveries: Deliveries, account: CustomerAccount) -> None:
    export = deliveries.export()
    deliveries.work()
    calls, state = list(account.calls), deliveries.state(export)
    for _ in range(3):
        send_message(export.id)
        assert deliveries.work() == []
    assert (account.calls, deliveries.state(export)) == (calls, state)


def send_message(export_id: str) -> None:
    boto3.client("sqs").send_message(
        QueueUrl=config().deliveries_queue_url, MessageBody=json.dumps({"exportId": export_id})
    )


def test_sweeper_recovers_a_delivery_whose_message_was_lost(deliveries: Deliveries, account: CustomerAccount) -> None:
    export = deliveries.export()
    boto3.client("sqs").purge_queue(QueueUrl=config().deliveries_queue_url)
    deliveries.run_until(clock.now() + timedelta(minutes=5))
    deliveries.require_delivered(export, content_of(export))
    assert account.calls


def test_unreadable_message_is_returned_to_the_queue(deliveries: Deliveries, account: CustomerAccount) -> None:
    boto3.client("sqs").send_message(QueueUrl=config().deliveries_queue_url, MessageBody='{"export": 1}')
    assert len(deliveries.work()) == 1
    assert account.calls == []


def test_exports_requested_in_the_same_second_have_different_file_names(
    deliveries: Deliveries, account: CustomerAccount
) -> None:
    deliveries.pass_time(timedelta())
    exports = [deliveries.export(), deliveries.export()]
    deliveries.work()
    assert len({export.file_name for export in exports}) == 2
    assert len(account.objects()) == 4


def test_delivery_request_is_rejected_without_a_destination(deliveries: Deliveries) -> None:
    message = rejection(ADMIN.post("/issuers/WELD/exports", {"kind": "awards", "deliver": True}), "deliver")
    assert "no delivery destination" in message
    assert ADMIN.get("/exports", query={"issuerId": "WELD"}).json["items"] == []
    assert deliveries.account.calls == []


def test_export_is_not_delivered_unless_requested(deliveries: Deliveries, account: CustomerAccount) -> None:
    answer = ADMIN.post("/issuers/WELD/exports", {"kind": "awards"})
    with deliveries.product():
        process_queue()
    assert "delivery" not in ADMIN.get(f"/exports/{answer.json['id']}").json
    assert deliveries.work() == []
    assert account.objects() == {}


# ---------------------------------------------------------------- destinations that reject files


@pytest.mark.usefixtures("account")
def test_rejected_delivery_is_retried_with_increasing_delays_until_it_succeeds(deliveries: Deliveries) -> None:
    account = deliveries.account
    trusted, account.external_id = account.external_id, None
    export = deliveries.export()
    deliveries.work()
    state = deliveries.state(export)
    assert (state["status"], state["attempts"], state["error"]["code"]) == ("pending", 1, "role-not-assumable")
    deliveries.run_until(clock.now() + 3 * DAY)
    assert 8 <= deliveries.state(export)["attempts"] <= 40
    account.external_id = trusted
    deliveries.run_until(clock.now() + DAY)
    deliveries.require_delivered(export, content_of(export))


@pytest.mark.usefixtures("account")
def test_delivery_fails_permanently_after_13_days(deliveries: Deliveries) -> None:
    deliveries.account.allowed.discard("s3:PutObject")
    export = deliveries.export()
    deliveries.run_until(clock.now() + 12.9 * DAY)
    assert deliveries.state(export)["status"] == "pending"
    deliveries.run_until(clock.now() + 0.2 * DAY)
    state = deliveries.state(export)
    assert (state["status"], state["error"]["code"]) == ("failed", "access-denied")
    assert actions_of("MAKERS")[0] == "export-delivery-failed"
    attempts = state["attempts"]
    deliveries.account.allowed.add("s3:PutObject")
    send_message(export.id)
    deliveries.work()
    assert deliveries.state(export)["attempts"] == attempts
    assert deliveries.account.objects() == {}


@pytest.mark.usefixtures("account")
def test_permanently_failed_delivery_is_counted_in_the_alarm_metric(
    deliveries: Deliveries, capsys: pytest.CaptureFixture[str]
) -> None:
    deliveries.account.external_id = None
    deliveries.export()
    deliveries.run_until(clock.now() + 13.1 * DAY)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert sum(line.get("DeliveryFailed", [0])[0] for line in lines if "_aws" in line) == 1


def test_no_data_is_sent_if_the_role_accepts_any_external_id(deliveries: Deliveries, account: CustomerAccount) -> None:
    account.accepts_any_external_id = True
    export = deliveries.export()
    deliveries.work()
    assert deliveries.state(export)["error"]["code"] == "trust-too-broad"
    assert account.objects() == {}
    account.is_throttled = True
    deliveries.run_until(clock.now() + timedelta(hours=1))
    assert deliveries.state(export)["error"]["code"] == "unreachable"
    assert account.objects() == {}
    account.accepts_any_external_id = account.is_throttled = False
    deliveries.run_until(clock.now() + DAY)
    deliveries.require_delivered(export, content_of(export))


def test_role_session_can_write_only_under_the_organizations_prefix(
    deliveries: Deliveries, account: CustomerAccount
) -> None:
    export = deliveries.export()
    deliveries.work()
    deliveries.require_delivered(export, content_of(export))
    for policy in account.session_policies:
        objects, bucket, keys = policy["Statement"]
        assert objects["Resource"] == "arn:aws:s3:::example-badge-exports/from/badges/MAKERS/*"
        assert "s3:GetObject" not in objects["Action"]
        assert bucket["Resource"] == "arn:aws:s3:::example-badge-exports"
        assert keys["Action"] == ["kms:GenerateDataKey", "kms:Decrypt"]


def test_no_data_is_sent_to_a_bucket_in_another_account(deliveries: Deliveries, account: CustomerAccount) -> None:
    account.owner = OTHER_ACCOUNT
    export = deliveries.export()
    deliveries.work()
    assert deliveries.state(export)["error"]["code"] == "bucket-of-other-account"
    assert account.objects() == {}


def test_retry_uses_the_changed_destination(deliveries: Deliveries, account: CustomerAccount) -> None:
    ADMIN.put(DESTINATION, SETTINGS | {"bucket": "nothing-here"})
    export = deliveries.export()
    deliveries.work()
    assert deliveries.state(export)["error"]["code"] == "bucket-not-found"
    ADMIN.put(DESTINATION, SETTINGS)
    deliveries.run_until(clock.now() + DAY)
    deliveries.require_delivered(export, content_of(export))
    assert account.calls


def test_pending_delivery_waits_until_a_destination_is_set(deliveries: Deliveries, account: CustomerAccount) -> None:
    export_id = deliveries.request()
    ADMIN.delete(DESTINATION)
    export = deliveries.publish(export_id)
    deliveries.work()
    state = deliveries.state(export)
    assert (state["error"]["code"], state.get("bucket")) == ("no-destination", None)
    account.external_id = ADMIN.put(DESTINATION, SETTINGS).json["externalId"]
    deliveries.run_until(clock.now() + DAY)
    deliveries.require_delivered(export, content_of(export))


# ---------------------------------------------------------------- large files


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make parts so small that the file has several."""
    lower_limits(monkeypatch, delivered_part_bytes=100, delivered_part_unit_bytes=1, in_memory_part_bytes=0)


@pytest.mark.usefixtures("small_parts")
def test_large_file_is_delivered_in_parts(deliveries: Deliveries, account: CustomerAccount) -> None:
    export = deliveries.export()
    deliveries.work()
    assert account.calls.count("UploadPart") >= 3
    deliveries.require_delivered(export, content_of(export))


@pytest.mark.usefixtures("small_parts")
def test_delivery_resumes_after_the_last_uploaded_part(
    deliveries: Deliveries, account: CustomerAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    lower_limits(monkeypatch, delivered_parts_at_once=1)
    export = deliveries.export()
    parts = -(-len(content_of(export)) // 100)
    with deliveries.product():
        outcomes: list[str] = []
        while not outcomes or outcomes[-1] == "handed-on":
            seconds = partial(next, iter([900.0]), 0.0)  # enough for one part
            outcomes.append(worker.run(export.id, seconds))
    assert outcomes == ["handed-on"] * (parts - 1) + ["delivered"]
    assert account.calls.count("UploadPart") == parts
    assert account.calls.count("CreateMultipartUpload") == 1
    deliveries.require_delivered(export, content_of(export))


@pytest.mark.usefixtures("small_parts")
def test_interrupted_upload_is_aborted_when_the_delivery_fails_permanently(
    deliveries: Deliveries, account: CustomerAccount
) -> None:
    account.allowed.discard("s3:ListMultipartUploadParts")
    export = deliveries.export()
    deliveries.work()
    assert len(account.unfinished_uploads()) == 1
    deliveries.run_until(clock.now() + 13.1 * DAY)
    assert deliveries.state(export)["status"] == "failed"
    assert account.unfinished_uploads() == []
    assert account.objects() == {}


@pytest.mark.usefixtures("small_parts")
def test_interrupted_upload_is_aborted_when_the_destination_changes(
    deliveries: Deliveries, account: CustomerAccount
) -> None:
    account.allowed.discard("s3:ListMultipartUploadParts")
    export = deliveries.export()
    deliveries.work()
    account.allowed.add("s3:ListMultipartUploadParts")
    account.create_bucket("another-bucket")
    ADMIN.put(DESTINATION, SETTINGS | {"bucket": "another-bucket"})
    deliveries.run_until(clock.now() + DAY)
    assert account.unfinished_uploads() == []
    assert account.objects() == {}
    assert account.objects("another-bucket")[f"from/badges/MAKERS/{export.file_name}"] == content_of(export)


@pytest.mark.usefixtures("small_parts")
def test_upload_aborted_by_the_bucket_owner_is_restarted(deliveries: Deliveries, account: CustomerAccount) -> None:
    account.allowed.discard("s3:ListMultipartUploadParts")
    export = deliveries.export()
    deliveries.work()
    account.allowed.add("s3:ListMultipartUploadParts")
    (upload,) = account.s3().list_multipart_uploads(Bucket=SETTINGS["bucket"])["Uploads"]
    account.s3().abort_multipart_upload(Bucket=SETTINGS["bucket"], Key=upload["Key"], UploadId=upload["UploadId"])
    deliveries.run_until(clock.now() + 2 * DAY)
    deliveries.require_delivered(export, content_of(export))


def test_maximum_size_file_fits_into_10000_parts() -> None:
    for size in (0, 1, 16 * copying.MIB * 10_000, 16 * copying.MIB * 10_000 + 1, 5 * 1024**4):
        assert -(-size // copying.part_bytes_of(size)) <= 10_000
        assert copying.part_bytes_of(size) <= 5 * 1024**3


# ---------------------------------------------------------------- the product's own file


def test_undelivered_file_is_kept_after_it_expires(deliveries: Deliveries, account: CustomerAccount) -> None:
    trusted, account.external_id = account.external_id, None
    export = deliveries.export()
    content = content_of(export)
    deliveries.run_until(clock.now() + 10 * DAY)
    assert ADMIN.get(f"/exports/{export.id}").json["status"] == "expired"
    assert ADMIN.get(f"/exports/{export.id}/file").status == 410
    assert has_file(export)
    account.external_id = trusted
    deliveries.run_until(clock.now() + DAY)
    deliveries.require_delivered(export, content)
    deliveries.pass_time(timedelta(hours=2))
    deliveries.sweep()
    assert not has_file(export)


def test_delivered_file_is_deleted_after_it_expires(deliveries: Deliveries, account: CustomerAccount) -> None:
    export = deliveries.export()
    deliveries.work()
    deliveries.pass_time(timedelta(minutes=5))
    deliveries.sweep()
    assert has_file(export)
    assert account.calls
    deliveries.pass_time(8 * DAY)
    deliveries.sweep()
    assert not has_file(export)


def test_deleted_file_is_not_delivered(deliveries: Deliveries, account: CustomerAccount) -> None:
    export = deliveries.export()
    assert ADMIN.delete(f"/exports/{export.id}").status == 200
    deliveries.work()
    state = deliveries.state(export)
    assert (state["status"], state["error"]["code"]) == ("failed", "file-deleted")
    assert account.objects() == {}
    assert not has_file(export)


def test_delivery_ends_if_an_operator_deletes_the_file(deliveries: Deliveries, account: CustomerAccount) -> None:
    export = deliveries.export()
    boto3.client("s3").delete_object(Bucket=config().exports_bucket, Key=str(export.object_key))
    deliveries.work()
    assert deliveries.state(export)["error"]["code"] == "file-deleted"
    assert delivery_of(export).due is None
    assert account.objects() == {}


def test_expired_file_is_deleted_even_if_its_delivery_ends_during_a_sweep(
    deliveries: Deliveries, account: CustomerAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.external_id = None
    export = deliveries.export()
    deliveries.run_until(clock.now() + 8 * DAY)
    assert has_file(export)
    clean_up = exports.clean_up

    def clean_up_first(export: Export) -> bool:
        is_kept = clean_up(export)
        lifecycle.cancel(export.id)
        return is_kept

    with monkeypatch.context() as patch:
        patch.setattr(exports, "clean_up", clean_up_first)
        deliveries.pass_time(timedelta(hours=2))
        deliveries.sweep()
    assert delivery_of(export).status == "failed"
    deliveries.pass_time(timedelta(hours=2))
    deliveries.sweep()
    assert not has_file(export)


@pytest.mark.usefixtures("account")
def test_failure_to_read_the_file_is_not_reported_as_a_destination_error(
    deliveries: Deliveries, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = "arn:aws:kms:eu-west-1:123456789012:key/own"
    answers = iter(["AccessDenied", "NoSuchKey"])

    class Unreadable:
        def __getattr__(self, name: str) -> Any:
            return getattr(s3(), name)

        def get_object(self, **_: Any) -> Any:
            raise ClientError({"Error": {"Code": next(answers), "Message": f"kms:Decrypt on {own}"}}, "GetObject")

    monkeypatch.setattr(copying, "s3", Unreadable)
    export = deliveries.export()
    deliveries.work()
    state = deliveries.state(export)
    assert state["error"] == {"code": "failed", "message": str(lifecycle.INTERNAL)}
    deliveries.run_until(clock.now() + timedelta(minutes=11))
    assert deliveries.state(export)["error"]["code"] == "file-deleted"
    assert deliveries.account.objects() == {}


def test_retry_delay_grows_to_at_most_one_day() -> None:
    delays = [[sweeping.wait_after(attempt) for _ in range(200)] for attempt in range(1, 30)]
    assert all(timedelta(minutes=5) <= delay <= timedelta(minutes=10) for delay in delays[0])
    assert all(delay <= DAY for later in delays for delay in later)
    assert max(delays[-1]) > timedelta(hours=20)
