"""Faults while events are sent: each event arrives at least once, and every repeat has the same ID."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from badgedata import aws
from badgedata.config import config
from functions.event_publisher import event_publisher
from tests.faults.kinds import FAULTS
from tests.faults.world import World, wait
from tests.support.invocations import context, sample_event

EXPORTS = 23
"""The number of changes in a batch: more than two requests can send."""

INVOCATIONS_IN_TROUBLE = 6

Json = dict[str, Any]
Received = Callable[[], list[Json]]


@pytest.fixture(scope="module")
def received(world: World) -> Received:
    """Return a function that returns the details of the events that a queue has received since its last call."""
    url = aws.sqs().create_queue(QueueName="subscription")["QueueUrl"]
    arn = aws.sqs().get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    bus = config().event_bus
    pattern = json.dumps({"source": ["badge-data-management"]})
    aws.events().put_rule(Name="subscription", EventBusName=bus, EventPattern=pattern)
    aws.events().put_targets(Rule="subscription", EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])

    def receive() -> list[Json]:
        found = []
        while messages := aws.sqs().receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            found += [json.loads(message["Body"])["detail"] for message in messages]
            for message in messages:
                aws.sqs().delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    return receive


def batch(case: str) -> list[Json]:
    """Return the stream records for some export requests."""
    (sample,) = sample_event("event_publisher")["Records"]
    records = []
    for number in range(EXPORTS):
        change = sample["dynamodb"] | {"SequenceNumber": f"{44215845 + number}"}
        change["NewImage"] = change["NewImage"] | {"id": {"S": f"{case} {number}"}}
        records.append(sample | {"eventID": f"{case}-{number:02}", "dynamodb": change})
    return records


def deliver(world: World, records: list[Json], answer: Path, rules: list[Json], kill_before_call: int | None) -> int:
    """Deliver a batch as Lambda does, until every record has succeeded. Return the number of invocations."""
    for invocation in range(1, 100):
        world.set_rules(rules if invocation <= INVOCATIONS_IN_TROUBLE else [])
        answer.unlink(missing_ok=True)

        def work(batch: list[Json] = records) -> None:
            answer.write_text(json.dumps(event_publisher.handler({"Records": batch}, context())))

        world.calls = 0
        outcome = wait(world.begin(work, None, kill_before_call if invocation == 1 else None))
        if outcome != "done":
            continue  # Lambda redelivers the batch
        failures = json.loads(answer.read_text())["batchItemFailures"]
        if not failures:
            return invocation
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        records = records[numbers.index(failures[0]["itemIdentifier"]) :]
    raise AssertionError("the batch never succeeds")


def check(everything: list[Json], case: str) -> None:
    # Events that an earlier case sent after a timeout may arrive late.
    details = [detail for detail in everything if detail["exportId"].startswith(f"{case} ")]
    assert {detail["exportId"] for detail in details} == {f"{case} {number}" for number in range(EXPORTS)}
    assert {detail["id"] for detail in details} == {f"{case}-{n:02}:ExportRequested" for n in range(EXPORTS)}


def test_all_events_in_a_batch_are_sent_if_nothing_fails(world: World, received: Received, tmp_path: Path) -> None:
    deliver(world, batch("quiet"), tmp_path / "answer", [], None)
    check(received(), "quiet")


@pytest.mark.parametrize("fault", FAULTS)
def test_no_events_are_lost_even_if_most_requests_to_the_bus_fail(
    world: World, received: Received, tmp_path: Path, fault: str
) -> None:
    limit = {"times": 1} if fault == "hanging" else {}
    failing = {"service": "events", "operation": "PutEvents", "probability": 0.8, **limit, **FAULTS[fault]("events")}
    deliver(world, batch(fault), tmp_path / "answer", [failing], None)
    check(received(), fault)


@pytest.mark.parametrize("call", range(1, 4))
def test_no_events_are_lost_even_if_the_publisher_is_killed(
    world: World, received: Received, tmp_path: Path, call: int
) -> None:
    assert deliver(world, batch(f"killed {call}"), tmp_path / "answer", [], call) > 1
    check(received(), f"killed {call}")
