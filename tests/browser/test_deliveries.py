"""Deliveries on the page: the check box, the destination settings, and the delivery status in the export list."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Response, Route, expect

from tests.browser.follow_up_boxes import FORMS, expect_remembered_until_reset, export_with
from tests.browser.visitors import Visitor
from tests.support.deployed_client import Client

DESTINATION = "/organizations/aurora-learning/destination"
SETTINGS = {"bucket": "page-exports", "roleArn": "arn:aws:iam::111122223333:role/missing"}
ISSUER = "issuers/aurora-languages/data-management"
FOR_ADMINS = "Deliver to the bucket page-exports"
FOR_OTHERS = "Deliver to your organization's bucket"
ANY_LABEL = re.compile("^Deliver to ")


@pytest.fixture
def destination(client: Client) -> Iterator[None]:
    """Set a destination whose role doesn't exist, so that every delivery fails."""
    assert client.call("PUT", DESTINATION, SETTINGS).status == 200
    yield
    client.delete(DESTINATION)


@pytest.mark.usefixtures("destination")
@pytest.mark.parametrize(("section", "button"), FORMS)
def test_delivery_is_requested_if_the_delivery_check_box_is_selected(
    ada: Visitor, client: Client, section: str, button: str
) -> None:
    ada.open(ISSUER)
    export_with(ada, section, button, FOR_ADMINS)
    assert latest_export(client)["deliver"] is True


@pytest.mark.usefixtures("destination")
def test_delivery_check_box_keeps_its_state_until_the_options_are_reset(ada: Visitor) -> None:
    ada.open(ISSUER)
    expect_remembered_until_reset(ada, FOR_ADMINS)


@pytest.mark.usefixtures("destination")
def test_staff_can_request_a_delivery_without_seeing_the_bucket_name(
    visit: Callable[..., Visitor], client: Client
) -> None:
    staff = visit()
    staff.sign_in("rosalind@example.org")
    staff.open("issuers/aurora-science/data-management")
    form = staff.section("Badges export")
    form.get_by_label(FOR_OTHERS).check()
    staff.downloads(form.get_by_role("button", name="Export badges"))
    [latest] = client.get("/exports?issuerId=aurora-science&limit=1").json["items"]
    assert (latest["deliver"], latest["requestedBy"]) == (True, "rosalind@example.org")


def test_delivery_is_offered_only_while_a_destination_is_set(ada: Visitor, client: Client) -> None:
    ada.open("organizations/aurora-learning/data-management")
    form = ada.section("Badges export")
    expect(form.get_by_role("button", name="Export badges")).to_be_visible()
    expect(ada.page.get_by_label(ANY_LABEL)).to_have_count(0)
    settings = ada.section("Delivery")
    settings.get_by_role("button", name="Set destination").click()
    settings.get_by_label("Bucket").fill(SETTINGS["bucket"])
    settings.get_by_label("Role ARN").fill(SETTINGS["roleArn"])
    settings.get_by_role("button", name="Save").click()
    expect(form.get_by_label(FOR_ADMINS)).to_be_visible()
    settings.get_by_role("button", name="Delete").click()
    ada.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(ada.page.get_by_label(ANY_LABEL)).to_have_count(0)
    assert client.get(DESTINATION).status == 404


def test_page_fetches_the_destination_only_if_the_organization_has_one(ada: Visitor) -> None:
    not_found: list[str] = []

    def note(response: Response) -> None:
        if response.status == 404:
            not_found.append(response.url)

    ada.page.on("response", note)
    ada.open("organizations/aurora-learning/data-management")
    settings = ada.section("Delivery")
    expect(settings.get_by_text("No delivery destination yet.")).to_be_visible()
    settings.get_by_role("button", name="Set destination").click()
    settings.get_by_label("Bucket").fill(SETTINGS["bucket"])
    settings.get_by_label("Role ARN").fill(SETTINGS["roleArn"])
    settings.get_by_role("button", name="Save").click()
    expect(settings.get_by_text(SETTINGS["bucket"])).to_be_visible()
    settings.get_by_role("button", name="Change destination").click()
    settings.get_by_label("Prefix").fill("weekly")
    settings.get_by_role("button", name="Save").click()
    expect(settings.get_by_text("weekly", exact=True)).to_be_visible()
    settings.get_by_role("button", name="Test").click()
    expect(settings.get_by_role("status")).to_contain_text("The test on")
    settings.get_by_role("button", name="Delete").click()
    ada.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(settings.get_by_text("No delivery destination yet.")).to_be_visible()
    ada.settled()
    assert not_found == []


def test_destination_requires_a_bucket_and_a_role(ada: Visitor, client: Client) -> None:
    ada.open("organizations/aurora-learning/data-management")
    settings = ada.section("Delivery")
    settings.get_by_role("button", name="Set destination").click()
    settings.get_by_role("button", name="Save").click()
    bucket, role = settings.get_by_label("Bucket"), settings.get_by_label("Role ARN")
    expect(settings.locator(".error")).to_have_text(["Enter a bucket name.", "Enter a role ARN."])
    expect(bucket).to_be_focused()
    bucket.fill(SETTINGS["bucket"])
    settings.get_by_role("button", name="Save").click()
    expect(settings.locator(".error")).to_have_text(["Enter a role ARN."])
    expect(role).to_be_focused()
    assert client.get(DESTINATION).status == 404


@pytest.mark.usefixtures("destination")
def test_repeating_an_export_also_repeats_its_delivery(ada: Visitor, client: Client) -> None:
    client.export("/issuers/aurora-languages/exports", {"kind": "badges", "deliver": True})
    before = latest_export(client)["id"]
    ada.open(ISSUER)
    ada.downloads(ada.open_menu(ada.exports.first).get_by_role("button", name="Export again"))
    latest = latest_export(client)
    assert latest["id"] != before
    assert (latest["kind"], latest["deliver"]) == ("badges", True)


@pytest.mark.usefixtures("destination")
def test_delivery_failure_and_its_reason_appear_without_a_reload(ada: Visitor) -> None:
    ada.open(ISSUER)
    form = ada.section("Badges export")
    form.get_by_label(FOR_ADMINS).check()
    ada.downloads(form.get_by_role("button", name="Export badges"))
    expect(ada.exports.first.get_by_text("Delivery failed and will be retried.")).to_be_visible()
    expect(ada.exports.first).to_contain_text("role")
    ada.screenshot("deliveries")


@pytest.mark.parametrize(
    ("delivery", "text"),
    [
        ({"status": "pending", "attempts": 0}, "Waiting for a delivery destination"),
        ({"status": "pending", "attempts": 0, "bucket": "b-1"}, "Delivering to b-1"),
        ({"status": "delivered", "attempts": 1, "bucket": "b-1"}, "Delivered to b-1"),
        (
            {"status": "failed", "attempts": 30, "error": {"code": "x", "message": "No such bucket."}},
            "Delivery failed. No such bucket.",
        ),
    ],
)
def test_export_list_shows_the_status_of_each_delivery(
    ada: Visitor, client: Client, delivery: dict[str, Any], text: str
) -> None:
    exported = client.export("/issuers/aurora-languages/exports", {"kind": "badges"})

    def with_delivery(route: Route) -> None:
        route.fulfill(json={"items": [exported | {"deliver": True, "delivery": delivery}]})

    ada.page.route(re.compile(r"/exports\?"), with_delivery)
    ada.open(ISSUER)
    expect(ada.exports.first.get_by_text(text, exact=True)).to_be_visible()


@pytest.mark.usefixtures("destination")
def test_editing_or_duplicating_a_schedule_keeps_its_delivery_setting(ada: Visitor, client: Client) -> None:
    ada.open(ISSUER)
    ada.button("New schedule").click()
    form = schedule_form(ada, "New schedule", "With deliveries")
    form.get_by_label(FOR_ADMINS).check()
    form.get_by_role("button", name="Create schedule").click()
    row = ada.section("Schedules").get_by_role("row").filter(has_text="With deliveries")
    expect(row.get_by_text("Delivered to page-exports")).to_be_visible()

    choose(ada, "With deliveries", "Edit")
    form = schedule_form(ada, "Edit “With deliveries”", "Delivered")
    expect(form.get_by_label(FOR_ADMINS)).to_be_checked()
    form.get_by_role("button", name="Save changes").click()
    expect(ada.toast("saved")).to_be_visible()

    choose(ada, "Delivered", "Duplicate")
    form = schedule_form(ada, "New schedule", "Delivered twice")
    expect(form.get_by_label(FOR_ADMINS)).to_be_checked()
    form.get_by_role("button", name="Create schedule").click()
    expect(ada.toast("“Delivered twice” created")).to_be_visible()

    schedules = client.get("/schedules?issuerId=aurora-languages").json["items"]
    for schedule in schedules:
        client.delete(f"/schedules/{schedule['id']}")
    assert {schedule["name"]: schedule["deliver"] for schedule in schedules} == {
        "Delivered": True,
        "Delivered twice": True,
    }


def test_scheduled_deliveries_can_be_turned_off_after_the_destination_is_deleted(ada: Visitor, client: Client) -> None:
    client.call("PUT", DESTINATION, SETTINGS)
    export = {"issuerId": "aurora-languages", "kind": "badges"}
    made = client.post(
        "/schedules", {"name": "Orphan", "export": export, "expression": "rate(5 days)", "deliver": True}
    ).json
    client.delete(DESTINATION)
    ada.open(ISSUER)
    row = ada.section("Schedules").get_by_role("row").filter(has_text="Orphan")
    expect(row.get_by_text("Deliveries are on hold until an admin sets a delivery destination.")).to_be_visible()
    choose(ada, "Orphan", "Edit")
    form = ada.page.get_by_role("form", name="Edit “Orphan”")
    form.get_by_label(FOR_OTHERS).uncheck()
    form.get_by_role("button", name="Save changes").click()
    expect(ada.toast("saved")).to_be_visible()
    assert client.get(f"/schedules/{made['id']}").json["deliver"] is False
    client.delete(f"/schedules/{made['id']}")


def latest_export(client: Client) -> dict[str, Any]:
    [latest] = client.get("/exports?issuerId=aurora-languages&limit=1").json["items"]
    exported: dict[str, Any] = latest
    return exported


def schedule_form(visitor: Visitor, title: str, name: str) -> Locator:
    """Return the open form with this title, with a name entered."""
    form = visitor.page.get_by_role("form", name=title)
    form.get_by_label("Name", exact=True).fill(name)
    return form


def choose(visitor: Visitor, name: str, action: str) -> None:
    """Choose an action in a schedule's menu."""
    visitor.button(f"More actions for {name}").click()
    visitor.button(f"{action} {name}").click()
