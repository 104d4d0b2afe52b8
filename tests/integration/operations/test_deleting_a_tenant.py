"""Deleting a tenant: all that is the tenant's goes, whatever breaks off; nothing of another tenant is touched."""

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
from tests.integration.operations.tenants import AWARDS, SHARED_PICTURE, Tenant, everything
from tests.integration.replacing import Queue, png

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("tables")]

GOING, STAYING = Tenant("GOING", 10), Tenant("STAYING", 100)


def forget(counts: Counter[str]) -> None:
    """Keep the progress to itself."""


def delete(name: str = "GOING", **how: Any) -> Counter[str]:
    return organization.delete(name, forget, **how)


def idempotency_keys(stored: dict[str, str]) -> set[str]:
    return {place for place in stored if "idempotency-key" in place}


@pytest.fixture
def others() -> dict[str, str]:
    """All that is stored of the other tenant, who moved in first; each has an export and a re-sync under way."""
    STAYING.live()
    alone = everything()
    GOING.live()
    before = everything()
    assert {place: before[place] for place in alone} == alone
    STAYING.begin()
    begun = {place: value for place, value in everything().items() if before.get(place) != value}
    GOING.begin()
    assert len(everything()) > 1.9 * len(alone)
    return alone | begun


def test_everything_of_a_tenant_goes_and_another_tenants_rows_and_files_stay_byte_for_byte(
    others: dict[str, str], waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = delete()
    left = everything()
    # Idempotency keys hold no more than the person's address and an export's id, and expire within a day.
    for place in idempotency_keys(left) - idempotency_keys(others):
        assert "GOING" not in left.pop(place).upper().replace("ADMIN@GOING", "").replace("/GOING", "")
    assert left == others
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
    assert (counts["schedules"], counts["replacements"], counts["exports cancelled"]) == (2, 3, 1)
    assert counts["images kept for others"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["killed before", "killed after"])
def test_a_deletion_that_dies_again_and_again_is_finished_by_the_last(
    fault: Any, others: dict[str, str], waits: list[float], monkeypatch: pytest.MonkeyPatch
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
            assert fault == "killed after"  # it died behind its very last call
        break
    assert deaths > 5
    left = everything()
    assert {place: text for place, text in left.items() if place not in idempotency_keys(left)} == {
        place: text for place, text in others.items() if place not in idempotency_keys(others)
    }


def test_counting_first_names_what_is_there_and_changes_nothing(others: dict[str, str]) -> None:
    before = everything()
    counts = organization.count("GOING")
    assert everything() == before
    assert counts["awards"] == AWARDS
    assert counts["schedules"] == 2
    assert counts["issuers"] == 1


def test_a_picture_that_another_tenant_shows_stays(waits: list[float]) -> None:
    GOING.live()
    Tenant("STAYING", 10).live()  # whose issuer has the very picture of the going one's
    counts = delete()
    assert counts["images kept for others"] > 0
    stored_images.require(stored_images.badge_image(png(10), "png"))


def test_a_picture_that_another_tenant_had_or_is_about_to_have_stays(waits: list[float]) -> None:
    GOING.live()
    other = Tenant("STAYING", 10)  # which is proposed the very same pictures
    other.live()
    delete()
    history = other.admin.get(f"/badge-classes/{other.badge_class}/replacements").json["items"]
    names = {item["status"]: item["proposed"]["image"].rpartition("/")[2] for item in history}
    assert names.keys() == {"replaced", "previewed"}
    proposed = [StoredImage(f"images/{names['replaced']}"), StoredImage(f"previews/{names['previewed']}")]
    for picture in [stored_images.badge_image(SHARED_PICTURE, "png"), *proposed]:
        stored_images.require(picture)


def test_pictures_that_nobody_has_any_more_go(waits: list[float]) -> None:
    GOING.live()
    GOING.begin()
    assert delete()["images"] == 4  # the issuer's; the badge class's own, its first and its second new one
    assert not [place for place in everything() if place.startswith(config().images_bucket)]


def test_images_that_awards_do_not_name_any_more_go_too(waits: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    GOING.live()
    Queue().work_off()
    orphan = stored_images.baked_image(GOING.issuer, "GOING-A003", "1", "svg", hides_recipient=False)
    stored_images.put(orphan, b"<svg/>")
    delete()
    with pytest.raises(stored_images.ImageMissingError):
        stored_images.require(orphan)


@pytest.mark.parametrize("layout", ["of version 0.1", "of today"])
def test_images_of_awards_that_the_platform_deleted_go_too_and_other_tenants_keep_theirs(
    layout: str, waits: list[float]
) -> None:
    for tenant in (GOING, STAYING):
        tenant.live()
    Queue().work_off()
    for tenant in (GOING, STAYING):
        for award in list(Award.query(tenant.issuer)):
            if layout == "of version 0.1":
                stored_images.put(StoredImage(f"baked/{award.award_id}/2.png"), png(2))
            if tenant is GOING:
                award.delete()
    counts = delete()
    assert counts["images of deleted awards"] == AWARDS * (2 if layout == "of version 0.1" else 1)
    left = [place for place in everything() if "baked/" in place]
    assert len(left) == AWARDS * (2 if layout == "of version 0.1" else 1)
    assert all("STAYING" in place for place in left)


def test_nothing_is_deleted_under_a_worker_that_is_still_writing(
    waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    GOING.live()
    GOING.begin()
    export_id = GOING.admin.get("/exports", query={"issuerId": GOING.issuer}).json["items"][0]["id"]
    segment = segments.find(export_id, "")
    assert segment is not None
    assert segments.claim(segment, "a-worker")

    def let_it_notice(seconds: float) -> None:
        waits.append(seconds)
        found = segments.find(export_id, "")
        if found is not None and seconds == 2.0:
            assert found.owner == "a-worker"
            boto3.client("s3").put_object(Bucket=config().exports_bucket, Key=f"GOING/{export_id}/late", Body=b"x")
            found.update(actions=[Segment.lease_until.remove()])

    pretend_to_wait(monkeypatch, let_it_notice)
    delete()
    assert 2.0 in waits
    assert not [place for place in everything() if place.startswith(config().exports_bucket)]


def test_workers_of_a_resync_get_the_time_to_finish_their_page(waits: list[float]) -> None:
    GOING.live()
    GOING.begin()
    delete()
    assert waits[0] == organization.MAX_BAKING_SECONDS


def test_messages_that_are_still_on_the_queues_find_nothing_to_do(waits: list[float]) -> None:
    GOING.live()
    GOING.begin()
    delete()
    before = everything()
    assert Queue().work_off() > 0
    assert everything() == before


def test_an_unknown_organization_is_told_apart_from_an_empty_one() -> None:
    with pytest.raises(UnknownOrganizationError, match="No such organization: NOBODY"):
        organization.count("NOBODY")


def test_accounts_go_only_of_people_who_have_no_role_anywhere_else(waits: list[float]) -> None:
    GOING.live()
    STAYING.live()
    accounts: list[str] = []
    delete(delete_account=accounts.append)
    assert accounts == ["admin@going.example.org"]
