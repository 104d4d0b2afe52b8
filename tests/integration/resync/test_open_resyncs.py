"""The list of image re-syncs that are in progress or overdue."""

from typing import Any

import pytest

from badgedata.records.directory import BadgeClass
from badgedata.records.resyncs import Resync
from tests.support.api_client import Person
from tests.support.organizations import ADMIN, CARPENTER, NOBODY, OWNER, RIVAL, STAFF, issuer, load_organization, member
from tests.support.replacing import (
    BADGE_CLASS,
    Queue,
    advance_hours,
    delete_badge_image,
    figures,
    load_badge_class,
    new_badge,
    replace,
    sweep,
)
from tests.support.small_limits import lower_limits

pytestmark = pytest.mark.usefixtures("tables")


@pytest.fixture(autouse=True)
def makers(tables: None) -> None:
    """An organization with two issuers; WELD has a badge class with three awards."""
    load_badge_class(3)
    people = [member(ADMIN, "admin"), member(OWNER, "owner", "WELD"), member(STAFF, "staff", "WELD")]
    issuers = [issuer("WELD", "Welding School"), issuer("WOOD", "Wood Shop")]
    load_organization("MAKERS", "paid", issuers, [*people, member(CARPENTER, "owner", "WOOD")])
    load_organization("RIVALS", "paid", [issuer("RIV", "Rivals")], [member(RIVAL, "admin")])


def listed(person: Person = ADMIN, query: dict[str, str] | None = None) -> list[dict[str, Any]]:
    answer = person.get("/image-resyncs", query=query or {"organizationId": "MAKERS"})
    assert answer.status == 200, answer.text
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def replace_other(person: Person = CARPENTER, badge_class_id: str = "BC-WOOD-1") -> str:
    """Replace a badge class of the other issuer, and return the replacement's ID."""
    made: str = person.post(f"/badge-classes/{badge_class_id}/replacements", new_badge()).json["id"]
    assert person.post(f"/replacements/{made}/confirm", None).status == 200
    return made


def test_resync_is_listed_with_its_replacement_and_progress() -> None:
    replacement = replace()
    [item] = listed()
    assert item == {
        "replacementId": replacement["id"],
        "badgeClassId": BADGE_CLASS,
        "badgeClassName": "Robotics 2",
        "issuerId": "WELD",
        "startedAt": replacement["confirmedAt"],
        "imageResync": figures(replacement),
    }
    assert item["imageResync"]["status"] == "in-progress"


def test_complete_resync_is_not_listed() -> None:
    replace()
    Queue().process_all()
    assert listed() == []


@pytest.mark.slow
def test_overdue_resync_is_listed_until_the_badge_is_replaced_again() -> None:
    overdue = replace()
    delete_badge_image()
    Queue().process_all()
    advance_hours(13 * 24 + 1)
    assert [item["imageResync"]["status"] for item in listed()] == ["overdue"]
    assert listed()[0]["replacementId"] == overdue["id"]
    newer = replace(new_badge(3))
    assert [item["replacementId"] for item in listed()] == [newer["id"]]


def test_superseded_resync_is_not_listed() -> None:
    replace()
    newer = replace(new_badge(3))
    assert [item["replacementId"] for item in listed()] == [newer["id"]]


def test_superseded_resync_is_removed_from_the_index() -> None:
    replace()
    replace(new_badge(3))
    advance_hours(1)
    assert listed() == []
    assert list(Resync.by_scope.query(Resync.open_key("MAKERS"))) == []


def test_resyncs_are_listed_newest_first_across_pages() -> None:
    made = [replace()["id"], replace_other()]
    first = ADMIN.get("/image-resyncs", query={"organizationId": "MAKERS", "limit": "1"}).json
    rest = listed(ADMIN, {"organizationId": "MAKERS", "cursor": first["nextCursor"]})
    assert [item["replacementId"] for item in (*first["items"], *rest)] == made[::-1]


def test_issuer_and_badge_class_lists_contain_only_their_own_resyncs() -> None:
    weld, wood = replace()["id"], replace_other()
    for query, found in (
        ({"issuerId": "WELD"}, [weld]),
        ({"issuerId": "WOOD"}, [wood]),
        ({"badgeClassId": BADGE_CLASS}, [weld]),
        ({"badgeClassId": "BC-WOOD-1"}, [wood]),
        ({"organizationId": "MAKERS"}, [wood, weld]),
    ):
        assert [item["replacementId"] for item in listed(ADMIN, query)] == found, query
    assert listed(RIVAL, {"organizationId": "RIVALS"}) == []


def test_each_page_reads_a_limited_number_of_resyncs(monkeypatch: pytest.MonkeyPatch) -> None:
    weld = replace()["id"]
    replace_other()
    lower_limits(monkeypatch, searched_records=1)
    first = OWNER.get("/image-resyncs", query={"issuerId": "WELD"}).json
    assert first["items"] == []
    assert [item["replacementId"] for item in listed(OWNER, {"issuerId": "WELD", "cursor": first["nextCursor"]})] == [
        weld
    ]


def test_resync_for_a_deleted_badge_class_is_not_listed() -> None:
    replace()
    BadgeClass(*BadgeClass.key(BADGE_CLASS)).delete()
    assert listed() == []


def test_every_role_can_see_the_issuers_resyncs() -> None:
    replace()
    for person in (ADMIN, OWNER, STAFF):
        assert len(listed(person, {"issuerId": "WELD"})) == 1
    for person in (CARPENTER, RIVAL, NOBODY):
        assert person.get("/image-resyncs", query={"issuerId": "WELD"}).status == 404


@pytest.mark.parametrize("query", [{}, {"issuerId": "WELD", "organizationId": "MAKERS"}])
def test_resync_list_requires_exactly_one_scope(query: dict[str, str]) -> None:
    assert ADMIN.get("/image-resyncs", query=query).status == 422


def test_resync_in_progress_is_still_listed_after_a_sweep() -> None:
    replacement = replace()
    sweep(advance_hours(0))
    assert [item["replacementId"] for item in listed()] == [replacement["id"]]
