"""The API's authorizer. It checks people's ID tokens and programs' access tokens (badgedata.sign_in)."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from badgedata.sign_in import caller_in

logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Return a policy that covers all routes, because API Gateway caches one policy for each token.

    If the policy denies access, API Gateway returns 401 (template.yaml, ACCESS_DENIED). If this function raises an
    error, API Gateway returns 503.
    """
    caller = caller_in(event["authorizationToken"])
    stage = "/".join(event["methodArn"].split("/")[:2])
    statement = {
        "Action": "execute-api:Invoke",
        "Effect": "Deny" if caller is None else "Allow",
        "Resource": f"{stage}/*",
    }
    return {
        # Appears in access logs, so it must not identify a person.
        "principalId": "caller",
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {} if caller is None else {"caller": caller.to_json()},
    }
