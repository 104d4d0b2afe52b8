"""What the public documents and images have in common for caches and for scripts of other sites."""

from typing import Final

from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

ANYWHERE: Final = {"Access-Control-Allow-Origin": "*"}
UNCHANGED: Final[dict[int, OpenAPIResponse]] = {304: {"description": "It is what `If-None-Match` names", "content": {}}}


def is_known(router: APIGatewayRouter, etag: str) -> bool:
    """Tell whether the caller has what this ETag stands for already (RFC 9110, ``If-None-Match``)."""
    known = router.current_event.headers.get("If-None-Match", "")
    return any(tag.strip().removeprefix("W/") in (etag, "*") for tag in known.split(","))
