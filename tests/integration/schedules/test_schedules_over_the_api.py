"""Create, list, pause, resume, and delete schedules over the API, with their copies in EventBridge Scheduler."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from badgedata import clock
from badgedata.config import config
from local.places import REPOSITORY
from tests.integration.schedules.scheduling import (
    AWARDS,
    MONDAYS,
    all_in_event_bridge,
    create_schedule,
    in_event_bridge,
    listed_schedules,
    read_schedule,
    request_schedule,
    sweep,
)
from tests.support.api_client import Person
from tests.support.clock import set_time
from tests.support.organizations import ADMIN, CARPENTER, EDITOR, NOBODY, OWNER, PENNILESS, RIVAL, STAFF

pytestmark = pytest.mark.usefixtures("organizations")

EVERY_KIND: list[tuple[Person, dict[str, Any], dict[str, Any]]] = [
    (ADMIN, {"organizationId": "MAKERS", "kind": "awards"}, {"timeZone": "UTC", "byteOrderMark": True}),
    (OWNER, {"issuerId": "WELD", "kind": "awards", "byteOrderMark": False}, {"timeZone": "UTC"}),
    (
        OWNER,
        {"issuerId": "WELD", "kind": "issuer", "includeBadgeClasses": True, "includeAssertions": True},
        {"includeRecipientGroups": False, "includePathways": False, "embedImages": False, "compress": False},
    ),
    (
        EDITOR,
        {"issuerId": "WELD", "kind": "groups", "includeStaff": True},
        {"includeArchived": False, "includeCreation": False, "includeExpiration": False, "byteOrderMark": True},
    ),
    (EDITOR, {"issuerId": "WELD", "kind": "group-badges", "includeArchived": True}, {"byteOrderMark": True}),
    (ADMIN, {"issuerId": "WELD", "kind": "learner-progress"}, {"includeArchived": False, "byteOrderMark": True}),
    (
        OWNER,
        {"badgeClassId": "BC-WELD-1", "kind": "badge-class", "compress": True},
        {"includeAssertions": False, "embedImages": False},
    ),
]


# ---------------------------------------------------------------- create


def test_new_schedule_shows_its_export_next_run_and_responsible_person(monkeypatch: pytest.MonkeyPatch) -> None:
    set_time(datetime(2026, 3, 25, 12, 0, 0, 500, tzinfo=UTC), monkeypatch)  # a Wednesday
    answer = request_schedule()
    assert answer.status == 201
    schedule = answer.json
    assert OWNER.follow(answer.headers["Location"]).json["id"] == schedule["id"]
    assert schedule == MONDAYS | {
        "id": schedule["id"],
        "export": AWARDS | {"timeZone": "Europe/Berlin", "byteOrderMark": True},
        "notify": False,
        "deliver": False,
        "enabled": True,
        "state": {"status": "active"},
        "requestedBy": OWNER.email,
        "createdAt": "2026-03-25T12:00:00Z",
        "nextRunAt": "2026-03-30T04:00:00Z",  # six o'clock, the day after daylight saving time starts
    }
    assert read_schedule(schedule["id"]) == schedule


def test_new_schedule_is_created_in_event_bridge_scheduler() -> None:
    schedule = in_event_bridge(create_schedule())
    assert schedule["GroupName"] == config().schedule_group
    assert schedule["ScheduleExpression"] == "cron(0 6 ? * MON *)"
    assert schedule["ScheduleExpressionTimezone"] == "Europe/Berlin"
    assert schedule["State"] == "ENABLED"
    assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert "StartDate" not in schedule
    target = schedule["Target"]
    assert (target["Arn"], target["RoleArn"]) == (config().schedule_target_arn, config().schedule_role_arn)
    assert target["DeadLetterConfig"] == {"Arn": config().schedule_dead_letter_queue_arn}


def test_rate_schedule_starts_at_creation_and_keeps_its_cadence_after_a_pause(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begin = clock.now().replace(microsecond=0)
    set_time(begin, monkeypatch)
    schedule_id = create_schedule(expression="rate(6 hours)", period=None)
    assert in_event_bridge(schedule_id)["StartDate"] == begin + timedelta(hours=6)
    OWNER.patch(f"/schedules/{schedule_id}", {"enabled": False})
    set_time(begin + timedelta(hours=13), monkeypatch)
    resumed = OWNER.patch(f"/schedules/{schedule_id}", {"enabled": True}).json
    assert in_event_bridge(schedule_id)["StartDate"] == begin + timedelta(hours=18)
    assert resumed["nextRunAt"] == clock.rfc3339(begin + timedelta(hours=18))


@pytest.mark.parametrize(("person", "export", "defaults"), EVERY_KIND, ids=lambda value: str(value)[:60])
def test_every_kind_of_export_can_be_scheduled_with_its_options(
    person: Person, export: dict[str, Any], defaults: dict[str, Any]
) -> None:
    schedule_id = create_schedule(person, export=export, period=None, timeZone=None)
    assert read_schedule(schedule_id, person)["export"] == export | defaults
    assert read_schedule(schedule_id, person)["timeZone"] == "UTC"
    assert in_event_bridge(schedule_id)["State"] == "ENABLED"


def test_scope_can_have_at_most_20_schedules() -> None:
    made_ids = [create_schedule() for _ in range(20)]
    answer = request_schedule()
    assert (answer.status, answer.problem["code"]) == (409, "conflict")
    assert "20" in answer.problem["detail"]
    assert all_in_event_bridge().keys() == set(made_ids)
    create_schedule(export={"badgeClassId": "BC-WELD-1", "kind": "badge-class"}, period=None)  # another scope
    assert OWNER.delete(f"/schedules/{made_ids[7]}").status == 204
    create_schedule()
    assert request_schedule().status == 409


def test_api_guide_example_creates_a_schedule() -> None:
    guide = (REPOSITORY / "docs" / "api-guide.md").read_text()
    [body] = re.findall(r"""/schedules" .*?-d '(\{.*?"\})'\)\n""", guide, re.DOTALL)
    answer = OWNER.post("/schedules", body.replace("'$ISSUER'", "WELD"))
    assert answer.status == 201, answer.text
    assert answer.json["period"] == "previous-week"


# ---------------------------------------------------------------- list


def test_schedules_in_a_scope_are_listed_newest_first_across_pages() -> None:
    ids = [create_schedule() for _ in range(5)]
    create_schedule(ADMIN, export={"organizationId": "MAKERS", "kind": "awards"})
    found, query = [], {"issuerId": "WELD", "limit": "2"}
    for size in (2, 2, 1):
        page = OWNER.get("/schedules", query=query).json
        assert len(page["items"]) == size
        found += [schedule["id"] for schedule in page["items"]]
        query["cursor"] = page.get("nextCursor", "")
    assert found == ids[::-1]
    assert query["cursor"] == ""
    assert len(listed_schedules(ADMIN, organizationId="MAKERS")) == 1
    assert listed_schedules(badgeClassId="BC-WELD-1") == []


def test_badge_class_schedule_is_listed_under_the_badge_class() -> None:
    schedule_id = create_schedule(export={"badgeClassId": "BC-WELD-1", "kind": "badge-class"}, period=None)
    assert [schedule["id"] for schedule in listed_schedules(badgeClassId="BC-WELD-1")] == [schedule_id]
    assert listed_schedules() == []


# ---------------------------------------------------------------- pause, resume, delete


def test_paused_schedule_does_not_fire_until_it_is_resumed() -> None:
    schedule_id = create_schedule()
    paused = OWNER.patch(f"/schedules/{schedule_id}", {"enabled": False})
    assert paused.status == 200
    assert (paused.json["enabled"], paused.json["state"]) == (False, {"status": "paused"})
    assert "nextRunAt" not in paused.json
    assert in_event_bridge(schedule_id)["State"] == "DISABLED"
    resumed = EDITOR.patch(f"/schedules/{schedule_id}", {"enabled": True})
    assert (resumed.json["enabled"], resumed.json["state"]) == (True, {"status": "active"})
    assert resumed.json["requestedBy"] == EDITOR.email  # the user who resumes it is responsible for it
    assert in_event_bridge(schedule_id)["State"] == "ENABLED"


@pytest.mark.parametrize("enabled", [True, False])
def test_repeated_pause_or_resume_request_changes_nothing(enabled: bool) -> None:
    schedule_id = create_schedule()
    first = OWNER.patch(f"/schedules/{schedule_id}", {"enabled": enabled})
    assert OWNER.patch(f"/schedules/{schedule_id}", {"enabled": enabled}) == first
    assert in_event_bridge(schedule_id)["State"] == ("ENABLED" if enabled else "DISABLED")


def test_deleting_a_schedule_deletes_its_record_and_its_event_bridge_copy() -> None:
    schedule_id = create_schedule()
    answer = OWNER.delete(f"/schedules/{schedule_id}")
    assert (answer.status, answer.text) == (204, "")
    assert OWNER.get(f"/schedules/{schedule_id}").status == 404
    assert OWNER.delete(f"/schedules/{schedule_id}").status == 404
    assert listed_schedules() == []
    assert in_event_bridge(schedule_id) is None


def test_paused_schedule_can_be_deleted() -> None:
    schedule_id = create_schedule()
    OWNER.patch(f"/schedules/{schedule_id}", {"enabled": False})
    assert OWNER.delete(f"/schedules/{schedule_id}").status == 204
    assert in_event_bridge(schedule_id) is None


# ---------------------------------------------------------------- permissions


def test_staff_can_view_but_not_change_schedules() -> None:
    schedule_id = create_schedule()
    assert [schedule["id"] for schedule in listed_schedules(STAFF)] == [schedule_id]
    before = read_schedule(schedule_id, STAFF)
    for answer in (
        request_schedule(STAFF),
        STAFF.patch(f"/schedules/{schedule_id}", {"enabled": False}),
        STAFF.patch(f"/schedules/{schedule_id}", {"enabled": True}),
        STAFF.delete(f"/schedules/{schedule_id}"),
    ):
        assert (answer.status, answer.problem["code"]) == (403, "role-not-allowed")
        assert "staff" in answer.problem["detail"]
    assert read_schedule(schedule_id) == before
    assert all_in_event_bridge() == {schedule_id: "ENABLED"}


@pytest.mark.parametrize("person", [RIVAL, CARPENTER, NOBODY, PENNILESS], ids=lambda person: person.email)
def test_callers_without_a_role_for_a_scope_cannot_see_its_schedules(person: Person) -> None:
    schedule_id = create_schedule()
    scopes = {"organizationId": "MAKERS", "issuerId": "WELD", "badgeClassId": "BC-WELD-1"}
    kinds = {"organizationId": "awards", "issuerId": "awards", "badgeClassId": "badge-class"}
    for theirs, none in (
        *(
            (request_schedule(person, export={name: scope, "kind": kinds[name]}, period=None),
             request_schedule(person, export={name: "NONE", "kind": kinds[name]}, period=None))
            for name, scope in scopes.items()
        ),
        *((person.get("/schedules", query={name: scope}), person.get("/schedules", query={name: "NONE"}))
          for name, scope in scopes.items()),
        (person.get(f"/schedules/{schedule_id}"), person.get("/schedules/NONE")),
        (person.patch(f"/schedules/{schedule_id}", {"enabled": False}),
         person.patch("/schedules/NONE", {"enabled": False})),
        (person.delete(f"/schedules/{schedule_id}"), person.delete("/schedules/NONE")),
    ):  # fmt: skip
        assert theirs == none
        assert (theirs.status, theirs.problem["code"]) == (404, "not-found")
    assert all_in_event_bridge() == {schedule_id: "ENABLED"}


def test_issuer_members_cannot_see_organization_schedules() -> None:
    schedule_id = create_schedule(ADMIN, export={"organizationId": "MAKERS", "kind": "awards"})
    assert OWNER.get(f"/schedules/{schedule_id}") == OWNER.get("/schedules/NONE")


def test_schedules_are_unavailable_on_the_free_plan() -> None:
    answer = request_schedule(PENNILESS, export={"organizationId": "FREE", "kind": "awards"})
    assert (answer.status, answer.problem["code"]) == (403, "subscription-required")
    assert listed_schedules(PENNILESS, organizationId="FREE") == []
    assert all_in_event_bridge() == {}


def test_sweeper_does_not_change_consistent_schedules(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    active, paused = create_schedule(), create_schedule()
    OWNER.patch(f"/schedules/{paused}", {"enabled": False})
    before = listed_schedules()
    set_time(clock.now() + timedelta(minutes=3), monkeypatch)
    assert sweep() == {"reconciled": 2}
    assert sweep() == {}
    assert listed_schedules() == before
    assert all_in_event_bridge() == {active: "ENABLED", paused: "DISABLED"}
