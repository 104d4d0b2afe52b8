"""Request exports on the page, follow them, and download the bytes that the API serves."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Download, expect

from tests.browser.visitors import PATIENCE_MS, Visitor, sha256
from tests.support.deployed_client import Client

ISSUER = "issuers/aurora-science/data-management"
ORGANIZATION = "organizations/aurora-learning/data-management"


def test_organization_awards_between_two_dates_can_be_downloaded(ada: Visitor, client: Client) -> None:
    ada.page.get_by_role("link", name="Data management", exact=True).click()
    ada.page.get_by_label("Awarded on or after").fill("2025-01-01")
    ada.page.get_by_label("Awarded on or before").fill("2025-06-30")
    name, content = ada.downloads(ada.button("Download CSV"))

    [latest] = client.get("/exports?organizationId=aurora-learning&limit=1").json["items"]
    assert (name, len(content), sha256(content)) == tuple(latest["file"][key] for key in ("name", "bytes", "sha256"))
    assert latest["options"]["timeZone"] == "Europe/Berlin"
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    days = {awarded_on(row, "Europe/Berlin") for row in rows}
    assert len(rows) == latest["file"]["rows"] > 0
    assert min(days) >= date(2025, 1, 1)
    assert max(days) <= date(2025, 6, 30)
    assert len({row["Issuer ID"] for row in rows}) > 1
    expect(ada.exports.first.get_by_text("1 Jan – 30 Jun 2025")).to_be_visible()
    expect(ada.section("Awards export").get_by_text(f"Downloaded {name}")).to_be_visible()
    ada.screenshot("organization-data-management")


def test_issuer_awards_can_be_exported_without_a_date_range(ada: Visitor, stack: dict[str, Any]) -> None:
    ada.open(ISSUER)
    _, content = ada.downloads(ada.button("Download CSV"))

    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    loaded = json.loads(Path(stack["documents"][0]).read_text())
    [issuer] = [issuer for issuer in loaded["issuers"] if issuer["issuer"]["entityId"] == "aurora-science"]
    awards = {award["entityId"] for badge in issuer["badgeClasses"] for award in badge["assertions"]}
    assert {row["Award ID"].removeprefix("'") for row in rows} == awards  # an ID that starts with - gets a leading '


def test_assertions_can_be_exported_only_with_badge_classes(ada: Visitor) -> None:
    ada.open(ISSUER)
    assertions = ada.page.get_by_label("Awards (assertions)")
    ada.page.get_by_label("Badge classes").uncheck()
    expect(assertions).to_be_disabled()
    expect(ada.page.get_by_text("Select “Badge classes” first")).to_be_visible()

    ada.page.get_by_label("Badge classes").check()
    ada.page.get_by_label("Recipient groups").uncheck()
    assertions.check()
    _, content = ada.downloads(ada.button("Export issuer"))
    document = json.loads(content)
    assert all("assertions" in badge for badge in document["badgeClasses"])
    assert "recipientGroups" not in document

    ada.page.get_by_label("Badge classes").uncheck()
    expect(assertions).to_be_disabled()
    expect(assertions).not_to_be_checked()


def test_compressed_issuer_export_is_a_zip_with_one_document(ada: Visitor) -> None:
    ada.open(ISSUER)
    for label in ("Badge classes", "Recipient groups", "Pathways", "Compress"):
        ada.page.get_by_label(label).check()
    name, content = ada.downloads(ada.button("Export issuer"))

    assert name.endswith(".zip")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        [member] = archive.namelist()
        document = json.loads(archive.read(member))
    assert {"issuer", "badgeClasses", "recipientGroups", "pathways"} <= document.keys()


@pytest.mark.parametrize(
    ("button", "columns"),
    [
        ("Export groups", {"Group ID", "Group name", "Learners", "Creation method", "Staff member name"}),
        ("Export group badges", {"Group ID", "Requirement Name", "Threshold", "Award Method", "Visibility"}),
        ("Export learner progress", {"Learner Name", "Last Badge Earned", "Detailed Progress", "Evidence"}),
    ],
)
def test_groups_section_offers_three_exports(ada: Visitor, button: str, columns: set[str]) -> None:
    ada.open(ISSUER)
    for label in ("Archived groups", "Creation method", "Expiration method", "Staff members"):
        ada.page.get_by_label(label).check()
    _, content = ada.downloads(ada.button(button))

    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert columns <= set(next(rows))
    assert list(rows)


def test_badge_can_be_exported_with_its_assertions(ada: Visitor) -> None:
    ada.open("badges/lab-safety/data-management")
    ada.page.get_by_label("Awards (assertions)").check()
    _, content = ada.downloads(ada.button("Export badge"))

    assert json.loads(content)["badgeClass"]["assertions"]


def test_reversed_dates_show_an_error_next_to_the_field(ada: Visitor) -> None:
    ada.open(ISSUER)
    after = ada.page.get_by_label("Awarded on or after")
    after.fill("2026-02-01")
    ada.page.get_by_label("Awarded on or before").fill("2026-01-01")
    ada.button("Download CSV").click()

    expect(after).to_have_accessible_description("The start date is after the end date.")
    expect(after).to_have_attribute("aria-invalid", "true")
    expect(after).to_be_focused()
    ada.screenshot("wrong-dates")


def test_no_export_is_requested_while_a_date_is_incomplete(ada: Visitor, client: Client) -> None:
    ada.open(ISSUER)
    ada.settled()
    before = client.get("/exports?issuerId=aurora-science").json["items"]
    ada.page.get_by_label("Awarded on or after").press("1")
    ada.button("Download CSV").click()

    expect(ada.page.get_by_text("Enter a full date.")).to_be_visible()
    after = client.get("/exports?issuerId=aurora-science").json["items"]
    assert [item["id"] for item in after] == [item["id"] for item in before]


def test_long_export_shows_its_progress(ada: Visitor) -> None:
    """The sample export is quick, so the test slows down the progress that the API reports."""
    stages = iter(
        [
            {"rows": 0},
            {"rows": 120, "expectedRows": 480, "percent": 25.0},
            {"rows": 240, "expectedRows": 480, "percent": 50.0},
        ]
    )
    shown: list[str] = []

    def slowed(route: Any) -> None:
        stage = next(stages, None)
        if stage is None:
            route.continue_()
            return
        exported = route.fetch().json()
        for key in ("file", "downloadUrl", "downloadUrlExpiresAt", "fileExpiresAt", "finishedAt"):
            exported.pop(key, None)
        route.fulfill(json=exported | {"status": "running", "progress": stage})

    ada.open(ISSUER)
    ada.settled()
    ada.page.route("**/exports?*", lambda route: route.abort())
    ada.page.route("**/exports/*", slowed)
    bar = ada.section("Awards export").get_by_role("progressbar")
    with ada.page.expect_download():
        ada.button("Download CSV").click()
        expect(ada.section("Awards export").get_by_text("120 of 480 rows")).to_be_visible()
        assert bar.get_attribute("value") == "25"
        shown += [ada.section("Awards export").get_by_text("25%").inner_text()]
        ada.screenshot("export-running")  # long enough for the next stage to appear
        expect(ada.exports.first.get_by_text("240 of 480 rows")).to_be_visible()
    assert shown == ["25%"]


def test_queued_export_does_not_show_a_percentage_and_can_be_canceled(
    ada: Visitor, client: Client, workers_stopped: Callable[[], Any]
) -> None:
    ada.open(ISSUER)
    with workers_stopped():
        ada.button("Download CSV").click()
        form = ada.section("Awards export")
        expect(form.get_by_text("Queued")).to_be_visible()
        assert form.get_by_role("progressbar").get_attribute("value") is None
        form.get_by_role("button", name="Cancel").click()
        expect(ada.exports.first.get_by_text("Canceled")).to_be_visible()
        [latest] = client.get("/exports?issuerId=aurora-science&limit=1").json["items"]
        assert latest["status"] == "cancelled"


def test_export_in_progress_survives_a_page_reload(ada: Visitor, workers_stopped: Callable[[], Any]) -> None:
    ada.open(ISSUER)
    with workers_stopped():
        ada.button("Download CSV").click()
        expect(ada.exports.first.get_by_text("Queued", exact=True).first).to_be_visible()
        ada.page.reload()
        expect(ada.exports.first.get_by_text("Queued", exact=True).first).to_be_visible()
        started: list[Download] = []
        ada.page.on("download", lambda download: started.append(download))
    with ada.page.expect_download(timeout=2 * PATIENCE_MS):
        pass
    expect(ada.exports.first.get_by_text("Ready", exact=True)).to_be_visible()


def test_exceeding_the_active_export_limit_shows_an_error(ada: Visitor, workers_stopped: Callable[[], Any]) -> None:
    ada.open("issuers/aurora-languages/data-management")
    with workers_stopped():
        for running in range(1, 6):
            ada.button("Download CSV").click()
            expect(ada.exports.filter(has=ada.page.locator(".status.queued"))).to_have_count(running)
        ada.button("Download CSV").click()
        expect(ada.page.get_by_role("alert").get_by_text("Wait for one to finish")).to_be_visible()
        for waiting in range(4, -1, -1):
            ada.exports.get_by_role("button", name="Cancel").first.click()
            expect(ada.exports.filter(has=ada.page.locator(".status.queued"))).to_have_count(waiting)


@pytest.mark.parametrize(
    ("place", "calls", "loaded"),
    [
        ("issuers/aurora-science", "**/issuers/aurora-science", "Badges"),
        ("issuers/aurora-science", "**/issuers/aurora-science/badge-classes?*", "Badges"),
        (ISSUER, "**/schedules?*", "Schedules"),
        (ISSUER, "**/exports?*", "Exports"),
    ],
)
def test_user_can_retry_loading_a_view_after_an_error(ada: Visitor, place: str, calls: str, loaded: str) -> None:
    ada.page.route(calls, lambda route: route.abort())
    ada.open(place)
    failed = ada.page.get_by_role("alert").filter(has_text="Can't connect")
    again = failed.get_by_role("button", name="Try again")
    again.click()
    expect(failed).to_be_visible()
    ada.page.unroute(calls)
    again.click()
    expect(failed).to_have_count(0)
    expect(ada.section(loaded).locator("li, tbody tr, .empty").first).to_be_visible()


def test_retry_after_a_lost_response_does_not_start_a_second_export(ada: Visitor, client: Client) -> None:
    ada.open(ISSUER)
    ada.settled()
    known = {item["id"] for item in client.get("/exports?issuerId=aurora-science&limit=100").json["items"]}

    def answer_gets_lost(route: Any) -> None:
        route.fetch()
        route.abort()

    ada.page.route("**/issuers/aurora-science/exports", answer_gets_lost, times=1)
    ada.button("Download CSV").click()
    expect(ada.page.get_by_role("alert").get_by_text("Can't connect")).to_be_visible()
    ada.downloads(ada.button("Download CSV"))

    listed = client.get("/exports?issuerId=aurora-science&limit=100").json["items"]
    assert len({item["id"] for item in listed} - known) == 1


def test_hidden_tab_does_not_send_requests(ada: Visitor, workers_stopped: Callable[[], Any]) -> None:
    ada.open(ISSUER)
    with workers_stopped():
        ada.button("Download CSV").click()
        expect(ada.exports.first.get_by_text("Queued", exact=True).first).to_be_visible()
        hide_tab(ada, hidden=True)
        ada.page.wait_for_timeout(1000)  # requests in progress may finish
        asked = len(ada.requests)
        ada.page.wait_for_timeout(6000)
        assert len(ada.requests) == asked
        hide_tab(ada, hidden=False)
        with ada.page.expect_request("**/exports/*"):
            pass
        ada.exports.first.get_by_role("button", name="Cancel").click()
        expect(ada.exports.first.get_by_text("Canceled")).to_be_visible()


def test_polling_slows_down_while_nothing_changes(ada: Visitor, workers_stopped: Callable[[], Any]) -> None:
    ada.open(ISSUER)
    with workers_stopped():
        ada.button("Download CSV").click()
        expect(ada.exports.first.get_by_text("Queued", exact=True).first).to_be_visible()
        ada.page.wait_for_timeout(8000)
        looks = [r for r in ada.requests if r.method == "GET" and "/exports/" in r.url]
        assert 3 <= len(looks) <= 6  # after 0.2, 0.4, 0.8, and 1.6 s, then 1.5 times as long each time
        ada.exports.first.get_by_role("button", name="Cancel").click()
        expect(ada.exports.first.get_by_text("Canceled")).to_be_visible()


def test_page_explains_how_to_upgrade_from_the_free_plan(visit: Callable[..., Visitor]) -> None:
    finn = visit()
    finn.sign_in("finn@example.com")
    finn.open("organizations/birch-community/data-management")

    expect(finn.heading("Data management is part of the paid plan")).to_be_visible()
    expect(finn.page.get_by_role("link", name="help@example.org")).to_have_attribute("href", "mailto:help@example.org")
    expect(finn.button("Download CSV")).to_have_count(0)
    expect(finn.heading("Exports")).to_have_count(0)
    finn.screenshot("free-plan")


def awarded_on(row: dict[str, str], zone: str) -> date:
    return datetime.fromisoformat(row["Issued On"]).astimezone(UTC).astimezone(ZoneInfo(zone)).date()


def hide_tab(visitor: Visitor, hidden: bool) -> None:
    """Hide the tab, because a headless browser has no other tab to switch to."""
    visitor.page.evaluate(
        """(hidden) => {
            Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )
