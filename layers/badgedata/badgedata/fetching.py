"""Fetch documents from public internet addresses, within size and time limits.

`requests-hardened` (1.3.0) resolves a host name once, checks the IP address, and connects to that address. Therefore, a
second lookup can't return a different address. This module adds checks for ports, credentials, and IPv6 ranges. It also
limits redirects, sizes, and the total time per source.
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

from badgedata.openbadges.image_kinds import MAX_SVG_OPENING_BYTES, image_content_type, raster_kind
from badgedata.openbadges.rejections import RejectionKind, SourceRejectedError
from badgedata.openbadges.source_documents import MAX_DOCUMENT_BYTES, MAX_IMAGE_BYTES, SourceDocument

MAX_SOURCE_SECONDS: Final = 10.0
MAX_REDIRECTS: Final = 3
PIECE_BYTES: Final = 16 * 1024
DEFAULT_PORTS: Final = {"http": 80, "https": 443}
# IANA has not allocated any other range for use on the internet.
INTERNET_V6: Final = ipaddress.ip_network("2000::/3")
HEADERS: Final = {
    "Accept": "application/ld+json, application/json;q=0.9, image/png;q=0.8, image/svg+xml;q=0.8, */*;q=0.1",
    # An uncompressed response can't be a decompression bomb. If a server compresses anyway, the same limits apply.
    "Accept-Encoding": "identity",
    "User-Agent": "badge-data-management",
}
_NOT_HTTP = (http.client.HTTPException, urllib3.exceptions.InvalidHeader)
_INVALID_ADDRESS = (
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
    urllib3.exceptions.LocationValueError,
    UnicodeError,
)


class SourceFetcher:
    """A fetcher for one source's documents. All fetches share one time limit.

    Parameters
    ----------
    allow_loopback
        Whether to allow connections to this machine's own addresses, on any port. True only for the demo source in a
        local stack, never in the cloud.
    seconds
        The total time limit for all of the source's documents, from the first DNS lookup to the last byte.

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
        """Return the document at a URL.

        Parameters
        ----------
        url
            An http or https URL that uses the default port and contains no username or password.

        Returns
        -------
        SourceDocument
            A document of at most 1 MiB, or an image of at most 4 MiB. Its ``url`` is the final URL after redirects.

        Raises
        ------
        SourceRejectedError
            - ``blocked-address`` if the address is not on the public internet or is not allowed.
            - ``source-too-large`` if the document exceeds its size limit.
            - ``unreachable-source`` for all other failures.
        """
        self._deadline = self._deadline or _Deadline(self._seconds)
        for _ in range(MAX_REDIRECTS + 1):
            with self._response(url, self._deadline) as response:
                if not response.is_redirect:
                    return _document(url, response, self._deadline)
                url = urljoin(url, _header(response, "Location"))
        raise SourceRejectedError(
            "unreachable-source", url, f"it redirects more than {MAX_REDIRECTS} times", "too-many-redirects"
        )

    @contextmanager
    def _response(self, url: str, deadline: "_Deadline") -> Iterator[requests.Response]:
        with _rejections(url, deadline):
            # No session is used, because it would add cookies, .netrc, and proxies from the environment, and would read
            # the entire body of each redirect before following it.
            request = requests.Request("GET", url, headers=HEADERS).prepare()
            adapter = _InternetAdapter(_scheme(request.url or "", url), self._allow_loopback, deadline)
            try:
                time_left = deadline.remaining()
                with adapter.send(request, stream=True, timeout=(time_left, time_left), verify=True) as response:
                    yield response
            finally:
                adapter.close()


def _scheme(prepared: str, url: str) -> str:
    """Return a URL's scheme, as parsed by the library that makes the connection.

    Raise SourceRejectedError if the URL isn't allowed.
    """
    parts = parse_url(prepared)
    if parts.scheme not in DEFAULT_PORTS:
        expected = f"expected an http or https URL, found {parts.scheme}"
        raise SourceRejectedError("blocked-address", url, expected, "not-web-address")
    if parts.auth is not None:
        expected = "expected a URL without a username or password"
        raise SourceRejectedError("blocked-address", url, expected, "address-with-credentials")
    return parts.scheme


def _document(url: str, response: requests.Response, deadline: "_Deadline") -> SourceDocument:
    if response.status_code != requests.codes.ok:
        raise SourceRejectedError(
            "unreachable-source",
            url,
            f"expected a document, but the server returned HTTP {response.status_code}",
            "http-status",
            http_status=response.status_code,
        )
    body, is_image = bytearray(), False
    # Bytes are counted after decompression, because the number of bytes sent does not limit the size of the content.
    for piece in response.raw.stream(PIECE_BYTES, decode_content=True):
        body += piece
        deadline.check(url)
        is_image = is_image or (len(body) > MAX_DOCUMENT_BYTES and _is_image(bytes(body[:MAX_SVG_OPENING_BYTES])))
        if len(body) > MAX_DOCUMENT_BYTES and not is_image:
            raise SourceRejectedError("source-too-large", url, "the document is larger than 1 MiB")
        if len(body) > MAX_IMAGE_BYTES:
            raise SourceRejectedError("source-too-large", url, "the image is larger than 4 MiB")
    # A connection that was shut down at the deadline looks like a complete response.
    deadline.check(url)
    return SourceDocument(url, response.headers.get("Content-Type", ""), bytes(body), _header(response, "Link"))


def _is_image(opening: bytes) -> bool:
    return raster_kind(opening) is not None or image_content_type(opening) is not None


def _header(response: requests.Response, name: str) -> str:
    """Return a header's value, decoded as UTF-8 if possible. By default, `requests` decodes headers as Latin-1."""
    value = response.headers.get(name, "")
    with suppress(UnicodeError):
        return value.encode("latin-1").decode()
    return value


@contextmanager
def _rejections(url: str, deadline: "_Deadline") -> Iterator[None]:
    """Convert a request's errors to `SourceRejectedError`."""
    try:
        yield
    except InvalidIPAddress as error:
        raise SourceRejectedError(
            "blocked-address", url, f"expected an address on the public internet, {error}", "private-address"
        ) from error
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        deadline.check(url)
        is_invalid = any(isinstance(cause, _INVALID_ADDRESS) for cause in _innermost_first(error))
        kind: RejectionKind = "invalid-address" if is_invalid else "no-response"
        reason = f"the request failed: {_reason_of(error)}"
        raise SourceRejectedError("unreachable-source", url, reason, kind) from error


class _InternetAdapter(IPFilterAdapter):  # type: ignore[misc]
    """An adapter that rejects hosts without a public IP address, and connects only to the address that it checked."""

    def __init__(self, scheme: str, allow_loopback: bool, deadline: "_Deadline") -> None:
        super().__init__(is_https_proto=scheme == "https", allow_loopback=allow_loopback)
        self._scheme, self._loopback_is_allowed, self._deadline = scheme, allow_loopback, deadline

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: bool | str, cert: Any = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        resolve = super().build_connection_pool_key_attributes
        try:
            # A DNS lookup has no timeout of its own.
            host, pool = self._deadline.within(lambda: resolve(request, verify, cert))
            self._check(ipaddress.ip_address(host["host"].strip("[]")), host["port"], request.url or "")
        except InvalidIPAddress as error:
            # Callers must not learn the private IP address that a host name resolves to.
            is_written = _is_written_as_address(parse_url(request.url or "").host or "")
            raise InvalidIPAddress(
                f"found {error}" if is_written else "but its host name does not resolve to one"
            ) from None
        return host, pool

    def _check(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address, port: int | None, url: str) -> None:
        if address.is_loopback and self._loopback_is_allowed:
            return
        in_range = address.version == 4 or address in INTERNET_V6
        if not (address.is_global and in_range) or address.is_multicast or address.is_reserved:
            raise InvalidIPAddress(address)
        if port not in (None, DEFAULT_PORTS[self._scheme]):
            raise SourceRejectedError(
                "blocked-address", url, f"expected the default port, found port {port}", "other-port"
            )

    def get_connection_with_tls_context(self, *arguments: Any, **named: Any) -> Any:
        pool = super().get_connection_with_tls_context(*arguments, **named)
        pool.ConnectionCls = _with_watched_socket(pool.ConnectionCls, self._deadline.cut_when_passed)
        return pool

    def close(self) -> None:
        super().close()
        self._deadline.forget_connections()


def _is_written_as_address(host: str) -> bool:
    """Return whether a host is "localhost" or an IP address in any notation that resolvers accept."""
    host = host.strip("[].").lower()
    with suppress(OSError):
        return bool(socket.inet_aton(host))
    return ":" in host or host == "localhost"


def _with_watched_socket(connection: Any, watch: Callable[[socket.socket], None]) -> type:
    """Return a connection class that passes its socket to `watch` after connecting and before TLS starts."""

    def _new_conn(self: Any) -> socket.socket:
        connected: socket.socket = connection._new_conn(self)
        watch(connected)
        return connected

    return type(connection.__name__, (connection,), {"_new_conn": _new_conn})


class _Deadline:
    """The deadline for all work on a source. It applies even in the middle of a read.

    A socket's timeout restarts with each byte. Without a deadline, a server that sends one byte at a time could occupy
    a worker for hours. Size limits don't prevent this, because it can happen during the TLS handshake or within a
    header.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ends = time.monotonic() + seconds
        self._watched: list[tuple[socket.socket, threading.Timer]] = []

    def remaining(self) -> float:
        # A timeout of zero would mean "do not wait", and would cause an error that doesn't mention time.
        return max(self._ends - time.monotonic(), 0.001)

    def check(self, url: str) -> None:
        if time.monotonic() >= self._ends:
            raise SourceRejectedError(
                "unreachable-source",
                url,
                f"reading the source took longer than {self._seconds:g} seconds",
                "no-response",
            )

    def cut_when_passed(self, connected: socket.socket) -> None:
        """Shut down a connection at the deadline, which immediately ends any pending read."""
        # A duplicate is needed because TLS takes over the socket. Shutting down either one ends the connection for
        # both.
        duplicate = connected.dup()
        timer = threading.Timer(self.remaining(), _shut, (duplicate,))
        timer.daemon = True
        timer.start()
        self._watched.append((duplicate, timer))

    def forget_connections(self) -> None:
        for duplicate, timer in self._watched:
            timer.cancel()
            duplicate.close()
        self._watched.clear()

    def within[Result](self, work: Callable[[], Result]) -> Result:
        """Return the result of `work`, or raise TimeoutError at the deadline.

        Use this method if `work` has no timeout of its own.
        """
        outcomes: queue.SimpleQueue[tuple[Result | None, Exception | None]] = queue.SimpleQueue()

        def run() -> None:
            try:
                outcomes.put((work(), None))
            except Exception as error:  # every error is re-raised in the calling thread
                outcomes.put((None, error))

        threading.Thread(target=run, daemon=True).start()
        try:
            result, error = outcomes.get(timeout=self.remaining())
        except queue.Empty:
            raise TimeoutError("the DNS lookup timed out") from None
        if error is not None:
            raise error
        return result  # type: ignore[return-value]


def _shut(connected: socket.socket) -> None:
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def _reason_of(error: BaseException) -> str:
    """Return the reason for a failed request, such as ``connection refused``.

    The requests and urllib3 libraries wrap an error in up to four other errors, which repeat the URL and are less
    precise.
    """
    reasons = [reason for wrapped in _innermost_first(error) if (reason := _reason(wrapped)) is not None]
    return reasons[0] if reasons else "the connection failed"


def _innermost_first(error: BaseException) -> list[BaseException]:
    errors = [error]
    for outer in errors:  # the loop appends to the list
        errors += [inner for inner in _wrapped_by(outer) if inner not in errors]
    return errors[::-1]


def _wrapped_by(error: BaseException) -> Iterator[BaseException]:
    candidates = (error.__context__, error.__cause__, getattr(error, "reason", None), *error.args)
    return (inner for inner in candidates if isinstance(inner, BaseException))


def _reason(error: BaseException) -> str | None:
    match error:
        case ssl.SSLCertVerificationError():
            return f"certificate verification failed: {error.verify_message.rstrip('.')}"
        case ssl.SSLError():
            return f"TLS handshake failed: {(error.reason or 'no reason given').replace('_', ' ').lower()}"
        case socket.gaierror():
            return "the host name can't be resolved"
        case http.client.RemoteDisconnected():
            return "connection closed without a response"
        case TimeoutError() | requests.Timeout() | urllib3.exceptions.TimeoutError():
            return "timed out"
        case OSError(errno=int(number)) if number in errno.errorcode:
            return os.strerror(number).lower()
        case http.client.IncompleteRead() | urllib3.exceptions.IncompleteRead():
            return "connection closed before the end of the response"
        case urllib3.exceptions.DecodeError() | zlib.error():
            return "the compressed response is corrupt"
        case _ if isinstance(error, _NOT_HTTP):
            return "the response is not HTTP"
        case _ if isinstance(error, _INVALID_ADDRESS):
            return "the URL is not valid"
    return None
