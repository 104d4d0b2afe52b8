"""Loads that would move a record to another owner are rejected; an issuer document can create its organization."""

from typing import Any

import pytest

from badgedata.records.directory import Issuer, Member, Organization
from operations.loading.faults import InvalidDocumentError
from tests.integration.operations.loading.loads import everything, load_json, many_awards
from tests.support.small_documents import Json, issuer_document, organization_document

pytestmark = pytest.mark.usefixtures("tables")


def rejections(document: Json, **how: Any) -> list[str]:
    """Load a document that must be rejected; check that nothing changed, and return the reasons."""
    before = everything()
    with pytest.raises(InvalidDocumentError) as caught:
        load_json(document, **how)
    assert everything() == before
    return [str(fault) for fault in caught.value.faults]


# ---------------------------------------------------------------- rejections


def test_loading_a_document_with_an_error_at_its_end_changes_nothing() -> None:
    document = organization_document()
    document["members"].append({"email": "nobody", "role": "admin"})
    assert rejections(document) == ['$.members[2].email: "nobody" is not an email address']


def test_issuer_cannot_move_to_another_organization() -> None:
    load_json(organization_document())
    document = organization_document()
    document["organization"]["entityId"] = "OTHER"
    assert rejections(document) == [
        '$.issuers[0].issuer.entityId: "ISS" is already an issuer of another organization, "ORG"'
    ]


def test_badge_class_cannot_move_to_another_issuer() -> None:
    load_json(organization_document())
    document = organization_document()
    other = issuer_document()
    other["issuer"] = {"entityId": "ISS2", "name": "Other"}
    del other["badgeClasses"][0]["issuer"]
    document["issuers"] = [other]
    document["members"] = []
    assert rejections(document) == [
        '$.issuers[0].badgeClasses[0].entityId: "BC" is already a badge class of another issuer, "ISS"'
    ]


def test_award_id_that_belongs_to_another_issuer_is_rejected() -> None:
    load_json(organization_document())
    other = organization_document()
    other["organization"] = {"entityId": "ORG2", "name": "Other", "plan": "paid"}
    other["members"] = []
    [issuer] = other["issuers"]
    issuer["issuer"] |= {"entityId": "ISS2"}
    [badge_class] = issuer["badgeClasses"]
    badge_class |= {"entityId": "BC2"}
    badge_class.pop("issuer", None)
    issuer.pop("recipientGroups", None)
    [assertion] = badge_class["assertions"]
    assertion.pop("badge", None)
    assert rejections(other) == [
        '$.issuers[0].badgeClasses[0].assertions[0].entityId: "A1" is already an award of another issuer, "ISS"'
    ]
    assertion["entityId"] = "A2"
    assert load_json(other).counts["awards"] == 1


def test_award_cannot_move_to_another_badge_class_or_date() -> None:
    load_json(many_awards(2))
    document = many_awards(2)
    badge_classes = document["issuers"][0]["badgeClasses"]
    badge_classes.append({"entityId": "BC2", "name": "Other", "assertions": [badge_classes[0]["assertions"].pop()]})
    del badge_classes[1]["assertions"][0]["badge"]
    badge_classes[0]["assertions"][0]["issuedOn"] = "2026-01-02T00:00:00Z"
    assert rejections(document) == [
        '$.issuers[0].badgeClasses[0].assertions[0].issuedOn: "A0" was issued on 2026-01-01T08:00:00Z;'
        " an award's date can't change",
        '$.issuers[0].badgeClasses[1].assertions[0].entityId: "A1" is already an award of another badge class, "BC"',
    ]


# ---------------------------------------------------------------- issuer document alone


def test_loading_an_issuer_document_can_create_its_organization() -> None:
    loaded = load_json(issuer_document(), admin_email="ada@example.org")
    assert (loaded.organization_id, loaded.created_organization) == ("ISS", True)
    organization = Organization.get(*Organization.key("ISS"))
    assert (organization.name, organization.plan) == ("École de soudure", "paid")
    assert [member.role for member in Member.query(Member.email_key("ada@example.org"))] == ["admin"]


def test_load_without_an_admin_does_not_create_members() -> None:
    load_json(issuer_document())
    assert list(Member.children.query(Member.parent_key("ISS"))) == []


def test_loading_an_issuer_document_again_changes_nothing() -> None:
    load_json(issuer_document())
    once = everything()
    assert not load_json(issuer_document()).created_organization
    assert everything() == once


def test_issuer_document_is_loaded_into_the_specified_organization() -> None:
    document = organization_document()
    document["issuers"] = document["members"] = []
    load_json(document)
    assert load_json(issuer_document(), organization_id="ORG").organization_id == "ORG"
    assert Issuer.get(*Issuer.key("ISS")).organization_id == "ORG"


def test_issuer_document_is_loaded_into_the_issuers_existing_organization() -> None:
    load_json(organization_document())
    assert load_json(issuer_document()).organization_id == "ORG"


def test_unknown_organization_is_rejected() -> None:
    assert rejections(issuer_document(), organization_id="GONE") == [
        '$: the issuer\'s organization "GONE" does not exist; '
        "load the organization's document first, or correct --organization"
    ]


def test_organization_document_cannot_be_loaded_into_another_organization() -> None:
    assert rejections(organization_document(), organization_id="OTHER") == [
        '$.organization.entityId: is "ORG", but --organization is "OTHER"'
    ]


def test_issuer_is_not_added_to_an_unrelated_organization_with_the_same_id() -> None:
    document = organization_document()
    document["organization"]["entityId"] = "ISS"
    document["issuers"][0]["issuer"]["entityId"] = "OTHER"
    del document["issuers"][0]["badgeClasses"]
    document["members"] = []
    load_json(document)
    assert "is already the ID of an organization" in rejections(issuer_document())[0]
