"""EventBridge Scheduler: one schedule for each record, of the same id, made to be as the record says; and its events.

Each call can be repeated: what is there already is not made again, and what is gone is not an error.
"""

import hashlib
from collections.abc import Callable
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
"""Replaced by EventBridge Scheduler (User Guide, "Adding context attributes")."""


class _ScheduledRun(msgspec.Struct, rename="camel"):
    """``{"scheduleId": "…", "scheduledTime": "2026-03-29T01:00:00Z"}``: what a schedule sends to each of its runs."""

    schedule_id: str
    scheduled_time: str


def create(schedule: Schedule) -> None:
    """Make the schedule that fires for this record.

    Raises
    ------
    Problem
        422 when EventBridge Scheduler does not take the expression or the time zone, with its reason.
    """
    try:
        _when_not_busy(lambda: _create(schedule))
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationException":
            raise
        raise invalid(
            "expression", f"EventBridge Scheduler does not take this: {error.response['Error']['Message']}"
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


def _when_not_busy(call: Callable[[], object]) -> None:
    """Retry a call while EventBridge Scheduler is busy with an earlier change of the schedule, for some seconds."""
    for attempt in range(transactions.MAX_ATTEMPTS):
        try:
            call()
            return
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConflictException" or attempt == transactions.MAX_ATTEMPTS - 1:
                raise
        transactions.wait(attempt)


def follow(schedule: Schedule) -> None:
    """Make the schedule fire or not, as its record is, and invoke what this deployment invokes.

    One that is gone is made again where it has to fire.
    """
    definition = _definition(schedule)
    try:
        found = scheduler().get_schedule(GroupName=config().schedule_group, Name=schedule.id)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        if schedule.status == "active":
            create(schedule)
        return
    # EventBridge Scheduler adds settings of its own, such as how often it tries again.
    follows = all(found["Target"].get(name) == value for name, value in definition["Target"].items())
    if found["State"] != definition["State"] or not follows:
        _when_not_busy(lambda: scheduler().update_schedule(**definition))


def delete(schedule_id: str) -> None:
    """Let the schedule fire no more."""
    try:
        _when_not_busy(lambda: scheduler().delete_schedule(GroupName=config().schedule_group, Name=schedule_id))
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise


def read_event(event: dict[str, Any]) -> tuple[str, datetime]:
    """Give the schedule's id and the time (UTC) that the run was to be at.

    Raises
    ------
    ValueError
        When the event is not one of ours, or its time none.
    """
    run = msgspec.convert(event, _ScheduledRun)
    if run.scheduled_time == _SCHEDULED_TIME:
        # Only an emulator leaves it as it is (MiniStack 1.5 does), and it sends within the minute.
        return run.schedule_id, clock.now().replace(second=0, microsecond=0)
    return run.schedule_id, clock.parse_rfc3339(run.scheduled_time)


def next_run_of(schedule: Schedule, after: datetime) -> datetime | None:
    """Give the next time (UTC) that a schedule comes to after `after`; None when it never does again."""
    made_at = clock.parse_rfc3339(schedule.created_at)
    return next_run(schedule.expression, zone_named(schedule.time_zone), made_at, after)


def target_fingerprint() -> str:
    """Return a short text that changes when all schedules have to be told something else to invoke."""
    named = [config().schedule_group, _target("")]
    return hashlib.sha256(msgspec.json.encode(named, order="sorted")).hexdigest()


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
        # Without a date to start at, a rate's first run would be at once, and each resumption would shift the others.
        definition["StartDate"] = first
    return definition
