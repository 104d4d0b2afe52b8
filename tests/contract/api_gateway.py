"""Sends a prepared HTTP request through the API's function, by the event that API Gateway makes of it."""

from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse

import api
from tests.integration.invocations import context, sample_event

BASE_URL = "https://api.example.org/v1"


def send(request: requests.PreparedRequest, email: str) -> requests.Response:
    """Answer a request as the API does, for the person with this address.

    Parameters
    ----------
    request
        To an address below `BASE_URL`.
    """
    path = urlsplit(request.url or "").path.removeprefix(urlsplit(BASE_URL).path)
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl(urlsplit(request.url or "").query, keep_blank_values=True):
        query.setdefault(name, []).append(value)
    headers = {_text(name): _text(value) for name, value in request.headers.items()}
    event = sample_event("api") | {
        "httpMethod": request.method,
        "path": unquote(path),
        "headers": headers | {"Host": "api.example.org"},
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "body": _body(request.body),
    }
    event["requestContext"]["authorizer"]["claims"]["email"] = email
    return _response(request, api.handler(event, context()))


def _response(request: requests.PreparedRequest, answer: dict[str, Any]) -> requests.Response:
    headers = HTTPHeaderDict()
    for name, values in answer["multiValueHeaders"].items():
        for value in values:
            headers.add(name, value)
    body = (answer["body"] or "").encode()
    raw = HTTPResponse(body=BytesIO(body), headers=headers, status=answer["statusCode"], preload_content=False)
    return HTTPAdapter().build_response(request, raw)


def _body(body: Any) -> str | None:
    # API Gateway takes bodies as text: what is not UTF-8 arrives with replacement characters.
    return body.decode("utf-8", "replace") if isinstance(body, bytes) else body


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
