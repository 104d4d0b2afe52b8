"""The page step: check the page's HTML, and load the files that it refers to."""

from html.parser import HTMLParser
from urllib.parse import urljoin

from operations.smoke.error import SmokeTestError
from operations.smoke.run import Run
from operations.steps import step


def read_page(run: Run) -> None:
    """Load the page and its files, as a browser does."""
    with step("the page") as details:
        page = run.public.call("GET", "/console")
        files_of_page = _LoadedFiles()
        files_of_page.feed(page.text)
        if not files_of_page.addresses:
            raise SmokeTestError(
                expected=f"{page.url} to load scripts and styles",
                found=f"Content-Type {page.headers.get('Content-Type')}, without scripts or styles",
                check=run.deployed.logs("console"),
            )
        client_id = run.deployed.outputs["UserPoolClientId"]
        if client_id not in page.text:
            raise SmokeTestError(
                expected=f"{page.url} to sign people in with the stack's app client {client_id}",
                found="a page without this client ID",
                check="that PublicBaseUrl points to this stack",
            )
        # Relative URLs are resolved against the page's URL, as in browsers.
        files = [run.public.call("GET", urljoin(page.url, address)).content for address in files_of_page.addresses]
        details.append(f"{len(files)} files, {sum(map(len, files)):,} bytes")


class _LoadedFiles(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        address = dict(attributes).get({"script": "src", "link": "href"}.get(tag, ""))
        if address is not None and not address.startswith("data:"):
            self.addresses.append(address)
