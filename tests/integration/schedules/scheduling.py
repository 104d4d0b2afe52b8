"""Schedules as users create them over the API, as EventBridge Scheduler stores them, and as it runs them."""

import json
from typing import Any

import boto3

from badgedata.config import config
from functions.schedule_sweeper import schedule_sweeper
from functions.scheduled_export import scheduled_export
from tests.support.api_client import Answer, Person
from tests.support.invocations import context, process_queue, sample_event
from tests.support.organizations import OWNER

type Json = dict[str, Any]

AWARDS = {"issuerId": "WELD", "kind": "awards"}
MONDAYS = {
    "name": "Awards for the board",
    "export": AWARDS,
    "expression": "cron(0 6 ? * MON *)",
    "timeZone": "Europe/Berlin",
    "period": "previous-week",
}
MONDAY = "2026-03-30T04:00:00Z"  # six o'clock in Berlin, the day after daylight saving time starts


def request_schedule(person: Person = OWNER, **changes: Any) -> Answer:
    """Request `MONDAYS` with other values; fields set to None are omitted."""
    return person.post("/schedules", {name: value for name, value in (MONDAYS | changes).items() if value is not None})


def create_schedule(person: Person = OWNER, **changes: Any) -> str:
    """Create a schedule, and return its ID."""
    answer = request_schedule(person, **changes)
    assert answer.status == 201, answer.text
    return str(answer.json["id"])


def read_schedule(schedule_id: str, person: Person = OWNER) -> Json:
    answer = person.get(f"/schedules/{schedule_id}")
    assert answer.status == 200, answer.text
    schedule: Json = answer.json
    return schedule


def listed_schedules(person: Person = OWNER, **query: Any) -> list[Json]:
    items: list[Json] = person.get("/schedules", query=query or {"issuerId": "WELD"}).json["items"]
    return items


def exports(person: Person = OWNER, **query: Any) -> list[Json]:
    items: list[Json] = person.get("/exports", query=query or {"issuerId": "WELD"}).json["items"]
    return items


def finished_export(export_id: str, person: Person = OWNER) -> Json:
    """Run the worker on the queue, and return the finished export."""
    process_queue()
    export: Json = person.get(f"/exports/{export_id}").json
    assert export["status"] == "succeeded", export
    return export


# ---------------------------------------------------------------- EventBridge Scheduler


def in_event_bridge(schedule_id: str) -> Any:
    """Return the schedule as EventBridge Scheduler stores it in the deployment's group, or None."""
    scheduler = boto3.client("scheduler")
    try:
        return scheduler.get_schedule(GroupName=config().schedule_group, Name=schedule_id)
    except scheduler.exceptions.ResourceNotFoundException:
        return None


def all_in_event_bridge() -> dict[str, str]:
    """Return the states of all schedules, `ENABLED` or `DISABLED`, by name."""
    found = boto3.client("scheduler").list_schedules(GroupName=config().schedule_group)["Schedules"]
    return {schedule["Name"]: schedule["State"] for schedule in found}


def timing_of(schedule_id: str) -> tuple[str, str, str]:
    """Return a schedule's state, expression, and time zone in EventBridge Scheduler."""
    schedule = in_event_bridge(schedule_id)
    return schedule["State"], schedule["ScheduleExpression"], schedule["ScheduleExpressionTimezone"]


def fire(schedule_id: str, scheduled_time: str = MONDAY) -> str:
    """Invoke the function as EventBridge Scheduler would, and return the outcome.

    The event is the input of the schedule's target, with the time filled in. If the schedule has been deleted, the
    event was already in transit.
    """
    event = sample_event("scheduled_export") | {"scheduleId": schedule_id, "scheduledTime": scheduled_time}
    if (schedule := in_event_bridge(schedule_id)) is not None:
        sent = schedule["Target"]["Input"].replace("<aws.scheduler.scheduled-time>", scheduled_time)
        assert json.loads(sent) == event
    outcome: str = scheduled_export.handler(event, context())
    return outcome


def sweep() -> dict[str, int]:
    """Run the schedule sweeper once, and return its counts."""
    outcomes: dict[str, int] = schedule_sweeper.handler(sample_event("schedule_sweeper"), context())
    return outcomes
