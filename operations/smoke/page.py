"""The web page: its HTML with the settings of this deployment, and everything that the HTML names."""

from html.parser import HTMLParser
from urllib.parse import urljoin

from operations.smoke.failure import SmokeFailure
from operations.smoke.run import Run
from operations.steps import step


def read_page(run: Run) -> None:
    """Read the page as a browser begins to."""
    with step("the page") as details:
        page = run.public.call("GET", "/console")
        named = _Named()
        named.feed(page.text)
        if not named.addresses:
            raise SmokeFailure(
                expected=f"{page.url} to name scripts and styles",
                found=f"Content-Type {page.headers.get('Content-Type')}, without any",
                check=run.deployed.logs("console"),
            )
        client_id = run.deployed.outputs["UserPoolClientId"]
        if client_id not in page.text:
            raise SmokeFailure(
                expected=f"{page.url} to sign people in with the stack's client {client_id}",
                found="a page without it",
                check="that PublicBaseUrl leads to this stack and not to another one",
            )
        # Relative addresses are read from the page's own, as browsers read them.
        files = [run.public.call("GET", urljoin(page.url, address)).content for address in named.addresses]
        details.append(f"{len(files)} files, {sum(map(len, files)):,} bytes")


class _Named(HTMLParser):
    """Collects what an HTML document loads."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        address = dict(attributes).get({"script": "src", "link": "href"}.get(tag, ""))
        if address is not None and not address.startswith("data:"):
            self.addresses.append(address)
