"""A custom domain with a base path: routes, links, and URLs work there and at API Gateway's own URL."""

from collections.abc import Iterator
from typing import Any

import pytest

from badgedata.config import config
from tests.support.api_client import Answer, call
from tests.support.api_description import document
from tests.support.gateway import CUSTOM, OWN, WITH_BASE_PATH, Address
from tests.support.invocations import process_queue
from tests.support.memory import deployment_in_memory
from tests.support.organizations import ADMIN, load_organizations
from tests.support.replacing import new_badge

WITHOUT_TOKEN = ["/openapi.json", "/reference"]
IDS = {
    "organizationId": "MAKERS",
    "issuerId": "WELD",
    "badgeClassId": "BC-WELD-1",
    "assertionId": "A1",
    "imageName": "0" * 64 + ".png",
}
SCHEDULE = {"name": "Weekly", "export": {"issuerId": "WELD", "kind": "awards"}, "expression": "rate(7 days)"}


@pytest.fixture(scope="module", autouse=True)
def deployment() -> Iterator[None]:
    """Run a deployment configured with the base path."""
    patch = pytest.MonkeyPatch()
    with deployment_in_memory():
        patch.setenv("PUBLIC_BASE_URL", WITH_BASE_PATH.url)
        patch.setenv("ACTIVE_EXPORTS_PER_ORGANIZATION", "1000")
        config.cache_clear()
        load_organizations()
        yield
    patch.undo()
    config.cache_clear()


def operations() -> list[tuple[str, str]]:
    described = [(method.upper(), path) for path, methods in document()["paths"].items() for method in methods]
    return [*described, *(("GET", path) for path in WITHOUT_TOKEN)]


def answer_at(address: Address, method: str, path: str, **rest: Any) -> Answer:
    return call(
        method,
        path.format(**{"exportId": "NONE", "scheduleId": "NONE", "replacementId": "NONE", "tokenId": "NONE"} | IDS),
        address=address,
        email=ADMIN.email,
        **rest,
    )


@pytest.mark.parametrize(("method", "path"), operations())
def test_every_route_returns_the_same_status_with_and_without_a_base_path(method: str, path: str) -> None:
    with_base_path, own, custom = (answer_at(address, method, path) for address in (WITH_BASE_PATH, OWN, CUSTOM))
    assert "Unknown route" not in with_base_path.text
    assert with_base_path.status == own.status == custom.status


@pytest.mark.parametrize("base_path", ["/me", "/public", "/exports", "/issuers/WELD", "/v1"])
def test_base_path_can_match_the_path_of_a_route(base_path: str) -> None:
    address = Address("example.org", base_path, is_custom=True)
    assert answer_at(address, "GET", "/me").json["email"] == ADMIN.email
    assert answer_at(address, "GET", "/public/badges/{badgeClassId}").status == 200
    assert answer_at(address, "GET", "/exports", query={"issuerId": "WELD"}).status == 200


def test_trailing_slash_is_accepted() -> None:
    assert answer_at(WITH_BASE_PATH, "GET", "/me/").status == 200


@pytest.mark.parametrize("address", [WITH_BASE_PATH, OWN], ids=["custom domain", "own URL"])
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/issuers/WELD/exports", {"kind": "awards"}),
        ("/badge-classes/BC-WELD-1/replacements", new_badge()),
        ("/schedules", SCHEDULE),
    ],
    ids=["export", "replacement", "schedule"],
)
def test_location_header_for_a_created_resource_includes_the_base_path(address: Address, path: str, body: Any) -> None:
    created = answer_at(address, "POST", path, body=body)
    assert created.headers["Location"].startswith(f"{WITH_BASE_PATH.url}/")
    assert ADMIN.follow(created.headers["Location"]).json["id"] == created.json["id"]


def test_pagination_works_with_a_base_path() -> None:
    first = answer_at(WITH_BASE_PATH, "GET", "/organizations/{organizationId}/issuers", query={"limit": "1"}).json
    second = answer_at(
        WITH_BASE_PATH, "GET", "/organizations/{organizationId}/issuers", query={"cursor": first["nextCursor"]}
    ).json
    assert [item["id"] for item in first["items"] + second["items"]] == ["WELD", "WOOD"]


def test_urls_in_public_documents_include_the_base_path() -> None:
    assertion = call("GET", "/public/assertions/A1", email=None, address=OWN).json
    assert assertion["id"] == f"{WITH_BASE_PATH.url}/public/assertions/A1"
    assert ADMIN.follow(assertion["id"]).json == assertion
    badge = ADMIN.follow(assertion["badge"]).json
    assert ADMIN.follow(badge["issuer"]).json["name"] == "Welding School"


def test_public_page_is_served_at_the_base_path() -> None:
    for path, status in (("/public/badges/BC-WELD-1", 200), ("/public/badges/NONE", 404)):
        answer = call("GET", path, email=None, address=WITH_BASE_PATH, headers={"Accept": "text/html"})
        assert (answer.status, answer.headers["Content-Type"]) == (status, "text/html; charset=utf-8")


def test_export_file_can_be_downloaded_with_a_base_path() -> None:
    export = answer_at(WITH_BASE_PATH, "POST", "/issuers/{issuerId}/exports", body={"kind": "awards"}).json
    process_queue()
    assert answer_at(WITH_BASE_PATH, "GET", f"/exports/{export['id']}/file").status == 302


def test_openapi_document_and_reference_page_contain_the_base_path() -> None:
    for address in (WITH_BASE_PATH, OWN):
        described = call("GET", "/openapi.json", email=None, address=address).json
        assert described["servers"] == [{"url": WITH_BASE_PATH.url}]
        assert (
            f'"servers":[{{"url":"{WITH_BASE_PATH.url}"}}]'
            in call("GET", "/reference", email=None, address=address).text
        )


@pytest.mark.parametrize("address", [OWN, CUSTOM, WITH_BASE_PATH], ids=["own URL", "custom domain", "base path"])
def test_links_use_the_request_host_if_no_base_url_is_configured(
    address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLIC_BASE_URL", "")
    config.cache_clear()
    try:
        created = answer_at(address, "POST", "/issuers/{issuerId}/exports", body={"kind": "awards"})
        assert created.headers["Location"] == f"{address.url}/exports/{created.json['id']}"
        assert ADMIN.follow(created.headers["Location"]).status == 200
        assert call("GET", "/openapi.json", email=None, address=address).json["servers"] == [{"url": address.url}]
    finally:
        monkeypatch.setenv("PUBLIC_BASE_URL", WITH_BASE_PATH.url)
        config.cache_clear()
