"""Schedule edits over the API: each field, the responsible person, earlier and later runs, and concurrent edits."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from badgedata import clock, trail
from badgedata.records.directory import BadgeClass, Member, Organization
from badgedata.records.schedules import Schedule
from badgedata.schedules import lifecycle, scheduler
from tests.integration.schedules.scheduling import (
    AWARDS,
    MONDAY,
    all_in_event_bridge,
    create_schedule,
    exports,
    finished_export,
    fire,
    in_event_bridge,
    listed_schedules,
    read_schedule,
    sweep,
    timing_of,
)
from tests.support.api_client import Answer, Person
from tests.support.clock import set_time
from tests.support.organizations import ADMIN, CARPENTER, EDITOR, NOBODY, OWNER, PENNILESS, RIVAL, STAFF

pytestmark = pytest.mark.usefixtures("organizations")

WEDNESDAY = datetime(2026, 3, 25, 12, tzinfo=UTC)


def edit(schedule_id: str, person: Person = OWNER, **changes: Any) -> Answer:
    return person.patch(f"/schedules/{schedule_id}", changes)


def edited(schedule_id: str, person: Person = OWNER, **changes: Any) -> dict[str, Any]:
    """Edit a schedule, check that a later GET matches the response, and return the response."""
    answer = edit(schedule_id, person, **changes)
    assert answer.status == 200, answer.text
    assert read_schedule(schedule_id) == answer.json
    schedule: dict[str, Any] = answer.json
    return schedule


# ---------------------------------------------------------------- fields


def test_renaming_a_schedule_changes_nothing_else() -> None:
    schedule_id = create_schedule()
    before, scheduled = read_schedule(schedule_id), in_event_bridge(schedule_id)
    assert edited(schedule_id, name="Board, weekly") == before | {"name": "Board, weekly"}
    assert [schedule["name"] for schedule in listed_schedules()] == ["Board, weekly"]
    assert in_event_bridge(schedule_id)["LastModificationDate"] == scheduled["LastModificationDate"]


def test_new_expression_and_time_zone_are_applied_in_event_bridge_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    set_time(WEDNESDAY, monkeypatch)
    schedule_id = create_schedule()
    target = in_event_bridge(schedule_id)["Target"]
    schedule = edited(schedule_id, expression="cron(30 7 ? * FRI *)", timeZone="Asia/Tokyo")
    assert schedule["nextRunAt"] == "2026-03-26T22:30:00Z"
    assert timing_of(schedule_id) == ("ENABLED", "cron(30 7 ? * FRI *)", "Asia/Tokyo")
    assert in_event_bridge(schedule_id)["Target"] == target
    assert schedule["export"]["timeZone"] == "Asia/Tokyo", "the period follows the schedule's time zone"


def test_intervals_of_a_new_rate_are_counted_from_the_creation_time(monkeypatch: pytest.MonkeyPatch) -> None:
    set_time(WEDNESDAY, monkeypatch)
    schedule_id = create_schedule()
    set_time(WEDNESDAY + timedelta(hours=13), monkeypatch)
    assert edited(schedule_id, expression="rate(6 hours)")["nextRunAt"] == "2026-03-26T06:00:00Z"
    assert in_event_bridge(schedule_id)["StartDate"] == WEDNESDAY + timedelta(hours=18)
    edited(schedule_id, expression="cron(0 6 ? * MON *)")
    assert in_event_bridge(schedule_id).get("StartDate") is None


def test_changing_the_export_resets_its_options_to_their_defaults() -> None:
    schedule_id = create_schedule(export=AWARDS | {"byteOrderMark": False}, period=None)
    export = {"issuerId": "WELD", "kind": "groups", "includeStaff": True}
    defaults = {"includeArchived": False, "includeCreation": False, "includeExpiration": False, "byteOrderMark": True}
    assert edited(schedule_id, export=export)["export"] == export | defaults
    assert fire(schedule_id) == "requested"
    assert exports()[0]["kind"] == "groups"
    assert exports()[0]["options"]["includeStaff"] is True


def test_saving_an_unchanged_schedule_changes_nothing() -> None:
    schedule_id = create_schedule()
    before = read_schedule(schedule_id)
    fields = ("name", "export", "expression", "timeZone", "period", "enabled")
    assert edited(schedule_id, EDITOR, **{field: before[field] for field in fields}) == before


def test_period_can_be_changed_removed_and_added_again() -> None:
    schedule_id = create_schedule()
    assert edited(schedule_id, period="previous-month")["period"] == "previous-month"
    fire(schedule_id)
    assert exports()[0]["options"].items() >= {"awardedAfter": "2026-02-01", "awardedBefore": "2026-02-28"}.items()
    assert "period" not in edited(schedule_id, period=None)
    fire(schedule_id, "2026-04-06T04:00:00Z")
    assert "awardedAfter" not in exports()[0]["options"]
    assert edited(schedule_id, period="previous-day")["period"] == "previous-day"


def test_period_is_rejected_if_the_export_has_award_dates() -> None:
    schedule_id = create_schedule(export=AWARDS | {"awardedAfter": "2026-01-01"}, period=None)
    answer = edit(schedule_id, period="previous-day")
    assert (answer.status, answer.wrong_fields) == (422, ["export.awardedAfter"])
    assert edited(schedule_id, period="previous-day", export=AWARDS)["period"] == "previous-day"


def test_export_and_period_can_be_changed_together() -> None:
    schedule_id = create_schedule()
    assert edit(schedule_id, export={"issuerId": "WELD", "kind": "groups"}).wrong_fields == ["period"]
    schedule = edited(schedule_id, export={"issuerId": "WELD", "kind": "groups"}, period=None)
    assert schedule["export"]["kind"] == "groups"


# ---------------------------------------------------------------- paused and stopped


def test_paused_schedule_remains_paused_when_it_is_edited() -> None:
    schedule_id = create_schedule()
    edit(schedule_id, enabled=False)
    schedule = edited(schedule_id, expression="cron(0 8 ? * TUE *)")
    assert (schedule["enabled"], schedule["state"]) == (False, {"status": "paused"})
    assert timing_of(schedule_id) == ("DISABLED", "cron(0 8 ? * TUE *)", "Europe/Berlin")
    assert edited(schedule_id, enabled=True)["enabled"] is True
    assert timing_of(schedule_id) == ("ENABLED", "cron(0 8 ? * TUE *)", "Europe/Berlin")


@pytest.mark.parametrize("other", [{"name": "Another"}, {"expression": "rate(1 day)", "timeZone": "UTC"}], ids=str)
def test_schedule_can_be_edited_and_paused_or_resumed_in_one_request(other: dict[str, Any]) -> None:
    schedule_id = create_schedule()
    paused = edited(schedule_id, enabled=False, **other)
    assert (paused["state"], paused.items() >= other.items()) == ({"status": "paused"}, True)
    assert in_event_bridge(schedule_id)["State"] == "DISABLED"
    resumed = edited(schedule_id, EDITOR, enabled=True, **other)
    assert (resumed["state"], resumed["requestedBy"]) == ({"status": "active"}, EDITOR.email)
    assert in_event_bridge(schedule_id)["State"] == "ENABLED"


def test_stopped_schedule_keeps_its_state_until_it_is_resumed() -> None:
    schedule_id = create_schedule()
    Member.get(*Member.key(OWNER.email, "MAKERS", "WELD")).delete()
    assert fire(schedule_id) == "stopped"
    state = read_schedule(schedule_id, EDITOR)["state"]
    assert edit(schedule_id, EDITOR, period="previous-day").json["state"] == state
    assert edit(schedule_id, EDITOR, name="Another", enabled=False).json["state"] == state
    resumed = edit(schedule_id, EDITOR, name="Ours", enabled=True).json
    assert (resumed["state"], resumed["requestedBy"]) == ({"status": "active"}, EDITOR.email)
    assert in_event_bridge(schedule_id)["State"] == "ENABLED"


# ---------------------------------------------------------------- roles


@pytest.mark.parametrize(
    "changes",
    [
        {"export": AWARDS | {"byteOrderMark": False}},
        {"expression": "rate(1 day)"},
        {"timeZone": "UTC"},
        {"period": "previous-day"},
    ],
    ids=str,
)
def test_changing_the_export_or_time_makes_the_caller_responsible(changes: dict[str, Any]) -> None:
    schedule_id = create_schedule()
    assert edited(schedule_id, EDITOR, **changes)["requestedBy"] == EDITOR.email
    fire(schedule_id)
    assert exports()[0]["requestedBy"] == EDITOR.email


@pytest.mark.parametrize("changes", [{"name": "Another"}, {"enabled": False, "name": "Another"}], ids=str)
def test_renaming_or_pausing_keeps_the_responsible_person(changes: dict[str, Any]) -> None:
    assert edited(create_schedule(), EDITOR, **changes)["requestedBy"] == OWNER.email


def test_staff_cannot_edit_a_schedule() -> None:
    schedule_id = create_schedule()
    before = read_schedule(schedule_id)
    for changes in ({"name": "Another"}, {"expression": "rate(1 day)"}, {"name": "Another", "enabled": True}):
        answer = edit(schedule_id, STAFF, **changes)
        assert (answer.status, answer.problem["code"]) == (403, "role-not-allowed")
    assert read_schedule(schedule_id) == before


@pytest.mark.parametrize("person", [RIVAL, CARPENTER, NOBODY, PENNILESS], ids=lambda person: person.email)
def test_inaccessible_schedule_returns_the_same_error_as_an_unknown_schedule(person: Person) -> None:
    schedule_id = create_schedule()
    for changes in ({"name": "Mine"}, {"export": AWARDS}, {"expression": "every Monday"}):
        answer = edit(schedule_id, person, **changes)
        assert (answer.status, answer.problem["code"]) == (404, "not-found")
        assert answer == edit("NONE", person, **changes)


def test_schedule_on_the_free_plan_can_be_paused_but_not_edited() -> None:
    schedule_id = create_schedule()
    organization = Organization.get(*Organization.key("MAKERS"))
    organization.plan = "free"
    organization.save()
    answer = edit(schedule_id, name="Another", enabled=False)
    assert (answer.status, answer.problem["code"]) == (403, "subscription-required")
    assert edit(schedule_id, enabled=False).status == 200


def test_deleted_schedule_cannot_be_edited() -> None:
    schedule_id = create_schedule()
    OWNER.delete(f"/schedules/{schedule_id}")
    assert edit(schedule_id, name="Another").status == 404


# ---------------------------------------------------------------- runs


def test_export_in_progress_keeps_its_original_options() -> None:
    schedule_id = create_schedule()
    fire(schedule_id)
    [before] = exports()
    edited(schedule_id, export={"issuerId": "WELD", "kind": "groups"}, period=None, name="Groups")
    finished = finished_export(before["id"])
    assert (finished["kind"], finished["options"]) == ("awards", before["options"])
    assert read_schedule(schedule_id)["lastRun"]["exportId"] == before["id"]


def test_run_redelivered_after_an_edit_does_not_create_a_second_export() -> None:
    schedule_id = create_schedule()
    fire(schedule_id)
    [first] = exports()
    edited(schedule_id, period="previous-day", export=AWARDS | {"byteOrderMark": False})
    assert fire(schedule_id, MONDAY) == "requested"
    assert [export["id"] for export in exports()] == [first["id"]]
    assert read_schedule(schedule_id)["state"] == {"status": "active"}
    assert read_schedule(schedule_id)["lastRun"] == {"at": MONDAY, "exportId": first["id"]}


def test_postponed_run_uses_the_latest_export_settings() -> None:
    schedule_id, scheduled = create_schedule(), clock.now().replace(microsecond=0)
    filling = [ADMIN.post("/issuers/WOOD/exports", {"kind": "awards"}).json["id"] for _ in range(5)]
    assert fire(schedule_id, clock.rfc3339(scheduled)) == "postponed"
    edited(schedule_id, export={"issuerId": "WELD", "kind": "groups"}, period=None)
    ADMIN.delete(f"/exports/{filling[0]}")
    assert sweep() == {"requested": 1}
    assert [export["kind"] for export in exports()] == ["groups"]


# ---------------------------------------------------------------- concurrent changes


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Return a function that runs an action after the next edit has read the schedule."""

    def happens(change: Callable[[], Any]) -> None:
        happened = False

        def late(update: Callable[..., bool]) -> Callable[..., bool]:
            def first_change(*arguments: Any) -> bool:
                nonlocal happened
                if not happened:
                    happened = True
                    change()
                return update(*arguments)

            return first_change

        for of in (Schedule, trail):
            monkeypatch.setattr(of, "update_if", late(of.update_if))

    return happens


@pytest.mark.parametrize("changes", [{"name": "Mine"}, {"expression": "rate(1 day)"}], ids=str)
@pytest.mark.parametrize(
    "other",
    [{"name": "Theirs"}, {"expression": "rate(2 days)"}, {"enabled": False}, {"period": None}],
    ids=str,
)
def test_second_of_two_concurrent_changes_is_rejected(
    changes: dict[str, Any], other: dict[str, Any], meanwhile: Callable[[Callable[[], Any]], None]
) -> None:
    schedule_id = create_schedule()
    meanwhile(lambda: edited(schedule_id, EDITOR, **other))
    answer = edit(schedule_id, **changes)
    assert (answer.status, answer.problem["code"]) == (409, "conflict")
    assert "Get the schedule again" in answer.problem["detail"]
    kept = read_schedule(schedule_id)
    assert {name: kept.get(name) for name in other} == other
    assert timing_of(schedule_id)[1] == kept["expression"]
    assert edit(schedule_id, **changes).status == 200


def test_editing_a_concurrently_deleted_schedule_returns_not_found(
    meanwhile: Callable[[Callable[[], Any]], None],
) -> None:
    schedule_id = create_schedule()
    meanwhile(lambda: OWNER.delete(f"/schedules/{schedule_id}"))
    assert edit(schedule_id, name="Mine", expression="rate(1 day)").status == 404
    assert listed_schedules() == []
    assert all_in_event_bridge() == {}


def test_eventbridge_schedule_matches_the_record_after_two_concurrent_edits(monkeypatch: pytest.MonkeyPatch) -> None:
    schedule_id, update = create_schedule(), scheduler.update

    def updated_late(as_edited: Schedule) -> None:
        patch.undo()
        assert edit(schedule_id, EDITOR, expression="rate(2 days)").status == 200
        update(as_edited)

    with monkeypatch.context() as patch:
        patch.setattr(scheduler, "update", updated_late)
        assert edit(schedule_id, expression="rate(1 day)").status == 409
    assert read_schedule(schedule_id)["expression"] == "rate(2 days)"
    assert timing_of(schedule_id)[1] == "rate(2 days)"


def test_outdated_run_does_not_stop_a_concurrently_edited_schedule(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    schedule_id, stop = create_schedule(), lifecycle.stop

    def stopped_late(as_it_was_read: Schedule, reason: str) -> bool:
        assert edit(schedule_id, EDITOR, period="previous-day").status == 200
        return stop(as_it_was_read, reason)

    Member.get(*Member.key(OWNER.email, "MAKERS", "WELD")).delete()
    monkeypatch.setattr(lifecycle, "stop", stopped_late)
    assert fire(schedule_id) == "off"
    assert read_schedule(schedule_id, EDITOR)["state"] == {"status": "active"}


def test_update_retried_after_a_lost_response_does_not_cause_a_conflict(monkeypatch: pytest.MonkeyPatch) -> None:
    schedule_id, update_if = create_schedule(), Schedule.update_if

    def retried(schedule: Schedule, *arguments: Any) -> bool:
        """Write twice, as botocore does when it gets no response to the first request."""
        twin = lifecycle.find(schedule_id)
        assert twin is not None
        assert update_if(twin, *arguments)
        return update_if(schedule, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(Schedule, "update_if", retried)
        assert edit(schedule_id, name="Mine", expression="rate(1 day)").status == 200
    assert (read_schedule(schedule_id)["name"], read_schedule(schedule_id)["expression"]) == ("Mine", "rate(1 day)")


def test_editing_recreates_a_schedule_missing_from_event_bridge_scheduler() -> None:
    schedule_id = create_schedule()
    scheduler.delete(schedule_id)
    edited(schedule_id, expression="cron(0 8 ? * TUE *)")
    assert timing_of(schedule_id) == ("ENABLED", "cron(0 8 ? * TUE *)", "Europe/Berlin")


def test_export_columns_and_filters_can_be_edited() -> None:
    schedule_id = create_schedule()
    export = AWARDS | {"separator": "semicolon", "status": ["active"], "badgeClassIds": ["BC-WELD-1"]}
    assert edited(schedule_id, export=export)["export"].items() >= export.items()
    answer = edit(schedule_id, export=AWARDS | {"badgeClassIds": ["NONE"]})
    assert answer.wrong_fields == ["export.badgeClassIds.0"]


def test_deleted_badge_class_in_a_filter_does_not_block_other_edits() -> None:
    schedule_id = create_schedule(export=AWARDS | {"badgeClassIds": ["BC-WELD-1"]})
    BadgeClass.get(*BadgeClass.key("BC-WELD-1")).delete()
    assert edited(schedule_id, name="Another")["name"] == "Another"
    assert edit(schedule_id, period="previous-day").json["period"] == "previous-day"
    assert edit(schedule_id, timeZone="UTC").json["timeZone"] == "UTC"
    answer = edit(schedule_id, export=AWARDS | {"badgeClassIds": ["BC-WELD-1"], "status": ["active"]})
    assert answer.wrong_fields == ["export.badgeClassIds.0"]


def test_schedule_that_exceeds_a_lowered_frequency_limit_can_be_renamed() -> None:
    schedule_id = create_schedule()
    record = Schedule.get(*Schedule.key(schedule_id))
    record.update([Schedule.expression.set("rate(5 minutes)")])
    assert edited(schedule_id, name="As often as ever")["expression"] == "rate(5 minutes)"
    assert edit(schedule_id, expression="rate(6 minutes)").wrong_fields == ["expression"]
