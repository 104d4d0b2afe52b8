"""The API reference page, which shows the OpenAPI document in Swagger UI."""

import base64
import hashlib
from functools import lru_cache
from importlib.resources import files

from aws_lambda_powertools.event_handler.openapi import swagger_ui

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Badge Data Management API</title>
<style>{style}</style>
</head>
<body>
<main id="reference"></main>
<script type="application/json" id="description">{description}</script>
<script>{swagger_ui}</script>
<script>{script}</script>
</body>
</html>
"""


@lru_cache(maxsize=4)
def reference_page(description: str) -> tuple[str, str]:
    """Return the reference page for an OpenAPI document, and the page's content security policy.

    Scripts and styles are inline, so the page loads nothing from other sites. Swagger UI accounts for nearly all
    of the page's 1.7 MB. API Gateway compresses the page to a quarter of that size, and browsers cache it.
    """
    own, library = files(__package__), files(swagger_ui)
    bundle = library.joinpath("swagger-ui-bundle.min.js").read_text()
    script = own.joinpath("reference.js").read_text()
    style = library.joinpath("swagger-ui.min.css").read_text() + own.joinpath("reference.css").read_text()
    page = _PAGE.format(
        style=style,
        description=description.replace("<", r"\u003c"),  # the same in JSON, but can't end the script
        swagger_ui=bundle,
        script=script,
    )
    policy = [
        "default-src 'none'",
        f"script-src {_source(bundle)} {_source(script)}",
        "style-src 'unsafe-inline'",  # Swagger UI sets inline styles
        "img-src data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
    return page, "; ".join(policy)


def _source(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
