"""Organizations with hundreds of issuers and badges."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser.visitors import Visitor
from tests.support.large_organization import LARGE_ADMIN, LARGE_ORGANIZATION


def test_admin_can_open_an_organization_with_hundreds_of_issuers(
    signed_in: Callable[[str], Visitor], large: dict[str, Any]
) -> None:
    admin = signed_in(LARGE_ADMIN)
    admin.open(f"organizations/{LARGE_ORGANIZATION}")
    expect(admin.heading(large["organization"]["name"])).to_be_visible()
    issuers = admin.section("Issuers").locator("a[href*='#/issuers/']")
    expect(issuers.first).to_be_visible()

    names = {issuer["issuer"]["name"] for issuer in large["issuers"]}
    shown = [text.partition("\n")[0] for text in issuers.all_inner_texts()]
    assert len(shown) >= 10
    assert set(shown) <= names
