"""The Activity tab: who did what, by day, for admins and owners."""

import csv
import io
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.visitors import Visitor
from tests.support.deployed_client import Client

ISSUER = "issuers/aurora-science"


def name_of_new_export(client: Client) -> str:
    requested = client.post(f"/{ISSUER}/exports", {"kind": "badges"}).json
    entries = client.get(f"/{ISSUER}/trail?action=export-requested").json["items"]
    return next(str(entry["target"]["name"]) for entry in entries if entry["target"]["id"] == requested["id"])


@pytest.mark.parametrize("place", ["organizations/aurora-learning", ISSUER])
def test_activity_entry_links_to_the_export(ada: Visitor, client: Client, place: str) -> None:
    name = name_of_new_export(client)
    ada.open(place)
    ada.page.get_by_role("link", name="Activity", exact=True).click()
    row = ada.section("Activity").get_by_role("row").filter(has_text=name).first
    expect(row).to_contain_text("ada@example.org")
    expect(row).to_contain_text("requested the export")
    assert ada.violations() == []
    row.get_by_role("link", name=name).click()
    expect(ada.section("Exports")).to_be_visible()


def test_download_is_recorded_only_when_the_user_downloads_the_file(
    ada: Visitor, client: Client, grace: Client
) -> None:
    ada.open(f"{ISSUER}/data-management")
    ada.settled()
    export = grace.export(f"/{ISSUER}/exports", {"kind": "badges"})
    button = ada.exports.filter(has_text="grace@example.org").first.get_by_role("button", name="Download badges export")

    def downloads() -> int:
        path = f"/{ISSUER}/trail?actor=ada@example.org&action=export-downloaded&limit=100"
        return sum(entry["target"]["id"] == export["id"] for entry in client.get(path).json["items"])

    button.wait_for()  # the page followed the export, or found it in the list
    ada.open(ISSUER)  # the latest exports
    ada.settled()
    ada.open(f"{ISSUER}/data-management?export={export['id']}")
    ada.settled()
    assert downloads() == 0
    with ada.page.expect_download() as started:
        button.press("Enter")
    assert started.value.suggested_filename == export["file"]["name"]
    assert downloads() == 1


def test_activity_can_be_filtered_by_action(ada: Visitor, client: Client) -> None:
    name = name_of_new_export(client)
    ada.open(f"{ISSUER}/activity")
    activity = ada.section("Activity")
    expect(activity.get_by_role("row").filter(has_text=name).first).to_be_visible()
    activity.get_by_label("Action").select_option("member-added")
    expect(activity.get_by_role("row").filter(has_text=name)).to_have_count(0)


def test_activity_can_be_exported_as_csv(ada: Visitor, client: Client) -> None:
    name = name_of_new_export(client)
    ada.open(f"{ISSUER}/activity")
    file_name, content = ada.downloads(ada.button("Export as CSV"))
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert file_name.endswith(".csv")
    assert name in [row["Target Name"] for row in rows]


@pytest.mark.parametrize(("email", "is_offered"), [("grace@example.org", True), ("alan@example.org", False)])
def test_only_users_who_can_see_the_trail_can_schedule_trail_exports(
    signed_in: Callable[[str], Visitor], client: Client, email: str, is_offered: bool
) -> None:
    visitor = signed_in(email)
    visitor.open("issuers/aurora-science/data-management")
    visitor.button("New schedule").click()
    form = visitor.page.get_by_role("form", name="New schedule")
    kind = form.get_by_label("What to export")
    expect(kind.get_by_role("option", name="Activity")).to_have_count(int(is_offered))
    if not is_offered:
        return
    form.get_by_label("Name", exact=True).fill("Activity for the auditors")
    kind.select_option(label="Activity")
    form.get_by_role("button", name="Show first rows").click()
    expect(form.get_by_role("table").get_by_role("columnheader", name="Action")).to_be_visible()
    form.get_by_role("button", name="Create schedule").click()
    expect(visitor.toast("“Activity for the auditors” created")).to_be_visible()
    row = visitor.section("Schedules").get_by_role("row").filter(has_text="Activity for the auditors")
    expect(row.get_by_text("Activity export")).to_be_visible()
    row.get_by_role("button", name="Run now").click()
    expect(visitor.exports.first.get_by_text("Activity export")).to_be_visible()
    [stored] = client.get("/schedules?issuerId=aurora-science").json["items"]
    client.delete(f"/schedules/{stored['id']}")
    assert (stored["export"]["issuerId"], stored["export"]["kind"]) == ("aurora-science", "trail")


def test_editing_a_scheduled_trail_export_keeps_its_dates(ada: Visitor, client: Client) -> None:
    export = {"issuerId": "aurora-science", "kind": "trail", "after": "2026-01-01", "timeZone": "Europe/Berlin"}
    schedule = {"name": "Activity of 2026", "export": export, "expression": "rate(5 days)"}
    schedule_id = client.post("/schedules", schedule).json["id"]
    ada.open("issuers/aurora-science/data-management")
    ada.button("More actions for Activity of 2026").click()
    ada.button("Edit Activity of 2026").click()
    form = ada.page.get_by_role("form", name="Edit “Activity of 2026”")
    form.get_by_label("File type").select_option(label="Excel workbook")
    form.get_by_role("button", name="Save changes").click()
    expect(ada.toast("saved")).to_be_visible()
    stored = client.get(f"/schedules/{schedule_id}").json["export"]
    client.delete(f"/schedules/{schedule_id}")
    assert stored["after"] == "2026-01-01"
    assert (stored["timeZone"], stored["format"]) == ("Europe/Berlin", "xlsx")


def test_staff_have_no_activity_tab(signed_in: Callable[[str], Visitor]) -> None:
    rosalind = signed_in("rosalind@example.org")
    rosalind.open(ISSUER)
    expect(rosalind.page.get_by_role("link", name="Data management", exact=True)).to_be_visible()
    expect(rosalind.page.get_by_role("link", name="Activity", exact=True)).to_have_count(0)
    rosalind.open(f"{ISSUER}/activity")
    expect(rosalind.heading("Page not found")).to_be_visible()
