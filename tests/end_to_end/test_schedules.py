"""Schedules in operation: EventBridge Scheduler fires without a request, and the export can be downloaded."""

import csv
import hashlib
import io
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.places import STACK_NAME
from tests.support.deployed_client import PATIENCE_SECONDS, Client, aws, fetch

type Json = dict[str, Any]

ISSUER, OTHER_ISSUER, OTHER_OWNER = "aurora-science", "aurora-languages", "ludwik@example.org"
ADMIN, STAFF = "ada@example.org", "rosalind@example.org"


@pytest.fixture(scope="module")
def group(stack: dict[str, Any]) -> str:
    """The deployment's schedule group."""
    found = aws(stack, "cloudformation").describe_stacks(StackName=STACK_NAME)["Stacks"][0]["Outputs"]
    return str(next(output["OutputValue"] for output in found if output["OutputKey"] == "ScheduleGroup"))


def state_of(stack: dict[str, Any], group: str, schedule_id: str) -> str | None:
    """Return a schedule's state in EventBridge Scheduler, as an operator sees it, or None if it doesn't exist."""
    scheduler = aws(stack, "scheduler")
    try:
        return str(scheduler.get_schedule(GroupName=group, Name=schedule_id)["State"])
    except scheduler.exceptions.ResourceNotFoundException:
        return None


def create_schedule(client: Client, **schedule: Any) -> str:
    """Create a schedule that runs within two minutes and then every hour."""
    soon = datetime.now(UTC) + timedelta(minutes=1, seconds=15)
    hourly = {"name": "Hourly", "expression": f"cron({soon.minute} * * * ? *)", "timeZone": "Europe/Berlin"}
    answer = client.post("/schedules", hourly | schedule)
    assert answer.status == 201, answer.body
    return str(answer.json["id"])


def wait_for(client: Client, schedule_id: str, key: str, seconds: float) -> Json:
    """Poll a schedule until the schedule or its `state` contains a key."""
    deadline = time.monotonic() + seconds
    while True:
        schedule: Json = client.get(f"/schedules/{schedule_id}").json
        if key in schedule or key in schedule["state"]:
            return schedule
        assert time.monotonic() < deadline, f"no {key}: {schedule}"
        time.sleep(1)


@contextmanager
def without_role(stack: dict[str, Any], email: str, issuer: str) -> Iterator[None]:
    """Remove a user's role for an issuer during the test, as the platform would."""
    table, dynamodb = stack["tables"]["directory"], aws(stack, "dynamodb")
    key = {"pk": {"S": f"member#{email}"}, "sk": {"S": f"issuer#{issuer}"}}
    member = dynamodb.delete_item(TableName=table, Key=key, ReturnValues="ALL_OLD")["Attributes"]
    try:
        yield
    finally:
        dynamodb.put_item(TableName=table, Item=member)


def test_schedule_runs_automatically_until_its_creator_loses_access(
    stack: dict[str, Any], group: str, owner: Client, signed_in: Callable[[str], Client]
) -> None:
    """One test covers both situations, because each wait takes a minute."""
    admin, staff = signed_in(ADMIN), signed_in(STAFF)
    running = create_schedule(owner, export={"issuerId": ISSUER, "kind": "awards"}, period="previous-month")
    stopping = create_schedule(signed_in(OTHER_OWNER), export={"issuerId": OTHER_ISSUER, "kind": "groups"})
    assert state_of(stack, group, running) == state_of(stack, group, stopping) == "ENABLED"
    with without_role(stack, OTHER_OWNER, OTHER_ISSUER):
        # It fires within a minute; the local emulator checks every few seconds, and the first invocation is a cold
        # start.
        ran = wait_for(owner, running, "lastRun", 2 * PATIENCE_SECONDS + 60)
        stopped = wait_for(admin, stopping, "reason", PATIENCE_SECONDS)

    # The first one ran as an ordinary export of the previous month.
    export = owner.follow(f"/exports/{ran['lastRun']['exportId']}")
    assert (export["status"], export["scheduleId"]) == ("succeeded", running)
    first = time.strptime(export["options"]["awardedAfter"], "%Y-%m-%d")
    last = time.strptime(export["options"]["awardedBefore"], "%Y-%m-%d")
    assert (first.tm_mday, first.tm_mon, export["options"]["timeZone"]) == (1, last.tm_mon, "Europe/Berlin")
    listed = staff.get(f"/exports?issuerId={ISSUER}").json["items"]
    assert export["id"] in [found["id"] for found in listed if found.get("scheduleId") == running]
    file = fetch(export["downloadUrl"]).body
    assert (len(file), hashlib.sha256(file).hexdigest()) == (export["file"]["bytes"], export["file"]["sha256"])
    rows = list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"), newline="")))
    assert len(rows) == export["file"]["rows"]

    # The other was stopped and shows the reason; the sweeper disables it in EventBridge Scheduler.
    assert OTHER_OWNER in stopped["state"]["reason"]
    assert (stopped["enabled"], stopped["state"]["status"]) == (False, "stopped")
    assert "exportId" not in stopped["lastRun"]
    assert [
        found for found in admin.get(f"/exports?issuerId={OTHER_ISSUER}").json["items"] if "scheduleId" in found
    ] == []
    swept = aws(stack, "lambda").invoke(FunctionName=stack["functions"]["scheduleSweeper"], Payload=b"{}")
    assert "FunctionError" not in swept, swept["Payload"].read()
    assert "errorMessage" not in json.loads(swept["Payload"].read())
    assert state_of(stack, group, stopping) == "DISABLED"

    # Someone with a role resumes it and becomes responsible for it; then both are deleted.
    resumed = admin.call("PATCH", f"/schedules/{stopping}", {"enabled": True}).json
    assert (resumed["state"], resumed["requestedBy"]) == ({"status": "active"}, ADMIN)
    assert state_of(stack, group, stopping) == "ENABLED"
    for schedule_id in (running, stopping):
        assert admin.delete(f"/schedules/{schedule_id}").status == 204
        assert admin.get(f"/schedules/{schedule_id}").status == 404
        assert state_of(stack, group, schedule_id) is None
    assert owner.get(f"/exports/{export['id']}").json["status"] == "succeeded"  # its exports are kept


def test_schedule_can_be_created_paused_resumed_and_deleted_over_https(
    stack: dict[str, Any], group: str, owner: Client, signed_in: Callable[[str], Client]
) -> None:
    schedule_id = create_schedule(owner, export={"issuerId": ISSUER, "kind": "issuer"}, expression="rate(7 days)")
    listed = owner.get(f"/schedules?issuerId={ISSUER}").json["items"]
    assert schedule_id in [schedule["id"] for schedule in listed]
    paused = owner.call("PATCH", f"/schedules/{schedule_id}", {"enabled": False}).json
    assert (paused["state"], state_of(stack, group, schedule_id)) == ({"status": "paused"}, "DISABLED")
    resumed = owner.call("PATCH", f"/schedules/{schedule_id}", {"enabled": True}).json
    assert (resumed["state"], state_of(stack, group, schedule_id)) == ({"status": "active"}, "ENABLED")
    staff = signed_in(STAFF)
    assert staff.get(f"/schedules/{schedule_id}").json == resumed
    assert staff.delete(f"/schedules/{schedule_id}").problem["code"] == "role-not-allowed"
    assert owner.delete(f"/schedules/{schedule_id}").status == 204
    assert state_of(stack, group, schedule_id) is None


def test_error_for_an_invalid_schedule_names_the_field(owner: Client) -> None:
    schedule = {"name": "Monthly", "export": {"issuerId": ISSUER, "kind": "groups"}, "expression": "rate(1 month)"}
    rejected = owner.post("/schedules", schedule)
    assert rejected.status == 422
    assert [error["field"] for error in rejected.problem["errors"]] == ["expression"]
