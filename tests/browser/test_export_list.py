"""The list of exports on the page: the details of each export, filters, and actions."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Download, Route, expect

from tests.browser.visitors import Visitor, content_of, sha256
from tests.support.deployed_client import Client

ISSUER = "issuers/aurora-science/data-management"


def test_exports_started_elsewhere_are_listed_but_not_downloaded_automatically(ada: Visitor, grace: Client) -> None:
    ada.open(ISSUER)
    ada.settled()
    started: list[Download] = []
    ada.page.on("download", lambda download: started.append(download))
    elsewhere = grace.export("/issuers/aurora-science/exports", {"kind": "groups", "includeStaff": True})

    latest = ada.exports.first
    expect(latest.get_by_text("Groups export")).to_be_visible()
    expect(latest.get_by_text("CSV · Staff members")).to_be_visible()
    expect(latest.get_by_text("grace@example.org")).to_be_visible()
    assert started == []
    with ada.page.expect_download() as download:
        latest.get_by_role("button", name="Download groups export from").click()
    assert sha256(content_of(download.value)[1]) == elsewhere["file"]["sha256"]


def test_export_list_shows_the_requester_date_size_and_expiry_time(ada: Visitor) -> None:
    ada.open(ISSUER)
    _, content = ada.downloads(ada.button("Export groups"))
    latest = ada.exports.first

    size = len(content)
    assert size < 1000
    for said in ("You", "just now", "expires in 7 days", f"{size} bytes", "rows"):
        expect(latest.get_by_text(said).first).to_be_visible()


def test_export_list_shows_how_many_items_each_file_contains(ada: Visitor) -> None:
    """The test replaces the counts in the API's response with known values."""
    contents: list[tuple[str, dict[str, Any], str]] = [
        ("groups", {"rows": 12, "contents": {"groups": 8}}, "12 rows (8 groups)"),
        ("learner-progress", {"rows": 198, "contents": {"learners": 74}}, "198 rows (74 learners)"),
        ("issuer", {"rows": 12_500, "contents": {"badgeClasses": 500, "awards": 12_000}}, "500 badges, 12,000 awards"),
        ("awards", {"rows": 1}, "1 award"),
        ("badges", {"rows": 0}, "No badges"),
    ]
    items = [finished(kind, number, file=file) for number, (kind, file, _) in enumerate(contents)]
    ada.page.route("**/exports?*", lambda route: route.fulfill(json={"items": items[::-1]}))
    ada.open(ISSUER)
    for row, (_, _, words) in zip(ada.exports.all()[::-1], contents, strict=False):
        expect(row.get_by_text(words, exact=True)).to_be_visible()
    expect(ada.exports).to_have_count(len(contents))


def test_time_left_is_shown_while_an_export_runs(ada: Visitor) -> None:
    running = finished("awards", 1) | {
        "status": "running",
        "startedAt": "2026-11-26T12:00:00Z",
        "progress": {"rows": 250, "expectedRows": 1000, "percent": 25.0},
    }
    del running["file"], running["fileExpiresAt"]
    ada.page.clock.set_fixed_time("2026-11-26T12:01:00Z")
    ada.page.route("**/exports?*", lambda route: route.fulfill(json={"items": [running]}))
    ada.page.route("**/exports/*", lambda route: route.fulfill(json=running))
    ada.open(ISSUER)
    expect(ada.exports.first.get_by_text("about 3 minutes left")).to_be_visible()
    expect(ada.exports.first.get_by_text("25%")).to_be_visible()


def test_export_list_can_be_filtered(ada: Visitor, client: Client) -> None:
    issuer = "/issuers/aurora-languages/exports"
    client.export(issuer, {"kind": "groups"})
    client.export(issuer, {"kind": "badges"})
    ada.open("issuers/aurora-languages/data-management")
    section = ada.section("Exports")
    expect(ada.exports.nth(1)).to_be_visible()
    section.get_by_label("Kind").select_option("Groups")
    expect(ada.exports.filter(has_text="Badges export")).to_have_count(0)
    expect(ada.exports.filter(has_text="Groups export").first).to_be_visible()
    kinds = {"learner-progress": "Learner progress", "group-badges": "Group badges", "issuer": "Issuer"}
    unused = [
        name
        for kind, name in kinds.items()
        if not client.get(f"/exports?issuerId=aurora-languages&kind={kind}").json["items"]
    ]
    section.get_by_label("Kind").select_option(unused[0])
    expect(section.get_by_text("No exports match these filters.")).to_be_visible()


def test_export_list_can_be_limited_to_one_requester(ada: Visitor, client: Client, grace: Client) -> None:
    client.export("/issuers/aurora-science/exports", {"kind": "groups"})
    grace.export("/issuers/aurora-science/exports", {"kind": "groups"})
    ada.open(ISSUER)
    of_grace = ada.exports.filter(has_text="grace@example.org")
    expect(of_grace.first).to_be_visible()
    person = ada.section("Exports").get_by_label("Requested by")
    person.select_option("Only mine")
    expect(of_grace).to_have_count(0)
    expect(ada.exports.first).to_be_visible()
    person.select_option("grace@example.org")
    expect(of_grace.first).to_be_visible()
    # A scheduled export shows its schedule instead of the person who is responsible for it.
    others = ada.exports.filter(has_not_text="grace@example.org").filter(has_not_text="Schedule:")
    expect(others).to_have_count(0)


def test_schedule_links_to_its_exports(ada: Visitor, client: Client) -> None:
    export = {"issuerId": "aurora-languages", "kind": "badges"}
    body = {"name": "Weekly badges", "export": export, "expression": "cron(0 6 ? * MON *)"}
    schedule = client.post("/schedules", body).json["id"]
    client.post(f"/schedules/{schedule}/run", {})
    client.export("/issuers/aurora-languages/exports", {"kind": "groups"})
    ada.open("issuers/aurora-languages/data-management")
    ada.page.get_by_role("link", name="View all exports from Weekly badges").click()
    section = ada.section("Exports")
    expect(section.get_by_label("Schedule")).to_have_value(schedule)
    expect(ada.exports).to_have_count(1)
    expect(ada.exports.first.get_by_text("Weekly badges")).to_be_visible()
    section.get_by_label("Schedule").select_option("With or without a schedule")
    expect(ada.exports.nth(1)).to_be_visible()
    client.delete(f"/schedules/{schedule}")


def test_deleted_exports_are_listed_only_on_request(ada: Visitor, client: Client) -> None:
    ada.open(ISSUER)
    name, _ = ada.downloads(ada.button("Export groups"))
    [export] = client.get("/exports?issuerId=aurora-science&limit=1").json["items"]
    row = ada.exports.first
    ada.open_menu(row).get_by_role("button", name="Delete").click()
    dialog = ada.page.get_by_role("dialog")
    expect(dialog.get_by_text(f"{name} will be deleted for everyone.")).to_be_visible()
    dialog.get_by_role("button", name="Cancel").click()
    expect(row.get_by_text("Ready", exact=True)).to_be_visible()

    ada.open_menu(row).get_by_role("button", name="Delete").click()
    count = ada.exports.count()
    dialog.get_by_role("button", name="Delete").click()
    expect(dialog).to_have_count(0)
    expect(ada.exports).to_have_count(count - 1)
    expect(ada.section("Exports")).to_be_focused()  # the row is removed, so the focus moves to a nearby element
    assert client.get(f"/exports/{export['id']}/file").status == 410

    ada.page.get_by_label("Show deleted").check()
    expect(ada.exports.first.get_by_text("Deleted", exact=True)).to_be_visible()
    expect(ada.exports.first.get_by_text("by you")).to_be_visible()
    expect(ada.exports.first.get_by_text("bytes")).to_have_count(0)


def test_several_exports_can_be_deleted_at_once(ada: Visitor, client: Client) -> None:
    made = [client.export("/issuers/aurora-science/exports", {"kind": "groups"})["id"] for _ in range(3)]
    ada.open(ISSUER)
    for number in range(3):
        ada.exports.nth(number).get_by_role("checkbox").check()
    ada.button("Delete 3 exports").click()
    dialog = ada.page.get_by_role("dialog", name="Delete 3 exports?")
    dialog.get_by_role("button", name="Delete 3 exports").click()
    expect(dialog).to_have_count(0)
    assert {client.get(f"/exports/{each}").json["status"] for each in made} == {"expired"}


def test_staff_can_delete_only_their_own_exports(signed_in: Callable[[str], Visitor], grace: Client) -> None:
    grace.export("/issuers/aurora-science/exports", {"kind": "groups"})
    rosalind = signed_in("rosalind@example.org")
    rosalind.open(ISSUER)
    other = rosalind.exports.filter(has_text="grace@example.org").first
    expect(other.get_by_role("checkbox")).to_have_count(0)
    expect(rosalind.open_menu(other).get_by_role("button", name="Delete")).to_have_count(0)
    rosalind.page.keyboard.press("Escape")

    rosalind.downloads(rosalind.button("Export groups"))
    own = rosalind.exports.first
    expect(own.get_by_text("You", exact=True)).to_be_visible()
    expect(rosalind.open_menu(own).get_by_role("button", name="Delete")).to_be_visible()


def test_deleted_export_can_be_repeated_with_the_same_options(ada: Visitor, client: Client) -> None:
    options = {"kind": "awards", "awardedAfter": "2025-03-01", "timeZone": "Europe/Berlin", "separator": "tab"}
    first = client.export("/issuers/aurora-science/exports", options)
    client.delete(f"/exports/{first['id']}")
    ada.open(ISSUER)
    ada.page.get_by_label("Show deleted").check()
    deleted = ada.exports.filter(has=ada.page.get_by_text("Deleted", exact=True)).first
    menu = ada.open_menu(deleted)
    ada.downloads(menu.get_by_role("button", name="Export again"))

    [again] = client.get("/exports?issuerId=aurora-science&limit=1").json["items"]
    assert again["id"] != first["id"]
    assert (again["kind"], again["options"]) == (first["kind"], first["options"])


def test_message_confirms_a_repeated_export_hidden_by_the_filters(ada: Visitor, grace: Client) -> None:
    grace.export("/issuers/aurora-science/exports", {"kind": "groups"})
    ada.open(ISSUER)
    of_grace = ada.exports.filter(has_text="grace@example.org")
    expect(of_grace.first).to_be_visible()
    ada.section("Exports").get_by_label("Requested by").select_option("grace@example.org")
    expect(ada.exports.filter(has_not_text="grace@example.org")).to_have_count(0)
    menu = ada.open_menu(of_grace.first)
    ada.downloads(menu.get_by_role("button", name="Export again"))
    expect(ada.toast("Groups export started.")).to_be_visible()


def test_export_details_list_the_badges_and_columns(ada: Visitor, client: Client) -> None:
    options = {"kind": "awards", "badgeClassIds": ["lab-safety"], "columns": ["Award ID", "Badge Name"]}
    client.export("/issuers/aurora-science/exports", options)
    ada.open(ISSUER)
    row = ada.exports.first
    row.get_by_text("1 badge, 2 columns").click()
    expect(row.get_by_text("Badges: Laboratory Safety")).to_be_visible()
    expect(row.get_by_text("Columns: Award ID, Badge Name")).to_be_visible()
    assert ada.violations() == []


@pytest.mark.parametrize("width", [390, 900, 1360])
def test_delete_button_stays_visible_while_the_user_scrolls(ada: Visitor, width: int) -> None:
    items = [finished("awards", number) for number in range(40, 20, -1)]
    ada.page.route("**/exports?*", lambda route: route.fulfill(json={"items": items}))
    ada.page.set_viewport_size({"width": width, "height": 700})
    ada.open(ISSUER)
    ada.exports.nth(19).get_by_role("checkbox").check()
    ada.exports.nth(19).scroll_into_view_if_needed()
    button = ada.button("Delete 1 export")
    expect(button).to_be_in_viewport(ratio=1)
    button.click()  # nothing covers it
    ada.page.get_by_role("dialog").get_by_role("button", name="Cancel").click()


def test_copied_link_opens_the_export(ada: Visitor, client: Client, stack: dict[str, Any]) -> None:
    export = client.export("/issuers/aurora-science/exports", {"kind": "badges"})
    ada.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ada.open(ISSUER)
    ada.open_menu(ada.exports.first).get_by_role("button", name="Copy link").click()
    expect(ada.page.get_by_text("Link copied")).to_be_visible()
    link = ada.page.evaluate("navigator.clipboard.readText()")
    assert link == f"{stack['consoleUrl']}#/{ISSUER}?export={export['id']}"

    client.delete(f"/exports/{export['id']}")
    ada.page.goto(link)
    ada.page.reload()
    linked = ada.exports.filter(has=ada.page.get_by_text("Deleted", exact=True))
    expect(linked).to_have_count(1)
    expect(linked).to_be_in_viewport()


def test_older_exports_are_loaded_one_page_at_a_time(ada: Visitor) -> None:
    newest = {"items": [finished("awards", number) for number in range(40, 20, -1)], "nextCursor": "next"}
    older = {"items": [finished("awards", number) for number in range(20, 10, -1)]}

    def page(route: Route) -> None:
        route.fulfill(json=older if "cursor=next" in route.request.url else newest)

    ada.page.route("**/exports?*", page)
    ada.open(ISSUER)
    expect(ada.exports).to_have_count(20)
    ada.section("Exports").get_by_role("button", name="Show more").click()
    expect(ada.exports).to_have_count(30)
    expect(ada.section("Exports").get_by_role("button", name="Show more")).to_have_count(0)


def finished(kind: str, number: int, file: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return an export in the form of an API response."""
    return {
        "id": f"01-{number:03}",
        "kind": kind,
        "scope": {"type": "issuer", "id": "aurora-science", "name": "Aurora School of Science"},
        "options": {},
        "status": "succeeded",
        "progress": {"rows": 1},
        "requestedBy": "ada@example.org",
        "createdAt": "2026-11-26T11:59:00Z",
        "fileExpiresAt": "2026-12-03T11:59:00Z",
        "file": {"name": f"{kind}.csv", "contentType": "text/csv", "bytes": 100, "rows": 1, "sha256": "0"}
        | (file or {}),
    }
