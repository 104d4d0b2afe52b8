"""Lists of issuers and badge classes that are searched and sorted."""

from datetime import UTC, datetime
from typing import Any

import pytest

from badgedata.records.directory import BadgeClass
from tests.integration.aws_faults import FaultyCalls
from tests.support.api_client import Person
from tests.support.clock import set_time
from tests.support.organizations import ADMIN, NOBODY, OWNER, issuer, load_organization, member

pytestmark = pytest.mark.usefixtures("organizations")

LIST = "/issuers/SCHOOL/badge-classes"


def load_badges(*names: str, **created: str) -> None:
    """Load an issuer's badge classes with these names. Their IDs are `B-00`, `B-01`, and so on.

    Parameters
    ----------
    created
        Creation times by name.
    """
    school = issuer("SCHOOL", "School")
    school["badgeClasses"] = [
        {"entityId": f"B-{number:02}", "name": name} | ({"createdAt": created[name]} if name in created else {})
        for number, name in enumerate(names)
    ]
    load_organization("ACADEMY", "paid", [school], [member(NOBODY, "owner", "SCHOOL")])


def names(path: str = LIST, person: Person = NOBODY, **query: str) -> list[str]:
    return [item["name"] for item in person.get(path, query=query).json["items"]]


def pages(**query: str) -> list[dict[str, Any]]:
    """Return the bodies of all pages of the list."""
    bodies = [NOBODY.get(LIST, query=query).json]
    while "nextCursor" in bodies[-1]:
        bodies.append(NOBODY.get(LIST, query=query | {"cursor": bodies[-1]["nextCursor"]}).json)
    return bodies


def test_names_are_sorted_regardless_of_case_and_accents() -> None:
    load_badges("zebra", "Éclair", "apple", "Banana", "eclipse")
    assert names(sort="name") == ["apple", "Banana", "Éclair", "eclipse", "zebra"]


def test_names_that_contain_numbers_are_sorted_in_natural_order() -> None:
    load_badges("Level 10", "Level 9", "level 2", "12 steps", "3 steps")
    assert names(sort="name") == ["3 steps", "12 steps", "level 2", "Level 9", "Level 10"]


def test_items_with_identical_names_are_sorted_by_id() -> None:
    load_badges(*["Same"] * 5)
    found = [item["id"] for page in pages(sort="name", limit="2") for item in page["items"]]
    assert found == ["B-00", "B-01", "B-02", "B-03", "B-04"]


def test_newest_badge_classes_come_first_and_undated_ones_last() -> None:
    load_badges(
        "undated", "old", "new", "newer",
        old="2024-05-01T08:00:00Z", new="2026-05-01T08:00:00Z", newer="2026-05-01T08:00:00.5Z",
    )  # fmt: skip
    assert names(sort="recent") == ["newer", "new", "old", "undated"]


def test_badge_class_with_an_invalid_creation_time_is_treated_as_undated() -> None:
    load_badges("a", "b", b="2024-05-01T08:00:00Z")
    BadgeClass(*BadgeClass.key("B-00")).update([BadgeClass.created_at.set("last spring")])
    assert names(sort="recent") == ["b", "a"]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("welding", ["Advanced Welding", "Welding basics"]),
        ("BASICS weld", ["Welding basics"]),
        ("ubung", ["Übung 1"]),
        ("ÜBUNG", ["Übung 1"]),
        ("b-02", ["Übung 1"]),
        ("strasse", ["Straße"]),
        ("  ", ["Advanced Welding", "Straße", "Welding basics", "Übung 1"]),
        ("cooking", []),
    ],
)
def test_search_finds_words_anywhere_in_names_and_ids(search: str, found: list[str]) -> None:
    load_badges("Welding basics", "Advanced Welding", "Übung 1", "Straße")
    assert sorted(names(search=search)) == sorted(found)


def test_search_results_are_sorted_by_id_by_default() -> None:
    load_badges("b match", "other", "a match")
    assert names(search="match") == ["b match", "a match"]


def test_first_page_includes_the_total_number_of_matches() -> None:
    load_badges(*(f"Match {number}" for number in range(5)), "other")
    first, *rest = pages(search="match", sort="name", limit="2")
    assert first["total"] == 5
    assert [len(page["items"]) for page in (first, *rest)] == [2, 2, 1]
    assert not any("total" in page for page in rest)


def test_list_without_a_search_or_sort_order_has_no_total() -> None:
    load_badges("a")
    assert "total" not in NOBODY.get(LIST).json


@pytest.mark.parametrize("sort", ["name", "recent"])
@pytest.mark.parametrize("limit", ["1", "3", "7"])
def test_search_result_pages_contain_each_item_once(sort: str, limit: str) -> None:
    load_badges(*(f"Badge {number % 4}" + "é" * 90 + str(number) for number in range(10)))
    found = [item["id"] for page in pages(sort=sort, limit=limit) for item in page["items"]]
    assert sorted(found) == [f"B-{number:02}" for number in range(10)]


def test_list_continues_even_if_the_item_at_the_cursor_is_deleted() -> None:
    load_badges("a", "b", "c", "d")
    cursor = NOBODY.get(LIST, query={"sort": "name", "limit": "2"}).json["nextCursor"]
    BadgeClass(*BadgeClass.key("B-01")).delete()
    assert names(sort="name", cursor=cursor) == ["c", "d"]


def test_list_omits_an_item_deleted_while_the_page_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    load_badges("a", "b", "c")
    monkeypatch.setattr("functions.api.api.routes.directory.badge_classes_by_id", lambda _: {})
    first = NOBODY.get(LIST, query={"sort": "name", "limit": "2"}).json
    assert first["items"] == []
    monkeypatch.undo()
    assert names(sort="name", cursor=first["nextCursor"]) == ["c"]


@pytest.mark.parametrize("other", [{}, {"sort": "recent"}, {"sort": "name", "search": "b"}])
def test_cursor_is_valid_only_for_its_search_and_order(other: dict[str, str]) -> None:
    load_badges("a b", "b b", "c b")
    cursor = NOBODY.get(LIST, query={"sort": "name", "limit": "1"}).json["nextCursor"]
    assert NOBODY.get(LIST, query=other | {"cursor": cursor}).wrong_fields == ["cursor"]


def test_item_whose_name_exceeds_the_index_key_limit_is_listed() -> None:
    load_badges("z" * 5000, "y", "\\" * 5000)
    found = [item["name"] for page in pages(sort="name", limit="1") for item in page["items"]]
    assert found == ["\\" * 5000, "y", "z" * 5000]


def test_issuers_can_be_searched_and_sorted_by_name() -> None:
    path = "/organizations/MAKERS/issuers"
    assert names(path, ADMIN, sort="name") == ["Welding School", "Wood Shop"]
    answer = ADMIN.get(path, query={"search": "SCHOOL", "sort": "name"}).json
    assert ([item["id"] for item in answer["items"]], answer["total"]) == (["WELD"], 1)


def test_newest_issuers_come_first_when_sorted_by_date(monkeypatch: pytest.MonkeyPatch) -> None:
    for day, name in (1, "b"), (3, "c"), (2, "a"):
        set_time(datetime(2026, 1, day, 9, tzinfo=UTC), monkeypatch)
        load_organization("ACADEMY", "paid", [issuer(name, name)], [member(NOBODY, "admin")])
    assert names("/organizations/ACADEMY/issuers", sort="recent") == ["c", "a", "b"]


def test_reloading_an_issuer_keeps_its_creation_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for day in 1, 2:
        set_time(datetime(2026, 1, day, 9, tzinfo=UTC), monkeypatch)
        load_organization("ACADEMY", "paid", [issuer("SCHOOL", "School")], [member(NOBODY, "owner", "SCHOOL")])
    assert NOBODY.get("/issuers/SCHOOL").json["createdAt"] == "2026-01-01T09:00:00Z"


def test_only_items_on_the_requested_page_are_read_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    load_badges(*(f"Badge {number}" for number in range(40)))
    calls = FaultyCalls(monkeypatch)
    with calls.product():
        NOBODY.get(LIST, query={"sort": "name", "limit": "5"})
    assert calls.names.count("BatchGetItem") == 1
    assert calls.names.count("Query") == 2  # the caller's memberships, and the names


def test_search_does_not_find_member_email_addresses() -> None:
    assert names("/organizations/MAKERS/issuers", ADMIN, search="makers.example.org") == []
    assert OWNER.get("/organizations/MAKERS/issuers", query={"sort": "name"}).status == 404
