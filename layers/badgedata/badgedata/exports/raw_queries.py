"""Fast DynamoDB queries that return the raw bytes of responses. botocore only signs the requests.

An export sends many requests, and botocore's other processing takes longer than signing and sending them (`make bench`
prints the figures). A query consists of two calls: one sends it, and the other reads the response. The caller can do
other work between the calls, without a second thread.

If a query fails, botocore sends it again and handles retries and errors as usual. Examples of failures are throttling,
a broken connection, and an incorrect checksum.
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
"""The idle connections, by URL."""


class SentQuery:
    """A DynamoDB query, which is sent when this object is created.

    Parameters
    ----------
    query
        The arguments for the `query` method of boto3's low-level client.
    """

    def __init__(self, query: dict[str, Any]) -> None:
        self._query = query
        self._url = ""
        self._connection: HTTPConnection | None = None
        self._given: AWSResponse | None = None
        client = dynamodb()
        if _is_near(client.meta.endpoint_url):
            self._send(client, _signed(client, query))

    def response(self) -> bytes:
        """Wait for the response, and return its body.

        Raises
        ------
        BotoCoreError, ClientError
            If the request fails and botocore's retries also fail.
        """
        body = self._receive()
        return body if body is not None else msgspec.json.encode(dynamodb().query(**self._query))

    def abandon(self) -> None:
        """Close the connection if the response hasn't been read yet."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _send(self, client: "DynamoDBClient", request: AWSPreparedRequest) -> None:
        # As in botocore, handlers that trace requests or simulate AWS run first.
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
        """Return the response body, or None if the request failed."""
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
        if self._connection.sock is not None:  # None if the server closed the connection
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
    return not get_environ_proxies(url)


def _connect(url: str) -> HTTPConnection:
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
