"""The cost that counts add to writing awards, in billed DynamoDB write units (docs/costs.md)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from typing import Any

import pytest

from badgedata.aws import dynamodb
from local.sample.awards import entity_id
from tests.integration.counts.award_stream import AwardStream, counted_by_day
from tests.integration.counts.item_size import bytes_of

pytestmark = pytest.mark.usefixtures("tables")

UNITS_OF_AN_AWARD = 3
"""One each for the table and two indexes, because an average award's 388 bytes fit into 1 KB."""

SCHOOL, BADGE = entity_id("school"), entity_id("badge")


class Meter:
    """The write units and read units of the product's DynamoDB requests."""

    def __init__(self) -> None:
        self.written = self.read = 0.0

    def note(self, request: Any, **_: Any) -> None:
        asked = json.loads(request.body)
        operation = request.headers["X-Amz-Target"]
        match (operation.decode() if isinstance(operation, bytes) else operation).partition(".")[2]:
            case "PutItem":
                self.written += ceil(bytes_of(asked["Item"]) / 1024)
            case "GetItem":
                assert asked["ConsistentRead"]
                self.read += 1  # counts items have at most 4 KB; pages of changes may have more
            case name:
                raise AssertionError(f"{name} isn't measured")


@contextmanager
def metered() -> Iterator[Meter]:
    meter = Meter()
    events = dynamodb().meta.events
    events.register_first("before-send.dynamodb.*", meter.note)
    try:
        yield meter
    finally:
        events.unregister("before-send.dynamodb.*", meter.note)


def test_counting_awards_issued_together_costs_less_than_one_percent_more() -> None:
    stream = AwardStream()
    for number in range(1000):
        stream.put(SCHOOL, f"2026-01-{number % 31 + 1:02}T09:00:00.000000Z#{entity_id(number)}", BADGE)
    with metered() as meter:
        stream.deliver()
    assert sum(counted_by_day(SCHOOL).values()) == 1000
    assert meter.written / (1000 * UNITS_OF_AN_AWARD) < 0.01


def test_counting_awards_of_fifty_badge_classes_costs_less_than_two_percent_more() -> None:
    stream = AwardStream()
    for number in range(1000):
        stream.put(SCHOOL, f"2026-01-31T09:00:00.000000Z#{entity_id(number)}", f"{BADGE[:-2]}{number % 50:02}")
    with metered() as meter:
        stream.deliver()
    assert meter.written / (1000 * UNITS_OF_AN_AWARD) < 0.02


def test_counting_a_single_award_costs_one_third_more() -> None:
    stream = AwardStream()
    for number in range(200):
        stream.put(SCHOOL, f"2026-01-{number % 31 + 1:02}T09:00:00.000000Z#{entity_id(number)}", BADGE)
    with metered() as meter:
        for record in stream.records:
            stream.deliver([record])
    assert 200 <= meter.written <= 210, "one each, and one more for every page of earlier changes"
    assert meter.read <= 215
