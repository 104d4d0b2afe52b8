"""Read the directory: memberships, organizations, issuers, and badge classes."""

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

MAKERS = {"id": "MAKERS", "name": "The Makers", "plan": "paid", "hasDestination": False}


def test_admin_membership_includes_the_organization() -> None:
    assert ADMIN.get("/me").json == {
        "email": ADMIN.email,
        "memberships": [{"role": "admin", "organization": MAKERS}],
    }


def test_issuer_membership_includes_the_issuer_and_its_organization() -> None:
    assert OWNER.get("/me").json["memberships"] == [
        {"role": "owner", "organization": MAKERS, "issuer": {"id": "WELD", "name": "Welding School"}}
    ]


def test_user_without_roles_has_no_memberships() -> None:
    answer = NOBODY.get("/me")
    assert (answer.status, answer.json) == (200, {"email": "nobody@example.org", "memberships": []})


def test_memberships_are_found_regardless_of_email_address_case() -> None:
    assert len(Person(OWNER.email.upper()).get("/me").json["memberships"]) == 1


def test_admins_can_read_the_organization() -> None:
    assert ADMIN.get("/organizations/MAKERS").json == MAKERS
    assert PENNILESS.get("/organizations/FREE").json["plan"] == "free"


def test_unset_issuer_fields_are_omitted() -> None:
    issuer = STAFF.get("/issuers/WELD").json
    assert issuer.keys() == {"id", "organizationId", "name", "url", "createdAt"}
    assert issuer["name"] == "Welding School"


def test_admins_and_issuer_members_can_read_a_badge_class() -> None:
    shown = {"id": "BC-WELD-1", "issuerId": "WELD", "name": "Welding School 1", "alignment": [], "tags": []}
    assert STAFF.get("/badge-classes/BC-WELD-1").json == shown
    assert ADMIN.get("/badge-classes/BC-WELD-1").json == shown


def test_issuers_are_sorted_by_id() -> None:
    answer = ADMIN.get("/organizations/MAKERS/issuers").json
    assert [item["id"] for item in answer["items"]] == ["WELD", "WOOD"]
    assert "nextCursor" not in answer


def test_badge_classes_are_paged_without_duplicates() -> None:
    load_organization("BIG", "paid", [issuer("MANY", "Many", badge_classes=7)], [member(NOBODY, "owner", "MANY")])
    pages, query = [], {"limit": "3"}
    while True:
        answer = NOBODY.get("/issuers/MANY/badge-classes", query=query).json
        pages.append([item["id"] for item in answer["items"]])
        if "nextCursor" not in answer:
            break
        query["cursor"] = answer["nextCursor"]
    assert pages == [[f"BC-MANY-{n}" for n in numbers] for numbers in ((1, 2, 3), (4, 5, 6), (7,))]


def test_last_page_has_no_next_cursor() -> None:
    assert "nextCursor" not in ADMIN.get("/organizations/MAKERS/issuers", query={"limit": "2"}).json


# ---------------------------------------------------------------- resources without a role


@pytest.mark.parametrize("person", [RIVAL, CARPENTER, NOBODY, PENNILESS], ids=lambda person: person.email)
def test_inaccessible_resource_returns_the_same_error_as_an_unknown_resource(person: Person) -> None:
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


def test_issuer_role_does_not_grant_access_to_the_organization() -> None:
    assert OWNER.get("/organizations/MAKERS") == OWNER.get("/organizations/NONE")


@pytest.mark.parametrize(
    "odd", ["a b", "a.b", "%2e%2e", "<script>", "é", "x" * 65, "x" * 1_000_000, "o'neil", "a|b", "💥"]
)
def test_invalid_id_returns_not_found(odd: str) -> None:
    for path in ("/organizations/{}", "/issuers/{}", "/badge-classes/{}", "/issuers/{}/badge-classes", "/exports/{}"):
        answer = ADMIN.get(path.format(odd))
        assert (answer.status, answer.problem["code"]) == (404, "not-found")
        assert odd not in answer.text
