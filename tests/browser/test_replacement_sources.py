"""Choose the source of a replacement on the page: select, drop, or paste an image, a web address, or JSON."""

import base64
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import expect

from tests.browser.organizations import awarded_image, badge_class
from tests.browser.visitors import Visitor
from tests.support.deployed_client import Client
from tests.support.images import color_png

WELDER = "badges/page-welder/data-management"
TURNER = "badges/page-turner/data-management"


def test_images_can_be_dropped_or_pasted(admin: Visitor) -> None:
    admin.open(TURNER)
    for happening, at, name in (("drop", ".drop", "Dropper"), ("drop", "h1", "Misser"), ("paste", "body", "Paster")):
        admin.page.get_by_label("Badge image").wait_for()
        drop_or_paste(admin, happening, at, f"{name}.png", awarded_image(badge_class(name)))
        expect(admin.page.get_by_text(f"{name}.png")).to_be_visible()
        admin.button("Review changes").click()
        preview = admin.page.get_by_role("region", name="Review changes")
        expect(preview.get_by_text(name, exact=True)).to_be_visible()
        preview.get_by_role("button", name="Cancel").click()


def test_dropped_or_pasted_source_opens_the_field_for_its_type(admin: Visitor) -> None:
    admin.open(TURNER)
    admin.page.get_by_label("Badge image").wait_for()
    drop_or_paste(admin, "drop", ".drop", "badge.json", json.dumps(badge_class("Dropped")).encode())
    expect(admin.page.get_by_label("Badge JSON")).to_have_value(json.dumps(badge_class("Dropped")))

    paste_text(admin, "https://badges.example.org/1")
    expect(admin.page.get_by_label("Badge web address")).to_have_value("https://badges.example.org/1")

    admin.page.get_by_label("Badge web address").fill('{"type": ')
    admin.button("Review changes").click()
    expect(admin.page.get_by_label("Badge JSON")).to_have_value('{"type":')
    expect(admin.page.get_by_text("This JSON is incomplete or invalid near line 1.")).to_be_visible()


@pytest.mark.parametrize(
    ("text", "is_drawing"),
    [
        ('<?xml version="1.0"?>\n<!-- a -->\n<!-- > b - -->\n<svg xmlns="http://www.w3.org/2000/svg"/>', True),
        ("<!---->" * 5000 + "<svg></svg>", True),
        ("<!-- one --> or two <svg></svg>", False),
        ("<!-- never closed <svg></svg>", False),
        ("<!-- a -->" * 30, False),
        ("<svgs></svgs>", False),
    ],
    ids=["with comments", "with many comments", "after text", "in a comment", "only comments", "another element"],
)
def test_pasted_svg_is_recognized_without_blocking_the_page(admin: Visitor, text: str, is_drawing: bool) -> None:
    admin.open(TURNER)
    admin.page.get_by_label("Badge image").wait_for()

    taken_ms = admin.page.evaluate(
        """(text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            const begin = performance.now();
            document.body.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, clipboardData }));
            return performance.now() - begin;
        }""",
        text,
    )

    assert taken_ms < 1000
    admin.settled()
    expect(admin.page.get_by_text("pasted.svg")).to_have_count(int(is_drawing))


REJECTED = {
    "an address without a page": ("Web address", "{host}/nothing", "There's no badge at this address (404)."),
    "a page without a badge": ("Web address", "{host}/page", "This page doesn't link to badge data. Use the"),
    "words": ("Web address", "not a url", "Enter a full web address, such as https://example.org/badge."),
    "a local file": ("Web address", "file:///etc/passwd", "Enter a full web address, such as https://"),
    "an unknown host": ("Web address", "badges.invalid/1", "Couldn't reach https://badges.invalid/1. Check the"),
    "a private address": ("Web address", "http://10.0.0.7/1", "This address is private. Use a public web address."),
    "broken JSON": ("JSON", '{{\n"type": "BadgeClass",\n}}', "This JSON is incomplete or invalid near line 2."),
    "an empty object": ("JSON", "{{}}", "This is valid JSON but not a badge. Paste an awarded badge (assertion),"),
    "a missing badge": (
        "JSON",
        '{{"type": "Assertion", "badge": "{host}/nothing"}}',
        "This badge links to data at {name}, which couldn't be reached. Paste the JSON of the badge class itself",
    ),
}


@pytest.mark.parametrize("case", REJECTED)
def test_error_next_to_a_rejected_source_states_what_to_do_next(admin: Visitor, other_platform: str, case: str) -> None:
    way, given, said = REJECTED[case]
    place = {"host": other_platform, "name": other_platform.removeprefix("http://")}
    admin.open(TURNER)
    admin.page.get_by_role("radio", name=way).check()
    field = admin.page.get_by_label("Badge web address" if way == "Web address" else "Badge JSON")
    field.fill(given.format(**place))
    admin.button("Review changes").click()

    expect(admin.page.locator(".error")).to_contain_text(said.format(**place))
    expect(field).to_have_attribute("aria-invalid", "true")
    if "full web address" not in said:
        admin.page.get_by_text("Technical details", exact=True).click()
        expect(field).to_be_visible()
    field.press("End")
    field.press_sequentially(" ")
    expect(admin.page.locator(".error")).to_have_count(0)


def test_error_disappears_when_the_user_selects_another_type_of_source(admin: Visitor) -> None:
    admin.open(TURNER)
    admin.page.get_by_label("Badge image").wait_for()
    drop_or_paste(admin, "drop", ".drop", "plain.png", color_png("#123456"))
    admin.button("Review changes").click()
    expect(admin.page.get_by_text("This image doesn't contain badge data.")).to_be_visible()
    assert admin.violations() == []
    admin.screenshot("rejected-source")
    admin.page.get_by_role("radio", name="Web address").check()
    expect(admin.page.locator(".error")).to_have_count(0)


def test_choosing_another_image_clears_the_error_for_an_oversized_image(admin: Visitor) -> None:
    admin.open(TURNER)
    admin.page.get_by_label("Badge image").wait_for()
    drop_or_paste(admin, "drop", ".drop", "large.png", bytes(5_900_000))
    admin.button("Review changes").click()
    expect(admin.page.locator(".error")).to_have_text("This image is too large (5.9 MB). The limit is 4 MB.")
    drop_or_paste(admin, "drop", ".drop", "small.png", color_png("#123456"))
    expect(admin.page.locator(".error")).to_have_count(0)


def test_https_is_added_to_a_web_address_without_a_scheme(admin: Visitor) -> None:
    admin.open(TURNER)
    admin.page.get_by_role("radio", name="Web address").check()
    address = admin.page.get_by_label("Badge web address")
    address.fill("badges.invalid/1")
    admin.button("Review changes").click()
    expect(address).to_have_value("https://badges.invalid/1")


def test_badge_page_url_is_accepted_as_a_source(admin: Visitor, api: Client) -> None:
    admin.open(TURNER)
    admin.page.get_by_role("radio", name="Web address").check()
    admin.page.get_by_label("Badge web address").fill(f"{admin.console_url}#/{WELDER}")
    admin.button("Review changes").click()

    preview = admin.page.get_by_role("region", name="Review changes")
    name = api.get("/badge-classes/page-welder").json["name"]
    expect(preview.locator("section", has=admin.heading("Name")).get_by_text(name, exact=True)).to_be_visible()
    preview.get_by_role("button", name="Cancel").click()
    expect(admin.page.get_by_label("Badge web address")).to_have_value(f"{admin.console_url}#/{WELDER}")


def test_badge_keeps_its_image_if_the_source_image_cannot_be_loaded(admin: Visitor, other_platform: str) -> None:
    admin.open(TURNER)
    admin.page.get_by_role("radio", name="JSON").check()
    admin.page.get_by_label("Badge JSON").fill(json.dumps(badge_class("Blind", image=f"{other_platform}/no.png")))
    admin.button("Review changes").click()

    preview = admin.page.get_by_role("region", name="Review changes")
    expect(preview.get_by_text("The image couldn't be loaded. The badge keeps its current image.")).to_be_visible()
    expect(preview.get_by_text("Unchanged: image")).to_be_visible()
    preview.get_by_role("button", name="Cancel").click()


@pytest.fixture
def other_platform() -> Iterator[str]:
    """Start another platform on this machine, and yield its URL."""

    class Platform(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            badge = json.dumps(badge_class("Turner of the web")).encode()
            body = b"<!doctype html><html><title>No badge</title></html>" if self.path == "/page" else badge
            self.send_response(200 if self.path in ("/badge.json", "/page") else 404)
            self.send_header("Content-Type", "application/ld+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Platform)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def drop_or_paste(visitor: Visitor, happening: str, at: str, name: str, content: bytes) -> None:
    """Drop a file onto an element of the page, or paste it there."""
    visitor.page.evaluate(
        """([happening, at, name, content]) => {
            const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
            const transfer = new DataTransfer();
            const type = name.endsWith(".png") ? "image/png" : "application/json";
            transfer.items.add(new File([bytes], name, { type }));
            const settings = { bubbles: true, cancelable: true };
            const event = happening === "drop"
                ? new DragEvent("drop", { ...settings, dataTransfer: transfer })
                : new ClipboardEvent("paste", { ...settings, clipboardData: transfer });
            document.querySelector(at).dispatchEvent(event);
        }""",
        [happening, at, name, base64.b64encode(content).decode()],
    )


def paste_text(visitor: Visitor, text: str) -> None:
    """Paste text while no field has the focus."""
    visitor.page.evaluate(
        """(text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            const settings = { bubbles: true, cancelable: true, clipboardData };
            document.body.dispatchEvent(new ClipboardEvent("paste", settings));
        }""",
        text,
    )
