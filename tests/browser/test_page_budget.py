"""The initial load of the page: requests, bytes, layout shifts, and what is shown before the data arrives."""

import gzip
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Request, expect

from local.places import PASSWORD
from tests.browser.visitors import Visitor
from tests.support.large_organization import LARGE_ADMIN, LARGE_ISSUER, LARGE_ORGANIZATION

REQUESTS_TO_SIGN_IN = 4
REQUESTS_TO_FIRST_VIEW = 6
BYTES_TO_SIGN_IN = 60_000  # compressed
LAYOUT_SHIFT = 0.02
ACTIVITY = ("exports", "schedules", "image-resyncs")  # loaded after the view's main content


def test_sign_in_form_needs_only_a_few_small_requests_to_one_host(visit: Callable[..., Visitor]) -> None:
    """Each request invokes a function, and a new AWS account is limited to 10 concurrent executions."""
    visitor = visit()
    received: list[int] = []
    visitor.page.on("response", lambda answer: received.append(len(gzip.compress(answer.body()))))
    visitor.open()
    visitor.button("Sign in").wait_for()
    visitor.page.wait_for_load_state("networkidle")

    assert len(loads(visitor)) <= REQUESTS_TO_SIGN_IN
    assert sum(received) < BYTES_TO_SIGN_IN  # unlike API Gateway, the local AWS doesn't compress
    assert visitor.requested_hosts() == {"localhost"}


@pytest.mark.parametrize("place", [f"organizations/{LARGE_ORGANIZATION}", f"issuers/{LARGE_ISSUER}"])
def test_first_view_needs_only_a_few_requests(visit: Callable[..., Visitor], large: dict[str, Any], place: str) -> None:
    assert large
    visitor = visit()
    visitor.open(place)
    visitor.button("Sign in").wait_for()
    visitor.requests.clear()
    visitor.submit_password(LARGE_ADMIN, PASSWORD)
    expect(visitor.page.locator(".tile").first).to_be_visible()
    expect(visitor.page.locator(".bar-chart")).to_be_visible()
    expect(visitor.section("Badges with the most awards").get_by_role("listitem")).to_have_count(5)

    useful = [request.url for request in loads(visitor) if not any(f"/{name}?" in request.url for name in ACTIVITY)]
    assert len(useful) <= REQUESTS_TO_FIRST_VIEW, useful


def test_page_shows_its_layout_before_the_script_runs(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    visitor.page.route("**/console/assets/*.js", lambda route: route.abort())
    visitor.open()
    expect(visitor.page.get_by_text("Badge Data Management")).to_be_visible()
    expect(visitor.page.locator(".skeleton")).to_be_visible()


def test_page_offers_a_reload_if_a_lazily_loaded_script_is_missing(visit: Callable[..., Visitor]) -> None:
    """A deployment during the visit removes the script that the open page would load next."""
    visitor = visit()
    visitor.sign_in("ada@example.org")
    visitor.page.route("**/console/assets/*.js", lambda route: route.fulfill(status=404))
    visitor.open("issuers/aurora-science/data-management")
    expect(visitor.page.get_by_role("alert")).to_contain_text("Couldn't load this part of the page.")
    visitor.page.unroute("**/console/assets/*.js")
    visitor.button("Reload page").click()
    expect(visitor.section("Awards export")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_layout_does_not_shift_while_loading(visit: Callable[..., Visitor], large: dict[str, Any], width: int) -> None:
    assert large
    visitor = visit(viewport={"width": width, "height": 900})
    visitor.sign_in(LARGE_ADMIN)
    for place in (
        f"organizations/{LARGE_ORGANIZATION}",
        f"issuers/{LARGE_ISSUER}",
        f"issuers/{LARGE_ISSUER}/data-management",
        f"badges/{LARGE_ISSUER}-badge-001/data-management",
    ):
        visitor.open(place)
        visitor.page.reload()
        visitor.page.get_by_role("heading", level=1).wait_for()
        visitor.settled()
        shift = visitor.page.evaluate(
            """() => new Promise((resolve) => {
                let total = 0;
                new PerformanceObserver((list) => list.getEntries().forEach((entry) => (total += entry.value)))
                    .observe({ type: "layout-shift", buffered: true });
                setTimeout(() => resolve(total), 300);
            })"""
        )
        assert shift < LAYOUT_SHIFT, place


def loads(visitor: Visitor) -> list[Request]:
    """Return the requests to the deployment, except for badge images and preflight checks."""
    own = [
        request for request in visitor.requests if request.url.startswith(visitor.console_url.removesuffix("console"))
    ]
    return [request for request in own if request.resource_type != "image"]
