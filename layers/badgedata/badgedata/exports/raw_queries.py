"""Queries to DynamoDB by the shortest way: botocore signs, and the answers are the bytes that came.

All else that botocore does with a request takes longer than to sign and to send it, and an export asks page by page
(`make bench` has the figures). A Query is sent at one time and its answer read at another: in between DynamoDB works,
and so can who asked, without a thread.

Each Query is tried once by this way. Whatever is no plain, whole answer (throttling, a refusal, a broken connection, a
checksum that does not fit) is for botocore, which asks again, and knows how often, how long, and what to say.
"""

import ssl
from collections import defaultdict
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSPreparedRequest, AWSRequest, AWSResponse
from botocore.utils import get_environ_proxies
from zlib_ng import zlib_ng

from badgedata.aws import CONNECT_SECONDS, READ_SECONDS, USER_AGENT, credentials, dynamodb, trusted_certificates

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_OK = 200
_HEADERS = {
    "X-Amz-Target": "DynamoDB_20120810.Query",
    "Content-Type": "application/x-amz-json-1.0",
    "User-Agent": USER_AGENT,
}

_idle: defaultdict[str, list[HTTPConnection]] = defaultdict(list)
"""Open connections that wait for the next Query, by the URL."""


class Asked:
    """A Query that is on its way, made of the parameters of boto3's low-level client."""

    def __init__(self, query: dict[str, Any]) -> None:
        self._query = query
        self._url = ""
        self._connection: HTTPConnection | None = None
        self._given: AWSResponse | None = None
        client = dynamodb()
        if _is_near(client.meta.endpoint_url):
            self._send(client, _signed(client, query))

    def answer(self) -> bytes:
        """Give the body of the answer, waiting for it if need be.

        Raises
        ------
        BotoCoreError, ClientError
            What botocore raises when its tries are used up.
        """
        body = self._receive()
        return body if body is not None else msgspec.json.encode(dynamodb().query(**self._query))

    def abandon(self) -> None:
        """Wait for the answer no more, if it is still to come."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _send(self, client: "DynamoDBClient", request: AWSPreparedRequest) -> None:
        # As botocore does it: who traces requests, or stands in for AWS, is asked first.
        hooks: Any = client.meta.events
        body: Any = request.body
        _, self._given = hooks.emit_until_response("before-send.dynamodb.Query", request=request)
        if self._given is not None:
            return
        self._url = request.url
        try:
            self._connection = _idle[self._url].pop() if _idle[self._url] else _connect(self._url)
            self._connection.request(request.method, "/", body, dict(request.headers.items()))
        except (OSError, HTTPException):
            self.abandon()

    def _receive(self) -> bytes | None:
        """Give the body; None for whatever is no whole answer."""
        if self._given is not None:
            return bytes(self._given.content) if self._given.status_code == _OK else None
        if self._connection is None:
            return None
        try:
            answer = self._connection.getresponse()
            body = answer.read()
        except (OSError, HTTPException):
            self.abandon()
            return None
        if self._connection.sock is not None:  # else the other side wanted it closed
            _idle[self._url].append(self._connection)
        self._connection = None
        is_whole = answer.headers.get("x-amz-crc32") in (None, str(zlib_ng.crc32(body)))
        return body if answer.status == _OK and is_whole else None


def _signed(client: "DynamoDBClient", query: dict[str, Any]) -> AWSPreparedRequest:
    request = AWSRequest("POST", f"{client.meta.endpoint_url}/", _HEADERS, msgspec.json.encode(query))
    SigV4Auth(credentials(), "dynamodb", client.meta.region_name).add_auth(request)
    return request.prepare()


@cache
def _is_near(url: str) -> bool:
    """Tell whether there is no proxy in between; botocore knows how to go by one."""
    return not get_environ_proxies(url)


def _connect(url: str) -> HTTPConnection:
    """Open a connection. Raises OSError."""
    address = urlsplit(url)
    host = address.hostname or ""
    connection = (
        HTTPSConnection(host, address.port, timeout=CONNECT_SECONDS, context=_trust())
        if address.scheme == "https"
        else HTTPConnection(host, address.port, timeout=CONNECT_SECONDS)
    )
    connection.connect()
    connection.sock.settimeout(READ_SECONDS)
    return connection


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=trusted_certificates())
