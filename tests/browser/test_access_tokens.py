"""Access tokens on the page: create one, copy it once, and delete it."""

from typing import Any

from playwright.sync_api import Locator, expect

from tests.browser.visitors import Visitor
from tests.support.deployed_client import Client

ISSUER = "aurora-makers"
PLACE = f"issuers/{ISSUER}/data-management"


def test_new_token_is_shown_once_and_can_be_deleted(ada: Visitor, stack: dict[str, Any]) -> None:
    ada.open(PLACE)
    section = ada.section("Access tokens")
    section.get_by_role("button", name="New access token").click()
    form = section.get_by_role("form", name="New access token")
    form.get_by_role("button", name="Create access token").click()
    expect(form.get_by_text("Enter a name.")).to_be_visible()
    form.get_by_label("Name").fill("Nightly report")
    expect(form.get_by_label("Role").get_by_role("option")).to_have_text(["Staff", "Editor", "Owner"])
    form.get_by_label("Role").select_option(label="Editor")
    form.get_by_role("button", name="Create access token").click()

    dialog = ada.page.get_by_role("dialog")
    secret = dialog.get_by_label("Access token", exact=True).input_value()
    ada.screenshot("new-access-token")
    me = Client(stack["apiUrl"], secret).get("/me").json
    assert (me["token"], [item["role"] for item in me["memberships"]]) == ("Nightly report", ["editor"])
    ada.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    dialog.get_by_role("button", name="Copy").click()
    expect(ada.page.get_by_text("Access token copied.")).to_be_visible()
    assert ada.page.evaluate("navigator.clipboard.readText()") == secret
    dialog.get_by_role("button", name="Done").click()

    row = row_of(section, "Nightly report")
    expect(row.get_by_text(f"Issuer {ISSUER}")).to_be_visible()
    ada.screenshot("access-tokens")
    stored = ada.page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}])")
    assert secret not in stored
    assert secret not in ada.page.content()

    row.get_by_role("button", name="Delete access token “Nightly report”").click()
    expect(dialog.get_by_text("This can't be undone.")).to_be_visible()
    dialog.get_by_role("button", name="Delete").click()
    expect(row).to_have_count(0)
    expect(section.get_by_text("No access tokens yet.")).to_be_visible()


def row_of(section: Locator, name: str) -> Locator:
    return section.get_by_role("row").filter(has_text=name)
