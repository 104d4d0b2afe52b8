"""Clients for the deployed stack's API and for its AWS services.

The API client uses no product code, and neither follows redirects nor retries requests.
"""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from typing import Any, NamedTuple

import boto3

PATIENCE_SECONDS = 60
OVER = {"succeeded", "failed", "cancelled", "expired"}


class Answer(NamedTuple):
    """A response."""

    status: int
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def problem(self) -> dict[str, Any]:
        """Return the problem document, after checking that the response is one."""
        assert self.headers["Content-Type"] == "application/problem+json", (self.status, self.body)
        problem: dict[str, Any] = self.json
        assert {"type", "title", "status", "detail", "code"} <= problem.keys()
        assert problem["status"] == self.status
        return problem


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirects)


class Client:
    """An API client for `api_url`, with or without a token."""

    def __init__(self, api_url: str, token: str | None = None) -> None:
        self.api_url = api_url
        self.token = token

    def call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        """Send a request to an API path or an absolute URL. A body other than bytes is sent as JSON."""
        sent = {"Content-Type": "application/json"} if body is not None else {}
        if self.token is not None:
            sent["Authorization"] = f"Bearer {self.token}"
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        url = path if path.startswith(self.api_url) else self.api_url + path
        return fetch(url, method, data, sent | (headers or {}))

    def get(self, path: str) -> Answer:
        return self.call("GET", path)

    def post(self, path: str, body: Any, **headers: str) -> Answer:
        return self.call("POST", path, body, {name.replace("_", "-"): value for name, value in headers.items()})

    def delete(self, path: str) -> Answer:
        return self.call("DELETE", path)

    def export(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Request an export, and poll it until it has ended."""
        asked = self.post(path, body)
        assert asked.status == 202, asked.body
        return self.follow(asked.headers["Location"])

    def follow(self, path: str) -> dict[str, Any]:
        """Poll an export until it has ended."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            export: dict[str, Any] = self.get(path).json
            if export["status"] in OVER or time.monotonic() > deadline:
                return export
            time.sleep(0.2)


def fetch(url: str, method: str = "GET", data: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
    """Send a request to any URL, such as a presigned link."""
    request = urllib.request.Request(url, data, headers or {}, method=method)  # noqa: S310 - the local stack's own URL
    try:
        with _opener.open(request, timeout=PATIENCE_SECONDS) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())


def aws(stack: dict[str, Any], service: str, **credentials: str) -> Any:
    """Return a client for one of the stack's AWS services, with an operator's full access or other credentials."""
    connect: Any = boto3.client
    keys = credentials or {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return connect(service, endpoint_url=stack["endpointUrl"], region_name=stack["region"], **keys)


def sent_emails(stack: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the emails that the local SES has accepted, oldest first."""
    messages = fetch(f"{stack['endpointUrl']}/_ministack/ses/messages").json["messages"]
    return [message for account in messages.values() for message in account]


@contextmanager
def no_workers(stack: dict[str, Any]) -> Iterator[None]:
    """Stop the export workers within this context."""
    functions, name = aws(stack, "lambda"), stack["functions"]["exportWorker"]
    [mapping] = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        time.sleep(1)  # wait for a poll in progress
        yield
    finally:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
