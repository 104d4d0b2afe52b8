"""Page users in a real Chromium: what they do, what they see, and errors that they wouldn't notice."""

import hashlib
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Download, Locator, Page, Request

from local.places import LOCAL, PASSWORD

SCREENSHOTS = LOCAL / "screenshots"
PATIENCE_MS = 30_000
DOWNLOAD_MS = 3 * PATIENCE_MS  # request, queue, worker, and file
SESSION = "badge-data-session"


class Visitor:
    """A user with one open tab.

    Parameters
    ----------
    console_url
        The URL of the page.
    """

    def __init__(self, context: BrowserContext, console_url: str) -> None:
        context.set_default_timeout(PATIENCE_MS)
        self.context = context
        self.console_url = console_url
        self.faults: list[str] = []
        self.requests: list[Request] = []
        self.page = self._new_page()

    def new_tab(self) -> Page:
        """Open another tab in the same browser, and switch to it."""
        self.page = self._new_page()
        return self.page

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        """Open the page, and sign in with its form."""
        self.open()
        self.submit_password(email, password)
        self.arrived()

    def session(self) -> str:
        """Return the page's stored session, for `restore_session`."""
        kept: str = self.page.evaluate(f"sessionStorage['{SESSION}']")
        return kept

    def restore_session(self, session: str) -> None:
        """Open the page as a user who signed in earlier, with the stored session."""
        kept = f"sessionStorage['{SESSION}'] ??= {json.dumps(session)}"
        self.context.add_init_script(f"if (location.pathname.endsWith('/console')) {kept}")
        self.open()
        self.arrived()

    def submit_password(self, email: str, password: str) -> None:
        """Fill in and submit the sign-in form."""
        address = self.page.get_by_label("Email", exact=True)
        if address.is_editable():
            address.fill(email)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.button("Sign in").click()

    def arrived(self) -> None:
        """Wait until a signed-in user sees a view."""
        self.button("Sign out").wait_for()
        self.page.get_by_role("main").get_by_role("heading", level=1).wait_for()

    def open(self, place: str = "") -> None:
        """Open the page, or the view at a path such as ``issuers/aurora-science/data-management``."""
        self.page.goto(f"{self.console_url}#/{place}")

    def heading(self, name: str) -> Locator:
        return self.page.get_by_role("heading", name=name, exact=True)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def section(self, name: str) -> Locator:
        """Return the page section with this heading."""
        return self.page.locator("section", has=self.page.get_by_role("heading", name=name, exact=True, level=2))

    @property
    def exports(self) -> Locator:
        """The list of exports, newest first."""
        return self.section("Exports").get_by_role("table").locator("tbody").get_by_role("row")

    def open_menu(self, export: Locator) -> Locator:
        """Open an export's menu in the list, and return the menu."""
        export.get_by_role("button", name="More actions").click()
        menu = export.get_by_role("group")
        menu.wait_for()
        return menu

    def toast(self, text: str) -> Locator:
        return self.page.get_by_role("status").get_by_text(text)

    def downloads(self, action: Locator) -> tuple[str, bytes]:
        """Click, wait for the automatic download, and return the name and bytes of the file."""
        with self.page.expect_download(timeout=DOWNLOAD_MS) as started:
            action.click()
        return content_of(started.value)

    def settled(self) -> None:
        """Wait until nothing is loading and every image is either shown or known to be broken."""
        # A newly opened place is drawn in the next frame; until then, the previous one is still shown.
        self.page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
        self.page.wait_for_function(
            """() => {
                const isShown = (image) => image.complete || image.getBoundingClientRect().top > innerHeight;
                return !document.querySelector(".skeleton, [aria-busy=true]") && [...document.images].every(isShown);
            }"""
        )

    def screenshot(self, name: str) -> None:
        """Save a full-page screenshot in ``.local/screenshots``."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True, animations="disabled")

    def violations(self) -> list[str]:
        """Return the violations that axe finds against WCAG 2.2 A and AA and best practices, as ``rule: element``."""
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        return self._found_by_axe({"type": "tag", "values": tags})

    def misnamed(self) -> list[str]:
        """Return the controls whose accessible name doesn't contain their visible text (WCAG 2.5.3)."""
        return self._found_by_axe(
            {"type": "rule", "values": ["label-content-name-mismatch"]}
        )  # experimental: in no tag

    def requested_hosts(self) -> set[str]:
        """Return the hosts that the page sent requests to."""
        return {urlsplit(request.url).hostname or "" for request in self.requests if request.url.startswith("http")}

    def _found_by_axe(self, rules: dict[str, Any]) -> list[str]:
        found: Any = Axe().run(self.page, options={"runOnly": rules}).response
        return [f"{rule['id']}: {node['html']}" for rule in found["violations"] for node in rule["nodes"]]

    def _new_page(self) -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("console", lambda message: self._heard(message.type, message.text))
        page.on("dialog", lambda dialog: self.faults.append(f"dialog: {dialog.message}"))
        page.on("request", lambda request: self.requests.append(request))
        return page

    def _heard(self, kind: str, text: str) -> None:
        # The browser also reports each rejected request; the page shows those that matter.
        if kind == "error" and not text.startswith("Failed to load resource"):
            self.faults.append(f"console: {text}")


def content_of(download: Download) -> tuple[str, bytes]:
    """Return the name and bytes of a download."""
    return download.suggested_filename, Path(download.path()).read_bytes()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def enter_json(visitor: Visitor, badge: dict[str, Any]) -> None:
    """Enter a badge's JSON as the source of a replacement, and review the changes."""
    visitor.page.get_by_role("radio", name="JSON").check()
    visitor.page.get_by_label("Badge JSON").fill(json.dumps(badge))
    visitor.button("Review changes").click()
