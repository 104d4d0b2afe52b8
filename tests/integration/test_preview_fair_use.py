"""Previews of replacements: how many an organization makes, and what becomes of their images."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from badgedata import aws, clock, stored_images
from badgedata.config import config
from badgedata.records.replacements import PreviewSlot
from badgedata.replacement import fair_use, request
from badgedata.stored_images import StoredImage
from tests.integration.api.client import Answer, Person
from tests.integration.api.organizations import OWNER, RIVAL, load_organizations
from tests.integration.replacing import data_uri, png

pytestmark = pytest.mark.usefixtures("tables")


@pytest.fixture(autouse=True)
def organizations(tables: None) -> None:
    load_organizations()


def source(grey: int) -> dict[str, Any]:
    return {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "BadgeClass",
        "name": "Welder",
        "description": "Welds better",
        "criteria": {"narrative": "Weld thrice"},
        "image": data_uri(png(grey)),
    }


def preview(grey: int = 2, badge_class: str = "BC-WELD-1", person: Any = OWNER) -> Answer:
    answer: Answer = person.post(f"/badge-classes/{badge_class}/replacements", {"json": source(grey)})
    return answer


def images(prefix: str = "") -> list[str]:
    found = aws.s3().list_objects_v2(Bucket=config().images_bucket, Prefix=prefix).get("Contents", [])
    return [item["Key"] for item in found]


def stand_at(moment: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have a deployment that makes more previews at once than an organization may."""
    monkeypatch.setenv("PREVIEWS_AT_ONCE", "5")
    config.cache_clear()
    yield
    config.cache_clear()


def made_at_once(people: list[Person], monkeypatch: pytest.MonkeyPatch) -> list[Answer]:
    """Let each ask while the previews of those before are still being made."""
    coming, answers = list(people), []
    propose = request.propose

    def ask() -> None:
        person = coming.pop(0)
        answers.append(preview(badge_class="BC-RIV-1" if person is RIVAL else "BC-WELD-1", person=person))

    def slow(given: Any) -> Any:
        while coming:
            ask()
        return propose(given)

    with monkeypatch.context() as patch:
        patch.setattr(request, "propose", slow)
        ask()
    return answers


def test_all_organizations_together_make_three_previews_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = made_at_once([OWNER, OWNER, RIVAL, RIVAL], monkeypatch)
    assert sorted(answer.status for answer in answers) == [201, 201, 201, 429]
    (refused,) = (answer for answer in answers if answer.status == 429)
    assert refused.problem["detail"] == "Too many previews are in progress at the moment. Try again in 5 seconds."
    assert refused.headers["Retry-After"] == "5"
    assert preview(badge_class="BC-RIV-1", person=RIVAL).status == 201  # they are made, and there is room again


def test_a_preview_that_finds_no_room_leaves_its_organizations_slots_free(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [answer.status for answer in made_at_once([RIVAL, RIVAL, RIVAL, OWNER], monkeypatch)].count(429) == 1
    assert [answer.status for answer in made_at_once([OWNER, OWNER, OWNER], monkeypatch)] == [201, 201, 201]


def test_an_organization_makes_three_previews_at_once(room: None, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = made_at_once([OWNER] * 4, monkeypatch)
    assert sorted(answer.status for answer in answers) == [201, 201, 201, 429]
    (refused,) = (answer for answer in answers if answer.status == 429)
    assert refused.problem["code"] == "too-many-previews"
    assert int(refused.headers["Retry-After"]) >= 1
    assert preview().status == 201  # they are made, and there is room again
    assert preview(badge_class="BC-RIV-1", person=RIVAL).status == 201


def test_a_preview_whose_function_died_is_in_the_way_for_less_than_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    for _ in range(3):
        assert fair_use._take_slot(PreviewSlot.of_organization("MAKERS"), 3)
    assert preview().status == 429
    stand_at(now + timedelta(minutes=1), monkeypatch)
    assert preview().status == 201


def test_a_preview_leaves_no_slot_and_none_of_another_that_took_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    assert preview().status == 201
    assert slots() == []
    slot = fair_use._take_slot(PreviewSlot.of_deployment(), 1)
    assert slot is not None
    stand_at(clock.now() + timedelta(minutes=1), monkeypatch)
    assert fair_use._take_slot(PreviewSlot.of_deployment(), 1)
    fair_use._release(slot)
    assert slots() == ["deployment"]


def slots() -> list[str]:
    rows = aws.dynamodb().scan(TableName=config().operations_table)["Items"]
    return [row["pk"]["S"] for row in rows if row["sk"]["S"].startswith("preview-slot#")]


def test_a_source_that_is_refused_counts_and_leaves_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fair_use, "MAX_PREVIEWS_PER_HOUR", 5)
    for _ in range(5):
        assert OWNER.post("/badge-classes/BC-WELD-1/replacements", {"json": {"type": "nothing"}}).status == 422
    assert preview().status == 429


def test_an_organization_makes_so_many_previews_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (fair_use.MAX_PREVIEWS_AT_ONCE, fair_use.MAX_PREVIEWS_PER_HOUR) == (3, 200)
    monkeypatch.setattr(fair_use, "MAX_PREVIEWS_PER_HOUR", 2)
    start = clock.now().replace(minute=50, second=0, microsecond=0)
    stand_at(start, monkeypatch)
    assert [preview().status for _ in range(3)] == [201, 201, 429]
    refused = preview()
    assert refused.headers["Retry-After"] == "600"
    assert preview(badge_class="BC-RIV-1", person=RIVAL).status == 201
    stand_at(start + timedelta(minutes=10), monkeypatch)
    assert preview().status == 201


def test_the_image_of_a_preview_is_shown_until_it_is_cancelled() -> None:
    before = images()
    made = [preview(grey).json for grey in (2, 2, 3)]
    paths = [item["proposed"]["image"].partition("/public/")[2] for item in made]
    assert len(set(paths)) == 3
    for path in paths:
        assert OWNER.get(f"/public/{path}").status == 302
    for item in made[1:]:
        assert OWNER.delete(f"/replacements/{item['id']}").status == 200
    assert OWNER.get(f"/public/{paths[0]}").status == 302  # the same picture, of a preview that isn't cancelled
    assert [OWNER.get(f"/public/{path}").status for path in paths[1:]] == [404, 404]
    assert OWNER.delete(f"/replacements/{made[0]['id']}").status == 200
    assert images() == before


def test_the_image_of_a_confirmed_preview_stays_for_good() -> None:
    made = preview().json
    assert images("previews/") != []
    done = OWNER.post(f"/replacements/{made['id']}/confirm", None)
    assert done.status == 200
    assert images("previews/") == []
    shown = done.json["proposed"]["image"].rpartition("/")[2]
    assert f"images/{shown}" in images()
    assert done.json["current"]["image"].endswith(shown)
    assert OWNER.get(f"/replacements/{made['id']}").json == done.json


def test_a_confirmation_that_comes_twice_at_once_is_done_once(monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_the_same_picture_is_no_change_and_is_brought_back_where_it_is_missing() -> None:
    first = preview().json
    OWNER.post(f"/replacements/{first['id']}/confirm", None)
    (key,) = images("images/")
    aws.s3().delete_object(Bucket=config().images_bucket, Key=key)
    again = preview().json
    assert again["changes"] == []
    assert OWNER.post(f"/replacements/{again['id']}/confirm", None).status == 200
    assert images("images/") == [key]
