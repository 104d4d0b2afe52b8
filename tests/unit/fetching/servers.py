"""Servers on this machine that respond to fetches, and host names that resolve as a test requires."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from badgedata.fetching import SourceFetcher
from badgedata.openbadges.rejections import SourceRejectedError

MEBIBYTE = 1024 * 1024
type Talk = Callable[[socket.socket, bytes], None]


class Server:
    """A server on a loopback address that sends exactly the bytes that a test specifies, one by one if needed."""

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
        # Only a shutdown wakes up accept; closing the socket doesn't.
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


def rejection(url: str, source: SourceFetcher | None = None) -> SourceRejectedError:
    with pytest.raises(SourceRejectedError) as rejected:
        (source or SourceFetcher()).fetch(url)
    return rejected.value
