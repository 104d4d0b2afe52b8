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
def test_activity_tab_links_each_action_to_its_target(ada: Visitor, client: Client, place: str) -> None:
    name = name_of_new_export(client)
    ada.open(place)
    ada.page.get_by_role("link", name="Activity", exact=True).click()
    row = ada.section("Activity").get_by_role("row").filter(has_text=name).first
    expect(row).to_contain_text("ada@example.org")
    expect(row).to_contain_text("requested the export")
    assert ada.violations() == []
    row.get_by_role("link", name=name).click()
    expect(ada.section("Exports")).to_be_visible()


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


def test_staff_have_no_activity_tab(signed_in: Callable[[str], Visitor]) -> None:
    rosalind = signed_in("rosalind@example.org")
    rosalind.open(ISSUER)
    expect(rosalind.page.get_by_role("link", name="Data management", exact=True)).to_be_visible()
    expect(rosalind.page.get_by_role("link", name="Activity", exact=True)).to_have_count(0)
    rosalind.open(f"{ISSUER}/activity")
    expect(rosalind.heading("Page not found")).to_be_visible()
