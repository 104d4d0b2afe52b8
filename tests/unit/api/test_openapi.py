"""The OpenAPI document and the reference page that shows it."""

import re
import tomllib
from typing import Any

import pytest
from openapi_spec_validator import validate

from badgedata.config import config
from badgedata.exports.specification import KINDS
from development.sam_template import needs_token, routes
from local.places import REPOSITORY
from tests.support.api_client import call
from tests.support.api_description import document

DESCRIBES_THE_API = {("get", "/openapi.json"), ("get", "/reference")}
REVOKED = (("get", "/public/assertions/{assertionId}"), "410")  # a document defined by the Open Badges specification


def operations() -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method, path): operation
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    }


def deployed() -> dict[tuple[str, str], bool]:
    """Return the deployed routes of the API's function, and whether each requires a token."""
    return {
        place: needs_token(route)
        for place, route in routes().items()
        if "ApiFunction" in route["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
    }


def template_routes() -> dict[tuple[str, str], bool]:
    """Return the deployed routes, except HEAD, which mirrors GET for the same path."""
    return {(method, path): needs_token for (method, path), needs_token in deployed().items() if method != "head"}


def test_openapi_document_is_valid() -> None:
    validate(document())


def test_openapi_document_has_exactly_the_deployed_routes() -> None:
    assert operations().keys() == template_routes().keys() - DESCRIBES_THE_API


def test_every_public_route_supports_head_and_requires_no_token() -> None:
    public = {path for (_, path), needs_token in template_routes().items() if not needs_token}
    heads = {path: needs_token for (method, path), needs_token in deployed().items() if method == "head"}
    assert heads == dict.fromkeys(public - {path for _, path in DESCRIBES_THE_API}, False)


def test_documented_security_requirements_match_those_of_the_gateway() -> None:
    for route, asks_for_token in template_routes().items():
        if route not in DESCRIBES_THE_API:
            operation = operations()[route]
            assert (operation.get("security") != []) == asks_for_token, route
            assert ("401" in operation["responses"]) == asks_for_token, route
    assert not any(template_routes()[route] for route in DESCRIBES_THE_API)
    assert document()["security"] == [{"idToken": []}, {"accessToken": []}]
    schemes = document()["components"]["securitySchemes"]
    assert {name: scheme["scheme"] for name, scheme in schemes.items()} == {
        "idToken": "bearer",
        "accessToken": "bearer",
    }


def test_token_operations_accept_only_id_tokens() -> None:
    for (_, path), operation in operations().items():
        assert (operation.get("security") == [{"idToken": []}]) == ("/tokens" in path), path


def test_document_contains_the_product_name_version_and_license() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    info = document()["info"]
    assert (info["title"], info["version"]) == ("Badge Data Management", project["version"])
    assert info["license"]["identifier"] == project["license"]


def test_every_operation_has_one_success_response_and_documented_problems() -> None:
    for route, operation in operations().items():
        successes = {status for status in operation["responses"] if status < "400"}
        # A cacheable response may be 304, and an image may be returned directly or through a redirect.
        assert len(successes - {"304"}) == 1 or "images/" in route[1], route
        for status, response in operation["responses"].items():
            assert response["description"]
            if status >= "400" and (route, status) != REVOKED:
                schema = response["content"]["application/problem+json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/ProblemDocument"}
        if "requestBody" in operation:
            assert {"400", "413", "422"} <= operation["responses"].keys(), route
        if "{" in route[1]:
            assert "404" in operation["responses"], route


def test_every_operation_has_a_unique_id_a_summary_and_a_listed_tag() -> None:
    tags = {tag["name"] for tag in document()["tags"]}
    names = [operation["operationId"] for operation in operations().values()]
    assert len(names) == len(set(names))
    for operation in operations().values():
        assert re.fullmatch("[a-z][A-Za-z]+", operation["operationId"])
        assert operation["summary"]
        assert len(operation["tags"]) == 1
        assert set(operation["tags"]) <= tags


def test_document_describes_location_headers_and_file_redirects() -> None:
    asked = operations()[("post", "/issuers/{issuerId}/exports")]
    assert "Location" in asked["responses"]["202"]["headers"]
    assert {"name": "Idempotency-Key", "in": "header", "required": False}.items() <= asked["parameters"][1].items()
    file = operations()[("get", "/exports/{exportId}/file")]["responses"]
    assert file["302"].get("content", {}) == {}
    assert {"409", "410"} <= file.keys()


def test_scheduled_export_description_lists_the_kinds_for_each_scope() -> None:
    kind = document()["components"]["schemas"]["ExportOnSchedule"]["properties"]["kind"]["description"]
    for scope, kinds in KINDS.items():
        [reported] = [part for part in kind.split("; ") if part.endswith(f" {scope.replace('-', ' ')}")]
        assert re.findall("`([a-z-]+)`", reported) == list(kinds)


def test_every_schema_in_the_document_is_used() -> None:
    schemas = document()["components"]["schemas"]
    assert {"HTTPValidationError", "ValidationError", "ResponseValidationError"}.isdisjoint(schemas)
    used = set(re.findall(r"#/components/schemas/(\w+)", str(document())))
    assert used == schemas.keys()


def test_document_contains_the_configured_server_url() -> None:
    assert document()["servers"] == [{"url": "https://badges.example.org"}]


def test_server_url_comes_from_the_request_if_none_is_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_BASE_URL", "")
    config.cache_clear()
    try:
        answer = call("GET", "/openapi.json", email=None)
    finally:
        monkeypatch.undo()
        config.cache_clear()
    assert answer.json["servers"] == [{"url": "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/v1"}]


def test_reference_page_shows_the_document_without_external_requests() -> None:
    answer = call("GET", "/reference", email=None)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert '"operationId":"exportIssuer"' in answer.text
    assert "SwaggerUIBundle" in answer.text
    assert not re.search(r"<(script|link|img|iframe)\b[^>]*\b(src|href)=", answer.text)
    assert len(answer.text.encode()) < 6_000_000  # a Lambda response


@pytest.mark.parametrize("path", ["/openapi.json", "/reference"])
def test_unchanged_document_and_reference_page_are_not_sent_again(path: str) -> None:
    first = call("GET", path, email=None)
    assert first.headers["Cache-Control"] == "public, no-cache"
    again = call("GET", path, email=None, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.text) == (304, "")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers.get("Content-Security-Policy") == first.headers.get("Content-Security-Policy")
    assert call("GET", path, email=None, headers={"If-None-Match": '"another"'}).text == first.text


def test_reference_page_runs_only_its_own_scripts_and_forbids_framing() -> None:
    headers = call("GET", "/reference", email=None).headers
    policy = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert all(source.startswith("'sha256-") for source in policy["script-src"].split())
    assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
