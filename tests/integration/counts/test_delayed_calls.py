"""Writers and readers delayed between two calls: others write the counts, or DynamoDB deletes expired items."""

from collections.abc import Callable
from functools import partial
from itertools import count

import boto3
import pytest

from badgedata.config import config
from badgedata.counts.changes import KEPT_SECONDS
from badgedata.counts.totals import AwardDays, Counted
from tests.integration.counts.award_stream import AwardStream, Clock, award, awards_by_day, counted_by_day, items_of
from tests.integration.counts.test_full_counts import before_call, put_alone
from tests.support.memory import deployment_in_memory

type Case = Callable[[AwardStream], None]


pytestmark = pytest.mark.usefixtures("small")


def delay_each_call(before: Case, work: Case, others: Case, after: Case) -> None:
    """Run `others` before the first AWS call of `work`, then before the second, and so on, each in a new deployment."""
    for number in count():
        with deployment_in_memory():
            stream = AwardStream()
            before(stream)
            with before_call(number, partial(others, stream)) as ran:
                work(stream)
            after(stream)
        if not ran:
            break
    assert number >= 2


def write_awards(stream: AwardStream, number: int, first: int = 0) -> None:
    for one in range(number):
        put_alone(stream, first + one)


def delete_awards(stream: AwardStream, number: int) -> None:
    for one in range(number):
        stream.delete("WELD", award(one))
        stream.deliver(stream.records[-1:])


def delete_expired_items(time: Clock) -> None:
    """Delete the items whose time to live has passed, as DynamoDB does at any time after that."""
    client, table = boto3.client("dynamodb"), config().operations_table
    for item in client.scan(TableName=table)["Items"]:
        if "expiresAt" in item and int(item["expiresAt"]["N"]) < time.now.timestamp():
            client.delete_item(TableName=table, Key={name: item[name] for name in ("pk", "sk")})


def assert_counted(stream: AwardStream) -> None:
    assert counted_by_day("WELD") == awards_by_day("WELD")


@pytest.mark.parametrize(("before", "others"), [(3, 4), (4, 4), (4, 8)])
def test_counts_are_exact_even_if_a_delayed_write_reaches_a_reused_page(before: int, others: int, time: Clock) -> None:
    def fill_then_wait(stream: AwardStream) -> None:
        write_awards(stream, before)
        time.advance(seconds=KEPT_SECONDS + 1)

    delay_each_call(
        fill_then_wait,
        lambda stream: write_awards(stream, 1, first=100),
        lambda stream: write_awards(stream, others, first=200),
        assert_counted,
    )


@pytest.mark.parametrize(("before", "others"), [(3, 4), (4, 4), (4, 8)])
def test_delayed_reader_does_not_miss_awards_even_if_a_page_is_reused(before: int, others: int, time: Clock) -> None:
    read: list[int] = []

    def fill_then_wait(stream: AwardStream) -> None:
        write_awards(stream, before)
        time.advance(seconds=KEPT_SECONDS + 1)

    def read_days(stream: AwardStream) -> None:
        (days,) = AwardDays.read([Counted("WELD")]).of.values()
        read.append(sum(days.values()))

    delay_each_call(
        fill_then_wait, read_days, lambda stream: write_awards(stream, others, first=200), lambda stream: None
    )
    assert min(read) >= before
    assert max(read) <= before + others


@pytest.mark.parametrize(("before", "others"), [(1, 2), (3, 6)])
def test_counts_are_exact_even_if_expired_counts_are_deleted_before_a_delayed_write(
    before: int, others: int, time: Clock
) -> None:
    def empty_then_wait(stream: AwardStream) -> None:
        write_awards(stream, before)
        delete_awards(stream, before)
        time.advance(seconds=KEPT_SECONDS + 1)

    def expire_then_write(stream: AwardStream) -> None:
        delete_expired_items(time)
        write_awards(stream, others, first=200)

    delay_each_call(
        empty_then_wait, lambda stream: write_awards(stream, 1, first=100), expire_then_write, assert_counted
    )


@pytest.mark.usefixtures("tables")
def test_award_counts_restored_from_a_backup_can_be_read_and_written(stream: AwardStream, time: Clock) -> None:
    backups = []
    for number in range(12):
        put_alone(stream, number)
        time.advance(seconds=KEPT_SECONDS)
        backups += items_of("award-counts#WELD")
    for number, item in enumerate(backups):
        boto3.client("dynamodb").put_item(TableName=config().operations_table, Item=item)
        put_alone(stream, 100 + number)
        (days,) = AwardDays.read([Counted("WELD")]).of.values()
        assert sum(days.values()) >= number + 1
