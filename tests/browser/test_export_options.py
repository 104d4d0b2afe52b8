"""Export options on the page: file type, columns, filters, the number of awards, and the first rows."""

import csv
import io
import json
import re
from collections.abc import Callable

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, Route, expect

from tests.browser.visitors import Visitor
from tests.support.deployed_client import Client

ISSUER = "issuers/aurora-science/data-management"
ORGANIZATION = "organizations/aurora-learning/data-management"
STORED = "badge-data-export-choices-1 issuer awards"


# ---------------------------------------------------------------- file type and columns


def test_csv_has_the_selected_columns_in_the_selected_order(ada: Visitor, client: Client) -> None:
    ada.open(ISSUER)
    form = ada.section("Awards export")
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
    form.get_by_label("Separator").select_option(label="Semicolon (Excel in many European regions)")
    _, content = ada.downloads(form.get_by_role("button", name="Download CSV"))

    chosen = ["Badge Name", "Award ID", "Badge Class ID", "Issued Date"]
    assert next(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")) == chosen
    [latest] = client.get("/exports?issuerId=aurora-science&limit=1").json["items"]
    assert (latest["options"]["columns"], latest["options"]["separator"]) == (chosen, "semicolon")
    expect(ada.exports.first.get_by_text("CSV (semicolon-separated)")).to_be_visible()
    expect(ada.exports.first.get_by_text("4 columns")).to_be_visible()


def test_column_can_be_moved_to_the_top_or_bottom_in_one_step(ada: Visitor) -> None:
    ada.open(ISSUER)
    form = ada.section("Awards export")
    open_fields(form, "Columns")
    boxes = form.get_by_role("group", name="Columns in the file").get_by_role("checkbox")
    to_top = form.get_by_role("button", name="Move Issued Date to the top", exact=True)
    to_top.focus()
    ada.page.keyboard.press("Enter")
    expect(boxes.first).to_have_accessible_name("Issued Date")
    expect(to_top).to_be_focused()
    expect(to_top).to_have_attribute("aria-disabled", "true")
    expect(form.get_by_text("Issued Date is now at position 1 of 25.")).to_be_attached()
    form.get_by_role("button", name="Move Issued Date to the bottom", exact=True).click()
    expect(boxes.last).to_have_accessible_name("Issued Date")
    assert ada.violations() == []
    assert ada.misnamed() == []


def test_all_columns_can_be_selected_or_cleared_with_one_click(ada: Visitor) -> None:
    ada.open(ISSUER)
    form = ada.section("Badges export")
    open_fields(form, "Columns")
    form.get_by_role("button", name="Select none").click()
    assert checked_columns(form) == []
    form.get_by_role("button", name="Export badges").click()
    expect(form.get_by_text("Select at least one column.")).to_be_visible()
    form.get_by_role("button", name="Select all").click()
    expect(form.get_by_text("Select at least one column.")).to_have_count(0)
    expect(form.get_by_role("group", name="Columns in the file").get_by_role("checkbox", checked=False)).to_have_count(
        0
    )


def test_workbook_has_the_selected_columns(ada: Visitor) -> None:
    ada.open(ISSUER)
    form = ada.section("Awards export")
    form.get_by_label("File type").select_option(label="Excel workbook")
    expect(form.get_by_label("Separator")).to_have_count(0)
    open_fields(form, "Columns")
    form.get_by_label("Award ID", exact=True).uncheck()
    name, content = ada.downloads(form.get_by_role("button", name="Download Excel workbook"))

    assert name.endswith(".xlsx")
    sheet = load_workbook(io.BytesIO(content))["Awards"]
    assert [cell.value for cell in sheet[1]] == checked_columns(form)
    expect(ada.exports.first.get_by_text("Excel workbook · 15 columns")).to_be_visible()
    expect(ada.exports.first.get_by_text(re.compile(r"\d awards$"))).to_be_visible()


def test_number_of_truncated_workbook_cells_is_shown(ada: Visitor, client: Client) -> None:
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


def test_columns_in_the_groups_file_depend_on_the_selected_options(ada: Visitor) -> None:
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
    form = ada.section("Awards export")
    open_fields(form, "Status and expiration")
    form.get_by_label("Active", exact=True).uncheck()
    form.get_by_label("Expires on or after").fill("2020-01-01")
    open_fields(form, "Badges")
    form.get_by_label("Search badges").fill("LAB")
    form.get_by_role("checkbox", name="Laboratory Safety").check()
    _, content = ada.downloads(form.get_by_role("button", name="Download CSV"))

    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert {row["Badge Class ID"] for row in rows} <= {"lab-safety"}
    assert {row["Status"] for row in rows} <= {"expired", "revoked"}
    assert all(row["Expires On"] for row in rows)
    [latest] = client.get("/exports?issuerId=aurora-science&limit=1").json["items"]
    chosen = {"status": ["expired", "revoked"], "badgeClassIds": ["lab-safety"], "expiresAfter": "2020-01-01"}
    assert chosen.items() <= latest["options"].items()
    expect(ada.exports.first.get_by_text("Expires from 1 Jan 2020, only expired and revoked, 1 badge")).to_be_visible()


# ---------------------------------------------------------------- errors next to their fields


@pytest.mark.parametrize(
    ("fields", "button", "message"),
    [
        ("Status and expiration", "status", "Select at least one status."),
        ("Columns", "columns", "Select at least one column."),
    ],
)
def test_empty_selection_is_reported_next_to_the_field(ada: Visitor, fields: str, button: str, message: str) -> None:
    ada.open(ISSUER)
    form = ada.section("Awards export")
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


def test_reversed_expiry_dates_are_reported_next_to_the_field(ada: Visitor) -> None:
    ada.open(ISSUER)
    form = ada.section("Awards export")
    open_fields(form, "Status and expiration")
    form.get_by_label("Expires on or after").fill("2026-02-01")
    form.get_by_label("Expires on or before").fill("2026-01-01")
    form.get_by_role("button", name="Show first rows").click()
    expect(form.get_by_text("The start date is after the end date.")).to_be_visible()
    expect(form.get_by_label("Expires on or after")).to_be_focused()


def test_api_errors_about_list_items_are_shown_next_to_the_items(ada: Visitor) -> None:
    errors = [
        {"field": "columns.2", "message": "This column is wrong."},
        {"field": "badgeClassIds.1", "message": "This badge is wrong."},
    ]
    problem = {"status": 422, "code": "invalid-request", "detail": "The request is invalid.", "errors": errors}
    ada.page.route("**/exports/preview", lambda route: route.fulfill(status=422, json=problem))
    ada.open(ISSUER)
    form = ada.section("Awards export")
    open_fields(form, "Badges")
    for name in ("Laboratory Safety", "Young Botanist"):
        form.get_by_role("checkbox", name=name, exact=True).check()
    open_fields(form, "Columns")
    form.get_by_label("Award ID", exact=True).uncheck()
    form.get_by_role("button", name="Show first rows").click()

    expect(form.get_by_role("checkbox", name="Young Botanist")).to_have_accessible_description("This badge is wrong.")
    expect(form.get_by_label("Issuer ID", exact=True)).to_have_accessible_description("This column is wrong.")
    expect(form.get_by_text("The request is invalid.")).to_have_count(0)


# ---------------------------------------------------------------- remembered options


def test_options_are_remembered_until_the_user_resets_them(ada: Visitor) -> None:
    ada.open(ISSUER)
    form = ada.section("Awards export")
    form.get_by_label("Awarded on or after").fill("2026-01-01")
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
    expect(form.get_by_label("Awarded on or after")).to_have_value("")
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
    form = ada.section("Awards export")
    expect(form.get_by_label("File type")).to_have_value("csv")
    expect(form.get_by_label("Separator")).to_have_value("comma")
    expect(form.locator("summary", has_text="Columns")).to_contain_text("Default columns")
    ada.downloads(form.get_by_role("button", name="Download CSV"))


# ---------------------------------------------------------------- schedules and accessibility


def test_schedule_form_has_the_same_options_as_the_export_form(ada: Visitor, client: Client) -> None:
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
    expect(made.get_by_text("CSV (tab-separated) · Only active and revoked, 15 columns")).to_be_visible()
    [stored] = [
        s for s in client.get("/schedules?issuerId=aurora-makers").json["items"] if s["name"] == "Active awards"
    ]
    assert (stored["export"]["separator"], stored["export"]["status"]) == ("tab", ["active", "revoked"])
    assert "Narrative" not in stored["export"]["columns"]
    client.delete(f"/schedules/{stored['id']}")


@pytest.mark.parametrize("width", [360, 1360])
def test_expanded_forms_pass_accessibility_checks_and_fit_the_window(visit: Callable[..., Visitor], width: int) -> None:
    visitor = visit(viewport={"width": width, "height": 740})
    visitor.sign_in("ada@example.org")
    visitor.open(ISSUER)
    visitor.settled()
    visitor.button("New schedule").click()
    forms = [visitor.section(name) for name in ("Awards export", "Badges export", "Groups", "Schedules")]
    for form in forms:
        for summary in form.locator("summary").all():
            summary.click()
    open_fields(visitor.section("Groups").locator("details"), "Columns")
    visitor.section("Awards export").get_by_role("button", name="Show first rows").click()
    visitor.section("Awards export").get_by_role("table").wait_for()
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
