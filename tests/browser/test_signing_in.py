"""Signing in and out, as people do it, with all that the user pool may ask of them on the way."""

import base64
import hmac
import json
import re
import struct
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from local.places import PASSWORD
from tests.browser.visitors import Visitor
from tests.end_to_end.client import aws

FIRST_PASSWORD = "Given-by-an-admin-1"
OWN_PASSWORD = "Chosen-by-myself-2"


@pytest.fixture
def pool(stack: dict[str, Any]) -> Any:
    """The user pool's own API."""
    return aws(stack, "cognito-idp")


@pytest.fixture
def newcomer(pool: Any, stack: dict[str, Any]) -> Iterator[str]:
    """Somebody whom an admin just added to the user pool; gives the e-mail address."""
    email = "newcomer@example.org"
    pool.admin_create_user(
        UserPoolId=stack["userPoolId"],
        Username=email,
        TemporaryPassword=FIRST_PASSWORD,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
    )
    yield email
    pool.admin_delete_user(UserPoolId=stack["userPoolId"], Username=email)


@pytest.fixture
def ada(visit: Callable[..., Visitor]) -> Visitor:
    """The paid sample organization's admin, who has just signed in, in a session that is nobody else's."""
    visitor = visit()
    visitor.sign_in("ada@example.org")
    return visitor


def test_somebody_signs_in_and_is_offered_only_what_they_have_a_role_on(visit: Callable[..., Visitor]) -> None:
    staff = visit()
    staff.open()
    staff.screenshot("sign-in")
    staff.sign_in("rosalind@example.org")

    expect(staff.page.get_by_role("listitem")).to_have_count(1)
    expect(staff.page.get_by_role("link", name="Aurora School of Science")).to_be_visible()
    expect(staff.page.get_by_role("link", name="Open dashboard")).to_have_count(0)

    staff.open("organizations/aurora-learning")
    expect(staff.heading("Page not found")).to_be_visible()
    staff.open("issuers/aurora-makers/data-management")
    expect(staff.heading("Page not found")).to_be_visible()


@pytest.mark.parametrize(
    ("place", "button"),
    [("issuers/aurora-science", "Export issuer"), ("badges/data-detective", "Export badge")],
)
def test_role_given_while_the_page_is_open_needs_no_reload(ada: Visitor, place: str, button: str) -> None:
    before = {"email": "ada@example.org", "memberships": []}
    ada.page.route("**/me", lambda route: route.fulfill(json=before), times=1)
    ada.page.reload()
    expect(ada.page.get_by_text("has no role on any organization or issuer yet")).to_be_visible()

    ada.open(f"{place}/data-management")
    expect(ada.button(button)).to_be_visible()
    expect(ada.button("New schedule")).to_be_visible()
    expect(ada.page.get_by_role("link", name="Aurora Learning")).to_be_visible()


def test_a_wrong_password_is_said_and_what_was_typed_stays(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    visitor.open()
    visitor.give_password("ada@example.org", "not her password")

    expect(visitor.page.get_by_role("alert")).to_have_text("The e-mail address or password is incorrect.")
    expect(visitor.page.get_by_label("E-mail address")).to_have_value("ada@example.org")


def test_a_first_sign_in_leads_to_a_password_of_ones_own(visit: Callable[..., Visitor], newcomer: str) -> None:
    visitor = visit()
    visitor.open()
    visitor.give_password(newcomer, FIRST_PASSWORD)
    chosen = visitor.page.get_by_label("New password")
    expect(chosen).to_have_accessible_description(re.compile("At least 12 characters"))
    for weak in ("Short-1", "only-lower-case-1", "No-digit-in-this-one"):
        chosen.fill(weak)
        visitor.button("Set password and sign in").click()
        assert chosen.evaluate("(input) => input.validity.patternMismatch"), weak

    chosen.fill(OWN_PASSWORD)
    visitor.button("Set password and sign in").click()

    expect(visitor.page.get_by_text(f"{newcomer} has no role")).to_be_visible()


def test_what_the_pool_has_against_a_password_is_said(visit: Callable[..., Visitor], newcomer: str) -> None:
    visitor = visit()
    said = "Password has previously been used"
    answer_for_the_pool(visitor, "RespondToAuthChallenge", 400, {"__type": "InvalidPasswordException", "message": said})
    visitor.open()
    visitor.give_password(newcomer, FIRST_PASSWORD)
    visitor.page.get_by_label("New password").fill(OWN_PASSWORD)
    visitor.button("Set password and sign in").click()
    expect(visitor.page.get_by_role("alert")).to_have_text(said)

    visitor.button("Set password and sign in").click()
    expect(visitor.page.get_by_text("has no role")).to_be_visible()


def test_an_authenticator_app_is_set_up_where_the_pool_wants_one(
    visit: Callable[..., Visitor], pool: Any, stack: dict[str, Any], newcomer: str
) -> None:
    """The local user pool never asks for it, so the question is put here; from there on it is the pool's own."""
    own_password(pool, stack, newcomer)
    visitor = visit()
    asked = {"ChallengeName": "MFA_SETUP", "Session": "begun", "ChallengeParameters": {"USER_ID_FOR_SRP": newcomer}}
    answer_for_the_pool(visitor, "InitiateAuth", 200, asked)
    visitor.open()
    visitor.give_password(newcomer, OWN_PASSWORD)
    secret = visitor.page.locator("code").inner_text()
    visitor.screenshot("authenticator-setup")
    visitor.page.get_by_label("Code").fill("000000")
    visitor.button("Continue").click()
    expect(visitor.page.get_by_role("alert")).to_contain_text("This code is incorrect")
    visitor.page.get_by_label("Code").fill(code_of(secret))
    visitor.button("Continue").click()

    expect(visitor.page.get_by_text("has no role")).to_be_visible()


def test_the_authenticator_apps_code_is_asked_for(
    visit: Callable[..., Visitor], pool: Any, stack: dict[str, Any], newcomer: str
) -> None:
    own_password(pool, stack, newcomer)
    signed_in = pool.initiate_auth(
        ClientId=stack["clientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": newcomer, "PASSWORD": OWN_PASSWORD},
    )["AuthenticationResult"]
    secret = pool.associate_software_token(AccessToken=signed_in["AccessToken"])["SecretCode"]
    pool.verify_software_token(AccessToken=signed_in["AccessToken"], UserCode=code_of(secret))
    pool.set_user_pool_mfa_config(
        UserPoolId=stack["userPoolId"],
        MfaConfiguration="OPTIONAL",
        SoftwareTokenMfaConfiguration={"Enabled": True},
    )
    try:
        visitor = visit()
        visitor.open()
        visitor.give_password(newcomer, OWN_PASSWORD)
        expect(visitor.page.get_by_text("the code that your authenticator app shows")).to_be_visible()
        visitor.page.get_by_label("Code").fill("000000")
        visitor.button("Continue").click()
        expect(visitor.page.get_by_role("alert")).to_contain_text("This code is incorrect")
        visitor.page.get_by_label("Code").fill(code_of(secret))
        visitor.button("Continue").click()
        expect(visitor.page.get_by_text("has no role")).to_be_visible()
    finally:
        pool.set_user_pool_mfa_config(UserPoolId=stack["userPoolId"], MfaConfiguration="OFF")


@pytest.mark.parametrize(
    ("challenge", "parameters", "asks"),
    [
        ("SMS_MFA", {"CODE_DELIVERY_DESTINATION": "+*******9023"}, "Enter the code that was sent to +*******9023."),
        ("EMAIL_OTP", {"CODE_DELIVERY_DESTINATION": "n***@e***"}, "Enter the code that was sent to n***@e***."),
        (
            "SELECT_MFA_TYPE",
            {"MFAS_CAN_CHOOSE": '["SMS_MFA","SOFTWARE_TOKEN_MFA"]'},
            "How do you want to get your code?",
        ),
    ],
)
def test_each_question_of_the_pool_can_be_answered(
    visit: Callable[..., Visitor], challenge: str, parameters: dict[str, str], asks: str
) -> None:
    visitor = visit()
    asked = {"ChallengeName": challenge, "Session": "begun", "ChallengeParameters": parameters}
    answer_for_the_pool(visitor, "InitiateAuth", 200, asked)
    visitor.open()
    visitor.give_password("ada@example.org", PASSWORD)
    expect(visitor.page.get_by_text(asks)).to_be_visible()
    answers: list[dict[str, Any]] = []
    answer_for_the_pool(
        visitor, "RespondToAuthChallenge", 400, {"__type": "CodeMismatchException", "message": "No"}, answers
    )
    if challenge == "SELECT_MFA_TYPE":
        visitor.page.get_by_role("radio", name="By text message").check()
    else:
        visitor.page.get_by_label("Code").fill("123456")
    assert visitor.violations() == []
    visitor.button("Continue").click()

    expect(visitor.page.get_by_role("alert")).to_contain_text("This code is incorrect")
    [given] = answers
    field, value = {"SMS_MFA": ("SMS_MFA_CODE", "123456"), "EMAIL_OTP": ("EMAIL_OTP_CODE", "123456")}.get(
        challenge, ("ANSWER", "SMS_MFA")
    )
    assert (given["ChallengeName"], given["Session"]) == (challenge, "begun")
    assert given["ChallengeResponses"] == {"USERNAME": "ada@example.org", field: value}


def test_a_question_that_the_page_does_not_know_is_no_dead_end(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    asked = {"ChallengeName": "DEVICE_SRP_AUTH", "Session": "begun", "ChallengeParameters": {}}
    answer_for_the_pool(visitor, "InitiateAuth", 200, asked)
    visitor.open()
    visitor.give_password("ada@example.org", PASSWORD)
    expect(visitor.page.get_by_text("requires a sign-in step that this page doesn't support")).to_be_visible()
    visitor.button("Back to sign-in").click()
    visitor.give_password("ada@example.org", PASSWORD)

    expect(visitor.heading("Your organizations")).to_be_visible()


def test_who_forgot_their_password_is_led_to_a_new_one(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    visitor.open()
    visitor.button("Forgot your password?").click()
    visitor.page.get_by_label("E-mail address").fill("ada@example.org")
    visitor.button("Send code").click()
    visitor.page.get_by_label("Code").fill("000000")
    visitor.page.get_by_label("New password").fill(OWN_PASSWORD)
    visitor.button("Set password and sign in").click()

    expect(visitor.page.get_by_role("alert")).to_contain_text("This code is incorrect")
    visitor.button("Back to sign-in").click()
    expect(visitor.page.get_by_role("alert")).to_be_empty()
    visitor.give_password("ada@example.org", PASSWORD)
    expect(visitor.heading("Your organizations")).to_be_visible()


def test_a_session_that_ends_says_so_and_loses_no_input(visit: Callable[..., Visitor], stack: dict[str, Any]) -> None:
    grace = visit()
    grace.sign_in("grace@example.org")
    grace.open("issuers/aurora-science/data-management")
    grace.page.get_by_label("Awarded after").fill("2026-01-01")
    grace.page.get_by_label("Badge classes").check()

    aws(stack, "cognito-idp").admin_user_global_sign_out(UserPoolId=stack["userPoolId"], Username="grace@example.org")
    grace.page.clock.set_system_time(time.time() + 2 * 3600)
    grace.button("Download CSV").click()

    dialog = grace.page.get_by_role("dialog", name="Your session has ended")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_label("E-mail address")).to_have_value("grace@example.org")
    expect(dialog.get_by_label("Password")).to_be_focused()
    assert grace.violations() == []
    grace.screenshot("session-ended")
    grace.page.clock.set_system_time(time.time())
    dialog.get_by_label("Password").fill(PASSWORD)
    with grace.page.expect_download() as download:
        dialog.get_by_role("button", name="Sign in").click()

    assert download.value.suggested_filename.endswith(".csv")
    expect(dialog).to_have_count(0)
    expect(grace.page.get_by_label("Awarded after")).to_have_value("2026-01-01")
    expect(grace.page.get_by_label("Badge classes")).to_be_checked()


def test_who_signs_out_instead_of_in_again_finds_the_next_session_whole(
    visit: Callable[..., Visitor], stack: dict[str, Any]
) -> None:
    grace = visit()
    grace.sign_in("grace@example.org")
    aws(stack, "cognito-idp").admin_user_global_sign_out(UserPoolId=stack["userPoolId"], Username="grace@example.org")
    grace.page.clock.set_system_time(time.time() + 2 * 3600)
    grace.open("issuers/aurora-science/data-management")
    dialog = grace.page.get_by_role("dialog", name="Your session has ended")
    dialog.get_by_role("button", name="Sign out instead").click()
    expect(dialog).to_have_count(0)
    grace.give_password("grace@example.org", PASSWORD)
    expect(grace.button("Download CSV")).to_be_visible()

    before = json.loads(grace.session())
    grace.page.clock.set_system_time(time.time() + 4 * 3600)
    grace.open("issuers/aurora-science")

    expect(grace.page.get_by_role("link", name="Laboratory Safety")).to_be_visible()
    assert json.loads(grace.session())["idToken"] != before["idToken"]


def test_a_session_goes_on_by_itself_for_as_long_as_the_pool_lets_it(ada: Visitor) -> None:
    ada.open("issuers/aurora-science")
    ada.heading("Aurora School of Science").wait_for()
    before = json.loads(ada.session())
    ada.page.clock.set_system_time(time.time() + 2 * 3600)
    ada.open("issuers/aurora-makers")

    expect(ada.heading("Aurora Makerspace, Dock 7")).to_be_visible()
    assert json.loads(ada.session())["idToken"] != before["idToken"]


def test_a_reload_keeps_the_session_and_another_tab_has_none(ada: Visitor) -> None:
    ada.page.reload()
    expect(ada.heading("Your organizations")).to_be_visible()

    ada.new_tab()
    ada.open()
    expect(ada.button("Sign in")).to_be_visible()


def test_signing_out_leaves_nothing_behind(ada: Visitor, stack: dict[str, Any]) -> None:
    refresh_token = json.loads(ada.session())["refreshToken"]
    ada.button("Sign out").click()
    expect(ada.button("Sign in")).to_be_visible()

    assert ada.page.evaluate("[sessionStorage.length, localStorage.length, document.cookie]") == [0, 0, ""]
    pool = aws(stack, "cognito-idp")
    with pytest.raises(pool.exceptions.NotAuthorizedException):
        pool.initiate_auth(
            ClientId=stack["clientId"], AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": refresh_token}
        )


def test_what_one_person_was_told_is_not_told_to_the_next(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    visitor.sign_in("grace@example.org")
    visitor.open("issuers/aurora-science/data-management")
    visitor.downloads(visitor.button("Download CSV"))
    expect(visitor.toast("is ready")).to_be_visible()
    visitor.button("Sign out").click()
    visitor.give_password("rosalind@example.org", PASSWORD)
    expect(visitor.heading("Aurora School of Science")).to_be_visible()

    expect(visitor.page.locator(".toast")).to_have_count(0, timeout=1000)  # by itself, it goes after 12 seconds


@pytest.mark.parametrize("answer", ["new tokens", "a refusal"])
def test_signing_out_holds_though_the_pool_answers_a_refresh_after_it(ada: Visitor, answer: str) -> None:
    held: list[Any] = []

    def hold(route: Any) -> None:
        if "REFRESH_TOKEN_AUTH" in (route.request.post_data or ""):
            held.append(route)
        else:
            route.fallback()

    ada.page.route(f"{ada.console_url.partition('/restapis')[0]}/", hold)
    ada.page.clock.set_system_time(time.time() + 2 * 3600)
    with ada.page.expect_request(lambda request: "REFRESH_TOKEN_AUTH" in (request.post_data or "")):
        ada.open("issuers/aurora-makers")
    expect(ada.page.locator(".page .skeleton")).to_be_visible()
    [refresh] = held
    given = refresh.fetch() if answer == "new tokens" else None
    ada.button("Sign out").click()
    expect(ada.button("Sign in")).to_be_visible()
    asked = len(ada.requests)

    with ada.page.expect_response(refresh.request.url):
        if given:
            refresh.fulfill(response=given)
        else:
            refresh.fallback()
    ada.settled()

    assert ada.page.evaluate("sessionStorage.length") == 0
    expect(ada.page.get_by_role("dialog")).to_have_count(0)
    expect(ada.page.get_by_label("E-mail address")).to_be_editable()
    # An image that was requested before may still be redirected to where it is stored.
    assert [request for request in ada.requests[asked:] if request.redirected_from is None] == []


@pytest.fixture
def _with_managed_login(pool: Any, stack: dict[str, Any]) -> Iterator[None]:
    """Deploy the page as it is where the user pool has a domain for its managed login."""
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
def test_managed_login_signs_in_with_pkce_and_comes_back_to_where_one_was(
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
def test_a_session_that_ends_is_taken_up_again_in_a_window_of_the_managed_login(
    visit: Callable[..., Visitor], stack: dict[str, Any], pool: Any
) -> None:
    visitor = visit()
    dialog = end_managed_session(visitor, stack, pool)
    again = dialog.get_by_role("button", name="Sign in")
    with visitor.page.expect_popup() as opened:
        again.click()
    opened.value.close()  # somebody thinks again, and then again
    visitor.page.clock.set_system_time(time.time())
    with visitor.page.expect_popup() as opened:
        again.click()
    with visitor.page.expect_download():
        sign_in_at_managed_login(opened.value, "alan@example.org")
    if not opened.value.is_closed():
        expect(opened.value.get_by_text("Close this window")).to_be_visible()

    expect(dialog).to_have_count(0)
    expect(visitor.page.get_by_label("Awarded after")).to_have_value("2026-01-01")


@pytest.mark.usefixtures("_with_managed_login")
def test_somebody_else_who_signs_in_at_the_managed_login_starts_anew(
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
    expect(visitor.page.get_by_label("Awarded after")).to_have_value("")
    visitor.settled()
    exports = [request for request in visitor.requests if request.method == "POST" and "/exports" in request.url]
    assert exports == [], "what Alan asked for is not asked for as Grace"


def end_managed_session(visitor: Visitor, stack: dict[str, Any], pool: Any) -> Locator:
    """Sign in as Alan, begin a form, and send it when the session is over; gives the dialog that comes then."""
    visitor.open("issuers/aurora-science/data-management")
    visitor.button("Sign in").click()
    visitor.page.wait_for_url("**/oauth2/authorize?**")
    sign_in_at_managed_login(visitor.page, "alan@example.org")
    visitor.page.get_by_label("Awarded after").fill("2026-01-01")
    pool.admin_user_global_sign_out(UserPoolId=stack["userPoolId"], Username="alan@example.org")
    visitor.page.clock.set_system_time(time.time() + 2 * 3600)
    visitor.button("Download CSV").click()
    return visitor.page.get_by_role("dialog", name="Your session has ended")


def sign_in_at_managed_login(page: Page, email: str = "ada@example.org") -> None:
    page.locator("input[name=username]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[type=submit], input[type=submit]").first.click()


def own_password(pool: Any, stack: dict[str, Any], email: str) -> None:
    pool.admin_set_user_password(UserPoolId=stack["userPoolId"], Username=email, Password=OWN_PASSWORD, Permanent=True)


def answer_for_the_pool(
    visitor: Visitor, operation: str, status: int, answer: dict[str, Any], asked: list[dict[str, Any]] | None = None
) -> None:
    """Answer one call of the user pool in its place, as Amazon Cognito does; keep in `asked` what it was asked."""
    waiting = [answer]

    def instead(route: Any) -> None:
        if not waiting or not route.request.headers.get("x-amz-target", "").endswith(f".{operation}"):
            route.fallback()
            return
        if asked is not None:
            asked.append(route.request.post_data_json)
        route.fulfill(status=status, json=waiting.pop(), headers={"Access-Control-Allow-Origin": "*"})

    visitor.page.route(f"{visitor.console_url.partition('/restapis')[0]}/", instead)


def code_of(secret: str) -> str:
    """Give what an authenticator app shows now (RFC 6238)."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.digest(base64.b32decode(secret), counter, "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF) % 1_000_000:06}"
