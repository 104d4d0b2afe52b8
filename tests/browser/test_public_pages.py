"""Public badges and awards, as seen by anyone with the link."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from local.openbadges_host import OpenBadgesHost
from tests.browser.visitors import Visitor


@pytest.fixture(scope="module")
def awards(stack: dict[str, Any]) -> dict[str, list[str]]:
    """Return the IDs of the sample's Laboratory Safety awards, by state."""
    loaded = json.loads(Path(stack["documents"][0]).read_text())
    badges = [badge for issuer in loaded["issuers"] for badge in issuer["badgeClasses"]]
    [badge] = [badge for badge in badges if badge["entityId"] == "lab-safety"]
    found: dict[str, list[str]] = {"revoked": [], "expired": [], "valid": []}
    for award in badge["assertions"]:
        is_over = award.get("expires", "9") < "2026"
        found["revoked" if award.get("revoked") else "expired" if is_over else "valid"].append(award["entityId"])
    return found


@pytest.mark.parametrize("window", [{}, {"viewport": {"width": 360, "height": 740}}, {"color_scheme": "dark"}], ids=str)
def test_badge_has_a_public_page(visit: Callable[..., Visitor], stack: dict[str, Any], window: Any) -> None:
    visitor = visit(**window)
    visitor.page.goto(f"{stack['apiUrl']}/public/badges/lab-safety")

    expect(visitor.heading("Laboratory Safety")).to_be_visible()
    expect(visitor.heading("Criteria")).to_be_visible()
    expect(visitor.page.get_by_role("link", name="Aurora School of Science")).to_be_visible()
    picture = visitor.page.locator("header img")
    assert picture.evaluate("async (image) => { await image.decode(); return image.naturalWidth }") > 0
    assert picture.evaluate("(image) => image.getBoundingClientRect().width") == 180
    assert visitor.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert visitor.violations() == []
    visitor.screenshot(f"public-badge-{'-'.join(window) or 'wide'}")


def test_award_page_shows_whether_the_award_is_valid(
    visit: Callable[..., Visitor], stack: dict[str, Any], awards: dict[str, list[str]]
) -> None:
    visitor = visit()
    for status, said in (
        ("valid", "This badge is valid."),
        ("expired", "This badge has expired."),
        ("revoked", "This badge was revoked."),
    ):
        visitor.page.goto(f"{stack['apiUrl']}/public/assertions/{awards[status][0]}")
        expect(visitor.heading("Laboratory Safety")).to_be_visible()
        expect(visitor.page.get_by_text(said)).to_be_visible()
        assert visitor.violations() == []
        visitor.screenshot(f"public-award-{status}")
    visitor.page.get_by_role("link", name="About this badge").click()
    expect(visitor.heading("Criteria")).to_be_visible()


def test_right_to_left_names_are_aligned_with_the_other_text(
    visit: Callable[..., Visitor], stack: dict[str, Any]
) -> None:
    visitor = visit()
    visitor.page.goto(f"{stack['apiUrl']}/public/badges/lab-safety")
    left_edges = visitor.page.locator("header").evaluate(
        """(header) => {
            const texts = [...header.querySelectorAll(".kicker, h1, .long")];
            for (const text of texts.slice(1)) text.textContent = "السلامة";
            return texts.map((text) => {
                const range = document.createRange();
                range.selectNodeContents(text);
                return Math.round(range.getBoundingClientRect().left);
            });
        }"""
    )
    assert len(left_edges) == 3
    assert len(set(left_edges)) == 1, left_edges


def test_hostile_markup_is_not_rendered_on_the_public_page(
    visit: Callable[..., Visitor], stack: dict[str, Any], hostile: dict[str, Any]
) -> None:
    visitor = visit()
    visitor.page.goto(f"{stack['apiUrl']}/public/badges/page-attack")
    [issuer] = hostile["issuers"]
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(issuer["badgeClasses"][0]["name"])
    visitor.page.wait_for_timeout(500)

    assert visitor.page.evaluate("window.hacked") is None
    assert visitor.page.locator("script").count() == 0
    assert "evil.example" not in visitor.requested_hosts()
    assert visitor.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_scripts_on_other_sites_can_read_a_badge_and_its_image(chromium: Browser, stack: dict[str, Any]) -> None:
    page = chromium.new_page()
    with OpenBadgesHost() as other_site:
        page.goto(other_site.assertion_url)
        document, image = page.evaluate(
            """async (url) => {
                const badge = await (await fetch(url, {headers: {Accept: "application/json"}})).json()
                const image = await fetch(badge.image.id ?? badge.image)
                const bytes = new Uint8Array(await image.arrayBuffer())
                return [badge, {status: image.status, bytes: [...bytes.slice(0, 8)]}]
            }""",
            f"{stack['apiUrl']}/public/badges/lab-safety",
        )
    page.close()

    assert document["name"] == "Laboratory Safety"
    assert image == {"status": 200, "bytes": list(b"\x89PNG\r\n\x1a\n")}
