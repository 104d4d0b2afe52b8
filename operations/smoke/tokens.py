"""Access token steps: create, use, and delete a token, and wait until it is rejected."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import requests

from operations.smoke.client import Client, excerpt, location_of
from operations.smoke.document import Json
from operations.smoke.error import SmokeTestError
from operations.smoke.run import Run, wait_for
from operations.steps import step

LIFETIME: Final = timedelta(hours=1)
"""The time after which the token expires, even if it can't be deleted."""

MAX_REJECTION_SECONDS: Final = 60.0
"""The maximum time that a deleted token is still accepted (docs/api-guide.md)."""

NAME: Final = "Smoke test"


@dataclass(frozen=True)
class UsedToken:
    """A deleted token, and a client that still sends it."""

    id: str
    client: Client

    @property
    def trail(self) -> set[tuple[str, str]]:
        """The trail entries that must exist for the token, as (action, target) pairs."""
        return {("token-created", self.id), ("token-deleted", self.id)}


def use_token(run: Run) -> UsedToken:
    """Create an access token with the admin role, use it, and delete it.

    The API must reject this token's request for an email (`notify`), even if the deployment sends email.
    """
    tokens = f"/organizations/{run.tenant.names.organization}/tokens"
    with step("an access token reads, but can't manage tokens or request email"):
        body = {"name": NAME, "role": "admin", "expiresAt": f"{datetime.now(UTC) + LIFETIME:%Y-%m-%dT%H:%M:%SZ}"}
        created = run.admin.call("POST", tokens, body, expect=201)
        token = UsedToken(created.json()["id"], run.deployed.client(run.patience, created.json()["secret"]))
        _require_own_role(run, token)
        managed = token.client.call("GET", tokens, expect=requests.codes.forbidden)
        if managed.json().get("code") != "role-not-allowed":
            raise _error(run, f"GET {tokens} with an access token to return role-not-allowed", excerpt(managed))
        exports = f"/organizations/{run.tenant.names.organization}/exports"
        rejected = token.client.call("POST", exports, {"kind": "awards", "notify": True}, expect=422)
        if [error["field"] for error in rejected.json()["errors"]] != ["notify"]:
            raise _error(run, "only notify to be rejected", excerpt(rejected))
    with step("delete the access token"):
        location = location_of(created)
        run.admin.call("DELETE", location, expect=204)
        run.admin.call("GET", location, expect=404)
    return token


def await_rejection(run: Run, token: UsedToken) -> None:
    """Wait until the API rejects the deleted token. Until then, API Gateway uses the cached policy."""
    with step("the deleted access token is rejected"):
        status = wait_for(
            lambda: token.client.send("GET", "/me").status_code,
            lambda status: status == requests.codes.unauthorized,
            MAX_REJECTION_SECONDS,
            "API Gateway's cache of the token to expire",
        )
        if status != requests.codes.unauthorized:
            raise SmokeTestError(
                expected=f"401 for the deleted token {token.id} within {MAX_REJECTION_SECONDS:g} s",
                found=str(status),
                check=f"API Gateway's authorizer cache and {run.deployed.logs('authorizer')}",
            )


def _require_own_role(run: Run, token: UsedToken) -> None:
    me: Json = token.client.call("GET", "/me").json()
    roles = [(member["role"], member["organization"]["id"]) for member in me["memberships"]]
    if me.get("token") != NAME or roles != [("admin", run.tenant.names.organization)]:
        raise _error(run, f"/me to return the token {NAME!r}, admin of {run.tenant.names.organization}", str(me))


def _error(run: Run, expected: str, found: str) -> SmokeTestError:
    check = f"{run.deployed.logs('api')}; {run.deployed.logs('authorizer')}"
    return SmokeTestError(expected=expected, found=found, check=check)
