"""Follow a replacement's image re-sync on the page, and view the replacement history."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

from tests.browser.organizations import ADMIN
from tests.browser.visitors import Visitor
from tests.support.deployed_client import Client


def test_page_lists_the_failed_images_of_an_overdue_resync_with_reasons_and_a_contact(
    admin: Visitor, api: Client, stack: dict[str, Any]
) -> None:
    """To avoid waiting 13 days, the test changes the API's response to show the re-sync after its time limit."""
    replaced = overdue_replacement(api)
    failed = [
        {"awardId": f"award-{n}", "reason": "The image can't be read." if n < 8 else "Internal error.", "attempts": n}
        for n in range(1, 9)
    ]
    admin.page.route(
        "**/badge-classes/page-smith/replacements?*", lambda route: route.fulfill(json={"items": [replaced]})
    )
    admin.page.route("**/failed-images?*", lambda route: route.fulfill(json={"items": failed}))
    admin.open("badges/page-smith/data-management")

    resync = admin.page.get_by_role("region", name="Images of awarded badges")
    expect(resync.get_by_text("1,198 of 1,200 images updated 99%")).to_be_visible()
    expect(resync.get_by_text("As of 14 January 2026, 2 images hadn't been updated.")).to_be_visible()
    expect(resync.get_by_text("The image can't be read. 7 awards")).to_be_visible()
    expect(resync.get_by_text("Internal error. 1 award", exact=True)).to_be_visible()
    expect(resync.get_by_text("1 attempt", exact=True)).to_be_visible()
    expect(resync.get_by_role("link", name="View award award-1")).to_have_attribute(
        "href", f"{stack['apiUrl']}/public/assertions/award-1"
    )
    expect(resync.get_by_role("link", name="View award")).to_have_count(6)
    resync.get_by_role("button", name="Show all 7").click()
    expect(resync.get_by_role("link", name="View award")).to_have_count(8)
    expect(resync.get_by_role("link", name="help@example.org")).to_be_visible()
    assert admin.violations() == []
    admin.screenshot("resync-overdue")


def test_resync_is_still_shown_after_many_later_previews(admin: Visitor, api: Client) -> None:
    replaced = overdue_replacement(api)
    only_seen = {key: value for key, value in replaced.items() if key not in ("confirmedAt", "imageResync")}
    history = [only_seen | {"id": f"seen-{n}", "status": "cancelled"} for n in range(44)] + [replaced]
    asked: list[str] = []

    def page_of_history(route: Any) -> None:
        asked.append(route.request.url)
        query = parse_qs(urlsplit(route.request.url).query)
        begin, limit = int(query.get("cursor", ["0"])[0]), int(query.get("limit", ["20"])[0])
        following = {"nextCursor": str(begin + limit)} if begin + limit < len(history) else {}
        route.fulfill(json={"items": history[begin : begin + limit]} | following)

    admin.page.route(re.compile("/badge-classes/page-smith/replacements"), page_of_history)
    admin.page.route("**/failed-images*", lambda route: route.fulfill(json={"items": []}))
    admin.open("badges/page-smith/data-management")

    resync = admin.page.get_by_role("region", name="Images of awarded badges")
    expect(resync.get_by_text("As of 14 January 2026")).to_be_visible()
    found_after = len(asked)
    admin.page.get_by_text("Replacement history").click()
    admin.button("Show more").click()
    expect(admin.page.locator(".history li")).to_have_count(10)
    expect(resync).to_be_visible()
    assert len(asked) == found_after + 1, "once found, it is not searched for again"


def overdue_replacement(api: Client) -> dict[str, Any]:
    """Return a replacement of the smith's badge with an overdue re-sync, in the form of an API response."""
    badge = api.get("/badge-classes/page-smith").json
    return {
        "id": "overdue",
        "badgeClassId": "page-smith",
        "status": "replaced",
        "source": {"kind": "json", "openBadgesVersion": "2.0"},
        "current": badge,
        "proposed": badge,
        "changes": ["name"],
        "warnings": [],
        "requestedBy": ADMIN,
        "createdAt": "2026-01-01T00:00:00Z",
        "confirmedAt": "2026-01-01T00:00:00Z",
        "imageResync": {
            "status": "overdue",
            "total": 1200,
            "refreshed": 1198,
            "pending": 0,
            "failed": 2,
            "windowEndsAt": "2026-01-14T00:00:00Z",
        },
    }
