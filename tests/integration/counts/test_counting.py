"""Award counts follow the table's stream: each change is counted once, even if redelivered, split, or out of order."""

import random
from collections.abc import Iterator
from datetime import timedelta
from itertools import batched
from typing import Any

import boto3
import pytest

from badgedata import clock
from badgedata.config import config
from badgedata.counts import stored
from badgedata.counts.stored import Counts
from functions.award_counts import award_counts
from tests.integration.counts.award_stream import AwardStream, award, awards_by_day, counted_by_day
from tests.integration.counts.item_size import bytes_of
from tests.support.invocations import context, sample_event

pytestmark = pytest.mark.usefixtures("tables")


def items(beginning: str) -> Iterator[dict[str, Any]]:
    scanned = boto3.client("dynamodb").scan(TableName=config().operations_table)["Items"]
    yield from (item for item in scanned if item["pk"]["S"].startswith(beginning))


def test_awards_are_counted_by_badge_class_and_day(stream: AwardStream) -> None:
    stream.put("WELD", award(1), "BASICS")
    stream.put("WELD", award(2), "BASICS")
    stream.put("WELD", award(3, "2026-02-01"), "BASICS")
    stream.put("WELD", award(4), "EXPERT")
    stream.put("WOOD", award(5), "SAWING")
    stream.deliver()
    assert counted_by_day("WELD") == {
        ("BASICS", "2026-01-31"): 2,
        ("BASICS", "2026-02-01"): 1,
        ("EXPERT", "2026-01-31"): 1,
    }
    assert counted_by_day("WOOD") == {("SAWING", "2026-01-31"): 1}


def test_revoking_an_award_or_baking_its_image_does_not_change_counts(stream: AwardStream) -> None:
    stream.put("WELD", award(1), "BASICS")
    stream.put("WELD", award(1), "BASICS", revoked={"BOOL": True})
    stream.put("WELD", award(1), "BASICS", imageVersion={"N": "2"})
    stream.deliver()
    assert counted_by_day("WELD") == {("BASICS", "2026-01-31"): 1}


def test_deleted_award_is_no_longer_counted(stream: AwardStream) -> None:
    for number in (1, 2):
        stream.put("WELD", award(number), "BASICS")
    stream.delete("WELD", award(1))
    stream.deliver()
    assert counted_by_day("WELD") == {("BASICS", "2026-01-31"): 1}


def test_award_moved_to_another_badge_class_is_counted_for_the_new_badge_class(stream: AwardStream) -> None:
    stream.put("WELD", award(1), "BASICS")
    stream.put("WELD", award(1), "EXPERT")
    stream.deliver()
    assert counted_by_day("WELD") == {("EXPERT", "2026-01-31"): 1}


def test_zero_counts_expire_only_after_redelivery_is_no_longer_possible(stream: AwardStream) -> None:
    stream.put("WELD", award(1), "BASICS")
    stream.deliver()
    (counts,) = items("award-counts#WELD")
    assert "expiresAt" not in counts
    stream.delete("WELD", award(1))
    stream.deliver()
    (counts,) = items("award-counts#WELD")
    assert int(counts["expiresAt"]["N"]) > (clock.now() + timedelta(hours=25)).timestamp()
    stream.put("WELD", award(1), "BASICS")
    stream.deliver()
    (counts,) = items("award-counts#WELD")
    assert "expiresAt" not in counts


# ---------------------------------------------------------------- exactly once


def test_redelivered_batch_does_not_change_the_counts(stream: AwardStream) -> None:
    for number in range(5):
        stream.put("WELD", award(number), "BASICS")
    for _ in range(3):
        stream.deliver()
    assert counted_by_day("WELD") == {("BASICS", "2026-01-31"): 5}


def test_duplicate_record_in_a_batch_is_counted_once(stream: AwardStream) -> None:
    record = stream.put("WELD", award(1), "BASICS")
    stream.deliver([record, record])
    assert counted_by_day("WELD") == {("BASICS", "2026-01-31"): 1}


def test_each_record_in_overlapping_batches_is_counted_once(stream: AwardStream) -> None:
    for number in range(10):
        stream.put("WELD", award(number), "BASICS")
    stream.deliver(stream.records[:4])
    stream.deliver(stream.records[2:9])
    stream.deliver(stream.records[3:4])
    stream.deliver(stream.records[8:])
    assert counted_by_day("WELD") == {("BASICS", "2026-01-31"): 10}


def test_award_whose_deletion_is_delivered_first_is_not_counted(stream: AwardStream) -> None:
    stream.put("WELD", award(1), "BASICS")
    stream.delete("WELD", award(1))
    stream.deliver(stream.records[1:])
    stream.deliver(stream.records[:1])
    assert counted_by_day("WELD") == {}


def test_redelivered_record_without_a_timestamp_is_counted_once(stream: AwardStream) -> None:
    for number in range(60):
        stream.put("WELD", award(number), "BASICS")
        del stream.records[-1]["dynamodb"]["ApproximateCreationDateTime"]
        stream.deliver(stream.records[-1:])
    stream.deliver()
    assert counted_by_day("WELD") == {("BASICS", "2026-01-31"): 60}


@pytest.mark.parametrize("seed", range(8))
def test_counts_do_not_depend_on_the_delivery_order(seed: int, stream: AwardStream) -> None:
    chance = random.Random(seed)
    for _ in range(120):
        key = award(chance.randrange(30), f"2026-01-{chance.randrange(1, 4):02}")
        if chance.random() < 0.4:
            stream.delete("WELD", key)
        else:
            stream.put("WELD", key, chance.choice(["BASICS", "EXPERT"]))
    deliveries = stream.records + chance.sample(stream.records, 60)
    chance.shuffle(deliveries)
    for batch in batched(deliveries, 17, strict=False):
        stream.deliver(batch)
    assert counted_by_day("WELD") == awards_by_day("WELD")


def test_record_redelivered_hours_later_after_thousands_of_awards_is_counted_once(
    stream: AwardStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = clock.now()
    for hour in range(24):
        monkeypatch.setattr(clock, "now", lambda hour=hour: begin + timedelta(hours=hour))
        first = len(stream.records)
        for number in range(100):
            stream.put("WELD", award(100 * hour + number), "BASICS")
        stream.deliver(stream.records[first:])
    stored._page.cache_clear()
    for late in (stream.records[0], stream.records[1234], stream.records[-1]):
        stream.deliver([late])
    assert counted_by_day("WELD") == {("BASICS", "2026-01-31"): 2400}


def test_remaining_records_are_counted_when_a_failed_batch_is_redelivered(
    stream: AwardStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        stream.put("WELD", award(number), f"BADGE-{number}")
    saves = iter([None, None, TimeoutError("lost"), None, None, None])

    def save(counts: Counts, now: int, save: Any = Counts.save) -> bool:
        if isinstance(error := next(saves, None), Exception):
            raise error
        return bool(save(counts, now))

    monkeypatch.setattr(Counts, "save", save)
    with pytest.raises(ExceptionGroup, match="Some award counts could not be written"):
        stream.deliver()
    assert len(counted_by_day("WELD")) == 5
    stream.deliver(stream.records[:3])  # Lambda halves a failed batch
    stream.deliver(stream.records[3:])
    assert counted_by_day("WELD") == awards_by_day("WELD")


def test_conflicting_writes_are_retried(stream: AwardStream, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        stream.put("WELD", award(number), "BASICS")
    others = iter(stream.records[1:])

    def save(counts: Counts, now: int, save: Any = Counts.save) -> bool:
        if (other := next(others, None)) is not None:
            stream.deliver([other])
        return bool(save(counts, now))

    monkeypatch.setattr(Counts, "save", save)
    stream.deliver(stream.records[:1])
    assert counted_by_day("WELD") == {("BASICS", "2026-01-31"): 3}


# ---------------------------------------------------------------- unusual items


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"dynamodb": {}},
        {"dynamodb": {"Keys": {"issuerId": {"S": "WELD"}}}},
        {"dynamodb": {"Keys": {"issuerId": {"N": "1"}, "issuedOnAwardId": {"S": "2026"}}, "NewImage": {"x": 1}}},
        {
            "dynamodb": {
                "Keys": {"issuerId": {"S": "WELD"}, "issuedOnAwardId": {"S": award(9)}},
                "NewImage": {"badgeClassId": {"S": "BASICS"}},
                "SequenceNumber": "first",
            }
        },
    ],
)
def test_unreadable_record_does_not_block_other_records(broken: dict[str, Any], stream: AwardStream) -> None:
    stream.put("WELD", award(1), "BASICS")
    stream.deliver([broken, *stream.records])
    assert counted_by_day("WELD") == {("BASICS", "2026-01-31"): 1}


def test_award_without_a_date_in_its_key_is_not_counted(stream: AwardStream) -> None:
    for key in ("soon#A1", "2026-02-31T09:00:00.000000Z#A2", "#A3"):
        stream.put("WELD", key, "BASICS")
    stream.deliver()
    assert counted_by_day("WELD") == {}


def test_award_without_a_badge_class_is_counted_only_for_the_issuer(stream: AwardStream) -> None:
    stream.put("WELD", award(1), "BASICS")
    del stream.records[0]["dynamodb"]["NewImage"]["badgeClassId"]
    stream.deliver()
    assert counted_by_day("WELD") == {("", "2026-01-31"): 1}


def test_award_in_the_sample_event_is_counted() -> None:
    event = sample_event("award_counts")
    award_counts.handler(event, context())
    assert counted_by_day("aurora-science") == {("BC-aurora-science-1", "2026-01-15"): 1}


# ---------------------------------------------------------------- size and cost


def test_award_counts_item_always_fits_into_one_write_unit(stream: AwardStream) -> None:
    issuer_id, badge_class_id = "I" * 64, "B" * 64
    for number in range(90):
        stream.put(issuer_id, award(number, f"2026-01-{number % 31 + 1:02}"), badge_class_id)
        stream.deliver(stream.records[-1:])
        (counts,) = (
            items(f"award-counts#{issuer_id}")
            if number < 5
            else [item for item in items(f"award-counts#{issuer_id}") if "/" not in item["pk"]["S"]]
        )
        assert bytes_of(counts) <= 1024, counts
    assert sum(counted_by_day(issuer_id).values()) == 90
