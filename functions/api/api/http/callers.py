"""The caller who sent a request."""

import msgspec
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from badgedata.access import Caller
from badgedata.problems import Problem


def caller_of(router: APIGatewayRouter) -> Caller:
    """Return the person or program that sent the request. The authorizer has already checked the token.

    Raises
    ------
    Problem
        503 if version 0.1's authorizer allowed the request, which can happen for a few seconds during an upgrade. The
        status isn't 401, because a 401 would sign users out.
    """
    try:
        return Caller.from_json(router.current_event.request_context.authorizer.get("caller") or "")
    except msgspec.DecodeError:
        raise Problem(
            503,
            "sign-in-unavailable",
            "Sign-in unavailable",
            "The deployment is being upgraded, so the token could not be checked. Try again in a minute.",
            retry_after_seconds=60,
        ) from None
