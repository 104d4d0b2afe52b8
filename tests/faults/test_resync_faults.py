"""Faults while a badge is replaced: every award eventually shows the newest image, and the figures add up."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from badgedata import stored_images
from badgedata.openbadges.baked_images import unbake
from badgedata.resync import lifecycle as resyncs
from tests.faults.endings import other_tests
from tests.faults.kinds import FAULTS
from tests.faults.replacing import AWARDS, AWARDS_A_PAGE, Case, ResyncEnding, ResyncTrouble
from tests.faults.world import World
from tests.support.images import shade_of
from tests.support.small_limits import lower_limits

OPERATIONS = (
    ("dynamodb", "GetItem"),
    ("dynamodb", "Query"),
    ("dynamodb", "UpdateItem"),
    ("dynamodb", "TransactWriteItems"),
    ("dynamodb", "BatchGetItem"),
    ("s3", "GetObject"),
    ("s3", "PutObject"),
    ("s3", "DeleteObjects"),
    ("sqs", "SendMessage"),
    ("sqs", "SendMessageBatch"),
)
PASSING_FAULTS = ("throttled", "failing", "reset", "response truncated")

outcomes: Counter[str] = Counter()


@pytest.fixture(scope="module", autouse=True)
def _small_pages() -> Iterator[None]:
    """Make pages small, so that a few awards take many messages."""
    with pytest.MonkeyPatch.context() as patch:
        lower_limits(patch, resync_page_awards=AWARDS_A_PAGE)
        yield


def run_case(world: World, trouble: ResyncTrouble, seed: int) -> ResyncEnding:
    """Run a case, and check the invariants of every ending."""
    ending = Case(world, trouble, seed).play()
    *older, newest = ending.resyncs
    assert ending.badge_class.name == f"Shade {ending.gray}"
    assert int(newest.version) == int(ending.badge_class.version) == 1 + len(ending.resyncs)
    assert resyncs.figures(newest) == resyncs.Figures(AWARDS, AWARDS, 0, 0)
    assert resyncs.status_of(newest) == newest.status == "complete"
    assert all(resync.status in ("taken-over", "complete") for resync in older)
    assert ending.failed == []
    assert len(ending.awards) == AWARDS
    for award in ending.awards:
        assert award.image_version == newest.version
        image = stored_images.stored_image(award.image)
        assert image is not None
        content = stored_images.read(image)
        assert shade_of(content) == ending.gray
        assert json.loads(unbake(content))["id"].endswith(f"/{award.award_id}")
    outcomes.update(["case", "taken over and complete" if older else "complete", *ending.processes.elements()])
    return ending


def rule(service: str, operation: str | None, fault: str, **when: Any) -> dict[str, Any]:
    limit = {"times": 1} if fault == "hanging" else {}
    named = {"operation": operation} if operation else {}
    return {"service": service, **named, **when, **limit, **FAULTS[fault](service)}


def test_each_process_runs_only_once_if_nothing_fails(world: World) -> None:
    ending = run_case(world, ResyncTrouble(), seed=0)
    assert ending.processes == {"confirm": 1, "worker": 2, "done": 3}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("service", "operation"), OPERATIONS, ids=[operation for _, operation in OPERATIONS])
def test_no_stale_images_remain_even_if_most_calls_to_an_operation_fail(
    world: World, service: str, operation: str, fault: str
) -> None:
    trouble = ResyncTrouble([rule(service, operation, fault, probability=0.7)])
    if operation in ("BatchGetItem", "SendMessageBatch"):
        trouble.image_comes_back_after = 1
    run_case(world, trouble, seed=1)


@pytest.mark.parametrize("seed", range(10))
def test_no_stale_images_remain_after_a_temporary_service_outage(world: World, seed: int) -> None:
    choices = random.Random(seed)
    fails = {"fail": choices.randint(6, 40), "pass": choices.randint(5, 40)}
    service = choices.choice(["dynamodb", "s3", "sqs"])
    trouble = ResyncTrouble([rule(service, None, choices.choice(PASSING_FAULTS), sequence=fails)])
    run_case(world, trouble, seed)


@pytest.mark.parametrize("call", range(1, 7))
def test_retry_completes_a_confirmation_interrupted_between_any_two_calls(world: World, call: int) -> None:
    run_case(world, ResyncTrouble(kill_before_call={("confirm", 0): call}), seed=call)


@pytest.mark.parametrize("call", range(1, 19))
def test_no_stale_images_remain_even_if_a_worker_is_killed(world: World, call: int) -> None:
    trouble = ResyncTrouble(kill_before_call={("worker", 0): call, ("worker", 1): 19 - call})
    assert run_case(world, trouble, seed=call).processes["killed"] >= 1


@pytest.mark.parametrize("call", range(1, 15))
def test_no_stale_images_remain_even_if_a_sweeper_or_a_retry_is_killed(world: World, call: int) -> None:
    trouble = ResyncTrouble(
        kill_before_call={("sweeper", 0): call, ("worker", 3): call, ("worker", 4): 1 + call // 2},
        image_comes_back_after=1,
    )
    assert run_case(world, trouble, seed=call).processes["killed"] >= 1


@pytest.mark.parametrize("seed", range(12))
def test_duplicate_concurrent_and_reordered_messages_do_not_change_the_progress_figures(
    world: World, seed: int
) -> None:
    comes_back = random.Random(seed).choice([None, 1, 2])
    run_case(world, ResyncTrouble(deliver_twice=True, shuffle=True, image_comes_back_after=comes_back), seed)


@pytest.mark.parametrize("seed", range(20))
def test_no_stale_images_remain_even_if_faults_occur_during_a_takeover(world: World, seed: int) -> None:
    choices = random.Random(seed)
    rules = [
        rule(service, operation, choices.choice(PASSING_FAULTS), probability=0.4)
        for service, operation in choices.sample(OPERATIONS, 3)
    ]
    processes = [
        (kind, number) for kind, most in (("confirm", 2), ("worker", 6), ("sweeper", 2)) for number in range(most)
    ]
    trouble = ResyncTrouble(
        rules,
        kill_before_call={process: choices.randint(1, 20) for process in choices.sample(processes, 3)},
        deliver_twice=True,
        shuffle=True,
        take_over_after=choices.randrange(4),
        image_comes_back_after=choices.choice([None, 1, 3]),
    )
    run_case(world, trouble, seed)


OVERDUE_TROUBLE: dict[str, dict[str, Any]] = {
    **{f"UpdateItem {fault}": {"rules": [rule("dynamodb", "UpdateItem", fault, probability=0.8)]} for fault in FAULTS},
    **{
        f"killed before call {n}": {"kill_before_call": {("sweeper", number): n for number in (1, 2)}}
        for n in range(1, 7)
    },
}


@pytest.mark.parametrize("trouble", OVERDUE_TROUBLE)
def test_resync_becomes_overdue_even_if_the_sweeper_fails(world: World, trouble: str) -> None:
    case = Case(
        world,
        ResyncTrouble(image_comes_back_after=10**6, hours_between_sweeps=105, **OVERDUE_TROUBLE[trouble]),
        seed=1,
    )
    ending = case.play()
    (resync,) = ending.resyncs
    assert resync.status == "overdue"
    assert resyncs.figures(resync) == resyncs.Figures(AWARDS, 0, 0, AWARDS)
    assert len(ending.failed) == AWARDS, "the reasons are still shown"
    outcomes.update(["case", "overdue", *ending.processes.elements()])


def test_every_selected_resync_fault_case_is_run(
    request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcomes["case"] == other_tests(request, "world") > 0
    with capsys.disabled():
        ways = ", ".join(f"{outcomes[way]} {way}" for way in ("complete", "taken over and complete", "overdue"))
        trouble = ", ".join(f"{outcomes[what]} {what}" for what in ("killed", "raised"))
        print(f"\nre-sync fault cases: {outcomes['case']}, including {ways}; processes: {trouble}")
