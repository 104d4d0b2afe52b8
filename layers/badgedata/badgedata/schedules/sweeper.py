"""The schedule sweeper: makes EventBridge Scheduler follow the records, and tries waiting runs again."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from badgedata import clock
from badgedata.records.schedules import WaitingRun
from badgedata.schedules import lifecycle, runner, scheduler
from badgedata.sweeping import SweepResult

_FAILED = "Sweep of a schedule failed"


def sweep() -> SweepResult:
    """See to every schedule that changed some minutes ago, and to every run that waits."""
    result = SweepResult()
    with result.item(_FAILED):
        lifecycle.look_at_all_after_upgrade()
    now = clock.now()
    for schedule in lifecycle.due_schedules(now):
        with result.item(_FAILED, schedule_id=schedule.id):
            result.outcomes[_see_to(schedule.id)] += 1
    full: set[str] = set()
    for waiting in _in_turn(lifecycle.waiting_runs(now)):
        with result.item(_FAILED, schedule_id=waiting.schedule_id):
            result.outcomes[_try_again(waiting, full)] += 1
    return result


def _see_to(schedule_id: str) -> str:
    schedule = lifecycle.find(schedule_id)
    if schedule is None or schedule.due != lifecycle.DUE:
        return "seen-to"
    if schedule.status in lifecycle.SEEN:
        scheduler.follow(schedule)
        lifecycle.settle(schedule)
        return "seen-to"
    # Nobody was told that it was made, or its deletion was broken off.
    lifecycle.forget(schedule)
    return "forgotten"


def _in_turn(waiting: Iterable[WaitingRun]) -> Iterator[WaitingRun]:
    """Order runs so that every organization gets its first one before any gets its second."""
    queues: dict[str, list[WaitingRun]] = {}
    for run in waiting:
        queues.setdefault(run.organization_id, []).append(run)
    for turn in zip_longest(*queues.values()):
        yield from (run for run in turn if run is not None)


def _try_again(waiting: WaitingRun, full: set[str]) -> str:
    """Try one run, first come, first served; for an organization in `full` there is no use in trying."""
    scheduled_time = clock.parse_rfc3339(waiting.scheduled_time)
    if scheduled_time + lifecycle.MAX_WAIT < clock.now():
        lifecycle.end_wait(waiting)
        return "given-up"
    if waiting.organization_id in full:
        return "waiting"
    outcome = runner.run(waiting.schedule_id, scheduled_time)
    if outcome == "waiting":
        full.add(waiting.organization_id)
    if outcome != "waiting" or waiting.sk != WaitingRun.key(waiting.schedule_id)[1]:  # one that version 0.1 wrote
        lifecycle.end_wait(waiting)
    return outcome
