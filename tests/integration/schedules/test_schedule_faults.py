"""Faults in AWS calls for schedules: the record and EventBridge Scheduler eventually agree."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest

from badgedata import clock
from badgedata.config import config
from badgedata.records.directory import Member
from badgedata.records.schedules import Schedule
from badgedata.schedules import scheduler
from tests.integration.aws_faults import FAULTS, Fault, FaultyCalls, Killed
from tests.integration.schedules.scheduling import (
    MONDAYS,
    all_in_event_bridge,
    create_schedule,
    exports,
    fire,
    in_event_bridge,
    listed_schedules,
    read_schedule,
    request_schedule,
    sweep,
    timing_of,
)
from tests.support.clock import set_time
from tests.support.organizations import ADMIN, OWNER

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("organizations")]

STATES = {"active": "ENABLED", "paused": "DISABLED", "stopped": "DISABLED"}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> FaultyCalls:
    return FaultyCalls(monkeypatch)


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Return a function that advances the clock."""
    return lambda time: set_time(clock.now() + time, monkeypatch)


@pytest.fixture
def _one_export_at_a_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Limit the number of active exports to one."""
    monkeypatch.setenv("ACTIVE_EXPORTS_PER_ORGANIZATION", "1")
    config.cache_clear()
    yield
    config.cache_clear()


def attempt(calls: FaultyCalls, do: Callable[[], Any]) -> Any:
    """Run an action, and return its result, or None if the process was killed or the function failed."""
    try:
        with calls.product():
            return do()
    except (Killed, Exception):
        return None


def each_call(calls: FaultyCalls, fault: Fault, do: Callable[[], Any]) -> Iterator[Any]:
    """Repeat an action until each of its AWS calls has failed once, and return the results."""
    number = 0
    while True:
        calls.at(number, fault)
        answer = attempt(calls, do)
        if calls.count <= number:
            return
        yield answer
        number += 1


def killed_before(name: str, calls: FaultyCalls, do: Callable[[], Any]) -> int:
    """Kill the process just before its first call to this operation, and return the call's number."""
    number = 0
    while True:
        calls.at(number, "killed before")
        attempt(calls, do)
        if calls.names[number] == name:
            return number
        number += 1


def check_agreement() -> None:
    """Check that users see exactly the schedules in EventBridge Scheduler, in the same state."""
    states = {schedule["id"]: STATES[schedule["state"]["status"]] for schedule in listed_schedules()}
    assert all_in_event_bridge() == states


def check_count(count: int) -> None:
    """Check that exactly `count` more schedules can be created before the limit is reached."""
    for _ in range(count):
        create_schedule()
    assert request_schedule().status == 409


@pytest.mark.parametrize("fault", FAULTS)
def test_schedule_is_created_completely_or_not_at_all(
    fault: Fault, calls: FaultyCalls, wait: Callable[[timedelta], None]
) -> None:
    faults = 0
    for answer in each_call(calls, fault, request_schedule):
        faults += 1
        assert answer is None or answer.status in (201, 500), answer
        wait(timedelta(minutes=3))
        sweep()
        check_agreement()
    assert {"TransactWriteItems", "CreateSchedule"} <= set(calls.names)
    assert faults == len(calls.names) > 5
    assert sweep() == {}
    check_count(20 - len(listed_schedules()))


def test_partly_created_schedule_is_hidden_immediately_and_deleted_later(
    calls: FaultyCalls, wait: Callable[[timedelta], None]
) -> None:
    create = killed_before("CreateSchedule", calls, request_schedule)
    assert all_in_event_bridge() == {}
    calls.at(create, "killed after")
    attempt(calls, request_schedule)
    [being_made] = all_in_event_bridge()
    assert listed_schedules() == []
    assert OWNER.get(f"/schedules/{being_made}").status == 404
    assert fire(being_made) == "off"
    assert sweep() == {}
    assert all_in_event_bridge() == {being_made: "ENABLED"}
    wait(timedelta(minutes=3))
    assert sweep() == {"discarded": 2}
    assert all_in_event_bridge() == {}
    check_count(20)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("before", "after"), [(True, False), (False, True)], ids=["pause", "resume"])
def test_pausing_and_resuming_take_effect_completely_or_not_at_all(
    before: bool, after: bool, fault: Fault, calls: FaultyCalls, wait: Callable[[timedelta], None]
) -> None:
    schedule_id = create_schedule()

    def change() -> Any:
        return OWNER.patch(f"/schedules/{schedule_id}", {"enabled": after})

    for answer in each_call(calls, fault, change):
        wait(timedelta(minutes=3))
        sweep()
        check_agreement()
        if answer is not None and answer.status == 200:
            assert read_schedule(schedule_id)["enabled"] is after
        OWNER.patch(f"/schedules/{schedule_id}", {"enabled": before})
    assert "UpdateSchedule" in calls.names
    assert read_schedule(schedule_id)["enabled"] is after


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("enabled", [True, False], ids=["active", "paused"])
def test_schedule_is_edited_completely_or_not_at_all(
    enabled: bool, fault: Fault, calls: FaultyCalls, wait: Callable[[timedelta], None]
) -> None:
    schedule_id = create_schedule()
    names = {MONDAYS["expression"]: MONDAYS["name"]} | {f"cron(0 {hour} * * ? *)": f"At {hour}" for hour in range(24)}
    edits = iter(list(names.items())[1:])

    def edit() -> Any:
        expression, name = next(edits)
        change = {"name": name, "expression": expression, "enabled": enabled}
        return OWNER.patch(f"/schedules/{schedule_id}", change)

    for answer in each_call(calls, fault, edit):
        wait(timedelta(minutes=3))
        sweep()
        check_agreement()
        schedule = read_schedule(schedule_id)
        assert timing_of(schedule_id)[1:] == (schedule["expression"], "Europe/Berlin")
        assert schedule["name"] == names[schedule["expression"]], "the name and the time must change together"
        if answer is not None and answer.status == 200:
            assert answer.json.items() >= {"name": schedule["name"], "enabled": enabled}.items()
        OWNER.patch(f"/schedules/{schedule_id}", {"enabled": not enabled})
    assert {"UpdateItem", "UpdateSchedule", "GetSchedule"} <= set(calls.names)
    assert read_schedule(schedule_id)["enabled"] is enabled
    assert sweep() == {}


def test_new_time_is_reverted_if_the_edit_is_not_saved(calls: FaultyCalls, wait: Callable[[timedelta], None]) -> None:
    schedule_id = create_schedule()
    wait(timedelta(minutes=3))
    sweep()
    before, scheduled = read_schedule(schedule_id), timing_of(schedule_id)
    edit = killed_before("UpdateSchedule", calls, lambda: OWNER.patch(f"/schedules/{schedule_id}", {"timeZone": "UTC"}))
    calls.at(edit, "killed after")
    attempt(calls, lambda: OWNER.patch(f"/schedules/{schedule_id}", {"timeZone": "UTC"}))
    assert timing_of(schedule_id)[2] == "UTC"
    assert read_schedule(schedule_id) == before
    assert sweep() == {}
    wait(timedelta(minutes=3))
    assert sweep() == {"reconciled": 1}
    assert timing_of(schedule_id) == scheduled


@pytest.mark.parametrize("fault", FAULTS)
def test_schedule_is_deleted_completely_or_not_at_all(
    fault: Fault, calls: FaultyCalls, wait: Callable[[timedelta], None]
) -> None:
    ids = [create_schedule()]
    for _ in each_call(calls, fault, lambda: OWNER.delete(f"/schedules/{ids[-1]}")):
        wait(timedelta(minutes=3))
        sweep()
        check_agreement()
        ids.append(create_schedule())
    assert {"DeleteSchedule", "TransactWriteItems"} <= set(calls.names)
    check_agreement()
    check_count(20 - len(listed_schedules()))


def test_partly_deleted_schedule_is_hidden_and_does_not_run(
    calls: FaultyCalls, wait: Callable[[timedelta], None]
) -> None:
    schedule_id = create_schedule()
    killed_before("DeleteSchedule", calls, lambda: OWNER.delete(f"/schedules/{schedule_id}"))
    assert in_event_bridge(schedule_id)["State"] == "ENABLED"
    assert listed_schedules() == []
    assert fire(schedule_id) == "off"
    assert exports() == []
    wait(timedelta(minutes=3))
    assert sweep() == {"discarded": 1}
    assert all_in_event_bridge() == {}


@pytest.mark.parametrize("fault", FAULTS)
def test_run_retried_after_a_fault_creates_one_export(fault: Fault, calls: FaultyCalls) -> None:
    schedule_id = create_schedule()
    days = iter(range(1, 32))
    time = f"2026-03-{next(days):02}T04:00:00Z"

    def run() -> Any:
        return fire(schedule_id, time)

    for faults, _ in enumerate(each_call(calls, fault, run), 1):
        assert run() == "requested"  # Lambda retries a failed invocation
        assert len(exports()) == faults
        assert read_schedule(schedule_id)["lastRun"] == {"at": time, "exportId": exports()[0]["id"]}
        OWNER.delete(f"/exports/{exports()[0]['id']}")
        time = f"2026-03-{next(days):02}T04:00:00Z"
    assert {"TransactWriteItems", "SendMessage", "UpdateItem"} <= set(calls.names)


# ---------------------------------------------------------------- sweeper


@pytest.mark.parametrize("fault", FAULTS)
def test_stopped_schedule_does_not_fire_even_if_the_sweeper_fails_repeatedly(fault: Fault, calls: FaultyCalls) -> None:
    schedule_id, maker = create_schedule(), Member.get(*Member.key(OWNER.email, "MAKERS", "WELD"))

    def stop() -> None:
        maker.save()
        OWNER.patch(f"/schedules/{schedule_id}", {"enabled": True})
        maker.delete()
        assert fire(schedule_id) == "stopped"
        assert in_event_bridge(schedule_id)["State"] == "ENABLED"

    stop()
    for _ in each_call(calls, fault, sweep):
        sweep()
        assert in_event_bridge(schedule_id)["State"] == "DISABLED"
        assert sweep() == {}
        stop()
    assert "UpdateSchedule" in calls.names


@pytest.mark.usefixtures("_one_export_at_a_time")
@pytest.mark.parametrize("fault", FAULTS)
def test_postponed_run_creates_one_export_even_if_the_sweeper_fails_repeatedly(
    fault: Fault, calls: FaultyCalls
) -> None:
    schedule_id, begin = create_schedule(), clock.now()
    minutes = iter(range(60, 0, -1))

    def postpone() -> None:
        filling = ADMIN.post("/issuers/WOOD/exports", {"kind": "awards"}).json["id"]
        assert fire(schedule_id, clock.to_the_second(begin - timedelta(minutes=next(minutes)))) == "postponed"
        ADMIN.delete(f"/exports/{filling}")

    postpone()
    for faults, _ in enumerate(each_call(calls, fault, sweep), 1):
        sweep()
        assert sweep() == {}
        assert len(exports()) == faults
        assert read_schedule(schedule_id)["lastRun"]["exportId"] == exports()[0]["id"]
        OWNER.delete(f"/exports/{exports()[0]['id']}")
        postpone()
    assert {"TransactWriteItems", "DeleteItem"} <= set(calls.names)


def test_sweeper_eventually_applies_a_change_made_during_its_sweep(
    monkeypatch: pytest.MonkeyPatch, wait: Callable[[timedelta], None]
) -> None:
    schedule_id, follow = create_schedule(), scheduler.reconcile

    def followed_late(as_it_was_read: Schedule) -> None:
        patch.undo()
        OWNER.patch(f"/schedules/{schedule_id}", {"enabled": False})
        follow(as_it_was_read)

    wait(timedelta(minutes=3))
    with monkeypatch.context() as patch:
        patch.setattr(scheduler, "reconcile", followed_late)
        sweep()
    assert in_event_bridge(schedule_id)["State"] == "ENABLED"  # the stale state that the sweeper had read
    wait(timedelta(minutes=3))
    sweep()
    assert in_event_bridge(schedule_id)["State"] == "DISABLED"
    check_agreement()


def test_unprocessable_schedule_triggers_an_alarm_without_blocking_others(
    monkeypatch: pytest.MonkeyPatch, wait: Callable[[timedelta], None], capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = create_schedule(), create_schedule()
    follow = scheduler.reconcile

    def failing(schedule: Schedule) -> None:
        if schedule.id == first:
            raise RuntimeError("unexpected error")
        follow(schedule)

    wait(timedelta(minutes=3))
    boto3.client("scheduler").delete_schedule(GroupName=config().schedule_group, Name=second)
    with monkeypatch.context() as patch:
        patch.setattr(scheduler, "reconcile", failing)
        capsys.readouterr()
        assert sweep() == {"reconciled": 1}
    assert '"ScheduledExportFailed":[1.0]' in capsys.readouterr().out
    assert all_in_event_bridge() == {first: "ENABLED", second: "ENABLED"}
    assert sweep() == {"reconciled": 1}
