"""Simulate another platform on this machine, with badges that can be used as sources for replacements.

    python -m local.openbadges_host --port 4570

A stack can read these badges only with `SourceAddresses=loopback-too`, as in the `local` profile of samconfig.toml.
"""

import argparse
import base64
import io
import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import openbadges_bakery

from local.sample.images import Look, data_uri

CONTEXT = "https://w3id.org/openbadges/v2"


@dataclass(frozen=True)
class Badge:
    """A badge on the simulated platform."""

    name: str
    description: str
    criteria: str
    tags: tuple[str, ...]
    look: Look


BADGES = (
    Badge(
        "Rocket Science",
        "Plans a flight, computes its orbit, and lands where planned.",
        "Fly three missions in the simulator and **explain** one of them.",
        ("space", "physics"),
        Look("hexagon", "rocket", "#306", "#639"),
    ),
    Badge(
        "Night Sky",
        "Finds planets and constellations, and keeps a log of what the sky shows.",
        "Observe on **ten** nights in two seasons.",
        ("space", "observing"),
        Look("round", "star", "#013", "#136"),
    ),
    Badge(
        "Field Navigation",
        "Finds the way by map and compass, by day and by night.",
        "Walk the course alone, and find all *eight* marks.",
        ("outdoors",),
        Look("shield", "compass", "#230", "#561"),
    ),
)


class OpenBadgesHost:
    """A server for `BADGES`, with one Open Badges 2.0 assertion per badge.

    To run the server, use a ``with`` block or call `serve`.

    `/assertions/1` is the first badge's assertion, and `/assertions/1/image` is a PNG with the assertion baked in.

    Parameters
    ----------
    port
        The port on 127.0.0.1, or 0 for any free port.
    """

    badge_name = BADGES[0].name

    def __init__(self, port: int = 0) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._pages = self._documents()

    @property
    def assertion_url(self) -> str:
        """The URL of the first badge's assertion, for use as a replacement's source."""
        return f"{self.base_url}/assertions/1"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def serve(self) -> None:
        """Serve until interrupted."""
        self._server.serve_forever()

    def _documents(self) -> dict[str, tuple[str, bytes]]:
        issuer = {
            "@context": CONTEXT,
            "type": "Profile",
            "id": f"{self.base_url}/issuers/1",
            "name": "Another Platform",
            "url": self.base_url,
            "email": "badges@another.example",
        }
        documents = {"/issuers/1": _json_ld(issuer)}
        for number, badge in enumerate(BADGES, start=1):
            documents |= self._documents_of(badge, number)
        return documents

    def _documents_of(self, badge: Badge, number: int) -> dict[str, tuple[str, bytes]]:
        assertion_path, badge_path = f"/assertions/{number}", f"/badges/{number}"
        assertion = {
            "@context": CONTEXT,
            "type": "Assertion",
            "id": f"{self.base_url}{assertion_path}",
            "recipient": {"type": "email", "hashed": False, "identity": "learner@example.org"},
            "badge": f"{self.base_url}{badge_path}",
            "issuedOn": "2026-01-05T10:00:00Z",
            "verification": {"type": "HostedBadge"},
        }
        badge_class = {
            "@context": CONTEXT,
            "type": "BadgeClass",
            "id": f"{self.base_url}{badge_path}",
            "name": badge.name,
            "description": badge.description,
            "image": f"{self.base_url}{badge_path}/image",
            "criteria": {"narrative": badge.criteria},
            "issuer": f"{self.base_url}/issuers/1",
            "tags": list(badge.tags),
            "alignment": [{"targetName": "Forces and motion", "targetUrl": "https://standards.example.org/HS-PS2"}],
        }
        image = base64.b64decode(data_uri(badge.look).partition(",")[2])
        return {
            assertion_path: _json_ld(assertion),
            f"{assertion_path}/image": ("image/png", _baked(image, json.dumps(assertion))),
            badge_path: _json_ld(badge_class),
            f"{badge_path}/image": ("image/png", image),
        }

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                content_type, body = host._pages.get(self.path, ("text/plain", b"No such document."))
                self.send_response(200 if self.path in host._pages else 404)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the base class's name
                """Don't log requests."""

        return Handler


def _json_ld(document: dict[str, Any]) -> tuple[str, bytes]:
    return "application/ld+json", json.dumps(document).encode()


def _baked(image: bytes, assertion: str) -> bytes:
    # Another platform would use its own implementation, so this doesn't use the product's.
    with openbadges_bakery.bake(io.BytesIO(image), assertion) as baked:
        return bytes(baked.read())


def main() -> None:
    """Print the URLs, and serve until interrupted."""
    arguments = argparse.ArgumentParser(prog="python -m local.openbadges_host")
    arguments.add_argument("--port", type=int, default=4570)
    host = OpenBadgesHost(arguments.parse_args().port)
    print("Another platform's badges, each as an assertion and as a baked image:")
    for number, badge in enumerate(BADGES, start=1):
        print(f"  {host.base_url}/assertions/{number}  {host.base_url}/assertions/{number}/image  {badge.name}")
    print("Press Ctrl+C to stop.", flush=True)
    try:
        host.serve()
    except KeyboardInterrupt:
        print("Stopped.")


if __name__ == "__main__":
    main()
