"""Requests by programs with access tokens: the access that a token gives, and when it gives none."""

from datetime import timedelta
from typing import Any

import pytest

from badgedata import clock
from badgedata.records.directory import Member
from badgedata.tokens import lifecycle
from badgedata.tokens.secret import new_secret
from operations import memberships
from tests.integration.aws_faults import FaultyCalls
from tests.integration.tokens.requesting import TOKENS, in_days, listed, new_token, program
from tests.support.api_client import Program, authorized
from tests.support.clock import set_time
from tests.support.organizations import ADMIN, OWNER

pytestmark = pytest.mark.usefixtures("organizations")

AWARDS = {"kind": "awards"}


def status_of(sender: Program, path: str) -> int:
    return sender.get(path).status


def test_issuer_token_gives_access_only_to_its_issuer() -> None:
    sender = program(role="editor", issuerId="WELD")
    assert status_of(sender, "/issuers/WELD") == status_of(sender, "/badge-classes/BC-WELD-1") == 200
    for path in ("/organizations/MAKERS", "/issuers/WOOD", "/badge-classes/BC-WOOD-1", "/issuers/RIV", "/issuers/NONE"):
        assert status_of(sender, path) == 404
    assert sender.post("/issuers/WELD/exports", AWARDS).status == 202
    assert sender.post("/organizations/MAKERS/exports", AWARDS).status == 404


@pytest.mark.parametrize("role", ["admin", "owner", "editor", "staff"])
def test_organization_token_grants_its_role_for_all_issuers(role: str) -> None:
    sender = program(role=role)
    for path in ("/organizations/MAKERS", "/organizations/MAKERS/issuers", "/issuers/WELD", "/issuers/WOOD"):
        assert status_of(sender, path) == 200
    assert status_of(sender, "/issuers/RIV") == status_of(sender, "/organizations/RIVALS") == 404
    assert sender.post("/organizations/MAKERS/exports", AWARDS).status == 202
    replaced = sender.post("/badge-classes/BC-WOOD-1/replacements", {"json": "{}"})
    assert replaced.status == (403 if role == "staff" else 422), replaced.text


def test_me_route_names_the_token_and_its_membership() -> None:
    me = program(role="staff", issuerId="WELD", name="Nächtlich").get("/me").json
    assert (me["email"], me["token"]) == (ADMIN.email, "Nächtlich")
    [membership] = me["memberships"]
    assert (membership["role"], membership["organization"]["id"], membership["issuer"]["id"]) == (
        "staff",
        "MAKERS",
        "WELD",
    )
    assert "token" not in ADMIN.get("/me").json


def test_export_requested_with_a_token_shows_the_token_name() -> None:
    sender = program(role="staff", issuerId="WELD", name="Nightly")
    export = sender.post("/issuers/WELD/exports", AWARDS).json
    assert export["requestedBy"] == "token:Nightly"
    assert sender.delete(f"/exports/{export['id']}").json["deletedBy"] == "token:Nightly"
    found = OWNER.get("/exports", query={"issuerId": "WELD", "requestedBy": "token:nightly"}).json["items"]
    assert [item["id"] for item in found] == [export["id"]]


def test_staff_token_can_delete_only_its_own_exports() -> None:
    own, namesake = (program(role="staff", issuerId="WELD", name="Nightly") for _ in range(2))
    of_own = own.post("/issuers/WELD/exports", AWARDS).json["id"]
    of_creator = ADMIN.post("/issuers/WELD/exports", AWARDS).json["id"]
    assert namesake.delete(f"/exports/{of_own}").status == own.delete(f"/exports/{of_creator}").status == 403
    assert own.delete(f"/exports/{of_own}").status == 200


def test_tokens_do_not_share_idempotency_keys() -> None:
    def requested(sender: Any) -> str:
        answer = sender.post("/issuers/WELD/exports", AWARDS, headers={"Idempotency-Key": "monday"})
        assert answer.status == 202
        return str(answer.json["id"])

    one, other = (program(role="staff", issuerId="WELD", name="Nightly") for _ in range(2))
    assert requested(one) == requested(one)
    assert len({requested(sender) for sender in (one, other, ADMIN)}) == 3


# ---------------------------------------------------------------- the creator's roles


def test_token_loses_permissions_when_its_creators_role_is_lowered() -> None:
    sender = program(OWNER, role="owner", issuerId="WELD")
    membership = Member.get(*Member.key(OWNER.email, "MAKERS", "WELD"))
    membership.update(actions=[Member.role.set("staff")])
    assert status_of(sender, "/issuers/WELD") == 200
    assert sender.post("/badge-classes/BC-WELD-1/replacements", {"json": "{}"}).problem["code"] == "role-not-allowed"


def test_token_created_by_a_removed_member_grants_no_access() -> None:
    sender = program(OWNER, role="owner", issuerId="WELD")
    memberships.remove("MAKERS", OWNER.email, None)
    for path in ("/issuers/WELD", "/badge-classes/BC-WELD-1"):
        assert status_of(sender, path) == 404
    assert sender.get("/exports", query={"issuerId": "WELD"}).status == 404
    assert sender.post("/issuers/WELD/exports", AWARDS).status == 404
    assert sender.get("/me").json["memberships"] == []
    assert any("gives no access" in line for line in memberships.describe("MAKERS", OWNER.email))


# ---------------------------------------------------------------- the authorizer


def test_authorizer_accepts_a_token_with_or_without_the_bearer_scheme() -> None:
    secret = new_token()["secret"]
    for header in (f"Bearer {secret}", f"bearer {secret}", f"BEARER  {secret}", secret):
        assert (caller := authorized(header)) is not None
        assert caller.name == "token:Nightly"


@pytest.mark.parametrize(
    "malform",
    [
        lambda secret: "",
        lambda secret: "Bearer",
        lambda secret: "Bearer ",
        lambda secret: f"Basic {secret}",
        lambda secret: f"Bearer {secret} {secret}",
        lambda secret: f"Bearer {secret[:-1]}",
        lambda secret: f"Bearer {secret}0",
        lambda secret: f"Bearer {secret[:-1]}{'0' if secret[-1] != '0' else '1'}",
        lambda secret: f"Bearer {secret[:10]}\x00{secret[11:]}",
        lambda secret: f"Bearer bdm_{'0' * 10_000}",
        lambda secret: f"Bearer {'x' * 10_000}",
        lambda secret: f"Bearer {'.' * 10_000}",
        lambda secret: f"Bearer {secret.replace('bdm_', 'ghp_')}",
    ],
)
def test_malformed_token_is_rejected_without_a_database_read(malform: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    header = malform(new_token()["secret"])
    calls = FaultyCalls(monkeypatch)
    with calls.product():
        assert authorized(header) is None
    assert calls.names == []


def test_unknown_token_is_rejected() -> None:
    assert authorized(f"Bearer {new_secret()}") is None


def test_deleted_token_is_rejected() -> None:
    token = new_token()
    assert authorized(f"Bearer {token['secret']}") is not None
    ADMIN.delete(f"{TOKENS}/{token['id']}")
    assert authorized(f"Bearer {token['secret']}") is None


def test_expired_token_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    token = new_token(expiresAt=in_days(1))
    expiry = clock.parse_rfc3339(token["expiresAt"])
    set_time(expiry - timedelta(seconds=1), monkeypatch)
    assert authorized(f"Bearer {token['secret']}") is not None
    set_time(expiry, monkeypatch)
    assert authorized(f"Bearer {token['secret']}") is None


@pytest.mark.parametrize("fault", ["rejected", "response lost"])
def test_failed_database_read_raises_an_error_instead_of_rejecting_the_token(
    fault: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """API Gateway then returns 503. A 401 would sign people out, and stop programs."""
    secret = new_token()["secret"]
    calls = FaultyCalls(monkeypatch)
    calls.at(0, fault)
    with calls.product(), pytest.raises(Exception, match=r"an injected fault|Read timeout"):
        authorized(f"Bearer {secret}")


def test_last_use_is_recorded_at_most_once_every_five_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    secret, start = new_token()["secret"], clock.now().replace(microsecond=0)
    assert "lastUsedAt" not in listed()[0]
    recorded = []
    for seconds in (0, 299, 301):
        set_time(start + timedelta(seconds=seconds), monkeypatch)
        authorized(f"Bearer {secret}")
        recorded.append((clock.parse_rfc3339(listed()[0]["lastUsedAt"]) - start).total_seconds())
    assert recorded == [0, 0, 301]


@pytest.mark.parametrize("fault", ["rejected", "response lost"])
def test_token_is_accepted_even_if_its_last_use_cannot_be_recorded(fault: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = new_token()["secret"]
    calls = FaultyCalls(monkeypatch)
    calls.at(1, fault)
    with calls.product():
        assert authorized(f"Bearer {secret}") is not None
    assert calls.names == ["GetItem", "UpdateItem"]


def test_recording_the_last_use_does_not_restore_a_deleted_token() -> None:
    token = new_token()
    record = lifecycle.find("MAKERS", token["id"])
    assert record is not None
    lifecycle.remove(record, ADMIN.email)
    lifecycle.note_use(record)
    assert authorized(f"Bearer {token['secret']}") is None
