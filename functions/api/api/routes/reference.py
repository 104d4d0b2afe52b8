"""Routes that describe the API to programs (`/openapi.json`) and people (`/reference`). They require no token."""

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response

from ..http.base_url import base_url_of
from ..http.caching import cacheable_response


def add_reference(app: APIGatewayRestResolver) -> None:
    """Add the routes for the OpenAPI document and the reference page to an app."""

    @app.get("/openapi.json", include_in_schema=False)
    def openapi_json() -> Response[str | None]:
        return cacheable_response(app, "application/json", _document(app), {})

    @app.get("/reference", include_in_schema=False)
    def reference() -> Response[str | None]:
        from ..openapi.reference_page import reference_page  # imported here, because most cold starts don't need it

        page, policy = reference_page(_document(app))
        return cacheable_response(app, "text/html; charset=utf-8", page, {"Content-Security-Policy": policy})


def _document(app: APIGatewayRestResolver) -> str:
    from ..openapi.document import openapi_document  # as above

    return openapi_document(app, base_url_of(app))
