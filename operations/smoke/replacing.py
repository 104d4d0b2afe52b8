"""A replacement by JSON: previewed, confirmed, in text at once, and in the images of all awards by the re-sync."""

from operations.smoke.client import followed
from operations.smoke.document import COURSE_AWARDS, Json, replacement_source
from operations.smoke.failure import SmokeFailure
from operations.smoke.run import Run
from operations.steps import step

NEW_NAME = "Course, replaced"


def replace_badge(run: Run) -> str:
    """Replace the course's badge, and return the replacement's address."""
    course = run.tenant.names.course
    with step("replace a badge by JSON: preview") as details:
        source = {"json": replacement_source(NEW_NAME)}
        previewed = run.admin.call("POST", f"/badge-classes/{course}/replacements", source, expect=201)
        location = followed(previewed)
        preview: Json = run.admin.call("GET", location).json()
        details.append(f"changes {', '.join(preview['changes'])}")
    with step("confirm, and see the new text"):
        run.admin.call("POST", f"/replacements/{preview['id']}/confirm")
        published = run.wait_for(
            lambda: run.public.call("GET", f"/public/badges/{course}").json()["name"], lambda name: name == NEW_NAME
        )
        if published != NEW_NAME:
            raise SmokeFailure(
                expected=f"the public badge to be named {NEW_NAME!r}",
                found=repr(published),
                check="whether a cache in front of the API keeps public documents, which say no-cache",
            )
    return location


def await_resync(run: Run, location: str) -> None:
    """Wait until the image of every award is baked again."""
    with step("image re-sync of more than 17 pages") as details:

        def figures() -> Json:
            found: Json = run.admin.call("GET", location).json()["imageResync"]
            return found

        resync = run.wait_for(
            figures,
            lambda resync: resync["status"] != "in-progress" or bool(resync["failed"] and not resync["pending"]),
            "the image re-sync",
        )
        if resync["status"] != "complete" or resync["refreshed"] != COURSE_AWARDS:
            raise SmokeFailure(
                expected=f"{COURSE_AWARDS:,} images to be refreshed within {run.patience:g} s",
                found=f"{resync['status']}, {resync['refreshed']:,} refreshed, {resync['pending']:,} pending, "
                f"{resync['failed']:,} failed{_reason(run, location, resync)}",
                check=f"{run.deployed.logs('image-resync-worker')}; the event source of "
                f"{run.deployed.outputs['ImageResyncWorkerFunction']}; the dead letters (make redrive)",
            )
        details.append(f"complete, {resync['refreshed']:,} images")


def _reason(run: Run, location: str, resync: Json) -> str:
    if not resync["failed"]:
        return ""
    items = run.admin.call("GET", f"{location}/failed-images").json()["items"]
    return f" ({items[0]['reason']})" if items else ""
