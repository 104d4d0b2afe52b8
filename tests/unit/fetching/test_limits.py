"""Limits of a fetch: bytes, decompressed bytes, and seconds."""

import gzip
import socket
import threading
import time
import tracemalloc
import zlib
from contextlib import suppress

import pytest

from badgedata.fetching import SourceFetcher
from badgedata.openbadges.rejections import SourceRejectedError
from tests.unit.fetching.servers import MEBIBYTE, Talk, answering, redirecting, rejection, serving


def dripping(start: bytes, drop: bytes, every: float = 0.02) -> Talk:
    def talk(connected: socket.socket, _: bytes) -> None:
        connected.sendall(start)
        while True:
            connected.sendall(drop)
            time.sleep(every)

    return talk


def endless(start: bytes, piece: bytes) -> Talk:
    def talk(connected: socket.socket, _: bytes) -> None:
        connected.sendall(start)
        while True:
            connected.sendall(piece)

    return talk


# Sizes


@pytest.mark.parametrize(
    "headers",
    [b"", b"Content-Length: 10\r\n", b"Content-Length: 99999999999\r\n", b"Transfer-Encoding: chunked\r\n"],
    ids=["until it closes", "declared too small", "declared huge", "chunked"],
)
def test_endless_body_is_read_only_up_to_the_limit(headers: bytes, source: SourceFetcher) -> None:
    piece = b"4000\r\n" + b"x" * 0x4000 + b"\r\n" if b"chunked" in headers else b"x" * 0x4000
    with serving(endless(b"HTTP/1.1 200 OK\r\n" + headers + b"\r\n", piece)) as server:
        tracemalloc.start()
        if b": 10\r\n" in headers:
            assert source.fetch(server.url).body == b"x" * 10
        else:
            assert rejection(server.url, source).code == "source-too-large"
        assert tracemalloc.get_traced_memory()[1] < 6 * MEBIBYTE
        tracemalloc.stop()


def test_redirect_body_is_not_read(source: SourceFetcher) -> None:
    with serving(answering(b"{}")) as last:
        start = f"HTTP/1.1 302 Found\r\nLocation: {last.url}\r\n\r\n".encode()
        with serving(endless(start, b"x" * 65536)) as server:
            tracemalloc.start()
            assert source.fetch(server.url).body == b"{}"
            assert tracemalloc.get_traced_memory()[1] < 6 * MEBIBYTE
            tracemalloc.stop()


def test_endless_image_is_read_only_up_to_the_limit(source: SourceFetcher) -> None:
    with serving(endless(b"HTTP/1.1 200 OK\r\n\r\n\x89PNG\r\n\x1a\n", b"x" * 65536)) as server:
        assert rejection(server.url, source).code == "source-too-large"


@pytest.mark.parametrize(
    "start",
    [
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
        b"GIF89a",
        b"RIFF\0\0\0\0WEBP",
        b'<svg xmlns="http://www.w3.org/2000/svg">',
        b"<!--" + b"x" * 20_000 + b'--><svg xmlns="http://www.w3.org/2000/svg">',
    ],
    ids=["PNG", "JPEG", "GIF", "WebP", "SVG", "SVG after a comment"],
)
def test_image_of_any_supported_kind_may_be_larger_than_a_document(start: bytes, source: SourceFetcher) -> None:
    image = start + b" " * 2 * MEBIBYTE
    with serving(answering(image)) as server:
        assert source.fetch(server.url).body == image


def test_body_shorter_than_its_content_length_is_rejected(source: SourceFetcher) -> None:
    with serving(answering(b'{"a": 1}', "Content-Length: 100")) as server:
        assert rejection(server.url, source).code == "unreachable-source"


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("encoding", ["gzip", "deflate", "gzip, gzip"])
def test_decompression_bomb_is_decompressed_only_up_to_the_limit(
    encoding: str, chunked: bool, source: SourceFetcher
) -> None:
    packing = zlib.compressobj(9, wbits=31 if "gzip" in encoding else 15)
    bomb = b"".join(packing.compress(bytes(MEBIBYTE)) for _ in range(64)) + packing.flush()
    bomb = gzip.compress(bomb) if encoding == "gzip, gzip" else bomb
    body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(bomb), bomb) if chunked else bomb
    headers = [f"Content-Encoding: {encoding}", *(["Transfer-Encoding: chunked"] if chunked else [])]
    with serving(answering(body, *headers)) as server:
        tracemalloc.start()
        assert rejection(server.url, source).code == "source-too-large"
        assert tracemalloc.get_traced_memory()[1] < 8 * MEBIBYTE
        tracemalloc.stop()


@pytest.mark.parametrize("encoding", ["gzip", "gzip, " * 20 + "gzip", "br"])
def test_body_with_the_wrong_content_encoding_is_rejected_or_unchanged(encoding: str, source: SourceFetcher) -> None:
    with (
        serving(answering(b"not compressed", f"Content-Encoding: {encoding}")) as server,
        suppress(SourceRejectedError),
    ):
        assert source.fetch(server.url).body == b"not compressed"


# Time


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b" "),
        (b"HTTP/1.1 200 OK\r\n\r\n", b" "),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
        (b"HTTP/1.1 200 OK\r\n\r\n{}", b""),
    ],
    ids=["status", "header", "continue", "body", "body until it closes", "chunks", "chunk size", "silence"],
)
def test_fetch_from_a_slow_server_stops_at_the_deadline(start: bytes, drop: bytes) -> None:
    with serving(dripping(start, drop)) as server:
        started = time.monotonic()
        rejected = rejection(server.url, SourceFetcher(allow_loopback=True, seconds=0.2))
        took = time.monotonic() - started

    assert rejected.code == "unreachable-source"
    assert "longer than 0.2 seconds" in str(rejected)
    assert 0.15 < took < 1


def test_slow_tls_handshake_is_stopped_at_the_deadline() -> None:
    # A TLS handshake record that declares a large length and is never completed.
    with serving(dripping(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc", b"\0")) as server:
        started = time.monotonic()
        rejected = rejection(server.url.replace("http:", "https:"), SourceFetcher(allow_loopback=True, seconds=0.2))
        took = time.monotonic() - started

    assert (rejected.code, took < 1) == ("unreachable-source", True)
    assert "longer than 0.2 seconds" in str(rejected)


def test_slow_name_server_cannot_delay_the_fetch_beyond_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()

    def getaddrinfo(*_: object, **__: object) -> list[object]:
        answered.wait(5)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    started = time.monotonic()

    rejected = rejection("https://slow.example/", SourceFetcher(seconds=0.2))

    answered.set()
    assert (rejected.code, time.monotonic() - started < 1) == ("unreachable-source", True)


def test_time_limit_covers_all_documents_from_a_source() -> None:
    def talk(connected: socket.socket, request: bytes) -> None:
        time.sleep(0.08)
        answering(b"{}")(connected, request)

    source = SourceFetcher(allow_loopback=True, seconds=0.2)

    def fetch_three_times() -> None:  # each takes less than half of the limit
        for _ in range(3):
            source.fetch(server.url)

    with serving(talk) as server, pytest.raises(SourceRejectedError) as rejected:
        fetch_three_times()
    assert rejected.value.code == "unreachable-source"


def test_time_limit_covers_redirects() -> None:
    def talk(connected: socket.socket, request: bytes) -> None:
        time.sleep(0.08)
        redirecting("/again")(connected, request)

    with serving(talk) as server:
        rejected = rejection(server.url, SourceFetcher(allow_loopback=True, seconds=0.2))
    assert "longer than 0.2 seconds" in str(rejected)


def test_source_is_reported_as_unreachable_if_no_server_is_listening(source: SourceFetcher) -> None:
    with serving(answering(b"")) as server:
        pass
    rejected = rejection(server.url, source)
    assert (rejected.code, rejected.document) == ("unreachable-source", server.url)


def test_no_threads_remain_after_a_fetch(source: SourceFetcher) -> None:
    before = threading.active_count()
    with serving(answering(b"{}")) as server:
        for _ in range(5):
            source.fetch(server.url)
    time.sleep(0.1)
    assert threading.active_count() <= before + 1
