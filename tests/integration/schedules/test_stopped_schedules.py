"""Schedules that stop because the responsible person loses the role or the plan, and how they are resumed."""

from typing import Any

import pytest

from badgedata.records.directory import BadgeClass, Member, Organization
from badgedata.records.schedules import Schedule
from badgedata.schedules import lifecycle
from tests.integration.schedules.scheduling import (
    MONDAY,
    create_schedule,
    exports,
    fire,
    in_event_bridge,
    read_schedule,
    sweep,
)
from tests.support.api_client import Person
from tests.support.organizations import ADMIN, EDITOR, OWNER

pytestmark = pytest.mark.usefixtures("organizations")


def lose_role(person: Person = OWNER) -> None:
    Member.get(*Member.key(person.email, "MAKERS", "WELD")).delete()


def become_staff(person: Person = OWNER) -> None:
    Member.get(*Member.key(person.email, "MAKERS", "WELD")).update(actions=[Member.role.set("staff")])


def set_plan(plan: str) -> None:
    Organization.get(*Organization.key("MAKERS")).update(actions=[Organization.plan.set(plan)])


def lose_plan() -> None:
    set_plan("free")


@pytest.mark.parametrize(
    ("loss", "said"),
    [
        (lose_role, "owner@makers.example.org no longer has the owner, editor, or admin role"),
        (become_staff, "owner@makers.example.org no longer has the owner, editor, or admin role"),
        (lose_plan, "Data management is part of the paid plan, but The Makers is on the free plan"),
    ],
)
def test_schedule_stops_without_the_required_role_or_plan(loss: Any, said: str) -> None:
    schedule_id = create_schedule()
    loss()
    assert fire(schedule_id) == "stopped"
    assert exports(ADMIN) == []
    stopped = read_schedule(schedule_id, ADMIN)
    assert (stopped["enabled"], stopped["state"]["status"]) == (False, "stopped")
    assert said in stopped["state"]["reason"]
    assert stopped["lastRun"] == {"at": MONDAY}
    assert "nextRunAt" not in stopped
    assert sweep() == {"reconciled": 1}
    assert in_event_bridge(schedule_id)["State"] == "DISABLED"
    assert fire(schedule_id, "2026-04-06T04:00:00Z") == "off"


def test_schedule_for_a_deleted_scope_is_stopped() -> None:
    schedule_id = create_schedule(export={"badgeClassId": "BC-WELD-1", "kind": "badge-class"}, period=None)
    BadgeClass.get(*BadgeClass.key("BC-WELD-1")).delete()
    assert fire(schedule_id) == "stopped"
    sweep()
    assert in_event_bridge(schedule_id)["State"] == "DISABLED"


def test_resuming_a_stopped_schedule_makes_the_user_responsible_for_it() -> None:
    schedule_id = create_schedule()
    lose_role()
    fire(schedule_id)
    sweep()
    resumed = EDITOR.patch(f"/schedules/{schedule_id}", {"enabled": True}).json
    assert (resumed["state"], resumed["requestedBy"]) == ({"status": "active"}, EDITOR.email)
    assert in_event_bridge(schedule_id)["State"] == "ENABLED"
    assert fire(schedule_id, "2026-04-06T04:00:00Z") == "requested"
    assert exports(EDITOR)[0]["requestedBy"] == EDITOR.email


def test_schedule_taken_over_while_being_stopped_keeps_running(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    schedule_id, stop = create_schedule(), lifecycle.stop

    def stopped_late(as_it_was_read: Schedule, reason: str) -> bool:
        for enabled in (False, True):
            EDITOR.patch(f"/schedules/{schedule_id}", {"enabled": enabled})
        return stop(as_it_was_read, reason)

    lose_role()
    monkeypatch.setattr(lifecycle, "stop", stopped_late)
    assert fire(schedule_id) == "off"
    taken_over = read_schedule(schedule_id, EDITOR)
    assert (taken_over["state"], taken_over["requestedBy"]) == ({"status": "active"}, EDITOR.email)


def test_pausing_does_not_change_a_stopped_schedule() -> None:
    schedule_id = create_schedule()
    lose_role()
    fire(schedule_id)
    before = read_schedule(schedule_id, EDITOR)
    assert EDITOR.patch(f"/schedules/{schedule_id}", {"enabled": False}).json == before


def test_schedule_on_the_free_plan_can_be_paused_and_deleted_but_not_resumed() -> None:
    schedule_id = create_schedule()
    lose_plan()
    assert OWNER.patch(f"/schedules/{schedule_id}", {"enabled": False}).status == 200
    answer = OWNER.patch(f"/schedules/{schedule_id}", {"enabled": True})
    assert (answer.status, answer.problem["code"]) == (403, "subscription-required")
    assert in_event_bridge(schedule_id)["State"] == "DISABLED"
    assert OWNER.delete(f"/schedules/{schedule_id}").status == 204


def test_issuer_schedule_created_by_an_organization_admin_creates_an_export() -> None:
    schedule_id = create_schedule(ADMIN)
    fire(schedule_id)
    assert exports()[0]["requestedBy"] == ADMIN.email
