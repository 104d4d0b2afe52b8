"""EventBridge Scheduler: one schedule for each record, of the same id, made to be as the record says.

Each call can be repeated: what is there already is not made again, and what is gone is not an error.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from botocore.exceptions import ClientError

from badgedata import clock
from badgedata.aws import scheduler
from badgedata.config import config
from badgedata.exports.window import zone_named
from badgedata.problems import invalid
from badgedata.records import transactions
from badgedata.records.schedules import Schedule
from badgedata.schedules import events
from badgedata.schedules.expressions import Rate, next_run, read_expression

if TYPE_CHECKING:
    from mypy_boto3_scheduler.type_defs import CreateScheduleInputTypeDef, TargetTypeDef


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
    for attempt in range(transactions.ATTEMPTS):
        try:
            call()
            return
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConflictException" or attempt == transactions.ATTEMPTS - 1:
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
        "Input": events.target_input(schedule_id),
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
