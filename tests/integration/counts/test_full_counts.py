"""Full counts items: pages hold the counts and changes, despite redelivery and concurrent writers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from typing import Any

import pytest
from botocore.client import BaseClient

from badgedata.counts import recount, stored
from badgedata.counts.changes import KEPT_SECONDS, changes_of, encode
from badgedata.counts.totals import AwardDays, Counted
from badgedata.records.award_counts import AppliedPage, AwardCounts, CountKey
from tests.integration.counts.award_stream import (
    BEGIN,
    AwardStream,
    Clock,
    Record,
    award,
    awards_by_day,
    counted_by_day,
    holder_of,
    items_of,
    pages_of,
)
from tests.support.memory import deployment_in_memory

BASICS = CountKey("WELD", "BASICS", "2026-01")


def put_alone(stream: AwardStream, number: int, badge_class_id: str = "BASICS") -> Record:
    """Write an award, and deliver it in a separate batch."""
    record = stream.put("WELD", award(number), badge_class_id)
    stream.deliver([record])
    return record


# ---------------------------------------------------------------- pages


@pytest.mark.usefixtures("tables")
def test_award_counts_can_be_read_from_an_item_and_its_pages(stream: AwardStream, time: Clock) -> None:
    for number in range(80):
        put_alone(stream, number)
        read = AwardDays.read([Counted("WELD"), Counted("WELD", "BASICS"), Counted("WELD", "BASIC")])
        assert [sum(days.values()) for days in read.of.values()] == [number + 1, number + 1, 0]
        time.advance(minutes=1)
    assert len(pages_of("WELD", "BASICS#2026-01")) == 2


@pytest.mark.usefixtures("tables", "small")
def test_zero_counts_can_be_read_from_a_page(stream: AwardStream, time: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored.Counts, "_expire_after_page", lambda counts, now: None)  # as if the process were killed
    key = award(1)
    for _ in range(20):
        stream.put("WELD", key, "BASICS")
        stream.deliver(stream.records[-1:])
        stream.delete("WELD", key)
        stream.deliver(stream.records[-1:])
        assert AwardDays.read([Counted("WELD")]).of == {Counted("WELD"): {}}
        time.advance(minutes=1)


@pytest.mark.usefixtures("tables", "small")
def test_pages_are_reused_after_redelivery_is_no_longer_possible(stream: AwardStream, time: Clock) -> None:
    for number in range(150):
        put_alone(stream, number)
        time.advance(hours=2)
    pages = pages_of("WELD", "BASICS#2026-01")
    within = KEPT_SECONDS // 7200 // 3 + 2  # three changes for each page
    assert 2 <= len(pages) <= within
    assert counted_by_day("WELD") == awards_by_day("WELD")


@pytest.mark.usefixtures("tables", "small")
@pytest.mark.parametrize("seconds", [-2, -1, 0, 1, 2])
def test_change_redelivered_within_36_hours_is_counted_once(seconds: int, stream: AwardStream, time: Clock) -> None:
    first = [put_alone(stream, number) for number in range(12)]
    time.advance(seconds=KEPT_SECONDS + seconds)
    for number in range(12, 18):
        put_alone(stream, number)
    if seconds < 0:
        for record in first:
            stream.deliver([record])
    assert counted_by_day("WELD") == {("BASICS", "2026-01-31"): 18}


@pytest.mark.usefixtures("tables", "small")
def test_all_items_expire_after_the_last_award_is_deleted(stream: AwardStream, time: Clock) -> None:
    for awards in range(1, 12):
        for number in range(awards):
            put_alone(stream, number)
        for number in range(awards):
            stream.delete("WELD", award(number))
            stream.deliver(stream.records[-1:])
        assert counted_by_day("WELD") == {}
        (item,), pages = items_of("award-counts#WELD"), pages_of("WELD", "BASICS#2026-01")
        assert all("expiresAt" in one for one in [item, *pages]), awards
        assert "nextPage" not in item
        time.advance(minutes=1)


@pytest.mark.usefixtures("tables", "small")
def test_counts_do_not_expire_if_new_awards_replace_deleted_awards(stream: AwardStream, time: Clock) -> None:
    for number in range(5):
        put_alone(stream, number)
    for number in range(5):
        stream.delete("WELD", award(number))
        stream.deliver(stream.records[-1:])
    time.advance(seconds=KEPT_SECONDS + 1)
    for number in range(9):
        put_alone(stream, number)
        (item,) = items_of("award-counts#WELD")
        assert not any("expiresAt" in holder for holder in (item, holder_of("WELD", item)))
    assert counted_by_day("WELD") == {("BASICS", "2026-01-31"): 9}


@pytest.mark.usefixtures("tables")
def test_badge_classes_with_a_common_id_prefix_have_separate_pages(stream: AwardStream, time: Clock) -> None:
    for number in range(120):
        put_alone(stream, number, ("BASICS", "BASICS-2026-01", "BASICS_", "BASIC")[number % 4])
    for record in stream.records:
        stream.deliver([record])
    assert counted_by_day("WELD") == awards_by_day("WELD")


@pytest.mark.usefixtures("tables")
def test_changes_recorded_by_earlier_versions_are_not_counted_again(stream: AwardStream, time: Clock) -> None:
    records = [stream.put("WELD", award(number), "BASICS") for number in range(60)]
    changes = changes_of(records)[BASICS]
    until, expiry = int(BEGIN.timestamp()), int(BEGIN.timestamp()) + KEPT_SECONDS
    for number, previous in ((1, None), (2, "1" * 32)):
        pages = AppliedPage(*AppliedPage.key("WELD", str(number) * 32))
        pages.applied, pages.expires_at = encode(changes[20 * number - 20 : 20 * number]), expiry
        pages.previous, pages.previous_until = previous, until if previous else None
        pages.save()
    item = AwardCounts(*AwardCounts.key(BASICS), version=7, days={"31": 60}, page="2" * 32)
    item.applied, item.page_until = encode(changes[40:]), until
    item.save()
    for number in range(60, 100):
        put_alone(stream, number)
        for record in (records[0], records[25], records[59]):
            stream.deliver([record])
    assert counted_by_day("WELD") == {("BASICS", "2026-01-31"): 100}


@pytest.mark.usefixtures("tables", "small")
def test_recount_replaces_counts_in_items_and_pages(stream: AwardStream, time: Clock) -> None:
    for number in range(12):
        put_alone(stream, number)
        stream.put("WELD", award(100 + number), "BASICS")
        stream.records.pop()  # never delivered
        time.advance(minutes=30)
        list(recount.recount_issuer("WELD"))
        assert counted_by_day("WELD") == awards_by_day("WELD")
        assert [one.days_that_differ for one in recount.compare_issuer("WELD")] == [0]
        for again in stream.records:
            stream.deliver([again])
        assert counted_by_day("WELD") == awards_by_day("WELD")


# ---------------------------------------------------------------- concurrent writers


@contextmanager
def before_call(number: int, action: Callable[[], None]) -> Iterator[list[int]]:
    """Run an action before the AWS call with this number. Yield a list that is empty until then."""
    make_api_call: Any = BaseClient.__dict__["_make_api_call"]
    numbers, ran = count(), list[int]()

    def interrupted(client: BaseClient, name: str, arguments: dict[str, Any]) -> Any:
        if next(numbers) == number:
            ran.append(number)
            action()
        return make_api_call(client, name, arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", interrupted)
        yield ran


def same_record(stream: AwardStream, record: Record) -> None:
    stream.deliver([record])


def another_record(stream: AwardStream, record: Record) -> None:
    put_alone(stream, 200)


def two_batches(stream: AwardStream, record: Record) -> None:
    first = put_alone(stream, 200)
    stream.deliver([first, record, stream.put("WELD", award(201), "BASICS")])


def many_batches(stream: AwardStream, record: Record) -> None:
    for number in range(200, 209):
        put_alone(stream, number)
    stream.deliver([record])


def deletion_of_all_awards(stream: AwardStream, record: Record) -> None:
    stream.deliver([record])
    for key in {each["dynamodb"]["Keys"]["issuedOnAwardId"]["S"] for each in stream.records}:
        if (deleted := stream.delete("WELD", key)) is not None:
            stream.deliver([deleted])


def a_recount(stream: AwardStream, record: Record) -> None:
    list(recount.recount_issuer("WELD"))


@pytest.mark.parametrize("change", ["added", "deleted"])
@pytest.mark.parametrize(
    "other", [same_record, another_record, two_batches, many_batches, deletion_of_all_awards, a_recount]
)
@pytest.mark.parametrize("before", [0, 2, 3, *(pytest.param(more, marks=pytest.mark.slow) for more in (1, 4, 5, 6))])
def test_counts_are_correct_no_matter_when_another_invocation_runs(
    before: int, other: Callable[[AwardStream, Record], None], change: str, small: None, time: Clock
) -> None:
    for number in count():
        with deployment_in_memory():
            stream = AwardStream()
            for earlier in range(before):
                put_alone(stream, earlier)
            record = stream.put("WELD", award(100), "BASICS")
            if change == "deleted":
                stream.deliver([record])
                for key in [*range(before), 100]:
                    stream.deliver(stream.records[-1:])
                    stream.delete("WELD", award(key))
                record = stream.records[-1]  # brings the counts to zero
            with before_call(number, partial(other, stream, record)) as ran:
                stream.deliver([record])
            stream.deliver()
            assert counted_by_day("WELD") == awards_by_day("WELD"), number
            (item,) = items_of("award-counts#WELD")
            if counted_by_day("WELD"):
                assert not any("expiresAt" in holder for holder in (item, holder_of("WELD", item))), number
            else:
                assert all("expiresAt" in one for one in (item, *pages_of("WELD", "BASICS#2026-01"))), number
        if not ran:
            break
    assert number >= 2
