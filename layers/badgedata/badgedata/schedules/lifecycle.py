"""Create, edit, pause, resume, stop, and delete schedules.

The record is the source of truth. A change and a recheck time are first written to the record. The change is then
applied to EventBridge Scheduler. If this fails, the sweeper applies the change within minutes. If two changes are made
at the same time, the last write wins.

If the creation of a schedule is interrupted, the status remains `creating`, and the sweeper deletes the schedule.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.attributes import Attribute
from pynamodb.exceptions import DeleteError, PynamoDBException
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from badgedata import access, clock, trail
from badgedata.access import Caller, Scope
from badgedata.exports.specification import require_role
from badgedata.identifiers import new_id
from badgedata.problems import Problem, conflict, not_found
from badgedata.records import transactions
from badgedata.records.record import code_of
from badgedata.records.schedules import PostponedRun, Schedule, ScheduleCount, ScheduleTarget
from badgedata.records.trail import TrailEntry
from badgedata.records.transactions import ConditionsFailedError
from badgedata.schedules import scheduler

logger = Logger(child=True)

MAX_SCHEDULES_PER_SCOPE = 20
MAX_SCHEDULES_PER_ORGANIZATION = 100
VISIBLE = ("active", "paused", "stopped")
"""The statuses that the API shows."""
DUE = "schedule"
POSTPONED = "waiting-run"
SETTLED = "settled-schedule"
"""The partition of schedules that need no recheck until an upgrade changes the target that they invoke."""

MAX_WAIT = timedelta(hours=20)
"""The maximum delay of a postponed run. Idempotency keys are kept longer, so a retry can't request a second export."""

_FIELDS: Final = {
    "name": ["name"],
    "export": ["kind", "options"],
    "expression": ["expression"],
    "timeZone": ["time_zone"],
    "period": ["period"],
    "notify": ["notify"],
    "deliver": ["deliver"],
}
"""The fields of a schedule in the API, and the record attributes that store them."""

_LEFT_TO_SWEEPER = "Schedule change left to the sweeper"
RECHECK_AFTER = timedelta(minutes=2)
"""The time after which the sweeper rechecks a change. It is longer than any change takes."""


def begin(schedule: Schedule) -> None:
    """Save a new schedule and activate it.

    Raises
    ------
    Problem
        - 409 if the scope or the organization has reached its schedule limit.
        - 422 if EventBridge Scheduler rejects the schedule.
    """
    schedule.due, schedule.due_at = DUE, clock.sortable(clock.now() + RECHECK_AFTER)
    _store(schedule)
    try:
        scheduler.create(schedule)
    except Exception:
        discard(schedule)
        raise
    # If the response to an update was lost and botocore retried the update, the schedule is already active.
    entry = _trail_entry(schedule, "schedule-created", schedule.requested_by, schedule.token_id)
    if _update(schedule, Schedule.status == "creating", [Schedule.status.set("active")], entry):
        schedule.status = "active"
    else:
        schedule.refresh(consistent_read=True)


def find(schedule_id: str) -> Schedule | None:
    """Return a schedule's current record, or None if it doesn't exist. The schedule can have any status."""
    try:
        return Schedule.get(*Schedule.key(schedule_id), consistent_read=True)
    except Schedule.DoesNotExist:
        return None


def of_scope(scope_key: str, after: str | None) -> Iterator[Schedule]:
    """Return a scope's schedules, newest first. If `after` is a schedule's ID, return only older ones."""
    records = Schedule.by_scope.newest_first(Schedule.list_key(scope_key), after, MAX_SCHEDULES_PER_SCOPE)
    return (schedule for schedule in records if schedule.status in VISIBLE)


def due_schedules(now: datetime) -> Iterator[Schedule]:
    """Return the schedules that are due for a recheck."""
    return Schedule.by_due_time.query(DUE, Schedule.due_at <= clock.sortable(now))


def postponed_runs(now: datetime) -> Iterator[PostponedRun]:
    """Return the postponed runs that are due for a retry, oldest first."""
    return PostponedRun.by_due_time.query(POSTPONED, PostponedRun.due_at <= clock.sortable(now))


def edit(schedule: Schedule, edited: Schedule, by: Caller) -> None:
    """Save an edited copy of a schedule, unless the schedule has changed since it was read.

    If the expression or time zone changes, EventBridge Scheduler is updated before the edit is saved, because it can
    reject the new value. The record is marked for a recheck first. If saving the edit fails, the sweeper restores the
    previous settings in EventBridge Scheduler.

    Raises
    ------
    Problem
        The edit isn't saved:

        - 404 if the schedule was deleted in the meantime.
        - 409 if the schedule was changed in the meantime.
        - 422 if EventBridge Scheduler rejects the new expression or time zone.
    """
    actions = _differences(schedule, edited)
    if not actions:
        return
    is_retimed = (schedule.expression, schedule.time_zone) != (edited.expression, edited.time_zone)
    is_rescheduled = is_retimed or schedule.status != edited.status
    if is_retimed:
        _change_if_unchanged(schedule, [])
        try:
            scheduler.update(edited)
        except (BotoCoreError, ClientError):
            logger.warning(_LEFT_TO_SWEEPER, schedule_id=schedule.id, exc_info=True)
    try:
        _change_if_unchanged(schedule, actions, _entry_of_edit(schedule, edited, by))
    except Problem:
        if is_retimed:
            _reconcile_now(schedule.id)
        raise
    if is_rescheduled:
        _reconcile_now(schedule.id)


def resume(schedule: Schedule, scope: Scope, caller: Caller) -> None:
    """Activate a paused or stopped schedule. The caller becomes responsible for it.

    Raises
    ------
    Problem
        403 if the caller may not edit schedules or request this kind of export, or if the organization isn't on the
        paid plan.
    """
    scope.require_editing_role()
    require_role(schedule.kind, scope)
    scope.require_subscription()
    token: Action = Schedule.token_id.set(caller.token_id) if caller.token_id else Schedule.token_id.remove()
    responsible = [Schedule.requested_by.set(caller.name), token]
    actions = [Schedule.status.set("active"), Schedule.reason.remove(), *responsible]
    entry = _entry_by(caller, schedule, "schedule-resumed")
    _change(schedule, actions, Schedule.status.is_in("paused", "stopped"), entry=entry)
    _reconcile_now(schedule.id)


def pause(schedule: Schedule, scope: Scope, by: Caller) -> None:
    """Pause an active schedule, regardless of the plan. A stopped schedule remains stopped.

    Raises
    ------
    Problem
        403 if the caller's role doesn't allow editing schedules.
    """
    scope.require_editing_role()
    entry = _entry_by(by, schedule, "schedule-paused")
    _change(schedule, [Schedule.status.set("paused")], Schedule.status == "active", entry=entry)
    _reconcile_now(schedule.id)


def stop(schedule: Schedule, reason: str) -> bool:
    """Stop a schedule that can no longer request exports. The sweeper disables it in EventBridge Scheduler.

    Parameters
    ----------
    reason
        A human-readable reason.

    Returns
    -------
    bool
        False if the schedule was changed or deleted in the meantime.
    """
    actions = [Schedule.status.set("stopped"), Schedule.reason.set(reason)]
    condition = _is_unchanged(schedule) & (Schedule.status == "active")
    entry = _trail_entry(schedule, "schedule-stopped", trail.SYSTEM, details={"reason": reason})
    return _change(schedule, actions, condition, timedelta(), entry)


def remove(schedule: Schedule, scope: Scope, by: Caller) -> None:
    """Delete a schedule, regardless of the plan. The schedule's exports are kept.

    Raises
    ------
    Problem
        403 if the caller's role doesn't allow editing schedules.
    """
    scope.require_editing_role()
    entry = _entry_by(by, schedule, "schedule-deleted")
    if _change(schedule, [Schedule.status.set("deleting")], Schedule.status.is_in(*VISIBLE), entry=entry):
        try:
            discard(schedule)
        except (BotoCoreError, ClientError, PynamoDBException):
            logger.warning(_LEFT_TO_SWEEPER, schedule_id=schedule.id, exc_info=True)


def _reconcile_now(schedule_id: str) -> None:
    """Reconcile EventBridge Scheduler with a changed record.

    Errors are only logged, because the sweeper retries. The change has already taken effect, because each run reads
    the record.
    """
    try:
        schedule = find(schedule_id)
        if schedule is not None and schedule.status in VISIBLE and schedule.due == DUE:
            scheduler.reconcile(schedule)
    except (BotoCoreError, ClientError, PynamoDBException):
        logger.warning(_LEFT_TO_SWEEPER, schedule_id=schedule_id, exc_info=True)


def discard(schedule: Schedule) -> None:
    """Delete a schedule from EventBridge Scheduler, and then its record. A repeated call has no effect."""
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
    """Cancel a schedule's recheck, unless the schedule has changed since it was read."""
    schedule.update_if((Schedule.due == DUE) & (Schedule.due_at == schedule.due_at), [Schedule.due.set(SETTLED)])


def recheck_all_after_upgrade() -> None:
    """Mark all schedules for a recheck if an upgrade changed their target.

    The new target is saved last. If this function is interrupted, the next sweep starts over.
    """
    current = scheduler.target_fingerprint()
    try:
        known = ScheduleTarget.get(*ScheduleTarget.key(), consistent_read=True).fingerprint
    except ScheduleTarget.DoesNotExist:
        known = None
    if known == current:
        return
    now = clock.sortable(clock.now())
    for schedule in Schedule.by_due_time.query(SETTLED):
        schedule.update_if(Schedule.due == SETTLED, [Schedule.due.set(DUE), Schedule.due_at.set(now)])
    ScheduleTarget(*ScheduleTarget.key(), fingerprint=current).save()


def note_run(schedule: Schedule, scheduled_time: str, export_id: str | None) -> None:
    """Record a run and its export, if any, unless a later run is already recorded."""
    older = Schedule.last_run_at < scheduled_time
    export: Action = Schedule.last_export_id.remove()
    if export_id is not None:
        older = Schedule.last_run_at <= scheduled_time
        export = Schedule.last_export_id.set(export_id)
    newest = Schedule.pk.exists() & (Schedule.last_run_at.does_not_exist() | older)
    schedule.update_if(newest, [Schedule.last_run_at.set(scheduled_time), export])


def postpone_run(schedule: Schedule, organization_id: str, scheduled_time: datetime) -> None:
    """Postpone a run, replacing the schedule's previously postponed run, if any."""
    at = clock.to_the_second(scheduled_time)
    is_newest = PostponedRun.scheduled_time.does_not_exist() | (PostponedRun.scheduled_time < at)
    PostponedRun(*PostponedRun.key(schedule.id)).update_if(
        is_newest,
        [
            PostponedRun.schedule_id.set(schedule.id),
            PostponedRun.scheduled_time.set(at),
            PostponedRun.organization_id.set(organization_id),
            PostponedRun.due.set(POSTPONED),
            PostponedRun.due_at.set(PostponedRun.due_at | clock.sortable(scheduled_time)),
            PostponedRun.expires_at.set(int((scheduled_time + 2 * MAX_WAIT).timestamp())),
        ],
    )


def remove_postponed(run: PostponedRun) -> None:
    """Remove a postponed run, unless a later run has replaced it."""
    try:
        run.delete(condition=PostponedRun.scheduled_time == run.scheduled_time)
    except DeleteError as error:
        if code_of(error) != "ConditionalCheckFailedException":
            raise


def _store(schedule: Schedule) -> None:
    def once(transaction: TransactWrite) -> None:
        for counted, maximum in _counts_of(schedule):
            room = ScheduleCount.schedules.does_not_exist() | (ScheduleCount.schedules < maximum)
            transaction.update(counted, actions=[ScheduleCount.schedules.add(1)], condition=room)
        transaction.save(schedule)

    try:
        transactions.write(once)
    except ConditionsFailedError as error:
        if error.failed[1]:  # PynamoDB writes saved items before updated ones
            detail = f"The limit of {MAX_SCHEDULES_PER_SCOPE} schedules for this scope has been reached."
        else:
            detail = f"The limit of {MAX_SCHEDULES_PER_ORGANIZATION} schedules per organization has been reached."
        raise conflict(f"{detail} Delete a schedule that you no longer need.") from None


def _counts_of(schedule: Schedule) -> list[tuple[ScheduleCount, int]]:
    """Return the counters for a schedule's scope and organization, each with its limit."""
    counts = [(ScheduleCount(*ScheduleCount.key(schedule.scope)), MAX_SCHEDULES_PER_SCOPE)]
    if schedule.organization_id is not None:  # an early version neither stored nor counted it
        key = ScheduleCount.organization_key(schedule.organization_id)
        counts.append((ScheduleCount(*key), MAX_SCHEDULES_PER_ORGANIZATION))
    return counts


def _differences(schedule: Schedule, edited: Schedule) -> list[Action]:
    editable: dict[str, Attribute[Any]] = {
        "name": Schedule.name,
        "kind": Schedule.kind,
        "options": Schedule.options,
        "expression": Schedule.expression,
        "time_zone": Schedule.time_zone,
        "period": Schedule.period,
        "notify": Schedule.notify,
        "deliver": Schedule.deliver,
        "status": Schedule.status,
        "reason": Schedule.reason,
        "requested_by": Schedule.requested_by,
        "token_id": Schedule.token_id,
    }
    return [
        attribute.remove() if (value := getattr(edited, name)) is None else attribute.set(value)
        for name, attribute in editable.items()
        if getattr(schedule, name) != getattr(edited, name)
    ]


def _entry_of_edit(schedule: Schedule, edited: Schedule, by: Caller) -> TrailEntry | None:
    """Return the trail entry for an edit. If only the status changed, the entry records a pause or a resume."""
    changed = [
        name for name, attributes in _FIELDS.items() if _values(schedule, attributes) != _values(edited, attributes)
    ]
    if not changed:
        return _entry_by(by, edited, "schedule-paused" if edited.status == "paused" else "schedule-resumed")
    details: dict[str, Any] = {"changed": changed}
    if schedule.status != edited.status:
        details["enabled"] = edited.status == "active"
    return _entry_by(by, edited, "schedule-changed", details)


def _values(schedule: Schedule, attributes: Sequence[str]) -> list[Any]:
    return [getattr(schedule, attribute) for attribute in attributes]


def organization_and_issuer_of(schedule: Schedule) -> tuple[str | None, str | None]:
    """Return the IDs of a schedule's organization and issuer, even if an earlier release didn't store them.

    The IDs aren't added to the record, because an organization's counter includes only schedules whose records contain
    the organization's ID. The organization's ID is None if it isn't stored and the scope was deleted.
    """
    organization_id, issuer_id = schedule.organization_id, schedule.issuer_id
    if organization_id is None or (issuer_id is None and schedule.scope_type != "organization"):
        derived = access.organization_and_issuer_of(schedule.scope_type, schedule.scope_id)
        organization_id, issuer_id = organization_id or derived[0], issuer_id or derived[1]
    return organization_id, issuer_id


def _entry_by(
    caller: Caller, schedule: Schedule, action: trail.Action, details: dict[str, Any] | None = None
) -> TrailEntry | None:
    return _trail_entry(schedule, action, caller.name, caller.token_id, details)


def _trail_entry(
    schedule: Schedule,
    action: trail.Action,
    actor: str,
    token_id: str | None = None,
    details: dict[str, Any] | None = None,
) -> TrailEntry | None:
    """Return a trail entry, or None if the organization is unknown."""
    organization_id, issuer_id = organization_and_issuer_of(schedule)
    if organization_id is None:
        return None
    facts = {"kind": schedule.kind, "scopeType": schedule.scope_type, "scopeId": schedule.scope_id, **(details or {})}
    return trail.entry(
        organization_id, actor, action, "schedule", schedule.id, schedule.name, facts, issuer_id, token_id
    )


def _update(
    schedule: Schedule, condition: Condition, actions: Sequence[Action], entry: TrailEntry | None = None
) -> bool:
    """Update a schedule and save the trail entry. Return False if the condition isn't met."""
    if entry is None:
        return schedule.update_if(condition, actions)
    return trail.update_if(schedule, condition, actions, entry)


def _change(
    schedule: Schedule,
    actions: Sequence[Action],
    condition: Condition,
    recheck_after: timedelta = RECHECK_AFTER,
    entry: TrailEntry | None = None,
) -> bool:
    """Change a schedule and mark it for a recheck. Return False if the condition isn't met.

    If a trail entry is saved, the record in memory isn't updated.
    """
    revision = new_id()
    marks = [
        Schedule.revision.set(revision),
        Schedule.due.set(DUE),
        Schedule.due_at.set(clock.sortable(clock.now() + recheck_after)),
    ]
    if _update(schedule, condition, [*actions, *marks], entry):
        return True
    # If the response to an update was lost and botocore retried the update, the change is already saved.
    current = find(schedule.id)
    if current is None or current.revision != revision:
        return False
    schedule.refresh(consistent_read=True)
    return True


def _change_if_unchanged(schedule: Schedule, actions: Sequence[Action], entry: TrailEntry | None = None) -> None:
    """Change a schedule. Raise Problem if it has changed (409) or was deleted (404) since it was read."""
    condition = _is_unchanged(schedule) & Schedule.status.is_in(*VISIBLE)
    if _change(schedule, actions, condition, entry=entry):
        return
    current = find(schedule.id)
    if current is None or current.status not in VISIBLE:
        raise not_found("schedule")
    raise conflict(
        "Another request changed this schedule at the same time, so your change was not saved. Get the schedule again, "
        "and repeat your change if it still applies."
    )


def _is_unchanged(schedule: Schedule) -> Condition:
    if schedule.revision is None:
        return Schedule.revision.does_not_exist()
    return Schedule.revision == schedule.revision
