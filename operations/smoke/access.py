"""Access steps: check that the admin can read the tenant's data and that everyone else is rejected."""

import requests

from operations.smoke.client import Client
from operations.smoke.document import Json
from operations.smoke.error import SmokeTestError
from operations.smoke.people import People
from operations.smoke.run import Run
from operations.steps import step

REJECTED = (requests.codes.unauthorized, requests.codes.forbidden)


def read_directory(run: Run) -> None:
    """Check the admin's roles, and wait until the directory lists all loaded issuers and badge classes."""
    names = run.tenant.names
    with step("my roles, and the directory") as details:
        me: Json = run.admin.call("GET", "/me").json()
        roles = [(member["role"], member["organization"]["id"]) for member in me["memberships"]]
        if me["email"] != run.tenant.admin or roles != [("admin", names.organization)]:
            raise _directory_error(run, f"/me to return {run.tenant.admin}, admin of {names.organization}", str(me))
        run.admin.call("GET", f"/organizations/{names.organization}")
        _require_list(run, f"/organizations/{names.organization}/issuers", {names.archive, names.school})
        _require_list(run, f"/issuers/{names.school}/badge-classes", {names.course, names.honors})
        for path in (f"/issuers/{names.school}", f"/badge-classes/{names.course}"):
            run.admin.call("GET", path)
        details.append("2 issuers, 2 badge classes")


def reject_others(run: Run, people: People) -> None:
    """Check that the API rejects requests with no token, with another client's token, and from people with no role."""
    names = run.tenant.names
    with step("a request without a token is rejected"):
        run.public.call("GET", "/me", expect=requests.codes.unauthorized)
    with step("a token for another client is rejected"):
        token = people.token_of_another_client(run.tenant.admin)
        _client(run, token).call("GET", "/me", expect=REJECTED)
    with step("a person without a role gets 404"):
        people.add(run.tenant.stranger)
        stranger = _client(run, people.token(run.tenant.stranger))
        body = {"kind": "awards"}
        for method, path, sent in (
            ("GET", f"/organizations/{names.organization}", None),
            ("GET", f"/issuers/{names.school}", None),
            ("GET", f"/badge-classes/{names.course}", None),
            ("GET", f"/exports?organizationId={names.organization}", None),
            ("POST", f"/organizations/{names.organization}/exports", body),
        ):
            stranger.call(method, path, sent, expect=requests.codes.not_found)
        people.remove(run.tenant.stranger)


def _client(run: Run, token: str) -> Client:
    return run.deployed.client(run.patience, token)


def _require_list(run: Run, path: str, expected: set[str]) -> None:
    def read() -> set[str]:
        return {str(item["id"]) for item in run.admin.call("GET", path).json()["items"]}

    found = run.wait_for(read, lambda ids: ids == expected)
    if found != expected:
        raise _directory_error(run, f"{path} to list {', '.join(sorted(expected))}", ", ".join(sorted(found)) or "none")


def _directory_error(run: Run, expected: str, found: str) -> SmokeTestError:
    check = f"{run.deployed.logs('api')}; the directory table and its index (python -m operations.check_restore)"
    return SmokeTestError(expected=expected, found=found, check=check)
