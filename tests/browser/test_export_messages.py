"""Messages about exports on the page: each appears once, in the current view, and covers no controls."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.visitors import Visitor

ISSUER = "issuers/aurora-science/data-management"


def test_completed_export_is_announced_once(ada: Visitor) -> None:
    ada.open(ISSUER)
    name, _ = ada.downloads(ada.button("Export groups"))
    expect(ada.section("Groups").get_by_text(f"Downloaded {name}")).to_be_visible()
    ada.page.wait_for_timeout(500)
    expect(ada.page.locator(".toast")).to_have_count(0)


def test_exports_that_finish_while_another_view_is_open_are_announced_in_one_message(
    ada: Visitor, workers_stopped: Callable[[], Any]
) -> None:
    ada.open(ISSUER)
    with workers_stopped():
        for button in ("Export groups", "Export badges"):
            ada.button(button).click()
        expect(ada.exports.filter(has=ada.page.locator(".status.queued"))).to_have_count(2)
        ada.open()
        ada.exports.first.wait_for(state="detached")
    expect(ada.toast("2 exports are ready.")).to_be_visible()
    expect(ada.page.locator(".toast")).to_have_count(1)


@pytest.mark.usefixtures("listed_export")
def test_message_does_not_cover_the_end_of_the_page(ada: Visitor) -> None:
    ada.page.route("**/exports/*", lambda route: route.fulfill(status=500, json={}))
    ada.open(ISSUER)
    ada.exports.first.wait_for()
    ada.exports.first.get_by_role("button", name="Download").click()
    toast = ada.page.locator(".toast")
    toast.wait_for()
    ada.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    lowest = ada.section("Exports").bounding_box()
    covered = toast.bounding_box()
    assert lowest
    assert covered
    assert lowest["y"] + lowest["height"] <= covered["y"]


@pytest.mark.usefixtures("listed_export")
def test_message_disappears_after_twelve_seconds_even_if_the_pointer_rests_on_it(ada: Visitor) -> None:
    ada.page.clock.install()
    ada.open(ISSUER)
    ada.exports.first.wait_for()
    ada.page.mouse.move(1200, 890)
    ada.open_menu(ada.exports.first).get_by_role("button", name="Export again").press("Enter")
    toast = ada.page.locator(".toast", has_text="export started.")
    toast.wait_for()
    ada.page.mouse.move(1200, 890)
    ada.page.clock.fast_forward(6000)
    ada.open("issuers/aurora-makers")
    ada.heading("Badges").wait_for()
    expect(toast).to_be_visible()
    ada.page.clock.fast_forward(6500)
    expect(toast).to_have_count(0, timeout=5000)


@pytest.mark.usefixtures("listed_export")
def test_message_stays_while_the_pointer_moves_over_it(ada: Visitor) -> None:
    ada.page.clock.install()
    ada.open(ISSUER)
    ada.exports.first.wait_for()
    ada.open_menu(ada.exports.first).get_by_role("button", name="Export again").click()
    toast = ada.page.locator(".toast", has_text="export started.")
    toast.hover()
    box = toast.bounding_box()
    assert box
    ada.page.mouse.move(box["x"] + 20, box["y"] + 20, steps=5)
    ada.page.clock.fast_forward(20_000)
    expect(toast).to_be_visible()
    ada.page.mouse.move(10, 10)
    ada.page.clock.fast_forward(2500)
    expect(toast).to_have_count(0)


def test_new_export_request_replaces_the_message_about_the_previous_export(ada: Visitor) -> None:
    ada.open(ISSUER)
    ada.downloads(ada.button("Export groups"))
    ada.page.route("**/issuers/*/exports", lambda route: route.abort())
    form = ada.section("Groups")
    form.get_by_role("button", name="Export groups").click()
    expect(form.get_by_role("alert").get_by_text("connect")).to_be_visible()
    expect(form.get_by_text("Downloaded")).to_have_count(0)


def test_export_list_is_reloaded_when_the_browser_is_back_online(ada: Visitor) -> None:
    ada.page.route("**/exports?*", lambda route: route.abort())
    ada.open(ISSUER)
    ada.page.reload()
    section = ada.section("Exports")
    expect(section.get_by_role("button", name="Try again")).to_be_visible()
    ada.page.unroute("**/exports?*")
    ada.page.evaluate("dispatchEvent(new Event('online'))")
    expect(section.get_by_role("button", name="Try again")).to_have_count(0)
    expect(section.get_by_text("Couldn't load")).to_have_count(0)


def test_layout_does_not_shift_when_an_export_starts(ada: Visitor, workers_stopped: Callable[[], Any]) -> None:
    ada.open(ISSUER)
    ada.settled()
    section = ada.section("Groups")
    place = "(section) => [section.offsetTop, section.offsetHeight]"
    before = section.evaluate(place)
    with workers_stopped():
        section.get_by_role("button", name="Export groups").click()
        expect(section.get_by_text("Queued")).to_be_visible()
        assert section.evaluate(place) == before
        section.get_by_role("button", name="Cancel").click()
        expect(section.get_by_text("Canceled")).to_be_visible()
        assert section.evaluate(place) == before
