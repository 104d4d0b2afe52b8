"""Schedules on the page: create them, describe them in words and local time, and pause, resume, and delete them."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, expect

from tests.browser.visitors import Visitor
from tests.support.deployed_client import Client

PLACE = "issuers/aurora-makers/data-management"


def test_schedule_is_created_paused_resumed_and_deleted(ada: Visitor, client: Client) -> None:
    ada.open(PLACE)
    ada.button("New schedule").click()
    form = ada.page.get_by_role("form", name="New schedule")
    form.get_by_label("Name").fill("Awards for the board")
    form.get_by_label("Awarded").select_option(label="The week before each run")
    form.get_by_label("On", exact=True).select_option(label="Tuesday")
    form.get_by_label("At", exact=True).fill("07:30")
    form.get_by_label("Time zone").select_option("America/New_York")
    ada.screenshot("new-schedule")
    form.get_by_role("button", name="Save schedule").click()

    made = schedule_named(ada, "Awards for the board")
    expect(made.get_by_text("Awards export from the previous week")).to_be_visible()
    expect(made.get_by_text("Every Tuesday at 07:30 (America/New York)")).to_be_visible()
    [stored] = [
        s for s in client.get("/schedules?issuerId=aurora-makers").json["items"] if s["name"] == "Awards for the board"
    ]
    assert stored["expression"] == "cron(30 7 ? * TUE *)"
    assert (stored["timeZone"], stored["period"]) == ("America/New_York", "previous-week")
    next_run = datetime.fromisoformat(stored["nextRunAt"]).astimezone(ZoneInfo("Europe/Berlin"))
    expect(made.get_by_text("Next run:")).to_contain_text(f"Tuesday, {next_run.day} ")  # as shown in Berlin
    expect(made.get_by_text("Next run:")).to_contain_text(f"{next_run:%-H:%M}")
    expect(ada.button("New schedule")).to_be_focused()
    ada.screenshot("schedules")

    made.get_by_role("button", name="Pause").click()
    expect(made.get_by_text("Paused", exact=True)).to_be_visible()
    expect(made.get_by_text("Next run:")).to_have_count(0)
    assert client.get(f"/schedules/{stored['id']}").json["enabled"] is False

    made.get_by_role("button", name="Resume").click()
    expect(made.get_by_text("Active", exact=True)).to_be_visible()

    made.get_by_role("button", name="Delete").click()
    ada.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(made).to_have_count(0)
    assert client.get(f"/schedules/{stored['id']}").status == 404


def test_every_kind_of_export_can_be_scheduled_with_its_options(ada: Visitor, client: Client) -> None:
    ada.open(PLACE)
    ada.button("New schedule").click()
    form = ada.page.get_by_role("form", name="New schedule")
    form.get_by_label("Name").fill("Everything on the last day")
    form.get_by_label("What to export").select_option(label="Issuer")
    expect(form.get_by_label("Include assertions")).to_be_disabled()
    form.get_by_label("Badge classes").check()
    form.get_by_label("Include assertions").check()
    form.get_by_label("How often").select_option(label="Every month")
    form.get_by_label("On day").select_option(label="Last")
    form.get_by_role("button", name="Save schedule").click()

    made = schedule_named(ada, "Everything on the last day")
    expect(made.get_by_text("On the last day of every month at 06:00")).to_be_visible()
    expect(made.get_by_text("Issuer export with Badge classes, Assertions")).to_be_visible()
    [stored] = [
        s for s in client.get("/schedules?issuerId=aurora-makers").json["items"] if s["name"].startswith("Everything")
    ]
    assert stored["export"]["includeAssertions"] is True
    assert stored["expression"] == "cron(0 6 L * ? *)"
    client.delete(f"/schedules/{stored['id']}")


def test_invalid_schedule_shows_an_error_next_to_the_field(ada: Visitor) -> None:
    ada.open(PLACE)
    ada.button("New schedule").click()
    form = ada.page.get_by_role("form", name="New schedule")
    form.get_by_role("button", name="Save schedule").click()

    expect(form.get_by_label("Name")).to_be_focused()
    expect(form.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    form.get_by_role("button", name="Cancel").click()
    expect(form).to_have_count(0)


def test_staff_see_schedules_but_cannot_change_them(visit: Callable[..., Visitor], client: Client) -> None:
    made = client.post(
        "/schedules",
        {
            "name": "Hourly groups",
            "export": {"issuerId": "aurora-science", "kind": "groups"},
            "expression": "rate(2 hours)",
        },
    ).json
    staff = visit()
    staff.sign_in("rosalind@example.org")
    staff.open("issuers/aurora-science/data-management")

    seen = schedule_named(staff, "Hourly groups")
    expect(seen.get_by_text("Every 2 hours")).to_be_visible()
    expect(seen.get_by_role("button")).to_have_count(0)
    expect(staff.button("New schedule")).to_have_count(0)
    client.delete(f"/schedules/{made['id']}")


def schedule_named(visitor: Visitor, name: str) -> Locator:
    return visitor.section("Schedules").get_by_role("article", name=name)
