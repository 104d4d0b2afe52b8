"""Emails that may not have been sent: each is logged and counted once, and never sent again."""

import contextlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from badgedata import clock, mail
from badgedata.exports import lifecycle
from badgedata.exports.notifications import MAX_SENDING
from badgedata.records.exports import Export
from development.sam_template import resources, template
from tests.integration.aws_faults import Fault, FaultyCalls, Killed
from tests.integration.emails.announcing import REDELIVERY, announce, finish_export, sent_emails
from tests.integration.emails.mailbox import Ses, ses_error
from tests.support.clock import set_time


def pass_redelivery_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    set_time(clock.now() + REDELIVERY, monkeypatch)


@dataclass
class Reports:
    """The emails that the function has logged and counted as possibly not sent."""

    log: pytest.LogCaptureFixture
    output: pytest.CaptureFixture[str]

    def new(self) -> int:
        """Return the number of reports since the last call."""
        logged = [record for record in self.log.records if record.getMessage() == "Email possibly not sent"]
        self.log.clear()
        lines = [json.loads(line) for line in self.output.readouterr().out.splitlines() if "EmailInDoubt" in line]
        assert sum(sum(line["EmailInDoubt"]) for line in lines) == len(logged)
        return len(logged)


@pytest.fixture
def reports(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> Reports:
    """Return the reports of the function."""
    return Reports(caplog, capsys)


@pytest.mark.usefixtures("with_email")
@pytest.mark.parametrize(
    ("number", "call", "fault", "sent"),
    [
        (1, "UpdateItem", "killed after", 0),
        (2, "SendEmail", "killed before", 0),
        (2, "SendEmail", "killed after", 1),
        (3, "UpdateItem", "killed before", 1),
    ],
)
def test_email_from_an_interrupted_attempt_is_reported_once(
    number: int,
    call: str,
    fault: Fault,
    sent: int,
    monkeypatch: pytest.MonkeyPatch,
    reports: Reports,
) -> None:
    """The queue redelivers the message from an interrupted attempt, because nothing has deleted it."""
    export_id = finish_export()
    calls = FaultyCalls(monkeypatch)
    calls.at(number, fault)
    with calls.product(), contextlib.suppress(Killed):
        announce(export_id)
    assert calls.names[number] == call
    pass_redelivery_delay(monkeypatch)
    assert announce(export_id)
    assert reports.new() == 1
    assert announce(export_id)
    assert reports.new() == 0
    assert len(sent_emails()) == sent


@pytest.mark.parametrize(
    "failure", [ses_error("InternalServiceErrorException", 500), ReadTimeoutError(endpoint_url="https://ses.example")]
)
def test_email_is_reported_once_if_the_response_from_ses_was_lost(
    failure: Any, with_email: Ses, monkeypatch: pytest.MonkeyPatch, reports: Reports
) -> None:
    export_id = finish_export()
    with_email.fail("SendEmail", failure)
    assert announce(export_id)
    pass_redelivery_delay(monkeypatch)
    assert announce(export_id)
    assert reports.new() == 1


@pytest.mark.usefixtures("with_email")
def test_sent_email_is_not_reported(monkeypatch: pytest.MonkeyPatch, reports: Reports) -> None:
    export_id = finish_export()
    assert announce(export_id)
    pass_redelivery_delay(monkeypatch)
    assert announce(export_id)
    assert reports.new() == 0


@pytest.mark.usefixtures("with_email")
@pytest.mark.parametrize("fault", ["rejected", "response lost"])
def test_email_is_sent_only_once_even_if_its_outcome_cannot_be_recorded(
    fault: Fault, monkeypatch: pytest.MonkeyPatch, reports: Reports
) -> None:
    export_id = finish_export()
    calls = FaultyCalls(monkeypatch)
    calls.at(3, fault)
    with calls.product():
        assert announce(export_id)
    assert calls.names[3] == "UpdateItem"
    assert reports.new() == 0
    assert len(sent_emails()) == 1


def test_email_accepted_by_ses_on_the_second_attempt_is_not_reported(
    with_email: Ses, monkeypatch: pytest.MonkeyPatch, reports: Reports
) -> None:
    export_id = finish_export()
    with_email.fail("SendEmail", ses_error("MessageRejected"))
    assert not announce(export_id)
    pass_redelivery_delay(monkeypatch)
    assert announce(export_id)
    assert announce(export_id)
    assert reports.new() == 0
    assert len(sent_emails()) == 1


@pytest.mark.usefixtures("with_email")
def test_duplicate_message_waits_for_the_attempt_in_progress(monkeypatch: pytest.MonkeyPatch, reports: Reports) -> None:
    duplicates: list[bool] = []
    export_id = finish_export()
    send = mail.send

    def send_slowly(*email: Any) -> bool:
        duplicates.append(announce(export_id))
        return send(*email)

    with monkeypatch.context() as patch:
        patch.setattr(mail, "send", send_slowly)
        assert announce(export_id)
    assert duplicates == [False]
    pass_redelivery_delay(monkeypatch)
    assert announce(export_id)
    assert reports.new() == 0
    assert len(sent_emails()) == 1


@pytest.mark.usefixtures("with_email")
def test_email_attempted_by_an_earlier_version_is_not_reported(
    monkeypatch: pytest.MonkeyPatch, reports: Reports
) -> None:
    """Earlier versions recorded neither the time nor the outcome of the attempt."""
    export_id = finish_export()
    export = lifecycle.find_export(export_id)
    assert export is not None
    export.update([Export.email_id.set("1")])
    assert announce(export_id)
    assert reports.new() == 0


def test_email_attempt_is_presumed_interrupted_after_the_timeout_but_before_redelivery() -> None:
    assert timedelta(seconds=template()["Globals"]["Function"]["Timeout"]) < MAX_SENDING < REDELIVERY
    assert "Timeout" not in resources("AWS::Serverless::Function")["ExportEmailsFunction"]["Properties"]
