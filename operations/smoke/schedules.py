"""A schedule: made over the API, fired by EventBridge Scheduler with nobody calling, and deleted."""

from datetime import UTC, datetime, timedelta

from operations.smoke.client import followed
from operations.smoke.document import FIRST_DAY, SCHOOL_ON_FIRST_DAY, Json
from operations.smoke.exports import count_csv_rows, download, follow
from operations.smoke.failure import SmokeFailure
from operations.smoke.run import Run
from operations.steps import step

SOON = timedelta(minutes=2)
"""Time enough for EventBridge Scheduler to notice a new schedule, after cutting off the seconds."""

UP_TO_THE_FIRST_DAY = {"kind": "awards", "awardedBefore": f"{FIRST_DAY:%Y-%m-%d}"}


def make_schedule(run: Run) -> str:
    """Make a schedule that runs once, within two minutes, and return its address."""
    with step("make a schedule that runs soon") as details:
        export = {"issuerId": run.tenant.names.school} | UP_TO_THE_FIRST_DAY
        body = {"name": "Smoke test", "export": export, "expression": _once(datetime.now(UTC) + SOON)}
        made = run.admin.call("POST", "/schedules", body, expect=201)
        run.tenant.remember_schedule(made.json()["id"])
        location = followed(made)
        schedule: Json = run.admin.call("GET", location).json()
        details.append(f"next run at {schedule['nextRunAt']}")
    return location


def await_schedule(run: Run, location: str) -> None:
    """Wait until the schedule has fired, check the export that it requested, and delete it."""
    with step("the schedule fires") as details:
        schedule = run.wait_for(
            lambda: run.admin.call("GET", location).json(),
            lambda schedule: "exportId" in schedule.get("lastRun", {}) or schedule["state"]["status"] == "stopped",
            "EventBridge Scheduler, which fires within two or three minutes",
        )
        if "exportId" not in schedule.get("lastRun", {}):
            raise _has_not_fired(run, schedule)
        export = follow(run, f"/exports/{schedule['lastRun']['exportId']}")
        download(run, export, SCHOOL_ON_FIRST_DAY, count_csv_rows)
        if export.get("scheduleId") != schedule["id"]:
            raise SmokeFailure(
                expected=f"export {export['id']} to name schedule {schedule['id']}",
                found=str(export.get("scheduleId")),
                check=run.deployed.logs("scheduled-export"),
            )
        details.append(f"run of {schedule['lastRun']['at']}")
    with step("delete the schedule"):
        run.admin.call("DELETE", location, expect=204)
        run.admin.call("GET", location, expect=404)


def _once(at: datetime) -> str:
    return f"cron({at.minute} {at.hour} {at.day} {at.month} ? {at.year})"


def _has_not_fired(run: Run, schedule: Json) -> SmokeFailure:
    return SmokeFailure(
        expected=f"schedule {schedule['id']} to request an export within {run.patience:g} s",
        found=f"state {schedule['state']}, last run {schedule.get('lastRun', 'never')}",
        check=f"{run.deployed.logs('scheduled-export')}; this schedule in the group "
        f"{run.deployed.outputs['ScheduleGroup']} of EventBridge Scheduler; the dead letters (make redrive)",
    )
