"""Schedule steps: create a schedule, wait until it runs, and delete it."""

from datetime import UTC, datetime, timedelta

from operations.smoke.client import location_of
from operations.smoke.document import SCHOOL_ON_FIRST_DAY, UP_TO_FIRST_DAY, Json
from operations.smoke.error import SmokeTestError
from operations.smoke.exports import count_csv_rows, download, follow
from operations.smoke.run import Run
from operations.steps import step

SOON = timedelta(minutes=2)
"""The time until the run, before truncation to minutes. EventBridge Scheduler needs time to pick up a new schedule."""


def create_schedule(run: Run) -> str:
    """Create a schedule that runs once, within two minutes, and return its URL."""
    with step("create a schedule that runs soon") as details:
        export = {"issuerId": run.tenant.names.school} | UP_TO_FIRST_DAY
        body = {"name": "Smoke test", "export": export, "expression": _once(datetime.now(UTC) + SOON)}
        created = run.admin.call("POST", "/schedules", body, expect=201)
        run.tenant.remember_schedule(created.json()["id"])
        location = location_of(created)
        schedule: Json = run.admin.call("GET", location).json()
        details.append(f"next run at {schedule['nextRunAt']}")
    return location


def await_schedule(run: Run, location: str) -> str:
    """Wait until the schedule has run, check the export, and delete the schedule. Return the export's ID."""
    with step("the schedule runs") as details:
        schedule = run.wait_for(
            lambda: run.admin.call("GET", location).json(),
            lambda schedule: "exportId" in schedule.get("lastRun", {}) or schedule["state"]["status"] == "stopped",
            "EventBridge Scheduler to run it, which takes two or three minutes",
        )
        if "exportId" not in schedule.get("lastRun", {}):
            raise _did_not_run(run, schedule)
        export = follow(run, f"/exports/{schedule['lastRun']['exportId']}")
        download(run, export, SCHOOL_ON_FIRST_DAY, count_csv_rows)
        if export.get("scheduleId") != schedule["id"]:
            raise SmokeTestError(
                expected=f"export {export['id']} to refer to schedule {schedule['id']}",
                found=str(export.get("scheduleId")),
                check=run.deployed.logs("scheduled-export"),
            )
        details.append(f"run of {schedule['lastRun']['at']}")
    with step("delete the schedule"):
        run.admin.call("DELETE", location, expect=204)
        run.admin.call("GET", location, expect=404)
    return str(export["id"])


def _once(at: datetime) -> str:
    return f"cron({at.minute} {at.hour} {at.day} {at.month} ? {at.year})"


def _did_not_run(run: Run, schedule: Json) -> SmokeTestError:
    return SmokeTestError(
        expected=f"schedule {schedule['id']} to request an export within {run.patience:g} s",
        found=f"state {schedule['state']}, last run {schedule.get('lastRun', 'never')}",
        check=f"{run.deployed.logs('scheduled-export')}; this schedule in the EventBridge Scheduler "
        f"group {run.deployed.outputs['ScheduleGroup']}; the dead-letter queue (make redrive)",
    )
