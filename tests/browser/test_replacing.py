"""Replace a badge on the page from an image, a URL, or JSON; preview, confirm, or cancel; follow the re-sync."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from local.token import id_token
from tests.browser.organizations import ADMIN, awarded_image, badge_class
from tests.browser.visitors import PATIENCE_MS, Visitor, enter_json
from tests.support.deployed_client import Client

WELDER = "badges/page-welder/data-management"
TURNER = "badges/page-turner/data-management"


@pytest.fixture
def admin(signed_in: Callable[[str], Visitor], workshop: dict[str, Any]) -> Visitor:
    """The signed-in admin of the small organization."""
    return signed_in(ADMIN)


@pytest.fixture
def api(stack: dict[str, Any], workshop: dict[str, Any]) -> Client:
    """The same admin as a client of the API."""
    return Client(stack["apiUrl"], id_token(stack, ADMIN))


def test_both_badges_are_shown_side_by_side_before_anything_changes(admin: Visitor, api: Client) -> None:
    before = api.get("/badge-classes/page-welder").json
    admin.open(WELDER)
    enter_json(admin, badge_class("Master welder"))

    preview = admin.page.get_by_role("region", name="Preview")
    expect(preview.get_by_text("This can't be undone.")).to_be_visible()
    names = preview.locator("section", has=admin.heading("Name Changes"))
    expect(names.get_by_text(before["name"], exact=True)).to_be_visible()
    expect(names.get_by_text("Master welder", exact=True)).to_be_visible()
    expect(preview.locator("mark").get_by_text("fire")).to_be_visible()
    for side in ("Current image", "Proposed image"):
        assert (
            admin.page.get_by_alt_text(side).evaluate(
                "async (image) => { await image.decode(); return image.naturalWidth }"
            )
            > 0
        )
    admin.screenshot("replacement-preview")
    assert api.get("/badge-classes/page-welder").json == before

    preview.get_by_role("button", name="Cancel").click()
    expect(admin.button("Continue")).to_be_visible()
    assert api.get("/badge-classes/page-welder").json == before
    assert api.get("/badge-classes/page-welder/replacements").json["items"][0]["status"] == "cancelled"


def test_uploaded_image_replaces_the_badge_and_award_images_follow(admin: Visitor, api: Client, tmp_path: Path) -> None:
    image = tmp_path / "awarded.png"
    image.write_bytes(awarded_image(badge_class("Welder of the image")))
    admin.open(WELDER)
    admin.page.get_by_label("Badge image").set_input_files(image)
    expect(admin.page.get_by_text("awarded.png,")).to_be_visible()
    admin.button("Continue").click()
    admin.button("Replace badge").click()

    expect(admin.page.get_by_role("heading", level=1)).to_have_text("Welder of the image")
    expect(admin.toast("The badge is now “Welder of the image”.")).to_be_visible()
    assert api.get("/badge-classes/page-welder").json["name"] == "Welder of the image"
    resync = admin.page.get_by_role("region", name="Images of awarded badges")
    expect(resync.get_by_text("Complete")).to_be_visible(timeout=2 * PATIENCE_MS)
    expect(resync.get_by_text("3 of 3 images refreshed")).to_be_visible()
    admin.screenshot("replaced")


def test_images_can_be_dropped_or_pasted(admin: Visitor) -> None:
    admin.open(TURNER)
    for happening, at, name in (("drop", ".drop", "Dropper"), ("drop", "h1", "Misser"), ("paste", "body", "Paster")):
        admin.page.get_by_label("Badge image").wait_for()
        drop_or_paste(admin, happening, at, f"{happening}ped.png", awarded_image(badge_class(name)))
        expect(admin.page.get_by_text(f"{happening}ped.png,")).to_be_visible()
        admin.button("Continue").click()
        preview = admin.page.get_by_role("region", name="Preview")
        expect(preview.get_by_text(name, exact=True)).to_be_visible()
        preview.get_by_role("button", name="Cancel").click()


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
def test_pasted_text_is_recognized_as_svg_without_blocking_the_page(
    admin: Visitor, text: str, is_drawing: bool
) -> None:
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
    expect(admin.page.get_by_text("pasted.svg,")).to_have_count(int(is_drawing))


def test_badge_urls_are_read_and_other_urls_show_an_error_next_to_the_field(
    admin: Visitor, other_platform: str, api: Client
) -> None:
    admin.open(TURNER)
    admin.page.get_by_role("radio", name="Web address").check()
    address = admin.page.get_by_label("Web address of the badge")
    admin.button("Continue").click()
    expect(admin.page.get_by_text("Enter a web address.")).to_be_visible()

    address.fill(f"{other_platform}/nothing")
    admin.button("Continue").click()
    expect(address).to_have_attribute("aria-invalid", "true")
    expect(admin.page.locator(".error", has_text="/nothing")).to_be_visible()
    admin.screenshot("refused-source")

    address.fill(f"{other_platform}/badge.json")
    admin.button("Continue").click()
    admin.button("Replace badge").click()
    expect(admin.page.get_by_role("heading", level=1)).to_have_text("Turner of the web")
    assert api.get("/badge-classes/page-turner").json["name"] == "Turner of the web"


def test_badge_changed_after_the_preview_is_not_overwritten(admin: Visitor, api: Client) -> None:
    admin.open("badges/page-smith/data-management")
    enter_json(admin, badge_class("Smith of the page"))
    admin.button("Replace badge").wait_for()
    quicker = api.post("/badge-classes/page-smith/replacements", {"json": badge_class("Smith of the other")}).json
    api.post(f"/replacements/{quicker['id']}/confirm", {})
    admin.button("Replace badge").click()

    expect(admin.page.get_by_role("alert").get_by_text("changed")).to_be_visible()
    admin.button("Start over").click()
    expect(admin.button("Continue")).to_be_visible()
    assert api.get("/badge-classes/page-smith").json["name"] == "Smith of the other"


def test_overdue_resync_lists_failed_images_reasons_and_a_contact(admin: Visitor, api: Client) -> None:
    """To avoid waiting 13 days, the test changes the API's response to show the re-sync after its time limit."""
    replaced = overdue_replacement(api)
    failed = [{"awardId": f"award-{n}", "reason": "The image can't be read", "attempts": 17} for n in (1, 2)]
    admin.page.route(
        "**/badge-classes/page-smith/replacements?*", lambda route: route.fulfill(json={"items": [replaced]})
    )
    admin.page.route("**/failed-images?*", lambda route: route.fulfill(json={"items": failed}))
    admin.open("badges/page-smith/data-management")

    resync = admin.page.get_by_role("region", name="Images of awarded badges")
    expect(resync.get_by_text("1,198 of 1,200 images refreshed 99%")).to_be_visible()
    expect(resync.get_by_text("were not refreshed by 14 January 2026")).to_be_visible()
    expect(resync.get_by_text("The image can't be read")).to_have_count(2)
    expect(resync.get_by_role("link", name="help@example.org")).to_be_visible()
    assert admin.violations() == []
    admin.screenshot("resync-overdue")


def test_resync_is_still_shown_after_many_later_previews(admin: Visitor, api: Client) -> None:
    replaced = overdue_replacement(api)
    only_seen = {key: value for key, value in replaced.items() if key not in ("confirmedAt", "imageResync")}
    history = [only_seen | {"id": f"seen-{n}", "status": "cancelled"} for n in range(44)] + [replaced]
    asked: list[str] = []

    def page_of_history(route: Any) -> None:
        asked.append(route.request.url)
        query = parse_qs(urlsplit(route.request.url).query)
        begin, limit = int(query.get("cursor", ["0"])[0]), int(query.get("limit", ["20"])[0])
        following = {"nextCursor": str(begin + limit)} if begin + limit < len(history) else {}
        route.fulfill(json={"items": history[begin : begin + limit]} | following)

    admin.page.route(re.compile("/badge-classes/page-smith/replacements"), page_of_history)
    admin.page.route("**/failed-images*", lambda route: route.fulfill(json={"items": []}))
    admin.open("badges/page-smith/data-management")

    resync = admin.page.get_by_role("region", name="Images of awarded badges")
    expect(resync.get_by_text("were not refreshed by 14 January 2026")).to_be_visible()
    found_after = len(asked)
    admin.page.get_by_text("All replacements").click()
    admin.button("Show more").click()
    expect(admin.page.locator(".history li")).to_have_count(10)
    expect(resync).to_be_visible()
    assert len(asked) == found_after + 1, "once found, it is not searched for again"


def test_staff_cannot_replace_badges(visit: Callable[..., Visitor]) -> None:
    staff = visit()
    staff.sign_in("rosalind@example.org")
    staff.open("badges/lab-safety/data-management")

    expect(staff.heading("Replacements")).to_be_visible()
    expect(staff.button("Continue")).to_have_count(0)


@pytest.fixture
def other_platform() -> Iterator[str]:
    """Start another platform on this machine, and yield its URL."""

    class Platform(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(badge_class("Turner of the web")).encode()
            self.send_response(200 if self.path == "/badge.json" else 404)
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


def overdue_replacement(api: Client) -> dict[str, Any]:
    """Return the replacement of the smith's badge as the API shows it when it is overdue."""
    badge = api.get("/badge-classes/page-smith").json
    return {
        "id": "overdue",
        "badgeClassId": "page-smith",
        "status": "replaced",
        "source": {"kind": "json", "openBadgesVersion": "2.0"},
        "current": badge,
        "proposed": badge,
        "changes": ["name"],
        "warnings": [],
        "requestedBy": ADMIN,
        "createdAt": "2026-01-01T00:00:00Z",
        "confirmedAt": "2026-01-01T00:00:00Z",
        "imageResync": {
            "status": "overdue",
            "total": 1200,
            "refreshed": 1198,
            "pending": 0,
            "failed": 2,
            "windowEndsAt": "2026-01-14T00:00:00Z",
        },
    }


def drop_or_paste(visitor: Visitor, happening: str, at: str, name: str, content: bytes) -> None:
    """Drop a file onto an element of the page, or paste it there."""
    visitor.page.evaluate(
        """([happening, at, name, content]) => {
            const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], name, { type: "image/png" }));
            const settings = { bubbles: true, cancelable: true };
            const event = happening === "drop"
                ? new DragEvent("drop", { ...settings, dataTransfer: transfer })
                : new ClipboardEvent("paste", { ...settings, clipboardData: transfer });
            document.querySelector(at).dispatchEvent(event);
        }""",
        [happening, at, name, base64.b64encode(content).decode()],
    )
