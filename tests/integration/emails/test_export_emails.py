"""Emails about exports: at most one for each export, sent when it is ready or has failed, with harmless text."""

import contextlib
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)
from hypothesis import given
from hypothesis import strategies as st

from badgedata import clock
from badgedata.config import config
from badgedata.exports import lifecycle
from badgedata.exports.notifications import KINDS, ROUTES, email_about
from badgedata.exports.specification import KINDS as KINDS_BY_SCOPE
from badgedata.records.exports import Export
from functions.export_emails import export_emails
from local.places import REPOSITORY
from tests.integration.aws_faults import Fault, FaultyCalls, Killed
from tests.integration.emails.announcing import REDELIVERY, announce, finish_export, request_export, sent_emails
from tests.integration.emails.mailbox import SENDER, Ses, ses_error
from tests.integration.schedules.scheduling import create_schedule, exports, fire
from tests.support.clock import set_time
from tests.support.invocations import context, process_queue, sample_event
from tests.support.organizations import OWNER

URL = "https://email.eu-west-1.amazonaws.com"


def found(export_id: str) -> Export:
    export = lifecycle.find_export(export_id)
    assert export is not None
    return export


def fail_export(export_id: str) -> None:
    lifecycle.give_up(found(export_id), "unreadable-data", "Award A1 has a broken image.")


# ---------------------------------------------------------------- contents


@pytest.mark.usefixtures("with_email")
def test_email_goes_only_to_the_requester_and_links_only_to_the_page() -> None:
    export_id = finish_export()
    assert announce(export_id)
    (email,) = sent_emails()
    assert email.source == f'"Badge Data Management" <{SENDER}>'
    assert {kind: to for kind, to in email.destinations.items() if to} == {"ToAddresses": [OWNER.email]}
    assert email.subject == "Ready: Awards export, Welding School"
    link = "https://badges.example.org/console#/issuers/WELD/data-management"
    file = OWNER.get(f"/exports/{export_id}").json["file"]
    for body in bodies(export_id):
        assert set(re.findall(r"https?://[^\s<\"]+", body)) == {link}
        assert file["name"] not in body
        assert OWNER.email not in body


def bodies(export_id: str) -> tuple[str, str]:
    email = email_about(found(export_id))
    return email.text, email.html


@pytest.mark.usefixtures("with_email")
def test_email_states_when_the_file_expires() -> None:
    export_id = finish_export()
    expires_at = datetime.fromisoformat(OWNER.get(f"/exports/{export_id}").json["fileExpiresAt"])
    assert f"until {expires_at.day} {expires_at:%b %Y, %H:%M} UTC" in bodies(export_id)[0]


@pytest.mark.usefixtures("with_email")
def test_email_about_a_failure_does_not_contain_the_reason() -> None:
    export_id = request_export()
    fail_export(export_id)
    assert announce(export_id)
    (email,) = sent_emails()
    assert email.subject == "Failed: Awards export, Welding School"
    assert "A1" not in "".join(bodies(export_id))


@pytest.mark.usefixtures("with_email")
def test_email_about_a_scheduled_run_goes_to_the_responsible_person() -> None:
    fire(create_schedule(notify=True))
    process_queue()
    export_id = exports()[0]["id"]
    assert announce(export_id)
    (email,) = sent_emails()
    assert email.destinations["ToAddresses"] == [OWNER.email]
    assert "the schedule that requested this export runs on your behalf" in bodies(export_id)[0]


def test_email_titles_and_links_for_all_kinds_and_scopes_match_the_page() -> None:
    assert KINDS.keys() == {kind for kinds in KINDS_BY_SCOPE.values() for kind in kinds}
    assert ROUTES.keys() == KINDS_BY_SCOPE.keys()
    page = REPOSITORY / "functions" / "console" / "page"
    routes = (page / "places" / "routes.js").read_text()
    assert all(f'{route}: "{scope}"' in routes for scope, route in ROUTES.items())
    words = (page / "exports" / "strings.js").read_text()
    for kind, title in KINDS.items():
        assert re.search(rf'"?{kind}"?: "{title.removesuffix(" export")}"', words), kind


# ---------------------------------------------------------------- hostile names


def named(name: str) -> Export:
    return Export(
        "export#E",
        "export",
        id="E",
        scope_type="issuer",
        scope_id="WELD",
        scope_name=name,
        kind="awards",
        status="succeeded",
        created_at="2026-01-31T09:00:00Z",
        file_expires_at="2026-02-07T09:00:00Z",
    )


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("School\r\nBcc: everyone@example.org", "School Bcc: everyone@example.org"),
        ("School\n\nDear Ada,\tpay", "School Dear Ada, pay"),
        ("School\x00\x1b[2J\x85\u2028now\u2029", "School [2J now"),
        ("\u202egro.elpmaxe\u202c", "gro.elpmaxe"),
        ("\u2067School\u2069", "School"),
        ("مدرسة اللحام", "مدرسة اللحام"),
        ("x" * 5000, "x" * 100 + "…"),
    ],
)
def test_name_cannot_add_lines_or_change_the_text_direction(name: str, shown: str) -> None:
    email = email_about(named(name))
    assert email.subject == f"Ready: Awards export, {shown}"
    assert f"\n{shown}\n" in email.text
    assert f"<bdi>{shown}</bdi>" in email.html


def test_html_in_a_name_is_escaped() -> None:
    email = email_about(named('<script>alert(1)</script> & "Sons"'))
    assert "<script" not in email.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;Sons&quot;" in email.html
    assert '<script>alert(1)</script> & "Sons"' in email.text


@given(st.text(max_size=300))
def test_names_never_add_lines_or_markup_to_the_email(name: str) -> None:
    email, plain = email_about(named(name)), email_about(named("School"))
    assert len(email.subject.splitlines()) == 1
    assert not re.search("[\\x00-\\x1f\\x7f-\\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", email.subject)
    assert len(email.text.splitlines()) == len(plain.text.splitlines())
    assert email.html.count("<") == plain.html.count("<")


# ---------------------------------------------------------------- at most one


@pytest.mark.usefixtures("with_email")
def test_redelivered_event_does_not_cause_a_second_email() -> None:
    export_id = finish_export()
    assert [announce(export_id) for _ in range(3)] == [True, True, True]
    assert len(sent_emails()) == 1


NOT_SENT = {
    "throttled": ses_error("TooManyRequestsException", 429),
    "unavailable": ses_error("ServiceUnavailable", 503),
    "paused": ses_error("SendingPausedException"),
    "not verified": ses_error("MessageRejected"),
    "not permitted": ses_error("AccessDeniedException", 403),
    "not reached": EndpointConnectionError(endpoint_url=URL),
    "no connection": ConnectTimeoutError(endpoint_url=URL),
    "no credentials": NoCredentialsError(),
}


@pytest.mark.parametrize("failure", NOT_SENT.values(), ids=NOT_SENT)
def test_email_that_ses_did_not_accept_is_retried(with_email: Ses, failure: Any) -> None:
    export_id = finish_export()
    with_email.fail("SendEmail", failure)
    assert not announce(export_id)
    assert sent_emails() == []
    assert announce(export_id)
    assert announce(export_id)
    assert len(sent_emails()) == 1


IN_DOUBT = {
    "internal error": ses_error("InternalServiceErrorException", 500),
    "timeout": ReadTimeoutError(endpoint_url=URL),
    "connection closed": ConnectionClosedError(endpoint_url=URL),
}


@pytest.mark.parametrize("failure", IN_DOUBT.values(), ids=IN_DOUBT)
def test_email_that_ses_may_have_sent_is_not_retried(with_email: Ses, failure: Any) -> None:
    export_id = finish_export()
    with_email.fail("SendEmail", failure)
    assert announce(export_id)
    assert announce(export_id)
    assert sent_emails() == []


def test_aws_sdk_never_retries_sending_an_email(with_email: Ses) -> None:
    export_id = finish_export()
    with_email.fail("SendEmail", ses_error("ServiceUnavailable", 503))
    announce(export_id)
    assert sent_emails() == [], "the second attempt of the SDK would have succeeded"


def test_log_entry_for_a_failed_email_does_not_contain_an_email_address(
    with_email: Ses, caplog: pytest.LogCaptureFixture
) -> None:
    export_id = finish_export()
    for failure in (ses_error("MessageRejected"), ses_error("InternalServiceErrorException", 500)):
        with_email.fail("SendEmail", failure)
        announce(export_id)
    assert "MessageRejected" in caplog.text
    assert OWNER.email not in caplog.text + str([vars(record) for record in caplog.records])


AFTER_FAULTS = {
    ("GetItem", "rejected"): 1,
    ("GetItem", "response lost"): 1,
    ("GetItem", "killed before"): 1,
    ("GetItem", "killed after"): 1,
    ("UpdateItem", "rejected"): 1,
    ("UpdateItem", "response lost"): 0,
    ("UpdateItem", "killed before"): 1,
    ("UpdateItem", "killed after"): 0,
    ("SendEmail", "rejected"): 0,
    ("SendEmail", "response lost"): 1,
    ("SendEmail", "killed before"): 0,
    ("SendEmail", "killed after"): 1,
}
"""The number of emails sent if one call of the first attempt fails. An error without a status is ambiguous."""


@pytest.mark.usefixtures("with_email")
@pytest.mark.parametrize(("call", "fault"), AFTER_FAULTS)
def test_at_most_one_email_is_sent_even_if_a_call_fails(
    call: str, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_id = finish_export()
    calls = FaultyCalls(monkeypatch)
    number = [name for name, of in AFTER_FAULTS if of == fault].index(call)
    calls.at(number, fault)
    with calls.product(), contextlib.suppress(Killed):
        announce(export_id)
    assert calls.names[number] == call
    set_time(clock.now() + REDELIVERY, monkeypatch)
    for _ in range(3):
        assert announce(export_id)
    assert len(sent_emails()) == AFTER_FAULTS[call, fault]


# ---------------------------------------------------------------- none


@pytest.mark.usefixtures("with_email")
def test_no_email_is_sent_unless_requested() -> None:
    export_id = finish_export(notify=False)
    assert announce(export_id)
    assert sent_emails() == []


@pytest.mark.usefixtures("with_email")
def test_no_email_is_sent_about_a_deleted_file_or_export() -> None:
    export_id = finish_export()
    OWNER.delete(f"/exports/{export_id}")
    assert announce(export_id)
    assert announce("0" * 32)
    assert sent_emails() == []


@pytest.mark.usefixtures("with_email")
def test_no_email_is_sent_about_an_expired_file(monkeypatch: pytest.MonkeyPatch) -> None:
    export_id = finish_export()
    set_time(datetime.now(UTC) + timedelta(days=8), monkeypatch)
    assert announce(export_id)
    assert sent_emails() == []


@pytest.mark.usefixtures("with_email")
def test_no_email_is_sent_after_the_sender_is_removed_from_the_deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    export_id = finish_export()
    monkeypatch.setenv("NOTIFICATION_SENDER", "")
    config.cache_clear()
    assert announce(export_id)
    assert sent_emails() == []


@pytest.mark.usefixtures("with_email")
def test_unreadable_event_is_returned_to_the_queue() -> None:
    event = sample_event("export_emails")
    event["Records"][0]["body"] = "{}"
    answer = export_emails.handler(event, context())
    assert answer == {"batchItemFailures": [{"itemIdentifier": event["Records"][0]["messageId"]}]}
