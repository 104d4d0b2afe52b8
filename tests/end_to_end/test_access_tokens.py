"""Access tokens for programs, checked by the deployed authorizer with its own role."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from badgedata.tokens.secret import new_secret
from tests.support.deployed_client import Client

ADMIN, OWNER = "ada@example.org", "grace@example.org"
MAX_STOP_SECONDS = 60


def new_token(client: Client, **changes: Any) -> dict[str, Any]:
    expires_at = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    answer = client.post(client_path(client), {"name": "Nightly", "role": "staff", "expiresAt": expires_at} | changes)
    assert answer.status == 201, answer.body
    token: dict[str, Any] = answer.json
    return token


def client_path(client: Client) -> str:
    [organization_id] = {item["organization"]["id"] for item in client.get("/me").json["memberships"]}
    return f"/organizations/{organization_id}/tokens"


@pytest.fixture
def issuer_token(owner: Client) -> Iterator[dict[str, Any]]:
    """An issuer token with the staff role, which is deleted after the test."""
    token = new_token(owner, issuerId="aurora-science")
    yield token
    owner.delete(f"{client_path(owner)}/{token['id']}")


def test_program_can_export_with_an_access_token(stack: dict[str, Any], issuer_token: dict[str, Any]) -> None:
    program = Client(stack["apiUrl"], issuer_token["secret"])
    export = program.export("/issuers/aurora-science/exports", {"kind": "badges"})
    assert (export["status"], export["requestedBy"]) == ("succeeded", "token:Nightly")
    me = program.get("/me").json
    assert (me["token"], [item["role"] for item in me["memberships"]]) == ("Nightly", ["staff"])


def test_last_use_of_a_token_is_recorded(stack: dict[str, Any], owner: Client, issuer_token: dict[str, Any]) -> None:
    path = f"{client_path(owner)}/{issuer_token['id']}"
    assert "lastUsedAt" not in owner.get(path).json
    assert Client(stack["apiUrl"], issuer_token["secret"]).get("/me").status == 200
    assert owner.get(path).json["lastUsedAt"]


def test_cached_authorizer_result_is_valid_for_other_routes(
    stack: dict[str, Any], issuer_token: dict[str, Any]
) -> None:
    program = Client(stack["apiUrl"], issuer_token["secret"])
    paths = ("/me", "/issuers/aurora-science", "/exports?issuerId=aurora-science", "/schedules?issuerId=aurora-science")
    assert [program.get(path).status for path in paths] == [200] * 4


def test_program_cannot_manage_access_tokens(
    stack: dict[str, Any], owner: Client, issuer_token: dict[str, Any]
) -> None:
    rejected = Client(stack["apiUrl"], issuer_token["secret"]).get(client_path(owner))
    assert (rejected.status, rejected.problem["code"]) == (403, "role-not-allowed")


def test_deleted_token_stops_working_within_a_minute(stack: dict[str, Any], owner: Client) -> None:
    token = new_token(owner, issuerId="aurora-science")
    program = Client(stack["apiUrl"], token["secret"])
    assert program.get("/me").status == 200
    assert owner.delete(f"{client_path(owner)}/{token['id']}").status == 204
    deadline = time.monotonic() + MAX_STOP_SECONDS
    while (answer := program.get("/me")).status == 200 and time.monotonic() < deadline:
        time.sleep(1)
    assert (answer.status, answer.problem["code"]) == (401, "unauthorized")


@pytest.mark.parametrize("secret", [new_secret(), "bdm_" + "0" * 36, "bdm_", "bdm_" + "0" * 8000], ids=len)
def test_unknown_or_malformed_token_is_rejected(stack: dict[str, Any], secret: str) -> None:
    answer = Client(stack["apiUrl"], secret).get("/me")
    assert (answer.status, answer.problem["code"]) == (401, "unauthorized")


def test_users_can_call_the_api_with_id_tokens(signed_in: Callable[[str], Client]) -> None:
    for email in (ADMIN, OWNER):
        me = signed_in(email).get("/me").json
        assert me["email"] == email
        assert "token" not in me
