"""Schedule runs that users start immediately."""

from datetime import UTC, datetime, timedelta

import pytest

from badgedata import clock
from badgedata.config import config
from tests.integration.schedules.scheduling import (
    create_schedule,
    exports,
    finished_export,
    fire,
    in_event_bridge,
    read_schedule,
)
from tests.support.api_client import Answer, Person
from tests.support.clock import set_time
from tests.support.organizations import ADMIN, EDITOR, OWNER, PENNILESS, STAFF, issuer, load_organization, member

pytestmark = pytest.mark.usefixtures("organizations")


def run(schedule_id: str, person: Person = OWNER, key: str = "") -> Answer:
    return person.post(f"/schedules/{schedule_id}/run", None, headers={"Idempotency-Key": key} if key else {})


def test_immediate_run_creates_an_export_requested_by_the_caller() -> None:
    schedule_id = create_schedule(period=None)
    answer = run(schedule_id, EDITOR)
    assert answer.status == 202
    export = answer.json
    assert EDITOR.follow(answer.headers["Location"]).json["id"] == export["id"]
    assert (export["scheduleId"], export["requestedBy"], export["status"]) == (schedule_id, EDITOR.email, "queued")
    assert read_schedule(schedule_id)["lastRun"] == {"at": export["createdAt"], "exportId": export["id"]}
    assert read_schedule(schedule_id)["requestedBy"] == OWNER.email
    assert finished_export(export["id"])["file"]["rows"] == 2


def test_immediate_run_exports_the_period_before_the_request_date(monkeypatch: pytest.MonkeyPatch) -> None:
    schedule_id = create_schedule(period="previous-week")
    set_time(datetime(2026, 7, 1, 22, 30, tzinfo=UTC), monkeypatch)  # already Thursday in Berlin
    options = run(schedule_id).json["options"]
    assert (options["awardedAfter"], options["awardedBefore"]) == ("2026-06-22", "2026-06-28")
    assert options["timeZone"] == "Europe/Berlin"


def test_immediate_run_does_not_change_the_next_scheduled_run() -> None:
    schedule_id = create_schedule()
    due, in_service = read_schedule(schedule_id)["nextRunAt"], in_event_bridge(schedule_id)
    run(schedule_id)
    assert read_schedule(schedule_id)["nextRunAt"] == due
    for setting in ("ScheduleExpression", "State", "LastModificationDate"):
        assert in_event_bridge(schedule_id)[setting] == in_service[setting]


def test_paused_schedule_can_be_run_immediately_and_stays_paused() -> None:
    schedule_id = create_schedule()
    OWNER.patch(f"/schedules/{schedule_id}", {"enabled": False})
    assert run(schedule_id).status == 202
    assert read_schedule(schedule_id)["state"] == {"status": "paused"}


def test_repeated_idempotency_key_returns_the_first_export(monkeypatch: pytest.MonkeyPatch) -> None:
    schedule_id, start = create_schedule(period="previous-day"), clock.now()
    first = run(schedule_id, key="now").json
    set_time(start + timedelta(hours=23), monkeypatch)  # the period has changed
    assert run(schedule_id, key="now").json["id"] == first["id"]
    assert read_schedule(schedule_id)["lastRun"] == {"at": first["createdAt"], "exportId": first["id"]}
    for other in (run(schedule_id), run(schedule_id, key="again"), run(schedule_id, ADMIN, "now")):
        assert other.json["id"] != first["id"]
    assert run(create_schedule(), key="now").json["id"] != first["id"]


def test_idempotency_key_never_matches_a_scheduled_run() -> None:
    schedule_id = create_schedule()
    assert fire(schedule_id, "2026-03-30T04:00:00Z") == "requested"
    run(schedule_id, key="2026-03-30T04:00:00Z")
    assert len(exports()) == 2


def test_late_scheduled_run_does_not_overwrite_a_newer_immediate_run() -> None:
    schedule_id = create_schedule()
    export_id = run(schedule_id).json["id"]
    assert fire(schedule_id, "2026-03-30T04:00:00Z") == "requested"
    assert read_schedule(schedule_id)["lastRun"]["exportId"] == export_id


def test_export_history_can_be_filtered_by_schedule() -> None:
    schedule_id = create_schedule()
    export_id = run(schedule_id).json["id"]
    run(create_schedule())
    assert [export["id"] for export in exports(issuerId="WELD", scheduleId=schedule_id)] == [export_id]


def test_immediate_run_above_the_active_export_limit_is_rejected() -> None:
    schedule_id = create_schedule()
    for _ in range(config().active_exports_per_organization):
        run(schedule_id)
    answer = run(schedule_id)
    assert (answer.status, answer.problem["code"]) == (429, "too-many-exports")


def test_schedules_cannot_be_run_by_staff_or_on_the_free_plan() -> None:
    schedule_id = create_schedule()
    assert run(schedule_id, STAFF).problem["code"] == "role-not-allowed"
    assert run(schedule_id, PENNILESS) == run("NONE", PENNILESS)
    load_organization("MAKERS", "free", [issuer("WELD", "Welding School")], [member(OWNER, "owner", "WELD")])
    assert run(schedule_id).problem["code"] == "subscription-required"
    assert exports() == []


def test_deleted_schedule_cannot_be_run() -> None:
    schedule_id = create_schedule()
    OWNER.delete(f"/schedules/{schedule_id}")
    assert run(schedule_id).status == 404
