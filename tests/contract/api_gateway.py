"""Send a prepared HTTP request to the API's function, as the event that API Gateway would create from it."""

from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse

from badgedata.access import Caller
from functions.api import api
from tests.support import gateway
from tests.support.invocations import context

BASE_URL = gateway.OWN.url


def send(request: requests.PreparedRequest, email: str) -> requests.Response:
    """Return the API's response to a request from the user with this email address.

    Parameters
    ----------
    request
        A request to one of the deployment's URLs, such as a URL below `BASE_URL`.
    """
    address, path = gateway.place_of(request.url or "")
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl(urlsplit(request.url or "").query, keep_blank_values=True):
        query.setdefault(name, []).append(value)
    event = gateway.event(
        request.method or "",
        unquote(path),
        address=address,
        caller=None if email is None else Caller(email),
        headers={_text(name): _text(value) for name, value in request.headers.items()},
        query=query,
        body=_body(request.body),
    )
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
    # API Gateway treats bodies as text: bytes that are not valid UTF-8 arrive as replacement characters.
    return body.decode("utf-8", "replace") if isinstance(body, bytes) else body


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
