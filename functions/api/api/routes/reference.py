"""What this API can do, for programs (`/openapi.json`) and for people (`/reference`); no token is needed."""

import base64
import hashlib
import re
from functools import lru_cache
from importlib.resources import files

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response

from ..http.base_url import base_url_of
from ..http.caching import revalidated


def add_reference(app: APIGatewayRestResolver) -> None:
    """Let an app describe itself, as the API of the address that the request came in at."""

    @app.get("/openapi.json", include_in_schema=False)
    def openapi_json() -> Response[str | None]:
        return revalidated(app, "application/json", _document(app), {})

    @app.get("/reference", include_in_schema=False)
    def reference() -> Response[str | None]:
        page, policy = _page(_document(app))
        return revalidated(app, "text/html; charset=utf-8", page, {"Content-Security-Policy": policy})


def _document(app: APIGatewayRestResolver) -> str:
    from ..openapi.document import openapi_document  # only now: most cold starts are for something else

    return openapi_document(app, base_url_of(app))


@lru_cache(maxsize=4)
def _page(document: str) -> tuple[str, str]:
    """Return the page for people, and its content security policy: it runs the scripts that are in it and no others.

    Nearly all of its 1.7 MB is Swagger UI, which API Gateway compresses to a quarter, and which a browser that has it
    does not get again (`revalidated`).
    """
    # `enable_swagger` takes the API's address once, when the function starts; here it is that of each request.
    # Scripts and styles stand in the page itself, so that it asks no other site for anything.
    from aws_lambda_powertools.event_handler.openapi import swagger_ui

    assets = files(swagger_ui)
    page = swagger_ui.generate_swagger_html(
        spec=document.replace("</", "<\\/"),  # no text of ours may end the page's script
        swagger_js=assets.joinpath("swagger-ui-bundle.min.js").read_text(),
        swagger_css=assets.joinpath("swagger-ui.min.css").read_text(),
        swagger_base_url="",
        oauth2_config=None,
    ).replace("<title>Swagger UI</title>", "<title>Badge Data Management API</title>")
    scripts = [f"'sha256-{_hash(script)}'" for script in re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL)]
    policy = [
        "default-src 'none'",
        " ".join(["script-src", *scripts]),
        "style-src 'unsafe-inline'",  # Swagger UI sets styles of single elements
        "img-src data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
    return page, "; ".join(policy)


def _hash(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
