"""The signed webhook of the example subscriptions: its function signs each request, and failed requests are retried."""

import base64
import hashlib
import hmac
import json
import threading
import urllib.error
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest

from development.sam_template import loaded
from local.places import REPOSITORY

EVENT = json.loads((REPOSITORY / "events" / "bus" / "ExportSucceeded.json").read_text())
SECRET = base64.b64encode(b"0123456789abcdefghijklmn").decode()


class Receiver(ThreadingHTTPServer):
    """A webhook receiver that always responds with the same status."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = 204
        self.received: list[tuple[dict[str, str], bytes]] = []


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.server.status)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def function(tables: None, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return the names defined in the function's code."""
    boto3.client("secretsmanager").create_secret(Name="signing", SecretString=SECRET)
    monkeypatch.setenv("SECRET", "signing")
    monkeypatch.setenv("URL", f"http://127.0.0.1:{receiver.server_port}/hook")
    template = loaded(REPOSITORY / "docs" / "examples" / "event-subscriptions.yaml")
    module: dict[str, Any] = {}
    exec(template["Resources"]["SigningFunction"]["Properties"]["Code"]["ZipFile"], module)  # noqa: S102 - the example
    return module


def send(function: dict[str, Any]) -> None:
    function["handler"]({"Records": [{"body": json.dumps(EVENT)}]}, None)


def test_webhook_request_is_signed_as_documented(function: dict[str, Any], receiver: Receiver) -> None:
    send(function)
    ((headers, body),) = receiver.received
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    signature = base64.b64encode(hmac.digest(base64.b64decode(SECRET), signed, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{signature}"
    assert headers["webhook-id"] == EVENT["detail"]["id"]
    assert json.loads(body) == {
        "type": "ExportSucceeded",
        "timestamp": EVENT["detail"]["at"],
        "data": EVENT["detail"],
    }


@pytest.mark.parametrize("status", [302, 404, 500, 503])
def test_function_fails_if_the_receiver_rejects_the_request(
    function: dict[str, Any], receiver: Receiver, status: int
) -> None:
    receiver.status = status
    with pytest.raises(urllib.error.HTTPError):
        send(function)
    assert len(receiver.received) == 1


def test_webhook_code_is_short_enough_for_an_inline_function(function: dict[str, Any]) -> None:
    template = loaded(REPOSITORY / "docs" / "examples" / "event-subscriptions.yaml")
    code = template["Resources"]["SigningFunction"]["Properties"]["Code"]["ZipFile"]
    assert len(code.encode()) < 4096
