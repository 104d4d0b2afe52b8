"""The check boxes in export forms that request an email or a delivery after the export."""

from playwright.sync_api import expect

from tests.browser.visitors import Visitor

FORMS = [
    ("Awards export", "Download CSV"),
    ("Issuer export", "Export issuer"),
    ("Badges export", "Export badges"),
    ("Groups", "Export group badges"),
]
"""The section and the button of each form."""


def export_with(visitor: Visitor, section: str, button: str, label: str) -> None:
    """Check a box that is not checked yet, and download the export."""
    form = visitor.section(section)
    expect(form.get_by_label(label)).not_to_be_checked()
    form.get_by_label(label).check()
    visitor.downloads(form.get_by_role("button", name=button, exact=True))


def expect_remembered_until_reset(visitor: Visitor, label: str) -> None:
    """Check that a selected box stays selected only in its own form, and only until the form is reset."""
    form = visitor.section("Badges export")
    form.get_by_label(label).check()
    visitor.page.reload()
    expect(form.get_by_label(label)).to_be_checked()
    expect(visitor.section("Issuer export").get_by_label(label)).not_to_be_checked()
    form.get_by_role("button", name="Reset").click()
    expect(form.get_by_label(label)).not_to_be_checked()
