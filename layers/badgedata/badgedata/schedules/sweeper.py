"""The schedule sweeper: makes EventBridge Scheduler follow the records, and tries waiting runs again."""

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
    for waiting in WaitingRun.by_due_time.query(running.WAITING, WaitingRun.due_at <= now):
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


def _try_again(waiting: WaitingRun, full: set[str]) -> str:
    """Try one run, first come, first served; for an organization in `full` there is no use in trying."""
    scheduled_time = clock.parse_rfc3339(waiting.scheduled_time)
    if scheduled_time + running.PATIENCE < clock.now():
        waiting.delete()
        return "given-up"
    if waiting.organization_id in full:
        return "waiting"
    outcome = running.run(waiting.schedule_id, scheduled_time)
    if outcome == "waiting":
        full.add(waiting.organization_id)
    else:
        waiting.delete()
    return outcome
