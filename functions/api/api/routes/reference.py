"""Routes for the API's description, for programs (`/openapi.json`) and people (`/reference`). They require no token."""

import base64
import hashlib
import re
from functools import lru_cache
from importlib.resources import files

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response

from ..http.base_url import base_url_of
from ..http.caching import cacheable_response


def add_reference(app: APIGatewayRestResolver) -> None:
    """Add the routes that describe an app, using the request's base URL."""

    @app.get("/openapi.json", include_in_schema=False)
    def openapi_json() -> Response[str | None]:
        return cacheable_response(app, "application/json", _document(app), {})

    @app.get("/reference", include_in_schema=False)
    def reference() -> Response[str | None]:
        page, policy = _page(_document(app))
        return cacheable_response(app, "text/html; charset=utf-8", page, {"Content-Security-Policy": policy})


def _document(app: APIGatewayRestResolver) -> str:
    from ..openapi.document import openapi_document  # imported here, because most cold starts don't need it

    return openapi_document(app, base_url_of(app))


@lru_cache(maxsize=4)
def _page(document: str) -> tuple[str, str]:
    """Return the reference page and its content security policy, which allows only the scripts in the page.

    Swagger UI accounts for nearly all of its 1.7 MB. API Gateway compresses it to a quarter of that, and browsers cache
    it (`cacheable_response`).
    """
    # `enable_swagger` fixes the API's URL when the function starts, but this function takes it from each request.
    # Scripts and styles are inline, so that the page loads nothing from other sites.
    from aws_lambda_powertools.event_handler.openapi import swagger_ui

    assets = files(swagger_ui)
    page = swagger_ui.generate_swagger_html(
        spec=document.replace("</", "<\\/"),  # text in the document must not end the page's script
        swagger_js=assets.joinpath("swagger-ui-bundle.min.js").read_text(),
        swagger_css=assets.joinpath("swagger-ui.min.css").read_text(),
        swagger_base_url="",
        oauth2_config=None,
    ).replace("<title>Swagger UI</title>", "<title>Badge Data Management API</title>")
    scripts = [f"'sha256-{_hash(script)}'" for script in re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL)]
    policy = [
        "default-src 'none'",
        " ".join(["script-src", *scripts]),
        "style-src 'unsafe-inline'",  # Swagger UI sets inline styles
        "img-src data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
    return page, "; ".join(policy)


def _hash(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
