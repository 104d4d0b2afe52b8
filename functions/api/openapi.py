"""The OpenAPI document: what it says of a route's answers (`answers`), and the whole of it (`openapi_document`)."""

import re
from functools import lru_cache
from typing import Any

import msgspec
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer, License, Server, Tag
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse, OpenAPIResponseHeader
from pydantic.alias_generators import to_camel

from documents import ProblemDocument

VERSION = "0.1.0"

NO_TOKEN: dict[str, Any] = {"security": []}
"""Given as `openapi_extensions` of a route that anybody may call."""

TAGS = [
    Tag(name="Look around", description="Who you are, and the organizations, issuers and badge classes you see"),
    Tag(name="Exports", description="Jobs that turn stored data into one file: ask, follow, download, cancel"),
    Tag(name="Schedules", description="Exports that are made again and again"),
    Tag(name="Replacements", description="A badge overwritten with another's data: look, then confirm or cancel"),
    Tag(name="Public documents", description="Open Badges 2.0 documents and images; anybody may read them"),
]

DESCRIPTION = """\
Get an Open Badges platform's data out, and replace badges with newer ones.

Times are RFC 3339 in UTC. Send the ID token of the user pool as `Authorization: Bearer …`. Every error is an RFC 9457
problem document: `code` is for programs, `detail` says what to change, `errors` names each wrong field."""

_PROBLEMS = {
    400: "`malformed-request`: the body is not JSON",
    401: "`unauthorized`: the token is missing, expired, of another user pool, or has no verified e-mail address",
    403: "`subscription-required`: the organization's plan is the free one; `role-not-allowed`: yours may only look",
    404: "`not-found`: it does not exist, or you have no role on it",
    409: "`conflict`: what you ask does not fit the state that it is in now",
    410: "`gone`: it was here, and is no longer",
    413: "`too-large`: the request is larger than 10 MB",
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
    if 300 <= status < 400:
        success["content"] = {}
    refused = {*problems, 429, *((401,) if token else ())}
    return {status: success} | {problem: _problem(problem) for problem in sorted(refused)}


def said_as(content_type: str, responses: dict[int, OpenAPIResponse]) -> dict[int, OpenAPIResponse]:
    """Say that success has another content type than JSON."""
    schema: dict[str, Any] = {"type": "object"} if content_type.endswith("json") else {"type": "string"}
    responses[200]["content"] = {content_type: {"schema": schema}}
    return responses


def _problem(status: int) -> OpenAPIResponse:
    response: OpenAPIResponse = {
        "description": _PROBLEMS[status],
        "content": {"application/problem+json": {"model": ProblemDocument}},
    }
    if status == 429:
        response["headers"] = _RETRY_AFTER
    return response


@lru_cache(maxsize=4)
def openapi_document(app: APIGatewayRestResolver, base_url: str) -> str:
    """Write the OpenAPI 3.1 document of an API that is reached at `base_url`, as JSON."""
    written = app.get_openapi_schema(
        title="Badge Data Management",
        version=VERSION,
        description=DESCRIPTION,
        tags=list(TAGS),
        servers=[Server(url=base_url)],
        license_info=License(name="Apache License 2.0", identifier="Apache-2.0"),
        security_schemes={
            "idToken": HTTPBearer(bearerFormat="JWT", description="The ID token of a user of the user pool")
        },
        security=[{"idToken": []}],
    ).model_dump(mode="json", by_alias=True, exclude_none=True)
    for name in ("HTTPValidationError", "ValidationError", "ResponseValidationError"):
        written["components"]["schemas"].pop(name, None)
    for path, operations in written["paths"].items():
        for method, operation in operations.items():
            _tidy(operation, path, method)
    for schema in written["components"]["schemas"].values():
        for field in schema.get("properties", {}).values():
            field.pop("title", None)
    return msgspec.json.encode(written).decode()


def _tidy(operation: dict[str, Any], path: str, method: str) -> None:
    """Put right what Powertools says of an operation without being asked."""
    operation["operationId"] = to_camel(operation["operationId"].removesuffix(re.sub(r"\W", "_", f"{path}_{method}")))
    if "application/json" in operation["responses"].get("422", {}).get("content", {}):
        del operation["responses"]["422"]
    for parameter in operation.get("parameters", []):
        schema = parameter["schema"]
        del schema["title"]
        schema.pop("description", None)
        if "anyOf" in schema:  # a parameter can be left out, but not be null
            schema |= next(kind for kind in schema.pop("anyOf") if kind != {"type": "null"})
        if parameter["in"] == "header":
            parameter["name"] = parameter["name"].title()
