"""Print an ID token for a user in the local user pool: ``make token USER=ada@example.org``."""

import sys
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from local.deploy import read_stack
from local.errors import LocalStackError
from local.places import run_place


def id_token(stack: dict[str, Any], email: str) -> str:
    """Sign in as a user, and return an ID token.

    Raises
    ------
    LocalStackError
        If the user can't sign in, for example because the user doesn't exist in the user pool.
    """
    client = boto3.client(
        "cognito-idp",
        endpoint_url=stack["endpointUrl"],
        region_name=stack["region"],
        config=Config(signature_version=UNSIGNED),
    )
    try:
        response = client.initiate_auth(
            ClientId=stack["clientId"],
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": email, "PASSWORD": stack["password"]},
        )
    except ClientError as error:
        reason = error.response["Error"].get("Message", "no reason given").rstrip(".")
        raise LocalStackError(f"{email} can't sign in: {reason}. Users: {_emails(stack)}") from None
    return response["AuthenticationResult"]["IdToken"]


def _emails(stack: dict[str, Any]) -> str:
    return ", ".join(user["email"] for user in stack["users"]) or "none"


if __name__ == "__main__":
    try:
        stack = read_stack(run_place().stack_file)
        if len(sys.argv) != 2:
            raise LocalStackError(f"Specify a user, as in `make token USER=EMAIL`. Users: {_emails(stack)}")
        print(id_token(stack, sys.argv[1]))
    except LocalStackError as error:
        sys.exit(str(error))
