"""Accessibility: keyboard, screen reader, window sizes, color schemes, and languages."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.visitors import Visitor

VIEWS = {
    "home": "",
    "organization": "organizations/aurora-learning",
    "organization-data": "organizations/aurora-learning/data-management",
    "organization-activity": "organizations/aurora-learning/activity",
    "issuer": "issuers/aurora-science",
    "issuer-data": "issuers/aurora-science/data-management",
    "badge": "badges/data-detective",
    "badge-data": "badges/data-detective/data-management",
    "nowhere": "issuers/unknown",
}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
WINDOWS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"color_scheme": "light", **PHONE},
    "phone-dark": {"color_scheme": "dark", **PHONE},
    "wide": {"color_scheme": "light", "viewport": {"width": 2560, "height": 1300}},
    "zoomed-200": {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2},
    "zoomed-400": {"viewport": {"width": 320, "height": 225}, "device_scale_factor": 4},
    "forced-colors": {"forced_colors": "active"},
}


@pytest.mark.parametrize("window", WINDOWS)
def test_pages_pass_accessibility_checks_and_fit_the_window(visit: Callable[..., Visitor], window: str) -> None:
    visitor = visit(**WINDOWS[window])
    visitor.open()
    visitor.button("Sign in").wait_for()
    assert visitor.violations() == []
    visitor.sign_in("ada@example.org")
    for name, place in VIEWS.items():
        visitor.open(place)
        visitor.settled()
        expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
        assert (name, visitor.violations()) == (name, [])
        assert visitor.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
        visitor.screenshot(f"{window}-{name}")


def test_forms_dialogs_and_messages_pass_accessibility_checks(ada: Visitor) -> None:
    ada.open("issuers/aurora-science/data-management")
    ada.downloads(ada.button("Export groups"))
    ada.button("New schedule").click()
    ada.page.get_by_label("Awarded on or after").fill("2026-02-01")
    ada.page.get_by_label("Awarded on or before").fill("2026-01-01")
    ada.button("Download CSV").click()
    expect(ada.page.get_by_text("The start date is after the end date.").first).to_be_visible()
    assert ada.violations() == []

    ada.open_menu(ada.exports.first).get_by_role("button", name="Delete").click()
    expect(ada.page.get_by_role("dialog")).to_be_visible()
    assert ada.violations() == []


def test_export_can_be_requested_using_only_the_keyboard(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    visitor.open()
    keyboard = visitor.page.keyboard
    visitor.page.get_by_label("Email").wait_for()
    keyboard.type("grace@example.org")
    keyboard.press("Tab")
    keyboard.type("Correct-horse-7-battery")
    keyboard.press("Enter")
    visitor.heading("Aurora School of Science").wait_for()
    tab_to(visitor, "Data management")
    keyboard.press("Enter")
    visitor.button("Download CSV").wait_for()
    tab_to(visitor, "Download CSV")
    with visitor.page.expect_download():
        keyboard.press("Enter")
    visitor.exports.first.wait_for()
    menu = visitor.exports.first.get_by_role("button", name="More actions")
    menu.focus()
    keyboard.press("Enter")
    tab_to(visitor, "Delete")
    keyboard.press("Enter")
    expect(visitor.page.get_by_role("dialog")).to_be_visible()
    keyboard.press("Escape")
    expect(visitor.page.get_by_role("dialog")).to_have_count(0)
    expect(menu).to_be_focused()


def test_current_tab_is_highlighted_in_forced_colors_mode(visit: Callable[..., Visitor]) -> None:
    visitor = visit(forced_colors="active")
    visitor.sign_in("ada@example.org")
    visitor.open("issuers/aurora-science")
    tabs = visitor.page.locator(".tabs a")
    expect(tabs.nth(1)).to_be_visible()
    current, *others = tabs.evaluate_all("tabs => tabs.map((tab) => getComputedStyle(tab).borderBottomColor)")
    background = visitor.page.evaluate("getComputedStyle(document.querySelector('.tabs')).backgroundColor")
    assert current not in others
    assert current != background


@pytest.mark.parametrize(("preference", "moving"), [("no-preference", 1), ("reduce", 0)])
def test_progress_bars_are_not_animated_if_the_user_prefers_reduced_motion(
    visit: Callable[..., Visitor], preference: str, moving: int
) -> None:
    visitor = visit(reduced_motion=preference)
    visitor.sign_in("ada@example.org")
    visitor.open("issuers/aurora-science/data-management")
    visitor.settled()
    visitor.page.locator(".data-management").evaluate("(view) => view.append(document.createElement('progress'))")
    assert visitor.page.evaluate(
        "document.getAnimations().filter(({ playState }) => playState === 'running').length"
    ) == (moving)


def test_first_tab_stop_is_a_skip_link_to_the_content(ada: Visitor) -> None:
    ada.page.reload()
    ada.arrived()
    ada.page.keyboard.press("Tab")
    assert focused_name(ada) == "Skip to content"
    ada.page.keyboard.press("Enter")
    assert ada.page.evaluate("document.activeElement.id") == "content"


def test_numbers_are_formatted_for_the_browser_locale(visit: Callable[..., Visitor]) -> None:
    for locale in ("en-GB", "de-DE"):
        reader = visit(locale=locale)
        reader.sign_in("ada@example.org")
        reader.open("issuers/aurora-science/data-management")
        _, content = reader.downloads(reader.button("Download CSV"))
        rows = content.decode("utf-8-sig").count("/public/assertions/")
        shown = f"{rows:,}" if locale == "en-GB" else f"{rows:,}".replace(",", ".")
        expect(reader.exports.first.get_by_text(f"{shown} awards")).to_be_visible()


def focused_name(visitor: Visitor) -> str:
    name: str = visitor.page.evaluate("document.activeElement.innerText || document.activeElement.ariaLabel || ''")
    return name.strip()


def tab_to(visitor: Visitor, name: str) -> None:
    """Press Tab until the element with this name has focus."""
    for _ in range(60):
        if focused_name(visitor).split("\n")[0] == name:
            return
        visitor.page.keyboard.press("Tab")
    raise AssertionError(f"{name} can't be reached by the Tab key")
