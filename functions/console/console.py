"""Serve the web page. The page gets all of its data from the API."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

BUILD = Path(__file__).parent / "dist"
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".map": "application/json",
    ".txt": "text/plain; charset=utf-8",
}
ONE_YEAR_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True)
class Asset:
    """The content and the content type of a file that the page loads."""

    content: str
    content_type: str


def read_assets(folder: Path) -> dict[str, Asset]:
    """Return the files that the page loads, keyed by name. No other files are served."""
    return {
        path.name: Asset(path.read_text(encoding="utf-8"), CONTENT_TYPES[path.suffix])
        for path in sorted(folder.iterdir())
    }


PAGE = (BUILD / "index.html").read_text(encoding="utf-8")
ASSETS = read_assets(BUILD / "assets")


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Return the page or one of its files."""
    match event["resource"]:
        case "/console":
            return _page(event["path"])
        case _:
            return _asset(event["pathParameters"]["file"])


def configuration() -> dict[str, str]:
    """Return the settings that the page needs. None of them are secret."""
    return {
        "clientId": os.environ["USER_POOL_CLIENT_ID"],
        "userPoolEndpoint": os.environ["USER_POOL_ENDPOINT"],
        "managedLoginUrl": os.environ.get("MANAGED_LOGIN_URL", ""),
        "contactAddress": os.environ.get("CONTACT_ADDRESS", ""),
        "notificationSender": os.environ.get("NOTIFICATION_SENDER", ""),
    }


def content_security_policy() -> str:
    """Return the page's content security policy."""
    settings = configuration()
    # Issuers may host badge images anywhere, and images can't run scripts. Stored images are shown through links to S3,
    # which has a different origin if the AWS SDK is configured with an endpoint.
    images = {_origin(url) for url in (os.environ.get("AWS_ENDPOINT_URL"),) if url}
    sign_in = {_origin(url) for url in (settings["userPoolEndpoint"], settings["managedLoginUrl"]) if url}
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            " ".join(["img-src 'self' data: blob: https:", *sorted(images)]),
            " ".join(["connect-src 'self'", *sorted(sign_in)]),
            "form-action 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    )


def _page(path: str) -> dict[str, Any]:
    if path.endswith("/"):  # the page's relative URLs require a URL without a trailing slash
        return _response(308, "text/plain", "") | {"headers": {"Location": "../console"}}
    settings = json.dumps(configuration()).replace("<", r"\u003c")  # the same in JSON, but can't end the script in HTML
    return _response(200, "text/html; charset=utf-8", PAGE.replace('"{configuration}"', settings))


def _asset(file: str) -> dict[str, Any]:
    asset = ASSETS.get(file)
    if asset is None:  # A page loaded just before a deployment may request files from the previous one.
        return _response(404, "text/plain; charset=utf-8", "File not found. Reload the page.")
    return _response(200, asset.content_type, asset.content, f"public, max-age={ONE_YEAR_SECONDS}, immutable")


def _response(status: int, content_type: str, body: str, cache_control: str = "no-store") -> dict[str, Any]:
    return {
        "statusCode": status,
        "headers": {
            "Content-Type": content_type,
            "Cache-Control": cache_control,
            "Vary": "Accept-Encoding",  # API Gateway compresses responses, but doesn't send this header
            "Content-Security-Policy": content_security_policy(),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
            "Strict-Transport-Security": f"max-age={ONE_YEAR_SECONDS}",
        },
        "body": body,
    }


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
