"""The smoke test's subscription: it receives only its tenant's events, checks them, and is deleted."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from badgedata.config import config
from local.places import REPOSITORY
from operations.smoke.client import Client
from operations.smoke.error import SmokeTestError
from operations.smoke.events import Changes, Subscription, await_events, subscribe
from operations.smoke.run import Deployed, Run
from operations.smoke.tenant import Tenant
from tests.support.clock import set_time

type Json = dict[str, Any]

REQUESTED, SUCCEEDED = "0" * 39 + "1", "0" * 39 + "2"


@pytest.fixture
def tenant() -> Tenant:
    return Tenant()


@pytest.fixture
def own(tables: None, tenant: Tenant) -> Subscription:
    made = Subscription(config().event_bus, tenant.names.organization)
    made.start()
    return made


@pytest.fixture
def send(own: Subscription) -> Callable[..., Json]:
    """Return a function that sends an event about the tenant with the given changes to the event's details."""

    def send(type_: str = "ExportSucceeded", **changes: Any) -> Json:
        event: Json = json.loads((REPOSITORY / "events" / "bus" / f"{type_}.json").read_text())
        detail: Json = event["detail"] | {"id": f"{type_} 1", "organizationId": own.organization_id} | changes
        entry = {
            "EventBusName": own.bus,
            "Source": event["source"],
            "DetailType": type_,
            "Detail": json.dumps({name: value for name, value in detail.items() if value is not ...}),
        }
        boto3.client("events").put_events(Entries=[entry])  # type: ignore[list-item]
        return detail

    return send


def left() -> set[str]:
    """List all rules and queues."""
    rules = boto3.client("events").list_rules(EventBusName=config().event_bus)["Rules"]
    urls = boto3.client("sqs").list_queues()["QueueUrls"]
    return {rule["Name"] for rule in rules} | {url.rpartition("/")[2] for url in urls}


def test_only_events_about_the_smoke_tenant_are_received(own: Subscription, send: Callable[..., Json]) -> None:
    send(id="other", organizationId="another-tenant")
    detail = send()
    assert [event["detail"] for event in own.receive().values()] == [detail]


def test_queue_accepts_messages_only_from_its_rule(own: Subscription) -> None:
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName=f"badge-data-{own.organization_id}")["QueueUrl"]
    policy = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"]
    rule = boto3.client("events").describe_rule(Name=own.organization_id, EventBusName=own.bus)
    (statement,) = json.loads(policy)["Statement"]
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": rule["Arn"]}}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"version": 2}, "version"),
        ({"sequence": "1"}, "sequence"),
        ({"id": ...}, "id"),
        ({"exportId": ...}, "exportId"),
        ({"kind": "ada@example.org"}, "…@…"),
    ],
    ids=["version", "sequence", "no ID", "no property", "email address"],
)
def test_event_that_does_not_match_the_documentation_is_rejected(
    own: Subscription, send: Callable[..., Json], changes: Json, found: str
) -> None:
    send(**changes)
    with pytest.raises(SmokeTestError) as failed:
        own.receive()
    assert found in failed.value.found
    assert "ada" not in str(failed.value)


def test_events_with_the_same_id_are_counted_once_and_must_be_identical(
    own: Subscription, send: Callable[..., Json]
) -> None:
    send()
    send()
    assert len(own.receive()) == 1
    send(rows=1)
    with pytest.raises(SmokeTestError, match="events with the same ID to be identical"):
        own.receive()


# ---------------------------------------------------------------- expected events


@pytest.fixture
def run(own: Subscription, tenant: Tenant) -> Run:
    client = Client("http://127.0.0.1:1", "the log group /stack/api", patience=0)
    return Run(Deployed("stack", {}, sends_email=False), tenant, client, client, patience=0)


EXPORT = [Changes("E", ("ExportRequested", "ExportSucceeded"))]


def test_events_that_arrive_out_of_order_are_accepted(
    run: Run, own: Subscription, send: Callable[..., Json], capsys: pytest.CaptureFixture[str]
) -> None:
    send(exportId="E", sequence=SUCCEEDED)
    send("ExportRequested", exportId="E", sequence=REQUESTED)
    await_events(run, own, EXPORT)
    assert "2 events of 2 types" in capsys.readouterr().out


def test_missing_event_is_reported(run: Run, own: Subscription, send: Callable[..., Json]) -> None:
    send(exportId="E")
    send("ExportRequested", exportId="another")
    with pytest.raises(SmokeTestError) as failed:
        await_events(run, own, EXPORT)
    assert failed.value.expected == "these events within 0 s: ExportRequested for E"


def test_events_with_decreasing_sequence_numbers_are_rejected(
    run: Run, own: Subscription, send: Callable[..., Json]
) -> None:
    send("ExportRequested", exportId="E", sequence=SUCCEEDED)
    send(exportId="E", sequence=REQUESTED)
    with pytest.raises(SmokeTestError, match="to ascend"):
        await_events(run, own, EXPORT)


# ---------------------------------------------------------------- nothing remains


def test_stopping_a_subscription_deletes_its_rule_and_queue(own: Subscription) -> None:
    mine = {own.organization_id, f"badge-data-{own.organization_id}"}
    assert mine <= left()
    assert len(own.cleanup_commands) == 3
    own.stop()
    assert not mine & left()
    assert own.cleanup_commands == []


def test_stopping_a_subscription_that_never_started_requires_no_permissions(tables: None) -> None:
    made = Subscription("no-such-bus", "smoke-1")
    made.stop()
    assert made.cleanup_commands == []


@pytest.mark.parametrize("rejected", ["PutRule", "CreateQueue", "PutTargets"])
def test_resources_left_by_an_interrupted_start_are_deleted(
    tables: None, rejected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = left()
    made = Subscription(config().event_bus, "smoke-1")
    api = made._sqs if rejected == "CreateQueue" else made._events

    def interrupt(**_: Any) -> None:
        raise KeyboardInterrupt

    api.meta.events.register(f"before-call.*.{rejected}", interrupt)
    with pytest.raises(KeyboardInterrupt):
        made.start()
    made.stop()
    assert left() == before


def test_resources_left_by_a_killed_run_are_deleted_after_a_day(tables: None, monkeypatch: pytest.MonkeyPatch) -> None:
    before, now = left(), datetime.now(UTC)
    killed, running = (Subscription(config().event_bus, f"smoke-{number}") for number in (1, 2))
    set_time(now - timedelta(hours=25), monkeypatch)
    killed.start()
    boto3.client("events").put_rule(Name="smoke-signals", EventBusName=killed.bus, EventPattern='{"source": ["x"]}')
    set_time(now - timedelta(hours=23), monkeypatch)
    running.start()
    set_time(now, monkeypatch)
    mine = Subscription(config().event_bus, "smoke-3")
    subscribe(mine)
    mine.stop()
    assert left() - before == {"smoke-signals", "smoke-2", "badge-data-smoke-2"}


def test_cleanup_commands_delete_a_leftover_rule(own: Subscription) -> None:
    boto3.client("events").put_targets(
        Rule=own.organization_id, EventBusName=own.bus, Targets=[{"Id": "another", "Arn": "arn:aws:sqs:eu-west-1:1:x"}]
    )
    with pytest.raises(ClientError):
        own.stop()
    assert any("delete-rule" in command for command in own.cleanup_commands)
