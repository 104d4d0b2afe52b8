"""Describe a route's responses in the OpenAPI document."""

from typing import Any

from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse, OpenAPIResponseHeader

from ..schemas.document import ProblemDocument

NO_TOKEN: dict[str, Any] = {"security": []}
"""The `openapi_extensions` for a route that doesn't require a token."""

PEOPLE_ONLY: dict[str, Any] = {"security": [{"idToken": []}]}
"""The `openapi_extensions` for a route that rejects access tokens."""

_PROBLEMS = {
    400: "`malformed-request`: the body is not JSON",
    401: "`unauthorized`: the token is missing, expired, or deleted, belongs to another user pool or app client, or "
    "has no verified email address",
    403: "`subscription-required`: the organization is on the free plan; `role-not-allowed`: your role does not allow "
    "this request, or access tokens can't send it",
    404: "`not-found`: the resource does not exist, or you have no role for it",
    409: "`conflict`: the resource's current state does not allow this request",
    410: "`gone`: the resource no longer exists",
    413: "`too-large`: the request is larger than 6 MB",
    422: "`invalid-request`: `errors` lists each invalid field with its value and the expected format",
    429: "`too-many-requests`, `too-many-exports`: wait for the time specified in `Retry-After`, then retry",
    503: "`temporarily-unavailable`: AWS can't process the request now, and nothing was changed; "
    "`sign-in-unavailable`: the token could not be checked. Wait for the time specified in `Retry-After`, then retry",
}
_RETRY_AFTER: dict[str, OpenAPIResponseHeader] = {
    "Retry-After": {"description": "Number of seconds to wait", "schema": {"type": "integer"}}
}


def responses(
    status: int, description: str, *problems: int, location: str | None = None, token: bool = True
) -> dict[int, OpenAPIResponse]:
    """Return the `responses` argument for a route: its success response and its possible problems.

    Parameters
    ----------
    status
        The success status. Redirects and responses with status 204 have no body. For other responses, Powertools
        derives the JSON schema from the return type of the route's function.
    description
        The description of the success response.
    problems
        The statuses of the problems that the route can return, except 401, 429, and 503, which are added automatically.
    location
        A description of the ``Location`` header, or None if the response doesn't have this header.
    token
        Whether the route requires a token. Public routes don't require one, so they never return 401 (see `NO_TOKEN`).
    """
    success: OpenAPIResponse = {"description": description}
    if location is not None:
        success["headers"] = {"Location": {"description": location, "schema": {"type": "string"}}}
    if status == 204 or 300 <= status < 400:
        success["content"] = {}
    rejected = {*problems, 429, 503, *((401,) if token else ())}
    return {status: success} | {problem: _problem(problem) for problem in sorted(rejected)}


def with_content_type(content_type: str, described: dict[int, OpenAPIResponse]) -> dict[int, OpenAPIResponse]:
    """Return the responses, with `content_type` as the content type for status 200."""
    schema: dict[str, Any] = {"type": "object"} if content_type.endswith("json") else {"type": "string"}
    success: Any = described[200] | {"content": {content_type: {"schema": schema}}}
    return described | {200: success}


def with_html(described: dict[int, OpenAPIResponse], *statuses: int) -> dict[int, OpenAPIResponse]:
    """Return the responses, with HTML as an additional content type for the given statuses."""
    html: dict[str, Any] = {"text/html": {"schema": {"type": "string"}}}
    changed: dict[int, Any] = {status: dict(described[status]) for status in statuses}
    for response in changed.values():
        response["content"] = response["content"] | html
    return described | changed


def _problem(status: int) -> OpenAPIResponse:
    response: OpenAPIResponse = {
        "description": _PROBLEMS[status],
        "content": {"application/problem+json": {"model": ProblemDocument}},
    }
    if status in (429, 503):
        response["headers"] = _RETRY_AFTER
    return response
