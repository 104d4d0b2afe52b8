"""The base URL of this API, which is either API Gateway's own URL or a custom domain's URL."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from badgedata.config import config


def without_base_path(event: dict[str, Any]) -> dict[str, Any]:
    """Return an API Gateway event without a custom domain's base path.

    Without the base path, the event's path matches a route. For example, if the base path is ``badges``, the path
    ``/badges/me`` becomes ``/me``.
    """
    _, path = _split_path(event["path"], event["resource"])
    return event | {"path": path}


def base_url_of(router: APIGatewayRouter | APIGatewayRestResolver) -> str:
    """Return the PUBLIC_BASE_URL setting or, if it isn't set, the request's base URL."""
    if config().public_base_url:
        return config().public_base_url
    context = router.current_event.request_context
    # This path begins with the stage, or with a custom domain's base path.
    prefix, _ = _split_path(str(context.path), str(context.resource_path))
    return f"https://{context.domain_name}{prefix}"


def _split_path(path: str, resource: str) -> tuple[str, str]:
    """Split a path into a prefix and a remainder that has as many segments as the resource."""
    segments = path.rstrip("/").split("/")
    first = max(len(segments) - resource.count("/"), 0)
    return "/".join(segments[:first]), "/" + "/".join(segments[first:])
