"""Serve the web page that `sam build` built; everything else the page asks of the API that it came from."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

BUILT = Path(__file__).parent / "dist"
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".map": "application/json",
    ".txt": "text/plain; charset=utf-8",
}
A_YEAR_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True)
class Asset:
    """A file of the page, as it is sent."""

    content: str
    content_type: str


def read_assets(folder: Path) -> dict[str, Asset]:
    """Read all files that the page names, by name. Only what is in here can be asked for, whatever a path says."""
    return {
        path.name: Asset(path.read_text(encoding="utf-8"), CONTENT_TYPES[path.suffix])
        for path in sorted(folder.iterdir())
    }


PAGE = (BUILT / "index.html").read_text(encoding="utf-8")
ASSETS = read_assets(BUILT / "assets")


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer one GET of API Gateway: the page, or one of its files."""
    match event["resource"]:
        case "/console":
            return _page(event["path"])
        case _:
            return _asset(event["pathParameters"]["file"])


def configuration() -> dict[str, str]:
    """Give what the page has to know of this deployment; nothing in it is secret."""
    return {
        "clientId": os.environ["USER_POOL_CLIENT_ID"],
        "userPoolEndpoint": os.environ["USER_POOL_ENDPOINT"],
        "managedLoginUrl": os.environ.get("MANAGED_LOGIN_URL", ""),
        "contactAddress": os.environ.get("CONTACT_ADDRESS", ""),
    }


def content_security_policy() -> str:
    """Give the rules that a browser holds the page to: own scripts and styles, and no talking to anybody else."""
    settings = configuration()
    # Badge images may be wherever an issuer keeps them; they are shown as pictures, which run nothing. Those that are
    # kept here are shown by links to S3, which has an address of its own where the AWS SDK is told one.
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
    if path.endswith("/"):  # the addresses of its files are relative to the one without a slash
        return _answer(308, "text/plain", "") | {"headers": {"Location": "../console"}}
    settings = json.dumps(configuration()).replace("<", r"\u003c")  # in JSON the same, and in HTML no end of the script
    return _answer(200, "text/html; charset=utf-8", PAGE.replace('"{configuration}"', settings))


def _asset(file: str) -> dict[str, Any]:
    asset = ASSETS.get(file)
    if asset is None:  # A page that came just before a deployment names files of the one before.
        return _answer(404, "text/plain; charset=utf-8", "File not found. Reload the page.")
    return _answer(200, asset.content_type, asset.content, f"public, max-age={A_YEAR_SECONDS}, immutable")


def _answer(status: int, content_type: str, body: str, cache_control: str = "no-store") -> dict[str, Any]:
    return {
        "statusCode": status,
        "headers": {
            "Content-Type": content_type,
            "Cache-Control": cache_control,
            "Vary": "Accept-Encoding",  # API Gateway compresses what it answers, and doesn't say so itself
            "Content-Security-Policy": content_security_policy(),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
            "Strict-Transport-Security": f"max-age={A_YEAR_SECONDS}",
        },
        "body": body,
    }


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
