"""Allowed addresses: only public ones on default ports, regardless of the address that a name resolves to."""

import ipaddress
import socket
from contextlib import suppress
from pathlib import Path

import pytest
import urllib3.util.connection

from badgedata.fetching import SourceFetcher
from tests.unit.fetching.servers import answering, redirecting, rejection, serving


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Return a list to which the address of each attempted connection is added. No connection is made."""
    tried: list[tuple[str, int]] = []

    def create_connection(address: tuple[str, int], *_: object, **__: object) -> socket.socket:
        tried.append(address)
        raise ConnectionRefusedError("no test talks to the internet")

    monkeypatch.setattr(urllib3.util.connection, "create_connection", create_connection)
    return tried


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """Make successive name lookups return these addresses. Return a list to which each looked-up name is added."""
    asked: list[str] = []

    def getaddrinfo(host: str, port: int | None, *_: object, **__: object) -> list[tuple[object, ...]]:
        # An IP address resolves to itself, as in any resolver.
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
    "this network": "0.0.0.0",  # noqa: S104 - requested, not bound to
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
    "unassigned": "[4000::1]",
}


@pytest.mark.parametrize("host", INSIDE.values(), ids=INSIDE.keys())
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_connections_are_made_only_to_public_addresses(
    scheme: str, host: str, connections: list[tuple[str, int]]
) -> None:
    rejected = rejection(f"{scheme}://{host}/badge.json")

    assert connections == []
    assert rejected.code == "blocked-address"
    assert "expected an address on the public internet" in str(rejected)


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "169.254.169.254", "10.1.2.3", "::1", "::ffff:a00:1", "fd00:ec2::254"]
)
def test_name_that_resolves_to_a_private_address_is_blocked(
    address: str, connections: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    resolving(monkeypatch, address)

    assert rejection("https://badges.example.org/1").code == "blocked-address"
    assert connections == []


def test_error_does_not_reveal_which_private_address_a_name_resolves_to(
    connections: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = set()
    for address in ("10.20.30.40", "192.168.1.1", "169.254.169.254", "127.0.0.1", "::1", "fd00::7", "64:ff9b::a00:1"):
        resolving(monkeypatch, address)
        for url in ("https://payroll.corp.example/", "http://payroll.corp.example:8080/x"):
            rejected = rejection(url)
            assert rejected.code == "blocked-address"
            said.add(rejected.reason)

    assert said == {"expected an address on the public internet, but its host name does not resolve to one"}


def test_error_does_not_reveal_a_redirect_targets_private_address(
    source: SourceFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(redirecting("http://payroll.corp.example/")) as server:
        resolving(monkeypatch, "10.20.30.40")
        assert "10.20.30.40" not in str(rejection(server.url, source))


@pytest.mark.parametrize("host", ["10.20.30.40", "0x0a141e28", "[fd00::7]", "[::ffff:10.20.30.40]"])
def test_error_shows_a_private_address_contained_in_the_url(host: str) -> None:
    assert "found 10.20.30.40" in str(rejection(f"http://{host}/")) or "found fd00::7" in str(
        rejection(f"http://{host}/")
    )


def test_localhost_is_blocked_regardless_of_letter_case(connections: list[tuple[str, int]]) -> None:
    rejected = rejection("http://LocalHost/")

    assert (rejected.code, connections) == ("blocked-address", [])
    assert "127.0.0.1" in str(rejected) or "::1" in str(rejected)


@pytest.mark.parametrize("public", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_connection_uses_the_checked_address_instead_of_the_name(
    public: str, connections: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = resolving(monkeypatch, public, "127.0.0.1")

    assert rejection("https://badges.example.org/1").code == "unreachable-source"
    assert [(address.strip("[]"), port) for address, port in connections] == [(public, 443)]
    assert asked == ["badges.example.org"]


def test_name_is_not_resolved_again_after_its_address_is_checked(
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


def test_name_that_later_resolves_to_a_private_address_is_blocked(
    connections: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    resolving(monkeypatch, "93.184.216.34", "127.0.0.1")
    source = SourceFetcher()

    assert rejection("https://rebinding.example/1", source).code == "unreachable-source"
    assert rejection("https://rebinding.example/2", source).code == "blocked-address"
    assert len(connections) == 1


@pytest.mark.parametrize(
    "inside",
    ["http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "//[::ffff:10.0.0.1]/", "http://2852039166/"],
)
def test_redirect_to_a_private_address_is_blocked(inside: str, source: SourceFetcher) -> None:
    with serving(redirecting(inside)) as server:
        rejected = rejection(server.url, source)

    assert rejected.code == "blocked-address"
    assert "public internet" in str(rejected)


@pytest.mark.parametrize(
    "to", ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "http://a:b@127.0.0.1/"]
)
def test_redirect_to_a_forbidden_url_is_blocked(to: str, source: SourceFetcher) -> None:
    with serving(redirecting(to)) as server:
        assert rejection(server.url, source).code == "blocked-address"


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
def test_deceptive_or_malformed_url_never_leads_to_a_private_address(
    url: str, connections: list[tuple[str, int]]
) -> None:
    rejected = rejection(url)

    assert rejected.code in ("blocked-address", "unreachable-source")
    assert {address for address, _ in connections} <= {"93.184.216.34"}


@pytest.mark.parametrize("url", ["http://user:password@127.0.0.1:{}/", "http://user@127.0.0.1:{}/"])
def test_url_with_credentials_is_not_requested(url: str, source: SourceFetcher) -> None:
    with serving(answering(b"{}")) as server:
        assert rejection(url.format(server.port), source).code == "blocked-address"
    assert server.requests == []


@pytest.mark.parametrize("url", ["http://93.184.216.34:{}/", "https://93.184.216.34:{}/"])
@pytest.mark.parametrize("port", [22, 25, 6379, 8080, 9200])
def test_connections_are_made_only_to_default_ports(
    url: str, port: int, connections: list[tuple[str, int]], source: SourceFetcher
) -> None:
    for fetcher in (SourceFetcher(), source):
        rejected = rejection(url.format(port), fetcher)
        assert rejected.code == "blocked-address"
        assert f"found port {port}" in str(rejected)
    assert connections == []


def test_http_on_port_443_and_https_on_port_80_are_blocked(connections: list[tuple[str, int]]) -> None:
    assert rejection("http://93.184.216.34:443/").code == "blocked-address"
    assert rejection("https://93.184.216.34:80/").code == "blocked-address"
    assert connections == []


def test_loopback_addresses_are_blocked_unless_a_setting_allows_them() -> None:
    with serving(answering(b"{}")) as server:
        assert rejection(server.url).code == "blocked-address"
        assert server.requests == []
        assert SourceFetcher(allow_loopback=True).fetch(server.url).body == b"{}"


@pytest.mark.parametrize("host", ["10.0.0.1", "169.254.169.254", "[fd00::1]", "192.168.1.1"])
def test_loopback_setting_allows_only_loopback_addresses(
    host: str, connections: list[tuple[str, int]], source: SourceFetcher
) -> None:
    assert rejection(f"http://{host}/", source).code == "blocked-address"
    assert connections == []


def test_proxies_and_credentials_from_the_environment_are_ignored(
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


def test_cookies_are_never_sent_back_to_the_server(source: SourceFetcher) -> None:
    def talk(connected: socket.socket, request: bytes) -> None:
        moved = answering(b"", "Location: /next", "Set-Cookie: a=b", status="302 Found")
        (answering(b"{}") if b"/next" in request else moved)(connected, request)

    with serving(talk) as server:
        source.fetch(server.url)
        source.fetch(server.url)

    assert len(server.requests) == 4
    assert not any(b"Cookie" in request for request in server.requests)
