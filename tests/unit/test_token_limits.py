"""The roles that an access token gives: limited by its own role and by its creator's roles."""

import pytest

from badgedata.access import ROLES, Caller, TokenLimits, is_membership
from badgedata.records.directory import Member

ISSUER = "WELD"


def held(role: str, organization_id: str = "MAKERS", issuer_id: str | None = None) -> Member:
    key = Member.key("ada@example.org", organization_id, issuer_id)
    return Member(*key, role=role, organization_id=organization_id, issuer_id=issuer_id)


def given(creator: list[Member], role: str, issuer_id: str | None = None) -> list[tuple[str | None, str]]:
    """Return the issuer and role of each membership that a token for the organization MAKERS gives."""
    limits = TokenLimits("T1", "Nightly", "MAKERS", issuer_id, role)
    return [(member.issuer_id, member.role) for member in limits.applied_to(creator)]


@pytest.mark.parametrize("role", ROLES)
def test_token_created_by_an_admin_grants_its_role_for_the_organization(role: str) -> None:
    assert given([held("admin")], role) == [(None, role)]


@pytest.mark.parametrize("role", ["owner", "editor", "staff"])
def test_issuer_token_grants_its_role_only_for_that_issuer(role: str) -> None:
    assert given([held("admin")], role, ISSUER) == [(ISSUER, role)]


@pytest.mark.parametrize(
    ("creator", "role", "effective"),
    [
        ("owner", "owner", "owner"), ("owner", "editor", "editor"), ("owner", "staff", "staff"),
        ("editor", "owner", "editor"), ("editor", "editor", "editor"), ("editor", "staff", "staff"),
        ("staff", "owner", "staff"), ("staff", "editor", "staff"), ("staff", "staff", "staff"),
    ],
)  # fmt: skip
def test_token_grants_the_lower_of_its_own_and_its_creators_role(creator: str, role: str, effective: str) -> None:
    assert given([held(creator, issuer_id=ISSUER)], role, ISSUER) == [(ISSUER, effective)]


def test_token_created_by_a_former_admin_grants_only_the_creators_remaining_roles() -> None:
    assert given([held("editor", issuer_id=ISSUER)], "admin") == [(ISSUER, "editor")]


def test_creators_roles_in_other_scopes_do_not_give_the_token_access() -> None:
    elsewhere = [held("admin", "RIVALS"), held("owner", issuer_id="WOOD")]
    assert given(elsewhere, "owner", ISSUER) == []
    assert given([], "admin") == []


def test_token_role_is_returned_as_a_membership() -> None:
    [member] = TokenLimits("T1", "Nightly", "MAKERS", ISSUER, "owner").applied_to([held("admin")])
    assert is_membership(member)


@pytest.mark.parametrize("name", ["Nightly", "Nächtlich – 夜 🌙", 'quotes " and \\'])
def test_caller_is_encoded_as_ascii_for_the_gateway(name: str) -> None:
    for token in (None, TokenLimits("T1", name, "MAKERS", None, "staff")):
        text = Caller("ädä@example.org", token).to_json()
        assert text.isascii()
        read = Caller.from_json(text)
        assert (read.email, read.token) == ("ädä@example.org", token)


def test_tokens_with_the_same_name_count_as_different_callers() -> None:
    one, other = (Caller("ada@example.org", TokenLimits(i, "Nightly", "MAKERS", None, "staff")) for i in ("T1", "T2"))
    assert one.name == other.name == "token:Nightly"
    assert (one.identity, other.identity) == ("token#T1", "token#T2")
