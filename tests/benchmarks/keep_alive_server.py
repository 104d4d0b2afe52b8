"""A minimal HTTP/1.1 keep-alive server, which adds almost no overhead to benchmarks."""

import socket
import threading
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

LARGEST_READ = 1024 * 1024


class Request(NamedTuple):
    """A received request, with lowercase header names and a decoded `path` and `query`."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytearray


class Answer(NamedTuple):
    """A response. The server adds Content-Length, and omits the body for HEAD."""

    status: int = 200
    headers: Mapping[str, str] = MappingProxyType({})
    body: bytes = b""


def listen(answer: Callable[[Request], Answer]) -> int:
    """Start a server on a free port of 127.0.0.1, and return the port.

    The server runs until the process ends, with one thread per connection.
    """
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    threading.Thread(target=_accept, args=(listener, answer), daemon=True).start()
    return int(listener.getsockname()[1])


def _accept(listener: socket.socket, answer: Callable[[Request], Answer]) -> None:
    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=_talk, args=(connection, answer), daemon=True).start()


def _talk(connection: socket.socket, answer: Callable[[Request], Answer]) -> None:
    received = bytearray()
    with connection:
        try:
            while request := _read(connection, received):
                _write(connection, request, answer(request))
        except ConnectionError:
            return


def _read(connection: socket.socket, received: bytearray) -> Request | None:
    """Return the next request, or None if the client closed the connection.

    Bytes after the request stay in `received`.
    """
    while (head_end := received.find(b"\r\n\r\n")) < 0:
        data = connection.recv(LARGEST_READ)
        if not data:
            return None
        received += data
    start, *lines = received[:head_end].decode("latin-1").split("\r\n")
    method, target, _ = start.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if headers.get("expect", "").lower() == "100-continue":
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    del received[: head_end + 4]
    body = bytearray(int(headers.get("content-length", "0")))
    filled = min(len(received), len(body))
    body[:filled] = received[:filled]
    del received[:filled]
    rest = memoryview(body)[filled:]
    while rest:
        count = connection.recv_into(rest)
        if not count:
            return None
        rest = rest[count:]
    address = urlsplit(target)
    return Request(method, unquote(address.path), dict(parse_qsl(address.query, keep_blank_values=True)), headers, body)


def _write(connection: socket.socket, request: Request, answer: Answer) -> None:
    headers = {"Content-Length": str(len(answer.body)), **answer.headers}
    lines = [f"HTTP/1.1 {answer.status} -", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    head = "\r\n".join(lines).encode()
    body = answer.body if request.method != "HEAD" else b""
    # Send the head and body together; otherwise the client wakes up twice.
    sent = connection.sendmsg([head, body])
    if sent < len(head) + len(body):
        connection.sendall(memoryview(body)[sent - len(head) :] if sent >= len(head) else head[sent:] + body)
