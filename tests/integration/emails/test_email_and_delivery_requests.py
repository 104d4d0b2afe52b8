"""Requests for an email or a delivery after an export: who can make them, their effects, and rejected requests."""

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from badgedata.access import Caller, TokenLimits
from badgedata.exports.request import request_export
from badgedata.exports.specification import AwardsExport
from badgedata.problems import Problem
from badgedata.records.schedules import Schedule
from badgedata.schedules import request as schedule_requests
from badgedata.schedules.runner import run_now
from tests.integration.emails.mailbox import AWARDS, Ses, ses_error
from tests.integration.schedules.scheduling import (
    create_schedule,
    exports,
    fire,
    read_schedule,
    request_schedule,
)
from tests.support.api_client import Answer, Person, rejection
from tests.support.organizations import ADMIN, EDITOR, OWNER, STAFF, issuer, load_organization, member

TOKEN = Caller(OWNER.email, TokenLimits("0" * 32, "nightly", "MAKERS", None, "admin"))


def request(person: Person = OWNER, key: str = "", **body: Any) -> Answer:
    headers = {"Idempotency-Key": key} if key else {}
    return person.post("/issuers/WELD/exports", {"kind": "awards"} | body, headers=headers)


# ---------------------------------------------------------------- without a sender or a destination


@pytest.mark.usefixtures("organizations")
def test_email_request_is_rejected_if_the_deployment_does_not_send_email() -> None:
    assert "doesn't send email" in rejection(request(notify=True), "notify")
    assert "doesn't send email" in rejection(request_schedule(notify=True), "notify")
    schedule_id = create_schedule()
    assert "doesn't send email" in rejection(OWNER.patch(f"/schedules/{schedule_id}", {"notify": True}), "notify")
    assert read_schedule(schedule_id)["notify"] is False
    assert exports() == []


@pytest.mark.usefixtures("organizations")
def test_delivery_request_is_rejected_without_a_destination() -> None:
    assert "no delivery destination" in rejection(request(deliver=True), "deliver")
    assert "no delivery destination" in rejection(request_schedule(deliver=True), "deliver")
    schedule_id = create_schedule()
    assert "no delivery destination" in rejection(
        OWNER.patch(f"/schedules/{schedule_id}", {"deliver": True}), "deliver"
    )


@pytest.mark.usefixtures("organizations")
@pytest.mark.parametrize("name", ["notify", "deliver"])
def test_notify_and_deliver_can_be_false(name: str) -> None:
    choice: dict[str, Any] = {name: False}
    export = request(**choice)
    assert (export.status, export.json[name]) == (202, False)
    assert create_schedule(**choice)


@pytest.mark.usefixtures("organizations")
@pytest.mark.parametrize("name", ["notify", "deliver"])
@pytest.mark.parametrize("value", ["true", 1, None, [True]])
def test_notify_and_deliver_must_be_booleans(name: str, value: Any) -> None:
    assert rejection(request(**{name: value}), name)
    assert rejection(OWNER.post("/schedules", schedule_body({name: value})), name)


def schedule_body(more: dict[str, Any]) -> dict[str, Any]:
    export = {"issuerId": "WELD", "kind": "awards"}
    return {"name": "Weekly", "export": export, "expression": "rate(7 days)"} | more


@pytest.mark.usefixtures("organizations")
@pytest.mark.parametrize("name", ["notify", "deliver"])
def test_notify_and_deliver_are_rejected_in_the_export_field_of_a_schedule(name: str) -> None:
    body = schedule_body({"export": {"issuerId": "WELD", "kind": "awards", name: True}})
    assert "Move it from export to the schedule" in rejection(OWNER.post("/schedules", body), f"export.{name}")


@pytest.mark.usefixtures("organizations")
def test_preview_ignores_notify_and_deliver() -> None:
    answer = OWNER.post("/issuers/WELD/exports/preview", {"kind": "awards", "notify": True, "deliver": True})
    assert (answer.status, len(answer.json["rows"])) == (200, 2)


# ---------------------------------------------------------------- exports


@pytest.mark.usefixtures("with_email")
@pytest.mark.parametrize(
    ("path", "body"),
    [
        *(("/organizations/MAKERS/exports", {"kind": kind}) for kind in ("awards", "badges", "groups")),
        *(("/issuers/WELD/exports", {"kind": kind}) for kind in ("issuer", "group-badges", "learner-progress")),
        ("/badge-classes/BC-WELD-1/exports", {"kind": "badge-class"}),
    ],
)
def test_email_can_be_requested_for_every_kind_of_export(path: str, body: dict[str, Any]) -> None:
    without, export = ADMIN.post(path, body).json, ADMIN.post(path, body | {"notify": True}).json
    assert (without["notify"], export["notify"], export["deliver"]) == (False, True, False)
    assert export["options"] == without["options"]
    assert ADMIN.get(f"/exports/{export['id']}").json["notify"] is True


@pytest.mark.usefixtures("with_email")
def test_idempotency_key_cannot_be_reused_with_a_different_notify_value() -> None:
    first = request(key="k", notify=True)
    assert request(key="k", notify=True).json["id"] == first.json["id"]
    assert rejection(request(key="k"), "Idempotency-Key")
    assert rejection(request(key="k", notify=False), "Idempotency-Key")


def test_repeated_request_succeeds_even_if_email_to_the_caller_has_since_bounced(with_email: Ses) -> None:
    first = request(key="k", notify=True)
    with_email.suppressed.add(OWNER.email)
    assert request(key="k", notify=True).json["id"] == first.json["id"]


def test_notify_is_rejected_if_the_caller_is_on_the_suppression_list(with_email: Ses) -> None:
    with_email.suppressed.add(STAFF.email)
    message = rejection(request(STAFF, notify=True), "notify")
    assert "suppression list" in message
    assert STAFF.email not in message
    assert exports() == []
    assert request(STAFF).status == 202, "exports without email still work"
    assert request(OWNER, notify=True).status == 202


@pytest.mark.parametrize(
    "failure",
    [
        ses_error("TooManyRequestsException", 429),
        ses_error("AccessDeniedException", 403),
        ses_error("InternalFailure", 500),
        ReadTimeoutError(endpoint_url="https://email.eu-west-1.amazonaws.com"),
    ],
    ids=["throttled", "not permitted", "internal error", "timeout"],
)
def test_notify_is_accepted_even_if_the_suppression_list_cannot_be_read(with_email: Ses, failure: Any) -> None:
    with_email.fail("GetSuppressedDestination", failure)
    assert request(notify=True).status == 202


@pytest.mark.usefixtures("with_email")
def test_access_token_cannot_request_an_email() -> None:
    scope = TOKEN.scope("issuer", "WELD")
    with pytest.raises(Problem) as rejected:
        request_export(AwardsExport(kind="awards", notify=True), scope, TOKEN)
    assert [error.field for error in rejected.value.errors] == ["notify"]
    assert request_export(AwardsExport(kind="awards"), scope, TOKEN).notify is False


@pytest.mark.usefixtures("with_email")
def test_notify_is_rejected_for_a_non_ascii_email_address() -> None:
    umlaut = Person("jürgen@example.org")
    load_organization("UMLAUT", "paid", [issuer("UML", "Umlaut")], [member(umlaut, "owner", "UML")])
    answer = umlaut.post("/issuers/UML/exports", AWARDS)
    assert "non-ASCII" in rejection(answer, "notify")


# ---------------------------------------------------------------- schedules


@pytest.mark.usefixtures("with_email")
def test_scheduled_and_immediate_runs_use_the_schedules_notify_value() -> None:
    schedule_id = create_schedule(notify=True)
    assert read_schedule(schedule_id)["notify"] is True
    assert fire(schedule_id) == "requested"
    assert (exports()[0]["notify"], exports()[0]["deliver"]) == (True, False)
    assert OWNER.post(f"/schedules/{schedule_id}/run", None).json["notify"] is True


def test_schedule_runs_even_if_email_and_delivery_are_no_longer_possible(with_email: Ses) -> None:
    schedule_id = create_schedule(notify=True)
    Schedule.get(*Schedule.key(schedule_id)).update([Schedule.deliver.set(True)])  # its destination was deleted
    with_email.suppressed.add(OWNER.email)
    assert fire(schedule_id) == "requested"
    assert (exports()[0]["notify"], exports()[0]["deliver"]) == (True, True)


@pytest.mark.usefixtures("with_email")
def test_person_who_turns_on_email_becomes_responsible_for_the_schedule() -> None:
    schedule_id = create_schedule()
    changed = EDITOR.patch(f"/schedules/{schedule_id}", {"notify": True}).json
    assert (changed["notify"], changed["requestedBy"]) == (True, EDITOR.email)
    renamed = OWNER.patch(f"/schedules/{schedule_id}", {"name": "Weekly"}).json
    assert (renamed["notify"], renamed["requestedBy"]) == (True, EDITOR.email)
    assert EDITOR.patch(f"/schedules/{schedule_id}", {"notify": False}).json["notify"] is False


@pytest.mark.usefixtures("with_email")
def test_schedule_from_version_0_1_has_notify_and_deliver_turned_off() -> None:
    schedule_id = create_schedule()
    Schedule.get(*Schedule.key(schedule_id)).update([Schedule.notify.remove(), Schedule.deliver.remove()])
    assert (read_schedule(schedule_id)["notify"], read_schedule(schedule_id)["deliver"]) == (False, False)
    assert OWNER.patch(f"/schedules/{schedule_id}", {"notify": True}).json["notify"] is True


def test_person_on_the_suppression_list_cannot_take_over_a_schedule_that_sends_email(with_email: Ses) -> None:
    schedule_id = create_schedule(notify=True)
    with_email.suppressed.add(EDITOR.email)
    path = f"/schedules/{schedule_id}"
    assert rejection(EDITOR.patch(path, {"expression": "rate(2 days)"}), "notify")
    assert EDITOR.patch(path, {"enabled": False}).status == 200, "pausing doesn't make anyone responsible"
    assert rejection(EDITOR.patch(path, {"enabled": True}), "notify")
    assert read_schedule(schedule_id)["requestedBy"] == OWNER.email
    assert EDITOR.patch(path, {"enabled": True, "notify": False}).json["requestedBy"] == EDITOR.email


@pytest.mark.usefixtures("with_email")
def test_access_token_can_run_but_not_take_over_a_schedule_that_sends_email() -> None:
    schedule_id = create_schedule(notify=True)
    scope = TOKEN.scope("issuer", "WELD")
    schedule = Schedule.get(*Schedule.key(schedule_id))
    assert run_now(schedule, scope, TOKEN).notify is False
    edited = replace(schedule_requests.specification_of(schedule), expression="rate(9 days)")
    with pytest.raises(Problem) as rejected:
        schedule_requests.edit(schedule, edited, scope, TOKEN)
    assert [error.field for error in rejected.value.errors] == ["notify"]
