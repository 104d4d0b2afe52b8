"""The life of a schedule: made, paused, resumed, stopped, deleted.

The record is the truth, and EventBridge Scheduler is made to follow it. Every change first writes what is wanted,
together with a time at which the sweeper takes a second look, and then does it. So a crash in between is made good
within minutes, and of two changes at once the one that was written last holds in the end.

Nobody has been told of a schedule that is still `creating`, so one that stays so is taken back.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import DeleteError, PynamoDBException
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from badgedata import clock
from badgedata.access import Scope
from badgedata.problems import conflict
from badgedata.records import transactions
from badgedata.records.schedules import Schedule, ScheduleCount, ScheduleTarget, WaitingRun
from badgedata.records.transactions import ConditionsFailedError
from badgedata.schedules import scheduler

logger = Logger(child=True)

MAX_SCHEDULES_PER_SCOPE = 20
MAX_SCHEDULES_PER_ORGANIZATION = 100
SEEN = ("active", "paused", "stopped")
DUE = "schedule"
WAITING = "waiting-run"
SETTLED = "settled-schedule"
"""The partition of schedules that need no look, by which all are found when an upgrade makes them need one."""

MAX_WAIT = timedelta(hours=20)
"""How long a run may wait for fair use to have room. Shorter than idempotency keys are kept."""

LEFT_TO_SWEEPER = "Schedule change left to the sweeper"
SECOND_LOOK_AFTER = timedelta(minutes=2)
"""Longer than any change takes, so that at the second look no older change is still under way."""


def begin(schedule: Schedule) -> None:
    """Store a new schedule, and let it fire from now on.

    Raises
    ------
    Problem
        409 when the scope or the organization has all the schedules that it may have; 422 when EventBridge Scheduler
        does not take it.
    """
    schedule.due, schedule.due_at = DUE, clock.sortable(clock.now() + SECOND_LOOK_AFTER)
    _store(schedule)
    try:
        scheduler.create(schedule)
    except Exception:
        forget(schedule)
        raise
    # By an update whose answer was lost, and which was sent again, it is active already.
    if not schedule.update_if(Schedule.status == "creating", [Schedule.status.set("active")]):
        schedule.refresh(consistent_read=True)


def find(schedule_id: str) -> Schedule | None:
    """Give the schedule's record as it is now, whatever its state, or None."""
    try:
        return Schedule.get(*Schedule.key(schedule_id), consistent_read=True)
    except Schedule.DoesNotExist:
        return None


def of_scope(scope_key: str, after: str | None) -> Iterator[Schedule]:
    """Return a scope's schedules, newest first, from the id `after` on, which is left out."""
    every = Schedule.by_scope.newest_first(Schedule.list_key(scope_key), after, MAX_SCHEDULES_PER_SCOPE)
    return (schedule for schedule in every if schedule.status in SEEN)


def due_schedules(now: datetime) -> Iterator[Schedule]:
    """Give the schedules that changed some minutes before `now`, for EventBridge Scheduler to follow."""
    return Schedule.by_due_time.query(DUE, Schedule.due_at <= clock.sortable(now))


def waiting_runs(now: datetime) -> Iterator[WaitingRun]:
    """Give the runs that wait for fair use to have room, the longest wait first."""
    return WaitingRun.by_due_time.query(WAITING, WaitingRun.due_at <= clock.sortable(now))


def resume(schedule: Schedule, scope: Scope, by: str) -> None:
    """Let a schedule fire that is paused or stopped. Who resumes it answers for its exports from then on.

    Raises
    ------
    Problem
        403 for a role that does not edit, or without a paid plan.
    """
    scope.require_editing_role()
    scope.require_subscription()
    actions = [Schedule.status.set("active"), Schedule.reason.remove(), Schedule.requested_by.set(by)]
    _change(schedule, actions, Schedule.status.is_in("paused", "stopped"))
    _follow_soon(schedule.id)


def pause(schedule: Schedule, scope: Scope) -> None:
    """Let a schedule fire no more until it is resumed; one that is stopped stays so. Needs no plan, but a role.

    Raises
    ------
    Problem
        403 for a role that does not edit.
    """
    scope.require_editing_role()
    _change(schedule, [Schedule.status.set("paused")], Schedule.status == "active")
    _follow_soon(schedule.id)


def stop(schedule: Schedule, reason: str) -> bool:
    """Let a schedule run no more, with a reason that a person understands. The sweeper lets it fire no more.

    False when it was stopped, paused, deleted or taken over by another person meanwhile.
    """
    actions = [Schedule.status.set("stopped"), Schedule.reason.set(reason)]
    unchanged = (Schedule.status == "active") & (Schedule.requested_by == schedule.requested_by)
    return _change(schedule, actions, unchanged, look_after=timedelta())


def remove(schedule: Schedule, scope: Scope) -> None:
    """Delete a schedule; the exports that it made stay. Needs no plan, but a role.

    Raises
    ------
    Problem
        403 for a role that does not edit.
    """
    scope.require_editing_role()
    if _change(schedule, [Schedule.status.set("deleting")], Schedule.status.is_in(*SEEN)):
        try:
            forget(schedule)
        except (BotoCoreError, ClientError, PynamoDBException):
            logger.warning(LEFT_TO_SWEEPER, schedule_id=schedule.id, exc_info=True)


def _follow_soon(schedule_id: str) -> None:
    """Make EventBridge Scheduler follow a changed record now, or leave it to the sweeper.

    The change is made as soon as the record says so: runs go by the record. So a failure here fails no request.
    """
    try:
        schedule = find(schedule_id)
        if schedule is not None and schedule.status in SEEN and schedule.due == DUE:
            scheduler.follow(schedule)
    except (BotoCoreError, ClientError, PynamoDBException):
        logger.warning(LEFT_TO_SWEEPER, schedule_id=schedule_id, exc_info=True)


def forget(schedule: Schedule) -> None:
    """End the schedule in EventBridge Scheduler, then its record, and count it off. A repeat changes nothing."""
    scheduler.delete(schedule.id)

    def once(transaction: TransactWrite) -> None:
        transaction.delete(schedule, condition=Schedule.pk.exists())
        for counted, _ in _counts_of(schedule):
            transaction.update(counted, actions=[ScheduleCount.schedules.add(-1)])

    try:
        transactions.write(once)
    except ConditionsFailedError:
        return


def settle(schedule: Schedule) -> None:
    """Need no further look, unless something changed since this record was read."""
    schedule.update_if((Schedule.due == DUE) & (Schedule.due_at == schedule.due_at), [Schedule.due.set(SETTLED)])


def look_at_all_after_upgrade() -> None:
    """Let the sweeper look at every schedule when an upgrade has replaced what schedules invoke, or as whom.

    What is invoked now is noted at the end, so that a look that breaks off begins again.
    """
    wanted = scheduler.target_fingerprint()
    try:
        known = ScheduleTarget.get(*ScheduleTarget.key(), consistent_read=True).fingerprint
    except ScheduleTarget.DoesNotExist:
        known = None
    if known == wanted:
        return
    now = clock.sortable(clock.now())
    for schedule in Schedule.by_due_time.query(SETTLED):
        schedule.update_if(Schedule.due == SETTLED, [Schedule.due.set(DUE), Schedule.due_at.set(now)])
    ScheduleTarget(*ScheduleTarget.key(), fingerprint=wanted).save()


def note_run(schedule: Schedule, scheduled_time: str, export_id: str | None) -> None:
    """Keep the latest run, by its scheduled time, and the export that it made, if it did; a late one hides no later."""
    older = Schedule.last_run_at < scheduled_time
    export: Action = Schedule.last_export_id.remove()
    if export_id is not None:
        older = Schedule.last_run_at <= scheduled_time
        export = Schedule.last_export_id.set(export_id)
    newest = Schedule.pk.exists() & (Schedule.last_run_at.does_not_exist() | older)
    schedule.update_if(newest, [Schedule.last_run_at.set(scheduled_time), export])


def begin_wait(schedule: Schedule, organization_id: str, scheduled_time: datetime) -> None:
    """Let a run wait. It takes the place of an older run of the schedule, whose export nobody needs twice."""
    at = clock.to_the_second(scheduled_time)
    is_newest = WaitingRun.scheduled_time.does_not_exist() | (WaitingRun.scheduled_time < at)
    WaitingRun(*WaitingRun.key(schedule.id)).update_if(
        is_newest,
        [
            WaitingRun.schedule_id.set(schedule.id),
            WaitingRun.scheduled_time.set(at),
            WaitingRun.organization_id.set(organization_id),
            WaitingRun.due.set(WAITING),
            WaitingRun.due_at.set(WaitingRun.due_at | clock.sortable(scheduled_time)),
            WaitingRun.expires_at.set(int((scheduled_time + 2 * MAX_WAIT).timestamp())),
        ],
    )


def end_wait(waiting: WaitingRun) -> None:
    """Remove a run that doesn't wait any more, unless a later one took its place in the meantime."""
    try:
        waiting.delete(condition=WaitingRun.scheduled_time == waiting.scheduled_time)
    except DeleteError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise


def _store(schedule: Schedule) -> None:
    def once(transaction: TransactWrite) -> None:
        for counted, most in _counts_of(schedule):
            room = ScheduleCount.schedules.does_not_exist() | (ScheduleCount.schedules < most)
            transaction.update(counted, actions=[ScheduleCount.schedules.add(1)], condition=room)
        transaction.save(schedule)

    try:
        transactions.write(once)
    except ConditionsFailedError as error:
        if error.failed[1]:  # PynamoDB writes what is saved before what is updated
            detail = f"The limit of {MAX_SCHEDULES_PER_SCOPE} schedules is reached here."
        else:
            detail = f"The limit of {MAX_SCHEDULES_PER_ORGANIZATION} schedules of one organization is reached."
        raise conflict(f"{detail} Delete one that is not needed.") from None


def _counts_of(schedule: Schedule) -> list[tuple[ScheduleCount, int]]:
    """Return the counts that a schedule is in, each with its limit: its scope's, then its organization's."""
    counts = [(ScheduleCount(*ScheduleCount.key(schedule.scope)), MAX_SCHEDULES_PER_SCOPE)]
    if schedule.organization_id is not None:
        key = ScheduleCount.organization_key(schedule.organization_id)
        counts.append((ScheduleCount(*key), MAX_SCHEDULES_PER_ORGANIZATION))
    return counts


def _change(
    schedule: Schedule, actions: Sequence[Action], condition: Any, look_after: timedelta = SECOND_LOOK_AFTER
) -> bool:
    look = [Schedule.due.set(DUE), Schedule.due_at.set(clock.sortable(clock.now() + look_after))]
    return schedule.update_if(condition, [*actions, *look])
