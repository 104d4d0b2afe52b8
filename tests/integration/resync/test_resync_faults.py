"""Faults in AWS calls during a re-sync: no award is missed or gets a wrong image, and the figures add up."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from badgedata import clock
from badgedata.resync import lifecycle as resyncs
from tests.integration.aws_faults import FAULTS, FaultyCalls, Killed
from tests.support.images import gray_png, shade_of
from tests.support.replacing import (
    BADGE_CLASS,
    Queue,
    awards_now,
    badge_class_now,
    baked_content,
    confirm,
    delete_badge_image,
    deliver,
    failures_now,
    figures,
    load_badge_class,
    new_badge,
    preview,
    restore_badge_image,
    resync_now,
    sweep,
)
from tests.support.small_limits import lower_limits

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("tables")]

AWARDS = 3


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Process two awards per page, which takes many messages, and bake sequentially for a fixed call order."""
    lower_limits(monkeypatch, resync_page_awards=2, bakers=1)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> FaultyCalls:
    return FaultyCalls(monkeypatch)


class Platform:
    """The product's environment: a user who retries, a queue that redelivers, and an hourly schedule."""

    def __init__(self, calls: FaultyCalls) -> None:
        self.calls = calls
        self.replacement: dict[str, Any] = {}

    def confirm(self) -> None:
        for _ in range(3):
            answer = self._guarded(lambda: confirm(self.replacement))
            if answer is not None and answer.status == 200:
                return
            assert answer is None or answer.status == 500, answer
        raise AssertionError("failed three times")

    def process_all(self) -> None:
        Queue().process_all(lambda message: self._guarded(lambda: deliver(message)))

    def hour(self, number: int) -> None:
        self._guarded(lambda: sweep(clock.now() + timedelta(hours=number)))
        self.process_all()

    def _guarded(self, do: Callable[[], Any]) -> Any:
        try:
            with self.calls.product():
                return do()
        except (Killed, Exception):
            return None
        finally:
            if (resync := resyncs.find(BADGE_CLASS, 2)) is not None:
                found = resyncs.figures(resync)
                assert found.refreshed + found.pending + found.failed == found.total
                assert min(found.refreshed, found.pending, found.failed) >= 0


def check_final_state(replacement: dict[str, Any], version: int = 2, gray: int = 2) -> None:
    found = figures(replacement)
    assert found["status"] == "complete", found
    assert (found["total"], found["refreshed"]) == (AWARDS, AWARDS)
    assert int(badge_class_now().version) == version
    for award in awards_now():
        content, assertion = baked_content(award)
        assert award.image_version == version
        assert shade_of(content) == gray, "the image shows the new badge"
        assert assertion["id"].endswith(award.award_id), "the image contains the award's own assertion"
    assert failures_now() == []
    assert resync_now(version).due is None, "nothing is left for the sweeper to process"


def run_resync_with_faults(calls: FaultyCalls) -> dict[str, Any]:
    """Run an entire re-sync in which no image can be baked at first."""
    load_badge_class(AWARDS)
    platform = Platform(calls)
    platform.replacement = preview(new_badge(2))
    platform.confirm()
    delete_badge_image()
    platform.process_all()
    platform.hour(1)
    restore_badge_image(gray_png(2))
    for number in range(2, 80):
        platform.hour(number)
        if resyncs.status_of(resync_now()) == "complete" and resync_now().due is None:
            break
    return platform.replacement


CALLS_OF_A_WHOLE_LIFE = 88


def test_fault_cases_cover_every_call_in_a_complete_resync(calls: FaultyCalls) -> None:
    check_final_state(run_resync_with_faults(calls))
    assert calls.count <= CALLS_OF_A_WHOLE_LIFE, calls.names


@pytest.mark.parametrize("number", range(CALLS_OF_A_WHOLE_LIFE))
def test_resync_completes_even_if_a_call_fails(calls: FaultyCalls, number: int) -> None:
    # Testing every fault at every call takes minutes. These cases are a quarter of all, with every type of fault.
    calls.at(number, FAULTS[number % len(FAULTS)])
    check_final_state(run_resync_with_faults(calls))
