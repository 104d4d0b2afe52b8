"""Whatever fails midway, an export either produces the same bytes as without faults, or fails with a reason."""

import hashlib
import random
from collections import Counter

import pytest

from tests.faults.kinds import FAULTS, OPERATIONS
from tests.faults.world import AWARDS_AN_ISSUER, ISSUERS, Ending, Trouble, World

outcomes: Counter[str] = Counter()


@pytest.fixture(scope="module")
def exports_without_faults(world: World) -> dict[str | None, bytes]:
    """Return the bytes of the organization's and one issuer's award exports without faults."""
    found: dict[str | None, bytes] = {}
    for issuer_id in (None, "beta"):
        ending = world.play(Trouble(), seed=0, issuer_id=issuer_id)
        assert ending.export.status == "succeeded"
        assert ending.workers == 1
        assert ending.content is not None
        found[issuer_id] = ending.content
    assert found[None].count(b"\r\n") == 1 + 2 * AWARDS_AN_ISSUER * len(ISSUERS)  # each narrative contains a line break
    return found


def check(ending: Ending, exports_without_faults: bytes) -> None:
    """Check the invariants of every ending."""
    outcomes[ending.export.status] += 1
    assert ending.active == 0, "the organization's count of active exports must return to zero"
    assert ending.left_uploads == 0, "no upload may remain"
    assert ending.left_objects == [], "no object except the file may remain"
    if ending.export.status == "succeeded":
        assert ending.content == exports_without_faults
        assert ending.export.bytes == len(exports_without_faults)
        assert ending.export.sha256 == hashlib.sha256(exports_without_faults).hexdigest()
        assert ending.export.rows == exports_without_faults.count(b",active,")
    else:
        assert ending.export.status == "failed"
        assert ending.export.error_message
        assert ending.content is None


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("service", "operation"), OPERATIONS, ids=[operation for _, operation in OPERATIONS])
def test_intermittently_failing_operation_does_not_change_the_file(
    world: World, exports_without_faults: dict[str | None, bytes], service: str, operation: str, fault: str
) -> None:
    rule = {"service": service, "operation": operation, "probability": 0.3, **FAULTS[fault](service)}
    if fault == "hanging":
        rule["times"] = 3
    trouble = Trouble([rule], calls_until_time_is_up=25, split=operation in ("UploadPartCopy", "GetObject"))
    check(world.play(trouble, seed=1), exports_without_faults[None])


@pytest.mark.parametrize("seed", range(30))
def test_burst_of_faults_in_all_services_does_not_change_the_file(
    world: World, exports_without_faults: dict[str | None, bytes], seed: int
) -> None:
    choices = random.Random(seed)
    service, _ = choices.choice(OPERATIONS)
    fault = choices.choice(["throttled", "failing", "reset"])
    rule = {"service": service, "sequence": {"fail": choices.randint(3, 25), "pass": 40}, **FAULTS[fault](service)}
    trouble = Trouble([rule], calls_until_time_is_up=choices.choice([None, 20]), split=choices.random() < 0.5)
    check(world.play(trouble, seed), exports_without_faults[None])


@pytest.mark.parametrize("call", range(1, 61))
def test_killing_a_worker_between_any_two_calls_does_not_lose_work(
    world: World, exports_without_faults: dict[str | None, bytes], call: int
) -> None:
    ending = world.play(Trouble(kill_before_call={0: call}), seed=call, issuer_id="beta")
    check(ending, exports_without_faults["beta"])
    assert ending.export.status == "succeeded"


@pytest.mark.parametrize("seed", range(60))
def test_killing_workers_of_a_split_export_does_not_lose_work(
    world: World, exports_without_faults: dict[str | None, bytes], seed: int
) -> None:
    trouble = Trouble.killed_and_split(random.Random(seed))
    ending = world.play(trouble, seed)
    check(ending, exports_without_faults[None])
    assert ending.export.status == "succeeded"


@pytest.mark.parametrize("seed", range(40))
def test_duplicate_concurrent_and_reordered_messages_do_not_change_the_file(
    world: World, exports_without_faults: dict[str | None, bytes], seed: int
) -> None:
    choices = random.Random(seed)
    trouble = Trouble(
        split=choices.random() < 0.6,
        calls_until_time_is_up=choices.choice([None, 12, 25]),
        deliver_twice=True,
        shuffle=True,
    )
    ending = world.play(trouble, seed)
    check(ending, exports_without_faults[None])
    assert ending.export.status == "succeeded"


@pytest.mark.parametrize("seed", range(30))
def test_all_faults_combined_lead_to_success_or_a_failure_with_a_reason(
    world: World, exports_without_faults: dict[str | None, bytes], seed: int
) -> None:
    trouble = Trouble.combined(random.Random(seed), split_probability=0.5)
    check(world.play(trouble, seed), exports_without_faults[None])


def test_fault_case_outcomes_are_reported(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        endings = ", ".join(f"{number} {ending}" for ending, number in outcomes.items())
        print(f"\nfault cases: {sum(outcomes.values())}, of them {endings}")
    assert set(outcomes) <= {"succeeded", "failed"}
