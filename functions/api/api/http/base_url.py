"""The base URL of this API: API Gateway's own URL, or that of a custom domain, with or without a base path."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from badgedata.config import config


def without_base_path(event: dict[str, Any]) -> dict[str, Any]:
    """Return an API Gateway event with the base path removed from its path, so that the path matches a route.

    With a custom domain mapping, the base path is included in the event's path (`/badges/me`), but not in the resource
    (`/me`).
    """
    _, path = _split_path(event["path"], event["resource"])
    return event | {"path": path}


def base_url_of(router: APIGatewayRouter | APIGatewayRestResolver) -> str:
    """Return the base URL of all routes: the PUBLIC_BASE_URL setting or, without it, the URL of this request."""
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
