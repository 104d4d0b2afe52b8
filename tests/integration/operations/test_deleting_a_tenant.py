"""Delete a tenant: all its data is deleted despite interruptions, and other tenants' data is unchanged."""

import itertools
from collections import Counter
from typing import Any

import boto3
import pytest

from badgedata import stored_images
from badgedata.config import config
from badgedata.exports import segments
from badgedata.records.awards import Award
from badgedata.records.exports import Segment
from badgedata.stored_images import StoredImage
from operations.deletion import organization
from operations.deletion.organization import UnknownOrganizationError
from tests.integration.aws_faults import FaultyCalls, Killed
from tests.integration.operations.conftest import pretend_to_wait
from tests.support.images import gray_png
from tests.support.replacing import Queue
from tests.support.tenants import AWARDS, SHARED_IMAGE, Tenant, everything

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("tables")]

GOING, STAYING = Tenant("GOING", 10), Tenant("STAYING", 100)


def ignore_progress(counts: Counter[str]) -> None:
    """Ignore the progress."""


def delete(name: str = "GOING", **how: Any) -> Counter[str]:
    return organization.delete(name, ignore_progress, **how)


def idempotency_keys(stored: dict[str, str]) -> set[str]:
    return {place for place in stored if "idempotency-key" in place}


@pytest.fixture
def other_tenant() -> dict[str, str]:
    """Load two tenants, each with an active export and re-sync, and return all data of the tenant that stays."""
    STAYING.create_everything()
    alone = everything()
    GOING.create_everything()
    before = everything()
    assert {place: before[place] for place in alone} == alone
    STAYING.start_jobs()
    begun = {place: value for place, value in everything().items() if before.get(place) != value}
    GOING.start_jobs()
    assert len(everything()) > 1.9 * len(alone)
    return alone | begun


def test_all_of_a_tenants_data_is_deleted_and_other_tenants_are_unchanged(
    other_tenant: dict[str, str], waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = delete()
    left = everything()
    # Idempotency keys contain only the user's email address and an export ID, and expire within a day.
    for place in idempotency_keys(left) - idempotency_keys(other_tenant):
        assert "GOING" not in left.pop(place).upper().replace("ADMIN@GOING", "").replace("/GOING", "")
    assert left == other_tenant
    assert counts["awards"] == AWARDS
    for kind in (
        "issuers",
        "badge classes",
        "groups",
        "learners",
        "pathways",
        "image re-syncs stopped",
        "organizations",
    ):
        assert counts[kind] == 1, kind
    assert (counts["members"], counts["exports"], counts["files"]) == (3, 4, 3)
    assert (counts["schedules"], counts["replacements"], counts["exports canceled"]) == (2, 3, 1)
    assert counts["access tokens"] == 2
    assert counts["images kept for others"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["killed before", "killed after"])
def test_rerunning_an_interrupted_deletion_completes_it(
    fault: Any, other_tenant: dict[str, str], waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = FaultyCalls(monkeypatch)
    for deaths in itertools.count():
        calls.at(3 * deaths, fault)
        try:
            with calls.product():
                delete()
        except Killed:
            continue
        except UnknownOrganizationError:
            assert fault == "killed after"  # it was killed after its very last call
        break
    assert deaths > 5
    left = everything()
    assert {place: text for place, text in left.items() if place not in idempotency_keys(left)} == {
        place: text for place, text in other_tenant.items() if place not in idempotency_keys(other_tenant)
    }


def test_dry_run_counts_data_and_changes_nothing(other_tenant: dict[str, str]) -> None:
    before = everything()
    counts = organization.count("GOING")
    assert everything() == before
    assert counts["awards"] == AWARDS
    assert counts["schedules"] == 2
    assert counts["issuers"] == 1


def test_image_used_by_another_tenant_is_kept(waits: list[float]) -> None:
    GOING.create_everything()
    Tenant("STAYING", 10).create_everything()  # an issuer with the same image as the deleted tenant's
    counts = delete()
    assert counts["images kept for others"] > 0
    stored_images.require(stored_images.badge_image(gray_png(10), "png"))


def test_image_in_another_tenants_history_or_preview_is_kept(waits: list[float]) -> None:
    GOING.create_everything()
    other = Tenant("STAYING", 10)  # its preview proposes the same images
    other.create_everything()
    delete()
    history = other.admin.get(f"/badge-classes/{other.badge_class}/replacements").json["items"]
    names = {item["status"]: item["proposed"]["image"].rpartition("/")[2] for item in history}
    assert names.keys() == {"replaced", "previewed"}
    proposed = [StoredImage(f"images/{names['replaced']}"), StoredImage(f"previews/{names['previewed']}")]
    for image in [stored_images.badge_image(SHARED_IMAGE, "png"), *proposed]:
        stored_images.require(image)


def test_unused_images_are_deleted(waits: list[float]) -> None:
    GOING.create_everything()
    GOING.start_jobs()
    assert delete()["images"] == 4  # the images of the issuer, and of the badge class: old, new, newer
    assert not [place for place in everything() if place.startswith(config().images_bucket)]


def test_images_no_longer_referenced_by_awards_are_deleted(waits: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    GOING.create_everything()
    Queue().process_all()
    orphan = stored_images.baked_image(GOING.issuer, "GOING-A003", "1", "svg", hides_recipient=False)
    stored_images.put(orphan, b"<svg/>")
    delete()
    with pytest.raises(stored_images.ImageMissingError):
        stored_images.require(orphan)


@pytest.mark.parametrize("layout", ["of version 0.1", "of today"])
def test_images_left_by_deleted_awards_are_deleted_but_other_tenants_images_are_kept(
    layout: str, waits: list[float]
) -> None:
    for tenant in (GOING, STAYING):
        tenant.create_everything()
    Queue().process_all()
    for tenant in (GOING, STAYING):
        for award in list(Award.query(tenant.issuer)):
            if layout == "of version 0.1":
                stored_images.put(StoredImage(f"baked/{award.award_id}/2.png"), gray_png(2))
            if tenant is GOING:
                award.delete()
    counts = delete()
    assert counts["images of deleted awards"] == AWARDS * (2 if layout == "of version 0.1" else 1)
    left = [place for place in everything() if "baked/" in place]
    assert len(left) == AWARDS * (2 if layout == "of version 0.1" else 1)
    assert all("STAYING" in place for place in left)


def test_deletion_waits_for_running_workers(waits: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    GOING.create_everything()
    GOING.start_jobs()
    export_id = GOING.admin.get("/exports", query={"issuerId": GOING.issuer}).json["items"][0]["id"]
    segment = segments.find(export_id, "")
    assert segment is not None
    assert segments.claim(segment, "a-worker")

    def let_worker_notice(seconds: float) -> None:
        waits.append(seconds)
        found = segments.find(export_id, "")
        if found is not None and seconds == 2.0:
            assert found.owner == "a-worker"
            boto3.client("s3").put_object(Bucket=config().exports_bucket, Key=f"GOING/{export_id}/late", Body=b"x")
            found.update(actions=[Segment.lease_until.remove()])

    pretend_to_wait(monkeypatch, let_worker_notice)
    delete()
    assert 2.0 in waits
    assert not [place for place in everything() if place.startswith(config().exports_bucket)]


def test_deletion_gives_resync_workers_time_to_finish_their_page(waits: list[float]) -> None:
    GOING.create_everything()
    GOING.start_jobs()
    delete()
    assert waits[0] == organization.MAX_BAKING_SECONDS


def test_queued_messages_for_a_deleted_tenant_are_ignored(waits: list[float]) -> None:
    GOING.create_everything()
    GOING.start_jobs()
    delete()
    before = everything()
    assert Queue().process_all() > 0
    assert everything() == before


def test_unknown_organization_raises_an_error() -> None:
    with pytest.raises(UnknownOrganizationError, match="No such organization: NOBODY"):
        organization.count("NOBODY")


def test_only_user_accounts_without_another_role_are_deleted(waits: list[float]) -> None:
    GOING.create_everything()
    STAYING.create_everything()
    accounts: list[str] = []
    delete(delete_account=accounts.append)
    assert accounts == ["admin@going.example.org"]
