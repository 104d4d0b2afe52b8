"""Permissions for every role and every operation that requires a token (README.md, "Roles")."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from badgedata import clock
from tests.support.api_client import Answer, Person, call
from tests.support.api_description import document
from tests.support.customer_account import SETTINGS
from tests.support.invocations import process_queue
from tests.support.organizations import (
    ADMIN,
    CARPENTER,
    EDITOR,
    NOBODY,
    OWNER,
    PENNILESS,
    RIVAL,
    STAFF,
    issuer,
    load_organization,
    member,
)
from tests.support.replacing import new_badge

pytestmark = pytest.mark.usefixtures("organizations")

EVERYBODY = (ADMIN, OWNER, EDITOR, STAFF, CARPENTER, RIVAL, PENNILESS, NOBODY)
AWARDS = {"kind": "awards"}
SCHEDULE = {"name": "Weekly", "export": {"issuerId": "WELD"} | AWARDS, "expression": "rate(7 days)"}
TOKEN = {
    "name": "Nightly",
    "role": "staff",
    "issuerId": "WELD",
    "expiresAt": clock.to_the_second(clock.now() + timedelta(days=30)),
}
BODIES: dict[tuple[str, str], Any] = {
    ("POST", "/organizations/{organizationId}/exports"): AWARDS,
    ("POST", "/issuers/{issuerId}/exports"): AWARDS,
    ("POST", "/organizations/{organizationId}/exports/preview"): AWARDS,
    ("POST", "/issuers/{issuerId}/exports/preview"): AWARDS,
    ("POST", "/badge-classes/{badgeClassId}/exports"): {"kind": "badge-class"},
    ("POST", "/badge-classes/{badgeClassId}/replacements"): new_badge(),
    ("POST", "/schedules"): SCHEDULE,
    ("PATCH", "/schedules/{scheduleId}"): {"enabled": False},
    ("POST", "/organizations/{organizationId}/tokens"): TOKEN,
    ("PUT", "/organizations/{organizationId}/destination"): SETTINGS,
}

ANYBODY = {"GET /me"}
ADMINS = {
    "GET /organizations/{organizationId}",
    "GET /organizations/{organizationId}/award-counts",
    "GET /organizations/{organizationId}/award-counts/top",
    "GET /organizations/{organizationId}/issuers",
    "GET /organizations/{organizationId}/trail",
    "POST /organizations/{organizationId}/exports",
    "POST /organizations/{organizationId}/exports/preview",
}
OWNERS = {"GET /issuers/{issuerId}/trail"}
"""Operations that an issuer's editors and staff may not use."""

EDITORS = {
    "DELETE /exports/{exportId}",  # other people's exports
    "POST /badge-classes/{badgeClassId}/replacements",
    "POST /replacements/{replacementId}/confirm",
    "DELETE /replacements/{replacementId}",
    "POST /schedules",
    "PATCH /schedules/{scheduleId}",
    "DELETE /schedules/{scheduleId}",
    "POST /schedules/{scheduleId}/run",
}
"""Operations that an issuer's staff may not use; they may use all others."""


TOKENS = {
    "GET /organizations/{organizationId}/tokens": "allowed",
    "POST /organizations/{organizationId}/tokens": "role-not-allowed",
    "GET /organizations/{organizationId}/tokens/{tokenId}": "not-found",
    "DELETE /organizations/{organizationId}/tokens/{tokenId}": "not-found",
}
"""Operations on an issuer's token for admins and owners, and the outcome for another issuer's owner."""


DESTINATION = "/organizations/{organizationId}/destination"
"""Only for admins. Requests from other people with a role in the organization are rejected."""

TESTED_ELSEWHERE = {f"POST {DESTINATION}/test"}
"""An operation that invokes another function (`tests/integration/delivery/test_destinations.py`)."""


def operations() -> list[str]:
    return [
        f"{method.upper()} {path}"
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
        if operation.get("security") != [] and f"{method.upper()} {path}" not in TESTED_ELSEWHERE
    ]


def expected(operation: str, person: Person) -> str:
    if operation in ANYBODY or person is ADMIN:
        return "allowed"
    if operation.endswith(DESTINATION) and person in (OWNER, EDITOR, STAFF, CARPENTER):
        return "role-not-allowed"
    if operation in TOKENS and person in (OWNER, EDITOR, STAFF, CARPENTER):
        return TOKENS[operation] if person is CARPENTER else "allowed" if person is OWNER else "role-not-allowed"
    if operation in ADMINS or operation.endswith(DESTINATION) or person not in (OWNER, EDITOR, STAFF):
        return "not-found"
    if operation in OWNERS:
        return "allowed" if person is OWNER else "role-not-allowed"
    return "role-not-allowed" if person is STAFF and operation in EDITORS else "allowed"


def with_ids(path: str) -> str:
    """Fill a path with IDs of issuer WELD and its resources.

    An operation that changes a resource gets a new resource.
    """
    ids: dict[str, Callable[[], str]] = {
        "{organizationId}": lambda: "MAKERS",
        "{issuerId}": lambda: "WELD",
        "{badgeClassId}": lambda: "BC-WELD-1",
        "{exportId}": lambda: identified(ADMIN.post("/issuers/WELD/exports", AWARDS)),
        "{scheduleId}": lambda: identified(ADMIN.post("/schedules", SCHEDULE)),
        "{tokenId}": lambda: identified(ADMIN.post("/organizations/MAKERS/tokens", TOKEN)),
        "{replacementId}": lambda: identified(ADMIN.post("/badge-classes/BC-WELD-1/replacements", new_badge())),
    }
    for name, give in ids.items():
        if name in path:
            path = path.replace(name, give())
    if path.endswith("/destination"):
        assert ADMIN.put(path, SETTINGS).status == 200
    return path


def identified(answer: Answer) -> str:
    assert answer.status < 300, answer.text
    return str(answer.json["id"])


def outcome(answer: Answer) -> str:
    # An export in progress has no file, but only users with a role can see that.
    return "allowed" if answer.status < 400 or answer.status == 409 else answer.problem["code"]


@pytest.mark.parametrize("operation", operations())
def test_each_user_can_perform_only_permitted_operations(operation: str) -> None:
    method, template = operation.split(" ")
    for person in EVERYBODY:
        path = with_ids(template)
        query: dict[str, str | list[str]] = {} if "{" in template or template == "/me" else {"issuerId": "WELD"}
        body = BODIES.get((method, template))
        answer = call(method, path, body, query=query if method == "GET" else None, email=person.email)
        assert outcome(answer) == expected(operation, person), person.email
        process_queue()  # otherwise, the next export would exceed the active export limit


@pytest.mark.parametrize("operation", [f"POST {path}" for method, path in BODIES if method == "POST"])
def test_caller_on_the_free_plan_gets_a_subscription_required_error(operation: str) -> None:
    load_organization("FREE", "free", [issuer("GRATIS", "Free School")], [member(PENNILESS, "admin")])
    method, template = operation.split(" ")
    path = template.format(organizationId="FREE", issuerId="GRATIS", badgeClassId="BC-GRATIS-1")
    body = (
        BODIES[method, template] if template != "/schedules" else SCHEDULE | {"export": {"issuerId": "GRATIS"} | AWARDS}
    )
    answer = call(method, path, body, email=PENNILESS.email)
    assert (answer.status, answer.problem["code"]) == (403, "subscription-required")
