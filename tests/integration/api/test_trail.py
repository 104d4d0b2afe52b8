"""The trail over the API: one entry for each action despite repeats and faults, visible only to those with access."""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from badgedata.config import config
from operations import memberships
from operations.deletion.organization import delete
from operations.erasure import erase
from operations.person import Person as Erased
from tests.integration.aws_faults import FAULTS, Fault, FaultyCalls, Killed
from tests.integration.tokens.requesting import new_token
from tests.support.api_client import Person, Program
from tests.support.clock import set_time
from tests.support.invocations import process_queue
from tests.support.organizations import ADMIN, CARPENTER, EDITOR, OWNER, RIVAL, STAFF
from tests.support.replacing import new_badge

pytestmark = pytest.mark.usefixtures("organizations")

AWARDS = {"kind": "awards"}
SCHEDULE = {"name": "Weekly", "export": {"issuerId": "WELD"} | AWARDS, "expression": "rate(7 days)"}
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
type Entry = dict[str, Any]


def trail(path: str = "/organizations/MAKERS/trail", person: Person = ADMIN, **query: Any) -> list[Entry]:
    answer = person.get(path, query=query)
    assert answer.status == 200, answer.text
    items: list[Entry] = answer.json["items"]
    return items


def actions(**query: Any) -> list[str]:
    """Return the actions in chronological order."""
    return [entry["action"] for entry in reversed(trail(limit="100", **query))]


def request_export(person: Person = OWNER, path: str = "/issuers/WELD/exports", **more: Any) -> str:
    return str(person.post(path, more.pop("body", AWARDS), **more).json["id"])


def finished_export(person: Person = OWNER, **more: Any) -> str:
    export_id = request_export(person, **more)
    process_queue()
    return export_id


def create_schedule(person: Person = OWNER, **more: Any) -> str:
    answer = person.post("/schedules", SCHEDULE | more)
    assert answer.status == 201, answer.text
    return str(answer.json["id"])


def preview_replacement() -> str:
    return str(OWNER.post("/badge-classes/BC-WELD-1/replacements", new_badge()).json["id"])


# ---------------------------------------------------------------- what is recorded


def test_export_request_is_recorded_with_its_actor_and_scope() -> None:
    export_id = request_export()
    (entry,) = trail()
    assert (entry["actor"], entry["action"]) == (OWNER.email, "export-requested")
    assert entry["target"]["type"] == "export"
    assert entry["target"]["id"] == export_id
    assert entry["details"] == {
        "kind": "awards",
        "scopeType": "issuer",
        "scopeId": "WELD",
        "scopeName": "Welding School",
    }


def test_repeated_export_request_is_recorded_once() -> None:
    for _ in range(3):
        request_export(headers={"Idempotency-Key": "once"})
    assert actions() == ["export-requested"]


def test_rejected_export_request_is_not_recorded() -> None:
    OWNER.post("/issuers/WELD/exports", AWARDS | {"status": ["lost"]})
    STAFF.post("/schedules", SCHEDULE)
    RIVAL.post("/issuers/WELD/exports", AWARDS)
    assert actions() == []


def test_export_cancellation_is_recorded_once() -> None:
    export_id = request_export()
    for _ in range(2):
        ADMIN.delete(f"/exports/{export_id}")
    requested, canceled = reversed(trail())
    assert (requested["action"], canceled["action"]) == ("export-requested", "export-cancelled")
    assert canceled["actor"] == ADMIN.email


def test_file_deletion_is_recorded_once() -> None:
    export_id = finished_export()
    for _ in range(2):
        EDITOR.delete(f"/exports/{export_id}")
    assert actions() == ["export-requested", "export-file-deleted"]


def test_download_is_recorded_once_while_its_link_is_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    set_time(NOON, monkeypatch)
    export_id = finished_export()
    assert OWNER.get(f"/exports/{export_id}/file").status == 302
    assert "downloadUrl" in OWNER.get(f"/exports/{export_id}").json
    assert Counter(actions()) == {"export-requested": 1, "export-downloaded": 1}
    set_time(NOON + timedelta(minutes=16), monkeypatch)
    OWNER.get(f"/exports/{export_id}")
    assert Counter(actions()) == {"export-requested": 1, "export-downloaded": 2}


def test_downloads_are_recorded_for_each_person() -> None:
    export_id = finished_export()
    for person in (OWNER, STAFF, ADMIN):
        person.get(f"/exports/{export_id}/file")
    downloads = trail(action="export-downloaded")
    assert {entry["actor"] for entry in downloads} == {OWNER.email, STAFF.email, ADMIN.email}


def test_downloads_are_recorded_separately_for_tokens_with_the_same_name() -> None:
    export_id = finished_export()
    tokens = [new_token(role="staff", issuerId="WELD", name=name) for name in ("Nightly", "nightly")]
    for token in [*tokens, *tokens]:
        assert Program(token["secret"]).get(f"/exports/{export_id}/file").status == 302
    downloads = trail(action="export-downloaded")
    assert [entry["details"]["tokenId"] for entry in reversed(downloads)] == [token["id"] for token in tokens]


def test_each_action_by_a_program_is_recorded_with_the_token_id() -> None:
    token = new_token(role="editor", issuerId="WELD")
    program = Program(token["secret"])
    requested, canceled = (program.post("/issuers/WELD/exports", AWARDS).json["id"] for _ in range(2))
    program.delete(f"/exports/{canceled}")
    process_queue()
    program.get(f"/exports/{requested}")
    program.delete(f"/exports/{requested}")
    schedule = f"/schedules/{program.post('/schedules', SCHEDULE).json['id']}"
    for body in ({"name": "Daily"}, {"enabled": False}, {"enabled": True}):
        assert program.patch(schedule, body).status == 200
    program.delete(schedule)
    replacement = program.post("/badge-classes/BC-WELD-1/replacements", new_badge()).json["id"]
    assert program.post(f"/replacements/{replacement}/confirm", None).status == 200
    request_export()
    entries = trail(limit="100")
    own = [entry for entry in entries if entry["actor"] == "token:Nightly"]
    assert Counter(entry["action"] for entry in own) == {
        "export-requested": 2,
        "export-cancelled": 1,
        "export-downloaded": 1,
        "export-file-deleted": 1,
        "schedule-created": 1,
        "schedule-changed": 1,
        "schedule-paused": 1,
        "schedule-resumed": 1,
        "schedule-deleted": 1,
        "badge-replaced": 1,
    }
    assert {entry["details"]["tokenId"] for entry in own} == {token["id"]}
    assert not any("tokenId" in entry["details"] for entry in entries if entry not in own)


def test_no_download_is_recorded_for_an_export_without_a_file() -> None:
    export_id = request_export()
    OWNER.get(f"/exports/{export_id}")
    OWNER.get(f"/exports/{export_id}/file")
    assert actions() == ["export-requested"]


def test_repeated_request_that_returns_a_link_is_recorded_as_a_download() -> None:
    finished_export(headers={"Idempotency-Key": "once"})
    assert "downloadUrl" in OWNER.post("/issuers/WELD/exports", AWARDS, headers={"Idempotency-Key": "once"}).json
    assert actions() == ["export-requested", "export-downloaded"]


def test_confirmed_replacement_is_recorded_once_with_its_actor_and_versions() -> None:
    replacement_id = preview_replacement()
    for _ in range(2):
        assert EDITOR.post(f"/replacements/{replacement_id}/confirm", None).status == 200
    (entry,) = trail("/issuers/WELD/trail", OWNER)
    assert (entry["actor"], entry["action"]) == (EDITOR.email, "badge-replaced")
    assert entry["target"] == {"type": "badge-class", "id": "BC-WELD-1", "name": "Welding School 1"}
    assert (entry["details"]["fromVersion"], entry["details"]["toVersion"]) == (1, 2)
    assert entry["details"]["sourceKind"] == "json"


def test_every_change_to_a_schedule_is_recorded() -> None:
    schedule_id = create_schedule()
    path = f"/schedules/{schedule_id}"
    OWNER.patch(path, {"enabled": False})
    OWNER.patch(path, {"enabled": False})
    EDITOR.patch(path, {"enabled": True})
    EDITOR.patch(path, {"name": "Monthly", "expression": "rate(30 days)"})
    EDITOR.patch(path, {"name": "Monthly"})
    ADMIN.post(f"{path}/run", None)
    ADMIN.delete(path)
    ADMIN.delete(path)
    assert actions() == [
        "schedule-created",
        "schedule-paused",
        "schedule-resumed",
        "schedule-changed",
        "export-requested",
        "schedule-deleted",
    ]
    (changed,) = trail(action="schedule-changed")
    assert (changed["actor"], changed["details"]["changed"]) == (EDITOR.email, ["name", "expression"])
    (requested,) = trail(action="export-requested")
    assert (requested["actor"], requested["details"]["startedBy"]) == (ADMIN.email, "person")
    assert requested["details"]["scheduleName"] == "Monthly"


def test_member_additions_and_removals_by_an_operator_are_recorded() -> None:
    for _ in range(2):
        memberships.add("MAKERS", "new@makers.example.org", "editor", "WELD")
    memberships.remove("MAKERS", "new@makers.example.org", None)
    removed, added = trail("/issuers/WELD/trail", OWNER)
    assert (added["action"], removed["action"]) == ("member-added", "member-removed")
    assert (added["actor"], added["target"]["name"]) == ("operator", "new@makers.example.org")
    assert added["details"] == {"role": "editor"}


# ---------------------------------------------------------------- who sees it


def test_issuer_trail_includes_badge_class_exports_but_not_exports_of_other_issuers() -> None:
    request_export(path="/badge-classes/BC-WELD-1/exports", body={"kind": "badge-class"})
    request_export(CARPENTER, "/issuers/WOOD/exports")
    request_export(ADMIN, "/organizations/MAKERS/exports")
    assert [entry["actor"] for entry in trail("/issuers/WELD/trail", OWNER)] == [OWNER.email]
    assert [entry["actor"] for entry in trail("/issuers/WOOD/trail", CARPENTER)] == [CARPENTER.email]
    assert len(trail()) == 3


def test_users_cannot_see_another_organizations_trail() -> None:
    assert RIVAL.get("/organizations/MAKERS/trail").status == 404
    assert RIVAL.get("/issuers/WELD/trail").status == 404
    assert CARPENTER.get("/issuers/WELD/trail").status == 404
    assert OWNER.get("/organizations/MAKERS/trail").status == 404


@pytest.mark.parametrize("person", [EDITOR, STAFF])
def test_editors_and_staff_cannot_see_or_export_the_trail(person: Person) -> None:
    body = {"kind": "trail"}
    assert person.get("/issuers/WELD/trail").problem["code"] == "role-not-allowed"
    assert person.post("/issuers/WELD/exports", body).problem["code"] == "role-not-allowed"
    assert person.post("/issuers/WELD/exports/preview", body).problem["code"] == "role-not-allowed"
    schedule = SCHEDULE | {"export": {"issuerId": "WELD"} | body}
    assert person.post("/schedules", schedule).problem["code"] == "role-not-allowed"


def test_organization_token_with_the_owner_role_can_read_only_issuer_trails() -> None:
    owner, admin = (Program(new_token(role=role)["secret"]) for role in ("owner", "admin"))
    body = {"kind": "trail"}
    export_id = finished_export(ADMIN, path="/organizations/MAKERS/exports", body=body)
    for rejected in (
        owner.get("/organizations/MAKERS/trail"),
        owner.post("/organizations/MAKERS/exports", body),
        owner.post("/organizations/MAKERS/exports/preview", body),
        owner.post("/schedules", SCHEDULE | {"export": {"organizationId": "MAKERS"} | body}),
    ):
        assert rejected.problem["code"] == "role-not-allowed"
    assert owner.get(f"/exports/{export_id}").status == owner.get(f"/exports/{export_id}/file").status == 404
    assert owner.get("/issuers/WELD/trail").status == 200
    assert owner.post("/issuers/WELD/exports", body).status == 202
    assert admin.get("/organizations/MAKERS/trail").status == admin.get(f"/exports/{export_id}").status == 200


def test_editors_cannot_download_an_owners_trail_export() -> None:
    export_id = finished_export(body={"kind": "trail"})
    for path in (f"/exports/{export_id}", f"/exports/{export_id}/file"):
        assert EDITOR.get(path).status == 404
        assert OWNER.get(path).status in (200, 302)
    assert EDITOR.delete(f"/exports/{export_id}").status == 404
    assert EDITOR.get("/exports", query={"issuerId": "WELD"}).json["items"] == []
    assert [item["id"] for item in ADMIN.get("/exports", query={"issuerId": "WELD"}).json["items"]] == [export_id]


def test_editors_cannot_resume_or_run_a_scheduled_trail_export() -> None:
    path = f"/schedules/{create_schedule(export={'issuerId': 'WELD', 'kind': 'trail'})}"
    assert EDITOR.post(f"{path}/run", None).problem["code"] == "role-not-allowed"
    assert EDITOR.patch(path, {"name": "Mine"}).problem["code"] == "role-not-allowed"
    assert OWNER.patch(path, {"enabled": False}).status == 200
    assert EDITOR.patch(path, {"enabled": True}).problem["code"] == "role-not-allowed"
    assert OWNER.post(f"{path}/run", None).status == 202


# ---------------------------------------------------------------- lists


def test_trail_pages_contain_each_entry_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for minute in range(5):
        set_time(NOON + timedelta(minutes=minute), monkeypatch)
        create_schedule(name=str(minute))
    names, query = [], {"limit": "2"}
    while True:
        page = OWNER.get("/issuers/WELD/trail", query=query).json
        names += [entry["target"]["name"] for entry in page["items"]]
        if "nextCursor" not in page:
            break
        query["cursor"] = page["nextCursor"]
    assert names == ["4", "3", "2", "1", "0"]


def test_trail_can_be_filtered_by_actor_action_and_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for hour, person in enumerate((OWNER, EDITOR, OWNER)):
        set_time(NOON + timedelta(hours=hour), monkeypatch)
        create_schedule(person, name=str(hour))
    OWNER.patch(f"/schedules/{create_schedule(name='3')}", {"enabled": False})

    def named(**query: Any) -> list[str]:
        return [entry["target"]["name"] for entry in trail(**query)]

    assert named(actor=EDITOR.email.upper()) == ["1"]
    assert named(action="schedule-paused") == ["3"]
    assert named(after="2026-03-01T13:00:00Z", before="2026-03-01T14:00:00Z") == ["1"]
    assert named(before="2026-02-28") == []
    assert ADMIN.get("/organizations/MAKERS/trail", query={"after": "yesterday"}).wrong_fields == ["after"]


def test_cursor_from_another_list_is_rejected() -> None:
    for _ in range(2):
        create_schedule()
    cursor = ADMIN.get("/organizations/MAKERS/trail", query={"limit": "1"}).json["nextCursor"]
    for path, query in (("/issuers/WELD/trail", {}), ("/organizations/MAKERS/trail", {"actor": "someone"})):
        assert ADMIN.get(path, query=query | {"cursor": cursor}).wrong_fields == ["cursor"]


# ---------------------------------------------------------------- deletion and erasure


def entries_of(organization_id: str) -> list[dict[str, Any]]:
    table: Any = boto3.client("dynamodb")
    items = table.get_paginator("scan").paginate(TableName=config().trail_table)
    return [item for page in items for item in page["Items"] if item["organizationId"]["S"] == organization_id]


def test_deleting_an_organization_deletes_only_its_own_trail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operations.deletion.organization.sleep", lambda seconds: None)
    request_export()
    RIVAL.post("/issuers/RIV/exports", AWARDS)
    delete("MAKERS", lambda counts: None)
    assert entries_of("MAKERS") == []
    assert len(entries_of("RIVALS")) == 1


def test_erasing_a_recipient_does_not_change_the_trail() -> None:
    finished_export()
    OWNER.post(f"/replacements/{preview_replacement()}/confirm", None)
    before = entries_of("MAKERS")
    assert "a1@example.org" not in str(before)
    erase("MAKERS", Erased(["a1@example.org"]), lambda counts: None)
    kept = {item["id"]["S"]: item for item in entries_of("MAKERS")}
    assert [kept[item["id"]["S"]] for item in before] == before


# ---------------------------------------------------------------- faults


def cancel(export_id: str) -> None:
    OWNER.delete(f"/exports/{export_id}")


def status_of(path: str) -> Any:
    answer = ADMIN.get(path)
    return answer.json.get("status") if answer.status == 200 else None


ATTEMPTS: dict[str, tuple[Callable[[], str], Callable[[str], Any], Callable[[str], bool]]] = {
    "export-cancelled": (request_export, cancel, lambda made_id: status_of(f"/exports/{made_id}") == "cancelled"),
    "export-file-deleted": (finished_export, cancel, lambda made_id: status_of(f"/exports/{made_id}") == "expired"),
    "badge-replaced": (
        preview_replacement,
        lambda made_id: OWNER.post(f"/replacements/{made_id}/confirm", None),
        lambda made_id: status_of(f"/replacements/{made_id}") == "replaced",
    ),
    "schedule-paused": (
        create_schedule,
        lambda made_id: OWNER.patch(f"/schedules/{made_id}", {"enabled": False}),
        lambda made_id: ADMIN.get(f"/schedules/{made_id}").json["enabled"] is False,
    ),
    "schedule-changed": (
        create_schedule,
        lambda made_id: OWNER.patch(f"/schedules/{made_id}", {"expression": "rate(2 days)"}),
        lambda made_id: ADMIN.get(f"/schedules/{made_id}").json["expression"] == "rate(2 days)",
    ),
    "schedule-deleted": (
        create_schedule,
        lambda made_id: OWNER.delete(f"/schedules/{made_id}"),
        lambda made_id: ADMIN.get(f"/schedules/{made_id}").status == 404,
    ),
}
"""For each action: what it needs, the request, and whether the change was made."""


def until_each_call_failed(
    fault: Fault, monkeypatch: pytest.MonkeyPatch, prepare: Callable[[], str], attempt: Callable[[str], Any]
) -> Iterator[tuple[str, str]]:
    """Attempt an action until each of its AWS calls has failed once.

    Yield what `prepare` returned, and a description of the failed call.
    """
    calls, number = FaultyCalls(monkeypatch), 0
    while True:
        prepared = prepare()
        calls.at(number, fault)
        with contextlib.suppress(Killed, Exception), calls.product():
            attempt(prepared)
        made, names = calls.count, calls.names
        yield prepared, f"{fault} at call {number} of {names}"
        if made <= number:
            return
        number += 1


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("action", ATTEMPTS)
def test_trail_entry_exists_if_and_only_if_the_change_was_made(
    action: str, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare, attempt, is_made = ATTEMPTS[action]
    outcomes = set()
    entries = 0
    for prepared, failure in until_each_call_failed(fault, monkeypatch, prepare, attempt):
        outcomes.add(is_made(prepared))
        entries += is_made(prepared)
        assert actions(action=action).count(action) == entries, failure
        if action == "schedule-paused":
            ADMIN.delete(f"/schedules/{prepared}")  # because a scope can have 20 schedules
        if action == "export-cancelled":
            process_queue()  # because the number of active exports is limited
    assert outcomes == {True, False}


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_every_export_has_exactly_one_trail_entry_even_if_a_call_fails(
    fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _, failure in until_each_call_failed(fault, monkeypatch, lambda: "", lambda _: request_export()):
        exports = ADMIN.get("/exports", query={"issuerId": "WELD", "limit": "100"}).json["items"]
        recorded = [entry["target"]["id"] for entry in trail(action="export-requested", limit="100")]
        assert sorted(recorded) == sorted(export["id"] for export in exports), failure
        for export in exports:
            ADMIN.delete(f"/exports/{export['id']}")
