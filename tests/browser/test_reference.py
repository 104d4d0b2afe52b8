"""The API reference in a browser."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.visitors import Visitor


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_reference_passes_accessibility_checks(
    scheme: str, visit: Callable[..., Visitor], stack: dict[str, Any]
) -> None:
    visitor = visit(color_scheme=scheme)
    page = visitor.page
    page.goto(f"{stack['apiUrl']}/reference")
    operation = page.get_by_text("/badge-classes/{badgeClassId}/exports").first
    operation.wait_for()
    assert visitor.violations() == []

    operation.click()
    page.get_by_role("button", name="Try it out").click()
    expect(page.get_by_role("textbox", name="badgeClassId")).to_be_editable()
    assert visitor.violations() == []


def test_link_to_an_operation_expands_the_operation(visit: Callable[..., Visitor], stack: dict[str, Any]) -> None:
    page = visit().page
    page.goto(f"{stack['apiUrl']}/reference#/Schedules/runSchedule")
    expect(page.get_by_role("button", name="Try it out")).to_be_visible()
