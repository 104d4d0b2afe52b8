"""Malicious names, text, and SVG images are shown but have no effect."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.organizations import HOSTILE_ADMIN, HOSTILE_NAME, HOSTILE_SVG, badge_class
from tests.browser.visitors import Visitor, enter_json
from tests.support.images import data_uri

PLACES = [
    "",
    "organizations/page-attackers",
    "organizations/page-attackers/data-management",
    "issuers/page-attacker",
    "issuers/page-attacker/data-management",
    "badges/page-attack",
    "badges/page-attack/data-management",
]


@pytest.fixture
def victim(signed_in: Callable[[str], Visitor], hostile: dict[str, Any]) -> Visitor:
    """The signed-in admin of the attacked organization."""
    return signed_in(HOSTILE_ADMIN)


@pytest.mark.parametrize("place", PLACES)
def test_markup_in_user_supplied_text_is_not_rendered(victim: Visitor, stack: dict[str, Any], place: str) -> None:
    victim.open(place)
    expect(victim.page.get_by_text(HOSTILE_NAME).first).to_be_visible()
    victim.page.wait_for_timeout(500)  # leave time for a delayed attack

    assert victim.page.evaluate("window.hacked") is None
    assert victim.page.locator("main script, main iframe, main img[src=x]").count() == 0
    assert victim.page.locator("a[href^='javascript:']").count() == 0
    assert victim.requested_hosts() <= {urlsplit(stack["apiUrl"]).hostname, "127.0.0.1"}


def test_markup_in_form_options_and_preview_rows_is_not_rendered(victim: Visitor) -> None:
    victim.open("issuers/page-attacker/data-management")
    form = victim.section("Awards export")
    form.locator("summary", has_text="Badges").click()
    form.get_by_label(HOSTILE_NAME).check()
    form = victim.section("Badges export")
    form.get_by_role("button", name="Show first rows").click()
    expect(form.get_by_role("cell", name=HOSTILE_NAME, exact=True).first).to_be_visible()

    assert victim.page.evaluate("window.hacked") is None
    assert victim.page.locator("main script, main img[src=x]").count() == 0


def test_javascript_url_never_becomes_a_link(victim: Visitor) -> None:
    """The loader and the source reader reject such URLs, so this test inserts them into API responses."""

    def with_programs(route: Any) -> None:
        badge = route.fetch().json()
        program = "javascript:window.hacked='address'"
        alignment = [{"targetName": "Run me", "targetUrl": program}]
        route.fulfill(json=badge | {"criteria": {"id": program}, "alignment": alignment})

    victim.page.route("**/badge-classes/page-attack", with_programs)
    victim.open("badges/page-attack")
    expect(victim.page.get_by_text("javascript:window.hacked='address'")).to_be_visible()
    expect(victim.page.get_by_text("Run me")).to_be_visible()
    assert victim.page.locator("a[href^='javascript:']").count() == 0
    assert victim.page.evaluate("window.hacked") is None


def test_scripts_in_a_proposed_svg_do_not_run(victim: Visitor) -> None:
    victim.open("badges/page-attack/data-management")
    attack = badge_class(HOSTILE_NAME, image=data_uri(HOSTILE_SVG), tags=[HOSTILE_NAME])
    enter_json(victim, attack)
    victim.button("Replace badge").click()
    expect(victim.button("Review changes")).to_be_visible()
    victim.page.wait_for_timeout(500)

    assert victim.page.evaluate("window.hacked") is None
    assert "evil.example" not in victim.requested_hosts()


def test_stored_svg_does_not_run_scripts_when_opened_directly(victim: Visitor, stack: dict[str, Any]) -> None:
    answer = victim.page.goto(f"{stack['apiUrl']}/public/badges/page-attack/image")
    assert answer is not None
    victim.page.wait_for_timeout(500)

    assert "sandbox" in answer.headers["content-security-policy"]
    assert victim.page.evaluate("window.hacked") is None
    assert "evil.example" not in victim.requested_hosts()


def test_page_url_with_path_traversal_shows_a_not_found_message(victim: Visitor) -> None:
    victim.page.goto(f"{victim.console_url}#/badges/..%2F..%2Fme")
    expect(victim.heading("Page not found")).to_be_visible()
