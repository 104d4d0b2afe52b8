"""Caching headers (RFC 9110 and 9111) and cross-origin headers for public documents and images."""

import hashlib
from typing import Any, Final

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

type Router = APIGatewayRouter | APIGatewayRestResolver

REVALIDATED: Final = "public, no-cache"
"""The ``Cache-Control`` of documents. Caches must revalidate them each time, so that changes are shown immediately."""

ALLOW_ANY_ORIGIN: Final = {"Access-Control-Allow-Origin": "*"}
VARY_BY_ENCODING: Final = {"Vary": "Accept-Encoding"}
"""The header for responses that API Gateway compresses. API Gateway doesn't add this header."""
VARY_BY_ACCEPT: Final = {"Vary": "Accept, Accept-Encoding"}
NOT_MODIFIED: Final[dict[int, OpenAPIResponse]] = {
    304: {"description": "Not modified: the ETag matches `If-None-Match`", "content": {}}
}


def weak_etag(etag: str) -> str:
    """Return the weak form of an ETag (RFC 9110, section 8.8.1).

    The compressed and uncompressed forms of a body can share a weak ETag.
    """
    return f"W/{etag}"


def cacheable_response(
    router: Router, content_type: str, body: str, headers: dict[str, Any], status: int = 200
) -> Response[Any]:
    """Return a response with an ETag. If the client already has the body, the status is 304 and the body is omitted.

    If `status` isn't 200, the response always includes the body.
    """
    etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    headers = {"ETag": weak_etag(etag), "Cache-Control": REVALIDATED, **headers}
    if status == 200 and is_in_if_none_match(router, etag):
        return Response(status_code=304, headers=headers)
    return Response(status_code=status, content_type=content_type, body=body, headers=headers)


def is_in_if_none_match(router: Router, etag: str) -> bool:
    """Return whether the request's ``If-None-Match`` header matches this ETag (RFC 9110, section 13.1.2)."""
    known = router.current_event.headers.get("If-None-Match", "")
    return any(tag.strip().removeprefix("W/") in (etag, "*") for tag in known.split(","))


def is_head(router: Router) -> bool:
    """Return whether the client sent a HEAD request, which `api.handler` passes to the route as a GET request."""
    return router.current_event.request_context.http_method == "HEAD"
