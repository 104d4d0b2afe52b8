"""Award counts when a call fails, its response is lost, or the process is killed: one fault at each call."""

import contextlib
from collections.abc import Callable

import pytest

from badgedata.counts import recount
from tests.integration.aws_faults import FAULTS, Fault, FaultyCalls, Killed
from tests.integration.counts.award_stream import AwardStream, awards_by_day, counted_by_day
from tests.support.memory import deployment_in_memory
from tests.support.small_limits import lower_limits


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> FaultyCalls:
    # One writer keeps the calls in a fixed order, and changes don't fit into the item, so they are stored in pages.
    lower_limits(monkeypatch, count_writers=1, count_item_bytes=300)
    return FaultyCalls(monkeypatch)


def awards_and_their_records() -> AwardStream:
    source = AwardStream()
    for number in range(12):
        source.put("WELD", f"2026-0{number % 2 + 1}-15T09:00:00.000000Z#A{number}", f"BADGE-{number % 3}")
    for number in range(0, 12, 4):
        source.delete("WELD", f"2026-0{number % 2 + 1}-15T09:00:00.000000Z#A{number}")
    source.put("WELD", "2026-01-15T09:00:00.000000Z#A6", "BADGE-1")
    return source


def fail_each_call_once(faulty: FaultyCalls, fault: Fault, work: Callable[[AwardStream], None]) -> None:
    """Repeat work with a fault at its first call, then at its second, and so on. After each fault, retry the work."""
    number, calls = 0, 1
    while number < calls:
        with deployment_in_memory():
            source = awards_and_their_records()
            faulty.at(number, fault)
            with contextlib.suppress(Exception, Killed), faulty.product():
                work(source)
            calls = max(calls, faulty.count)
            faulty.at(-1, fault)
            work(source)
            source.deliver()
            assert counted_by_day("WELD") == awards_by_day("WELD"), (number, fault)
        number += 1
    assert calls > 8


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_counts_are_exact_even_if_a_call_fails(faulty: FaultyCalls, fault: Fault) -> None:
    fail_each_call_once(faulty, fault, lambda source: source.deliver())


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_recount_can_be_repeated_if_any_call_fails(faulty: FaultyCalls, fault: Fault) -> None:
    def recount_halfway_through_the_stream(source: AwardStream) -> None:
        source.deliver(source.records[:7])
        list(recount.recount_issuer("WELD"))

    fail_each_call_once(faulty, fault, recount_halfway_through_the_stream)
