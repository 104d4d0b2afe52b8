"""The export's own DynamoDB queries: one quick attempt, and botocore for everything except a plain response."""

import json
import ssl
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from threading import Thread
from typing import Any, Literal, NamedTuple

import pytest
from botocore.exceptions import ClientError
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from badgedata import aws
from badgedata.exports import raw_queries
from badgedata.exports.award_queries import decode, rows_decoder

QUERY = {
    "TableName": "awards",
    "KeyConditionExpression": "issuerId = :issuer",
    "ExpressionAttributeValues": {":issuer": {"S": "aurora"}},
}
PAGE = json.dumps(
    {
        "Count": 1,
        "Items": [{"awardId": {"S": "a1"}, "badgeClassId": {"S": "b1"}, "issuedOn": {"S": "2026-01-01T09:00:00Z"}}],
        "LastEvaluatedKey": {"issuerId": {"S": "aurora"}, "issuedOnAwardId": {"S": "2026#a1"}},
    }
).encode()


class Answer(NamedTuple):
    """A response from the table: a status, a body, and the headers that describe the body."""

    status: int = 200
    body: bytes = PAGE
    checksum: int | None = zlib.crc32(PAGE)
    length: int | None = None
    closes: Literal["no", "and says so", "unsaid"] = "no"


class Table(ThreadingHTTPServer):
    """A DynamoDB stand-in that sends these responses one after the other, and then only complete pages."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[Answer] = []
        self.asked: list[tuple[str, dict[str, str], Any]] = []
        self.connections = 0

    def get_request(self) -> Any:
        self.connections += 1
        return super().get_request()

    def await_question(self) -> None:
        """Wait until a request has arrived."""
        deadline = time.monotonic() + 10
        while not self.asked:
            assert time.monotonic() < deadline
            time.sleep(0.01)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Table

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, dict(self.headers), json.loads(body)))
        answer = self.server.answers.pop(0) if self.server.answers else Answer()
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(answer.body) if answer.length is None else answer.length))
        if answer.checksum is not None:
            self.send_header("x-amz-crc32", str(answer.checksum))
        if answer.closes == "and says so":
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body)
        self.close_connection = answer.closes != "no"

    def log_message(self, *_: Any) -> None:
        pass


def rejection(code: str) -> Answer:
    """Return an error response."""
    return Answer(400, json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}"}).encode(), checksum=None)


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[Table]:
    """Run a table at the endpoint where the product's client expects AWS."""
    server = Table()
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    aws.dynamodb.cache_clear()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        aws.dynamodb.cache_clear()


@pytest.fixture
def certificate(table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Make the table use TLS, and return the certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "table")])
    begin = datetime.now(UTC) - timedelta(days=1)
    shown = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    path.write_bytes(shown.public_bytes(Encoding.PEM))
    unsealed = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key.pem").write_bytes(unsealed)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, tmp_path / "key.pem")
    table.socket = context.wrap_socket(table.socket, server_side=True)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"https://127.0.0.1:{table.server_port}")
    aws.dynamodb.cache_clear()
    raw_queries._trust.cache_clear()
    yield path
    raw_queries._trust.cache_clear()


def award_ids(body: bytes) -> list[str]:
    """Return the IDs of the awards on a page."""
    return [award.award_id.S for award in decode(body, rows_decoder).items]


def test_plain_response_is_returned_unchanged(table: Table) -> None:
    assert raw_queries.SentQuery(QUERY).response() == PAGE
    [(_, headers, query)] = table.asked
    assert query == QUERY
    assert headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=testing/")
    assert "/eu-west-1/dynamodb/aws4_request" in headers["Authorization"]


def test_consecutive_queries_use_one_connection(table: Table) -> None:
    for _ in range(3):
        assert raw_queries.SentQuery(QUERY).response() == PAGE
    assert (len(table.asked), table.connections) == (3, 1)


def test_next_query_is_sent_before_its_response_is_needed(table: Table) -> None:
    sent = raw_queries.SentQuery(QUERY)
    table.await_question()
    assert sent.response() == PAGE


def test_abandoned_response_is_not_returned_for_the_next_query(table: Table) -> None:
    page = PAGE.replace(b"a1", b"a2")
    table.answers = [Answer(), Answer(body=page, checksum=zlib.crc32(page))]
    abandoned = raw_queries.SentQuery(QUERY)
    table.await_question()
    abandoned.abandon()
    assert raw_queries.SentQuery(QUERY).response() == page


@pytest.mark.parametrize("closes", ["and says so", "unsaid"])
def test_query_opens_a_new_connection_if_the_server_closes_the_old_one(
    table: Table, closes: Literal["and says so", "unsaid"]
) -> None:
    table.answers = [Answer(closes=closes)] * 2
    for _ in range(3):
        assert award_ids(raw_queries.SentQuery(QUERY).response()) == ["a1"]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(rejection("ProvisionedThroughputExceededException"), id="throttled"),
        pytest.param(Answer(500, b"", checksum=None), id="server error"),
        pytest.param(Answer(checksum=zlib.crc32(PAGE) + 1), id="corrupted in transit"),
        pytest.param(Answer(body=PAGE[:-40], length=len(PAGE), closes="unsaid"), id="interrupted"),
    ],
)
def test_query_is_retried_after_an_incomplete_response(table: Table, answer: Answer) -> None:
    table.answers = [answer]
    page = decode(raw_queries.SentQuery(QUERY).response(), rows_decoder)
    assert [award.award_id.S for award in page.items] == ["a1"]
    assert page.last_evaluated_key is not None
    assert page.last_evaluated_key["issuedOnAwardId"].S == "2026#a1"
    assert len(table.asked) == 2


def test_permanent_error_is_raised_as_a_botocore_error(table: Table) -> None:
    table.answers = [rejection("AccessDeniedException")] * 2
    with pytest.raises(ClientError, match="AccessDenied"):
        raw_queries.SentQuery(QUERY).response()


def test_tls_server_with_a_trusted_certificate_is_accepted(
    table: Table, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))
    assert raw_queries.SentQuery(QUERY).response() == PAGE
    assert len(table.asked) == 1


def test_tls_server_with_an_untrusted_certificate_receives_nothing(
    table: Table, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aws.dynamodb(), "query", lambda **_: {"Items": []})
    assert raw_queries.SentQuery(QUERY).response() == b'{"Items":[]}'
    assert table.asked == []


def test_queries_use_botocore_if_a_proxy_is_configured(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{table.server_port}")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://dynamodb.example")
    aws.dynamodb.cache_clear()
    assert award_ids(raw_queries.SentQuery(QUERY).response()) == ["a1"]
    assert [path for path, _, _ in table.asked] == ["http://dynamodb.example/"]


def test_botocore_mocks_also_apply_to_raw_queries(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    aws.dynamodb().meta.events.register("before-send.dynamodb.Query", lambda request, **_: seen.append(request.url))
    assert raw_queries.SentQuery(QUERY).response() == PAGE
    assert seen == [f"http://127.0.0.1:{table.server_port}/"]
