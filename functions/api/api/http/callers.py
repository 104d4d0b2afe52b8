"""The caller of a request, based on the claims in the ID token that API Gateway has verified."""

from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from badgedata.access import Caller
from badgedata.config import config
from badgedata.problems import Problem


def caller_of(router: APIGatewayRouter) -> Caller:
    """Return the person who sent the request, identified by the token's verified email address.

    API Gateway's authorizer accepts tokens for any of the user pool's clients, so the audience is checked here.

    Raises
    ------
    Problem
        401 if the token is for a different client of the user pool or has no verified email address.
    """
    claims = router.current_event.request_context.authorizer.claims or {}
    if not config().user_pool_client_id or claims.get("aud") != config().user_pool_client_id:
        raise _unauthorized(
            "The token is for a different client of the user pool. Sign in with this deployment's client."
        )
    email = claims.get("email", "")
    if not email or str(claims.get("email_verified", "")).lower() != "true":
        raise _unauthorized("The token has no verified email address. Verify your email address, then sign in again.")
    return Caller(email)


def _unauthorized(detail: str) -> Problem:
    return Problem(401, "unauthorized", "Unauthorized", detail)
