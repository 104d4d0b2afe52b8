"""The deployed API behaves as the OpenAPI document describes, through its gateway and with IAM enforced.

`test_contract` sends many more requests to the function alone. Only a deployment reveals missing gateway routes,
missing role permissions, and the gateway's own responses. The requests are the same in every run.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import requests
from schemathesis import Case

from local.token import id_token
from tests.contract.test_contract import CHECKS, SCHEMA, bounded, use_existing_ids
from tests.support.api_description import document
from tests.support.deployed_client import PATIENCE_SECONDS, Client
from tests.support.deployed_stack import load
from tests.support.replacing import new_badge
from tests.support.tenants import Tenant

EXAMPLES = 2
"""The number of generated requests per operation; each is sent twice."""

TENANT = Tenant("CONTRACT", 60)


class Member:
    """The admin of an organization used only by these tests."""

    def __init__(self, stack: dict[str, Any]) -> None:
        self.api_url = stack["apiUrl"]
        self.token = id_token(stack, TENANT.admin.email)
        self.client = Client(self.api_url, self.token)
        self.known = cache(self._known)

    def _known(self, path: str) -> dict[str, str]:
        """Return IDs of existing resources. An operation that changes a resource gets a new resource."""
        ids = {
            "organizationId": TENANT.name,
            "issuerId": TENANT.issuer,
            "badgeClassId": TENANT.badge_class,
            "assertionId": f"{TENANT.name}-A001",
        }
        if "exportId" in path:
            ids["exportId"] = self.client.export(f"/issuers/{TENANT.issuer}/exports", {"kind": "awards"})["id"]
        if "scheduleId" in path:
            export = {"issuerId": TENANT.issuer, "kind": "awards"}
            schedule = {"name": "Weekly", "export": export, "expression": "rate(7 days)"}
            ids["scheduleId"] = self.client.post("/schedules", schedule).json["id"]
        if "replacementId" in path:
            answer = self.client.post(f"/badge-classes/{TENANT.badge_class}/replacements", new_badge())
            ids["replacementId"] = answer.json["id"]
        return ids

    def answered(self, case: Case[Any]) -> None:
        """Send a request, and check its response."""
        answer = case.call(
            base_url=self.api_url,
            headers={"Authorization": f"Bearer {self.token}"},
            allow_redirects=False,
            timeout=PATIENCE_SECONDS,
        )
        case.validate_response(answer, checks=CHECKS)


@pytest.fixture(scope="module")
def member(stack: dict[str, Any]) -> Iterator[Member]:
    load(stack, TENANT.document())
    member = Member(stack)
    yield member
    for scope in (f"organizationId={TENANT.name}", f"issuerId={TENANT.issuer}", f"badgeClassId={TENANT.badge_class}"):
        for schedule in member.client.get(f"/schedules?{scope}&limit=100").json["items"]:
            member.client.delete(f"/schedules/{schedule['id']}")


@SCHEMA.parametrize()
@bounded(EXAMPLES)
def test_every_response_from_the_deployed_api_matches_the_openapi_document(case: Case[Any], member: Member) -> None:
    member.answered(case)
    ids = member.known(case.operation.label)
    use_existing_ids(case, ids)
    member.answered(case)


def operations(public: bool) -> list[tuple[str, str]]:
    """Return the method and path of each public operation, or of each operation that requires a token."""
    return [
        (method.upper(), path)
        for path, operations in document()["paths"].items()
        for method, operation in operations.items()
        if (operation.get("security") == []) is public
    ]


@pytest.mark.parametrize(("method", "path"), operations(public=False))
def test_gateway_rejects_requests_without_a_token(stack: dict[str, Any], method: str, path: str) -> None:
    answer = requests.request(
        method, stack["apiUrl"] + path.replace("{", "").replace("}", ""), timeout=PATIENCE_SECONDS
    )
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "unauthorized"


@pytest.mark.parametrize(("method", "path"), operations(public=True))
def test_public_routes_do_not_require_a_token(stack: dict[str, Any], method: str, path: str) -> None:
    for asked in (method, "HEAD"):
        answer = requests.request(
            asked, stack["apiUrl"] + path.replace("{", "").replace("}", ""), timeout=PATIENCE_SECONDS
        )
        assert answer.status_code in (200, 404)


def test_deployed_api_serves_the_tested_openapi_document(stack: dict[str, Any]) -> None:
    given = Client(stack["apiUrl"]).get("/openapi.json").json
    assert given | {"servers": None} == document() | {"servers": None}
