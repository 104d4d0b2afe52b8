"""The API reference in a browser."""

from typing import Any

from playwright.sync_api import Browser


def test_reference_shows_every_operation_without_csp_violations(chromium: Browser, stack: dict[str, Any]) -> None:
    with chromium.new_page() as page:
        faults: list[str] = []
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{stack['apiUrl']}/reference")
        page.get_by_text("/badge-classes/{badgeClassId}/exports").click()
        page.get_by_role("button", name="Try it out").wait_for()
        assert faults == []
