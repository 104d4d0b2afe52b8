"""Who is calling: API Gateway has checked the token; membership goes by its verified e-mail."""

from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from badgedata.access import Caller
from badgedata.problems import Problem


def caller_of(router: APIGatewayRouter) -> Caller:
    """Give the person behind the request.

    Raises
    ------
    Problem
        401 when the token has no verified e-mail address.
    """
    claims = router.current_event.request_context.authorizer.claims or {}
    email = claims.get("email", "")
    if not email or str(claims.get("email_verified", "")).lower() != "true":
        raise Problem(
            401,
            "unauthorized",
            "Unauthorized",
            "The token has no verified e-mail address. Verify your address, then sign in again.",
        )
    return Caller(email)
