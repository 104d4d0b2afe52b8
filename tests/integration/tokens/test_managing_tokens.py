"""Create, list, and delete access tokens: who can manage which tokens, and what is stored."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest

from badgedata import clock
from badgedata.config import config
from badgedata.records.directory import Organization
from badgedata.tokens import lifecycle
from badgedata.tokens.secret import hash_of, is_secret
from tests.integration.aws_faults import FAULTS, Fault, FaultyCalls, Killed
from tests.integration.tokens.requesting import TOKENS, in_days, listed, new_token, program, request_token
from tests.support.api_client import Person, authorized, rejection
from tests.support.clock import set_time
from tests.support.organizations import ADMIN, CARPENTER, EDITOR, NOBODY, OWNER, PENNILESS, RIVAL, STAFF

pytestmark = pytest.mark.usefixtures("organizations")


def items(table: str) -> Iterator[dict[str, Any]]:
    for page in boto3.client("dynamodb").get_paginator("scan").paginate(TableName=table):
        yield from page["Items"]


def test_new_tokens_secret_is_shown_once_and_never_stored() -> None:
    answer = request_token(role="editor", issuerId="WELD")
    created = answer.json
    secret = created.pop("secret")
    assert is_secret(secret)
    assert created.keys() == {"id", "name", "role", "issuerId", "createdAt", "createdBy", "expiresAt"}
    assert (created["role"], created["issuerId"], created["createdBy"]) == ("editor", "WELD", ADMIN.email)
    assert ADMIN.follow(answer.headers["Location"]).json == created
    assert listed() == [created]
    stored = json.dumps(list(items(config().operations_table)))
    assert secret not in stored
    assert hash_of(secret) in stored


def test_expiry_time_is_stored_in_utc_to_the_second() -> None:
    moment = clock.parse_rfc3339(in_days(3))
    text = moment.isoformat().replace("+00:00", ".75+00:00")
    assert new_token(expiresAt=text)["expiresAt"] == clock.rfc3339(moment)


# ---------------------------------------------------------------- roles


@pytest.mark.parametrize("role", ["admin", "owner", "editor", "staff"])
def test_admin_can_create_organization_tokens_with_any_role(role: str) -> None:
    assert new_token(role=role)["role"] == role


@pytest.mark.parametrize("role", ["owner", "editor", "staff"])
def test_admins_and_owners_can_create_tokens_for_an_issuer(role: str) -> None:
    assert new_token(role=role, issuerId="WELD")["issuerId"] == "WELD"
    assert new_token(OWNER, role=role, issuerId="WELD")["createdBy"] == OWNER.email


@pytest.mark.parametrize("issuer_id", [None, "WOOD", "RIV", "NOTHING", "no id"], ids=str)
def test_owner_cannot_create_tokens_outside_their_own_issuer(issuer_id: str | None) -> None:
    answer = request_token(OWNER, issuerId=issuer_id)
    assert (answer.status, answer.problem["code"]) == (403, "role-not-allowed")
    assert listed() == []


@pytest.mark.parametrize("person", [EDITOR, STAFF], ids=str)
def test_editors_and_staff_cannot_manage_tokens(person: Person) -> None:
    token = new_token()
    for answer in (
        request_token(person, issuerId="WELD"),
        person.get(TOKENS),
        person.get(f"{TOKENS}/{token['id']}"),
        person.delete(f"{TOKENS}/{token['id']}"),
    ):
        assert (answer.status, answer.problem["code"]) == (403, "role-not-allowed")
    assert len(listed()) == 1


@pytest.mark.parametrize("person", [RIVAL, NOBODY], ids=str)
def test_callers_without_a_role_get_a_not_found_error(person: Person) -> None:
    token = new_token()
    for answer in (
        request_token(person),
        person.get(TOKENS),
        person.get(f"{TOKENS}/{token['id']}"),
        person.delete(f"{TOKENS}/{token['id']}"),
    ):
        assert (answer.status, answer.problem["code"]) == (404, "not-found")
    assert len(listed()) == 1


def test_owners_can_list_and_delete_only_their_issuers_tokens() -> None:
    of_weld, of_wood, of_all = new_token(issuerId="WELD"), new_token(CARPENTER, issuerId="WOOD"), new_token()
    assert [token["id"] for token in listed(OWNER)] == [of_weld["id"]]
    assert [token["id"] for token in listed(CARPENTER)] == [of_wood["id"]]
    for other in (of_wood, of_all):
        assert OWNER.get(f"{TOKENS}/{other['id']}").status == OWNER.delete(f"{TOKENS}/{other['id']}").status == 404
    assert OWNER.delete(f"{TOKENS}/{of_weld['id']}").status == 204
    assert {token["id"] for token in listed()} == {of_wood["id"], of_all["id"]}


def test_token_cannot_be_deleted_through_another_organization() -> None:
    token = new_token()
    assert RIVAL.delete(f"/organizations/RIVALS/tokens/{token['id']}").status == 404
    assert len(listed()) == 1


@pytest.mark.parametrize("role", ["admin", "owner"])
def test_programs_cannot_manage_tokens(role: str) -> None:
    sender = program(role=role)
    token_id = listed()[0]["id"]
    body = {"name": "Another", "role": "staff", "expiresAt": in_days(1)}
    for answer in (sender.post(TOKENS, body), sender.get(TOKENS), sender.delete(f"{TOKENS}/{token_id}")):
        assert (answer.status, answer.problem["code"]) == (403, "role-not-allowed")
        assert "Access tokens can't manage access tokens" in answer.problem["detail"]


def test_creating_a_token_requires_the_paid_plan_but_deleting_one_does_not() -> None:
    assert request_token(PENNILESS, "/organizations/FREE/tokens").problem["code"] == "subscription-required"
    token = new_token()
    Organization.get(*Organization.key("MAKERS")).update(actions=[Organization.plan.set("free")])
    assert request_token().status == 403
    assert len(listed()) == 1
    assert ADMIN.delete(f"{TOKENS}/{token['id']}").status == 204


# ---------------------------------------------------------------- invalid requests


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "not be empty"), ("name", "n" * 101, "at most 100 characters"), ("name", "  ", "pattern"),
        ("name", "a\u202eb", "character 2 is U+202E"), ("name", "\u2066a", "U+2066"), ("name", "a\u200bb", "U+200B"),
        ("name", "a\u2028b", "U+2028"), ("name", "a\ufeff", "U+FEFF"), ("name", "a\U000e0041", "U+E0041"),
        ("name", "a\x00b", "U+0000"), ("name", "a\x1bb", "U+001B"), ("name", 7, "string"), ("name", None, "required"),
        ("role", "root", "root"), ("role", None, "required"), ("role", ["staff"], "staff"),
        ("expiresAt", None, "required"), ("expiresAt", "tomorrow", "tomorrow"),
        ("expiresAt", "2027-01-31", "2027-01-31"),
        ("expiresAt", "2020-01-01T00:00:00Z", "future"), ("expiresAt", "9999-01-01T00:00:00Z", "366 days"),
        ("expiresAt", "2027-02-30T00:00:00Z", "2027-02-30"), ("expiresAt", "2027-01-31T00:00:00", "offset"),
        ("expiresAt", 1, "string"), ("expiresAt", "9" * 10_000, "at most 64"),
        ("issuerId", "NOTHING", "NOTHING"), ("issuerId", "RIV", "RIV"), ("issuerId", "no id", "no id"),
        ("issuerId", "", '""'), ("issuerId", "x" * 10_000, "at most 64"), ("scope", "all", "all"),
    ],
)  # fmt: skip
def test_error_for_an_invalid_field_names_the_field_and_its_value(field: str, value: Any, said: str) -> None:
    assert said in rejection(request_token(**{field: value}), field)
    assert listed() == []


@pytest.mark.parametrize("name", ["گزارش\u200cها", "👩\u200d🏫 nightly", "Übung", "مدرسة"])
def test_token_name_in_any_writing_system_is_accepted(name: str) -> None:
    assert new_token(name=name)["name"] == name


def test_token_for_an_issuer_cannot_have_the_admin_role() -> None:
    assert "admin" in rejection(request_token(role="admin", issuerId="WELD"), "role")


def test_token_can_be_valid_for_at_most_366_days() -> None:
    assert new_token(expiresAt=in_days(365.9))["expiresAt"]
    rejection(request_token(expiresAt=in_days(366.1)), "expiresAt")


# ---------------------------------------------------------------- lists and limits


def test_tokens_are_listed_newest_first_across_pages() -> None:
    made = [new_token(name=f"Token {number}")["id"] for number in range(5)]
    first = ADMIN.get(TOKENS, query={"limit": "3"}).json
    rest = ADMIN.get(TOKENS, query={"limit": "3", "cursor": first["nextCursor"]}).json
    assert [token["id"] for token in first["items"] + rest["items"]] == made[::-1]
    assert "nextCursor" not in rest
    rejection(ADMIN.get("/schedules", query={"issuerId": "WELD", "cursor": first["nextCursor"]}), "cursor")


def test_organization_can_have_at_most_50_unexpired_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [
        new_token(expiresAt=in_days(2 if number == 7 else 30))
        for number in range(lifecycle.MAX_TOKENS_PER_ORGANIZATION)
    ]
    rejected = request_token()
    assert (rejected.status, rejected.problem["code"]) == (409, "conflict")
    assert "50 access tokens" in rejected.problem["detail"]
    assert ADMIN.delete(f"{TOKENS}/{made[0]['id']}").status == 204
    new_token()
    assert request_token().status == 409
    set_time(clock.now() + timedelta(days=3), monkeypatch)
    new_token()
    assert request_token().status == 409
    assert made[7]["id"] not in {token["id"] for token in listed(limit="100")}
    assert not any(
        item["pk"]["S"] == f"token#{hash_of(made[7]['secret'])}" for item in items(config().operations_table)
    )


def test_owners_cannot_exhaust_the_organizations_token_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [
        new_token(OWNER, issuerId="WELD", expiresAt=in_days(2 if number == 7 else 30))
        for number in range(lifecycle.MAX_TOKENS_PER_ISSUER)
    ]
    for person in (OWNER, ADMIN):
        rejected = request_token(person, issuerId="WELD")
        assert (rejected.status, rejected.problem["code"]) == (409, "conflict")
        assert "10 access tokens per issuer" in rejected.problem["detail"]
    new_token(CARPENTER, issuerId="WOOD")
    new_token()
    assert OWNER.delete(f"{TOKENS}/{made[0]['id']}").status == 204
    new_token(OWNER, issuerId="WELD")
    assert request_token(OWNER, issuerId="WELD").status == 409
    set_time(clock.now() + timedelta(days=3), monkeypatch)
    new_token(OWNER, issuerId="WELD")
    assert request_token(OWNER, issuerId="WELD").status == 409


def test_expired_token_is_listed_for_a_month(monkeypatch: pytest.MonkeyPatch) -> None:
    token = new_token(expiresAt=in_days(1))
    now = clock.now()
    set_time(now + timedelta(days=30), monkeypatch)
    assert [listed_token["id"] for listed_token in listed()] == [token["id"]]
    set_time(now + timedelta(days=32), monkeypatch)
    assert listed() == []
    assert ADMIN.get(f"{TOKENS}/{token['id']}").status == 404


# ---------------------------------------------------------------- the trail, and interruptions


def trail() -> list[tuple[str, str, str, str]]:
    entries = [item for item in items(config().trail_table) if item["organizationId"]["S"] == "MAKERS"]
    return [
        (entry["actor"]["S"], entry["action"]["S"], entry["targetId"]["S"], entry["targetName"]["S"])
        for entry in sorted(entries, key=lambda entry: str(entry["id"]["S"]))
        if entry["targetType"]["S"] == "token"
    ]


def test_trail_records_who_created_and_deleted_a_token() -> None:
    token = new_token(OWNER, issuerId="WELD")
    assert ADMIN.delete(f"{TOKENS}/{token['id']}").status == 204
    assert ADMIN.delete(f"{TOKENS}/{token['id']}").status == 404
    assert trail() == [
        (OWNER.email, "token-created", token["id"], "Nightly"),
        (ADMIN.email, "token-deleted", token["id"], "Nightly"),
    ]
    assert token["secret"] not in json.dumps(list(items(config().operations_table)))


def records_of_tokens() -> int:
    return sum(item["sk"]["S"] == "token" for item in items(config().operations_table))


@pytest.mark.parametrize("fault", FAULTS)
def test_interrupted_token_creation_does_not_leave_an_unlisted_token(
    fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = FaultyCalls(monkeypatch)
    with calls.product():
        request_token()
    for number in range(calls.count):
        calls.at(number, fault)
        try:
            with calls.product():
                request_token()
        except Killed:
            pass
        calls.at(-1, fault)
        assert len(listed(limit="100")) == records_of_tokens() == len(trail())


@pytest.mark.parametrize("fault", FAULTS)
def test_interrupted_token_deletion_can_be_repeated(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = FaultyCalls(monkeypatch)
    for number in range(6):
        token = new_token()
        calls.at(number, fault)
        try:
            with calls.product():
                ADMIN.delete(f"{TOKENS}/{token['id']}")
        except Killed:
            pass
        calls.at(-1, fault)
        assert ADMIN.delete(f"{TOKENS}/{token['id']}").status in (204, 404)
        assert authorized(f"Bearer {token['secret']}") is None
        assert listed() == []
        assert [action for _, action, token_id, _ in trail() if token_id == token["id"]] == [
            "token-created",
            "token-deleted",
        ]
