"""Where this API is reached, for the links in its answers."""

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from badgedata.config import config


def base_url_of(router: APIGatewayRouter | APIGatewayRestResolver) -> str:
    """Give the address that public documents are below: the setting, or else where this request came in."""
    if config().public_base_url:
        return config().public_base_url
    context = router.current_event.request_context
    return f"https://{context.domain_name}/{context.stage}"
