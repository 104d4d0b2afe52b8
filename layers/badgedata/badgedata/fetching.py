"""Fetch documents from the internet: public addresses only, little, and within a time that no sender can stretch.

`requests-hardened` (1.3.0) resolves a name once, checks the address and connects to that address, so that a name can't
mean another place the second time. What it leaves open is added here: IPv6 outside the internet's own range, ports,
credentials, redirects, sizes, and a wall-clock deadline over a whole source.
"""

import errno
import http.client
import ipaddress
import os
import queue
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final
from urllib.parse import urljoin

import requests
import urllib3
from requests_hardened.ip_filter import InvalidIPAddress  # type: ignore[import-untyped]
from requests_hardened.ip_filter_adapter import IPFilterAdapter  # type: ignore[import-untyped]
from urllib3.util import parse_url

from badgedata.openbadges.baked_images import image_content_type
from badgedata.openbadges.refusals import SourceRefusedError
from badgedata.openbadges.source_documents import MAX_DOCUMENT_BYTES, MAX_IMAGE_BYTES, SourceDocument

MAX_SOURCE_SECONDS: Final = 10.0
MAX_REDIRECTS: Final = 3
PIECE_BYTES: Final = 16 * 1024
DEFAULT_PORTS: Final = {"http": 80, "https": 443}
# IANA has given out nothing else for use on the internet.
INTERNET_V6: Final = ipaddress.ip_network("2000::/3")
HEADERS: Final = {
    "Accept": "application/ld+json, application/json;q=0.9, image/png;q=0.8, image/svg+xml;q=0.8, */*;q=0.1",
    # What is not compressed can't be a bomb; a sender that compresses all the same is read within the same limits.
    "Accept-Encoding": "identity",
    "User-Agent": "badge-data-management",
}
_NOT_AN_ANSWER = (http.client.HTTPException, urllib3.exceptions.InvalidHeader)
_BAD_ADDRESS = (requests.exceptions.InvalidURL, urllib3.exceptions.LocationValueError, UnicodeError)


class SourceFetcher:
    """Reads the documents of one source. Its time runs from the first of them.

    Parameters
    ----------
    allow_loopback
        Lets this machine's own addresses through, on any port: for a local stack's demo source, never in the cloud.
    seconds
        How long all documents of the source may take together, from the first look-up of a name to the last byte.

    Examples
    --------
    ::

        source = SourceFetcher()
        proposal = read_source(source.fetch(url), source.fetch)
    """

    def __init__(self, allow_loopback: bool = False, *, seconds: float = MAX_SOURCE_SECONDS) -> None:
        self._allow_loopback = allow_loopback
        self._seconds = seconds
        self._deadline: _Deadline | None = None

    def fetch(self, url: str) -> SourceDocument:
        """Read the document at an address.

        Parameters
        ----------
        url
            An http or https address on its default port, without user name or password.

        Returns
        -------
        SourceDocument
            Of at most 1 MiB, or 4 MiB where it is a PNG or SVG; ``url`` is where it was found, after redirects.

        Raises
        ------
        SourceRefusedError
            ``blocked-address`` for an address that is not on the public internet or may not be asked,
            ``source-too-large``, or ``unreachable-source`` for every other way not to get an answer.
        """
        self._deadline = self._deadline or _Deadline(self._seconds)
        for _ in range(MAX_REDIRECTS + 1):
            with self._answer(url, self._deadline) as answer:
                if not answer.is_redirect:
                    return _document(url, answer, self._deadline)
                url = urljoin(url, _header(answer, "Location"))
        raise SourceRefusedError("unreachable-source", url, f"it redirects more than {MAX_REDIRECTS} times")

    @contextmanager
    def _answer(self, url: str, deadline: "_Deadline") -> Iterator[requests.Response]:
        with _refusals(url, deadline):
            # Neither a session nor its cookies, .netrc, proxies of the environment, or redirects of its own, which it
            # would follow after reading their whole bodies.
            request = requests.Request("GET", url, headers=HEADERS).prepare()
            adapter = _InternetAdapter(_scheme(request.url or "", url), self._allow_loopback, deadline)
            try:
                time_left = deadline.remaining()
                with adapter.send(request, stream=True, timeout=(time_left, time_left), verify=True) as answer:
                    yield answer
            finally:
                adapter.close()


def _scheme(prepared: str, url: str) -> str:
    """The scheme of an address that may be asked; read by the same parser that the connection is made with."""
    parts = parse_url(prepared)
    if parts.scheme not in DEFAULT_PORTS:
        raise SourceRefusedError("blocked-address", url, f"an http or https address was expected, found {parts.scheme}")
    if parts.auth is not None:
        raise SourceRefusedError("blocked-address", url, "an address without user name and password was expected")
    return parts.scheme


def _document(url: str, answer: requests.Response, deadline: "_Deadline") -> SourceDocument:
    if answer.status_code != requests.codes.ok:
        raise SourceRefusedError(
            "unreachable-source", url, f"a document was expected, but the server returned HTTP {answer.status_code}"
        )
    body = bytearray()
    # Counted as they come out of any compression: neither the length announced nor the bytes sent say much.
    for piece in answer.raw.stream(PIECE_BYTES, decode_content=True):
        body += piece
        deadline.check(url)
        if len(body) > MAX_DOCUMENT_BYTES and image_content_type(bytes(body[:PIECE_BYTES])) is None:
            raise SourceRefusedError("source-too-large", url, "at most 1 MiB was expected, it is longer")
        if len(body) > MAX_IMAGE_BYTES:
            raise SourceRefusedError("source-too-large", url, "an image of at most 4 MiB was expected, it is longer")
    # A connection that the deadline has cut looks like one that has come to its end.
    deadline.check(url)
    return SourceDocument(url, answer.headers.get("Content-Type", ""), bytes(body), _header(answer, "Link"))


def _header(answer: requests.Response, name: str) -> str:
    """Return a header that holds addresses; many senders write them in UTF-8, and the library reads Latin-1."""
    value = answer.headers.get(name, "")
    with suppress(UnicodeError):
        return value.encode("latin-1").decode()
    return value


@contextmanager
def _refusals(url: str, deadline: "_Deadline") -> Iterator[None]:
    """Turn what a request can meet into refusals."""
    try:
        yield
    except InvalidIPAddress as error:
        raise SourceRefusedError(
            "blocked-address", url, f"an address on the public internet was expected, {error}"
        ) from error
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        deadline.check(url)
        raise SourceRefusedError("unreachable-source", url, f"no answer was received: {_reason_of(error)}") from error


class _InternetAdapter(IPFilterAdapter):  # type: ignore[misc]
    """Connects to the address that was checked, and only where it is on the internet."""

    def __init__(self, scheme: str, allow_loopback: bool, deadline: "_Deadline") -> None:
        super().__init__(is_https_proto=scheme == "https", allow_loopback=allow_loopback)
        self._scheme, self._loopback_is_allowed, self._deadline = scheme, allow_loopback, deadline

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: bool | str, cert: Any = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        resolve = super().build_connection_pool_key_attributes
        try:
            # Looking up a name has no time-out of its own.
            host, pool = self._deadline.within(lambda: resolve(request, verify, cert))
            self._check(ipaddress.ip_address(host["host"].strip("[]")), host["port"], request.url or "")
        except InvalidIPAddress as error:
            # What a private name server answers is not for callers to read.
            is_written = _is_written_as_address(parse_url(request.url or "").host or "")
            raise InvalidIPAddress(f"found {error}" if is_written else "its host name has none") from None
        return host, pool

    def _check(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address, port: int | None, url: str) -> None:
        if address.is_loopback and self._loopback_is_allowed:
            return
        in_range = address.version == 4 or address in INTERNET_V6
        if not (address.is_global and in_range) or address.is_multicast or address.is_reserved:
            raise InvalidIPAddress(address)
        if port not in (None, DEFAULT_PORTS[self._scheme]):
            raise SourceRefusedError("blocked-address", url, f"the default port was expected, found port {port}")

    def get_connection_with_tls_context(self, *arguments: Any, **named: Any) -> Any:
        pool = super().get_connection_with_tls_context(*arguments, **named)
        pool.ConnectionCls = _watched(pool.ConnectionCls, self._deadline.cut_when_passed)
        return pool

    def close(self) -> None:
        super().close()
        self._deadline.forget_connections()


def _is_written_as_address(host: str) -> bool:
    """Return whether a host is an IP address in any notation that resolvers take; "localhost" always means one."""
    host = host.strip("[].").lower()
    with suppress(OSError):
        return bool(socket.inet_aton(host))
    return ":" in host or host == "localhost"


def _watched(connection: Any, watch: Callable[[socket.socket], None]) -> type:
    """A kind of connection that shows its socket as soon as it is connected, before any TLS."""

    def _new_conn(self: Any) -> socket.socket:
        connected: socket.socket = connection._new_conn(self)
        watch(connected)
        return connected

    return type(connection.__name__, (connection,), {"_new_conn": _new_conn})


class _Deadline:
    """A moment at which everything ends, whatever anyone is waiting for.

    A time-out on a socket begins anew with each byte; a sender that drips could hold a worker for hours, within a
    header or a handshake even before there is a body to count.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ends = time.monotonic() + seconds
        self._watched: list[tuple[socket.socket, threading.Timer]] = []

    def remaining(self) -> float:
        # Zero would mean "no waiting at all" to a socket, and an error that says nothing of time.
        return max(self._ends - time.monotonic(), 0.001)

    def check(self, url: str) -> None:
        """Refuse once the time is over."""
        if time.monotonic() >= self._ends:
            raise SourceRefusedError(
                "unreachable-source", url, f"the whole source was expected within {self._seconds:g} seconds"
            )

    def cut_when_passed(self, connected: socket.socket) -> None:
        """Shut a connection at the deadline, which ends any read on it at once."""
        # A duplicate, for TLS takes the socket itself over; shutting one shuts the connection of both.
        duplicate = connected.dup()
        timer = threading.Timer(self.remaining(), _shut, (duplicate,))
        timer.daemon = True
        timer.start()
        self._watched.append((duplicate, timer))

    def forget_connections(self) -> None:
        """Leave the connections alone that are done with."""
        for duplicate, timer in self._watched:
            timer.cancel()
            duplicate.close()
        self._watched.clear()

    def within[Result](self, work: Callable[[], Result]) -> Result:
        """Do something that can't be interrupted, and leave it behind once the time is over."""
        outcomes: queue.SimpleQueue[tuple[Result | None, Exception | None]] = queue.SimpleQueue()

        def run() -> None:
            try:
                outcomes.put((work(), None))
            except Exception as error:  # whatever it is, it is raised where it was asked for
                outcomes.put((None, error))

        threading.Thread(target=run, daemon=True).start()
        try:
            result, error = outcomes.get(timeout=self.remaining())
        except queue.Empty:
            raise TimeoutError("DNS lookup timed out") from None
        if error is not None:
            raise error
        return result  # type: ignore[return-value]


def _shut(connected: socket.socket) -> None:
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def _reason_of(error: BaseException) -> str:
    """Return why a request failed, in our own words, such as ``connection refused``.

    requests and urllib3 wrap an error up to four times, and each wrapping repeats the address and says less.
    """
    reasons = [reason for wrapped in _innermost_first(error) if (reason := _reason(wrapped)) is not None]
    return reasons[0] if reasons else "the connection failed"


def _innermost_first(error: BaseException) -> list[BaseException]:
    found = [error]
    for outer in found:  # which grows meanwhile
        found += [inner for inner in _wrapped_by(outer) if inner not in found]
    return found[::-1]


def _wrapped_by(error: BaseException) -> Iterator[BaseException]:
    candidates = (error.__context__, error.__cause__, getattr(error, "reason", None), *error.args)
    return (inner for inner in candidates if isinstance(inner, BaseException))


def _reason(error: BaseException) -> str | None:
    match error:
        case ssl.SSLCertVerificationError():
            return f"certificate verify failed: {error.verify_message.rstrip('.')}"
        case ssl.SSLError():
            return f"TLS handshake failed: {(error.reason or 'no reason given').replace('_', ' ').lower()}"
        case socket.gaierror():
            return "its name can't be resolved"
        case http.client.RemoteDisconnected():
            return "connection closed without an answer"
        case TimeoutError() | requests.Timeout() | urllib3.exceptions.TimeoutError():
            return "timed out"
        case OSError(errno=int(number)) if number in errno.errorcode:
            return os.strerror(number).lower()
        case http.client.IncompleteRead() | urllib3.exceptions.IncompleteRead():
            return "connection closed before the end of the answer"
        case urllib3.exceptions.DecodeError() | zlib.error():
            return "the answer's compression is damaged"
        case _ if isinstance(error, _NOT_AN_ANSWER):
            return "the answer is not HTTP"
        case _ if isinstance(error, _BAD_ADDRESS):
            return "the address is not a valid one"
    return None
