"""Counts after any history of writes and deliveries, which the stream may repeat, split, and reorder."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from badgedata.counts.totals import AwardDays, Counted
from tests.integration.counts.award_stream import (
    AwardStream,
    Clock,
    Record,
    award,
    awards_by_day,
    counted_by_day,
    items_of,
    pages_of,
)
from tests.integration.counts.item_size import bytes_of
from tests.support.memory import deployment_in_memory
from tests.support.small_limits import lower_limits

AWARDS = st.integers(0, 5)
STEPS = st.one_of(
    st.tuples(st.just("put"), AWARDS, st.sampled_from(["BASICS", "BASICS", "BASICS", "EXPERT"])),
    st.tuples(st.just("delete"), AWARDS),
    st.tuples(st.just("deliver"), st.lists(st.integers(0, 30), min_size=1, max_size=4)),
    st.tuples(st.just("deliver new"), st.integers(1, 3)),
    st.tuples(st.just("wait"), st.sampled_from([1, 60, 3600, 6 * 3600, 13 * 3600])),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    steps=st.lists(STEPS, min_size=10, max_size=60),
    size=st.sampled_from([300, 400, 440, 500, 1000]),
)
def test_counts_equal_the_sum_of_all_delivered_changes(steps: list[tuple[Any, ...]], size: int) -> None:
    with deployment_in_memory(), pytest.MonkeyPatch.context() as patch:
        lower_limits(patch, count_item_bytes=size)
        history = History(Clock(patch))
        for step in steps:
            history.take(*step)
            assert counted_by_day("WELD") == history.expected()
            read = {key: number for key, number in read_by_day().items() if number}
            assert read == history.expected()
            if size >= 400:
                items = [*items_of("award-counts#WELD"), *pages_of("WELD", "BASICS#2026-01")]
                assert all(bytes_of(item) <= 1024 for item in items)
        history.deliver_rest()
        assert counted_by_day("WELD") == awards_by_day("WELD") == history.expected()


def read_by_day() -> dict[tuple[str, str], int]:
    counted = [Counted("WELD", badge_class_id) for badge_class_id in ("BASICS", "EXPERT")]
    days = AwardDays.read(counted).of
    return {(str(one.badge_class_id), day): number for one in counted for day, number in days[one].items()}


class History:
    """Writes and deliveries, as the stream allows: in any order, repeatedly, but only within 24 hours."""

    def __init__(self, time: Clock) -> None:
        self.stream = AwardStream()
        self.time = time
        self.delivered: set[str] = set()

    def take(self, name: str, *values: Any) -> None:
        match name, *values:
            case "put", number, badge_class_id:
                self.stream.put("WELD", award(number), badge_class_id)
            case "delete", number:
                self.stream.delete("WELD", award(number))
            case "deliver", indexes:
                recent = self.recent
                self.deliver([recent[index % len(recent)] for index in indexes] if recent else [])
            case "deliver new", number:
                self.deliver([record for record in self.recent if record["eventID"] not in self.delivered][:number])
            case "wait", seconds:
                if seconds > 3600:
                    self.deliver_rest()
                self.time.advance(seconds=seconds)

    def deliver(self, records: list[Record]) -> None:
        if records:
            self.stream.deliver(records)
            self.delivered.update(record["eventID"] for record in records)

    def deliver_rest(self) -> None:
        self.deliver([record for record in self.stream.records if record["eventID"] not in self.delivered])

    @property
    def recent(self) -> list[Record]:
        since = self.time.now.timestamp() - 24 * 3600
        return [r for r in self.stream.records if r["dynamodb"]["ApproximateCreationDateTime"] >= since]

    def expected(self) -> dict[tuple[str, str], int]:
        """Return the sum of the delivered changes, counting each change once."""
        total: dict[tuple[str, str], int] = {}
        for record in self.stream.records:
            if record["eventID"] not in self.delivered:
                continue
            images = (record["dynamodb"].get(image) for image in ("OldImage", "NewImage"))
            before, after = (image and image["badgeClassId"]["S"] for image in images)
            for badge_class_id, number in ((before, -1), (after, 1)):
                if badge_class_id and before != after:
                    key = badge_class_id, record["dynamodb"]["Keys"]["issuedOnAwardId"]["S"][:10]
                    total[key] = total.get(key, 0) + number
        return {key: number for key, number in total.items() if number}
