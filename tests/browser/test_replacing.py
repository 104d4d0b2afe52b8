"""Replace a badge on the page: review the changes, then confirm or cancel, with or without concurrent changes."""

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.browser.organizations import awarded_image, badge_class
from tests.browser.visitors import PATIENCE_MS, Visitor, content_of, enter_json
from tests.support.deployed_client import Client

WELDER = "badges/page-welder/data-management"
TURNER = "badges/page-turner/data-management"
SMITH = "badges/page-smith/data-management"


def preview_of(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("region", name="Review changes")


def test_review_shows_the_old_and_new_badges_side_by_side(admin: Visitor, api: Client) -> None:
    before = api.get("/badge-classes/page-welder").json
    admin.open(WELDER)
    criteria = {"narrative": "Weld **two** seams, then:\n\n1. [Plan](https://weld.example.org/)\n2. <b>Clean</b>"}
    enter_json(admin, badge_class("Master welder", criteria=criteria, description=before["description"]))

    preview = preview_of(admin)
    expect(preview.get_by_text("This can't be undone.")).to_be_visible()
    names = preview.locator("section", has=admin.heading("Name"))
    expect(names.get_by_text("Will change")).to_be_visible()
    expect(names.get_by_text(before["name"], exact=True)).to_be_visible()
    expect(names.get_by_text("Master welder", exact=True)).to_be_visible()
    expect(preview.locator("mark").get_by_text("fire")).to_be_visible()
    expect(preview.locator("strong").get_by_text("two", exact=True)).to_be_visible()
    expect(preview.get_by_role("link", name="Plan")).to_have_attribute("rel", "nofollow noreferrer")
    expect(preview.get_by_text("<b>Clean</b>")).to_be_visible()
    expect(preview.get_by_text("Unchanged: description and alignment")).to_be_visible()
    for side in ("Current image", "New image"):
        assert (
            admin.page.get_by_alt_text(side).evaluate(
                "async (image) => { await image.decode(); return image.naturalWidth }"
            )
            > 0
        )
    assert admin.violations() == []
    admin.screenshot("replacement-preview")
    assert api.get("/badge-classes/page-welder").json == before

    preview.get_by_role("button", name="Cancel").click()
    expect(admin.page.get_by_label("Badge JSON")).to_have_value(
        json.dumps(badge_class("Master welder") | {"criteria": criteria, "description": before["description"]})
    )
    assert api.get("/badge-classes/page-welder").json == before
    assert api.get("/badge-classes/page-welder/replacements").json["items"][0]["status"] == "cancelled"


def test_review_shows_the_source_and_the_number_of_affected_awards(admin: Visitor) -> None:
    admin.open(WELDER)
    enter_json(admin, badge_class("Master welder"))

    preview = preview_of(admin)
    expect(preview.get_by_text("3 awards will show the new badge.")).to_be_visible()
    expect(preview.locator("dd").first).to_have_text("Elsewhere · elsewhere.example.org · JSON, Open Badges 2.0")
    preview.get_by_role("button", name="Cancel").click()


def test_review_buttons_stay_visible_for_a_badge_with_a_long_description(admin: Visitor) -> None:
    admin.page.set_viewport_size({"width": 390, "height": 740})
    admin.open(WELDER)
    enter_json(admin, badge_class("Master welder", description="Joins metal.\n" * 200))

    expect(admin.button("Replace badge")).to_be_in_viewport(ratio=1)
    preview_of(admin).locator("mark").first.scroll_into_view_if_needed()
    expect(admin.button("Replace badge")).to_be_in_viewport(ratio=1)
    assert admin.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    admin.button("Cancel").click()


def test_section_links_that_overlap_the_review_have_a_background(admin: Visitor) -> None:
    admin.open(WELDER)
    enter_json(admin, badge_class("Master welder"))
    preview_of(admin).wait_for()
    for width in (360, 700, 900, 1024, 1200, 1360, 1600, 1920):
        admin.page.set_viewport_size({"width": width, "height": 900})
        preview_of(admin).locator("mark").first.scroll_into_view_if_needed()
        assert admin.page.evaluate(
            """() => {
                const [links, forms] = [".part-links", ".forms"].map((name) => document.querySelector(name));
                const isBeside = links.getBoundingClientRect().right <= forms.getBoundingClientRect().left;
                return isBeside || getComputedStyle(links).backgroundColor !== "rgba(0, 0, 0, 0)";
            }"""
        ), width
        assert admin.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width
    admin.button("Cancel").click()


def test_review_shows_a_placeholder_for_an_image_that_cannot_be_loaded(admin: Visitor) -> None:
    admin.page.route("**/images/**", lambda route: route.abort())
    admin.open(SMITH)
    enter_json(admin, badge_class("Smith without a picture"))
    images = preview_of(admin).locator("section", has=admin.heading("Image"))
    expect(images.get_by_role("img", name="Current image")).to_be_visible()
    expect(images.get_by_alt_text("Current image")).to_have_count(0)
    assert admin.violations() == []
    admin.button("Cancel").click()


def test_replaced_badge_can_be_restored_from_the_downloaded_backup(admin: Visitor, api: Client, tmp_path: Path) -> None:
    before = api.get("/badge-classes/page-turner").json
    admin.open(TURNER)
    enter_json(admin, badge_class("Turner of tomorrow"))
    with admin.page.expect_download() as started:
        admin.button("Download the current badge").click()
    name, content = content_of(started.value)
    admin.button("Replace badge").click()
    expect(admin.page.get_by_role("heading", level=1)).to_have_text("Turner of tomorrow")

    (tmp_path / name).write_bytes(content)
    admin.page.get_by_label("Badge image").set_input_files(tmp_path / name)
    expect(admin.page.get_by_role("radio", name="JSON")).to_be_checked()
    admin.button("Review changes").click()
    admin.button("Replace badge").click()
    expect(admin.page.get_by_role("heading", level=1)).to_have_text(before["name"])
    after = api.get("/badge-classes/page-turner").json
    assert [after[field] for field in ("description", "criteria", "tags")] == [
        before[field] for field in ("description", "criteria", "tags")
    ]


def test_replacement_that_changes_nothing_cannot_be_confirmed(admin: Visitor, api: Client) -> None:
    badge = api.get("/badge-classes/page-smith").json
    same = {"@context": "https://w3id.org/openbadges/v2", "type": "BadgeClass"} | {
        field: badge[field] for field in ("name", "description", "criteria", "tags", "alignment")
    }
    admin.open(SMITH)
    enter_json(admin, same)

    nothing = admin.page.get_by_role("region", name="Nothing to replace")
    expect(nothing.get_by_role("button")).to_have_text(["Close"])
    expect(nothing.get_by_text("This can't be undone.")).to_have_count(0)
    nothing.get_by_role("button").click()
    expect(admin.button("Review changes")).to_be_visible()


def test_replacing_a_badge_with_an_uploaded_image_updates_the_award_images(
    admin: Visitor, api: Client, tmp_path: Path
) -> None:
    picture = tmp_path / "awarded.png"
    picture.write_bytes(awarded_image(badge_class("Welder of the image")))
    admin.open(WELDER)
    admin.page.get_by_label("Badge image").set_input_files(picture)
    expect(admin.page.get_by_text("awarded.png")).to_be_visible()
    former = admin.page.locator(".title img").get_attribute("src")
    admin.button("Review changes").click()
    admin.button("Replace badge").click()

    expect(admin.page.get_by_role("heading", level=1)).to_have_text("Welder of the image")
    expect(admin.toast("Badge replaced with “Welder of the image”.")).to_be_visible()
    expect(admin.page.locator(".title img")).not_to_have_attribute("src", former or "")
    assert api.get("/badge-classes/page-welder").json["name"] == "Welder of the image"
    resync = admin.page.get_by_role("region", name="Images of awarded badges")
    expect(resync.get_by_text("Complete")).to_be_visible(timeout=2 * PATIENCE_MS)
    expect(resync.get_by_text("3 of 3 images updated")).to_be_visible()
    admin.screenshot("replaced")


def test_badge_that_changed_after_the_preview_can_be_previewed_again(admin: Visitor, api: Client) -> None:
    admin.open(SMITH)
    enter_json(admin, badge_class("Smith of the page"))
    admin.button("Replace badge").wait_for()
    quicker = api.post("/badge-classes/page-smith/replacements", {"json": badge_class("Smith of the other")}).json
    api.post(f"/replacements/{quicker['id']}/confirm", {})
    admin.button("Replace badge").click()

    expect(admin.page.get_by_role("alert").get_by_text("This badge has changed since the preview.")).to_be_visible()
    expect(admin.page.get_by_role("heading", level=1)).to_have_text("Smith of the other")
    admin.page.get_by_text("Replacement history").click()
    expect(admin.page.locator(".history li").first).to_contain_text("Smith of the other")
    assert admin.violations() == []
    assert api.get("/badge-classes/page-smith").json["name"] == "Smith of the other"

    admin.button("Preview again").click()
    names = preview_of(admin).locator("section", has=admin.heading("Name"))
    expect(names.get_by_text("Smith of the other", exact=True)).to_be_visible()
    expect(names.get_by_text("Smith of the page", exact=True)).to_be_visible()
    admin.button("Cancel").click()


def test_about_tab_renders_criteria_as_markdown_and_urls_as_links(admin: Visitor, api: Client) -> None:
    badge = api.get("/badge-classes/page-smith").json | {
        "criteria": {
            "id": "https://smith.example.org/criteria",
            "narrative": "Forge *one* nail.\nThen [ask](javascript:x)",
        },
        "alignment": [{"targetName": "Forging", "targetUrl": "https://standards.example.org/forging"}],
    }
    admin.page.route("**/badge-classes/page-smith", lambda route: route.fulfill(json=badge))
    admin.open("badges/page-smith")

    about = admin.section("About this badge")
    expect(about.locator("em")).to_have_text("one")
    expect(about.get_by_text("[ask](javascript:x)")).to_be_visible()
    for name, address in (
        ("https://smith.example.org/criteria", "https://smith.example.org/criteria"),
        ("Forging", "https://standards.example.org/forging"),
    ):
        expect(about.get_by_role("link", name=name)).to_have_attribute("href", address)
    assert admin.page.locator("a[href^='javascript:']").count() == 0
    assert admin.violations() == []


def test_staff_see_which_roles_can_replace_badges(visit: Callable[..., Visitor]) -> None:
    staff = visit()
    staff.sign_in("rosalind@example.org")
    staff.open("badges/lab-safety/data-management")

    expect(
        staff.section("Replacements").get_by_text("Admins, owners, and editors can replace this badge.")
    ).to_be_visible()
    expect(staff.button("Review changes")).to_have_count(0)
