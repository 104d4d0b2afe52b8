"""Who gets in: the deployment answers, its admin signs in and finds the tenant, and everyone else is refused."""

import requests

from operations.smoke.client import Client
from operations.smoke.document import Json
from operations.smoke.failure import SmokeFailure
from operations.smoke.people import People
from operations.smoke.run import Run
from operations.steps import step

REFUSED = (requests.codes.unauthorized, requests.codes.forbidden)


def look_around(run: Run) -> None:
    """Read who the admin is, and the directory, which indexes may show a moment after it was loaded."""
    names = run.tenant.names
    with step("who I am, and what is there") as details:
        me: Json = run.admin.call("GET", "/me").json()
        found = [(member["role"], member["organization"]["id"]) for member in me["memberships"]]
        if me["email"] != run.tenant.admin or found != [("admin", names.organization)]:
            raise _unlike(run, f"/me to be {run.tenant.admin}, admin of {names.organization}", str(me))
        run.admin.call("GET", f"/organizations/{names.organization}")
        _require_list(run, f"/organizations/{names.organization}/issuers", {names.archive, names.school})
        _require_list(run, f"/issuers/{names.school}/badge-classes", {names.course, names.honors})
        for path in (f"/issuers/{names.school}", f"/badge-classes/{names.course}"):
            run.admin.call("GET", path)
        details.append("2 issuers, 2 badge classes")


def refuse_others(run: Run, people: People) -> None:
    """Let requests without a token, with a token of another client, and of a person without any role be refused."""
    names = run.tenant.names
    with step("no token is refused"):
        run.public.call("GET", "/me", expect=requests.codes.unauthorized)
    with step("a token of another client is refused"):
        token = people.token_of_another_client(run.tenant.admin)
        _client(run, token).call("GET", "/me", expect=REFUSED)
    with step("a person without a role finds nothing"):
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
        raise _unlike(run, f"{path} to list {', '.join(sorted(expected))}", ", ".join(sorted(found)) or "none")


def _unlike(run: Run, expected: str, found: str) -> SmokeFailure:
    check = f"{run.deployed.logs('api')}; the directory table and its index (python -m operations.check_restore)"
    return SmokeFailure(expected=expected, found=found, check=check)
