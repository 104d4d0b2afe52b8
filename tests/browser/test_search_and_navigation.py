"""Find issuers and badges: search, sort, page through lists, go back, and skip a list that has only one issuer."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.visitors import Visitor
from tests.support.large_organization import (
    LARGE_ADMIN,
    LARGE_ISSUER,
    LARGE_ORGANIZATION,
    LARGE_OWNER,
    ONE_ISSUER_OWNER,
    UNBROKEN_NAME,
)

ISSUERS = f"organizations/{LARGE_ORGANIZATION}"
BADGES = f"issuers/{LARGE_ISSUER}"


@pytest.fixture
def admin(signed_in: Callable[[str], Visitor], large: dict[str, Any]) -> Visitor:
    return signed_in(LARGE_ADMIN)


def names(visitor: Visitor) -> Locator:
    return visitor.page.locator(".tile-name")


def test_search_results_update_while_the_user_types(admin: Visitor) -> None:
    admin.open(BADGES)
    expect(admin.page.get_by_text("500 badges")).to_be_visible()
    search = admin.page.get_by_role("searchbox", name="Search badges")
    search.press_sequentially("archery beginners 48", delay=30)

    expect(names(admin)).to_have_text(["Archery for Beginners 48", "Archery for Beginners 480"])
    expect(admin.page.get_by_role("status").get_by_text("2 found")).to_be_visible()
    assert admin.violations() == []

    search.fill("no such badge")
    expect(admin.page.get_by_text("Nothing matches “no such badge”.")).to_be_visible()
    admin.button("Clear search").click()
    expect(admin.page.get_by_text("500 badges")).to_be_visible()


@pytest.mark.parametrize(("place", "label"), [(ISSUERS, "Search issuers"), (BADGES, "Search badges")])
@pytest.mark.parametrize("size", [(1280, 800), (360, 740)])
def test_search_field_and_results_are_visible_without_scrolling(
    admin: Visitor, place: str, label: str, size: tuple[int, int]
) -> None:
    admin.page.set_viewport_size({"width": size[0], "height": size[1]})
    admin.open(place)
    search = admin.page.get_by_role("searchbox", name=label)
    expect(admin.page.locator(".bar-chart")).to_be_visible()
    expect(search).to_be_in_viewport(ratio=1)
    search.fill("4")
    expect(admin.page.locator(".bar-chart")).to_be_hidden()
    expect(names(admin).first).to_be_in_viewport()
    search.fill("")
    expect(admin.page.locator(".bar-chart")).to_be_visible()


def test_late_response_to_an_earlier_search_is_ignored(admin: Visitor) -> None:
    admin.open(BADGES)
    expect(admin.page.get_by_text("500 badges")).to_be_visible()
    held: list[Any] = []
    admin.page.route("**/badge-classes?search=baking*", lambda route: held.append(route))
    search = admin.page.get_by_role("searchbox", name="Search badges")
    with admin.page.expect_request("**/badge-classes?search=baking*"):
        search.fill("baking")
    with admin.page.expect_event("requestfailed", lambda request: "search=baking" in request.url):
        search.fill("archery beginners 48")

    expect(names(admin)).to_have_text(["Archery for Beginners 48", "Archery for Beginners 480"])
    admin.page.unroute("**/badge-classes?search=baking*")


def test_list_is_inactive_until_the_search_results_arrive(admin: Visitor) -> None:
    admin.open(BADGES)
    expect(admin.page.get_by_text("500 badges")).to_be_visible()
    held: list[Any] = []
    admin.page.route("**/badge-classes?search=archery*", lambda route: held.append(route))
    search = admin.page.get_by_role("searchbox", name="Search badges")
    with admin.page.expect_request("**/badge-classes?search=archery*"):
        search.fill("archery beginners 480")
        expect(admin.page.locator(".tiles")).to_have_attribute("aria-busy", "true")
        search.press("Enter")
    expect(admin.page.locator(".tiles")).to_have_js_property("inert", value=True)
    expect(search).to_be_focused()
    held[0].continue_()

    result = admin.page.get_by_role("link", name="Archery for Beginners 480")
    expect(result).to_be_focused()
    result.press("Enter")
    expect(admin.heading("Archery for Beginners 480")).to_be_visible()


def test_badges_can_be_sorted_by_name_or_date(admin: Visitor) -> None:
    admin.open(BADGES)
    expect(names(admin).first).to_have_text("Archery for Beginners")
    with admin.page.expect_request("**/badge-classes?sort=recent*"):
        admin.page.get_by_label("Sort by").select_option("Newest first")
    expect(names(admin)).to_have_count(100)


def test_back_button_restores_the_list_and_the_scroll_position(admin: Visitor) -> None:
    admin.open(BADGES)
    expect(names(admin)).to_have_count(100)
    admin.button("Show more").click()
    expect(names(admin)).to_have_count(200)
    badge = admin.page.locator(".tile a").nth(180)
    badge.scroll_into_view_if_needed()
    before = admin.page.evaluate("scrollY")
    name = names(admin).nth(180).inner_text()
    badge.click()
    expect(admin.page.get_by_role("heading", level=1)).to_have_text(name)
    assert admin.page.evaluate("scrollY") == 0

    admin.page.go_back()
    expect(names(admin)).to_have_count(200)
    admin.page.wait_for_function("(before) => Math.abs(scrollY - before) < 2", arg=before)


def test_back_button_restores_the_search(admin: Visitor) -> None:
    admin.open(BADGES)
    admin.page.get_by_role("searchbox", name="Search badges").fill("archery 480")
    expect(names(admin)).to_have_text(["Archery for Beginners 480"])
    names(admin).click()
    expect(admin.heading("Archery for Beginners 480")).to_be_visible()

    admin.page.go_back()
    expect(admin.page.get_by_role("searchbox", name="Search badges")).to_have_value("archery 480")
    expect(names(admin)).to_have_text(["Archery for Beginners 480"])


def test_dates_in_a_form_are_kept_when_the_user_switches_tabs(ada: Visitor) -> None:
    ada.open("issuers/aurora-science/data-management")
    ada.page.get_by_label("Awarded on or after").fill("2026-01-01")
    ada.page.get_by_role("link", name="Overview").click()
    expect(ada.heading("Badges")).to_be_visible()
    ada.page.go_back()
    expect(ada.page.get_by_label("Awarded on or after")).to_have_value("2026-01-01")

    ada.page.reload()
    expect(ada.page.get_by_label("Awarded on or after")).to_have_value("2026-01-01")


def test_page_handles_a_url_change_before_the_first_paint(ada: Visitor) -> None:
    ada.open("issuers/aurora-science")
    expect(ada.heading("Badges")).to_be_visible()
    # When the browser reports this event, the page's scripts have run, but nothing has been drawn yet.
    ada.context.add_init_script("addEventListener('DOMContentLoaded', () => (location.hash = '#/no-such-place'))")
    ada.page.reload()
    expect(ada.heading("Page not found")).to_be_visible()


def test_user_with_a_single_issuer_starts_on_the_issuer_page(
    visit: Callable[..., Visitor], large: dict[str, Any]
) -> None:
    owner = visit()
    owner.sign_in(ONE_ISSUER_OWNER)
    issuer = next(issuer for issuer in large["issuers"] if issuer["issuer"]["entityId"] == "large-issuer-007")
    expect(owner.heading(issuer["issuer"]["name"])).to_be_visible()
    expect(owner.page.get_by_role("link", name="Home")).to_have_count(0)
    expect(owner.page).to_have_title(re.compile(" – Overview – Badge Data Management$"))


def test_home_page_shows_the_users_role_for_each_issuer(visit: Callable[..., Visitor], large: dict[str, Any]) -> None:
    owner = visit()
    owner.sign_in(LARGE_OWNER)
    expect(owner.heading("Your organizations")).to_be_visible()
    expect(owner.page.get_by_text("30 issuers")).to_be_visible()
    expect(owner.page.locator(".tile").get_by_text("Owner", exact=True)).to_have_count(12)
    assert owner.violations() == []
    owner.page.get_by_role("searchbox", name="Search issuers").fill("five hundred")
    expect(names(owner)).to_have_text(["Institute of Five Hundred Badges"])

    fold = owner.page.get_by_role("button", name=large["organization"]["name"])
    fold.click()
    expect(names(owner)).to_have_count(0)
    fold.click()
    expect(names(owner)).to_have_count(1)


def test_each_organization_on_the_home_page_can_be_collapsed(ada_alone: Visitor) -> None:
    organizations = [
        {"role": "admin", "organization": {"id": f"org-{n}", "name": f"Organization {n}", "plan": "paid"}}
        for n in (1, 2)
    ]
    ada_alone.page.route(
        "**/me", lambda route: route.fulfill(json={"email": "ada@example.org", "memberships": organizations})
    )
    ada_alone.page.route("**/organizations/org-*/issuers*", lambda route: route.fulfill(json={"items": [], "total": 0}))
    ada_alone.open("organizations/aurora-learning")
    ada_alone.page.reload()
    ada_alone.open()
    expect(ada_alone.heading("Your organizations")).to_be_visible()
    expect(ada_alone.page.get_by_text("Load your data to get started")).to_have_count(2)
    ada_alone.button("Organization 1").click()
    expect(ada_alone.page.get_by_text("Load your data to get started")).to_have_count(1)
    assert ada_alone.violations() == []


@pytest.mark.parametrize("width", [360, 1280])
def test_long_and_right_to_left_names_fit_the_window(
    visit: Callable[..., Visitor], large: dict[str, Any], width: int
) -> None:
    visitor = visit(viewport={"width": width, "height": 800})
    visitor.sign_in(LARGE_ADMIN)
    for place in (
        f"organizations/{LARGE_ORGANIZATION}",
        f"issuers/{issuer_named(large, UNBROKEN_NAME)}",
        f"issuers/{issuer_named(large, 'مركز التعلّم مدى الحياة')}",
        f"badges/{LARGE_ISSUER}-badge-005",
    ):
        visitor.open(place)
        visitor.settled()
        assert visitor.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, place
        heading = visitor.page.get_by_role("heading", level=1)
        assert (
            heading.evaluate("(h) => h.getBoundingClientRect().height / parseFloat(getComputedStyle(h).lineHeight)")
            < 3.1
        )


def issuer_named(organization: dict[str, Any], name: str) -> str:
    found: str = next(
        issuer["issuer"]["entityId"] for issuer in organization["issuers"] if issuer["issuer"]["name"] == name
    )
    return found
