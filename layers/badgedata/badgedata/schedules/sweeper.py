"""The schedule sweeper: makes EventBridge Scheduler follow the records, and tries waiting runs again."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from pynamodb.exceptions import DeleteError

from badgedata import clock
from badgedata.records.schedules import Schedule, WaitingRun
from badgedata.schedules import lifecycle, running, scheduler
from badgedata.swept import Swept


def sweep() -> Swept:
    """See to every schedule that changed some minutes ago, and to every run that waits."""
    swept = Swept()
    try:
        lifecycle.look_at_all_after_upgrade()
    except Exception as error:
        swept.errors.append(error)
    now = clock.sortable(clock.now())
    for schedule in Schedule.by_due_time.query(lifecycle.DUE, Schedule.due_at <= now):
        try:
            swept.outcomes[_see_to(schedule.id)] += 1
        except Exception as error:
            swept.errors.append(error)
    full: set[str] = set()
    for waiting in _in_turn(WaitingRun.by_due_time.query(running.WAITING, WaitingRun.due_at <= now)):
        try:
            swept.outcomes[_try_again(waiting, full)] += 1
        except Exception as error:
            swept.errors.append(error)
    return swept


def _see_to(schedule_id: str) -> str:
    schedule = lifecycle.find(schedule_id)
    if schedule is None or schedule.due != lifecycle.DUE:
        return "seen-to"
    if schedule.status in lifecycle.SEEN:
        scheduler.follow(schedule)
        lifecycle.seen_to(schedule)
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
    if scheduled_time + running.PATIENCE < clock.now():
        _end(waiting)
        return "given-up"
    if waiting.organization_id in full:
        return "waiting"
    outcome = running.run(waiting.schedule_id, scheduled_time)
    if outcome == "waiting":
        full.add(waiting.organization_id)
    if outcome != "waiting" or waiting.sk != WaitingRun.key(waiting.schedule_id)[1]:  # one that version 0.1 wrote
        _end(waiting)
    return outcome


def _end(waiting: WaitingRun) -> None:
    """Remove a run that doesn't wait any more, unless a later one took its place in the meantime."""
    try:
        waiting.delete(condition=WaitingRun.scheduled_time == waiting.scheduled_time)
    except DeleteError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
