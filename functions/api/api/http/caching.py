"""What the public documents and images have in common for caches and for scripts of other sites."""

import hashlib
from typing import Any, Final

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

type Router = APIGatewayRouter | APIGatewayRestResolver

REVALIDATED: Final = "public, no-cache"
"""A cache may keep them, and asks each time whether they changed, so that new text shows at once."""

ANYWHERE: Final = {"Access-Control-Allow-Origin": "*"}
BY_ENCODING: Final = {"Vary": "Accept-Encoding"}
"""API Gateway compresses bodies for clients that accept that, but leaves it to the function to tell caches."""
BY_ACCEPT: Final = {"Vary": "Accept, Accept-Encoding"}
UNCHANGED: Final[dict[int, OpenAPIResponse]] = {304: {"description": "It is what `If-None-Match` names", "content": {}}}


def weak(etag: str) -> str:
    """Mark an ETag as weak, because the same one goes with the plain and with the compressed body (RFC 9110, 8.8.1)."""
    return f"W/{etag}"


def revalidated(
    router: Router, content_type: str, body: str, headers: dict[str, Any], status: int = 200
) -> Response[Any]:
    """Answer with a text and its ETag; without the text where the caller has it already.

    Only what was found can be unchanged: another status is always answered whole.
    """
    etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    headers = {"ETag": weak(etag), "Cache-Control": REVALIDATED, **headers}
    if status == 200 and is_known(router, etag):
        return Response(status_code=304, headers=headers)
    return Response(status_code=status, content_type=content_type, body=body, headers=headers)


def is_known(router: Router, etag: str) -> bool:
    """Tell whether the caller has what this ETag stands for already (RFC 9110, ``If-None-Match``)."""
    known = router.current_event.headers.get("If-None-Match", "")
    return any(tag.strip().removeprefix("W/") in (etag, "*") for tag in known.split(","))


def is_head(router: Router) -> bool:
    """Tell whether the caller asks for the headers alone; the routes themselves know GET only (`api.handler`)."""
    return router.current_event.request_context.http_method == "HEAD"
