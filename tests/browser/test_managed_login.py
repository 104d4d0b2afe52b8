"""Sign-in through the user pool's managed login, with PKCE."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from local.places import PASSWORD
from tests.browser.visitors import Visitor
from tests.support.deployed_client import aws


@pytest.fixture
def _with_managed_login(pool: Any, stack: dict[str, Any]) -> Iterator[None]:
    """Deploy the page for a user pool with a managed login domain."""
    client = {"UserPoolId": stack["userPoolId"], "ClientId": stack["clientId"]}
    known = pool.describe_user_pool_client(**client)["UserPoolClient"]
    kept = {name: known[name] for name in ("ExplicitAuthFlows", "WriteAttributes")}
    pool.update_user_pool_client(
        **client,
        **kept,
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "email"],
        CallbackURLs=[stack["consoleUrl"]],
        SupportedIdentityProviders=["COGNITO"],
    )
    functions, console = aws(stack, "lambda"), stack["functions"]["console"]
    deployed = functions.get_function_configuration(FunctionName=console)["Environment"]["Variables"]
    settings = {"MANAGED_LOGIN_URL": stack["endpointUrl"]}
    functions.update_function_configuration(FunctionName=console, Environment={"Variables": deployed | settings})
    yield
    functions.update_function_configuration(FunctionName=console, Environment={"Variables": deployed})
    pool.update_user_pool_client(**client, **kept, AllowedOAuthFlowsUserPoolClient=False, AllowedOAuthFlows=[])


@pytest.mark.usefixtures("_with_managed_login")
def test_managed_login_uses_pkce_and_returns_to_the_same_page(
    visit: Callable[..., Visitor], stack: dict[str, Any]
) -> None:
    visitor = visit()
    visitor.open("issuers/aurora-science/data-management")
    visitor.button("Sign in").click()
    visitor.page.wait_for_url("**/oauth2/authorize?**")
    query = visitor.page.url.partition("?")[2]
    assert "code_challenge_method=S256" in query
    assert "code_challenge=" in query

    sign_in_at_managed_login(visitor.page)

    expect(visitor.heading("Aurora School of Science")).to_be_visible()
    assert visitor.page.url == f"{stack['consoleUrl']}#/issuers/aurora-science/data-management"


@pytest.mark.usefixtures("_with_managed_login")
def test_expired_session_can_be_resumed_in_a_managed_login_window(
    visit: Callable[..., Visitor], stack: dict[str, Any], pool: Any
) -> None:
    visitor = visit()
    dialog = end_managed_session(visitor, stack, pool)
    again = dialog.get_by_role("button", name="Sign in")
    with visitor.page.expect_popup() as opened:
        again.click()
    opened.value.close()  # the user cancels, then cancels again
    visitor.page.clock.set_system_time(time.time())
    with visitor.page.expect_popup() as opened:
        again.click()
    with visitor.page.expect_download():
        sign_in_at_managed_login(opened.value, "alan@example.org")
    if not opened.value.is_closed():
        expect(opened.value.get_by_text("Close this window")).to_be_visible()

    expect(dialog).to_have_count(0)
    expect(visitor.page.get_by_label("Awarded on or after")).to_have_value("2026-01-01")


@pytest.mark.usefixtures("_with_managed_login")
def test_new_session_starts_when_another_user_signs_in_through_managed_login(
    visit: Callable[..., Visitor], stack: dict[str, Any], pool: Any
) -> None:
    visitor = visit()
    dialog = end_managed_session(visitor, stack, pool)
    visitor.page.clock.set_system_time(time.time())
    with visitor.page.expect_popup() as opened:
        dialog.get_by_role("button", name="Sign in").click()
    sign_in_at_managed_login(opened.value, "grace@example.org")

    expect(visitor.page.get_by_role("banner").get_by_text("grace@example.org")).to_be_visible()
    expect(dialog).to_have_count(0)
    expect(visitor.page.get_by_label("Awarded on or after")).to_have_value("")
    visitor.settled()
    exports = [request for request in visitor.requests if request.method == "POST" and "/exports" in request.url]
    assert exports == [], "Alan's request is not sent as Grace"


def end_managed_session(visitor: Visitor, stack: dict[str, Any], pool: Any) -> Locator:
    """Sign in as Alan, submit a form after the session expires, and return the dialog that opens."""
    visitor.open("issuers/aurora-science/data-management")
    visitor.button("Sign in").click()
    visitor.page.wait_for_url("**/oauth2/authorize?**")
    sign_in_at_managed_login(visitor.page, "alan@example.org")
    visitor.page.get_by_label("Awarded on or after").fill("2026-01-01")
    pool.admin_user_global_sign_out(UserPoolId=stack["userPoolId"], Username="alan@example.org")
    visitor.page.clock.set_system_time(time.time() + 2 * 3600)
    visitor.button("Download CSV").click()
    return visitor.page.get_by_role("dialog", name="Your session has ended")


def sign_in_at_managed_login(page: Page, email: str = "ada@example.org") -> None:
    page.locator("input[name=username]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[type=submit], input[type=submit]").first.click()
