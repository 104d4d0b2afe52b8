"""Reading a source from the internet, against senders who mean harm. Every server here is one of this test's own."""

import gzip
import io
import ipaddress
import socket
import threading
import time
import tracemalloc
import urllib.parse
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import urllib3.util.connection
from PIL import Image

from badgedata.fetching import SourceFetcher
from badgedata.openbadges.refusals import SourceRefusedError

MEBIBYTE = 1024 * 1024
type Talk = Callable[[socket.socket, bytes], None]


class Server:
    """A sender on a loopback address that says exactly what a test wants, byte by byte if it must."""

    def __init__(self, talk: Talk, address: str = "127.0.0.1") -> None:
        self._talk = talk
        self._listening = socket.create_server((address, 0))
        self.address, self.port = self._listening.getsockname()[:2]
        self.requests: list[bytes] = []
        self.url = f"http://{self.address}:{self.port}/badge.json"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connected, _ = self._listening.accept()
                threading.Thread(target=self._answer, args=(connected,), daemon=True).start()

    def _answer(self, connected: socket.socket) -> None:
        with connected, suppress(OSError):
            request = connected.recv(65536)
            self.requests.append(request)
            self._talk(connected, request)

    def close(self) -> None:
        # Shutting it down wakes accept, which closing alone doesn't.
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()


@contextmanager
def serving(talk: Talk, address: str = "127.0.0.1") -> Iterator[Server]:
    server = Server(talk, address)
    try:
        yield server
    finally:
        server.close()


def answering(body: bytes, *headers: str, status: str = "200 OK") -> Talk:
    lines = [f"HTTP/1.1 {status}", *headers]
    if not any(header.lower().startswith(("content-length", "transfer-encoding")) for header in headers):
        lines.append(f"Content-Length: {len(body)}")
    return lambda connected, _: connected.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


def redirecting(to: str, body: bytes = b"") -> Talk:
    return answering(body, f"Location: {to}", status="302 Found")


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


@pytest.fixture
def source() -> SourceFetcher:
    """As in a local stack: loopback is let through. Short, so that nothing here waits for long."""
    return SourceFetcher(allow_loopback=True, seconds=5)


def refusal(url: str, source: SourceFetcher | None = None) -> SourceRefusedError:
    with pytest.raises(SourceRefusedError) as refused:
        (source or SourceFetcher()).fetch(url)
    return refused.value


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Every address that a connection is tried to; none is made."""
    tried: list[tuple[str, int]] = []

    def create_connection(address: tuple[str, int], *_: object, **__: object) -> socket.socket:
        tried.append(address)
        raise ConnectionRefusedError("no test talks to the internet")

    monkeypatch.setattr(urllib3.util.connection, "create_connection", create_connection)
    return tried


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """A name service that answers the first time with the first address, the second time with the second, …"""
    asked: list[str] = []

    def getaddrinfo(host: str, port: int | None, *_: object, **__: object) -> list[tuple[object, ...]]:
        # An address stands for itself, as it does with any resolver.
        with suppress(ValueError):
            address = ipaddress.ip_address(host)
            family = socket.AF_INET if address.version == 4 else socket.AF_INET6
            return [(family, socket.SOCK_STREAM, 6, "", (host, port or 0))]
        asked.append(host)
        answer = answers[min(len(asked), len(answers)) - 1]
        family = socket.AF_INET6 if ":" in answer else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (answer, port or 0))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


# What an ordinary sender meets


def test_a_document_is_read_with_its_type_and_address(source: SourceFetcher) -> None:
    with serving(answering(b'{"a": 1}', "Content-Type: application/ld+json")) as server:
        document = source.fetch(server.url)

    assert (document.url, document.content_type, document.body) == (server.url, "application/ld+json", b'{"a": 1}')


def test_json_ld_is_asked_for_first_and_nothing_is_told_about_us(source: SourceFetcher) -> None:
    with serving(answering(b"{}")) as server:
        source.fetch(server.url)

    request = server.requests[0].decode()
    assert "Accept: application/ld+json, application/json" in request
    assert f"Host: 127.0.0.1:{server.port}" in request
    assert not any(name in request for name in ("Cookie", "Authorization", "Referer"))


def test_three_redirects_are_followed_and_the_last_address_counts(source: SourceFetcher) -> None:
    with (
        serving(answering(b"{}")) as last,
        serving(redirecting(last.url)) as third,
        serving(redirecting(third.url)) as second,
        serving(redirecting(f"//127.0.0.1:{second.port}/badge.json")) as first,
    ):
        assert source.fetch(first.url).url == last.url


def test_a_fourth_redirect_is_not_followed(source: SourceFetcher) -> None:
    hops = 0

    def again(connected: socket.socket, _: bytes) -> None:
        nonlocal hops
        hops += 1
        redirecting(f"/{hops}")(connected, b"")

    with serving(again) as server:
        refused = refusal(server.url, source)

    assert (refused.code, hops) == ("unreachable-source", 4)


@pytest.mark.parametrize("location", ["/bäume/{}", "{}/bäume?für=5 €", "//127.0.0.1:{port}/bäume/植樹"])
def test_a_redirect_in_utf_8_leads_where_browsers_are_led(location: str, source: SourceFetcher) -> None:
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


def test_a_redirect_in_latin_1_is_followed_as_latin_1(source: SourceFetcher) -> None:
    def talk(connected: socket.socket, request: bytes) -> None:
        moved = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /b\xe4ume\r\n\r\n"
        connected.sendall(moved if b"badge.json" in request else b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    with serving(talk) as server:
        assert source.fetch(server.url).body == b"{}"
    assert server.requests[1].startswith(b"GET /b%C3%A4ume HTTP")


@pytest.mark.parametrize(
    "inside", ["http://10.0.0.1/bäume", "http://127.0.0.1\u3002/ä", "file:///bäume", "//bäume@10.0.0.1/"]
)
def test_a_redirect_in_utf_8_leads_nowhere_inside(
    inside: str, source: SourceFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(redirecting(inside)) as server:
        monkeypatch.setattr(source, "_allow_loopback", True)
        refused = refusal(server.url, source)
    assert refused.code in ("blocked-address", "unreachable-source")
    assert len(server.requests) == 1


def test_the_link_header_of_the_last_answer_is_given_along(source: SourceFetcher) -> None:
    link = '<bäume.json>; rel="alternate"; type="application/ld+json"'
    with serving(answering(b"<html>", "Link: </a>; rel=preload", f"Link: {link}")) as server:
        assert source.fetch(server.url).link_header == f"</a>; rel=preload, {link}"


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone", "500 Oops", "304 Not Modified", "302 Found", "999 ?"])
def test_an_answer_that_is_no_document_is_named_by_its_status(status: str, source: SourceFetcher) -> None:
    with serving(answering(b"{}", status=status)) as server:
        refused = refusal(server.url, source)
    assert refused.code == "unreachable-source"
    assert refused.document == server.url
    assert status[:3] in str(refused)


def test_an_image_may_be_4_mib_and_a_document_1_mib(source: SourceFetcher) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (1, 1)).save(picture, format="PNG")
    image = picture.getvalue() + bytes(4 * MEBIBYTE - len(picture.getvalue()))
    for body, code in (
        (image, None),
        (image + b"\0", "source-too-large"),
        (b"[" + b" " * (MEBIBYTE - 1), None),
        (b"[" + b" " * MEBIBYTE, "source-too-large"),
    ):
        # What the sender calls it makes no difference.
        with serving(answering(body, "Content-Type: image/png")) as server:
            if code is None:
                assert source.fetch(server.url).body == body
            else:
                assert refusal(server.url, source).code == code


def test_a_compressed_answer_is_read_as_what_it_holds(source: SourceFetcher) -> None:
    with serving(answering(gzip.compress(b'{"a": 1}'), "Content-Encoding: gzip")) as server:
        assert source.fetch(server.url).body == b'{"a": 1}'


# Addresses

INSIDE = {
    "loopback": "127.0.0.1",
    "other loopback": "127.255.255.254",
    "decimal": "2130706433",
    "octal": "0177.0.0.1",
    "octal, padded": "0000177.0000.0000.00001",
    "hexadecimal": "0x7f000001",
    "hexadecimal parts": "0x7f.0x0.0x0.0x1",
    "short": "127.1",
    "shorter": "0",
    "this network": "0.0.0.0",  # noqa: S104 - asked for, not bound to
    "percent-encoded": "%31%32%37.0.0.1",
    "private A": "10.0.0.1",
    "private B": "172.16.0.1",
    "private C": "192.168.0.1",
    "carrier-grade NAT": "100.64.0.1",
    "link-local": "169.254.1.1",
    "instance metadata": "169.254.169.254",
    "instance metadata, decimal": "2852039166",
    "instance metadata, octal": "0251.0376.0251.0376",
    "container credentials": "169.254.170.2",
    "test network": "192.0.2.1",
    "benchmarking": "198.18.0.1",
    "protocol assignments": "192.0.0.9",
    "6to4 relay": "192.88.99.1",
    "multicast": "224.0.0.1",
    "global multicast": "233.1.1.1",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "IPv6 loopback": "[::1]",
    "IPv6 loopback, long": "[0000:0000:0000:0000:0000:0000:0000:0001]",
    "IPv6 unspecified": "[::]",
    "IPv4-mapped loopback": "[::ffff:127.0.0.1]",
    "IPv4-mapped loopback, hexadecimal": "[::ffff:7f00:1]",
    "IPv4-mapped metadata": "[::ffff:a9fe:a9fe]",
    "IPv4-mapped private": "[::ffff:10.0.0.1]",
    "IPv4-compatible loopback": "[::127.0.0.1]",
    "IPv4-compatible metadata": "[::a9fe:a9fe]",
    "IPv4-translated": "[::ffff:0:127.0.0.1]",
    "NAT64 loopback": "[64:ff9b::127.0.0.1]",
    "NAT64 metadata": "[64:ff9b::a9fe:a9fe]",
    "local NAT64": "[64:ff9b:1::7f00:1]",
    "6to4 loopback": "[2002:7f00:1::]",
    "6to4 metadata": "[2002:a9fe:a9fe::]",
    "Teredo": "[2001:0:a9fe:a9fe::1]",
    "unique local": "[fd00::1]",
    "IPv6 instance metadata": "[fd00:ec2::254]",
    "IPv6 link-local": "[fe80::1]",
    "IPv6 site-local": "[fec0::1]",
    "IPv6 multicast": "[ff02::1]",
    "IPv6 global multicast": "[ff0e::1]",
    "documentation": "[2001:db8::1]",
    "new documentation": "[3fff::1]",
    "ORCHID": "[2001:20::1]",
    "segment routing": "[5f00::1]",
    "discard": "[100::1]",
    "never given out": "[4000::1]",
}


@pytest.mark.parametrize("host", INSIDE.values(), ids=INSIDE.keys())
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_address_but_a_public_one_is_connected_to(
    scheme: str, host: str, connections: list[tuple[str, int]]
) -> None:
    refused = refusal(f"{scheme}://{host}/badge.json")

    assert connections == []
    assert refused.code == "blocked-address"
    assert "expected an address on the public internet" in str(refused)


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "169.254.169.254", "10.1.2.3", "::1", "::ffff:a00:1", "fd00:ec2::254"]
)
def test_a_name_that_resolves_inside_is_blocked(
    address: str, connections: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    resolving(monkeypatch, address)

    assert refusal("https://badges.example.org/1").code == "blocked-address"
    assert connections == []


def test_what_a_private_name_resolves_to_is_not_said(
    connections: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = set()
    for address in ("10.20.30.40", "192.168.1.1", "169.254.169.254", "127.0.0.1", "::1", "fd00::7", "64:ff9b::a00:1"):
        resolving(monkeypatch, address)
        for url in ("https://payroll.corp.example/", "http://payroll.corp.example:8080/x"):
            refused = refusal(url)
            assert refused.code == "blocked-address"
            said.add(refused.reason)

    assert said == {"expected an address on the public internet, but its host name has none"}


def test_what_a_redirect_to_a_private_name_resolves_to_is_not_said(
    source: SourceFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(redirecting("http://payroll.corp.example/")) as server:
        resolving(monkeypatch, "10.20.30.40")
        assert "10.20.30.40" not in str(refusal(server.url, source))


@pytest.mark.parametrize("host", ["10.20.30.40", "0x0a141e28", "[fd00::7]", "[::ffff:10.20.30.40]"])
def test_an_address_that_is_in_the_url_is_named(host: str) -> None:
    assert "found 10.20.30.40" in str(refusal(f"http://{host}/")) or "found fd00::7" in str(refusal(f"http://{host}/"))


def test_this_machine_by_name_is_blocked(connections: list[tuple[str, int]]) -> None:
    refused = refusal("http://LocalHost/")

    assert (refused.code, connections) == ("blocked-address", [])
    assert "127.0.0.1" in str(refused) or "::1" in str(refused)


@pytest.mark.parametrize("public", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_a_public_address_is_connected_to_as_that_address_and_not_by_its_name(
    public: str, connections: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = resolving(monkeypatch, public, "127.0.0.1")

    assert refusal("https://badges.example.org/1").code == "unreachable-source"
    assert [(address.strip("[]"), port) for address, port in connections] == [(public, 443)]
    assert asked == ["badges.example.org"]


def test_a_name_that_resolves_differently_the_second_time_is_read_from_the_first_address(
    source: SourceFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(answering(b"first")) as first:
        second = socket.create_server(("127.0.0.2", first.port))
        second.settimeout(0.1)
        resolving(monkeypatch, "127.0.0.1", "127.0.0.2", "127.0.0.2")

        with second:
            assert source.fetch(f"http://rebinding.example:{first.port}/").body == b"first"
            with pytest.raises(TimeoutError):
                second.accept()


def test_a_name_that_turns_inside_between_two_documents_is_blocked_then(
    connections: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    resolving(monkeypatch, "93.184.216.34", "127.0.0.1")
    source = SourceFetcher()

    assert refusal("https://rebinding.example/1", source).code == "unreachable-source"
    assert refusal("https://rebinding.example/2", source).code == "blocked-address"
    assert len(connections) == 1


@pytest.mark.parametrize(
    "inside",
    ["http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "//[::ffff:10.0.0.1]/", "http://2852039166/"],
)
def test_a_redirect_that_leads_inside_is_blocked(inside: str, source: SourceFetcher) -> None:
    with serving(redirecting(inside)) as server:
        refused = refusal(server.url, source)

    assert refused.code == "blocked-address"
    assert "public internet" in str(refused)


@pytest.mark.parametrize(
    "to", ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "http://a:b@127.0.0.1/"]
)
def test_a_redirect_to_what_may_not_be_asked_is_blocked(to: str, source: SourceFetcher) -> None:
    with serving(redirecting(to)) as server:
        assert refusal(server.url, source).code == "blocked-address"


@pytest.mark.parametrize(
    "url",
    [
        "http://user:password@93.184.216.34/",
        "http://user@93.184.216.34/",
        "http://93.184.216.34@127.0.0.1/",
        "http://93.184.216.34:80@127.0.0.1/",
        "http://93.184.216.34%2f@127.0.0.1/",
        "http://127.0.0.1\\@93.184.216.34/",
        "http://93.184.216.34\\@127.0.0.1/",
        "http://93.184.216.34#@127.0.0.1/",
        "http://93.184.216.34?@127.0.0.1/",
        "http:///127.0.0.1/",
        "http:127.0.0.1",
        "http://93.184.216.34 @127.0.0.1/",
        "http://127.0.0.1\t.example/",
        "http://127.0.0.1\r\nHost: evil/",
        "http://[::1%25lo]/",
        "http://[127.0.0.1]/",
        "http://",
        "http://.",
        "http://127.0.0.1./",
        "http://\uff11\uff12\uff17.\uff10.\uff10.\uff11/",
        "http://127\u30020\u30020\u30021/",
        "http://a..example/",
        f"http://{'a' * 64}.example/",
        "",
        "badge.json",
        "//127.0.0.1/",
        "file:///etc/passwd",
        "ftp://93.184.216.34/",
        "javascript:alert(1)",
    ],
)
def test_tricks_with_user_names_and_broken_addresses_lead_nowhere_inside(
    url: str, connections: list[tuple[str, int]]
) -> None:
    refused = refusal(url)

    assert refused.code in ("blocked-address", "unreachable-source")
    assert {address for address, _ in connections} <= {"93.184.216.34"}


@pytest.mark.parametrize("url", ["http://user:password@127.0.0.1:{}/", "http://user@127.0.0.1:{}/"])
def test_an_address_with_a_user_name_is_not_asked(url: str, source: SourceFetcher) -> None:
    with serving(answering(b"{}")) as server:
        assert refusal(url.format(server.port), source).code == "blocked-address"
    assert server.requests == []


@pytest.mark.parametrize("url", ["http://93.184.216.34:{}/", "https://93.184.216.34:{}/"])
@pytest.mark.parametrize("port", [22, 25, 6379, 8080, 9200])
def test_no_port_but_the_default_one_is_connected_to(
    url: str, port: int, connections: list[tuple[str, int]], source: SourceFetcher
) -> None:
    for fetcher in (SourceFetcher(), source):
        refused = refusal(url.format(port), fetcher)
        assert refused.code == "blocked-address"
        assert f"found port {port}" in str(refused)
    assert connections == []


def test_http_on_the_port_of_https_is_not_connected_to(connections: list[tuple[str, int]]) -> None:
    assert refusal("http://93.184.216.34:443/").code == "blocked-address"
    assert refusal("https://93.184.216.34:80/").code == "blocked-address"
    assert connections == []


def test_loopback_is_let_through_only_where_a_setting_says_so() -> None:
    with serving(answering(b"{}")) as server:
        assert refusal(server.url).code == "blocked-address"
        assert server.requests == []
        assert SourceFetcher(allow_loopback=True).fetch(server.url).body == b"{}"


@pytest.mark.parametrize("host", ["10.0.0.1", "169.254.169.254", "[fd00::1]", "192.168.1.1"])
def test_the_setting_lets_through_nothing_but_loopback(
    host: str, connections: list[tuple[str, int]], source: SourceFetcher
) -> None:
    assert refusal(f"http://{host}/", source).code == "blocked-address"
    assert connections == []


def test_neither_proxies_nor_credentials_of_the_environment_are_used(
    source: SourceFetcher, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login ada password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
    with serving(answering(b"proxied")) as proxy, serving(answering(b"direct")) as server:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        monkeypatch.delenv("no_proxy", raising=False)

        assert source.fetch(server.url).body == b"direct"

    assert proxy.requests == []
    assert b"Authorization" not in server.requests[0]


def test_a_cookie_is_never_sent_back(source: SourceFetcher) -> None:
    def talk(connected: socket.socket, request: bytes) -> None:
        moved = answering(b"", "Location: /next", "Set-Cookie: a=b", status="302 Found")
        (answering(b"{}") if b"/next" in request else moved)(connected, request)

    with serving(talk) as server:
        source.fetch(server.url)
        source.fetch(server.url)

    assert len(server.requests) == 4
    assert not any(b"Cookie" in request for request in server.requests)


# Sizes


@pytest.mark.parametrize(
    "headers",
    [b"", b"Content-Length: 10\r\n", b"Content-Length: 99999999999\r\n", b"Transfer-Encoding: chunked\r\n"],
    ids=["until it closes", "announced too small", "announced huge", "in chunks"],
)
def test_a_body_without_end_is_read_no_further_than_the_limit(headers: bytes, source: SourceFetcher) -> None:
    piece = b"4000\r\n" + b"x" * 0x4000 + b"\r\n" if b"chunked" in headers else b"x" * 0x4000
    with serving(endless(b"HTTP/1.1 200 OK\r\n" + headers + b"\r\n", piece)) as server:
        tracemalloc.start()
        if b": 10\r\n" in headers:
            assert source.fetch(server.url).body == b"x" * 10
        else:
            assert refusal(server.url, source).code == "source-too-large"
        assert tracemalloc.get_traced_memory()[1] < 6 * MEBIBYTE
        tracemalloc.stop()


def test_the_body_of_a_redirect_is_not_read(source: SourceFetcher) -> None:
    with serving(answering(b"{}")) as last:
        start = f"HTTP/1.1 302 Found\r\nLocation: {last.url}\r\n\r\n".encode()
        with serving(endless(start, b"x" * 65536)) as server:
            tracemalloc.start()
            assert source.fetch(server.url).body == b"{}"
            assert tracemalloc.get_traced_memory()[1] < 6 * MEBIBYTE
            tracemalloc.stop()


def test_an_image_without_end_is_read_no_further_than_the_limit(source: SourceFetcher) -> None:
    with serving(endless(b"HTTP/1.1 200 OK\r\n\r\n\x89PNG\r\n\x1a\n", b"x" * 65536)) as server:
        assert refusal(server.url, source).code == "source-too-large"


def test_a_body_shorter_than_announced_is_refused(source: SourceFetcher) -> None:
    with serving(answering(b'{"a": 1}', "Content-Length: 100")) as server:
        assert refusal(server.url, source).code == "unreachable-source"


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("encoding", ["gzip", "deflate", "gzip, gzip"])
def test_a_decompression_bomb_is_unpacked_no_further_than_the_limit(
    encoding: str, chunked: bool, source: SourceFetcher
) -> None:
    packing = zlib.compressobj(9, wbits=31 if "gzip" in encoding else 15)
    bomb = b"".join(packing.compress(bytes(MEBIBYTE)) for _ in range(64)) + packing.flush()
    bomb = gzip.compress(bomb) if encoding == "gzip, gzip" else bomb
    body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(bomb), bomb) if chunked else bomb
    headers = [f"Content-Encoding: {encoding}", *(["Transfer-Encoding: chunked"] if chunked else [])]
    with serving(answering(body, *headers)) as server:
        tracemalloc.start()
        assert refusal(server.url, source).code == "source-too-large"
        assert tracemalloc.get_traced_memory()[1] < 8 * MEBIBYTE
        tracemalloc.stop()


@pytest.mark.parametrize("encoding", ["gzip", "gzip, " * 20 + "gzip", "br"])
def test_a_body_that_is_not_what_its_encoding_says_is_refused_or_read_as_it_is(
    encoding: str, source: SourceFetcher
) -> None:
    with serving(answering(b"not compressed", f"Content-Encoding: {encoding}")) as server, suppress(SourceRefusedError):
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
def test_a_sender_that_drips_is_cut_off_at_the_deadline(start: bytes, drop: bytes) -> None:
    with serving(dripping(start, drop)) as server:
        started = time.monotonic()
        refused = refusal(server.url, SourceFetcher(allow_loopback=True, seconds=0.2))
        took = time.monotonic() - started

    assert refused.code == "unreachable-source"
    assert "longer than 0.2 seconds" in str(refused)
    assert 0.15 < took < 1


def test_a_handshake_that_drips_is_cut_off_at_the_deadline() -> None:
    # A TLS record of a handshake, announced as long and never finished.
    with serving(dripping(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc", b"\0")) as server:
        started = time.monotonic()
        refused = refusal(server.url.replace("http:", "https:"), SourceFetcher(allow_loopback=True, seconds=0.2))
        took = time.monotonic() - started

    assert (refused.code, took < 1) == ("unreachable-source", True)
    assert "longer than 0.2 seconds" in str(refused)


def test_a_name_service_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()

    def getaddrinfo(*_: object, **__: object) -> list[object]:
        answered.wait(5)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    started = time.monotonic()

    refused = refusal("https://slow.example/", SourceFetcher(seconds=0.2))

    answered.set()
    assert (refused.code, time.monotonic() - started < 1) == ("unreachable-source", True)


def test_the_time_is_that_of_all_documents_of_a_source_together() -> None:
    def talk(connected: socket.socket, request: bytes) -> None:
        time.sleep(0.08)
        answering(b"{}")(connected, request)

    source = SourceFetcher(allow_loopback=True, seconds=0.2)
    with serving(talk) as server:
        source.fetch(server.url)
        source.fetch(server.url)
        assert refusal(server.url, source).code == "unreachable-source"


def test_the_time_covers_redirects() -> None:
    def talk(connected: socket.socket, request: bytes) -> None:
        time.sleep(0.08)
        redirecting("/again")(connected, request)

    with serving(talk) as server:
        refused = refusal(server.url, SourceFetcher(allow_loopback=True, seconds=0.2))
    assert "longer than 0.2 seconds" in str(refused)


def test_a_source_that_nobody_serves_is_unreachable(source: SourceFetcher) -> None:
    with serving(answering(b"")) as server:
        pass
    refused = refusal(server.url, source)
    assert (refused.code, refused.document) == ("unreachable-source", server.url)


def test_nothing_is_left_running_after_a_document_is_read(source: SourceFetcher) -> None:
    before = threading.active_count()
    with serving(answering(b"{}")) as server:
        for _ in range(5):
            source.fetch(server.url)
    time.sleep(0.1)
    assert threading.active_count() <= before + 1
