"""Sign in on the page's own form: passwords, second factors, and all other challenges of the user pool."""

import base64
import hmac
import re
import struct
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from local.places import PASSWORD
from tests.browser.visitors import Visitor
from tests.support.deployed_client import sent_emails

FIRST_PASSWORD = "Given-by-an-admin-1"
OWN_PASSWORD = "Chosen-by-myself-2"
NEXT_PASSWORD = "Chosen-after-a-reset-3"


@pytest.fixture
def newcomer(pool: Any, stack: dict[str, Any]) -> Iterator[str]:
    """Create a user as a user pool administrator would, and yield the email address."""
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


def test_users_see_only_resources_they_have_a_role_for(visit: Callable[..., Visitor]) -> None:
    staff = visit()
    staff.open()
    staff.screenshot("sign-in")
    staff.sign_in("rosalind@example.org")

    expect(staff.heading("Aurora School of Science")).to_be_visible()
    expect(staff.page.get_by_role("link", name="Home")).to_have_count(0)
    expect(staff.page.get_by_role("link", name="Aurora Learning")).to_have_count(0)

    staff.open("organizations/aurora-learning")
    expect(staff.heading("Page not found")).to_be_visible()
    staff.open("issuers/aurora-makers/data-management")
    expect(staff.heading("Page not found")).to_be_visible()


@pytest.mark.parametrize(
    ("place", "button"),
    [("issuers/aurora-science", "Export issuer"), ("badges/data-detective", "Export badge")],
)
def test_new_role_takes_effect_without_a_reload(ada_alone: Visitor, place: str, button: str) -> None:
    before = {"email": "ada@example.org", "memberships": []}
    ada_alone.page.route("**/me", lambda route: route.fulfill(json=before), times=1)
    ada_alone.page.reload()
    expect(ada_alone.heading("Page not found")).to_be_visible()

    ada_alone.open(f"{place}/data-management")
    expect(ada_alone.button(button)).to_be_visible()
    expect(ada_alone.button("New schedule")).to_be_visible()
    expect(ada_alone.page.get_by_role("link", name="Aurora Learning")).to_be_visible()


def test_wrong_password_shows_an_error_and_keeps_the_email_address(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    visitor.open()
    visitor.submit_password("ada@example.org", "not her password")

    expect(visitor.page.get_by_role("alert")).to_have_text("Incorrect email or password.")
    expect(visitor.page.get_by_label("Password", exact=True)).to_be_focused()
    expect(visitor.page.get_by_label("Email")).to_have_value("ada@example.org")


def test_first_sign_in_requires_a_new_password(visit: Callable[..., Visitor], newcomer: str) -> None:
    visitor = visit()
    visitor.open()
    visitor.submit_password(newcomer, FIRST_PASSWORD)
    chosen = visitor.page.get_by_label("New password")
    expect(chosen).to_have_accessible_description(re.compile("At least 12 characters"))
    for weak in ("Short-1", "only-lower-case-1", "No-digit-in-this-one"):
        chosen.fill(weak)
        visitor.button("Set password and sign in").click()
        assert chosen.evaluate("(input) => input.validity.patternMismatch"), weak

    chosen.fill(OWN_PASSWORD)
    visitor.button("Set password and sign in").click()

    expect(visitor.page.get_by_text(f"Ask your admin to add {newcomer}.")).to_be_visible()


def test_password_policy_errors_are_shown(visit: Callable[..., Visitor], newcomer: str) -> None:
    visitor = visit()
    said = "Password has previously been used"
    answer_for_the_pool(visitor, "RespondToAuthChallenge", 400, {"__type": "InvalidPasswordException", "message": said})
    visitor.open()
    visitor.submit_password(newcomer, FIRST_PASSWORD)
    visitor.page.get_by_label("New password").fill(OWN_PASSWORD)
    visitor.button("Set password and sign in").click()
    expect(visitor.page.get_by_role("alert")).to_have_text(said)

    visitor.button("Set password and sign in").click()
    expect(visitor.page.get_by_text("You don't have access")).to_be_visible()


def test_user_must_set_up_an_authenticator_app_if_the_pool_requires_one(
    visit: Callable[..., Visitor], pool: Any, stack: dict[str, Any], newcomer: str
) -> None:
    """The local user pool never sends this challenge, so the test sends it. The pool handles the rest."""
    own_password(pool, stack, newcomer)
    visitor = visit()
    asked = {"ChallengeName": "MFA_SETUP", "Session": "begun", "ChallengeParameters": {"USER_ID_FOR_SRP": newcomer}}
    answer_for_the_pool(visitor, "InitiateAuth", 200, asked)
    visitor.open()
    visitor.submit_password(newcomer, OWN_PASSWORD)
    secret = visitor.page.locator("code").inner_text()
    visitor.screenshot("authenticator-setup")
    visitor.page.get_by_label("Code").fill("000000")
    visitor.button("Continue").click()
    expect(visitor.page.get_by_role("alert")).to_contain_text("That code is incorrect")
    visitor.page.get_by_label("Code").fill(code_of(secret))
    visitor.button("Continue").click()

    expect(visitor.page.get_by_text("You don't have access")).to_be_visible()


def test_sign_in_requires_a_correct_code_from_the_authenticator_app(
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
        visitor.submit_password(newcomer, OWN_PASSWORD)
        expect(visitor.page.get_by_text("Enter the code from your authenticator app.")).to_be_visible()
        visitor.page.get_by_label("Code").fill("000000")
        visitor.button("Continue").click()
        expect(visitor.page.get_by_role("alert")).to_contain_text("That code is incorrect")
        visitor.page.get_by_label("Code").fill(code_of(secret))
        visitor.button("Continue").click()
        expect(visitor.page.get_by_text("You don't have access")).to_be_visible()
    finally:
        pool.set_user_pool_mfa_config(UserPoolId=stack["userPoolId"], MfaConfiguration="OFF")


@pytest.mark.parametrize(
    ("challenge", "parameters", "asks"),
    [
        ("SMS_MFA", {"CODE_DELIVERY_DESTINATION": "+*******9023"}, "Enter the code we sent to +*******9023."),
        ("EMAIL_OTP", {"CODE_DELIVERY_DESTINATION": "n***@e***"}, "Enter the code we sent to n***@e***."),
        (
            "SELECT_MFA_TYPE",
            {"MFAS_CAN_CHOOSE": '["SMS_MFA","SOFTWARE_TOKEN_MFA"]'},
            "How do you want to get your code?",
        ),
    ],
)
def test_sign_in_form_handles_sms_email_and_selection_challenges(
    visit: Callable[..., Visitor], challenge: str, parameters: dict[str, str], asks: str
) -> None:
    visitor = visit()
    asked = {"ChallengeName": challenge, "Session": "begun", "ChallengeParameters": parameters}
    answer_for_the_pool(visitor, "InitiateAuth", 200, asked)
    visitor.open()
    visitor.submit_password("ada@example.org", PASSWORD)
    expect(visitor.page.get_by_text(asks)).to_be_visible()
    answers: list[dict[str, Any]] = []
    answer_for_the_pool(
        visitor, "RespondToAuthChallenge", 400, {"__type": "CodeMismatchException", "message": "No"}, answers
    )
    if challenge == "SELECT_MFA_TYPE":
        visitor.page.get_by_role("radio", name="Text message").check()
    else:
        visitor.page.get_by_label("Code").fill("123456")
    assert visitor.violations() == []
    visitor.button("Continue").click()

    expect(visitor.page.get_by_role("alert")).to_contain_text("That code is incorrect")
    [given] = answers
    field, value = {"SMS_MFA": ("SMS_MFA_CODE", "123456"), "EMAIL_OTP": ("EMAIL_OTP_CODE", "123456")}.get(
        challenge, ("ANSWER", "SMS_MFA")
    )
    assert (given["ChallengeName"], given["Session"]) == (challenge, "begun")
    assert given["ChallengeResponses"] == {"USERNAME": "ada@example.org", field: value}


def test_user_can_return_to_the_sign_in_form_after_an_unsupported_challenge(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    asked = {"ChallengeName": "DEVICE_SRP_AUTH", "Session": "begun", "ChallengeParameters": {}}
    answer_for_the_pool(visitor, "InitiateAuth", 200, asked)
    visitor.open()
    visitor.submit_password("ada@example.org", PASSWORD)
    expect(visitor.page.get_by_text("needs a sign-in method that isn't supported here")).to_be_visible()
    visitor.button("Back to sign-in").click()
    visitor.submit_password("ada@example.org", PASSWORD)

    visitor.arrived()


def test_password_reset_requires_a_correct_code(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    visitor.open()
    visitor.button("Forgot password?").click()
    visitor.page.get_by_label("Email").fill("ada@example.org")
    visitor.button("Send code").click()
    expect(
        visitor.page.get_by_text("If there's an account for ada@example.org, we've sent a code to that address.")
    ).to_be_visible()
    visitor.button("Send a new code").click()
    expect(visitor.page.get_by_text("We sent a new code.")).to_be_visible()
    visitor.page.get_by_label("Code").fill("000000")
    visitor.page.get_by_label("New password").fill(OWN_PASSWORD)
    visitor.button("Set password and sign in").click()

    expect(visitor.page.get_by_role("alert")).to_contain_text("That code is incorrect")
    visitor.button("Back to sign-in").click()
    expect(visitor.page.get_by_role("alert")).to_be_empty()
    visitor.submit_password("ada@example.org", PASSWORD)
    visitor.arrived()


def test_forgotten_password_is_reset_with_the_code_from_the_email(
    visit: Callable[..., Visitor], pool: Any, stack: dict[str, Any], newcomer: str
) -> None:
    own_password(pool, stack, newcomer)
    visitor = visit()
    visitor.open()
    visitor.button("Forgot password?").click()
    visitor.page.get_by_label("Email").fill(newcomer)
    visitor.button("Send code").click()
    visitor.page.get_by_label("Code").wait_for()  # the email has then been sent
    visitor.page.get_by_label("Code").fill(emailed_code(stack, newcomer))
    visitor.page.get_by_label("New password").fill(NEXT_PASSWORD)
    visitor.button("Set password and sign in").click()
    expect(visitor.page.get_by_text(f"Ask your admin to add {newcomer}.")).to_be_visible()

    returning = visit()
    returning.open()
    returning.submit_password(newcomer, NEXT_PASSWORD)
    expect(returning.page.get_by_text(f"Ask your admin to add {newcomer}.")).to_be_visible()


def emailed_code(stack: dict[str, Any], email: str) -> str:
    """Return the code from the latest email that the user pool sent to a user."""
    latest = [message for message in sent_emails(stack) if message["To"] == [email]][-1]
    return str(re.findall(r"\b\d{6}\b", latest["BodyText"] + latest["BodyHtml"])[-1])


def own_password(pool: Any, stack: dict[str, Any], email: str) -> None:
    pool.admin_set_user_password(UserPoolId=stack["userPoolId"], Username=email, Password=OWN_PASSWORD, Permanent=True)


def answer_for_the_pool(
    visitor: Visitor, operation: str, status: int, answer: dict[str, Any], asked: list[dict[str, Any]] | None = None
) -> None:
    """Respond to one call in place of the user pool, as Amazon Cognito would, and record the request in `asked`."""
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
    """Return an authenticator app's current code (RFC 6238)."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.digest(base64.b32decode(secret), counter, "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF) % 1_000_000:06}"
