"""The members command, and loads that revoke a user's access."""

import json
from typing import Any

import pytest

from badgedata.records.directory import Member
from operations import members
from operations.loading.faults import InvalidDocumentError
from operations.loading.load import LoadResult, load
from operations.loading.reading import read_document
from tests.integration.operations.conftest import STACK_NAME
from tests.support.api_client import Person
from tests.support.organizations import ADMIN, EDITOR, OWNER, RIVAL, STAFF, load_organizations, member


@pytest.fixture(autouse=True)
def organizations(outputs: dict[str, str]) -> None:
    load_organizations()


def run(*arguments: str) -> int:
    return members.main([*arguments, "--stack-name", STACK_NAME])


def roles_of(person: Person) -> set[tuple[str, str]]:
    memberships = person.get("/me").json["memberships"]
    return {(found["role"], (found.get("issuer") or found["organization"])["id"]) for found in memberships}


def load_members(*listed: dict[str, Any], **how: Any) -> LoadResult:
    """Load the organization MAKERS with these members."""
    document = {
        "format": "badge-data-management/organization",
        "formatVersion": 1,
        "organization": {"entityId": "MAKERS", "name": "The Makers", "plan": "paid"},
        "members": list(listed),
        "issuers": [{"issuer": {"entityId": "WELD", "name": "Welding School", "url": "https://school.example.org"}}],
    }
    return load(read_document(json.dumps(document).encode()), **how)


def test_member_omitted_from_a_load_loses_access() -> None:
    loaded = load_members(member(OWNER, "owner", "WELD"))
    assert loaded.members_removed == 4
    assert roles_of(OWNER) == {("owner", "WELD")}
    assert roles_of(ADMIN) == roles_of(EDITOR) == roles_of(STAFF) == set()
    assert ADMIN.post("/organizations/MAKERS/exports", {"kind": "awards"}).status == 404
    assert roles_of(RIVAL) == {("admin", "RIVALS")}


def test_demoted_admin_loses_the_admin_role() -> None:
    load_members(member(ADMIN, "staff", "WELD"))
    assert roles_of(ADMIN) == {("staff", "WELD")}
    assert ADMIN.get("/organizations/MAKERS").status == 404


def test_load_without_a_member_list_does_not_change_members() -> None:
    document = {
        "format": "badge-data-management/organization",
        "formatVersion": 1,
        "organization": {"entityId": "MAKERS", "name": "The Makers", "plan": "paid"},
    }
    assert load(read_document(json.dumps(document).encode())).members_removed == 0
    assert roles_of(ADMIN) == {("admin", "MAKERS")}


def test_admin_named_on_the_command_line_keeps_the_admin_role() -> None:
    load_members(admin_email="ADMIN@makers.example.org")
    assert roles_of(ADMIN) == {("admin", "MAKERS")}


def test_load_that_adds_members_requires_the_organization_id() -> None:
    stranger = Person("stranger@example.org")
    with pytest.raises(InvalidDocumentError) as rejected:
        load_members(member(ADMIN, "admin"), member(stranger, "admin"))
    assert "its members (1 new)" in str(rejected.value.faults[0])
    assert roles_of(stranger) == set() != roles_of(OWNER)
    load_members(member(ADMIN, "admin"), member(stranger, "admin"), organization_id="MAKERS")
    assert roles_of(stranger) == {("admin", "MAKERS")}


@pytest.mark.parametrize("change", [{"name": "The Takers"}, {"plan": "free"}])
def test_load_that_changes_the_name_or_plan_requires_the_organization_id(change: dict[str, str]) -> None:
    organization = {"entityId": "MAKERS", "name": "The Makers", "plan": "paid"} | change
    document = {"format": "badge-data-management/organization", "formatVersion": 1, "organization": organization}
    with pytest.raises(InvalidDocumentError):
        load(read_document(json.dumps(document).encode()))
    unchanged = {"id": "MAKERS", "name": "The Makers", "plan": "paid", "hasDestination": False}
    assert ADMIN.get("/organizations/MAKERS").json == unchanged
    load(read_document(json.dumps(document).encode()), organization_id="MAKERS")
    assert ADMIN.get("/organizations/MAKERS").json == unchanged | change


@pytest.mark.parametrize(
    ("role", "issuer_id"),
    [("pending", None), ("owner", None), ("staff", None), ("pending", "WELD"), ("admin", "WELD"), ("", "WELD")],
)
def test_membership_with_an_unknown_role_is_ignored(role: str, issuer_id: str | None) -> None:
    someone = Person("someone@example.org")
    pk, sk = Member.key(someone.email, "MAKERS", issuer_id)
    Member(pk, sk, parent="p", entity_id="e", role=role, organization_id="MAKERS", issuer_id=issuer_id).save()
    assert roles_of(someone) == set()
    for path in ("/organizations/MAKERS", "/issuers/WELD", "/badge-classes/BC-WELD-1", "/exports?issuerId=WELD"):
        assert someone.get(path).status == 404


def test_role_does_not_apply_to_a_look_alike_email_address() -> None:
    assert run("MAKERS", "--add", "kevin@example.org", "--role", "admin") == 0
    assert roles_of(Person("KEVIN@example.org")) == {("admin", "MAKERS")}
    assert roles_of(Person("\u212aevin@example.org")) == set()


def test_member_list_includes_each_members_schedules(capsys: pytest.CaptureFixture[str]) -> None:
    schedule = {"name": "Weekly", "export": {"issuerId": "WELD", "kind": "awards"}, "expression": "rate(7 days)"}
    made = EDITOR.post("/schedules", schedule).json["id"]
    assert run("MAKERS") == 0
    lines = capsys.readouterr().out.splitlines()
    assert "admin@makers.example.org: admin of organization MAKERS" in lines
    assert "editor@makers.example.org: editor of issuer WELD" in lines
    assert f'editor@makers.example.org: schedule "Weekly" ({made}, active)' in lines
    assert not any("rivals" in line for line in lines)


def test_removing_a_member_revokes_access_and_lists_their_schedules(
    capsys: pytest.CaptureFixture[str],
) -> None:
    schedule = {"name": "Weekly", "export": {"issuerId": "WELD", "kind": "awards"}, "expression": "rate(7 days)"}
    EDITOR.post("/schedules", schedule)
    assert run("MAKERS", "--remove", "Editor@Makers.example.org") == 0
    printed = capsys.readouterr().out
    assert "Removed 1 membership" in printed
    assert "stops at its next run, because this person has no role" in printed
    assert roles_of(EDITOR) == set()
    assert roles_of(OWNER) == {("owner", "WELD")}


def test_issuer_role_can_be_added_changed_and_removed() -> None:
    assert run("MAKERS", "--add", STAFF.email, "--role", "owner", "--issuer", "WOOD") == 0
    assert run("MAKERS", "--add", STAFF.email, "--role", "editor", "--issuer", "WOOD") == 0
    assert roles_of(STAFF) == {("staff", "WELD"), ("editor", "WOOD")}
    assert run("MAKERS", "--remove", STAFF.email, "--issuer", "WELD") == 0
    assert roles_of(STAFF) == {("editor", "WOOD")}


@pytest.mark.parametrize(
    "arguments",
    [
        ["UNKNOWN"],
        ["UNKNOWN", "--add", "x@example.org", "--role", "admin"],
        ["MAKERS", "--add", "x@example.org", "--role", "owner", "--issuer", "RIV"],
        ["MAKERS", "--add", "no address", "--role", "admin"],
        ["MAKERS", "--add", "\u212aevin@example.org", "--role", "admin"],
        ["MAKERS", "--remove", "admin@rivals.example.org"],
    ],
)
def test_invalid_member_change_is_rejected(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*arguments) == 1
    assert "Nothing was changed." in capsys.readouterr().err
    assert roles_of(RIVAL) == {("admin", "RIVALS")}
