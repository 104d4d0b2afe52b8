"""Errors for unreachable sources: each states the full reason without quoting a library error."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from badgedata.fetching import SourceFetcher
from badgedata.openbadges.rejections import SourceRejectedError

LONG_PATH = "/awards/one-with-a-longer-address-than-most-others-have-so-that-nothing-is-left-behind-it.json"
WORDS_OF_LIBRARIES = (
    "Max retries",
    "HTTPConnectionPool",
    "HTTPSConnectionPool",
    "object at 0x",
    "Errno",
    "Error",
    "_ssl.c",
)

type Talk = Callable[[socket.socket], None]


@contextmanager
def serving(talk: Talk) -> Iterator[int]:
    """Accept one connection on this machine, and yield the port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            try:
                connected, _ = server.accept()
                with connected:
                    talk(connected)
            except OSError:
                pass

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


def rejection(url: str, seconds: float = 5) -> str:
    with pytest.raises(SourceRejectedError) as caught:
        SourceFetcher(allow_loopback=True, seconds=seconds).fetch(url)
    assert caught.value.code == "unreachable-source"
    assert not [words for words in WORDS_OF_LIBRARIES if words in caught.value.reason]
    return caught.value.reason


@pytest.fixture
def certificate(tmp_path: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    file = tmp_path / "own.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def test_untrusted_certificate_is_reported(certificate: ssl.SSLContext) -> None:
    def talk(connected: socket.socket) -> None:
        certificate.wrap_socket(connected, server_side=True)

    with serving(talk) as port:
        reason = rejection(f"https://127.0.0.1:{port}{LONG_PATH}")
    assert reason == "the request failed: certificate verification failed: self-signed certificate"


def test_refused_connection_is_reported() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert rejection(f"http://127.0.0.1:{port}{LONG_PATH}") == "the request failed: connection refused"


def test_unknown_host_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_such_host(*_: object, **__: object) -> NoReturn:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_such_host)
    assert rejection("https://badges.example.org/1") == "the request failed: the host name can't be resolved"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"", "connection closed without a response"),
        (b"220 mail.example.org ESMTP\r\n", "the response is not HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", "connection closed before the end of the response"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n{}", "the compressed response is corrupt"),
    ],
)
def test_invalid_or_incomplete_response_is_reported(answer: bytes, reason: str) -> None:
    def talk(connected: socket.socket) -> None:
        connected.recv(65536)
        connected.sendall(answer)

    with serving(talk) as port:
        assert rejection(f"http://127.0.0.1:{port}/") == f"the request failed: {reason}"


def test_server_without_tls_is_reported() -> None:
    def talk(connected: socket.socket) -> None:
        connected.recv(65536)
        connected.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with serving(talk) as port:
        reason = rejection(f"https://127.0.0.1:{port}/")
    assert reason == "the request failed: TLS handshake failed: wrong version number"
