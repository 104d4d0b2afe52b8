"""The dashboard of an organization or issuer: award counts, a chart, top badges, latest exports, and next runs."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Route, expect

from tests.browser.visitors import Visitor
from tests.support.deployed_client import Client

ISSUER = "issuers/aurora-science"


@pytest.mark.parametrize("place", ["organizations/aurora-learning", ISSUER])
def test_dashboard_shows_award_totals_and_a_monthly_chart(ada: Visitor, client: Client, place: str) -> None:
    this_month = datetime.now(tz=ZoneInfo("Europe/Berlin")).strftime("%Y-%m")
    year, month = map(int, this_month.split("-"))
    first = f"{year - 1}-{month + 1:02}" if month < 12 else f"{year}-01"
    query = f"by=month&awardedAfter={first}-01&timeZone=Europe/Berlin"
    total = client.get(f"/{place}/award-counts").json["total"]
    counted = {item["period"]: item["awards"] for item in client.get(f"/{place}/award-counts?{query}").json["items"]}

    ada.open(place)
    figures = ada.page.locator(".figures-row")
    expect(figures).to_contain_text(re.compile(f"All time\\s*{total:,}"))
    expect(figures).to_contain_text(re.compile(f"This month\\s*{counted.get(this_month, 0):,}"))
    ada.page.get_by_text("Show as a table").click()
    rows = ada.page.locator(".chart-table tbody tr")
    expect(rows).to_have_count(12)
    shown = [int(row.locator("td").inner_text().replace(",", "")) for row in rows.all()]
    assert shown == [counted.get(month, 0) for month in months_since(first)]
    assert sum(shown) > 0
    assert ada.violations() == []


@pytest.mark.parametrize(
    ("place", "total"), [("organizations/page-tests", 4), ("issuers/page-workshop", 4), ("badges/page-planner", 1)]
)
def test_dashboard_shows_counts_even_if_an_award_is_dated_far_in_the_future(
    admin: Visitor, place: str, total: int
) -> None:
    admin.open(place)
    figures = admin.page.locator(".figures-row")
    expect(figures).to_contain_text(re.compile(f"All time\\s*{total}"))
    expect(figures).to_contain_text(re.compile("This month\\s*0"))
    expect(admin.page.locator(".bar-chart")).to_be_visible()


def test_dashboard_counts_awards_by_utc_month_if_the_api_rejects_the_time_zone(admin: Visitor) -> None:
    problem = {"status": 422, "code": "invalid-request", "detail": "Too many periods."}
    admin.page.route("**/award-counts?*timeZone=*", lambda route: route.fulfill(status=422, json=problem))
    admin.open("issuers/page-workshop")
    expect(admin.page.locator(".figures-row")).to_contain_text(re.compile("All time\\s*4"))
    expect(admin.page.locator(".bar-chart")).to_be_visible()


def test_each_month_in_the_chart_links_to_an_export_of_its_awards(ada: Visitor) -> None:
    ada.open(ISSUER)
    bars = ada.page.locator(".bar-chart a")
    expect(bars).to_have_count(12)
    bars.last.focus()
    ada.page.keyboard.press("ArrowLeft")
    expect(bars.nth(10)).to_be_focused()
    ada.page.keyboard.press("Home")
    expect(bars.first).to_be_focused()
    month = bars.first.get_attribute("aria-label")
    ada.page.keyboard.press("Enter")

    expect(ada.page.get_by_role("link", name="Data management", exact=True)).to_have_attribute("aria-current", "page")
    dates = dict(re.findall(r"(awarded\w+)=([\d-]+)", ada.page.url))
    first = datetime.strptime(str(month).partition(":")[0], "%B %Y").replace(tzinfo=UTC)
    assert dates["awardedAfter"] == first.strftime("%Y-%m-01")
    assert dates["awardedBefore"][:7] == dates["awardedAfter"][:7]
    assert dates["awardedBefore"][8:] in ("28", "29", "30", "31")


def test_badges_with_the_most_awards_are_listed(ada: Visitor, client: Client) -> None:
    [top, *_] = client.get(f"/{ISSUER}/award-counts/top").json["badgeClasses"]
    ada.open(ISSUER)
    first = ada.section("Badges with the most awards").get_by_role("listitem").first
    expect(first).to_contain_text(f"{top['awards']:,}")
    first.get_by_role("link", name=top["name"]).click()
    expect(ada.heading(top["name"])).to_be_visible()


def test_latest_exports_and_next_runs_are_listed(ada: Visitor, client: Client) -> None:
    name = "Awards for the board"
    schedule = client.post(
        "/schedules",
        {"name": name, "export": {"issuerId": "aurora-makers", "kind": "awards"}, "expression": "cron(0 6 ? * MON *)"},
    ).json
    client.post("/issuers/aurora-makers/exports", {"kind": "badges"})
    try:
        ada.open("issuers/aurora-makers")
        activity = ada.page.locator(".activity")
        expect(activity.get_by_text(name)).to_be_visible()
        expect(activity.get_by_text("Badges export").first).to_be_visible()
        expect(activity.get_by_text(re.compile("Queued|Running|Ready")).first).to_be_visible()
    finally:
        client.delete(f"/schedules/{schedule['id']}")


def test_overdue_image_updates_are_listed(visit: Callable[..., Visitor]) -> None:
    """Image updates for the sample data finish within seconds, so the test responds in place of the API."""
    overdue = open_resync("overdue", total=1200, refreshed=1198, failed=2)
    ada = visit()
    ada.page.route("**/image-resyncs?*", lambda route: route.fulfill(json={"items": [overdue]}))
    ada.sign_in("ada@example.org")
    activity = ada.page.locator(".activity")
    expect(activity.get_by_role("heading", name="Image updates")).to_be_visible()
    expect(activity.get_by_text("Overdue")).to_be_visible()
    expect(activity.get_by_text("1,198 of 1,200")).to_be_visible()
    assert ada.violations() == []
    activity.get_by_role("link", name="Laboratory Safety").click()
    expect(ada.heading("Laboratory Safety")).to_be_visible()


def test_image_update_progress_is_shown_until_the_update_is_complete(visit: Callable[..., Visitor]) -> None:
    states = [
        [open_resync("in-progress", total=0, refreshed=0)],
        [open_resync("in-progress", total=1200, refreshed=700, pending=500)],
        [],
    ]
    asked: list[str] = []

    def next_state(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(json={"items": states[0]})

    ada = visit()
    ada.page.route("**/image-resyncs?*", next_state)
    ada.sign_in("ada@example.org")
    activity = ada.page.locator(".activity")
    expect(activity.get_by_text("Counting awarded badges…")).to_be_visible()
    del states[0]
    expect(activity.get_by_text("700 of 1,200 images updated")).to_be_visible()
    del states[0]
    expect(activity.get_by_role("heading", name="Image updates")).to_have_count(0)
    count = len(asked)
    ada.page.wait_for_timeout(2500)
    assert len(asked) == count, "nothing is in progress"


def test_page_for_an_empty_organization_explains_how_to_load_data(visit: Callable[..., Visitor]) -> None:
    ada = visit()
    ada.page.route(
        "**/organizations/aurora-learning/issuers*", lambda route: route.fulfill(json={"items": [], "total": 0})
    )
    ada.page.route("**/award-counts?*", lambda route: route.fulfill(json={"total": 0, "items": []}))
    ada.page.route("**/award-counts", lambda route: route.fulfill(json={"total": 0}))
    ada.page.route("**/award-counts/top*", lambda route: route.fulfill(json={"issuers": [], "badgeClasses": []}))
    ada.sign_in("ada@example.org")
    expect(ada.heading("Load your data to get started")).to_be_visible()
    expect(ada.section("Badges with the most awards")).to_have_count(0)
    assert ada.violations() == []
    ada.screenshot("organization-without-data")


def test_organization_page_on_the_free_plan_shows_issuers_but_no_dashboard(visit: Callable[..., Visitor]) -> None:
    finn = visit()
    finn.sign_in("finn@example.com")
    expect(finn.heading("Issuers")).to_be_visible()
    expect(finn.page.locator(".bar-chart")).to_have_count(0)
    finn.settled()
    assert [request for request in finn.requests if "award-counts" in request.url] == []


def months_since(first: str) -> list[str]:
    year, month = map(int, first.split("-"))
    return [f"{year + (month + n - 1) // 12}-{(month + n - 1) % 12 + 1:02}" for n in range(12)]


def open_resync(status: str, **figures: int) -> dict[str, Any]:
    """Return an image re-sync of a sample badge, as the API lists it."""
    return {
        "replacementId": "01",
        "badgeClassId": "lab-safety",
        "badgeClassName": "Laboratory Safety",
        "issuerId": "aurora-science",
        "startedAt": "2026-01-01T00:00:00Z",
        "imageResync": {"status": status, "pending": 0, "failed": 0, "windowEndsAt": "2026-01-14T00:00:00Z", **figures},
    }
