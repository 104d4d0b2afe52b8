"""Every version of Open Badges, read from documents based on its specification (specification_examples)."""

import base64
import copy
import json
from typing import Any

import pytest

from badgedata.openbadges.badge_classes import Alignment, BadgeClassProposal, Criteria
from badgedata.openbadges.baked_images import bake
from badgedata.openbadges.reading import read_source
from badgedata.openbadges.rejections import SourceRejectedError
from badgedata.openbadges.source_documents import SourceDocument
from tests.support.images import SVG, pixels, png, with_chunk
from tests.unit.openbadges.specification_examples import (
    ACHIEVEMENT_3_0,
    ASSERTION_0_5,
    ASSERTION_1_0,
    ASSERTION_1_1,
    ASSERTION_2_0,
    BADGE_CLASS_1_0,
    BADGE_CLASS_1_1,
    BADGE_CLASS_2_0,
    CREDENTIAL_3_0,
    PROOF_3_0,
)
from tests.unit.openbadges.web import Web, document

ROBOT = png(color="green")
AWARD_URL = "https://example.org/beths-robotics-badge.json"
BADGE_URL = "https://example.org/robotics-badge.json"
IMAGE_URL = "https://example.org/robotics-badge.png"


def read(content: object, pages: dict[str, object] | None = None, url: str | None = None) -> BadgeClassProposal:
    return read_source(document(content, url), Web(pages).fetch)


def assert_is_the_robotics_badge(proposal: BadgeClassProposal) -> None:
    assert proposal.name == "Awesome Robotics Badge"
    assert proposal.description == "For doing awesome things with robots that people think is pretty great."
    assert proposal.criteria.id == "https://example.org/robotics-badge.html"
    assert proposal.tags == ("robots", "awesome")
    assert proposal.alignment[0].targetUrl == "http://www.corestandards.org/ELA-Literacy/RST/11-12/3"
    assert proposal.alignment[0].targetName == "CCSS.ELA-Literacy.RST.11-12.3"
    assert proposal.alignment[0].targetDescription == "Follow precisely a complex multistep procedure."
    assert proposal.image is not None
    assert proposal.image.content_type == "image/png"
    assert pixels(proposal.image.content) == pixels(ROBOT)


def test_0_5_assertion_with_an_inline_badge_is_read() -> None:
    proposal = read(ASSERTION_0_5, {"http://p2pu.example/img/html5-basic.png": ROBOT}, "https://p2pu.example/a/1")

    assert proposal.open_badges_version == "0.5"
    assert proposal.assertion_id == "https://p2pu.example/a/1"
    assert proposal.name == "HTML5 Fundamental"
    assert proposal.description == "Knows the difference between a <section> and an <article>"
    assert proposal.criteria == Criteria("http://p2pu.example/badges/html5-basic")
    assert proposal.image is not None


def test_0_5_assertion_with_a_badge_url_is_read() -> None:
    badge = ASSERTION_0_5["badge"]
    linked = ASSERTION_0_5 | {"badge": "/badge.json"}

    proposal = read(
        linked,
        {"https://p2pu.example/badge.json": badge, "http://p2pu.example/img/html5-basic.png": ROBOT},
        "https://p2pu.example/a/1",
    )

    assert (proposal.open_badges_version, proposal.name) == ("0.5", "HTML5 Fundamental")


def test_1_0_assertion_with_a_linked_badge_class_and_image_is_read() -> None:
    proposal = read(ASSERTION_1_0, {BADGE_URL: BADGE_CLASS_1_0, IMAGE_URL: ROBOT})

    assert_is_the_robotics_badge(proposal)
    assert proposal.open_badges_version == "1.0"
    assert proposal.assertion_id == AWARD_URL
    assert proposal.warnings == ()


def test_1_0_badge_class_is_read() -> None:
    proposal = read(BADGE_CLASS_1_0, {IMAGE_URL: ROBOT})

    assert_is_the_robotics_badge(proposal)
    assert (proposal.open_badges_version, proposal.assertion_id) == ("1.0", None)


@pytest.mark.parametrize("document_", [ASSERTION_1_1, BADGE_CLASS_1_1], ids=["assertion", "badge class"])
def test_1_1_document_is_read(document_: dict[str, Any]) -> None:
    proposal = read(document_, {BADGE_URL: BADGE_CLASS_1_1, IMAGE_URL: ROBOT})

    assert_is_the_robotics_badge(proposal)
    assert proposal.open_badges_version == "1.1"
    assert proposal.assertion_id == (AWARD_URL if document_ is ASSERTION_1_1 else None)


def test_2_0_assertion_with_a_linked_badge_class_is_read() -> None:
    proposal = read(ASSERTION_2_0, {BADGE_URL: BADGE_CLASS_2_0, IMAGE_URL: ROBOT})

    assert_is_the_robotics_badge(proposal)
    assert proposal.open_badges_version == "2.0"
    assert proposal.assertion_id == AWARD_URL
    assert proposal.criteria.narrative == "Students *build* a robot."
    assert proposal.alignment == (
        Alignment(
            targetName="CCSS.ELA-Literacy.RST.11-12.3",
            targetUrl="http://www.corestandards.org/ELA-Literacy/RST/11-12/3",
            targetDescription="Follow precisely a complex multistep procedure.",
            targetFramework="CCSS English Language Arts",
            targetCode="CCSS.ELA-Literacy.RST.11-12.3",
        ),
    )
    assert proposal.warnings == ()


def test_2_0_assertion_with_an_embedded_badge_class_and_image_is_read() -> None:
    image = "data:image/png;base64," + base64.b64encode(ROBOT).decode()
    web = Web()

    proposal = read_source(document(ASSERTION_2_0 | {"badge": BADGE_CLASS_2_0 | {"image": image}}), web.fetch)

    assert_is_the_robotics_badge(proposal)
    assert web.asked == []


@pytest.mark.parametrize("context", [["https://w3id.org/openbadges/v2", {"x": "https://x.example"}], None])
def test_2_0_document_is_recognized_by_its_context_or_its_type(context: object) -> None:
    assert read(BADGE_CLASS_2_0 | {"@context": context}, {IMAGE_URL: ROBOT}).open_badges_version == "2.0"


def test_2_0_badge_class_with_a_single_alignment_and_tag_is_read() -> None:
    badge = BADGE_CLASS_2_0 | {"alignment": BADGE_CLASS_2_0["alignment"][0], "tags": "robots"}

    proposal = read(badge, {IMAGE_URL: ROBOT})

    assert len(proposal.alignment) == 1
    assert proposal.tags == ("robots",)


def test_2_0_badge_class_with_linked_criteria_is_read() -> None:
    """2.0, "Criteria": a URI, which may return a Criteria document but usually returns a page."""
    criteria = "https://example.org/criteria.json"
    badge = BADGE_CLASS_2_0 | {"criteria": criteria}

    as_document = read(badge, {IMAGE_URL: ROBOT, criteria: {"type": "Criteria", "narrative": "Build a robot."}})
    as_page = read(badge, {IMAGE_URL: ROBOT, criteria: "<html>Build a robot.</html>"})
    gone = read(badge, {IMAGE_URL: ROBOT})

    assert as_document.criteria == Criteria(criteria, "Build a robot.")
    assert as_page.criteria == gone.criteria == Criteria(criteria)


def test_2_1_assertion_is_read() -> None:
    context = ["https://w3id.org/openbadges/v2", "https://purl.imsglobal.org/spec/ob/v2p1/context.jsonld"]

    proposal = read(ASSERTION_2_0 | {"@context": context}, {BADGE_URL: BADGE_CLASS_2_0, IMAGE_URL: ROBOT})

    assert_is_the_robotics_badge(proposal)
    assert proposal.open_badges_version == "2.1"


def test_3_0_credential_with_an_embedded_proof_is_read() -> None:
    pages: dict[str, object] = {ACHIEVEMENT_3_0["image"]["id"]: ROBOT}

    proposal = read(CREDENTIAL_3_0 | {"proof": [PROOF_3_0]}, pages)

    assert proposal.open_badges_version == "3.0"
    assert proposal.assertion_id == "http://example.edu/credentials/3732"
    assert proposal.name == "Teamwork"
    assert proposal.criteria == Criteria("", "Team members are nominated for this badge by their peers.")
    assert proposal.tags == ("teamwork",)
    assert proposal.alignment == (
        Alignment("Collaboration", "https://example.com/frameworks/p21/12345", "Collaborates", "P21", "12345"),
    )
    assert proposal.image is not None
    assert pixels(proposal.image.content) == pixels(ROBOT)
    assert proposal.warnings == (
        "The credential's embedded proof (DataIntegrityProof eddsa-rdfc-2022) was not checked.",
    )


def test_3_0_credential_without_a_proof_causes_a_warning() -> None:
    assert "has no proof" in read(CREDENTIAL_3_0, {ACHIEVEMENT_3_0["image"]["id"]: ROBOT}).warnings[0]


def test_3_0_achievement_is_read() -> None:
    proposal = read(ACHIEVEMENT_3_0, {ACHIEVEMENT_3_0["image"]["id"]: ROBOT})

    assert (proposal.open_badges_version, proposal.assertion_id, proposal.name) == ("3.0", None, "Teamwork")
    assert proposal.warnings == ()


def test_3_0_credential_with_a_linked_achievement_is_read() -> None:
    credential = copy.deepcopy(CREDENTIAL_3_0)
    credential["credentialSubject"]["achievement"] = ACHIEVEMENT_3_0["id"]

    proposal = read(credential, {ACHIEVEMENT_3_0["id"]: ACHIEVEMENT_3_0, ACHIEVEMENT_3_0["image"]["id"]: ROBOT})

    assert proposal.name == "Teamwork"


# Sources


@pytest.mark.parametrize(("image", "content_type"), [(png(), "image/png"), (SVG, "image/svg+xml")])
def test_baked_image_is_read(image: bytes, content_type: str) -> None:
    baked = bake(image, content_type, json.dumps(ASSERTION_2_0))

    proposal = read_source(
        SourceDocument(None, content_type, baked), Web({BADGE_URL: BADGE_CLASS_2_0, IMAGE_URL: ROBOT}).fetch
    )

    assert_is_the_robotics_badge(proposal)
    assert proposal.warnings == ()


def test_baked_image_at_a_url_is_read() -> None:
    baked = bake(png(), "image/png", json.dumps(ASSERTION_2_0))
    proposal = read(baked, {BADGE_URL: BADGE_CLASS_2_0, IMAGE_URL: ROBOT}, "https://example.org/mine.png")
    assert_is_the_robotics_badge(proposal)


def test_uploaded_image_is_used_if_the_badge_class_image_is_unavailable() -> None:
    baked = bake(png(color="blue"), "image/png", json.dumps(ASSERTION_2_0))

    proposal = read(baked, {BADGE_URL: BADGE_CLASS_2_0})

    assert proposal.image is not None
    assert pixels(proposal.image.content) == pixels(png(color="blue"))
    assert "The image you sent is used" in proposal.warnings[0]


def test_uploaded_image_is_used_if_the_achievement_has_no_image() -> None:
    credential = copy.deepcopy(CREDENTIAL_3_0)
    del credential["credentialSubject"]["achievement"]["image"]
    baked = with_chunk(png(color="blue"), b"iTXt", b"openbadgecredential\0\0\0\0\0" + json.dumps(credential).encode())

    proposal = read(baked)

    assert proposal.image is not None
    assert pixels(proposal.image.content) == pixels(png(color="blue"))
    assert b"Teamwork" not in proposal.image.content


def test_legacy_baked_image_with_an_assertion_url_is_read() -> None:
    baked = with_chunk(png(), b"tEXt", b"openbadges\0" + AWARD_URL.encode())
    pages: dict[str, object] = {AWARD_URL: ASSERTION_1_0, BADGE_URL: BADGE_CLASS_1_0, IMAGE_URL: ROBOT}

    assert_is_the_robotics_badge(read(baked, pages))


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="alternate" type="application/ld+json" href="https://example.org/beths-robotics-badge.json">',
        "<LINK HREF=/beths-robotics-badge.json TYPE='application/ld+json' REL='alternate nofollow' />",
        '<link rel="stylesheet" href="/x.css"><link rel=alternate type=application/rss+xml href=/feed>'
        '<!-- <link rel="alternate" type="application/ld+json" href="/old.json"> -->'
        '<link\nrel="alternate"\ntype="application/json; charset=utf-8"\nhref="beths-robotics-badge.json">',
    ],
)
def test_page_that_links_to_its_json_is_read(link: str) -> None:
    page = f"<!DOCTYPE html><html><head><title>Beth's badge</title>{link}</head><svg></svg></html>"
    pages: dict[str, object] = {AWARD_URL: ASSERTION_2_0, BADGE_URL: BADGE_CLASS_2_0, IMAGE_URL: ROBOT}

    assert_is_the_robotics_badge(read(page, pages, "https://example.org/beth"))


def test_json_with_a_byte_order_mark_is_read() -> None:
    marked = b"\xef\xbb\xbf" + json.dumps(ASSERTION_2_0).encode()
    pages: dict[str, object] = {BADGE_URL: b"\xef\xbb\xbf" + json.dumps(BADGE_CLASS_2_0).encode(), IMAGE_URL: ROBOT}

    assert_is_the_robotics_badge(read(marked, pages))


def test_relative_url_is_resolved_against_its_document() -> None:
    pages: dict[str, object] = {
        "https://example.org/badges/1.json": BADGE_CLASS_2_0 | {"image": "1.png"},
        "https://example.org/badges/1.png": ROBOT,
    }
    assert_is_the_robotics_badge(read(ASSERTION_2_0 | {"badge": "/badges/1.json"}, pages, AWARD_URL))


# Missing parts, and documents that are not Open Badges


def test_warnings_name_the_missing_parts_of_a_badge_class() -> None:
    proposal = read({"type": "BadgeClass", "name": "Bare"})

    assert proposal.image is None
    assert proposal.warnings == (
        "The source has no image.",
        "The source has no description, so the badge will have none.",
        "The source has no criteria, so the badge will have none.",
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"hello": "world"}, "found an object with the fields hello"),
        ({}, "found an object with no fields"),
        ([1], "found [1]"),
        ("", "found nothing"),
        ("just text", "found just text"),
        ('{"a": ', "the text is not JSON"),
        ("<html><head></head></html>", "the page has no link to a badge"),
        ("a.b.c", "found invalid Base64"),
        ({"type": "Assertion", "recipient": {}}, 'expected "badge" to be a badge class or its URL, found nothing'),
        ({"type": "BadgeClass"}, 'expected "name" to be text, found nothing'),
        ({"type": "BadgeClass", "name": True}, 'expected "name" to be text, found True'),
        ({"type": "BadgeClass", "name": "A", "tags": [{}]}, 'expected "tags" to be a list of strings'),
        ({"type": "BadgeClass", "name": "A", "criteria": {"narrative": ["", 1]}, "description": True}, "description"),
        ({"type": ["VerifiableCredential", "OpenBadgeCredential"]}, "credentialSubject.achievement"),
        (
            {"credentialSubject": {"achievement": 4}},
            'expected "credentialSubject.achievement" to be text, found number 4',
        ),
        ({"type": "Achievement", "name": {"@value": [1]}}, 'expected "name" to be text'),
    ],
)
def test_error_for_a_document_without_a_badge_states_what_was_expected_and_found(content: object, reason: str) -> None:
    with pytest.raises(SourceRejectedError) as rejected:
        read(content)

    assert rejected.value.code == "not-open-badges"
    assert reason in str(rejected.value)
    assert str(rejected.value).startswith("the JSON you sent: ")


def test_assertion_in_place_of_a_badge_class_is_rejected() -> None:
    with pytest.raises(
        SourceRejectedError, match=r'robotics-badge\.json: expected "type" to be a BadgeClass, found text Ass'
    ):
        read(ASSERTION_2_0, {BADGE_URL: ASSERTION_2_0 | {"id": BADGE_URL}})


def test_unreachable_badge_class_is_named_in_the_error() -> None:
    with pytest.raises(SourceRejectedError) as rejected:
        read(ASSERTION_2_0)
    assert (rejected.value.code, rejected.value.document) == ("unreachable-source", BADGE_URL)


def test_image_without_badge_data_is_rejected() -> None:
    with pytest.raises(SourceRejectedError, match="the image you sent") as rejected:
        read(png())
    assert rejected.value.code == "no-badge-in-image"
