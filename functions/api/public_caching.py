"""What the public documents and images have in common for caches and for scripts of other sites."""

from typing import Final

from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

ANYWHERE: Final = {"Access-Control-Allow-Origin": "*"}
BY_ENCODING: Final = {"Vary": "Accept-Encoding"}
"""API Gateway compresses bodies for clients that accept that, but leaves it to the function to tell caches."""
BY_ACCEPT: Final = {"Vary": "Accept, Accept-Encoding"}
UNCHANGED: Final[dict[int, OpenAPIResponse]] = {304: {"description": "It is what `If-None-Match` names", "content": {}}}


def weak(etag: str) -> str:
    """Mark an ETag as weak, because the same one goes with the plain and with the compressed body (RFC 9110, 8.8.1)."""
    return f"W/{etag}"


def is_known(router: APIGatewayRouter, etag: str) -> bool:
    """Tell whether the caller has what this ETag stands for already (RFC 9110, ``If-None-Match``)."""
    known = router.current_event.headers.get("If-None-Match", "")
    return any(tag.strip().removeprefix("W/") in (etag, "*") for tag in known.split(","))
