"""A small Open Badges host on this machine: an assertion, its badge class and their issuer, to replace a badge from.

    python -m local.openbadges_host --port 4570

It stands for the other platform of the demo. A stack reads from it only with `SourceAddresses=loopback-too`, as the
`local` profile of samconfig.toml has it.
"""

import argparse
import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from local.sample_images import Look, data_uri

LOOK = Look("hexagon", "rocket", rim="#306", face="#639")
CONTEXT = "https://w3id.org/openbadges/v2"


class OpenBadgesHost:
    """Serves one Open Badges 2.0 assertion, and what it links to, as long as the context lasts.

    Parameters
    ----------
    port
        Of 127.0.0.1; 0 takes a free one.
    """

    badge_name = "Rocket Science"

    def __init__(self, port: int = 0) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._pages = self._documents()

    @property
    def assertion_url(self) -> str:
        """The address to give as a source."""
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
        base = self.base_url
        assertion = {
            "@context": CONTEXT,
            "type": "Assertion",
            "id": f"{base}/assertions/1",
            "recipient": {"type": "email", "hashed": False, "identity": "learner@example.org"},
            "badge": f"{base}/badges/1",
            "issuedOn": "2026-01-05T10:00:00Z",
            "verification": {"type": "HostedBadge"},
        }
        badge_class = {
            "@context": CONTEXT,
            "type": "BadgeClass",
            "id": f"{base}/badges/1",
            "name": self.badge_name,
            "description": "Plans a flight, computes its orbit, and lands where planned.",
            "image": f"{base}/badges/1/image",
            "criteria": {"narrative": "Fly three missions in the simulator and **explain** one of them."},
            "issuer": f"{base}/issuers/1",
            "tags": ["space", "physics"],
            "alignment": [{"targetName": "Forces and motion", "targetUrl": "https://standards.example.org/HS-PS2"}],
        }
        issuer = {
            "@context": CONTEXT,
            "type": "Profile",
            "id": f"{base}/issuers/1",
            "name": "Another Platform",
            "url": base,
            "email": "badges@another.example",
        }
        found = {
            path: ("application/ld+json", json.dumps(document).encode())
            for path, document in (("/assertions/1", assertion), ("/badges/1", badge_class), ("/issuers/1", issuer))
        }
        return found | {"/badges/1/image": ("image/png", base64.b64decode(data_uri(LOOK).partition(",")[2]))}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                content_type, body = host._pages.get(self.path, ("text/plain", b"There is no such document here."))
                self.send_response(200 if self.path in host._pages else 404)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the base class's name
                """Say nothing."""

        return Handler


def main() -> None:
    """Serve, and say where."""
    arguments = argparse.ArgumentParser(prog="python -m local.openbadges_host")
    arguments.add_argument("--port", type=int, default=4570)
    host = OpenBadgesHost(arguments.parse_args().port)
    print(f'An Open Badges assertion to replace a badge from: {{"url": "{host.assertion_url}"}}', flush=True)
    try:
        host.serve()
    except KeyboardInterrupt:
        print("Stopped.")


if __name__ == "__main__":
    main()
