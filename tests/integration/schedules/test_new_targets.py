"""After an upgrade replaces the target or role of schedules, every schedule automatically uses the new one."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest

from badgedata import clock
from badgedata.config import config
from tests.integration.aws_faults import FAULTS, Fault, FaultyCalls, Killed
from tests.integration.schedules.scheduling import all_in_event_bridge, create_schedule, in_event_bridge, sweep
from tests.support.clock import set_time
from tests.support.organizations import ADMIN, OWNER

pytestmark = pytest.mark.usefixtures("organizations")

REPLACED = {
    "SCHEDULE_TARGET_ARN": "arn:aws:lambda:eu-west-1:123456789012:function:scheduled-export-2",
    "SCHEDULE_ROLE_ARN": "arn:aws:iam::123456789012:role/schedules-2",
    "SCHEDULE_DEAD_LETTER_QUEUE_ARN": "arn:aws:sqs:eu-west-1:123456789012:scheduled-exports-dead-2",
}


@pytest.fixture
def upgrade(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[dict[str, str]], None]]:
    """Return a function that deploys another version with these settings replaced."""

    def deploy(settings: dict[str, str]) -> None:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        config.cache_clear()

    yield deploy
    monkeypatch.undo()
    config.cache_clear()


@pytest.fixture
def schedules(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Create three schedules, one of them paused, and let the sweeper process them."""
    ids = [
        create_schedule(),
        create_schedule(ADMIN, export={"issuerId": "WOOD", "kind": "awards"}),
        create_schedule(expression="rate(12 hours)", period=None),
    ]
    OWNER.patch(f"/schedules/{ids[0]}", {"enabled": False})
    set_time(clock.now() + timedelta(minutes=3), monkeypatch)
    assert sweep() == {"reconciled": 3}
    assert sweep() == {}
    return ids


def target_of(schedule_id: str) -> dict[str, Any]:
    target: dict[str, Any] = in_event_bridge(schedule_id)["Target"]
    return target


def as_set() -> dict[str, Any]:
    return {
        "Arn": config().schedule_target_arn,
        "RoleArn": config().schedule_role_arn,
        "DeadLetterConfig": {"Arn": config().schedule_dead_letter_queue_arn},
    }


@pytest.mark.parametrize(
    "replaced", [*({name: value} for name, value in REPLACED.items()), REPLACED], ids=lambda r: "+".join(r)
)
def test_all_schedules_use_the_new_target_after_an_upgrade(
    upgrade: Callable[[dict[str, str]], None], schedules: list[str], replaced: dict[str, str]
) -> None:
    before = all_in_event_bridge()
    upgrade(replaced)
    assert sweep() == {"reconciled": 3}
    for schedule_id in schedules:
        assert as_set().items() <= target_of(schedule_id).items()
    assert all_in_event_bridge() == before, "paused schedules remain paused"
    assert sweep() == {}


def test_schedules_are_recreated_if_an_upgrade_replaces_their_group(
    upgrade: Callable[[dict[str, str]], None], schedules: list[str]
) -> None:
    boto3.client("scheduler").create_schedule_group(Name="schedules-2")
    upgrade({"SCHEDULE_GROUP": "schedules-2"})
    sweep()
    assert all_in_event_bridge() == dict.fromkeys(schedules[1:], "ENABLED")
    OWNER.patch(f"/schedules/{schedules[0]}", {"enabled": True})
    assert all_in_event_bridge() == dict.fromkeys(schedules, "ENABLED")


def test_schedule_created_by_the_old_version_during_an_upgrade_is_updated(
    upgrade: Callable[[dict[str, str]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep()
    upgrade(REPLACED)
    sweep()
    with monkeypatch.context() as before:
        for name in REPLACED:
            before.setenv(name, f"{REPLACED[name][:-2]}")
        config.cache_clear()
        schedule_id = create_schedule()
    config.cache_clear()
    set_time(clock.now() + timedelta(minutes=3), monkeypatch)
    assert sweep() == {"reconciled": 1}
    assert as_set().items() <= target_of(schedule_id).items()


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_all_schedules_are_updated_after_an_upgrade_even_if_a_call_fails(
    fault: Fault, upgrade: Callable[[dict[str, str]], None], schedules: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = FaultyCalls(monkeypatch)
    number = 0
    while True:
        upgrade({"SCHEDULE_ROLE_ARN": f"arn:aws:iam::123456789012:role/schedules-{number}"})
        calls.at(number, fault)
        with contextlib.suppress(Killed, Exception), calls.product():
            sweep()
        if calls.count <= number:
            break
        calls.at(-1, fault)
        sweep()
        for schedule_id in schedules:
            assert as_set().items() <= target_of(schedule_id).items()
        number += 1
    assert number > 5


def test_idle_sweep_makes_three_reads_and_no_scheduler_calls(
    schedules: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = FaultyCalls(monkeypatch)
    with calls.product():
        assert sweep() == {}
    assert calls.names == ["GetItem", "Query", "Query"]
