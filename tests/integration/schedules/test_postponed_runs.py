"""Runs that are postponed while the active export limit is reached."""

from datetime import timedelta

import pytest

from badgedata import clock
from tests.integration.schedules.runs import CLOCKS, load_awards_around_clock_changes
from tests.integration.schedules.scheduling import create_schedule, exports, fire, read_schedule, sweep
from tests.support.clock import set_time
from tests.support.invocations import process_queue
from tests.support.organizations import ADMIN, OWNER

pytestmark = pytest.mark.usefixtures("organizations")


def reach_the_limit() -> list[str]:
    """Enqueue as many exports as the limit allows."""
    answers = [ADMIN.post("/issuers/WOOD/exports", {"kind": "awards"}) for _ in range(5)]
    return [answer.json["id"] for answer in answers]


def test_run_above_the_active_export_limit_is_postponed_and_retried(monkeypatch: pytest.MonkeyPatch) -> None:
    schedule_id = create_schedule()
    reach_the_limit()
    scheduled = clock.now().replace(microsecond=0)
    assert fire(schedule_id, clock.rfc3339(scheduled)) == "postponed"
    assert read_schedule(schedule_id)["lastRun"] == {"at": clock.rfc3339(scheduled)}
    assert read_schedule(schedule_id)["state"] == {"status": "active"}
    assert sweep() == {"postponed": 1}
    process_queue()
    set_time(scheduled + timedelta(hours=19), monkeypatch)
    assert sweep() == {"requested": 1, "reconciled": 1}
    [export] = exports()
    assert read_schedule(schedule_id)["lastRun"] == {"at": clock.rfc3339(scheduled), "exportId": export["id"]}
    assert sweep() == {}
    assert fire(schedule_id, clock.rfc3339(scheduled)) == "requested"  # the same run again, very late
    assert [found["id"] for found in exports()] == [export["id"]]


def test_postponed_run_with_selected_badge_classes_is_retried() -> None:
    schedule_id = create_schedule(
        export={"issuerId": "WELD", "kind": "awards", "badgeClassIds": ["BC-WELD-1"]}, period=None
    )
    reach_the_limit()
    assert fire(schedule_id, clock.rfc3339(clock.now().replace(microsecond=0))) == "postponed"
    process_queue()
    assert sweep()["requested"] == 1


def test_postponed_runs_start_in_order_without_delaying_other_organizations() -> None:
    load_awards_around_clock_changes()
    early, late = create_schedule(), create_schedule()
    other = create_schedule(CLOCKS, export={"issuerId": "CLOCK", "kind": "awards"})
    queued = reach_the_limit()
    now = clock.now()
    assert fire(late, clock.to_the_second(now - timedelta(minutes=1))) == "postponed"
    assert fire(early, clock.to_the_second(now - timedelta(minutes=9))) == "postponed"
    assert fire(other, clock.to_the_second(now)) == "requested"
    ADMIN.delete(f"/exports/{queued[0]}")
    assert sweep() == {"requested": 1, "postponed": 1}
    assert [export["scheduleId"] for export in exports()] == [early]


def test_run_postponed_for_too_long_is_dropped_and_triggers_an_alarm(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    schedule_id = create_schedule()
    reach_the_limit()
    scheduled = clock.now()
    fire(schedule_id, clock.to_the_second(scheduled))
    set_time(scheduled + timedelta(hours=20, seconds=1), monkeypatch)
    capsys.readouterr()
    assert sweep()["given-up"] == 1
    assert '"ScheduledExportFailed":[1.0]' in capsys.readouterr().out
    assert sweep() == {}
    assert exports() == []


def test_postponed_run_for_a_deleted_schedule_is_dropped() -> None:
    schedule_id = create_schedule()
    reach_the_limit()
    fire(schedule_id, clock.to_the_second(clock.now()))
    OWNER.delete(f"/schedules/{schedule_id}")
    assert sweep() == {"gone": 1}
    assert sweep() == {}
