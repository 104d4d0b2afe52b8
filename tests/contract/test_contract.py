"""No request to the API causes an internal error, and each response matches the OpenAPI document.

Schemathesis generates valid and invalid requests from the document itself. Each is sent unchanged, and again with the
IDs of existing resources, so that it gets further than "not found". The requests are the same in every run.
"""

import os
import socket
from collections.abc import Iterator
from functools import cache
from typing import Any, NoReturn
from unittest.mock import patch

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case, checks

from badgedata.config import config
from tests.contract.api_gateway import BASE_URL, send
from tests.support.api_description import document
from tests.support.invocations import process_queue
from tests.support.memory import deployment_in_memory
from tests.support.organizations import ADMIN, load_organizations
from tests.support.replacing import new_badge

EXAMPLES = 12
"""The number of generated requests per operation; each is sent twice."""

CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
SCHEMA = schemathesis.openapi.from_dict(document())


@pytest.fixture(scope="module", autouse=True)
def deployment() -> Iterator[None]:
    """Run one deployment for all requests, with high limits and without internet access."""
    room = patch.dict(os.environ, {"ACTIVE_EXPORTS_PER_ORGANIZATION": "100000"})
    with deployment_in_memory(), room, patch.object(socket, "getaddrinfo", _no_such_host):
        config.cache_clear()
        load_organizations()
        yield
    config.cache_clear()


def _no_such_host(*_: Any, **__: Any) -> NoReturn:
    raise socket.gaierror("there is no internet in here")


@cache
def existing_ids(path: str) -> dict[str, str]:
    """Return IDs of existing resources, by parameter name. Each operation changes a different resource."""
    ids = {
        "organizationId": "MAKERS",
        "issuerId": "WELD",
        "badgeClassId": "BC-WELD-1",
        "assertionId": "A1",
        "imageName": "0" * 64 + ".png",
    }
    if "exportId" in path:
        ids["exportId"] = ADMIN.post("/issuers/WELD/exports", {"kind": "awards"}).json["id"]
        process_queue()
    if "scheduleId" in path:
        schedule = {"name": "Weekly", "export": {"issuerId": "WOOD", "kind": "awards"}, "expression": "rate(7 days)"}
        ids["scheduleId"] = ADMIN.post("/schedules", schedule).json["id"]
    if "replacementId" in path:
        ids["replacementId"] = ADMIN.post("/badge-classes/BC-WELD-1/replacements", new_badge()).json["id"]
    return ids


def bounded(examples: int) -> settings:
    """Return settings for this number of generated requests per operation, the same in every run."""
    return settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.slow
@SCHEMA.parametrize()
@bounded(EXAMPLES)
def test_every_response_matches_the_openapi_document(case: Case[Any]) -> None:
    answered(case)
    ids = existing_ids(case.operation.label)
    use_existing_ids(case, ids)
    answered(case)


def use_existing_ids(case: Case[Any], ids: dict[str, str]) -> None:
    """Make a generated request refer to existing resources, so that it gets further than "not found"."""
    case.path_parameters = with_existing_ids(case.path_parameters, ids)
    case.query = with_existing_ids(case.query, ids)
    if isinstance(case.body, dict) and isinstance(case.body.get("export"), dict):
        case.body["export"] = with_existing_ids(case.body["export"], ids)


def with_existing_ids(values: Any, ids: dict[str, str]) -> dict[str, Any]:
    return {name: ids.get(name, value) for name, value in (values or {}).items()}


def answered(case: Case[Any]) -> None:
    """Send a request, and check its response."""
    wanted = case.as_transport_kwargs(base_url=BASE_URL)
    names = ("method", "url", "headers", "params", "json", "data", "cookies")
    request = requests.Request(**{name: wanted[name] for name in names if name in wanted}).prepare()
    case.validate_response(send(request, ADMIN.email), checks=CHECKS)
