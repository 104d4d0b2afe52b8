"""Looking around: who you are, and what of the directory you see."""

import pytest

from tests.support.api_client import Person
from tests.support.organizations import (
    ADMIN,
    CARPENTER,
    NOBODY,
    OWNER,
    PENNILESS,
    RIVAL,
    STAFF,
    issuer,
    load_organization,
    member,
)

pytestmark = pytest.mark.usefixtures("organizations_to_read")

MAKERS = {"id": "MAKERS", "name": "The Makers", "plan": "paid"}


def test_an_admin_is_told_the_organization() -> None:
    assert ADMIN.get("/me").json == {
        "email": ADMIN.email,
        "memberships": [{"role": "admin", "organization": MAKERS}],
    }


def test_an_issuers_people_are_told_the_issuer_and_its_organization() -> None:
    assert OWNER.get("/me").json["memberships"] == [
        {"role": "owner", "organization": MAKERS, "issuer": {"id": "WELD", "name": "Welding School"}}
    ]


def test_somebody_without_roles_is_told_so() -> None:
    answer = NOBODY.get("/me")
    assert (answer.status, answer.json) == (200, {"email": "nobody@example.org", "memberships": []})


def test_an_address_is_the_same_person_in_any_case() -> None:
    assert len(Person(OWNER.email.upper()).get("/me").json["memberships"]) == 1


def test_an_organization_is_shown_to_its_admins() -> None:
    assert ADMIN.get("/organizations/MAKERS").json == MAKERS
    assert PENNILESS.get("/organizations/FREE").json["plan"] == "free"


def test_an_issuer_is_shown_without_what_it_does_not_have() -> None:
    assert STAFF.get("/issuers/WELD").json == {
        "id": "WELD",
        "organizationId": "MAKERS",
        "name": "Welding School",
        "url": "https://school.example.org",
    }


def test_a_badge_class_is_shown_to_the_issuers_people_and_to_admins() -> None:
    shown = {"id": "BC-WELD-1", "issuerId": "WELD", "name": "Welding School 1", "alignment": [], "tags": []}
    assert STAFF.get("/badge-classes/BC-WELD-1").json == shown
    assert ADMIN.get("/badge-classes/BC-WELD-1").json == shown


def test_issuers_are_listed_by_id() -> None:
    answer = ADMIN.get("/organizations/MAKERS/issuers").json
    assert [item["id"] for item in answer["items"]] == ["WELD", "WOOD"]
    assert "nextCursor" not in answer


def test_badge_classes_come_in_pages_and_each_comes_once() -> None:
    load_organization("BIG", "paid", [issuer("MANY", "Many", badge_classes=7)], [member(NOBODY, "owner", "MANY")])
    pages, query = [], {"limit": "3"}
    while True:
        answer = NOBODY.get("/issuers/MANY/badge-classes", query=query).json
        pages.append([item["id"] for item in answer["items"]])
        if "nextCursor" not in answer:
            break
        query["cursor"] = answer["nextCursor"]
    assert pages == [[f"BC-MANY-{n}" for n in numbers] for numbers in ((1, 2, 3), (4, 5, 6), (7,))]


def test_a_page_that_ends_with_the_list_has_no_next_one() -> None:
    assert "nextCursor" not in ADMIN.get("/organizations/MAKERS/issuers", query={"limit": "2"}).json


# ---------------------------------------------------------------- what others have is not there


@pytest.mark.parametrize("person", [RIVAL, CARPENTER, NOBODY, PENNILESS], ids=lambda person: person.email)
def test_what_somebody_has_no_role_on_is_answered_just_as_what_does_not_exist(person: Person) -> None:
    for path, theirs in (
        ("/organizations/{}", "MAKERS"),
        ("/organizations/{}/issuers", "MAKERS"),
        ("/issuers/{}", "WELD"),
        ("/issuers/{}/badge-classes", "WELD"),
        ("/badge-classes/{}", "BC-WELD-1"),
    ):
        answer = person.get(path.format(theirs))
        assert answer == person.get(path.format("NONE"))
        assert (answer.status, answer.problem["code"]) == (404, "not-found")


def test_an_issuers_people_have_no_role_on_its_organization() -> None:
    assert OWNER.get("/organizations/MAKERS") == OWNER.get("/organizations/NONE")


@pytest.mark.parametrize("odd", ["a b", "a.b", "%2e%2e", "<script>", "é", "x" * 65, "x" * 1_000_000, "'", "a|b", "💥"])
def test_an_id_that_can_not_be_one_is_not_found(odd: str) -> None:
    for path in ("/organizations/{}", "/issuers/{}", "/badge-classes/{}", "/issuers/{}/badge-classes", "/exports/{}"):
        answer = ADMIN.get(path.format(odd))
        assert (answer.status, answer.problem["code"]) == (404, "not-found")
        assert odd not in answer.text
