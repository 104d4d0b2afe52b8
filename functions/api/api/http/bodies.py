"""JSON bodies: a request's is an object in UTF-8, or the request is malformed (400); an answer's keeps its texts."""

import base64
from typing import Any

import msgspec

from badgedata.json_faults import json_fault
from badgedata.problems import Problem
from badgedata.text import json_without_control_characters, may_hold_control_characters

# `curl -d` and urllib call every body a form unless they are told otherwise; what is in it decides.
_CALLED_FORM = "application/x-www-form-urlencoded"


def malformed(reason: str) -> Problem:
    """The answer for a body that is no JSON object."""
    return Problem(
        400,
        "malformed-request",
        "Malformed request",
        f'{reason} Send a JSON object in UTF-8 with Content-Type: application/json, such as {{"kind": "awards"}}.',
    )


def labelled_as_json(event: dict[str, Any]) -> dict[str, Any]:
    """Give an API Gateway event whose body is plain text and meant as JSON; another body is left out.

    Powertools goes by the content type, and would read a form or a file upload into the same fields as JSON.
    """
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    content_type = str(headers.pop("content-type", None) or "").partition(";")[0].strip().lower()
    meant_as_json = content_type in ("", "application/json", _CALLED_FORM) or content_type.endswith("+json")
    body = _text(event) if meant_as_json else ""
    return event | {"headers": headers, "body": body, "isBase64Encoded": False}


def read_json(text: str) -> dict[str, Any]:
    """Read a body. Raises Problem (400) for what is no JSON object."""
    try:
        body = msgspec.json.decode(text)
    except (ValueError, RecursionError) as error:
        raise malformed(f"The body is {json_fault(text.encode('utf-8', 'replace'), error)}.") from None
    if not isinstance(body, dict):
        raise malformed("The body is JSON, but not an object.")
    return body


def write_json(answer: Any) -> str:
    """Write an answer. Its texts stay as they are: in escapes they would have up to six times the bytes."""
    body = msgspec.json.encode(answer)
    if may_hold_control_characters(body):  # which older records do
        body = msgspec.json.encode(json_without_control_characters(msgspec.json.decode(body)))
    return body.decode()


def _text(event: dict[str, Any]) -> str:
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(body)
    try:
        return base64.b64decode(body, validate=True).decode()
    except ValueError:  # neither base64 nor UTF-8 is JSON
        return ""
