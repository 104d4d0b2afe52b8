"""Faults during an award export: the file is the same as without faults, or the export fails with a reason."""

import random

import pytest

from tests.faults.endings import Endings
from tests.faults.kinds import FAULTS, OPERATIONS
from tests.faults.organization import AWARDS_AN_ISSUER, ISSUERS
from tests.faults.world import Ending, Trouble, World


@pytest.fixture(scope="module")
def without_faults(world: World) -> dict[str | None, Ending]:
    """Return the endings of the organization's and one issuer's award exports without faults."""
    found: dict[str | None, Ending] = {}
    for issuer_id in (None, "beta"):
        ending = world.play(Trouble(), seed=0, issuer_id=issuer_id)
        assert ending.export.status == "succeeded"
        assert ending.workers == 1
        assert ending.content is not None
        found[issuer_id] = ending
    awards = AWARDS_AN_ISSUER * len(ISSUERS)
    content = found[None].content or b""
    assert content.count(b"\r\n") == 1 + 2 * awards  # each narrative contains a line break
    assert found[None].export.rows == content.count(b",active,") == awards
    return found


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("service", "operation"), OPERATIONS, ids=[operation for _, operation in OPERATIONS])
def test_intermittent_failures_of_one_operation_do_not_change_the_file(
    world: World, without_faults: dict[str | None, Ending], endings: Endings, service: str, operation: str, fault: str
) -> None:
    rule = {"service": service, "operation": operation, "probability": 0.3, **FAULTS[fault](service)}
    if fault == "hanging":
        rule["times"] = 3
    trouble = Trouble([rule], calls_until_time_is_up=25, split=operation in ("UploadPartCopy", "GetObject"))
    endings.check(world.play(trouble, seed=1), without_faults[None], may_fail=True)


@pytest.mark.parametrize("seed", range(30))
def test_burst_of_faults_in_one_service_does_not_change_the_file(
    world: World, without_faults: dict[str | None, Ending], endings: Endings, seed: int
) -> None:
    choices = random.Random(seed)
    service, _ = choices.choice(OPERATIONS)
    fault = choices.choice(["throttled", "failing", "reset"])
    rule = {"service": service, "sequence": {"fail": choices.randint(3, 25), "pass": 40}, **FAULTS[fault](service)}
    trouble = Trouble([rule], calls_until_time_is_up=choices.choice([None, 20]), split=choices.random() < 0.5)
    endings.check(world.play(trouble, seed), without_faults[None], may_fail=True)


@pytest.mark.parametrize("call", range(1, 61))
def test_killing_a_worker_between_any_two_calls_does_not_change_the_file(
    world: World, without_faults: dict[str | None, Ending], endings: Endings, call: int
) -> None:
    endings.check(world.play(Trouble(kill_before_call={0: call}), seed=call, issuer_id="beta"), without_faults["beta"])


@pytest.mark.parametrize("seed", range(60))
def test_killing_workers_during_a_split_export_does_not_change_the_file(
    world: World, without_faults: dict[str | None, Ending], endings: Endings, seed: int
) -> None:
    trouble = Trouble.killed_and_split(random.Random(seed))
    endings.check(world.play(trouble, seed), without_faults[None])


@pytest.mark.parametrize("seed", range(40))
def test_duplicate_concurrent_and_reordered_messages_do_not_change_the_file(
    world: World, without_faults: dict[str | None, Ending], endings: Endings, seed: int
) -> None:
    choices = random.Random(seed)
    trouble = Trouble(
        split=choices.random() < 0.6,
        calls_until_time_is_up=choices.choice([None, 12, 25]),
        deliver_twice=True,
        shuffle=True,
    )
    endings.check(world.play(trouble, seed), without_faults[None])


@pytest.mark.parametrize("seed", range(30))
def test_export_with_combined_faults_succeeds_or_fails_with_a_reason(
    world: World, without_faults: dict[str | None, Ending], endings: Endings, seed: int
) -> None:
    trouble = Trouble.combined(random.Random(seed), split_probability=0.5)
    endings.check(world.play(trouble, seed), without_faults[None], may_fail=True)


def test_at_most_a_quarter_of_award_exports_fail_because_of_faults(
    endings: Endings, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        print(f"\n{endings.check_all(request)}")
