"""The function that serves the page: its addresses, what a browser may keep, and what it holds the page to."""

import json
import re
from typing import Any

import pytest

import console
from tests.integration.invocations import context, sample_event


@pytest.fixture(autouse=True)
def _deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER_POOL_CLIENT_ID", "1example23456789")
    monkeypatch.setenv("USER_POOL_ENDPOINT", "https://cognito-idp.eu-west-1.amazonaws.com/")
    monkeypatch.setenv("MANAGED_LOGIN_URL", "https://badges.auth.eu-west-1.amazoncognito.com")
    monkeypatch.setenv("CONTACT_ADDRESS", "help@example.org")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)


def get(path: str, resource: str | None = None, **parameters: str) -> dict[str, Any]:
    event = sample_event("console") | {"path": path, "resource": resource or path}
    return console.handler(event | {"pathParameters": parameters or None}, context())


def asset(version: str, file: str) -> dict[str, Any]:
    return get(f"/console/assets/{version}/{file}", "/console/assets/{version}/{file}", version=version, file=file)


def test_the_sample_event_gets_the_page() -> None:
    answer = console.handler(sample_event("console"), context())
    assert answer["statusCode"] == 200
    assert answer["headers"]["Content-Type"] == "text/html; charset=utf-8"
    assert answer["body"].startswith("<!doctype html>")


def test_every_file_that_the_page_names_is_there_and_may_be_kept_for_ever() -> None:
    named = re.findall(r'(?:href|src)="console/assets/([^/"]+)/([^"]+)"', get("/console")["body"])
    assert named
    for version, file in named:
        answer = asset(version, file)
        assert answer["statusCode"] == 200, file
        assert answer["headers"]["Cache-Control"].endswith("immutable")


def test_every_module_that_a_script_imports_is_a_file_of_the_page() -> None:
    for name, script in console.ASSETS.items():
        for imported in re.findall(r'from\s*"\./([^"]+)"', script.content):
            assert imported in console.ASSETS, f"{name} imports {imported}"


def test_all_that_the_first_view_needs_is_asked_for_at_once() -> None:
    """Else each import would be found only once the one before it is there."""
    needed, found = set(), ["main.js"]
    while found:
        needed.add(name := found.pop())
        imported = re.findall(r'from\s*"\./([^"]+)"', console.ASSETS[name].content)
        found += [other for other in imported if other not in needed]
    preloaded = re.findall(r'modulepreload" href="console/assets/[^/]+/([^"]+)"', get("/console")["body"])
    assert sorted(preloaded) == sorted(needed - {"main.js"})


def test_the_page_itself_is_never_kept() -> None:
    assert get("/console")["headers"]["Cache-Control"] == "no-store"


@pytest.mark.parametrize("file", ["console.py", "../console.py", "index.html", "", "nothing.js"])
def test_what_is_no_file_of_the_page_is_not_found(file: str) -> None:
    assert asset(console.VERSION, file)["statusCode"] == 404


def test_a_page_of_another_deployment_is_told_to_reload() -> None:
    answer = asset("0123456789abcdef", "main.js")
    assert answer["statusCode"] == 404
    assert "Reload" in answer["body"]


def test_an_address_with_a_slash_at_its_end_leads_to_the_one_without() -> None:
    answer = get("/console/", "/console")
    assert (answer["statusCode"], answer["headers"]["Location"]) == (308, "../console")


def test_the_settings_say_where_to_sign_in() -> None:
    answer = get("/console/configuration.json")
    assert json.loads(answer["body"]) == {
        "clientId": "1example23456789",
        "userPoolEndpoint": "https://cognito-idp.eu-west-1.amazonaws.com/",
        "managedLoginUrl": "https://badges.auth.eu-west-1.amazoncognito.com",
        "contactAddress": "help@example.org",
    }


def test_a_browser_runs_only_the_pages_own_scripts_and_talks_to_nobody_but_the_user_pool() -> None:
    rules = dict(rule.split(" ", 1) for rule in get("/console")["headers"]["Content-Security-Policy"].split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert rules["connect-src"] == (
        "'self' https://badges.auth.eu-west-1.amazoncognito.com https://cognito-idp.eu-west-1.amazonaws.com"
    )
    assert rules["frame-ancestors"] == "'none'"
