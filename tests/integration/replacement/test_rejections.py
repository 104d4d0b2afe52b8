"""Replacements that are rejected because of the role, the plan, or the source."""

import base64
import json
from typing import Any

import pytest

from badgedata.records.directory import Organization
from local.openbadges_host import OpenBadgesHost
from tests.integration.replacement.stored import PREVIEWS, everything
from tests.support.api_client import Person, call
from tests.support.images import data_uri, gray_png
from tests.support.organizations import EDITOR, NOBODY, OWNER, STAFF, load_organization, member
from tests.support.replacing import badge_class_now, confirm, load_badge_class, new_badge, preview, read_replacement

pytestmark = pytest.mark.usefixtures("tables")


# ---------------------------------------------------------------- permissions


@pytest.fixture
def _people_in_every_role(tables: None) -> None:
    load_badge_class(1)
    document = {"issuer": {"entityId": "WELD", "name": "Welding School", "url": "https://school.example.org"}}
    roles = [member(OWNER, "owner", "WELD"), member(EDITOR, "editor", "WELD"), member(STAFF, "staff", "WELD")]
    load_organization("MAKERS", "paid", [document], roles)


@pytest.mark.usefixtures("_people_in_every_role")
def test_editor_can_preview_replacements() -> None:
    assert EDITOR.post(PREVIEWS, new_badge()).status == 201


@pytest.mark.usefixtures("_people_in_every_role")
def test_staff_can_only_view_replacements() -> None:
    shown = preview()
    assert STAFF.get(f"/replacements/{shown['id']}").status == 200
    assert STAFF.get(PREVIEWS).status == 200
    for rejected in (
        STAFF.post(PREVIEWS, new_badge()),
        call("POST", f"/replacements/{shown['id']}/confirm", email=STAFF.email),
        STAFF.delete(f"/replacements/{shown['id']}"),
    ):
        assert (rejected.status, rejected.problem["code"]) == (403, "role-not-allowed")
    assert read_replacement(shown)["status"] == "previewed"


@pytest.mark.usefixtures("_people_in_every_role")
def test_callers_without_a_role_get_a_not_found_error() -> None:
    shown = preview()
    for answer in (
        NOBODY.get(f"/replacements/{shown['id']}"),
        NOBODY.get("/replacements/never"),
        NOBODY.post(PREVIEWS, new_badge()),
        call("POST", f"/replacements/{shown['id']}/confirm", email=NOBODY.email),
        NOBODY.delete(f"/replacements/{shown['id']}"),
    ):
        assert (answer.status, answer.problem["code"]) == (404, "not-found")


@pytest.mark.usefixtures("_people_in_every_role")
def test_replacements_are_unavailable_on_the_free_plan() -> None:
    shown = preview()
    Organization.get(*Organization.key("MAKERS")).update([Organization.plan.set("free")])
    for rejected in (OWNER.post(PREVIEWS, new_badge()), confirm(shown)):
        assert (rejected.status, rejected.problem["code"]) == (403, "subscription-required")
    assert badge_class_now().version == 1


# ---------------------------------------------------------------- rejections


PLAIN_PNG = base64.b64encode(gray_png()).decode()

REJECTED: dict[str, tuple[Any, int, str, str]] = {
    "no source": ({}, 422, "invalid-request", "exactly one"),
    "two sources": ({"url": "https://a.example", "image": PLAIN_PNG}, 422, "invalid-request", "exactly one"),
    "a misspelled field": ({"URL": "https://a.example"}, 422, "invalid-request", "Unknown field"),
    "not Base64": ({"image": "not base64!"}, 422, "invalid-request", "Base64"),
    "a data URI without a badge": ({"image": data_uri(gray_png())}, 422, "no-badge-in-image", "the image you sent"),
    "a data URI without its comma": ({"image": "data:image/png;base64"}, 422, "invalid-request", "comma"),
    "a data URI over 4 MiB": ({"image": "data:;base64," + "A" * 5_600_000}, 413, "source-too-large", "4 MiB"),
    "a percent-encoded data URI over 4 MiB": ({"image": "data:," + "A" * 4_300_000}, 413, "source-too-large", "4 MiB"),
    "JSON as a data URI over 1 MiB": ({"json": "data:," + "A" * 1_100_000}, 413, "source-too-large", "1 MiB"),
    "a data URI as the URL": ({"url": data_uri(gray_png())}, 422, "blocked-address", "http or https"),
    "a data URI that is not Base64": ({"image": "data:image/png;base64,!"}, 422, "invalid-request", "Base64"),
    "Base64 of a PDF": ({"image": base64.b64encode(b"%PDF-1.7").decode()}, 422, "bad-image", "PNG or SVG"),
    "an image without a badge": ({"image": PLAIN_PNG}, 422, "no-badge-in-image", "the image you sent"),
    "an image over 4 MiB": ({"image": "A" * 5_600_000}, 413, "source-too-large", "4 MiB"),
    "JSON over 1 MiB": ({"json": {"type": "BadgeClass", "name": "x" * 1_100_000}}, 413, "source-too-large", "1 MiB"),
    "unrelated JSON": ({"json": {"type": "Person", "name": "Ada"}}, 422, "not-open-badges", "JSON you sent"),
    "invalid JSON": ({"json": "<html>"}, 422, "not-open-badges", "the JSON you sent"),
    "a private address": ({"url": "http://10.0.0.7/badge"}, 422, "blocked-address", "public internet"),
    "the local machine": ({"url": "http://127.0.0.1:4566/"}, 422, "blocked-address", "public internet"),
    "not a web URL": ({"url": "file:///etc/passwd"}, 422, "blocked-address", "http or https"),
    "a long URL": ({"url": "https://a.example/" + "x" * 3000}, 422, "invalid-request", "2048"),
}  # fmt: skip


@pytest.mark.parametrize("case", REJECTED)
def test_invalid_source_is_rejected_with_an_error_code_and_changes_nothing(case: str) -> None:
    load_badge_class(1)
    source, status, code, said = REJECTED[case]
    before = everything()
    answer = OWNER.post(PREVIEWS, source)
    assert (answer.status, answer.problem["code"]) == (status, code), answer.text
    assert said in json.dumps(answer.problem)
    if len(source) == 1 and "URL" not in source:
        assert answer.wrong_fields == list(source)
    assert everything() == before


SENT_TWICE = [{"type": "BadgeClass", "name": "A"}, {"type": "BadgeClass", "name": "B"}]
REASONS: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    "a private address": (
        {"url": "http://10.0.0.7/badge"},
        "private-address",
        {"document": "http://10.0.0.7/badge"},
    ),
    "a URL without a scheme": ({"url": "a.example/1"}, "invalid-address", {"document": "a.example/1"}),
    "another scheme": ({"url": "ftp://a.example/1"}, "not-web-address", {"document": "ftp://a.example/1"}),
    "another port": ({"url": "http://1.1.1.1:81/"}, "other-port", {"document": "http://1.1.1.1:81/"}),
    "a password": ({"url": "http://a:b@1.1.1.1/"}, "address-with-credentials", {"document": "http://a:b@1.1.1.1/"}),
    "an unknown host": ({"url": "https://a.invalid/1"}, "no-response", {"document": "https://a.invalid/1"}),
    "broken JSON": ({"json": '{\n"name": "x",\n}'}, "invalid-json", {"document": "the JSON you sent", "line": 2}),
    "text": ({"json": "hello"}, "not-json", {"document": "the JSON you sent"}),
    "a page": ({"json": "<html></html>"}, "no-link-in-page", {"document": "the JSON you sent"}),
    "an empty object": ({"json": {}}, "not-a-badge", {"document": "the JSON you sent"}),
    "an empty list": ({"json": "[]"}, "not-a-badge", {"document": "the JSON you sent"}),
    "an issuer": (
        {"json": {"@context": "https://w3id.org/openbadges/v2", "type": "Profile", "name": "A"}},
        "not-a-badge",
        {"document": "the JSON you sent"},
    ),
    "two badges": ({"json": json.dumps(SENT_TWICE)}, "several-badges", {"document": "the JSON you sent"}),
    "a badge without a name": ({"json": {"type": "BadgeClass"}}, "invalid-field", {"document": "the JSON you sent"}),
    "a PDF": (
        {"image": base64.b64encode(b"%PDF-1.7").decode()},
        "not-an-image",
        {"document": "the image you sent"},
    ),
}


@pytest.mark.parametrize("case", REASONS)
def test_problem_states_the_cause_and_location_of_the_error(case: str) -> None:
    load_badge_class(1)
    source, reason, fault = REASONS[case]
    problem = OWNER.post(PREVIEWS, source).problem
    assert (problem.get("reason"), problem["source"]) == (reason, fault)


def test_problem_includes_the_http_status_returned_by_the_source_server(loopback_sources: None) -> None:
    load_badge_class(1)
    with OpenBadgesHost() as host:
        problem = OWNER.post(PREVIEWS, {"url": f"{host.base_url}/nothing"}).problem
    assert (problem["code"], problem["reason"]) == ("unreachable-source", "http-status")
    assert problem["source"] == {"document": f"{host.base_url}/nothing", "httpStatus": 404}


def test_invalid_unicode_text_does_not_cause_a_server_error() -> None:
    load_badge_class(0)
    answer = OWNER.post(PREVIEWS, json.dumps({"json": '{"type": "BadgeClass", "name": "\\ud800 half a letter"}'}))
    assert answer.status in (201, 422), answer.text


def test_replacement_of_an_unknown_badge_returns_not_found() -> None:
    load_badge_class(0)
    assert OWNER.post("/badge-classes/none/replacements", new_badge()).status == 404
    assert Person("x@example.org").get("/replacements/../x").status == 404
