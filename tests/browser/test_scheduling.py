"""Schedules on the page: create, edit, duplicate, run, pause, resume, and delete them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.visitors import Visitor
from tests.support.deployed_client import Client

ISSUER = "aurora-makers"
PLACE = f"issuers/{ISSUER}/data-management"


def test_schedule_can_be_created_paused_resumed_and_deleted(ada: Visitor, client: Client) -> None:
    form = new_schedule(ada, "Awards for the board")
    form.get_by_label("On", exact=True).select_option(label="Tuesday")
    form.get_by_label("At", exact=True).fill("07:30")
    form.get_by_label("Time zone").fill("new york")
    form.get_by_label("Time zone").blur()
    expect(form.get_by_label("Time zone")).to_have_value("America/New York")
    summary = form.get_by_text("Next run:").inner_text()
    ada.screenshot("new-schedule")
    form.get_by_role("button", name="Create schedule").click()

    row = row_of(ada, "Awards for the board")
    expect(row.get_by_text("Awards export, previous week")).to_be_visible()
    expect(row.get_by_text("Every Tuesday at 07:30")).to_be_visible()
    stored = stored_schedule(client, "Awards for the board")
    assert stored["expression"] == "cron(30 7 ? * TUE *)"
    assert (stored["timeZone"], stored["period"]) == ("America/New_York", "previous-week")
    next_run = datetime.fromisoformat(stored["nextRunAt"]).astimezone(ZoneInfo("Europe/Berlin"))
    in_berlin = f"{next_run:%a, %-d %b %Y, %H:%M} (your time)"
    expect(row.get_by_text(in_berlin)).to_be_visible()
    expect(row.get_by_text("07:30 in America/New York")).to_be_visible()
    assert f"{in_berlin}, 07:30 in America/New York" in summary
    expect(ada.button("New schedule")).to_be_focused()
    ada.screenshot("schedules")

    choose(ada, "Awards for the board", "Pause")
    expect(row.get_by_text("Paused", exact=True)).to_be_visible()
    expect(row.get_by_text("(your time)")).to_have_count(0)
    assert client.get(f"/schedules/{stored['id']}").json["enabled"] is False

    choose(ada, "Awards for the board", "Resume")
    expect(row.get_by_text(in_berlin)).to_be_visible()

    choose(ada, "Awards for the board", "Delete")
    ada.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(row).to_have_count(0)
    assert client.get(f"/schedules/{stored['id']}").status == 404


def test_issuer_export_can_be_scheduled_with_its_options(ada: Visitor, client: Client) -> None:
    form = new_schedule(ada, "Everything on the last day")
    form.get_by_label("What to export").select_option(label="Issuer")
    expect(form.get_by_label("Badge classes")).to_be_checked()
    form.get_by_label("Awards (assertions)").check()
    form.get_by_label("Recipient groups").uncheck()
    form.get_by_label("Compress").check()
    form.get_by_label("How often").select_option(label="Monthly")
    form.get_by_label("On day").select_option(label="Last")
    form.get_by_role("button", name="Create schedule").click()

    row = row_of(ada, "Everything on the last day")
    expect(row.get_by_text("Monthly on the last day at 06:00")).to_be_visible()
    expect(row.get_by_text("Issuer export (badge classes, awards, ZIP)")).to_be_visible()
    stored = stored_schedule(client, "Everything on the last day")
    assert stored["export"]["includeAssertions"] is True
    assert stored["expression"] == "cron(0 6 L * ? *)"
    client.delete(f"/schedules/{stored['id']}")


def test_incomplete_form_shows_an_error_next_to_each_invalid_field(ada: Visitor) -> None:
    form = new_schedule(ada, " ")
    form.get_by_label("At", exact=True).fill("")
    form.get_by_label("Time zone").fill("Berlin or so")
    posted = [request for request in ada.requests if request.method == "POST"]
    form.get_by_role("button", name="Create schedule").click()

    expect(form.get_by_label("Name")).to_be_focused()
    expect(form.get_by_label("Name")).to_have_accessible_description("Enter a name.")
    expect(form.get_by_label("At", exact=True)).to_have_accessible_description("Choose a time.")
    expect(form.get_by_label("Time zone")).to_have_accessible_description("Choose a time zone from the list.")
    form.get_by_label("Name").fill("Named")
    expect(form.get_by_text("Enter a name.")).to_have_count(0)
    expect(form.get_by_text("Choose a time.")).to_be_visible()
    form.get_by_label("At", exact=True).fill("05:00")
    form.get_by_label("Time zone").fill("Europe/Berlin")
    expect(form.locator("[aria-invalid=true]")).to_have_count(0)

    form.get_by_role("button", name="Cancel").click()
    expect(form).to_have_count(0)
    assert [request for request in ada.requests if request.method == "POST"] == posted


def test_default_period_depends_on_the_frequency(ada: Visitor) -> None:
    form = new_schedule(ada, "Follows")
    period, rhythm = form.get_by_label("Awards to include"), form.get_by_label("How often")
    expect(period).to_have_value("previous-week")
    rhythm.select_option(label="Monthly")
    expect(period).to_have_value("previous-month")
    rhythm.select_option(label="Daily")
    expect(period).to_have_value("previous-day")
    expect(form.get_by_role("button", name="Use previous")).to_have_count(0)


@pytest.mark.parametrize(
    ("rhythm", "period", "warning", "fix"),
    [
        ("Daily", "Previous week (Mon–Sun)", "Every award is exported seven times.", "Use previous day"),
        ("Weekly", "Previous day", "Awards from six days of each week are never exported.", "Use previous week"),
        ("Weekly", "All", "Every run exports all awards again.", "Use previous week"),
        (
            "Monthly",
            "Previous week (Mon–Sun)",
            "Awards from about three weeks of each month are never exported.",
            "Use previous month",
        ),
    ],
)
def test_period_that_skips_or_repeats_awards_can_be_fixed_with_one_click(
    ada: Visitor, rhythm: str, period: str, warning: str, fix: str
) -> None:
    form = new_schedule(ada, "Odd")
    form.get_by_label("Awards to include").select_option(label=period)
    form.get_by_label("How often").select_option(label=rhythm)
    form.get_by_label("Awards to include").select_option(label=period)
    expect(form.get_by_text(warning)).to_be_visible()
    form.get_by_role("button", name=fix).click()
    expect(form.get_by_text(warning)).to_have_count(0)
    chosen = form.get_by_label("Awards to include").locator("option:checked")
    expect(chosen).to_contain_text(fix.removeprefix("Use p"))


def test_editing_a_schedule_changes_only_the_edited_fields(ada: Visitor, client: Client) -> None:
    export = {
        "issuerId": ISSUER,
        "kind": "awards",
        "status": ["active"],
        "columns": ["Badge Name", "Award ID"],
        "byteOrderMark": False,
    }
    with scheduled(
        client, "Before", export=export, expression="cron(15 4 2 * ? *)", period="previous-month", timeZone="Asia/Tokyo"
    ) as before:
        ada.open(PLACE)
        choose(ada, "Before", "Edit")
        form = ada.page.get_by_role("form", name="Edit “Before”")
        expect(form.get_by_label("How often")).to_have_value("monthly")
        expect(form.get_by_label("On day")).to_have_value("2")
        expect(form.get_by_label("At", exact=True)).to_have_value("04:15")
        expect(form.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
        expect(form.locator("summary", has_text="Columns")).to_contain_text("2 columns")
        ada.screenshot("edit-schedule")
        form.get_by_label("Name").fill("After")
        form.get_by_label("At", exact=True).fill("05:45")
        with ada.page.expect_request(lambda request: request.method == "PATCH") as sent:
            form.get_by_role("button", name="Save changes").click()
        assert sent.value.post_data_json == {"name": "After", "expression": "cron(45 5 2 * ? *)"}

        expect(row_of(ada, "After").get_by_text("Monthly on the 2nd at 05:45")).to_be_visible()
        expect(ada.button("More actions for After")).to_be_focused()
        now = client.get(f"/schedules/{before['id']}").json
        assert now["export"] == before["export"]
        assert (now["timeZone"], now["period"]) == ("Asia/Tokyo", "previous-month")


def test_editing_keeps_times_and_dates_that_the_form_cannot_express(ada: Visitor, client: Client) -> None:
    export = {"issuerId": ISSUER, "kind": "awards", "awardedAfter": "2026-01-01", "awardedBefore": "2026-06-30"}
    with scheduled(client, "Odd times", export=export, expression="cron(0 6 15W * ? *)") as before:
        ada.open(PLACE)
        expect(row_of(ada, "Odd times").get_by_text("Custom (cron(0 6 15W * ? *))")).to_be_visible()
        choose(ada, "Odd times", "Edit")
        form = ada.page.get_by_role("form", name="Edit “Odd times”")
        expect(form.get_by_label("How often")).to_have_value("custom")
        expect(form.get_by_label("Awards to include")).to_have_value("fixed")
        form.get_by_label("Separator").select_option("tab")
        form.get_by_role("button", name="Save changes").click()
        expect(row_of(ada, "Odd times").get_by_text("CSV (tab-separated)")).to_be_visible()
        now = client.get(f"/schedules/{before['id']}").json
        assert now["export"] == before["export"] | {"separator": "tab"}
        assert now["expression"] == before["expression"]


def test_unsaved_changes_are_kept_when_the_user_opens_another_view(ada: Visitor, client: Client) -> None:
    with scheduled(client, "Kept"):
        ada.open(PLACE)
        choose(ada, "Kept", "Edit")
        form = ada.page.get_by_role("form", name="Edit “Kept”")
        form.get_by_label("Name", exact=True).fill("Kept and renamed")
        ada.open(f"issuers/{ISSUER}")
        ada.heading("Badges").or_(ada.page.get_by_role("link", name="Data management")).first.wait_for()
        ada.open(PLACE)
        expect(form.get_by_label("Name", exact=True)).to_have_value("Kept and renamed")
        form.get_by_role("button", name="Save changes").click()
        expect(row_of(ada, "Kept and renamed")).to_be_visible()
        expect(form).to_have_count(0)


def test_duplicated_schedule_keeps_the_original_settings(ada: Visitor, client: Client) -> None:
    export = {"issuerId": ISSUER, "kind": "groups", "includeStaff": True, "format": "xlsx"}
    with scheduled(client, "Groups", export=export, expression="cron(0 5 * * ? *)") as original:
        ada.open(PLACE)
        choose(ada, "Groups", "Duplicate")
        form = ada.page.get_by_role("form", name="New schedule")
        expect(form.get_by_label("Name")).to_have_value("Copy of Groups")
        form.get_by_role("button", name="Create schedule").click()
        expect(row_of(ada, "Copy of Groups")).to_be_visible()
        copy = stored_schedule(client, "Copy of Groups")
        assert {name: copy[name] for name in ("export", "expression", "timeZone")} == {
            name: original[name] for name in ("export", "expression", "timeZone")
        }
        client.delete(f"/schedules/{copy['id']}")


def test_schedule_can_be_run_immediately(ada: Visitor, client: Client) -> None:
    export = {"issuerId": ISSUER, "kind": "awards"}
    with scheduled(client, "Now", export=export, period="previous-month") as schedule:
        ada.open(PLACE)
        row = row_of(ada, "Now")
        expect(row.get_by_text("Never")).to_be_visible()
        ada.button("Run now: Now").click()
        expect(ada.toast("“Now” is running.")).to_be_visible()
        expect(row.get_by_text("Never")).to_have_count(0)
        [run] = client.get(f"/exports?issuerId={ISSUER}&scheduleId={schedule['id']}").json["items"]
        assert run["requestedBy"] == "ada@example.org"
        row.get_by_role("link", name="View export from Now").click()
        linked = ada.section("Exports").get_by_role("row").filter(has=ada.page.get_by_text("Now", exact=True)).first
        expect(linked).to_be_in_viewport()


def test_form_previews_the_rows_and_award_count_of_the_next_run(ada: Visitor, client: Client) -> None:
    form = new_schedule(ada, "Rows")
    form.get_by_label("Awards to include").select_option(label="All")
    everything = client.get(f"/issuers/{ISSUER}/award-counts").json["total"]
    expect(form.get_by_text(f"All awards: {everything} so far")).to_be_visible()
    form.get_by_role("button", name="Show first rows").click()
    rows = form.get_by_role("region").get_by_role("row")
    expect(rows.nth(1)).to_be_visible()
    form.get_by_label("Awards to include").select_option(label="Previous week (Mon–Sun)")
    expect(rows).to_have_count(0)
    with ada.page.expect_request("**/exports/preview") as sent:
        form.get_by_role("button", name="Show first rows").click()
    body: Any = sent.value.post_data_json
    first, last = (datetime.fromisoformat(body[name]) for name in ("awardedAfter", "awardedBefore"))
    today = datetime.now(ZoneInfo("Europe/Berlin")).replace(tzinfo=None)
    assert (first.weekday(), last.weekday(), (last - first).days) == (0, 6, 6)
    assert first <= today
    assert body["timeZone"] == "Europe/Berlin"
    expect(form.get_by_text(f"{last.day} {last:%b %Y}:")).to_be_visible()


def test_accessible_names_contain_the_visible_labels(ada: Visitor, client: Client) -> None:
    """People who use voice control say what they see, such as "click Run now"."""
    export = {"issuerId": ISSUER, "kind": "awards"}
    with scheduled(client, "Spoken", export=export) as schedule:
        client.post(f"/schedules/{schedule['id']}/run", {})
        ada.open(PLACE)
        ada.page.get_by_role("link", name="View export from Spoken").wait_for()
        ada.button("More actions for Spoken").click()
        ada.button("Edit Spoken").wait_for()
        assert ada.misnamed() == []


def test_form_for_a_paused_schedule_does_not_show_a_next_run(ada: Visitor, client: Client) -> None:
    with scheduled(client, "Resting") as schedule:
        client.call("PATCH", f"/schedules/{schedule['id']}", {"enabled": False})
        ada.open(PLACE)
        choose(ada, "Resting", "Edit")
        form = ada.page.get_by_role("form", name="Edit “Resting”")
        expect(
            form.get_by_text("This schedule is paused. If you resume the schedule, its next run will be Sun,")
        ).to_be_visible()
        expect(form.get_by_text("Next run:")).to_have_count(0)
        form.get_by_role("button", name="Cancel").click()


def test_schedule_created_elsewhere_appears_in_the_list(ada: Visitor, client: Client) -> None:
    ada.open(PLACE)
    ada.settled()
    with scheduled(client, "Made elsewhere"):
        expect(row_of(ada, "Made elsewhere")).to_be_visible()


def test_schedule_expressions_are_described_in_words(ada: Visitor) -> None:
    words = {
        "cron(30 6 * * ? *)": "Daily at 06:30",
        "cron(0 6,18 * * ? *)": "Daily at 06:00 and 18:00",
        "cron(0 6 ? * MON-FRI *)": "Monday–Friday at 06:00",
        "cron(0 6 ? * 2,WED *)": "Every Monday and Wednesday at 06:00",
        "cron(0 6 1,15 * ? *)": "Monthly on the 1st and 15th at 06:00",
        "cron(0 6 22 * ? *)": "Monthly on the 22nd at 06:00",
        "cron(0 6 L * ? *)": "Monthly on the last day at 06:00",
        "cron(0 6 ? * 6#3 *)": "Monthly on the 3rd Friday at 06:00",
        "cron(0 6 ? * FRIL *)": "Monthly on the last Friday at 06:00",
        "cron(0 6 1 1,JUL ? *)": "Monthly on the 1st at 06:00, only in January and July",
        "rate(1 day)": "Every day",
        "rate(36 hours)": "Every 36 hours",
        "cron(0 * * * ? *)": "Custom (cron(0 * * * ? *))",
        "cron(0 6 LW * ? *)": "Custom (cron(0 6 LW * ? *))",
        "cron(0 6 1 1 ? 2030)": "Custom (cron(0 6 1 1 ? 2030))",
    }
    items = [document(f"s{number}", expression) for number, expression in enumerate(words)]
    ada.page.route("**/schedules?*", lambda route: route.fulfill(json={"items": items}))
    ada.open(PLACE)
    for number, text in enumerate(words.values()):
        expect(row_of(ada, f"s{number}").get_by_role("cell").first).to_have_text(text)


def test_time_zones_are_listed_under_their_current_names(visit: Callable[..., Visitor]) -> None:
    visitor = visit(timezone_id="Asia/Calcutta")
    visitor.sign_in("ada@example.org")
    form = new_schedule(visitor, "Zones")
    expect(form.get_by_label("Time zone")).to_have_value("Asia/Kolkata")
    names: list[str] = form.locator("datalist option").evaluate_all("(options) => options.map(({value}) => value)")
    assert {"UTC", "Europe/Kyiv", "America/Argentina/Buenos Aires", "Asia/Kolkata"} <= set(names)
    assert not {"Africa/Asmera", "Asia/Calcutta", "Europe/Kiev", "Asia/Saigon", "America/Godthab"} & set(names)
    assert not [name for name in names if "_" in name]
    for name in names:
        ZoneInfo(name.replace(" ", "_"))


def test_staff_can_view_but_not_change_schedules(visit: Callable[..., Visitor], client: Client) -> None:
    export = {"issuerId": "aurora-science", "kind": "groups"}
    with scheduled(client, "Hourly groups", export=export, expression="rate(2 hours)"):
        staff = visit()
        staff.sign_in("rosalind@example.org")
        staff.open("issuers/aurora-science/data-management")

        row = row_of(staff, "Hourly groups")
        expect(row.get_by_text("Every 2 hours")).to_be_visible()
        expect(row.get_by_role("button")).to_have_count(0)
        expect(staff.button("New schedule")).to_have_count(0)
        expect(
            staff.page.get_by_text("Admins, owners, and editors can create, change, and run schedules.")
        ).to_be_visible()


def new_schedule(visitor: Visitor, name: str) -> Locator:
    """Open the form for a new schedule of the issuer, and enter its name."""
    visitor.open(PLACE)
    visitor.button("New schedule").click()
    form = visitor.page.get_by_role("form", name="New schedule")
    form.get_by_label("Name", exact=True).fill(name)
    return form


def row_of(visitor: Visitor, name: str) -> Locator:
    header = visitor.page.get_by_role("rowheader").filter(has=visitor.page.get_by_text(name, exact=True))
    return visitor.section("Schedules").get_by_role("row").filter(has=header)


def choose(visitor: Visitor, name: str, action: str) -> None:
    """Choose an action in a schedule's menu."""
    visitor.button(f"More actions for {name}").click()
    visitor.button(f"{action} {name}").click()


def stored_schedule(client: Client, name: str) -> dict[str, Any]:
    [found] = [item for item in client.get(f"/schedules?issuerId={ISSUER}").json["items"] if item["name"] == name]
    schedule: dict[str, Any] = found
    return schedule


@contextmanager
def scheduled(client: Client, name: str, **fields: Any) -> Iterator[dict[str, Any]]:
    """Create a schedule over the API, and delete it at the end."""
    made = client.post(
        "/schedules",
        {"name": name, "export": {"issuerId": ISSUER, "kind": "badges"}, "expression": "cron(0 3 ? * SUN *)"} | fields,
    )
    assert made.status == 201, made.json
    yield made.json
    client.delete(f"/schedules/{made.json['id']}")


def document(name: str, expression: str) -> dict[str, Any]:
    """Return a schedule in the form of an API response. Its name is also its ID."""
    return {
        "id": name,
        "name": name,
        "export": {"issuerId": ISSUER, "kind": "badges"},
        "expression": expression,
        "timeZone": "Europe/Berlin",
        "enabled": True,
        "state": {"status": "active"},
        "requestedBy": "ada@example.org",
        "createdAt": "2026-01-01T00:00:00Z",
        "nextRunAt": "2099-01-01T05:00:00Z",
    }
