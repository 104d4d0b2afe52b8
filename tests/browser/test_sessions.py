"""Sessions on the page: refresh, expiry, and sign-out."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from local.places import PASSWORD
from tests.browser.visitors import Visitor
from tests.support.deployed_client import aws


def test_no_input_is_lost_when_the_session_expires(visit: Callable[..., Visitor], stack: dict[str, Any]) -> None:
    grace = visit()
    grace.sign_in("grace@example.org")
    grace.open("issuers/aurora-science/data-management")
    with grace.page.expect_response("**/award-counts?*awardedAfter=2026-01-01*"):  # the page's last request by itself
        grace.page.get_by_label("Awarded on or after").fill("2026-01-01")
    grace.page.get_by_label("Badge classes").check()
    grace.settled()

    aws(stack, "cognito-idp").admin_user_global_sign_out(UserPoolId=stack["userPoolId"], Username="grace@example.org")
    grace.page.clock.set_system_time(time.time() + 2 * 3600)
    grace.button("Download CSV").click()

    dialog = grace.page.get_by_role("dialog", name="Your session has ended")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_label("Email")).to_have_value("grace@example.org")
    expect(dialog.get_by_label("Password", exact=True)).to_be_focused()
    assert grace.violations() == []
    grace.screenshot("session-ended")
    grace.page.clock.set_system_time(time.time())
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    with grace.page.expect_download() as download:
        dialog.get_by_role("button", name="Sign in").click()

    assert download.value.suggested_filename.endswith(".csv")
    expect(dialog).to_have_count(0)
    expect(grace.page.get_by_label("Awarded on or after")).to_have_value("2026-01-01")
    expect(grace.page.get_by_label("Badge classes")).to_be_checked()


def test_signing_out_of_an_expired_session_does_not_affect_the_next_session(
    visit: Callable[..., Visitor], stack: dict[str, Any]
) -> None:
    grace = visit()
    grace.sign_in("grace@example.org")
    aws(stack, "cognito-idp").admin_user_global_sign_out(UserPoolId=stack["userPoolId"], Username="grace@example.org")
    grace.page.clock.set_system_time(time.time() + 2 * 3600)
    grace.open("issuers/aurora-science/data-management")
    dialog = grace.page.get_by_role("dialog", name="Your session has ended")
    dialog.get_by_role("button", name="Use a different account").click()
    expect(dialog).to_have_count(0)
    grace.submit_password("grace@example.org", PASSWORD)
    grace.arrived()
    grace.open("issuers/aurora-science/data-management")
    expect(grace.button("Download CSV")).to_be_visible()

    before = json.loads(grace.session())
    grace.page.clock.set_system_time(time.time() + 4 * 3600)
    grace.open("issuers/aurora-science")

    expect(grace.page.locator(".place-list").get_by_role("link", name="Laboratory Safety")).to_be_visible()
    assert json.loads(grace.session())["idToken"] != before["idToken"]


def test_expired_id_token_is_refreshed_without_a_new_sign_in(ada_alone: Visitor) -> None:
    ada_alone.open("issuers/aurora-science")
    ada_alone.heading("Aurora School of Science").wait_for()
    before = json.loads(ada_alone.session())
    ada_alone.page.clock.set_system_time(time.time() + 2 * 3600)
    ada_alone.open("issuers/aurora-makers")

    expect(ada_alone.heading("Aurora Makerspace, Dock 7")).to_be_visible()
    assert json.loads(ada_alone.session())["idToken"] != before["idToken"]


def test_session_survives_a_reload_and_is_shared_with_new_tabs(ada_alone: Visitor) -> None:
    ada_alone.page.reload()
    expect(ada_alone.heading("Aurora Learning Alliance")).to_be_visible()

    ada_alone.new_tab()
    ada_alone.open("issuers/aurora-science")
    expect(ada_alone.heading("Aurora School of Science")).to_be_visible()


def test_session_ends_when_its_last_tab_is_closed(ada_alone: Visitor) -> None:
    assert ada_alone.page.evaluate("[localStorage.length, document.cookie]") == [0, ""]
    signed_in = ada_alone.page
    ada_alone.new_tab()
    signed_in.close()

    ada_alone.open()
    expect(ada_alone.button("Sign in")).to_be_visible()


def test_signing_in_or_out_affects_all_tabs(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    visitor.open("issuers/aurora-makers")
    first = visitor.page
    expect(visitor.button("Sign in")).to_be_visible()
    visitor.new_tab()
    visitor.sign_in("ada@example.org")
    expect(first.get_by_role("heading", name="Aurora Makerspace, Dock 7", level=1)).to_be_visible()

    first.get_by_role("button", name="Sign out").click()
    for tab in (first, visitor.page):
        expect(tab.get_by_role("button", name="Sign in")).to_be_visible()
        expect(tab.get_by_text("You've signed out.")).to_be_visible()
        expect(tab).to_have_title("Badge Data Management")
        assert tab.evaluate("[location.hash, sessionStorage.length]") == ["", 0]


def test_signing_in_again_in_one_tab_resumes_the_session_in_all_tabs(
    visit: Callable[..., Visitor], stack: dict[str, Any]
) -> None:
    grace = visit()
    grace.sign_in("grace@example.org")
    tabs = [grace.page, grace.new_tab()]
    grace.open()
    grace.arrived()
    aws(stack, "cognito-idp").admin_user_global_sign_out(UserPoolId=stack["userPoolId"], Username="grace@example.org")
    for tab in tabs:
        tab.clock.set_system_time(time.time() + 2 * 3600)
        tab.goto(f"{grace.console_url}#/issuers/aurora-science/data-management")
        expect(tab.get_by_role("dialog", name="Your session has ended")).to_be_visible()
    for tab in tabs:
        tab.clock.set_system_time(time.time())
    tabs[0].get_by_label("Password", exact=True).fill(PASSWORD)
    tabs[0].get_by_role("dialog").get_by_role("button", name="Sign in").click()

    for tab in tabs:
        expect(tab.get_by_role("dialog")).to_have_count(0)
        expect(tab.get_by_role("button", name="Download CSV")).to_be_visible()


def test_signing_out_deletes_the_session_from_the_browser(ada_alone: Visitor, stack: dict[str, Any]) -> None:
    refresh_token = json.loads(ada_alone.session())["refreshToken"]
    ada_alone.button("Sign out").click()
    expect(ada_alone.button("Sign in")).to_be_visible()

    assert ada_alone.page.evaluate("[sessionStorage.length, localStorage.length, document.cookie]") == [0, 0, ""]
    pool = aws(stack, "cognito-idp")
    with pytest.raises(pool.exceptions.NotAuthorizedException):
        pool.initiate_auth(
            ClientId=stack["clientId"], AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": refresh_token}
        )


@pytest.mark.usefixtures("listed_export")
def test_messages_for_one_user_are_not_shown_to_the_next_user(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    visitor.sign_in("grace@example.org")
    visitor.open("issuers/aurora-science/data-management")
    visitor.page.route("**/exports/*", lambda route: route.fulfill(status=500, json={}))
    visitor.exports.first.get_by_role("button", name="Download").click()
    expect(visitor.page.locator(".toast")).to_be_visible()
    visitor.button("Sign out").click()
    visitor.submit_password("rosalind@example.org", PASSWORD)
    expect(visitor.heading("Aurora School of Science")).to_be_visible()

    expect(visitor.page.locator(".toast")).to_have_count(0, timeout=1000)  # it closes after 12 seconds


@pytest.mark.parametrize("answer", ["new tokens", "a rejection"])
def test_user_stays_signed_out_even_if_a_token_refresh_completes_later(ada_alone: Visitor, answer: str) -> None:
    held: list[Any] = []

    def hold(route: Any) -> None:
        if "REFRESH_TOKEN_AUTH" in (route.request.post_data or ""):
            held.append(route)
        else:
            route.fallback()

    ada_alone.page.route(f"{ada_alone.console_url.partition('/restapis')[0]}/", hold)
    ada_alone.page.clock.set_system_time(time.time() + 2 * 3600)
    with ada_alone.page.expect_request(lambda request: "REFRESH_TOKEN_AUTH" in (request.post_data or "")):
        ada_alone.open("issuers/aurora-makers")
    expect(ada_alone.page.locator(".page .skeleton")).to_be_visible()
    [refresh] = held
    given = refresh.fetch() if answer == "new tokens" else None
    ada_alone.button("Sign out").click()
    expect(ada_alone.button("Sign in")).to_be_visible()
    asked = len(ada_alone.requests)

    with ada_alone.page.expect_response(refresh.request.url):
        if given:
            refresh.fulfill(response=given)
        else:
            refresh.fallback()
    ada_alone.settled()

    assert ada_alone.page.evaluate("sessionStorage.length") == 0
    expect(ada_alone.page.get_by_role("dialog")).to_have_count(0)
    expect(ada_alone.page.get_by_label("Email", exact=True)).to_be_editable()
    # An image requested earlier may still redirect to its stored location.
    assert [request for request in ada_alone.requests[asked:] if request.redirected_from is None] == []
