"""Events about exports: each change is announced once on the bus, and repeats have the same IDs."""

from datetime import timedelta
from typing import Any

import pytest

from badgedata import clock
from badgedata.exports import lifecycle
from badgedata.records.exports import Export
from functions.export_sweeper import export_sweeper
from tests.support.clock import set_time
from tests.support.invocations import context, process_queue, sample_event
from tests.support.operations_stream import OperationsStream, Subscription
from tests.support.organizations import OWNER, load_organizations

Json = dict[str, Any]


@pytest.fixture(autouse=True)
def _organizations(tables: None) -> None:
    load_organizations()


def request_export() -> Json:
    answer = OWNER.post("/issuers/WELD/exports", {"kind": "awards"})
    assert answer.status == 202, answer.text
    export: Json = answer.json
    return export


def finished_export() -> Json:
    export_id = request_export()["id"]
    process_queue()
    export: Json = OWNER.get(f"/exports/{export_id}").json
    assert export["status"] == "succeeded", export
    return export


def sweep() -> dict[str, int]:
    outcomes: dict[str, int] = export_sweeper.handler(sample_event("export_sweeper"), context())
    return outcomes


def test_export_request_and_success_are_announced(stream: OperationsStream, subscription: Subscription) -> None:
    export = finished_export()
    assert stream.deliver() == []
    requested, succeeded = subscription.receive()
    assert (requested["source"], requested["detail-type"]) == ("badge-data-management", "ExportRequested")
    assert {name: requested["detail"][name] for name in ("version", "organizationId", "exportId", "kind")} == {
        "version": 1,
        "organizationId": "MAKERS",
        "exportId": export["id"],
        "kind": "awards",
    }
    assert requested["detail"]["scope"] == {"type": "issuer", "id": "WELD"}
    assert succeeded["detail-type"] == "ExportSucceeded"
    file = export["file"]
    assert (
        succeeded["detail"]
        | {
            "rows": file["rows"],
            "bytes": file["bytes"],
            "sha256": file["sha256"],
            "fileExpiresAt": export["fileExpiresAt"],
        }
        == succeeded["detail"]
    )
    assert requested["detail"]["sequence"] < succeeded["detail"]["sequence"]
    assert OWNER.email not in str((requested, succeeded))


def test_no_event_is_sent_about_export_progress(stream: OperationsStream, subscription: Subscription) -> None:
    export = lifecycle.find_export(request_export()["id"])
    assert export is not None
    stream.deliver()
    subscription.receive()
    lifecycle.start(export, 3)
    lifecycle.recheck_at(export, clock.now())
    assert stream.deliver() == []
    assert subscription.receive() == []


def test_event_about_a_failed_export_contains_the_error_code(
    stream: OperationsStream, subscription: Subscription
) -> None:
    export = lifecycle.find_export(request_export()["id"])
    assert export is not None
    lifecycle.give_up(export, "gave-up", "for a test")
    stream.deliver()
    _, failed = subscription.receive()
    assert (failed["detail-type"], failed["detail"]["errorCode"]) == ("ExportFailed", "gave-up")
    assert "for a test" not in str(failed)


def test_canceled_export_does_not_cause_an_expiry_event(stream: OperationsStream, subscription: Subscription) -> None:
    OWNER.delete(f"/exports/{request_export()['id']}")
    assert sweep() == {"settled": 1}
    stream.deliver()
    assert subscription.types() == ["ExportRequested", "ExportCancelled"]


def test_file_expiry_is_announced_once(
    stream: OperationsStream, subscription: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = finished_export()
    assert sweep() == {}
    stream.deliver()
    subscription.receive()
    expiry = clock.parse_rfc3339(export["fileExpiresAt"])
    set_time(expiry - timedelta(seconds=1), monkeypatch)
    assert sweep() == {}
    set_time(expiry + timedelta(seconds=1), monkeypatch)
    assert sweep() == {"expired": 1}
    assert sweep() == {}
    stream.deliver()
    (expired,) = subscription.receive()
    assert (expired["detail-type"], expired["detail"]["exportId"]) == ("ExportExpired", export["id"])


def test_expiry_of_a_split_export_is_announced(
    stream: OperationsStream, subscription: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = finished_export()
    # As after an export whose other workers left files that the sweeper removes.
    record = Export.get(*Export.key(export["id"]))
    record.update([Export.due.set(lifecycle.DUE), Export.due_at.set(clock.sortable(clock.now()))])
    assert sweep() == {"settled": 1}
    assert OWNER.get(f"/exports/{export['id']}").json["status"] == "succeeded"
    set_time(clock.parse_rfc3339(export["fileExpiresAt"]), monkeypatch)
    assert sweep() == {"expired": 1}
    stream.deliver()
    assert subscription.types() == ["ExportRequested", "ExportSucceeded", "ExportExpired"]


@pytest.mark.parametrize("by_operator", [False, True])
def test_no_expiry_event_is_sent_for_a_deleted_file(
    stream: OperationsStream, subscription: Subscription, monkeypatch: pytest.MonkeyPatch, by_operator: bool
) -> None:
    export = finished_export()
    if by_operator:
        record = lifecycle.find_export(export["id"])
        assert record is not None
        lifecycle.remove(record)
    else:
        OWNER.delete(f"/exports/{export['id']}")
        OWNER.delete(f"/exports/{export['id']}")
    set_time(clock.parse_rfc3339(export["fileExpiresAt"]) + timedelta(days=1), monkeypatch)
    assert sweep() == {"settled": 1}
    stream.deliver()
    assert subscription.types() == ["ExportRequested", "ExportSucceeded", "ExportFileDeleted"]


def test_export_from_an_earlier_version_expires_without_an_event(
    stream: OperationsStream, subscription: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = finished_export()
    Export.get(*Export.key(export["id"])).update([Export.due.remove(), Export.due_at.remove()])
    set_time(clock.parse_rfc3339(export["fileExpiresAt"]), monkeypatch)
    assert sweep() == {}
    stream.deliver()
    assert subscription.types() == ["ExportRequested", "ExportSucceeded"]


def test_repeated_stream_records_produce_events_with_the_same_ids(
    stream: OperationsStream, subscription: Subscription
) -> None:
    finished_export()
    records = stream.records()
    stream.deliver(records)
    first = [(event["detail-type"], event["detail"]) for event in subscription.receive()]
    assert len({detail["id"] for _, detail in first}) == len(first) == 2
    stream.deliver(records)
    assert [(event["detail-type"], event["detail"]) for event in subscription.receive()] == first


def test_deleting_expired_history_does_not_send_an_event(stream: OperationsStream, subscription: Subscription) -> None:
    export = finished_export()
    stream.deliver()
    subscription.receive()
    Export.get(*Export.key(export["id"])).delete()
    assert stream.deliver() == []
    assert subscription.receive() == []
