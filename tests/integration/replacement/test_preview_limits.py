"""Preview limits and preview images."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from badgedata import aws, clock, stored_images
from badgedata.config import config
from badgedata.records.replacements import PreviewCount, PreviewSlot
from badgedata.replacement import fair_use, request
from badgedata.stored_images import StoredImage
from tests.support.api_client import Answer, Person
from tests.support.clock import set_time
from tests.support.images import data_uri, gray_png
from tests.support.organizations import OWNER, RIVAL, load_organizations

pytestmark = pytest.mark.usefixtures("tables")


@pytest.fixture(autouse=True)
def organizations(tables: None) -> None:
    load_organizations()


def source(gray: int) -> dict[str, Any]:
    return {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "BadgeClass",
        "name": "Welder",
        "description": "Welds better",
        "criteria": {"narrative": "Weld thrice"},
        "image": data_uri(gray_png(gray)),
    }


def preview(gray: int = 2, badge_class: str = "BC-WELD-1", person: Any = OWNER) -> Answer:
    answer: Answer = person.post(f"/badge-classes/{badge_class}/replacements", {"json": source(gray)})
    return answer


def images(prefix: str = "") -> list[str]:
    found = aws.s3().list_objects_v2(Bucket=config().images_bucket, Prefix=prefix).get("Contents", [])
    return [item["Key"] for item in found]


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Raise the deployment's limit on concurrent previews above the limit per organization."""
    monkeypatch.setenv("PREVIEWS_AT_ONCE", "5")
    config.cache_clear()
    yield
    config.cache_clear()


def made_concurrently(people: list[Person], monkeypatch: pytest.MonkeyPatch) -> list[Answer]:
    """Request previews concurrently: each starts while the earlier ones are still in progress."""
    coming, answers = list(people), []
    propose = request.propose

    def request_preview() -> None:
        person = coming.pop(0)
        answers.append(preview(badge_class="BC-RIV-1" if person is RIVAL else "BC-WELD-1", person=person))

    def slow(given: Any) -> Any:
        while coming:
            request_preview()
        return propose(given)

    with monkeypatch.context() as patch:
        patch.setattr(request, "propose", slow)
        request_preview()
    return answers


def test_deployment_is_limited_to_three_concurrent_previews(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = made_concurrently([OWNER, OWNER, RIVAL, RIVAL], monkeypatch)
    assert sorted(answer.status for answer in answers) == [201, 201, 201, 429]
    (rejected,) = (answer for answer in answers if answer.status == 429)
    assert rejected.problem["detail"] == "Too many previews are in progress. Try again in 5 seconds."
    assert rejected.headers["Retry-After"] == "5"
    assert (
        preview(badge_class="BC-RIV-1", person=RIVAL).status == 201
    )  # the earlier previews have finished, so another one is allowed


def test_preview_that_exceeds_the_limit_releases_its_slots(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [answer.status for answer in made_concurrently([RIVAL, RIVAL, RIVAL, OWNER], monkeypatch)].count(429) == 1
    assert [answer.status for answer in made_concurrently([OWNER, OWNER, OWNER], monkeypatch)] == [201, 201, 201]


def test_organization_is_limited_to_three_concurrent_previews(room: None, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = made_concurrently([OWNER] * 4, monkeypatch)
    assert sorted(answer.status for answer in answers) == [201, 201, 201, 429]
    (rejected,) = (answer for answer in answers if answer.status == 429)
    assert rejected.problem["code"] == "too-many-previews"
    assert int(rejected.headers["Retry-After"]) >= 1
    assert preview().status == 201  # the earlier previews have finished, so another one is allowed
    assert preview(badge_class="BC-RIV-1", person=RIVAL).status == 201


def test_slot_held_by_a_crashed_function_is_released_within_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    for _ in range(3):
        assert fair_use._take_slot(PreviewSlot.of_organization("MAKERS"), 3)
    assert preview().status == 429
    set_time(now + timedelta(minutes=1), monkeypatch)
    assert preview().status == 201


def test_preview_releases_only_its_own_slot(monkeypatch: pytest.MonkeyPatch) -> None:
    assert preview().status == 201
    assert slots() == []
    slot = fair_use._take_slot(PreviewSlot.of_deployment(), 1)
    assert slot is not None
    set_time(clock.now() + timedelta(minutes=1), monkeypatch)
    assert fair_use._take_slot(PreviewSlot.of_deployment(), 1)
    fair_use._release(slot)
    assert slots() == ["deployment"]


def slots() -> list[str]:
    rows = aws.dynamodb().scan(TableName=config().operations_table)["Items"]
    return [row["pk"]["S"] for row in rows if row["sk"]["S"].startswith("preview-slot#")]


def count_previews(moment: datetime, number: int) -> None:
    """Store a count of previews that the organization requested in the hour of `moment`."""
    hour = moment.replace(minute=0, second=0, microsecond=0)
    expires_at = int((hour + timedelta(days=1)).timestamp())
    PreviewCount(*PreviewCount.key("MAKERS", hour), previews=number, expires_at=expires_at).save()


def test_preview_with_a_rejected_source_counts_toward_the_hourly_limit() -> None:
    count_previews(clock.now(), 197)
    for _ in range(3):
        assert OWNER.post("/badge-classes/BC-WELD-1/replacements", {"json": {"type": "nothing"}}).status == 422
    assert preview().status == 429


def test_organization_has_an_hourly_preview_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    start = clock.now().replace(minute=50, second=0, microsecond=0)
    set_time(start, monkeypatch)
    count_previews(start, 198)
    assert [preview().status for _ in range(3)] == [201, 201, 429]
    rejected = preview()
    assert rejected.problem["detail"].startswith("The limit of 200 previews per hour for this organization")
    assert rejected.headers["Retry-After"] == "600"
    assert preview(badge_class="BC-RIV-1", person=RIVAL).status == 201
    set_time(start + timedelta(minutes=10), monkeypatch)
    assert preview().status == 201


def test_preview_image_is_shown_until_the_preview_is_canceled() -> None:
    before = images()
    made = [preview(gray).json for gray in (2, 2, 3)]
    paths = [item["proposed"]["image"].partition("/public/")[2] for item in made]
    assert len(set(paths)) == 3
    for path in paths:
        assert OWNER.get(f"/public/{path}").status == 302
    for item in made[1:]:
        assert OWNER.delete(f"/replacements/{item['id']}").status == 200
    assert OWNER.get(f"/public/{paths[0]}").status == 302  # the same image, in a preview that isn't canceled
    assert [OWNER.get(f"/public/{path}").status for path in paths[1:]] == [404, 404]
    assert OWNER.delete(f"/replacements/{made[0]['id']}").status == 200
    assert images() == before


def test_confirming_a_preview_keeps_its_image() -> None:
    made = preview().json
    assert images("previews/") != []
    done = OWNER.post(f"/replacements/{made['id']}/confirm", None)
    assert done.status == 200
    assert images("previews/") == []
    shown = done.json["proposed"]["image"].rpartition("/")[2]
    assert f"images/{shown}" in images()
    assert done.json["current"]["image"].endswith(shown)
    assert OWNER.get(f"/replacements/{made['id']}").json == done.json


def test_concurrent_duplicate_confirmations_return_the_same_replacement(monkeypatch: pytest.MonkeyPatch) -> None:
    made = preview().json
    read, answers = stored_images.read, []

    def confirmed_meanwhile(image: StoredImage) -> bytes:
        monkeypatch.setattr(stored_images, "read", read)
        answers.append(OWNER.post(f"/replacements/{made['id']}/confirm", None))
        return read(image)

    monkeypatch.setattr(stored_images, "read", confirmed_meanwhile)
    answers.append(OWNER.post(f"/replacements/{made['id']}/confirm", None))
    assert [answer.status for answer in answers] == [200, 200]
    assert answers[0].json["proposed"] == answers[1].json["proposed"]


def test_confirmation_restores_a_missing_stored_image() -> None:
    first = preview().json
    OWNER.post(f"/replacements/{first['id']}/confirm", None)
    (key,) = images("images/")
    aws.s3().delete_object(Bucket=config().images_bucket, Key=key)
    again = preview().json
    assert again["changes"] == []
    assert OWNER.post(f"/replacements/{again['id']}/confirm", None).status == 200
    assert images("images/") == [key]
