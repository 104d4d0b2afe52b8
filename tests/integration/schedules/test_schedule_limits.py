"""Schedule limits: frequency, number of schedules, postponed runs, and a busy scheduler."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from badgedata import clock
from badgedata.config import config
from badgedata.records import transactions
from badgedata.records.schedules import ScheduleCount
from badgedata.schedules import lifecycle, runner
from badgedata.schedules.cron import read_cron, shortest_interval
from tests.integration.schedules.scheduling import (
    all_in_event_bridge,
    create_schedule,
    exports,
    fire,
    read_schedule,
    request_schedule,
    sweep,
)
from tests.support.clock import set_time
from tests.support.organizations import ADMIN, OWNER, RIVAL

pytestmark = pytest.mark.usefixtures("organizations")

RIVALS = {"export": {"issuerId": "RIV", "kind": "awards"}}


# ---------------------------------------------------------------- frequency


@pytest.mark.parametrize(
    "expression",
    [
        "rate(1 minute)",
        "rate(59 minutes)",
        "cron(* * * * ? *)",
        "cron(0,30 6 ? * MON *)",
        "cron(0/59 6 ? * MON *)",
        "cron(0,59 6,7 ? * MON *)",
        "cron(0,45 0,23 * * ? *)",
        "cron(0,30 6 1 1 ? 2030)",
    ],
)
def test_runs_less_than_an_hour_apart_are_rejected(expression: str) -> None:
    answer = request_schedule(expression=expression)
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == ["expression"]
    assert "Consecutive runs must be at least 60 minutes apart" in answer.json["detail"]


@pytest.mark.parametrize(
    "expression",
    [
        "rate(60 minutes)",
        "rate(1 hour)",
        "cron(30 * * * ? *)",
        "cron(0 6,18 ? * MON-FRI *)",
        "cron(0 0,23 * * ? *)",
        "cron(59 23 31 12 ? 2030)",
        "cron(0 6 1 1 ? 2030)",
    ],
)
def test_runs_at_least_an_hour_apart_and_single_runs_are_accepted(expression: str) -> None:
    assert request_schedule(expression=expression, period=None).status == 201


@pytest.mark.parametrize(
    ("fields", "minutes"),
    [
        ("0 0,23 ? * MON,TUE *", 60),
        ("0 0,23 ? * SUN,MON *", 60),
        ("0 0,23 ? * MON,WED *", None),
        ("0 0,23 31 12 ? 2030", None),
        ("0 0,23 1,31 * ? *", 60),  # across the end of a month
        ("30 6 ? * MON *", None),
    ],
)
def test_interval_across_midnight_is_checked_only_if_runs_are_on_consecutive_days(
    fields: str, minutes: int | None
) -> None:
    shortest = shortest_interval(read_cron(fields), within=timedelta(hours=2))
    assert shortest == (None if minutes is None else timedelta(minutes=minutes))


@pytest.mark.usefixtures("_interval_of_a_day")
def test_minimum_interval_between_runs_is_configurable() -> None:
    assert request_schedule(expression="cron(0 6,18 ? * MON *)").status == 422
    assert request_schedule(expression="cron(0 6 * * ? *)").status == 201


@pytest.fixture
def _interval_of_a_day(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("MIN_SCHEDULE_INTERVAL_MINUTES", "1440")
    config.cache_clear()
    yield
    config.cache_clear()


# ---------------------------------------------------------------- number


def test_organization_is_limited_to_100_schedules_across_all_scopes() -> None:
    scopes = [{"issuerId": "WELD"}, {"issuerId": "WOOD"}, {"organizationId": "MAKERS"}]
    ids = [create_schedule(ADMIN, export=scope | {"kind": "awards"}) for scope in scopes]
    # 97 more schedules, in other scopes.
    ScheduleCount(*ScheduleCount.organization_key("MAKERS")).update([ScheduleCount.schedules.add(97)])
    rejected = request_schedule(ADMIN, export={"badgeClassId": "BC-WELD-1", "kind": "badge-class"}, period=None)
    assert rejected.status == 409
    assert "The limit of 100 schedules per organization has been reached." in rejected.json["detail"]
    create_schedule(RIVAL, **RIVALS)
    assert ADMIN.delete(f"/schedules/{ids[0]}").status == 204
    create_schedule(ADMIN, export={"badgeClassId": "BC-WELD-1", "kind": "badge-class"}, period=None)


# ---------------------------------------------------------------- postponed runs


def waiting_rows() -> list[Any]:
    rows = boto3.client("dynamodb").scan(TableName=config().operations_table)["Items"]
    return [row for row in rows if row["sk"]["S"].startswith("waiting-run")]


def test_only_a_schedules_newest_run_is_postponed(monkeypatch: pytest.MonkeyPatch) -> None:
    schedule_id, begin = create_schedule(), clock.now().replace(microsecond=0)
    queued = [ADMIN.post("/issuers/WOOD/exports", {"kind": "awards"}).json["id"] for _ in range(5)]
    times = [clock.rfc3339(begin + timedelta(hours=hour)) for hour in range(10)]
    for time in (*times, times[3]):  # the last one is redelivered late
        assert fire(schedule_id, time) == "postponed"
    assert len(waiting_rows()) == 1
    ADMIN.delete(f"/exports/{queued[0]}")
    set_time(begin + timedelta(hours=10), monkeypatch)
    assert sweep()["requested"] == 1
    assert waiting_rows() == []
    assert len(exports()) == 1
    assert read_schedule(schedule_id)["lastRun"]["at"] == times[-1]


def test_newer_run_is_kept_while_an_older_run_is_retried(monkeypatch: pytest.MonkeyPatch) -> None:
    schedule_id, begin = create_schedule(), clock.now().replace(microsecond=0)
    queued = [ADMIN.post("/issuers/WOOD/exports", {"kind": "awards"}).json["id"] for _ in range(5)]
    assert fire(schedule_id, clock.rfc3339(begin)) == "postponed"
    ADMIN.delete(f"/exports/{queued[0]}")
    run = lifecycle.note_run

    def note_and_fire(*arguments: Any) -> None:
        patch.undo()
        run(*arguments)
        assert fire(schedule_id, clock.rfc3339(begin + timedelta(hours=1))) == "postponed"

    with monkeypatch.context() as patch:
        patch.setattr(lifecycle, "note_run", note_and_fire)
        assert sweep() == {"requested": 1}
    assert len(waiting_rows()) == 1


def test_organizations_take_turns_when_postponed_runs_are_retried(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    first, second, rival = create_schedule(), create_schedule(), create_schedule(RIVAL, **RIVALS)
    for issuer_id, person in (("WOOD", ADMIN), ("RIV", RIVAL)):
        for _ in range(5):
            person.post(f"/issuers/{issuer_id}/exports", {"kind": "awards"})
    now = clock.now()
    for schedule_id, minutes in ((first, 30), (second, 20), (rival, 10)):
        assert fire(schedule_id, clock.to_the_second(now - timedelta(minutes=minutes))) == "postponed"

    def note(schedule_id: str, _: Any) -> str:
        tried.append(schedule_id)
        return "requested"

    monkeypatch.setattr(runner, "run", note)
    sweep()
    assert tried == [first, rival, second]


# ---------------------------------------------------------------- busy EventBridge Scheduler


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, int], None]:
    """Return a function that makes the next calls to an operation fail with a conflict."""
    monkeypatch.setattr(transactions, "back_off", lambda attempt: None)

    def reject(operation: str, times: int) -> None:
        left, call = [times], BaseClient.__dict__["_make_api_call"]

        def answer(client: Any, name: str, arguments: Any) -> Any:
            if name == operation and left[0]:
                left[0] -= 1
                raise ClientError({"Error": {"Code": "ConflictException", "Message": "busy"}}, name)
            return call(client, name, arguments)

        monkeypatch.setattr(BaseClient, "_make_api_call", answer)

    return reject


def test_changes_succeed_even_if_event_bridge_scheduler_is_briefly_busy(
    busy: Callable[[str, int], None],
) -> None:
    busy("CreateSchedule", 1)
    schedule_id = create_schedule()
    assert all_in_event_bridge() == {schedule_id: "ENABLED"}
    for enabled, state in ((False, "DISABLED"), (True, "ENABLED")):
        busy("UpdateSchedule", 2)
        assert OWNER.patch(f"/schedules/{schedule_id}", {"enabled": enabled}).status == 200
        assert all_in_event_bridge() == {schedule_id: state}
    busy("DeleteSchedule", 2)
    assert OWNER.delete(f"/schedules/{schedule_id}").status == 204
    assert all_in_event_bridge() == {}


def test_change_rejected_by_event_bridge_scheduler_is_saved_and_applied_later(
    busy: Callable[[str, int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule_id = create_schedule()
    busy("UpdateSchedule", transactions.MAX_ATTEMPTS)
    changed = OWNER.patch(f"/schedules/{schedule_id}", {"enabled": False})
    assert (changed.status, changed.json["enabled"]) == (200, False)
    assert fire(schedule_id) == "off"
    assert all_in_event_bridge() == {schedule_id: "ENABLED"}
    assert OWNER.patch(f"/schedules/{schedule_id}", {"enabled": False}).status == 200
    assert all_in_event_bridge() == {schedule_id: "DISABLED"}
    busy("UpdateSchedule", transactions.MAX_ATTEMPTS)
    assert OWNER.patch(f"/schedules/{schedule_id}", {"enabled": True}).json["enabled"] is True
    set_time(clock.now() + timedelta(minutes=3), monkeypatch)
    sweep()
    assert all_in_event_bridge() == {schedule_id: "ENABLED"}
    busy("DeleteSchedule", transactions.MAX_ATTEMPTS)
    assert OWNER.delete(f"/schedules/{schedule_id}").status == 204
    assert OWNER.get(f"/schedules/{schedule_id}").status == 404
    set_time(clock.now() + timedelta(minutes=3), monkeypatch)
    sweep()
    assert all_in_event_bridge() == {}
