"""Export options on the page: file type, columns, filters, the number of awards, and the first rows."""

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, Route, expect

from tests.browser.visitors import Visitor
from tests.support.deployed_client import Client

ISSUER = "issuers/aurora-science/data-management"
ORGANIZATION = "organizations/aurora-learning/data-management"
STORED = "badge-data-export-choices-1 issuer awards"


# ---------------------------------------------------------------- file type and columns


def test_file_has_the_selected_columns_in_the_selected_order(ada: Visitor, client: Client) -> None:
    ada.open(ISSUER)
    form = ada.section("Award export")
    open_fields(form, "Columns")
    for name in checked_columns(form)[3:]:
        form.get_by_label(name, exact=True).uncheck()
    form.get_by_label("Issued Date", exact=True).check()
    move = form.get_by_role("button", name="Move Badge Name up", exact=True)
    move.focus()
    ada.page.keyboard.press("Enter")
    expect(move).to_be_focused()
    ada.page.keyboard.press("Enter")
    expect(form.get_by_text("Badge Name is now at position 1 of 25.")).to_be_attached()
    expect(move).to_have_attribute("aria-disabled", "true")
    form.get_by_label("Separator").select_option(label="Semicolon (Excel in many European languages)")
    _, content = ada.downloads(form.get_by_role("button", name="Download CSV"))

    chosen = ["Badge Name", "Award ID", "Badge Class ID", "Issued Date"]
    assert next(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")) == chosen
    [latest] = client.get("/exports?issuerId=aurora-science&limit=1").json["items"]
    assert (latest["options"]["columns"], latest["options"]["separator"]) == (chosen, "semicolon")
    expect(ada.exports.first.get_by_text("CSV, semicolons")).to_be_visible()
    expect(ada.exports.first.get_by_text("4 columns")).to_be_visible()


def test_workbook_has_the_selected_columns(ada: Visitor) -> None:
    ada.open(ISSUER)
    form = ada.section("Award export")
    form.get_by_label("File type").select_option(label="Excel workbook")
    expect(form.get_by_label("Separator")).to_have_count(0)
    open_fields(form, "Columns")
    form.get_by_label("Award ID", exact=True).uncheck()
    name, content = ada.downloads(form.get_by_role("button", name="Download Excel workbook"))

    assert name.endswith(".xlsx")
    sheet = load_workbook(io.BytesIO(content))["Awards"]
    assert [cell.value for cell in sheet[1]] == checked_columns(form)
    expect(ada.exports.first.get_by_text("Excel workbook", exact=True)).to_be_visible()
    expect(ada.exports.first.get_by_text("15 columns")).to_be_visible()
    expect(ada.exports.first.locator(".figures")).to_have_text(re.compile(r"\d awards$"))


def test_number_of_shortened_workbook_cells_is_shown(ada: Visitor, client: Client) -> None:
    client.export("/issuers/aurora-science/exports", {"kind": "badges", "format": "xlsx"})

    def shortened(route: Route) -> None:
        listed = route.fetch().json()
        for exported in listed["items"]:
            if "file" in exported:
                exported["file"]["truncatedCells"] = 2
        route.fulfill(json=listed)

    ada.page.route("**/exports?*", shortened)
    ada.open(ISSUER)
    expect(ada.exports.first.get_by_text("2 cells shortened")).to_be_visible()


def test_default_columns_can_be_restored(ada: Visitor) -> None:
    ada.open(ISSUER)
    form = ada.section("Badges export")
    open_fields(form, "Columns")
    form.get_by_label("Tags", exact=True).uncheck()
    expect(form.locator("summary")).to_contain_text("8 columns")
    form.get_by_role("button", name="Default columns").click()
    expect(form.locator("summary")).to_contain_text("Default columns")
    expect(form.get_by_label("Tags", exact=True)).to_be_checked()


def test_organization_badges_can_be_downloaded_as_a_table(ada: Visitor, client: Client) -> None:
    ada.open(ORGANIZATION)
    _, content = ada.downloads(ada.button("Export badges"))

    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert len({row["Issuer ID"] for row in rows}) > 1
    [latest] = client.get("/exports?organizationId=aurora-learning&limit=1").json["items"]
    assert latest["kind"] == "badges"
    expect(ada.exports.first.get_by_text(f"{len(rows)} badges")).to_be_visible()


def test_groups_file_columns_depend_on_its_options(ada: Visitor) -> None:
    ada.open(ORGANIZATION)
    form = ada.section("Groups")
    for label in ("Creation method", "Expiration method", "Staff members"):
        form.get_by_label(label, exact=True).check()
    open_fields(form, "Columns and first rows")
    form.get_by_role("button", name="Show first rows").click()
    form.get_by_role("table").wait_for()
    shown = form.get_by_role("columnheader").all_inner_texts()
    open_fields(form.locator("details"), "Columns")
    assert checked_columns(form) == shown

    form.get_by_label("Learners", exact=True).uncheck()
    expect(form.get_by_label("Staff members", exact=True)).to_be_disabled()
    _, content = ada.downloads(form.get_by_role("button", name="Export groups"))
    header = next(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert header == [name for name in shown if name != "Learners"]


# ---------------------------------------------------------------- filters


def test_filters_limit_the_rows_in_the_file(ada: Visitor, client: Client) -> None:
    ada.open(ISSUER)
    form = ada.section("Award export")
    open_fields(form, "Status and expiration")
    form.get_by_label("Active", exact=True).uncheck()
    form.get_by_label("Expires after").fill("2020-01-01")
    open_fields(form, "Badges")
    form.get_by_label("Search badges").fill("LAB")
    form.get_by_label("Laboratory Safety").check()
    _, content = ada.downloads(form.get_by_role("button", name="Download CSV"))

    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert {row["Badge Class ID"] for row in rows} <= {"lab-safety"}
    assert {row["Status"] for row in rows} <= {"expired", "revoked"}
    assert all(row["Expires On"] for row in rows)
    [latest] = client.get("/exports?issuerId=aurora-science&limit=1").json["items"]
    chosen = {"status": ["expired", "revoked"], "badgeClassIds": ["lab-safety"], "expiresAfter": "2020-01-01"}
    assert chosen.items() <= latest["options"].items()
    expect(ada.exports.first.get_by_text("Expires after 1 Jan 2020, only expired and revoked, 1 badge")).to_be_visible()


def test_pressing_enter_in_the_badge_search_does_not_export(ada: Visitor) -> None:
    ada.open(ISSUER)
    form = ada.section("Award export")
    open_fields(form, "Badges")
    form.get_by_label("Search badges").fill("nothing has this name")
    form.get_by_label("Search badges").press("Enter")
    expect(form.get_by_text("No badge name contains this text.")).to_be_visible()
    assert not [request for request in ada.requests if request.method == "POST" and request.url.endswith("/exports")]


def test_badges_are_found_on_later_pages(ada: Visitor) -> None:
    pages = {
        None: {"items": [badge(f"Badge {number}") for number in range(100)], "nextCursor": "second"},
        "second": {"items": [badge(f"Badge {number}") for number in range(100, 200)], "nextCursor": "third"},
        "third": {"items": [badge("חותם הזהב")]},
    }

    def page(route: Route) -> None:
        cursor = re.search(r"cursor=(\w+)", route.request.url)
        route.fulfill(json=pages[cursor and cursor[1]])

    ada.page.route("**/issuers/aurora-science/badge-classes*", page)
    ada.open(ISSUER)
    form = ada.section("Award export")
    open_fields(form, "Badges")
    expect(form.get_by_role("button", name="Show more")).to_be_visible()
    form.get_by_label("Search badges").fill("הזהב")
    found = form.get_by_label("חותם הזהב")
    found.check()
    form.get_by_label("Search badges").fill("")
    expect(form.locator("summary", has_text="Badges")).to_contain_text("1 badge")
    expect(form.locator(".badge-choices bdi", has_text="חותם הזהב")).to_have_count(1)


# ---------------------------------------------------------------- errors next to their fields


@pytest.mark.parametrize(
    ("fields", "button", "message"),
    [
        ("Status and expiration", "status", "Select at least one status."),
        ("Columns", "columns", "Select at least one column."),
    ],
)
def test_empty_selection_is_reported_next_to_its_field(ada: Visitor, fields: str, button: str, message: str) -> None:
    ada.open(ISSUER)
    form = ada.section("Award export")
    open_fields(form, fields)
    names = ["Active", "Expired", "Revoked"] if button == "status" else checked_columns(form)
    for name in names:
        form.get_by_label(name, exact=True).uncheck()
    form.locator("summary", has_text=fields).click()  # the error expands the section again
    form.get_by_role("button", name="Download CSV").click()
    expect(form.get_by_text(message)).to_be_visible()
    expect(form.get_by_label(names[0], exact=True)).to_be_focused()

    form.get_by_label(names[0], exact=True).check()
    expect(form.get_by_text(message)).to_have_count(0)


def test_reversed_expiry_dates_are_reported_next_to_their_field(ada: Visitor) -> None:
    ada.open(ISSUER)
    form = ada.section("Award export")
    open_fields(form, "Status and expiration")
    form.get_by_label("Expires after").fill("2026-02-01")
    form.get_by_label("Expires before").fill("2026-01-01")
    form.get_by_role("button", name="Show first rows").click()
    expect(form.get_by_text("“Expires after” must not be later than “Expires before”.")).to_be_visible()
    expect(form.get_by_label("Expires after")).to_be_focused()


def test_api_errors_about_list_items_are_shown_next_to_the_items(ada: Visitor) -> None:
    errors = [
        {"field": "columns.2", "message": "This column is wrong."},
        {"field": "badgeClassIds.1", "message": "This badge is wrong."},
    ]
    problem = {"status": 422, "code": "invalid-request", "detail": "The request is invalid.", "errors": errors}
    ada.page.route("**/exports/preview", lambda route: route.fulfill(status=422, json=problem))
    ada.open(ISSUER)
    form = ada.section("Award export")
    open_fields(form, "Badges")
    for name in ("Laboratory Safety", "Young Botanist"):
        form.get_by_label(name).check()
    open_fields(form, "Columns")
    form.get_by_label("Award ID", exact=True).uncheck()
    form.get_by_role("button", name="Show first rows").click()

    expect(form.get_by_label("Young Botanist")).to_have_accessible_description("This badge is wrong.")
    expect(form.get_by_label("Issuer ID", exact=True)).to_have_accessible_description("This column is wrong.")
    expect(form.get_by_text("The request is invalid.")).to_have_count(0)


# ---------------------------------------------------------------- the number of awards, and the first rows


def test_award_count_follows_the_dates_without_a_request_per_keystroke(ada: Visitor) -> None:
    asked: list[str] = []

    def count(route: Route) -> None:
        asked.append(route.request.url)
        dated = "awardedAfter" in route.request.url
        route.fulfill(json={"total": 192 if dated else 12_345})

    ada.page.route("**/award-counts?*", count)
    ada.open(ISSUER)
    form = ada.section("Award export")
    expect(form.get_by_text("12,345 awards", exact=True)).to_be_visible()
    for day in range(1, 6):
        form.get_by_label("Awarded after").fill(f"2026-01-0{day}")
    expect(form.get_by_text("192 awards", exact=True)).to_be_visible()
    assert len(asked) == 2
    assert "awardedAfter=2026-01-05" in asked[1]
    assert "timeZone=Europe%2FBerlin" in asked[1]

    open_fields(form, "Status and expiration")
    form.get_by_label("Revoked", exact=True).uncheck()
    expect(form.get_by_text("Up to 192 awards", exact=True)).to_be_visible()
    assert len(asked) == 2


def test_award_count_matches_the_number_of_rows(ada: Visitor) -> None:
    ada.open(ISSUER)
    form = ada.section("Award export")
    form.get_by_label("Awarded after").fill("2025-03-01")
    form.get_by_label("Awarded before").fill("2025-06-30")
    _, content = ada.downloads(form.get_by_role("button", name="Download CSV"))
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    expect(form.get_by_text(f"{len(rows):,} awards", exact=True)).to_be_visible()

    open_fields(form, "Badges")
    form.get_by_label("Laboratory Safety").check()
    of_badge = sum(row["Badge Class ID"] == "lab-safety" for row in rows)
    expect(form.get_by_text(f"{of_badge:,} awards", exact=True)).to_be_visible()


def test_award_count_of_selected_badges_is_their_sum(ada: Visitor) -> None:
    ada.page.route("**/badge-classes/*/award-counts?*", lambda route: route.fulfill(json={"total": 21}))
    ada.open(ISSUER)
    form = ada.section("Award export")
    open_fields(form, "Badges")
    for name in ("Laboratory Safety", "Young Botanist"):
        form.get_by_label(name).check()
    expect(form.get_by_text("42 awards", exact=True)).to_be_visible()


def test_late_award_count_is_not_shown(ada: Visitor) -> None:
    held: list[Route] = []

    def count(route: Route) -> None:
        if "awardedAfter=2026-01-01" in route.request.url:
            held.append(route)
        else:
            route.fulfill(json={"total": 7})

    ada.page.route("**/award-counts?*", count)
    ada.open(ISSUER)
    form = ada.section("Award export")
    expect(form.get_by_text("7 awards", exact=True)).to_be_visible()
    with ada.page.expect_event("requestfailed"):  # the page cancels the request
        form.get_by_label("Awarded after").fill("2026-01-01")
        expect(form.locator(".award-count")).to_be_empty()
        while not held:
            ada.page.wait_for_timeout(50)
        form.get_by_label("Awarded after").fill("2026-01-02")
    expect(form.get_by_text("7 awards", exact=True)).to_be_visible()


def test_unknown_award_count_is_not_shown(ada: Visitor) -> None:
    ada.page.route("**/award-counts?*", lambda route: route.fulfill(status=404, json={}))
    ada.open(ISSUER)
    form = ada.section("Award export")
    with ada.page.expect_response("**/award-counts?*"):
        form.get_by_label("Awarded after").fill("2026-01-01")
    expect(form.locator(".award-count")).to_be_empty()
    expect(form.get_by_role("alert")).to_be_empty()


def test_preview_rows_match_the_file(ada: Visitor) -> None:
    ada.open(ISSUER)
    form = ada.section("Award export")
    form.get_by_label("Awarded after").fill("2025-03-01")
    button = form.get_by_role("button", name="Show first rows")
    expect(button).to_have_attribute("aria-expanded", "false")
    button.focus()
    ada.page.keyboard.press("Enter")
    table = form.get_by_role("table", name="First 20 rows")
    expect(table.get_by_role("row")).to_have_count(21)
    shown = [row.get_by_role("cell").all_inner_texts() for row in table.get_by_role("row").all()[1:]]
    header = table.get_by_role("columnheader").all_inner_texts()
    _, content = ada.downloads(form.get_by_role("button", name="Download CSV"))
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    for column in ("Award ID", "Badge Name", "Issued On", "Status"):
        of_file = [row[column].removeprefix("'") for row in rows[:20]]
        assert [row[header.index(column)] for row in shown] == of_file

    ada.page.keyboard.press("Tab")
    form.get_by_role("button", name="Hide first rows").click()
    expect(table).to_have_count(0)


def test_preview_rows_for_other_options_are_not_shown(ada: Visitor) -> None:
    ada.open(ISSUER)
    form = ada.section("Badges export")
    form.get_by_role("button", name="Show first rows").click()
    expect(form.get_by_role("table")).to_be_visible()
    form.get_by_label("Separator").select_option("tab")
    expect(form.get_by_role("table")).to_have_count(0)
    expect(form.get_by_role("button", name="Show first rows")).to_have_attribute("aria-expanded", "false")


# ---------------------------------------------------------------- remembered options


def test_options_are_restored_on_the_next_visit_until_they_are_reset(ada: Visitor) -> None:
    ada.open(ISSUER)
    form = ada.section("Award export")
    form.get_by_label("Awarded after").fill("2026-01-01")
    form.get_by_label("File type").select_option("xlsx")
    open_fields(form, "Status and expiration")
    form.get_by_label("Revoked", exact=True).uncheck()
    open_fields(form, "Columns")
    form.get_by_label("Narrative", exact=True).uncheck()
    ada.section("Issuer export").get_by_label("Pathways").check()

    ada.open("issuers/aurora-languages/data-management")  # another export of the same type
    ada.page.reload()
    expect(form.get_by_label("File type")).to_have_value("xlsx")
    expect(form.get_by_label("Separator")).to_have_count(0)
    expect(form.locator("summary", has_text="Status")).to_contain_text("Active and expired")
    expect(form.locator("summary", has_text="Columns")).to_contain_text("15 columns")
    expect(form.get_by_label("Awarded after")).to_have_value("")
    expect(ada.section("Issuer export").get_by_label("Pathways")).to_be_checked()
    expect(ada.section("Badges export").get_by_label("File type")).to_have_value("csv")

    form.get_by_role("button", name="Reset").click()
    expect(form.get_by_label("File type")).to_have_value("csv")
    expect(form.locator("summary", has_text="Columns")).to_contain_text("Default columns")
    ada.page.reload()
    expect(form.get_by_label("File type")).to_have_value("csv")
    assert ada.page.evaluate(f"localStorage.getItem({STORED!r})") is None


@pytest.mark.parametrize(
    "stored",
    [
        "not JSON",
        "null",
        '"text"',
        json.dumps({"format": "pdf", "separator": 7, "columns": "all", "status": "active", "ticked": None}),
        json.dumps({"columns": [{"name": 1}], "status": ["unknown"], "ticked": {"includeEverything": True}}),
    ],
)
def test_invalid_stored_options_are_ignored(ada: Visitor, stored: str) -> None:
    ada.page.evaluate("([key, value]) => localStorage.setItem(key, value)", [STORED, stored])
    ada.open(ISSUER)
    ada.page.reload()
    form = ada.section("Award export")
    expect(form.get_by_label("File type")).to_have_value("csv")
    expect(form.get_by_label("Separator")).to_have_value("comma")
    expect(form.locator("summary", has_text="Columns")).to_contain_text("Default columns")
    ada.downloads(form.get_by_role("button", name="Download CSV"))


# ---------------------------------------------------------------- schedules and accessibility


def test_schedules_have_the_same_options(ada: Visitor, client: Client) -> None:
    ada.open("issuers/aurora-makers/data-management")
    ada.button("New schedule").click()
    form = ada.page.get_by_role("form", name="New schedule")
    form.get_by_label("Name").fill("Active awards")
    form.get_by_label("Separator").select_option("tab")
    open_fields(form, "Status and expiration")
    form.get_by_label("Expired", exact=True).uncheck()
    open_fields(form, "Columns")
    form.get_by_label("Narrative", exact=True).uncheck()
    form.get_by_role("button", name="Create schedule").click()

    made = ada.section("Schedules").get_by_role("row", name="Active awards")
    expect(made.get_by_text("CSV, tabs · Only active and revoked, 15 columns")).to_be_visible()
    [stored] = [
        s for s in client.get("/schedules?issuerId=aurora-makers").json["items"] if s["name"] == "Active awards"
    ]
    assert (stored["export"]["separator"], stored["export"]["status"]) == ("tab", ["active", "revoked"])
    assert "Narrative" not in stored["export"]["columns"]
    client.delete(f"/schedules/{stored['id']}")


@pytest.mark.parametrize("width", [360, 1360])
def test_expanded_forms_are_accessible_and_fit_the_window(visit: Callable[..., Visitor], width: int) -> None:
    visitor = visit(viewport={"width": width, "height": 740})
    visitor.sign_in("ada@example.org")
    visitor.open(ISSUER)
    visitor.settled()
    visitor.button("New schedule").click()
    forms = [visitor.section(name) for name in ("Award export", "Badges export", "Groups", "Schedules")]
    for form in forms:
        for summary in form.locator("summary").all():
            summary.click()
    open_fields(visitor.section("Groups").locator("details"), "Columns")
    visitor.section("Award export").get_by_role("button", name="Show first rows").click()
    visitor.section("Award export").get_by_role("table").wait_for()
    visitor.settled()
    assert visitor.violations() == []
    assert visitor.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    visitor.screenshot(f"shaped-exports-{width}")


def open_fields(form: Locator, title: str) -> None:
    """Expand a group of fields using the keyboard, and wait until they are shown."""
    summary = form.locator("summary", has=form.page.get_by_text(title, exact=True))
    summary.press("Enter")
    summary.locator("xpath=..").locator("input, select").first.wait_for()


def checked_columns(form: Locator) -> list[str]:
    names: list[str] = form.locator(".columns li:has(:checked)").evaluate_all(
        "(items) => items.map((item) => item.dataset.name)"
    )
    return names


def badge(name: str) -> dict[str, Any]:
    return {"id": name.replace(" ", "-"), "issuerId": "aurora-science", "name": name, "alignment": [], "tags": []}
