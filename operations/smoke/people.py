"""User pool accounts for the tenant's people, and tokens for these accounts.

People sign in with the admin flow (ADMIN_USER_PASSWORD_AUTH). The console's client allows it in every deployment.
The public can't use this flow, because Cognito requires AWS credentials for it. The flow also works with managed
login, which replaces the page's own sign-in form. The API accepts only tokens for the console's client.
"""

import base64
import secrets
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from operations.smoke.error import SmokeTestError

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import (
        AdminInitiateAuthResponseTypeDef,
        AdminRespondToAuthChallengeResponseTypeDef,
    )

FLOW: Final = "ADMIN_USER_PASSWORD_AUTH"


class People:
    """User accounts that are created for one run of the smoke test.

    Parameters
    ----------
    pool_id, client_id
        The IDs of the user pool and the console's app client.
    """

    def __init__(self, pool_id: str, client_id: str) -> None:
        self.pool_id = pool_id
        self.client_id = client_id
        self.passwords: dict[str, str] = {}
        self._other_client_ids: list[str] = []
        self._cognito: CognitoIdentityProviderClient = boto3.client("cognito-idp")

    def add(self, email: str) -> None:
        """Create an account with a verified email address and a permanent password. No message is sent."""
        # 32 characters of every kind satisfy any Cognito password policy.
        self.passwords[email] = f"{secrets.token_urlsafe(24)[:28]}aA1-"
        self._cognito.admin_create_user(
            UserPoolId=self.pool_id,
            Username=email,
            UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
            MessageAction="SUPPRESS",
        )
        self._cognito.admin_set_user_password(
            UserPoolId=self.pool_id, Username=email, Password=self.passwords[email], Permanent=True
        )

    def token(self, email: str) -> str:
        """Sign a person in, and return an ID token.

        Raises
        ------
        SmokeTestError
            If the app client doesn't allow `FLOW`, or the pool requires more than a password and a TOTP code.
        """
        return self._sign_in(email, self.client_id)

    def token_of_another_client(self, email: str) -> str:
        """Sign a person in through a temporary app client, and return an ID token. Then delete the client."""
        created = self._cognito.create_user_pool_client(
            UserPoolId=self.pool_id,
            ClientName="smoke test",
            ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )
        client_id = created["UserPoolClient"]["ClientId"]
        self._other_client_ids.append(client_id)
        token = self._sign_in(email, client_id)
        self._delete_client(client_id)
        return token

    def remove(self, email: str) -> None:
        """Delete an account if it still exists."""
        with suppress(self._cognito.exceptions.UserNotFoundException):
            self._cognito.admin_delete_user(UserPoolId=self.pool_id, Username=email)
        del self.passwords[email]

    def remove_all(self) -> None:
        """Delete all accounts and app clients that this object created, if they still exist."""
        for client_id in list(self._other_client_ids):
            self._delete_client(client_id)
        for email in list(self.passwords):
            self.remove(email)

    @property
    def cleanup_commands(self) -> list[str]:
        """The commands that delete the remaining accounts and app clients."""
        pool = f"--user-pool-id {self.pool_id}"
        return [
            *(f"aws cognito-idp admin-delete-user {pool} --username {email}" for email in self.passwords),
            *(f"aws cognito-idp delete-user-pool-client {pool} --client-id {name}" for name in self._other_client_ids),
        ]

    def _delete_client(self, client_id: str) -> None:
        with suppress(self._cognito.exceptions.ResourceNotFoundException):
            self._cognito.delete_user_pool_client(UserPoolId=self.pool_id, ClientId=client_id)
        self._other_client_ids.remove(client_id)

    def _sign_in(self, email: str, client_id: str) -> str:
        try:
            response: _Response = self._cognito.admin_initiate_auth(
                UserPoolId=self.pool_id,
                ClientId=client_id,
                AuthFlow=FLOW,
                AuthParameters={"USERNAME": email, "PASSWORD": self.passwords[email]},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "InvalidParameterException":
                raise
            raise SmokeTestError(
                expected=f"the app client {client_id} to allow {FLOW}",
                found=error.response["Error"]["Message"],
                check="that the stack was deployed from this version's template, and that its app client wasn't "
                "changed",
            ) from None
        if response.get("ChallengeName") == "MFA_SETUP":
            response = self._set_up_totp(email, client_id, response)
        if "AuthenticationResult" not in response:
            raise SmokeTestError(
                expected="sign-in with a password, or with a password and a TOTP code",
                found=f"the user pool responded with the {response.get('ChallengeName')} challenge",
                check="which MFA methods the user pool allows, because this command can set up only TOTP",
            )
        return str(response["AuthenticationResult"]["IdToken"])

    def _set_up_totp(self, email: str, client_id: str, response: "_Response") -> "_Response":
        """Register an authenticator app, as users do at their first sign-in if MFA is required."""
        secret = self._cognito.associate_software_token(Session=response["Session"])
        key = base64.b32decode(secret["SecretCode"] + "=" * (-len(secret["SecretCode"]) % 8))
        code = TOTP(key, 6, SHA1(), 30, enforce_key_length=False).generate(time.time()).decode()  # noqa: S303 - RFC 6238
        verified = self._cognito.verify_software_token(Session=secret["Session"], UserCode=code)
        return self._cognito.admin_respond_to_auth_challenge(
            UserPoolId=self.pool_id,
            ClientId=client_id,
            ChallengeName="MFA_SETUP",
            Session=verified["Session"],
            ChallengeResponses={"USERNAME": email},
        )


type _Response = AdminInitiateAuthResponseTypeDef | AdminRespondToAuthChallengeResponseTypeDef | dict[str, Any]
