"""Sign-in settings in the template: accounts, second factors, single sign-on, and Cognito's URLs."""

import re
from urllib.parse import urlsplit

import pytest
from cfnlint.helpers import REGIONS  # type: ignore[import-untyped]

from development.lint_template import supported_regions
from development.sam_template import template
from tests.unit.template.deployment import Deployment

MANAGED_LOGIN = {"ManagedLoginPrefix": "badges-example", "PublicBaseUrl": "https://badges.example.org"}
IN_GOVCLOUD = sorted(region for region in REGIONS if region.startswith("us-gov-"))
UNSUPPORTED = sorted(set(REGIONS) - set(supported_regions()))
COMMERCIAL = sorted(set(supported_regions()) - set(IN_GOVCLOUD))


# ---------------------------------------------------------------- single sign-on


def test_identity_provider_can_write_the_verified_email_address() -> None:
    # Cognito rejects a sign-in if the provider maps an attribute that the client may not write.
    assert Deployment(**MANAGED_LOGIN).properties("UserPoolClient")["WriteAttributes"] == ["name", "email"]


def test_app_client_cannot_write_email_addresses_unless_managed_login_is_used() -> None:
    assert Deployment().properties("UserPoolClient")["WriteAttributes"] == ["name"]


OPERATORS_FLOW = "ALLOW_ADMIN_USER_PASSWORD_AUTH"
"""The client that signs in only with AWS credentials, for `make smoke`."""


def test_tokens_cannot_change_user_attributes_if_managed_login_is_used() -> None:
    flows = Deployment(**MANAGED_LOGIN).properties("UserPoolClient")["ExplicitAuthFlows"]
    assert flows == [OPERATORS_FLOW, "ALLOW_REFRESH_TOKEN_AUTH"]
    scopes = Deployment(**MANAGED_LOGIN).properties("UserPoolClient")["AllowedOAuthScopes"]
    assert "aws.cognito.signin.user.admin" not in scopes


def test_app_client_allows_the_auth_flow_used_by_the_sign_in_form() -> None:
    flows = Deployment().properties("UserPoolClient")["ExplicitAuthFlows"]
    assert flows == ["ALLOW_USER_PASSWORD_AUTH", OPERATORS_FLOW, "ALLOW_REFRESH_TOKEN_AUTH"]


@pytest.mark.parametrize("parameters", [{}, MANAGED_LOGIN])
def test_email_address_is_changed_only_after_verification(parameters: dict[str, str]) -> None:
    pool = Deployment(**parameters).properties("UserPool")
    assert pool["UserAttributeUpdateSettings"] == {"AttributesRequireVerificationBeforeUpdate": ["email"]}
    assert pool["AutoVerifiedAttributes"] == ["email"]


def test_app_client_supports_the_configured_identity_providers() -> None:
    assert Deployment().properties("UserPoolClient")["SupportedIdentityProviders"] == ["COGNITO"]
    both = Deployment(IdentityProviders="COGNITO,Okta", **MANAGED_LOGIN)
    assert both.properties("UserPoolClient")["SupportedIdentityProviders"] == ["COGNITO", "Okta"]
    assert list(both.broken_rules()) == []
    (reported,) = Deployment(IdentityProviders="COGNITO,Okta").broken_rules()
    assert "Also set ManagedLoginPrefix" in reported


@pytest.mark.parametrize("prefix", ["badges", "b", "badges-2-example", ""])
def test_valid_cognito_prefix_is_accepted(prefix: str) -> None:
    assert re.fullmatch(template()["Parameters"]["ManagedLoginPrefix"]["AllowedPattern"], prefix)


@pytest.mark.parametrize("prefix", ["Badges", "-badges", "my-cognito", "laws-of-aws", "amazonas", "x" * 64])
def test_invalid_cognito_prefix_is_rejected_before_deployment(prefix: str) -> None:
    assert not re.fullmatch(template()["Parameters"]["ManagedLoginPrefix"]["AllowedPattern"], prefix)


# ---------------------------------------------------------------- second factors and email


@pytest.mark.parametrize(("mfa", "configuration"), [("off", "OFF"), ("optional", "OPTIONAL"), ("required", "ON")])
def test_second_factor_is_off_optional_or_required_as_configured(mfa: str, configuration: str) -> None:
    pool = Deployment(Mfa=mfa).properties("UserPool")
    assert pool["MfaConfiguration"] == configuration
    assert pool.get("EnabledMfas") == (None if mfa == "off" else ["SOFTWARE_TOKEN_MFA"])


def test_user_pool_email_is_sent_from_the_configured_identity() -> None:
    identity = "arn:aws:ses:eu-central-1:123456789012:identity/example.org"
    sender = {"SesIdentityArn": identity, "SenderAddress": "Badges <badges@example.org>"}
    assert Deployment(**sender).properties("UserPool")["EmailConfiguration"] == {
        "EmailSendingAccount": "DEVELOPER",
        "SourceArn": identity,
        "From": "Badges <badges@example.org>",
    }
    assert list(Deployment(**sender).broken_rules()) == []
    assert Deployment().properties("UserPool")["EmailConfiguration"] == {"EmailSendingAccount": "COGNITO_DEFAULT"}


@pytest.mark.parametrize("given", ["SesIdentityArn", "SenderAddress"])
def test_ses_identity_and_sender_address_must_be_set_together(given: str) -> None:
    (reported,) = Deployment(**{given: "arn:aws:ses:eu-central-1:123456789012:identity/example.org"}).broken_rules()
    assert "requires both SesIdentityArn and SenderAddress" in reported


def test_invitation_contains_a_link_to_the_page_if_its_url_is_known() -> None:
    invited = Deployment(PublicBaseUrl="https://badges.example.org").properties("UserPool")["AdminCreateUserConfig"]
    message = invited["InviteMessageTemplate"]["EmailMessage"]
    assert "https://badges.example.org/console" in message
    assert "{username}" in message
    assert "{####}" in message
    assert Deployment().properties("UserPool")["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}


# ---------------------------------------------------------------- partitions


def addresses(region: str) -> tuple[str | None, str | None]:
    """Return the hosts of the user pool API and managed login from the page's settings in a region."""
    reported = Deployment(region, **MANAGED_LOGIN).properties("ConsoleFunction")["Environment"]["Variables"]
    return urlsplit(reported["USER_POOL_ENDPOINT"]).hostname, urlsplit(reported["MANAGED_LOGIN_URL"]).hostname


@pytest.mark.parametrize("region", COMMERCIAL)
def test_page_signs_in_to_the_user_pool_in_the_deployments_region(region: str) -> None:
    expected = f"cognito-idp.{region}.amazonaws.com", f"badges-example.auth.{region}.amazoncognito.com"
    assert addresses(region) == expected
    assert list(Deployment(region).broken_rules()) == []


@pytest.mark.parametrize("region", IN_GOVCLOUD)
def test_page_uses_fips_endpoints_in_govcloud(region: str) -> None:
    expected = f"cognito-idp-fips.{region}.amazonaws.com", f"badges-example.auth-fips.{region}.amazoncognito.com"
    assert addresses(region) == expected
    assert list(Deployment(region).broken_rules()) == []


@pytest.mark.parametrize("region", UNSUPPORTED)
def test_deployment_in_an_unsupported_partition_is_rejected_with_a_reason(region: str) -> None:
    (reported,) = Deployment(region).broken_rules()
    assert "AWS China has no Amazon Cognito user pools" in reported
