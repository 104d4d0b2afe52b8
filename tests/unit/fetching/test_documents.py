"""Documents and images fetched from the internet: redirects, content types, and sizes."""

import gzip
import io
import socket
import urllib.parse

import pytest
from PIL import Image

from badgedata.fetching import SourceFetcher
from tests.unit.fetching.servers import MEBIBYTE, answering, redirecting, rejection, serving


def test_document_is_read_with_its_content_type_and_url(source: SourceFetcher) -> None:
    with serving(answering(b'{"a": 1}', "Content-Type: application/ld+json")) as server:
        document = source.fetch(server.url)

    assert (document.url, document.content_type, document.body) == (server.url, "application/ld+json", b'{"a": 1}')


def test_request_prefers_json_ld_and_reveals_nothing_about_the_deployment(source: SourceFetcher) -> None:
    with serving(answering(b"{}")) as server:
        source.fetch(server.url)

    request = server.requests[0].decode()
    assert "Accept: application/ld+json, application/json" in request
    assert f"Host: 127.0.0.1:{server.port}" in request
    assert not any(name in request for name in ("Cookie", "Authorization", "Referer"))


def test_three_redirects_are_followed_and_the_last_url_is_used(source: SourceFetcher) -> None:
    with (
        serving(answering(b"{}")) as last,
        serving(redirecting(last.url)) as third,
        serving(redirecting(third.url)) as second,
        serving(redirecting(f"//127.0.0.1:{second.port}/badge.json")) as first,
    ):
        assert source.fetch(first.url).url == last.url


def test_fourth_redirect_is_not_followed(source: SourceFetcher) -> None:
    hops = 0

    def again(connected: socket.socket, _: bytes) -> None:
        nonlocal hops
        hops += 1
        redirecting(f"/{hops}")(connected, b"")

    with serving(again) as server:
        rejected = rejection(server.url, source)

    assert (rejected.code, hops) == ("unreachable-source", 4)


@pytest.mark.parametrize("location", ["/bäume/{}", "{}/bäume?für=5 €", "//127.0.0.1:{port}/bäume/植樹"])
def test_redirect_with_utf_8_bytes_is_followed_as_in_browsers(location: str, source: SourceFetcher) -> None:
    def talk(connected: socket.socket, request: bytes) -> None:
        to = location.format("badge.json", port=server.port)
        (redirecting(to) if b"/badge.json HTTP" in request and b"%" not in request else answering(b"{}"))(
            connected, b""
        )

    with serving(talk) as server:
        assert source.fetch(server.url).body == b"{}"
    path = server.requests[1].split()[1].decode()
    assert path.isascii()
    assert "ä" in urllib.parse.unquote(path)


def test_redirect_with_latin_1_bytes_is_decoded_as_latin_1(source: SourceFetcher) -> None:
    def talk(connected: socket.socket, request: bytes) -> None:
        moved = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /b\xe4ume\r\n\r\n"
        connected.sendall(moved if b"badge.json" in request else b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    with serving(talk) as server:
        assert source.fetch(server.url).body == b"{}"
    assert server.requests[1].startswith(b"GET /b%C3%A4ume HTTP")


@pytest.mark.parametrize(
    "inside", ["http://10.0.0.1/bäume", "http://127.0.0.1\u3002/ä", "file:///bäume", "//bäume@10.0.0.1/"]
)
def test_redirect_with_utf_8_bytes_never_reaches_a_private_address(
    inside: str, source: SourceFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(redirecting(inside)) as server:
        monkeypatch.setattr(source, "_allow_loopback", True)
        rejected = rejection(server.url, source)
    assert rejected.code in ("blocked-address", "unreachable-source")
    assert len(server.requests) == 1


def test_repeated_link_headers_are_joined_and_returned(source: SourceFetcher) -> None:
    link = '<bäume.json>; rel="alternate"; type="application/ld+json"'
    with serving(answering(b"<html>", "Link: </a>; rel=preload", f"Link: {link}")) as server:
        assert source.fetch(server.url).link_header == f"</a>; rel=preload, {link}"


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone", "500 Oops", "304 Not Modified", "302 Found", "999 ?"])
def test_error_response_is_reported_with_its_status(status: str, source: SourceFetcher) -> None:
    with serving(answering(b"{}", status=status)) as server:
        rejected = rejection(server.url, source)
    assert rejected.code == "unreachable-source"
    assert rejected.document == server.url
    assert status[:3] in str(rejected)


def test_images_up_to_4_mib_and_documents_up_to_1_mib_are_accepted(source: SourceFetcher) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (1, 1)).save(picture, format="PNG")
    image = picture.getvalue() + bytes(4 * MEBIBYTE - len(picture.getvalue()))
    for body, code in (
        (image, None),
        (image + b"\0", "source-too-large"),
        (b"[" + b" " * (MEBIBYTE - 1), None),
        (b"[" + b" " * MEBIBYTE, "source-too-large"),
    ):
        # The sender's content type makes no difference.
        with serving(answering(body, "Content-Type: image/png")) as server:
            if code is None:
                assert source.fetch(server.url).body == body
            else:
                assert rejection(server.url, source).code == code


def test_compressed_response_is_decompressed(source: SourceFetcher) -> None:
    with serving(answering(gzip.compress(b'{"a": 1}'), "Content-Encoding: gzip")) as server:
        assert source.fetch(server.url).body == b'{"a": 1}'
