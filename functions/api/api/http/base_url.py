"""Where this API is reached: by API Gateway's own address, by a custom domain, or by one with a base path."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from badgedata.config import config


def below_base_path(event: dict[str, Any]) -> dict[str, Any]:
    """Return an event of API Gateway with its path as the routes know it.

    A custom domain's mapping leaves its base path in an event's path: `/badges/me`. The resource, `/me`, never has it.
    """
    _, path = _divided(event["path"], event["resource"])
    return event | {"path": path}


def base_url_of(router: APIGatewayRouter | APIGatewayRestResolver) -> str:
    """Return the address that all of this API is below: the setting, or else where this request came in."""
    if config().public_base_url:
        return config().public_base_url
    context = router.current_event.request_context
    # This path has what comes before the resource: the stage, or a custom domain's base path.
    prefix, _ = _divided(str(context.path), str(context.resource_path))
    return f"https://{context.domain_name}{prefix}"


def _divided(path: str, resource: str) -> tuple[str, str]:
    """Divide a path into what comes before its resource, and the rest, which has as many segments as the resource."""
    segments = path.rstrip("/").split("/")
    first = max(len(segments) - resource.count("/"), 0)
    return "/".join(segments[:first]), "/" + "/".join(segments[first:])
