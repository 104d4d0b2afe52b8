"""Schedules created by programs: they run as long as the access token and its creator's role exist."""

from datetime import timedelta

import pytest

from badgedata import clock
from badgedata.records.directory import Issuer, Member
from badgedata.records.schedules import Schedule, ScheduleCount
from tests.integration.schedules.scheduling import (
    AWARDS,
    MONDAY,
    MONDAYS,
    create_schedule,
    exports,
    fire,
    read_schedule,
)
from tests.integration.tokens.requesting import TOKENS, in_days, new_token
from tests.support.api_client import Program
from tests.support.clock import set_time
from tests.support.organizations import ADMIN, OWNER

pytestmark = pytest.mark.usefixtures("organizations")


def schedule_of_a_program(role: str = "editor", days: float = 300) -> tuple[str, str]:
    """Return the IDs of the owner's token and of a schedule that a program created with the token."""
    token = new_token(OWNER, role=role, issuerId="WELD", name="Nightly", expiresAt=in_days(days))
    answer = Program(token["secret"]).post("/schedules", MONDAYS | {"export": AWARDS})
    assert answer.status == 201, answer.text
    assert answer.json["requestedBy"] == "token:Nightly"
    return token["id"], answer.json["id"]


def test_scheduled_export_names_the_access_token_as_its_requester() -> None:
    _, schedule_id = schedule_of_a_program()
    assert fire(schedule_id) == "requested"
    [export] = exports()
    assert (export["requestedBy"], export["scheduleId"]) == ("token:Nightly", schedule_id)
    assert fire(schedule_id) == "requested"  # delivered twice
    assert len(exports()) == 1


def as_version_0_1_stored(schedule_id: str) -> None:
    """Remove the attributes that version 0.1 didn't store, and subtract one from the organization's schedule count."""
    Schedule(*Schedule.key(schedule_id)).update(
        actions=[Schedule.organization_id.remove(), Schedule.issuer_id.remove()]
    )
    count = ScheduleCount(*ScheduleCount.organization_key("MAKERS"))
    count.update(actions=[ScheduleCount.schedules.add(-1)])


def count_of_organization() -> float:
    return ScheduleCount.get(*ScheduleCount.organization_key("MAKERS")).schedules


@pytest.mark.parametrize(
    "export",
    [
        {"organizationId": "MAKERS", "kind": "awards"},
        {"issuerId": "WELD", "kind": "awards"},
        {"badgeClassId": "BC-WELD-1", "kind": "badge-class"},
    ],
    ids=lambda export: export["kind"],
)
def test_program_can_take_over_a_schedule_from_version_0_1(export: dict[str, str]) -> None:
    schedule_id = create_schedule(ADMIN, export=export, period=None)
    create_schedule(ADMIN)  # counted
    as_version_0_1_stored(schedule_id)
    token = new_token(role="editor")
    program, path = Program(token["secret"]), f"/schedules/{schedule_id}"
    assert program.patch(path, {"enabled": False}).status == 200
    assert program.patch(path, {"enabled": True}).status == 200
    assert fire(schedule_id) == "requested"
    assert program.patch(path, {"expression": "rate(2 days)"}).status == 200
    assert ADMIN.delete(f"{TOKENS}/{token['id']}").status == 204
    assert fire(schedule_id, "2026-04-06T04:00:00Z") == "stopped"
    assert ADMIN.delete(path).status == 204
    trails = ["/organizations/MAKERS/trail", *([] if "organizationId" in export else ["/issuers/WELD/trail"])]
    for trail in trails:
        entries = [entry for entry in ADMIN.get(trail).json["items"] if entry["target"]["id"] == schedule_id]
        assert [entry["action"].removeprefix("schedule-") for entry in reversed(entries)] == [
            "created",
            "paused",
            "resumed",
            "changed",
            "stopped",
            "deleted",
        ]
    assert count_of_organization() == 1


def test_schedule_from_version_0_1_stops_if_its_issuer_was_deleted() -> None:
    _, schedule_id = schedule_of_a_program()
    as_version_0_1_stored(schedule_id)
    Issuer.get(*Issuer.key("WELD")).delete()
    assert fire(schedule_id) == "stopped"
    stored = Schedule.get(*Schedule.key(schedule_id))
    assert "or the data was deleted" in (stored.reason or "")


def test_token_with_the_staff_role_cannot_create_schedules() -> None:
    token = new_token(role="staff", issuerId="WELD")
    assert Program(token["secret"]).post("/schedules", MONDAYS | {"export": AWARDS}).status == 403


def test_schedule_stops_when_its_token_is_deleted() -> None:
    token_id, schedule_id = schedule_of_a_program()
    assert ADMIN.delete(f"{TOKENS}/{token_id}").status == 204
    assert fire(schedule_id) == "stopped"
    reason = read_schedule(schedule_id)["state"]["reason"]
    assert "token:Nightly, which was deleted or has expired" in reason
    assert exports() == []


def test_schedule_stops_when_its_token_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    _, schedule_id = schedule_of_a_program(days=2)
    set_time(clock.now() + timedelta(days=2, seconds=1), monkeypatch)
    assert fire(schedule_id) == "stopped"
    assert "expired" in read_schedule(schedule_id)["state"]["reason"]


def test_schedule_stops_when_its_tokens_creator_loses_the_required_role() -> None:
    _, schedule_id = schedule_of_a_program()
    Member.get(*Member.key(OWNER.email, "MAKERS", "WELD")).update(actions=[Member.role.set("staff")])
    assert fire(schedule_id) == "stopped"
    assert "The creator of token:Nightly no longer has" in read_schedule(schedule_id, ADMIN)["state"]["reason"]


def test_person_who_resumes_a_deleted_tokens_schedule_becomes_responsible_for_it() -> None:
    token_id, schedule_id = schedule_of_a_program()
    ADMIN.delete(f"{TOKENS}/{token_id}")
    assert fire(schedule_id) == "stopped"
    assert OWNER.patch(f"/schedules/{schedule_id}", {"enabled": True}).json["requestedBy"] == OWNER.email
    assert fire(schedule_id, "2026-04-06T04:00:00Z") == "requested"


def test_changing_a_schedule_with_a_token_makes_the_token_responsible() -> None:
    schedule_id = create_schedule()
    token = new_token(OWNER, role="owner", issuerId="WELD")
    changed = Program(token["secret"]).patch(f"/schedules/{schedule_id}", {"expression": "cron(0 7 ? * MON *)"})
    assert changed.json["requestedBy"] == "token:Nightly"
    assert fire(schedule_id, MONDAY) == "requested"
    OWNER.delete(f"{TOKENS}/{token['id']}")
    assert fire(schedule_id, "2026-04-06T05:00:00Z") == "stopped"
