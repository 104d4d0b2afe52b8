"""The smoke test's check for an export email."""

import pytest

from operations.smoke.client import Client
from operations.smoke.error import SmokeTestError
from operations.smoke.mail import await_email
from operations.smoke.run import Deployed, Run
from operations.smoke.tenant import Tenant
from tests.integration.emails.announcing import announce, finish_export
from tests.integration.emails.mailbox import Ses, ses_error


@pytest.fixture
def run() -> Run:
    client = Client("http://127.0.0.1:1", "the log group /stack/api", patience=0)
    return Run(Deployed("stack", {}, sends_email=True), Tenant(), client, client, patience=0)


def test_email_check_passes_if_the_email_was_sent(with_email: Ses, run: Run) -> None:
    export_id = finish_export()
    announce(export_id)
    await_email(run, export_id)


def test_missing_email_is_reported(with_email: Ses, run: Run) -> None:
    with pytest.raises(SmokeTestError, match="no email was sent"):
        await_email(run, finish_export())


def test_email_that_may_not_have_been_sent_is_reported(with_email: Ses, run: Run) -> None:
    export_id = finish_export()
    with_email.fail("SendEmail", ses_error("InternalFailure", 500))
    announce(export_id)
    with pytest.raises(SmokeTestError, match="possibly-sent"):
        await_email(run, export_id)


def test_report_about_a_rejected_email_names_the_log(with_email: Ses, run: Run) -> None:
    export_id = finish_export()
    with_email.fail("SendEmail", ses_error("MessageRejected"))
    announce(export_id)
    with pytest.raises(SmokeTestError) as failed:
        await_email(run, export_id)
    assert "/stack/export-emails" in failed.value.check
