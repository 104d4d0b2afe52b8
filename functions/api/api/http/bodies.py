"""Read JSON request bodies and write JSON response bodies."""

import base64
from typing import Any

import msgspec

from badgedata.json_faults import decode_json, json_fault
from badgedata.problems import Problem
from badgedata.text import json_without_control_characters, may_hold_control_characters

# `curl -d` and urllib send this content type by default, so only the content shows whether the body is JSON.
_FORM = "application/x-www-form-urlencoded"


def malformed(reason: str) -> Problem:
    """Return a 400 problem for a request body that isn't a JSON object.

    Parameters
    ----------
    reason
        A sentence that describes what is wrong with the body.
    """
    return Problem(
        400,
        "malformed-request",
        "Malformed request",
        f'{reason} Send a JSON object, such as {{"kind": "awards"}}, encoded in UTF-8, and set Content-Type to '
        "application/json.",
    )


def normalize_body(event: dict[str, Any]) -> dict[str, Any]:
    """Return an API Gateway event with a text body, which is empty if the content type isn't JSON.

    A missing content type and ``application/x-www-form-urlencoded`` are treated as JSON. The ``Content-Type`` header is
    removed, so that Powertools doesn't parse the body as a form or file upload.
    """
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    content_type = str(headers.pop("content-type", None) or "").partition(";")[0].strip().lower()
    is_json = content_type in ("", "application/json", _FORM) or content_type.endswith("+json")
    body = _text(event) if is_json else ""
    return event | {"headers": headers, "body": body, "isBase64Encoded": False}


def read_json(text: str) -> dict[str, Any]:
    """Return the JSON object in a request body.

    Raises
    ------
    Problem
        400 if the body isn't a JSON object, or is nested too deeply.
    """
    try:
        body = decode_json(text)
    except (ValueError, RecursionError) as error:
        raise malformed(f"The body is {json_fault(text.encode('utf-8', 'replace'), error)}.") from None
    if not isinstance(body, dict):
        raise malformed("The body is JSON, but not an object.")
    return body


def write_json(response: Any) -> str:
    """Return a response body as JSON. Non-ASCII characters aren't escaped, to keep the body short."""
    body = msgspec.json.encode(response)
    if may_hold_control_characters(body):  # found in older records
        body = msgspec.json.encode(json_without_control_characters(msgspec.json.decode(body)))
    return body.decode()


def _text(event: dict[str, Any]) -> str:
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(body)
    try:
        return base64.b64decode(body, validate=True).decode()
    except ValueError:  # not Base64 or not UTF-8, so not JSON
        return ""
