"""The check box for export emails: shown in all forms if the deployment sends email, and remembered."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.follow_up_boxes import FORMS, expect_remembered_until_reset, export_with
from tests.browser.visitors import Visitor
from tests.support.deployed_client import Client

ISSUER = "issuers/aurora-science/data-management"
LABEL = "Email me when it's ready"


@pytest.mark.parametrize(("section", "button"), FORMS)
def test_email_is_requested_if_the_email_check_box_is_selected(
    ada: Visitor, client: Client, section: str, button: str
) -> None:
    ada.open(ISSUER)
    export_with(ada, section, button, LABEL)
    [latest] = client.get("/exports?issuerId=aurora-science&limit=1").json["items"]
    assert latest["notify"] is True


def test_email_check_box_keeps_its_state_until_the_options_are_reset(ada: Visitor) -> None:
    ada.open(ISSUER)
    expect_remembered_until_reset(ada, LABEL)


def test_selecting_the_email_check_box_does_not_hide_the_preview_rows(ada: Visitor) -> None:
    ada.open(ISSUER)
    form = ada.section("Badges export")
    form.get_by_role("button", name="Show first rows").click()
    expect(form.get_by_role("table")).to_be_visible()
    form.get_by_label(LABEL).check()
    expect(form.get_by_role("table")).to_be_visible()


def test_api_error_about_the_email_is_shown_next_to_the_check_box(ada: Visitor) -> None:
    message = "Earlier email to your address bounced."

    def reject(route: Route) -> None:
        if route.request.method != "POST":
            route.fallback()
            return
        errors = [{"field": "notify", "message": message}]
        problem = {"type": "x", "title": "x", "status": 422, "detail": message, "code": "invalid-request"}
        route.fulfill(status=422, json=problem | {"errors": errors}, content_type="application/problem+json")

    ada.page.route(re.compile(r"/exports$"), reject)
    ada.open(ISSUER)
    form = ada.section("Badges export")
    form.get_by_label(LABEL).check()
    form.get_by_role("button", name="Export badges").click()
    expect(form.get_by_label(LABEL)).to_have_accessible_description(message)
    ada.faults.clear()  # the browser logs the status 422


def test_schedule_form_has_an_email_check_box(ada: Visitor, client: Client) -> None:
    ada.open(ISSUER)
    ada.button("New schedule").click()
    form = ada.page.get_by_role("form", name="New schedule")
    form.get_by_label("Name", exact=True).fill("With emails")
    form.get_by_label(LABEL).check()
    form.get_by_role("button", name="Create schedule").click()
    expect(ada.toast("created")).to_be_visible()
    schedules = client.get("/schedules?issuerId=aurora-science").json["items"]
    [stored] = [schedule for schedule in schedules if schedule["name"] == "With emails"]
    assert stored["notify"] is True
    client.delete(f"/schedules/{stored['id']}")


def test_email_check_box_is_hidden_if_the_deployment_does_not_send_email(ada: Visitor) -> None:
    def without_sender(route: Route) -> None:
        page = route.fetch()
        body = page.text().replace('"notificationSender": "badges@example.org"', '"notificationSender": ""')
        route.fulfill(response=page, body=body)

    ada.page.route(re.compile(r"/console$"), without_sender)
    ada.page.reload()
    ada.open(ISSUER)
    expect(ada.section("Badges export").get_by_role("button", name="Export badges")).to_be_visible()
    expect(ada.page.get_by_label(LABEL)).to_have_count(0)
    # Chromium doesn't know that the page above comes from this machine, so it blocks the images from this machine.
    ada.faults[:] = [fault for fault in ada.faults if "`loopback` address space" not in fault]
