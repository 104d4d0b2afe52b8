"""Replacement steps: replace a badge with one from JSON, check its new text, and wait for the image re-sync."""

from operations.smoke.client import location_of
from operations.smoke.document import COURSE_AWARDS, Json, replacement_source
from operations.smoke.error import SmokeTestError
from operations.smoke.run import Run
from operations.steps import step

NEW_NAME = "Course, replaced"


def replace_badge(run: Run) -> str:
    """Replace the course badge, check its new name, and return the URL of the replacement."""
    course = run.tenant.names.course
    with step("replace a badge from JSON: preview") as details:
        source = {"json": replacement_source(NEW_NAME)}
        previewed = run.admin.call("POST", f"/badge-classes/{course}/replacements", source, expect=201)
        location = location_of(previewed)
        preview: Json = run.admin.call("GET", location).json()
        details.append(f"changes {', '.join(preview['changes'])}")
    with step("confirm and read the new text"):
        run.admin.call("POST", f"/replacements/{preview['id']}/confirm")
        published = run.wait_for(
            lambda: run.public.call("GET", f"/public/badges/{course}").json()["name"], lambda name: name == NEW_NAME
        )
        if published != NEW_NAME:
            raise SmokeTestError(
                expected=f"the public badge to be named {NEW_NAME!r}",
                found=repr(published),
                check="whether a cache in front of the API ignores the Cache-Control header of public documents",
            )
    return location


def await_resync(run: Run, location: str) -> None:
    """Wait until all award images have been re-baked."""
    with step(f"image re-sync of {COURSE_AWARDS:,} awards") as details:

        def figures() -> Json:
            progress: Json = run.admin.call("GET", location).json()["imageResync"]
            return progress

        resync = run.wait_for(
            figures,
            lambda resync: resync["status"] != "in-progress" or bool(resync["failed"] and not resync["pending"]),
            "the image re-sync",
        )
        if resync["status"] != "complete" or resync["refreshed"] != COURSE_AWARDS:
            raise SmokeTestError(
                expected=f"{COURSE_AWARDS:,} images to be refreshed within {run.patience:g} s",
                found=f"{resync['status']}, {resync['refreshed']:,} refreshed, {resync['pending']:,} pending, "
                f"{resync['failed']:,} failed{_reason(run, location, resync)}",
                check=f"{run.deployed.logs('image-resync-worker')}; the event source mapping of "
                f"{run.deployed.outputs['ImageResyncWorkerFunction']}; the dead-letter queue (make redrive)",
            )
        details.append(f"complete, {resync['refreshed']:,} images")


def _reason(run: Run, location: str, resync: Json) -> str:
    if not resync["failed"]:
        return ""
    items = run.admin.call("GET", f"{location}/failed-images").json()["items"]
    return f" ({items[0]['reason']})" if items else ""
