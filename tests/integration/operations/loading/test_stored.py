"""The data that a load stores: each record, image, and text in the document."""

import hashlib

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from badgedata.config import config
from badgedata.openbadges.baked_images import bake, unbake
from badgedata.openbadges.images import clean_image
from badgedata.records.directory import BadgeClass, Issuer, Member, Organization
from tests.integration.operations.loading.loads import award, everything, load_json, stored
from tests.support.images import data_uri
from tests.support.small_documents import PNG, issuer_document, organization_document

pytestmark = pytest.mark.usefixtures("tables")


def test_entire_organization_document_is_loaded_and_counted() -> None:
    loaded = load_json(organization_document())
    assert loaded.organization_id == "ORG"
    assert loaded.counts == {
        "issuers": 1,
        "badge classes": 1,
        "pathways": 1,
        "learners": 1,
        "groups": 1,
        "awards": 1,
        "members": 2,
    }
    assert loaded.images == 1
    assert Organization.get(*Organization.key("ORG")).plan == "paid"
    assert [found.entity_id for found in Issuer.children.query(Issuer.parent_key("ORG"))] == ["ISS"]
    assert [found.entity_id for found in BadgeClass.children.query(BadgeClass.parent_key("ISS"))] == ["BC"]


def test_award_sort_key_contains_the_utc_time() -> None:
    load_json(organization_document())
    found = award()
    assert found.issued_on == "2026-01-01T08:00:00Z"
    assert found.issued_on_award_id == "2026-01-01T08:00:00.000000Z#A1"
    assert found.expires == "2027-01-01T00:00:00.5Z"
    assert found.revoked is True


def test_missing_and_empty_values_remain_distinct() -> None:
    document = issuer_document()
    document["issuer"] |= {"description": ""}
    document["badgeClasses"][0] |= {"tags": []}
    del document["badgeClasses"][0]["alignment"]
    load_json(document)
    assert Issuer.get(*Issuer.key("ISS")).description == ""
    badge_class = BadgeClass.get(*BadgeClass.key("BC"))
    assert badge_class.tags == []
    assert badge_class.alignment is None


def test_members_are_found_by_email_address_regardless_of_case() -> None:
    document = organization_document()
    document["members"][0]["email"] = "Ada@Example.org"
    load_json(document)
    roles = [(member.role, member.issuer_id) for member in Member.query(Member.email_key("ADA@example.ORG"))]
    assert sorted(roles, key=str) == [("admin", None), ("owner", "ISS")]


def test_identical_embedded_images_are_stored_once() -> None:
    document = organization_document()
    document["issuers"][0]["issuer"]["image"] = data_uri(PNG)
    load_json(document)
    key = f"images/{hashlib.sha256(PNG).hexdigest()}.png"
    assert Issuer.get(*Issuer.key("ISS")).image == BadgeClass.get(*BadgeClass.key("BC")).image == f"s3:{key}"
    assert everything()["images"] == [key]
    stored = boto3.client("s3").get_object(Bucket=config().images_bucket, Key=key)
    assert stored["ContentType"] == "image/png"
    assert stored["Body"].read() == PNG


HOSTILE_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"><script>alert(1)</script><rect width="9"/></svg>'


def test_loaded_svg_is_cleaned_like_a_replacement_svg() -> None:
    document = organization_document()
    issuer = document["issuers"][0]
    issuer["issuer"]["image"] = issuer["badgeClasses"][0]["image"] = data_uri(HOSTILE_SVG, "image/svg+xml")

    load_json(document)

    for image in (Issuer.get(*Issuer.key("ISS")).image, BadgeClass.get(*BadgeClass.key("BC")).image):
        assert stored(image) == clean_image(HOSTILE_SVG).content
        assert b"script" not in stored(image)


def test_loaded_award_svg_is_cleaned_and_keeps_its_assertion() -> None:
    document = organization_document()
    assertion = '{"id": "https://example.org/1"}'
    baked = data_uri(bake(HOSTILE_SVG, "image/svg+xml", assertion), "image/svg+xml")
    document["issuers"][0]["badgeClasses"][0]["assertions"][0]["image"] = baked

    load_json(document)

    image = stored(award().image)
    assert b"script" not in image
    assert unbake(image) == assertion
    document["issuers"][0]["badgeClasses"][0]["assertions"][0]["image"] = data_uri(image, "image/svg+xml")
    load_json(document)
    assert stored(award().image) == image


def test_external_image_url_is_stored_unchanged() -> None:
    load_json(organization_document())
    assert Issuer.get(*Issuer.key("ISS")).image == "https://issuer.example.org/logo.png"


def test_embedded_award_image_is_stored_as_a_baked_image() -> None:
    document = organization_document()
    document["issuers"][0]["badgeClasses"][0]["assertions"][0]["image"] = data_uri(PNG)
    load_json(document)
    assert award().image == f"s3:baked/issuers/ISS/A1/{hashlib.sha256(PNG).hexdigest()}-hashed.png", "it names no one"
    assert award().image_version == 1


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.sampled_from("\t\r\n")))
def test_any_text_is_stored_unchanged(text: str) -> None:
    document = organization_document()
    document["issuers"][0]["issuer"]["name"] = text
    assertion = document["issuers"][0]["badgeClasses"][0]["assertions"][0]
    assertion |= {"recipientName": text, "narrative": text, "evidence": [{"narrative": text}]}
    load_json(document)
    assert Issuer.get(*Issuer.key("ISS")).name == text
    found = award()
    assert (found.recipient_name, found.narrative) == (text, text)
    assert found.evidence == [{"narrative": text}]


def test_award_image_with_deeply_nested_badge_data_does_not_interrupt_the_load() -> None:
    document = organization_document()
    image = data_uri(bake(PNG, "image/png", "[" * 100_000 + "]" * 100_000))
    document["issuers"][0]["badgeClasses"][0]["assertions"][0]["image"] = image
    load_json(document)
    assert not (award().image or "").endswith("-hashed.png"), "the badge data can't be read, so it may be personal"
