"""Award exports on the page before they run: date presets, the number of awards, badges, and the first rows."""

import csv
import io
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.test_export_options import open_fields
from tests.browser.visitors import Visitor
from tests.support.deployed_client import Client

ISSUER = "issuers/aurora-science/data-management"
ORGANIZATION = "organizations/aurora-learning/data-management"


# ---------------------------------------------------------------- dates


@pytest.mark.parametrize(
    ("preset", "after", "before"),
    [
        ("This month", "2028-02-01", "2028-02-29"),
        ("Last month", "2028-01-01", "2028-01-31"),
        ("This year", "2028-01-01", "2028-12-31"),
        ("Last year", "2027-01-01", "2027-12-31"),
        ("Last 12 months", "2027-03-01", "2028-02-29"),
        ("Academic year (Sep–Aug)", "2027-09-01", "2028-08-31"),
    ],
)
def test_date_presets_fill_in_both_dates(ada: Visitor, preset: str, after: str, before: str) -> None:
    ada.page.clock.set_fixed_time("2028-02-29T12:00:00+01:00")
    ada.open(ISSUER)
    ada.button(preset).click()
    expect(ada.page.get_by_label("Awarded on or after")).to_have_value(after)
    expect(ada.page.get_by_label("Awarded on or before")).to_have_value(before)
    expect(ada.button(preset)).to_have_attribute("aria-pressed", "true")
    ada.button("All").click()
    expect(ada.page.get_by_label("Awarded on or after")).to_have_value("")
    expect(ada.page.get_by_label("Awarded on or before")).to_have_value("")


def test_reversed_dates_can_be_swapped(ada: Visitor) -> None:
    ada.open(ISSUER)
    form = ada.section("Awards export")
    form.get_by_label("Awarded on or after").fill("2025-06-30")
    form.get_by_label("Awarded on or before").fill("2025-03-01")
    form.get_by_role("button", name="Download CSV").click()
    expect(form.get_by_label("Awarded on or after")).to_have_attribute("aria-invalid", "true")
    form.get_by_role("button", name="Swap dates").click()
    expect(form.get_by_label("Awarded on or after")).to_have_value("2025-03-01")
    expect(form.get_by_label("Awarded on or before")).to_have_value("2025-06-30")
    expect(form.get_by_text("The start date is after the end date.")).to_have_count(0)
    expect(form.get_by_label("Awarded on or after")).not_to_have_attribute("aria-invalid", "true")


def test_form_is_filled_in_with_dates_from_the_page_url(ada: Visitor) -> None:
    ada.open(f"{ISSUER}?awardedAfter=2025-05-01&awardedBefore=2025-05-31")
    expect(ada.page.get_by_label("Awarded on or after")).to_have_value("2025-05-01")
    ada.open(f"{ISSUER}?awardedAfter=2025-06-01&awardedBefore=2025-06-30")
    expect(ada.page.get_by_label("Awarded on or after")).to_have_value("2025-06-01")
    expect(ada.page.get_by_label("Awarded on or before")).to_have_value("2025-06-30")
    ada.open(f"{ISSUER}?awardedAfter=yesterday")
    expect(ada.page.get_by_label("Awarded on or after")).to_have_value("2025-06-01")


def test_form_offers_an_empty_file_if_no_awards_match_the_dates(ada: Visitor) -> None:
    ada.open(ISSUER)
    form = ada.section("Awards export")
    form.get_by_label("Awarded on or after").fill("1990-01-01")
    form.get_by_label("Awarded on or before").fill("1990-01-31")
    expect(form.get_by_text("No awards between 1 Jan 1990 and 31 Jan 1990.")).to_be_visible()
    _, content = ada.downloads(form.get_by_role("button", name="Download empty file"))
    assert len(list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))) == 1, "only the header"


# ---------------------------------------------------------------- badges


def test_organization_award_export_can_be_limited_to_badges_from_several_issuers(ada: Visitor, client: Client) -> None:
    ada.open(ORGANIZATION)
    form = ada.section("Awards export")
    open_fields(form, "Badges")
    form.get_by_label("Search issuers").fill("science")
    expect(form.get_by_text("1 issuer found")).to_be_visible()
    form.get_by_role("button", name="Aurora School of Science").click()
    form.get_by_label("Search badges").fill("laboratory")
    form.get_by_role("checkbox", name="Laboratory Safety", exact=True).check()
    form.get_by_role("button", name="Choose another issuer").click()
    form.get_by_label("Search issuers").fill("Makers")
    form.get_by_role("button", name="Aurora Makers").click()
    form.get_by_role("checkbox").locator("visible=true").first.wait_for()
    other = client.get("/issuers/aurora-makers/badge-classes?sort=name").json["items"][0]
    form.get_by_role("checkbox", name=other["name"], exact=True).check()
    expect(form.locator("summary", has_text="Badges")).to_contain_text("2 badges")

    totals = [client.get(f"/badge-classes/{each}/award-counts").json["total"] for each in ("lab-safety", other["id"])]
    expect(form.get_by_text(f"{sum(totals):,} awards", exact=True)).to_be_visible()
    _, content = ada.downloads(form.get_by_role("button", name="Download CSV"))
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert len(rows) == sum(totals)
    assert {row["Badge Class ID"].removeprefix("'") for row in rows} <= {"lab-safety", other["id"]}

    form.get_by_role("button", name="Remove Laboratory Safety").click()
    expect(form.locator("summary", has_text="Badges")).to_contain_text("1 badge")


def test_badge_page_links_to_an_award_export_limited_to_that_badge(ada: Visitor) -> None:
    ada.open("badges/lab-safety/data-management")
    ada.page.get_by_role("link", name="Export this badge's awards").click()
    form = ada.section("Awards export")
    expect(form.locator("summary", has_text="Badges")).to_contain_text("1 badge: Laboratory Safety")
    expect(ada.heading("Awards export")).to_be_focused()
    _, content = ada.downloads(form.get_by_role("button", name="Download CSV"))
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert {row["Badge Class ID"].removeprefix("'") for row in rows} == {"lab-safety"}


def test_badge_in_the_page_url_is_ignored_if_it_belongs_to_another_issuer(ada: Visitor, client: Client) -> None:
    other = client.get("/issuers/aurora-makers/badge-classes").json["items"][0]["id"]
    with ada.page.expect_response(f"**/badge-classes/{other}"):
        ada.open(f"{ISSUER}?badge={other}")
    ada.settled()
    expect(ada.section("Awards export").locator("summary", has_text="Badges")).to_contain_text("All badges")


def test_long_badge_name_does_not_push_other_badges_out_of_view(ada: Visitor) -> None:
    long = badge("Advanced welding " * 180)
    found = {"items": [long, badge("Turning")], "total": 2}
    ada.page.route("**/issuers/aurora-science/badge-classes?*", lambda route: route.fulfill(json=found))
    ada.open(ISSUER)
    form = ada.section("Awards export")
    open_fields(form, "Badges")
    for name in (long["name"], "Turning"):
        form.get_by_role("checkbox", name=name.strip(), exact=True).check()
    for part in (".badge-choices", ".chosen-badges"):
        boxes = [box.bounding_box() for box in form.locator(f"{part} li").all()]
        assert [box["height"] for box in boxes if box and box["height"] > 70] == [], part
    form.get_by_role("button", name="Remove Turning").click()
    note = form.locator("summary", has_text="Badges").bounding_box()
    assert note is not None
    assert note["height"] < 100
    ada.screenshot("long-badge-name")


def test_pressing_enter_in_the_badge_search_does_not_start_an_export(ada: Visitor) -> None:
    ada.open(ISSUER)
    form = ada.section("Awards export")
    open_fields(form, "Badges")
    form.get_by_label("Search badges").fill("nothing has this name")
    form.get_by_label("Search badges").press("Enter")
    expect(form.get_by_text("No badges match this search.")).to_be_visible()
    assert not [request for request in ada.requests if request.method == "POST" and request.url.endswith("/exports")]


def test_all_badges_found_by_a_search_can_be_selected_at_once(ada: Visitor) -> None:
    found = {"items": [badge(f"Badge {number}") for number in range(3)], "total": 3}
    ada.page.route("**/issuers/aurora-science/badge-classes?*search=*", lambda route: route.fulfill(json=found))
    ada.page.route("**/badge-classes/*/award-counts?*", lambda route: route.fulfill(json={"total": 2}))
    ada.open(ISSUER)
    form = ada.section("Awards export")
    open_fields(form, "Badges")
    form.get_by_label("Search badges").fill("badge")
    form.get_by_role("button", name="Select all 3").click()
    expect(form.get_by_text("6 awards", exact=True)).to_be_visible()
    form.get_by_label("Search badges").fill("")
    expect(form.get_by_role("button", name="Remove Badge 2")).to_be_visible()


# ---------------------------------------------------------------- the number of awards, and the first rows


def test_typing_a_date_requests_the_award_count_only_once(ada: Visitor) -> None:
    asked: list[str] = []

    def count(route: Route) -> None:
        asked.append(route.request.url)
        dated = "awardedAfter" in route.request.url
        route.fulfill(json={"total": 192 if dated else 12_345})

    ada.page.route("**/award-counts?*", count)
    ada.open(ISSUER)
    form = ada.section("Awards export")
    expect(form.get_by_text("12,345 awards", exact=True)).to_be_visible()
    for day in range(1, 6):
        form.get_by_label("Awarded on or after").fill(f"2026-01-0{day}")
    expect(form.get_by_text("192 awards", exact=True)).to_be_visible()
    assert len(asked) == 2
    assert "awardedAfter=2026-01-05" in asked[1]
    assert "timeZone=Europe%2FBerlin" in asked[1]

    open_fields(form, "Status and expiration")
    form.get_by_label("Revoked", exact=True).uncheck()
    expect(form.get_by_text("Up to 192 awards", exact=True)).to_be_visible()
    expect(form.get_by_text("the exact number of rows isn't known until the export is finished")).to_be_visible()
    assert len(asked) == 2


def test_award_count_matches_the_number_of_exported_rows(ada: Visitor) -> None:
    ada.open(ISSUER)
    form = ada.section("Awards export")
    form.get_by_label("Awarded on or after").fill("2025-03-01")
    form.get_by_label("Awarded on or before").fill("2025-06-30")
    _, content = ada.downloads(form.get_by_role("button", name="Download CSV"))
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    expect(form.get_by_text(f"{len(rows):,} awards", exact=True)).to_be_visible()

    open_fields(form, "Badges")
    form.get_by_role("checkbox", name="Laboratory Safety").check()
    of_badge = sum(row["Badge Class ID"] == "lab-safety" for row in rows)
    expect(form.get_by_text(f"{of_badge:,} awards", exact=True)).to_be_visible()


def test_award_count_is_the_total_for_all_selected_badges(ada: Visitor) -> None:
    ada.page.route("**/badge-classes/*/award-counts?*", lambda route: route.fulfill(json={"total": 21}))
    ada.open(ISSUER)
    form = ada.section("Awards export")
    open_fields(form, "Badges")
    for name in ("Laboratory Safety", "Young Botanist"):
        form.get_by_role("checkbox", name=name, exact=True).check()
    expect(form.get_by_text("42 awards", exact=True)).to_be_visible()


def test_award_count_is_refreshed_after_an_export_and_when_the_window_gets_focus(ada: Visitor) -> None:
    total = 3
    ada.page.route("**/award-counts?*", lambda route: route.fulfill(json={"total": total}))
    ada.page.clock.install()
    ada.open(ISSUER)
    form = ada.section("Awards export")
    expect(form.get_by_text("3 awards", exact=True)).to_be_visible()
    total = 4
    ada.downloads(ada.button("Export groups"))
    expect(form.get_by_text("4 awards", exact=True)).to_be_visible()
    total = 5
    ada.page.clock.fast_forward(60_000)
    ada.page.evaluate("dispatchEvent(new Event('focus'))")
    expect(form.get_by_text("5 awards", exact=True)).to_be_visible()


def test_outdated_award_count_is_not_shown(ada: Visitor) -> None:
    held: list[Route] = []

    def count(route: Route) -> None:
        if "awardedAfter=2026-01-01" in route.request.url:
            held.append(route)
        else:
            route.fulfill(json={"total": 7})

    ada.page.route("**/award-counts?*", count)
    ada.open(ISSUER)
    form = ada.section("Awards export")
    expect(form.get_by_text("7 awards", exact=True)).to_be_visible()
    with ada.page.expect_event("requestfailed"):  # the page cancels the request
        form.get_by_label("Awarded on or after").fill("2026-01-01")
        expect(form.locator(".award-count")).to_be_empty()
        while not held:
            ada.page.wait_for_timeout(50)
        form.get_by_label("Awarded on or after").fill("2026-01-02")
    expect(form.get_by_text("7 awards", exact=True)).to_be_visible()


@pytest.mark.parametrize(
    ("after", "before", "text"),
    [
        ("", "", "No awards yet."),
        ("2026-01-01", "", "No awards since 1 Jan 2026."),
        ("", "2026-01-31", "No awards on or before 31 Jan 2026."),
    ],
)
def test_message_states_that_no_awards_match_the_dates(ada: Visitor, after: str, before: str, text: str) -> None:
    ada.page.route("**/award-counts?*", lambda route: route.fulfill(json={"total": 0}))
    ada.open(ISSUER)
    form = ada.section("Awards export")
    form.get_by_label("Awarded on or after").fill(after)
    form.get_by_label("Awarded on or before").fill(before)
    expect(form.get_by_text(text)).to_be_visible()


def test_no_award_count_is_shown_if_the_api_returns_an_error(ada: Visitor) -> None:
    ada.page.route("**/award-counts?*", lambda route: route.fulfill(status=404, json={}))
    ada.open(ISSUER)
    form = ada.section("Awards export")
    with ada.page.expect_response("**/award-counts?*"):
        form.get_by_label("Awarded on or after").fill("2026-01-01")
    expect(form.locator(".award-count")).to_be_empty()
    expect(form.get_by_role("alert")).to_be_empty()


def test_preview_rows_match_the_exported_file(ada: Visitor) -> None:
    ada.open(ISSUER)
    form = ada.section("Awards export")
    form.get_by_label("Awarded on or after").fill("2025-03-01")
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


def test_changing_an_option_hides_the_preview_rows(ada: Visitor) -> None:
    ada.open(ISSUER)
    form = ada.section("Badges export")
    form.get_by_role("button", name="Show first rows").click()
    expect(form.get_by_role("table")).to_be_visible()
    form.get_by_label("Separator").select_option("tab")
    expect(form.get_by_role("table")).to_have_count(0)
    expect(form.get_by_role("button", name="Show first rows")).to_have_attribute("aria-expanded", "false")


def badge(name: str) -> dict[str, Any]:
    return {"id": name.replace(" ", "-"), "issuerId": "aurora-science", "name": name, "alignment": [], "tags": []}
