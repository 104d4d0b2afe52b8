"""What the OpenAPI document says of a route's answers; the whole of it is written by `document`."""

from typing import Any

from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse, OpenAPIResponseHeader

from ..schemas.document import ProblemDocument

NO_TOKEN: dict[str, Any] = {"security": []}
"""Given as `openapi_extensions` of a route that anybody may call."""

_PROBLEMS = {
    400: "`malformed-request`: the body is not JSON",
    401: "`unauthorized`: the token is missing, expired, for another pool or client, or has no verified e-mail address",
    403: "`subscription-required`: the organization's plan is the free one; `role-not-allowed`: yours may only look",
    404: "`not-found`: it does not exist, or you have no role on it",
    409: "`conflict`: what you ask does not fit the state that it is in now",
    410: "`gone`: it was here, and is no longer",
    413: "`too-large`: the request is larger than 6 MB",
    422: "`invalid-request`: `errors` names each wrong field, with what it was and what would be right",
    429: "`too-many-requests`, `too-many-exports`: wait as long as `Retry-After` says, then try again",
}
_RETRY_AFTER: dict[str, OpenAPIResponseHeader] = {
    "Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}}
}


def answers(
    status: int, description: str, *problems: int, location: str | None = None, token: bool = True
) -> dict[int, OpenAPIResponse]:
    """Say what a route answers, as its `responses`; each route gives the right ones in one line.

    Parameters
    ----------
    status
        Of success. Its JSON is what the route's function says that it returns; a redirect has no body.
    problems
        The statuses of the problems that can come of this route, beyond 401 and 429, which can come of any.
    location
        What the answer's ``Location`` header leads to, if it has one.
    token
        False for a public route, which never answers 401 (see `NO_TOKEN`).
    """
    success: OpenAPIResponse = {"description": description}
    if location is not None:
        success["headers"] = {"Location": {"description": location, "schema": {"type": "string"}}}
    if status == 204 or 300 <= status < 400:
        success["content"] = {}
    refused = {*problems, 429, *((401,) if token else ())}
    return {status: success} | {problem: _problem(problem) for problem in sorted(refused)}


def said_as(content_type: str, responses: dict[int, OpenAPIResponse]) -> dict[int, OpenAPIResponse]:
    """Say that success has another content type than JSON."""
    schema: dict[str, Any] = {"type": "object"} if content_type.endswith("json") else {"type": "string"}
    responses[200]["content"] = {content_type: {"schema": schema}}
    return responses


def also_as_page(responses: dict[int, OpenAPIResponse], *statuses: int) -> dict[int, OpenAPIResponse]:
    """Say that answers of these statuses are HTML too, for who prefers it. Leaves what it is given as it was."""
    page: dict[str, Any] = {"text/html": {"schema": {"type": "string"}}}
    changed: dict[int, Any] = {status: dict(responses[status]) for status in statuses}
    for response in changed.values():
        response["content"] = response["content"] | page
    return responses | changed


def _problem(status: int) -> OpenAPIResponse:
    response: OpenAPIResponse = {
        "description": _PROBLEMS[status],
        "content": {"application/problem+json": {"model": ProblemDocument}},
    }
    if status == 429:
        response["headers"] = _RETRY_AFTER
    return response
