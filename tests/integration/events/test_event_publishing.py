"""Faults while events are sent: every event arrives, in any number of invocations, and no record blocks the others."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from badgedata import aws
from badgedata.events import publisher
from badgedata.records import transactions
from tests.support.operations_stream import OperationsStream, Subscription
from tests.support.organizations import OWNER, load_organizations

Json = dict[str, Any]
Reject = Callable[[Json, int], str | None]


@pytest.fixture
def records(stream: OperationsStream) -> list[Json]:
    """Return twelve records: six export requests, each followed by its cancellation."""
    load_organizations()
    for _ in range(6):
        export_id = OWNER.post("/issuers/WELD/exports", {"kind": "awards"}).json["id"]
        OWNER.delete(f"/exports/{export_id}")
    found = stream.records()
    assert len(found) == 12
    return found


@pytest.fixture(autouse=True)
def _without_delays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "back_off", lambda _: None)


class Bus:
    """An event bus that rejects the entries that a test selects."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.requests: list[list[Json]] = []
        self.reject: Reject = lambda entry, request: None
        self.accepted: list[str] = []
        monkeypatch.setattr(aws.events(), "put_events", self._put_events)

    def _put_events(self, Entries: list[Json]) -> Json:  # noqa: N803 - as in boto3
        self.requests.append(Entries)
        codes = [self.reject(entry, len(self.requests)) for entry in Entries]
        self.accepted += [entry["Detail"] for entry, code in zip(Entries, codes, strict=True) if code is None]
        results = [{"EventId": "1"} if code is None else {"ErrorCode": code} for code in codes]
        return {"FailedEntryCount": len(codes) - codes.count(None), "Entries": results}


@pytest.fixture
def bus(tables: None, monkeypatch: pytest.MonkeyPatch) -> Bus:
    return Bus(monkeypatch)


def sequence_number(record: Json) -> str:
    return str(record["dynamodb"]["SequenceNumber"])


def test_each_request_sends_at_most_ten_events(bus: Bus, records: list[Json], stream: OperationsStream) -> None:
    assert stream.deliver(records) == []
    assert [len(request) for request in bus.requests] == [10, 2]
    assert len(set(bus.accepted)) == 12


def test_only_throttled_events_are_retried(bus: Bus, records: list[Json], stream: OperationsStream) -> None:
    bus.reject = lambda entry, request: (
        "ThrottlingException" if request == 1 and "Cancelled" in entry["DetailType"] else None
    )
    assert stream.deliver(records) == []
    assert [len(request) for request in bus.requests] == [10, 5, 2]
    assert len(set(bus.accepted)) == len(bus.accepted) == 12


def test_first_rejected_event_is_reported_as_failed(bus: Bus, records: list[Json], stream: OperationsStream) -> None:
    fourth = records[3]["eventID"]
    bus.reject = lambda entry, _: "InternalFailure" if fourth in entry["Detail"] else None
    assert stream.deliver(records) == [sequence_number(records[3])]
    assert [len(request) for request in bus.requests] == [10, *[1] * (publisher.MAX_ATTEMPTS - 1)], "later ones wait"
    bus.reject = lambda entry, request: None
    assert stream.deliver(records[3:]) == []
    assert len(set(bus.accepted)) == 12
    assert len(bus.accepted) == 12 + 6, "events after the failed one are repeated, with the same IDs"


def test_first_record_is_reported_as_failed_if_the_entire_request_is_rejected(
    records: list[Json], stream: OperationsStream, subscription: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "for a test"}}, "PutEvents")

    with monkeypatch.context() as patch:
        patch.setattr(aws.events(), "put_events", denied)
        assert stream.deliver(records) == [sequence_number(records[0])]
    assert stream.deliver(records) == []
    assert len(subscription.receive()) == 12


def test_malformed_event_is_dropped_without_blocking_others(
    bus: Bus, records: list[Json], stream: OperationsStream, capsys: pytest.CaptureFixture[str]
) -> None:
    bus.reject = lambda entry, _: "MalformedDetail" if records[3]["eventID"] in entry["Detail"] else None
    assert stream.deliver(records) == []
    assert len(bus.accepted) == 11
    assert '"EventDropped"' in capsys.readouterr().out


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"eventID": "1", "dynamodb": {}},
        {"eventID": "1", "dynamodb": {"Keys": {"sk": {"N": "1"}}, "SequenceNumber": "1"}},
        {
            "eventID": "1",
            "dynamodb": {
                "Keys": {"pk": {"S": "export#1"}, "sk": {"S": "export"}},
                "NewImage": {"status": {"S": "queued"}},
                "SequenceNumber": "1",
            },
        },
        {
            "eventID": "1",
            "dynamodb": {
                "Keys": {"pk": {"S": "export#1"}, "sk": {"S": "export"}},
                "NewImage": {"status": {"N": "1"}, "options": {"S": "{"}},
                "SequenceNumber": "x",
            },
        },
    ],
)
def test_unreadable_record_is_dropped_without_blocking_others(
    odd: Json,
    records: list[Json],
    stream: OperationsStream,
    subscription: Subscription,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert stream.deliver([*records[:6], odd, *records[6:]]) == []
    assert len(subscription.receive()) == 12
    assert '"EventDropped"' in capsys.readouterr().out


def test_batch_of_large_events_is_split_across_requests(
    bus: Bus, records: list[Json], stream: OperationsStream
) -> None:
    for record in records:
        for image in ("OldImage", "NewImage"):
            if image in record["dynamodb"]:
                record["dynamodb"][image]["scopeId"] = {"S": "x" * 60_000}
    assert stream.deliver(records) == []
    assert {
        sum(len(entry["Detail"]) for entry in request) <= publisher.MAX_REQUEST_BYTES for request in bus.requests
    } == {True}
    assert [len(request) for request in bus.requests] == [4, 4, 4]
