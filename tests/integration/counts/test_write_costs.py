"""The cost that counts add to writing awards, in billed DynamoDB write units (docs/costs.md)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from typing import Any

import pytest

from badgedata.aws import dynamodb
from badgedata.counts import recount
from local.sample.awards import entity_id
from tests.integration.counts.award_stream import AwardStream, Clock, counted_by_day
from tests.integration.counts.item_size import bytes_of
from tests.support.small_limits import lower_limits

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
                self.read += 1  # counts items are at most 4 KB; pages of changes may be larger
            case "Query":
                assert asked["ConsistentRead"]
            case name:
                raise AssertionError(f"{name} isn't measured")

    def note_items(self, parsed: Any, **_: Any) -> None:
        self.read += max(1, ceil(sum(map(bytes_of, parsed["Items"])) / 4096))


@contextmanager
def metered() -> Iterator[Meter]:
    meter = Meter()
    events = dynamodb().meta.events
    events.register_first("before-send.dynamodb.*", meter.note)
    events.register_first("after-call.dynamodb.Query", meter.note_items)
    try:
        yield meter
    finally:
        events.unregister("before-send.dynamodb.*", meter.note)
        events.unregister("after-call.dynamodb.Query", meter.note_items)


def test_counting_awards_issued_together_adds_less_than_one_percent_to_their_write_cost() -> None:
    stream = AwardStream()
    for number in range(1000):
        stream.put(SCHOOL, f"2026-01-{number % 31 + 1:02}T09:00:00.000000Z#{entity_id(number)}", BADGE)
    with metered() as meter:
        stream.deliver()
    assert sum(counted_by_day(SCHOOL).values()) == 1000
    assert meter.written / (1000 * UNITS_OF_AN_AWARD) < 0.01


def test_counting_awards_for_fifty_badge_classes_adds_less_than_two_percent_to_their_write_cost() -> None:
    stream = AwardStream()
    for number in range(1000):
        stream.put(SCHOOL, f"2026-01-31T09:00:00.000000Z#{entity_id(number)}", f"{BADGE[:-2]}{number % 50:02}")
    with metered() as meter:
        stream.deliver()
    assert meter.written / (1000 * UNITS_OF_AN_AWARD) < 0.02


def test_counting_a_single_award_adds_one_third_to_its_write_cost(time: Clock) -> None:
    stream = AwardStream()
    with metered() as meter:
        for number in range(300):
            sort_key = f"2026-01-{number % 31 + 1:02}T09:00:00.000000Z#{entity_id(number)}"
            stream.deliver([stream.put(SCHOOL, sort_key, BADGE)])
            time.advance(days=1 / 300)
    assert meter.written == 300
    assert meter.written / (300 * UNITS_OF_AN_AWARD) <= 1 / 3
    assert meter.read / 300 < 1.4


def test_counting_a_single_award_adds_one_third_to_its_write_cost_after_a_recount(time: Clock) -> None:
    stream = AwardStream()
    issuer_id, badge_class_id = "I" * 64, "B" * 64  # the largest items
    for number in range(31):
        stream.put(issuer_id, f"2026-01-{number + 1:02}T09:00:00.000000Z#{entity_id(number)}", badge_class_id)
    list(recount.recount_issuer(issuer_id))
    time.advance(hours=1)
    with metered() as meter:
        for number in range(100):
            sort_key = f"2026-01-{number % 31 + 1:02}T10:00:00.000000Z#{entity_id(number)}"
            stream.deliver([stream.put(issuer_id, sort_key, badge_class_id)])
            time.advance(minutes=1)
    assert meter.written == 100


def test_counting_a_single_award_adds_one_third_to_its_write_cost_when_pages_are_reused(
    time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    lower_limits(monkeypatch, count_item_bytes=430)  # a page for every few awards
    stream = AwardStream()
    with metered() as meter:
        for number in range(120):
            stream.deliver([stream.put(SCHOOL, f"2026-01-31T09:00:00.000000Z#{entity_id(number)}", BADGE)])
            time.advance(hours=1)
    assert meter.written == 120


def test_counting_redelivered_and_late_awards_does_not_require_additional_writes(time: Clock) -> None:
    stream = AwardStream()
    for number in range(120):
        stream.put(SCHOOL, f"2026-01-31T09:00:00.000000Z#{entity_id(number)}", BADGE)
        time.advance(minutes=1)
    with metered() as meter:
        for record in [*stream.records[40:], *reversed(stream.records[:40]), *stream.records]:
            stream.deliver([record])
    assert meter.written == 120
