"""Email steps: request an email about an export, or check that the API rejects the request.

The admin's email address belongs to the Amazon SES mailbox simulator, which accepts email from any account, even
one in the SES sandbox. Email to the simulator doesn't affect the daily quota or the sender's reputation.
"""

from badgedata.exports import lifecycle
from operations.smoke.client import excerpt, location_of
from operations.smoke.document import SCHOOL_ON_FIRST_DAY, UP_TO_FIRST_DAY
from operations.smoke.error import SmokeTestError
from operations.smoke.exports import count_csv_rows, download, follow
from operations.smoke.run import Run
from operations.steps import step


def request_email(run: Run) -> str | None:
    """Request an export and an email about it, and return the export's ID.

    If the deployment has no sender, check that the API rejects the request, and return None.
    """
    path, body = f"/issuers/{run.tenant.names.school}/exports", UP_TO_FIRST_DAY | {"notify": True}
    if not run.deployed.sends_email:
        with step("an email is rejected because there is no sender"):
            rejected = run.admin.call("POST", path, body, expect=422)
            if [error["field"] for error in rejected.json()["errors"]] != ["notify"]:
                raise _error(run, "only notify to be rejected", excerpt(rejected))
        return None
    with step("an export with an email") as details:
        export = follow(run, location_of(run.admin.call("POST", path, body, expect=202)))
        file = download(run, export, SCHOOL_ON_FIRST_DAY, count_csv_rows)
        details.append(str(file))
    return file.export_id


def await_email(run: Run, export_id: str) -> None:
    """Wait until the product has recorded that SES accepted the email about an export."""

    def outcome() -> str | None:
        export = lifecycle.find_export(export_id)
        return export.email_outcome if export is not None else None

    with step("the email is sent") as details:
        found = run.wait_for(outcome, lambda outcome: outcome is not None, "the email")
        if found != "sent":
            raise _error(
                run, f"an email about export {export_id} within {run.patience:g} s", found or "no email was sent"
            )
        details.append(run.tenant.admin)


def _error(run: Run, expected: str, found: str) -> SmokeTestError:
    return SmokeTestError(
        expected=expected,
        found=found,
        check=f'{run.deployed.logs("export-emails")} for this export_id (docs/operations.md, "Export emails"), '
        "and that SES has verified NotificationSender in this region",
    )
