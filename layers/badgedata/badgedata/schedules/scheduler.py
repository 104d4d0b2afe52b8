"""Create, update, and delete schedules in EventBridge Scheduler, and read the events that start runs.

The functions are idempotent: they succeed even if a schedule already exists or has already been deleted.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from botocore.exceptions import ClientError

from badgedata import clock
from badgedata.aws import scheduler
from badgedata.config import config
from badgedata.exports.window import zone_named
from badgedata.problems import invalid
from badgedata.records import transactions
from badgedata.records.schedules import Schedule
from badgedata.schedules.expressions import Rate, next_run, read_expression

if TYPE_CHECKING:
    from mypy_boto3_scheduler.type_defs import CreateScheduleInputTypeDef, TargetTypeDef

_SCHEDULED_TIME = "<aws.scheduler.scheduled-time>"
"""A placeholder that EventBridge Scheduler replaces with a run's time (User Guide, "Adding context attributes")."""


class _ScheduledRun(msgspec.Struct, rename="camel"):
    """The event that starts a run: ``{"scheduleId": "…", "scheduledTime": "2026-03-29T01:00:00Z"}``."""

    schedule_id: str
    scheduled_time: str


def create(schedule: Schedule) -> None:
    """Create a schedule in EventBridge Scheduler, using the settings in its record.

    Raises
    ------
    Problem
        422 with the reason if EventBridge Scheduler rejects the expression or the time zone.
    """
    with _rejection_as_problem():
        _retry_while_busy(lambda: _create(schedule))


def update(schedule: Schedule) -> None:
    """Update a schedule in EventBridge Scheduler, using the settings in its record.

    A missing schedule isn't created, because it may have been deleted.

    Raises
    ------
    Problem
        422 with the reason if EventBridge Scheduler rejects the expression or the time zone.
    """
    definition = _definition(schedule)
    try:
        with _rejection_as_problem():
            _retry_while_busy(lambda: scheduler().update_schedule(**definition))
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise


@contextmanager
def _rejection_as_problem() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationException":
            raise
        raise invalid(
            "expression", f"EventBridge Scheduler rejected this expression: {error.response['Error']['Message']}"
        ) from None


def _create(schedule: Schedule) -> None:
    try:
        scheduler().create_schedule(**_definition(schedule))
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConflictException" or not _exists(schedule.id):
            raise


def _exists(schedule_id: str) -> bool:
    try:
        scheduler().get_schedule(GroupName=config().schedule_group, Name=schedule_id)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return False
    return True


def _retry_while_busy(call: Callable[[], object]) -> None:
    """Make a call, and retry it for a few seconds if an earlier change to the schedule is still in progress."""
    for attempt in range(transactions.MAX_ATTEMPTS):
        try:
            call()
            return
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConflictException" or attempt == transactions.MAX_ATTEMPTS - 1:
                raise
        transactions.back_off(attempt)


def reconcile(schedule: Schedule) -> None:
    """Update a schedule in EventBridge Scheduler if it doesn't match its record or this deployment's target.

    If an active schedule is missing, re-create it.
    """
    definition = _definition(schedule)
    try:
        found = scheduler().get_schedule(GroupName=config().schedule_group, Name=schedule.id)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        if schedule.status == "active":
            _retry_while_busy(lambda: _create(schedule))
        return
    # EventBridge Scheduler adds other settings, such as a retry policy.
    has_target = all(found["Target"].get(name) == value for name, value in definition["Target"].items())
    is_current = has_target and all(
        found[name] == definition[name] for name in ("State", "ScheduleExpression", "ScheduleExpressionTimezone")
    )
    if not is_current:
        _retry_while_busy(lambda: scheduler().update_schedule(**definition))


def delete(schedule_id: str) -> None:
    """Delete the schedule with this ID from EventBridge Scheduler."""
    try:
        _retry_while_busy(lambda: scheduler().delete_schedule(GroupName=config().schedule_group, Name=schedule_id))
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise


def read_event(event: dict[str, Any]) -> tuple[str, datetime]:
    """Return the schedule's ID and the scheduled time (UTC) from the event that starts a run.

    Raises
    ------
    ValueError
        If the event doesn't have the expected format, or its time is invalid.
    """
    run = msgspec.convert(event, _ScheduledRun)
    if run.scheduled_time == _SCHEDULED_TIME:
        # Only emulators, such as MiniStack 1.5, leave the placeholder in place. They send the event within a minute.
        return run.schedule_id, clock.now().replace(second=0, microsecond=0)
    return run.schedule_id, clock.parse_rfc3339(run.scheduled_time)


def next_run_of(schedule: Schedule, after: datetime) -> datetime | None:
    """Return the next scheduled time (UTC) after `after`, or None if the schedule has no more runs."""
    created_at = clock.parse_rfc3339(schedule.created_at)
    return next_run(schedule.expression, zone_named(schedule.time_zone), created_at, after)


def target_fingerprint() -> str:
    """Return a hash of the target that schedules invoke. If the target changes, all schedules must be updated."""
    target = [config().schedule_group, _target("")]
    return hashlib.sha256(msgspec.json.encode(target, order="sorted")).hexdigest()


def _target(schedule_id: str) -> "TargetTypeDef":
    return {
        "Arn": config().schedule_target_arn,
        "RoleArn": config().schedule_role_arn,
        "Input": msgspec.json.encode(_ScheduledRun(schedule_id, _SCHEDULED_TIME)).decode(),
        "DeadLetterConfig": {"Arn": config().schedule_dead_letter_queue_arn},
    }


def _definition(schedule: Schedule) -> "CreateScheduleInputTypeDef":
    definition: CreateScheduleInputTypeDef = {
        "GroupName": config().schedule_group,
        "Name": schedule.id,
        "ScheduleExpression": schedule.expression,
        "ScheduleExpressionTimezone": schedule.time_zone,
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "State": "ENABLED" if schedule.status in ("creating", "active") else "DISABLED",
        "Target": _target(schedule.id),
    }
    if isinstance(read_expression(schedule.expression), Rate) and (first := next_run_of(schedule, clock.now())):
        # Without a start date, a rate's first run would be immediate, and resuming the schedule would shift later runs.
        definition["StartDate"] = first
    return definition
