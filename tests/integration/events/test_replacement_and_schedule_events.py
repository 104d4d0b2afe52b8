"""Events about replacements, image re-syncs, and schedules."""

from datetime import timedelta
from typing import Any

import pytest

from badgedata import clock
from badgedata.records.directory import Member
from tests.integration.schedules.scheduling import MONDAY, create_schedule, fire
from tests.integration.schedules.scheduling import sweep as sweep_schedules
from tests.support.clock import set_time
from tests.support.operations_stream import OperationsStream, Subscription
from tests.support.organizations import OWNER, load_organizations
from tests.support.replacing import Queue, advance_hours, delete_badge_image, load_badge_class, preview, replace, sweep

Json = dict[str, Any]


def facts(event: Json, *names: str) -> list[Any]:
    return [event["detail"][name] for name in names]


# ---------------------------------------------------------------- replacements and re-syncs


def test_confirmed_replacement_and_completed_resync_are_announced(
    stream: OperationsStream, subscription: Subscription
) -> None:
    load_badge_class(3)
    replacement = replace()
    Queue().process_all()
    stream.deliver()
    replaced, completed = subscription.receive()
    assert replaced["detail-type"] == "BadgeReplaced"
    ids = [replacement["id"], "robotics", 2, "WELD", "MAKERS"]
    names = ("replacementId", "badgeClassId", "badgeClassVersion", "issuerId", "organizationId")
    assert facts(replaced, *names) == ids
    assert completed["detail-type"] == "ImageResyncCompleted"
    assert facts(completed, *names) == ids
    assert facts(completed, "total", "refreshed", "pending", "failed") == [3, 3, 0, 0]
    assert OWNER.email not in str((replaced, completed))


def test_overdue_resync_is_announced_once_with_its_progress_figures(
    stream: OperationsStream, subscription: Subscription
) -> None:
    load_badge_class(2)
    replace()
    delete_badge_image()
    Queue().process_all()
    end = clock.now() + timedelta(days=13, hours=1)
    sweep(end)
    sweep(end + timedelta(hours=1))
    stream.deliver()
    _, overdue = subscription.receive()
    assert overdue["detail-type"] == "ImageResyncOverdue"
    assert facts(overdue, "total", "refreshed", "pending", "failed") == [2, 0, 0, 2]


def test_resync_taken_over_by_a_newer_replacement_does_not_send_an_event(
    stream: OperationsStream, subscription: Subscription
) -> None:
    load_badge_class(2)
    replace()
    replace()
    Queue().process_all()
    advance_hours(1)
    stream.deliver()
    assert subscription.types() == ["BadgeReplaced", "BadgeReplaced", "ImageResyncCompleted"]


def test_canceled_preview_does_not_send_an_event(stream: OperationsStream, subscription: Subscription) -> None:
    load_badge_class(1)
    assert OWNER.delete(f"/replacements/{preview()['id']}").status == 200
    assert stream.deliver() == []
    assert subscription.receive() == []


# ---------------------------------------------------------------- schedules


@pytest.fixture
def schedule_id(stream: OperationsStream, subscription: Subscription) -> str:
    """Return the ID of a schedule whose creation event has already been received."""
    load_organizations()
    schedule_id = create_schedule()
    stream.deliver()
    (created,) = subscription.receive()
    assert created["detail-type"] == "ScheduleCreated"
    assert facts(created, "scheduleId", "organizationId", "status", "expression", "timeZone") == [
        schedule_id,
        "MAKERS",
        "active",
        "cron(0 6 ? * MON *)",
        "Europe/Berlin",
    ]
    assert OWNER.email not in str(created)
    assert "Awards for the board" not in str(created)
    return schedule_id


def test_scheduled_run_is_announced_with_its_export(
    schedule_id: str, stream: OperationsStream, subscription: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_time(clock.parse_rfc3339(MONDAY), monkeypatch)
    assert fire(schedule_id) == "requested"
    assert fire(schedule_id) == "requested"
    stream.deliver()
    requested, run = subscription.receive()
    assert (requested["detail-type"], run["detail-type"]) == ("ExportRequested", "ScheduleRun")
    assert requested["detail"]["scheduleId"] == schedule_id
    assert facts(run, "scheduledTime", "exportId") == [MONDAY, requested["detail"]["exportId"]]


def test_editing_pausing_and_resuming_a_schedule_are_announced_as_changes(
    schedule_id: str, stream: OperationsStream, subscription: Subscription
) -> None:
    OWNER.patch(f"/schedules/{schedule_id}", {"name": "Other", "expression": "rate(1 day)"})
    OWNER.patch(f"/schedules/{schedule_id}", {"enabled": False})
    OWNER.patch(f"/schedules/{schedule_id}", {"enabled": True})
    sweep_schedules()
    stream.deliver()
    events = subscription.receive()
    assert {event["detail-type"] for event in events} == {"ScheduleChanged"}
    assert [sorted(event["detail"]["changed"]) for event in events] == [["expression", "name"], ["status"], ["status"]]
    assert [event["detail"]["status"] for event in events] == ["active", "paused", "active"]


def test_schedule_is_announced_as_stopped_after_its_creator_loses_access(
    schedule_id: str, stream: OperationsStream, subscription: Subscription
) -> None:
    Member.get(*Member.key(OWNER.email, "MAKERS", "WELD")).delete()
    assert fire(schedule_id) == "stopped"
    sweep_schedules()
    stream.deliver()
    run, stopped = subscription.receive()
    assert (run["detail-type"], run["detail"]["exportId"]) == ("ScheduleRun", None)
    assert (stopped["detail-type"], stopped["detail"]["status"]) == ("ScheduleStopped", "stopped")
    assert OWNER.email not in str(stopped), "the stored reason names the person"


def test_schedule_deletion_is_announced_once(
    schedule_id: str, stream: OperationsStream, subscription: Subscription
) -> None:
    assert OWNER.delete(f"/schedules/{schedule_id}").status == 204
    sweep_schedules()
    stream.deliver()
    (deleted,) = subscription.receive()
    assert (deleted["detail-type"], deleted["detail"]["scheduleId"]) == ("ScheduleDeleted", schedule_id)
