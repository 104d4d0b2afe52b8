"""Scheduled runs: each is an ordinary export of whole days in its schedule's time zone."""

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from badgedata.config import config
from functions.scheduled_export import scheduled_export
from tests.integration.schedules.runs import CLOCKS, INSTANTS, load_awards_around_clock_changes
from tests.integration.schedules.scheduling import (
    MONDAY,
    all_in_event_bridge,
    create_schedule,
    exports,
    finished_export,
    fire,
    in_event_bridge,
    read_schedule,
)
from tests.support.clock import set_time
from tests.support.invocations import context, process_queue, sample_event
from tests.support.organizations import ADMIN, OWNER, STAFF

pytestmark = pytest.mark.usefixtures("organizations")


# ---------------------------------------------------------------- export


def test_scheduled_run_creates_an_export_with_the_schedule_id() -> None:
    schedule_id = create_schedule(period=None)
    assert fire(schedule_id) == "requested"
    [export] = exports()
    assert export["scheduleId"] == schedule_id
    assert export["requestedBy"] == OWNER.email
    assert read_schedule(schedule_id)["lastRun"] == {"at": MONDAY, "exportId": export["id"]}
    finished = finished_export(export["id"], STAFF)
    assert finished["scheduleId"] == schedule_id
    assert finished["file"]["rows"] == 2
    assert STAFF.get(f"/exports/{export['id']}/file").status == 302


def test_manually_requested_export_has_no_schedule_id() -> None:
    assert "scheduleId" not in OWNER.post("/issuers/WELD/exports", {"kind": "awards"}).json


@pytest.mark.parametrize(
    ("export", "options"),
    [
        ({"organizationId": "MAKERS", "kind": "awards"}, {"awardedAfter": "2026-01-01", "byteOrderMark": False}),
        ({"issuerId": "WELD", "kind": "issuer"}, {"includeBadgeClasses": True, "compress": True}),
        ({"issuerId": "WELD", "kind": "groups"}, {"includeCreation": True}),
        ({"issuerId": "WELD", "kind": "group-badges"}, {"includeArchived": True}),
        ({"issuerId": "WELD", "kind": "learner-progress"}, {"byteOrderMark": False}),
        ({"badgeClassId": "BC-WELD-1", "kind": "badge-class"}, {"includeAssertions": True}),
    ],
    ids=lambda value: value.get("kind", "options"),
)
def test_every_kind_of_export_runs_with_the_schedules_options(export: dict[str, Any], options: dict[str, Any]) -> None:
    schedule_id = create_schedule(ADMIN, export=export | options, period=None)
    fire(schedule_id)
    last = read_schedule(schedule_id, ADMIN)["lastRun"]["exportId"]
    found = finished_export(last, ADMIN)
    assert found["kind"] == export["kind"]
    assert found["options"].items() >= options.items()


# ---------------------------------------------------------------- dates


@pytest.mark.parametrize(
    ("period", "scheduled_time", "first_and_last_day", "first_and_last_award"),
    [
        ("previous-day", "2026-03-30T04:00:00Z", ("2026-03-29", "2026-03-29"), (7, 8)),  # 23 hours
        ("previous-day", "2026-10-26T05:00:00Z", ("2026-10-25", "2026-10-25"), (13, 14)),  # 25 hours
        ("previous-week", "2026-03-30T04:00:00Z", ("2026-03-23", "2026-03-29"), (5, 8)),
        ("previous-month", "2026-03-31T21:59:00Z", ("2026-02-01", "2026-02-28"), (1, 2)),  # the last minute of March
        ("previous-month", "2026-03-31T22:00:00Z", ("2026-03-01", "2026-03-31"), (3, 10)),  # April 1
    ],
)
def test_run_exports_awards_from_whole_days_in_the_schedules_time_zone(
    period: str, scheduled_time: str, first_and_last_day: tuple[str, str], first_and_last_award: tuple[int, int]
) -> None:
    load_awards_around_clock_changes()
    schedule_id = create_schedule(CLOCKS, export={"issuerId": "CLOCK", "kind": "awards"}, period=period)
    fire(schedule_id, scheduled_time)
    export = finished_export(read_schedule(schedule_id, CLOCKS)["lastRun"]["exportId"], CLOCKS)
    options = export["options"]
    assert (options["awardedAfter"], options["awardedBefore"]) == first_and_last_day
    assert options["timeZone"] == "Europe/Berlin"
    [stored] = boto3.client("s3").list_objects_v2(Bucket=config().exports_bucket)["Contents"]
    file = boto3.client("s3").get_object(Bucket=config().exports_bucket, Key=stored["Key"])["Body"].read()
    first, last = first_and_last_award
    found = [line.partition(",")[0] for line in file.decode("utf-8-sig").splitlines()[1:]]
    assert found == [instant.replace(":", "") for instant in INSTANTS[first : last + 1]]


def test_late_run_uses_the_dates_for_its_scheduled_time(monkeypatch: pytest.MonkeyPatch) -> None:
    schedule_id = create_schedule()
    set_time(datetime(2026, 4, 6, 23, 0, tzinfo=UTC), monkeypatch)  # one week later
    fire(schedule_id, MONDAY)
    [export] = exports()
    assert (export["options"]["awardedAfter"], export["options"]["awardedBefore"]) == ("2026-03-23", "2026-03-29")


def test_run_without_a_scheduled_time_uses_the_current_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    set_time(datetime(2026, 3, 30, 4, 0, 31, tzinfo=UTC), monkeypatch)  # as the local emulator passes it
    schedule_id = create_schedule()
    event = {"scheduleId": schedule_id, "scheduledTime": "<aws.scheduler.scheduled-time>"}
    assert scheduled_export.handler(event, context()) == "requested"
    assert read_schedule(schedule_id)["lastRun"]["at"] == MONDAY


# ---------------------------------------------------------------- duplicates


def test_duplicate_events_create_only_one_export() -> None:
    schedule_id = create_schedule()
    assert [fire(schedule_id), fire(schedule_id)] == ["requested", "requested"]
    [export] = exports()
    finished_export(export["id"])
    assert fire(schedule_id) == "requested"
    assert process_queue() == 0
    assert [found["id"] for found in exports()] == [export["id"]]
    assert read_schedule(schedule_id)["lastRun"]["exportId"] == export["id"]


def test_each_run_of_each_schedule_creates_its_own_export() -> None:
    first, second = create_schedule(), create_schedule()
    fire(first)
    fire(first, "2026-04-06T04:00:00Z")
    fire(second)
    assert sorted(export["scheduleId"] for export in exports()) == sorted([first, first, second])
    assert len({export["id"] for export in exports()}) == 3


def test_late_run_does_not_replace_a_newer_run_as_the_last_run() -> None:
    schedule_id = create_schedule()
    fire(schedule_id, "2026-04-06T04:00:00Z")
    last = read_schedule(schedule_id)["lastRun"]
    fire(schedule_id, MONDAY)
    assert read_schedule(schedule_id)["lastRun"] == last
    assert len(exports()) == 2


# ---------------------------------------------------------------- paused and deleted schedules


def test_paused_schedule_exports_nothing_even_if_an_event_arrives() -> None:
    schedule_id = create_schedule()
    OWNER.patch(f"/schedules/{schedule_id}", {"enabled": False})
    assert fire(schedule_id) == "off"
    assert exports() == []
    assert "lastRun" not in read_schedule(schedule_id)


def test_deleted_schedule_exports_nothing_even_if_an_event_arrives() -> None:
    schedule_id = create_schedule()
    OWNER.delete(f"/schedules/{schedule_id}")
    assert fire(schedule_id) == "gone"
    assert exports() == []


def test_schedule_that_exists_only_in_event_bridge_is_deleted_when_it_fires() -> None:
    schedule_id = create_schedule()
    definition = in_event_bridge(schedule_id)
    OWNER.delete(f"/schedules/{schedule_id}")
    names = ("GroupName", "Name", "ScheduleExpression", "FlexibleTimeWindow", "Target")
    boto3.client("scheduler").create_schedule(**{name: definition[name] for name in names})
    assert fire(schedule_id) == "gone"
    assert all_in_event_bridge() == {}


def test_event_for_an_unknown_schedule_is_dropped() -> None:
    assert scheduled_export.handler(sample_event("scheduled_export"), context()) == "gone"


# ---------------------------------------------------------------- failures


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"scheduleId": "X"},
        {"scheduleId": "X", "scheduledTime": "Monday"},
        {"scheduleId": 7, "scheduledTime": MONDAY},
    ],
    ids=str,
)
def test_unknown_event_causes_an_error_and_triggers_an_alarm(event: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match=r"."):
        scheduled_export.handler(event, context())
    assert '"ScheduledExportFailed":[1.0]' in capsys.readouterr().out


def test_failed_export_request_triggers_an_alarm_and_is_retried(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    schedule_id = create_schedule()
    with monkeypatch.context() as patch:
        patch.setattr("badgedata.schedules.runner.request_export", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            fire(schedule_id)
    assert '"ScheduledExportFailed":[1.0]' in capsys.readouterr().out
    assert read_schedule(schedule_id)["state"] == {"status": "active"}
    assert fire(schedule_id) == "requested"
