"""Lists of large items: no response exceeds Lambda's 6 MB limit, which `tests.support.api_client` always checks.

A table item is at most 400 KB (`operations.loading.faults`, and DynamoDB itself). Quotation marks and backslashes grow
most in a response: one byte in the table becomes two in JSON.
"""

from typing import Any

import pytest

from badgedata.records.directory import Issuer, Member, Organization
from badgedata.records.exports import Export
from tests.integration.aws_faults import FaultyCalls
from tests.support.api_client import Person
from tests.support.invocations import process_queue
from tests.support.organizations import NOBODY, OWNER, issuer, load_organization, member
from tests.support.replacing import BADGE_CLASS, confirm, load_badge_class, new_badge, preview

pytestmark = pytest.mark.usefixtures("organizations")

KIB = 1024
LARGEST_TEXT = '"' * (395 * KIB)  # with its name and ID, the maximum size of a badge class


def pages_of(path: str, person: Person, items: str = "items", **query: str) -> list[list[Any]]:
    """Return the items of each page of a list."""
    pages = []
    while True:
        page = person.get(path, query=query).json
        pages.append(page[items])
        if "nextCursor" not in page:
            return pages
        query["cursor"] = page["nextCursor"]


def ids_of(pages: list[list[Any]]) -> list[str]:
    return [item["id"] for page in pages for item in page]


def load_badge_classes(descriptions: list[str]) -> list[str]:
    """Load an issuer with badge classes that have these descriptions, and return their IDs."""
    school = issuer("LONG", "Long School", badge_classes=len(descriptions))
    for number, description in enumerate(descriptions):
        school["badgeClasses"][number] |= {"entityId": f"BC-{number:03}", "description": description}
    load_organization("MAKERS", "paid", [school], [member(OWNER, "owner", "LONG")])
    return [badge_class["entityId"] for badge_class in school["badgeClasses"]]


# ---------------------------------------------------------------- badge classes


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["x", "Ж", "字", '"', "\n"], ids=["latin", "cyrillic", "chinese", "quotes", "line feeds"]
)
def test_list_of_large_badge_classes_is_paged_without_duplicates(text: str) -> None:
    ids = load_badge_classes([text * (62_000 // len(text.encode()))] * 100)
    pages = pages_of("/issuers/LONG/badge-classes", OWNER)
    assert ids_of(pages) == ids
    assert len(pages) > 1


def test_page_of_small_items_contains_the_requested_number_of_items() -> None:
    ids = load_badge_classes(["short"] * 101)
    assert [len(page) for page in pages_of("/issuers/LONG/badge-classes", OWNER)] == [100, 1]
    assert ids_of(pages_of("/issuers/LONG/badge-classes", OWNER, limit="40")) == ids


def test_maximum_size_badge_classes_can_be_read_individually_and_in_lists() -> None:
    ids = load_badge_classes([LARGEST_TEXT] * 3)
    assert ids_of(pages_of("/issuers/LONG/badge-classes", OWNER)) == ids
    assert OWNER.get(f"/badge-classes/{ids[0]}").json["description"] == LARGEST_TEXT


def test_non_ascii_text_is_returned_unescaped() -> None:
    load_badge_classes(["Жук"])
    assert "Жук" in OWNER.get("/badge-classes/BC-000").text


# ---------------------------------------------------------------- replacements


def test_replacement_of_a_maximum_size_badge_class_can_be_read() -> None:
    load_badge_class(0, description=LARGEST_TEXT)
    made = preview(new_badge(description="Ж" * (95 * KIB)))
    assert OWNER.get(f"/replacements/{made['id']}").json["current"]["description"] == LARGEST_TEXT


def test_history_of_large_replacements_is_paged_without_duplicates() -> None:
    load_badge_class(0, description="x" * 300 * KIB)
    made = [preview(new_badge(description="y" * 190 * KIB + str(number)))["id"] for number in range(12)]
    pages = pages_of(f"/badge-classes/{BADGE_CLASS}/replacements", OWNER)
    assert ids_of(pages) == made[::-1]
    assert len(pages) > 1


# ---------------------------------------------------------------- memberships


def make_memberships(count: int, name: str) -> None:
    """Make a user the owner of this number of issuers, each in a separate organization."""
    with Organization.batch_write() as organizations, Issuer.batch_write() as issuers, Member.batch_write() as members:
        for number in range(count):
            organization_id, issuer_id = f"ORG-{number:04}", f"ISS-{number:04}"
            organizations.save(
                Organization(*Organization.key(organization_id), entity_id=organization_id, name=name, plan="paid")
            )
            issuers.save(
                Issuer(
                    *Issuer.key(issuer_id),
                    parent=Issuer.parent_key(organization_id),
                    entity_id=issuer_id,
                    organization_id=organization_id,
                    name=name,
                )
            )
            members.save(
                Member(
                    *Member.key(NOBODY.email, organization_id, issuer_id),
                    parent=Member.parent_key(organization_id),
                    entity_id=f"{NOBODY.email}#issuer#{issuer_id}",
                    role="owner",
                    organization_id=organization_id,
                    issuer_id=issuer_id,
                )
            )


def test_memberships_are_read_in_batches_of_one_hundred(monkeypatch: pytest.MonkeyPatch) -> None:
    make_memberships(250, "School")
    calls = FaultyCalls(monkeypatch)
    with calls.product():
        memberships = NOBODY.get("/me").json["memberships"]
    assert [membership["issuer"]["id"] for membership in memberships] == [f"ISS-{number:04}" for number in range(250)]
    assert calls.names == ["Query", *["BatchGetItem"] * 9]  # organizations, destinations, and issuers


def test_memberships_with_long_names_are_paged_without_duplicates() -> None:
    make_memberships(30, "N" * 100 * KIB)
    pages = pages_of("/me", NOBODY, "memberships")
    assert [membership["issuer"]["id"] for page in pages for membership in page] == [f"ISS-{n:04}" for n in range(30)]
    assert len(pages) > 1


def test_cursor_for_another_users_memberships_is_rejected() -> None:
    make_memberships(30, "N" * 100 * KIB)
    cursor = NOBODY.get("/me").json["nextCursor"]
    assert OWNER.get("/me", query={"cursor": cursor}).wrong_fields == ["cursor"]


def test_export_of_an_issuer_with_a_long_name_can_be_limited_to_100_badge_classes() -> None:
    """A load accepts names of up to 396 KiB. The export and its trail entry contain a shortened copy."""
    school = issuer("LONG", "L" * 402_900)
    ids = [f"{number:064}" for number in range(100)]
    school["badgeClasses"] = [{"entityId": entity_id, "name": "Short"} for entity_id in ids]
    load_organization("MAKERS", "paid", [school], [member(OWNER, "owner", "LONG")])
    options = {"kind": "awards", "badgeClassIds": ids}
    requested = OWNER.post("/issuers/LONG/exports", options)
    assert requested.status == 202
    assert requested.json["scope"]["name"] == "L" * 1000 + "…"
    schedule = OWNER.post(
        "/schedules", {"name": "n", "export": {"issuerId": "LONG"} | options, "expression": "rate(1 day)"}
    )
    assert OWNER.post(f"/schedules/{schedule.json['id']}/run", None).status == 202
    trail = OWNER.get("/issuers/LONG/trail").json["items"]
    assert {len(entry["details"]["scopeName"]) for entry in trail if entry["action"] == "export-requested"} == {1001}


def test_export_with_a_long_scope_name_fails_if_its_issuer_is_deleted() -> None:
    """Version 0.2 stored complete names in exports."""
    load_organization("MAKERS", "paid", [issuer("LONG", "Long")], [member(OWNER, "owner", "LONG")])
    export_id = OWNER.post("/issuers/LONG/exports", {"kind": "awards"}).json["id"]
    export = Export.get(*Export.key(export_id))
    export.scope_name = "L" * 395_000
    export.save()
    Issuer.get(*Issuer.key("LONG")).delete()
    process_queue()
    assert Export.get(*Export.key(export_id)).status == "failed"
    assert OWNER.get(f"/exports/{export_id}").status in (200, 404)


def test_trail_entry_for_a_replacement_contains_shortened_names() -> None:
    load_badge_class(0, name="N" * 100_000)
    assert confirm(preview(new_badge(name="M" * 100_000))).status == 200
    entry = OWNER.get("/issuers/WELD/trail").json["items"][0]
    assert entry["target"]["name"] == "N" * 1000 + "…"
    assert entry["details"]["newName"] == "M" * 1000 + "…"
