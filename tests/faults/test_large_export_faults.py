"""Faults during an export split before its first page: the file is the same, or the export fails with a reason."""

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from badgedata.exports import segments
from tests.faults.endings import Endings
from tests.faults.organization import AWARDS_AN_ISSUER, ISSUERS
from tests.faults.world import Ending, Trouble, World
from tests.support.small_limits import lower_limits

SEGMENTS = 4
CALLS_OF_THE_FIRST_WORKER = 40
"""Slightly more calls than the first worker makes to split the export and write its first segment."""


@pytest.fixture(scope="module")
def without_faults(world: World) -> Ending:
    """Return the ending of the organization's award export without a split and without faults."""
    ending = world.play(Trouble(), seed=0)
    assert ending.export.status == "succeeded"
    assert ending.export.open_segments is None
    return ending


@pytest.fixture(scope="module", autouse=True)
def small_segments(without_faults: Ending) -> Iterator[None]:
    """Make segments so small that a few awards fill one."""
    with pytest.MonkeyPatch.context() as patch:
        lower_limits(patch, awards_a_segment=AWARDS_AN_ISSUER * len(ISSUERS) // SEGMENTS)
        yield


def test_export_is_split_before_its_first_page_is_written(
    world: World, without_faults: Ending, endings: Endings
) -> None:
    ending = world.play(Trouble(), seed=0)
    endings.check(ending, without_faults)
    rows = [int(segment.rows) for segment in segments.of_export(ending.export.id)]
    assert len(rows) == SEGMENTS
    assert min(rows) > 0


def test_fault_cases_kill_the_splitting_worker_before_each_of_its_calls(world: World) -> None:
    assert world.play(Trouble(kill_before_call={0: CALLS_OF_THE_FIRST_WORKER - 5}), seed=0).killed == 1
    # On a busy machine, a call may be repeated.
    late = Trouble(kill_before_call={0: CALLS_OF_THE_FIRST_WORKER + 1})
    assert any(world.play(late, seed).killed == 0 for seed in range(3))


@pytest.mark.parametrize("call", range(1, CALLS_OF_THE_FIRST_WORKER + 1))
def test_killing_the_splitting_worker_between_any_two_calls_does_not_change_the_file(
    world: World, without_faults: Ending, endings: Endings, call: int
) -> None:
    endings.check(world.play(Trouble(kill_before_call={0: call}), seed=call), without_faults)


@pytest.mark.parametrize("seed", range(10))
def test_killing_workers_after_an_immediate_split_does_not_change_the_file(
    world: World, without_faults: Ending, endings: Endings, seed: int
) -> None:
    trouble = replace(Trouble.killed_and_split(random.Random(seed)), split=seed % 2 == 1, deliver_twice=True)
    endings.check(world.play(trouble, seed), without_faults)


@pytest.mark.parametrize("seed", range(10))
def test_immediately_split_export_with_combined_faults_succeeds_or_fails_with_a_reason(
    world: World, without_faults: Ending, endings: Endings, seed: int
) -> None:
    trouble = Trouble.combined(random.Random(seed), split_probability=0.5)
    endings.check(world.play(trouble, seed), without_faults, may_fail=True)


def test_at_most_a_quarter_of_immediately_split_exports_fail_because_of_faults(
    endings: Endings, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        print(f"\n{endings.check_all(request)}")
