"""What a load file must be: each rule, told by what breaks it and the JSON path that is named."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from badgedata.documents import IssuerDocument
from operations.loading.faults import MAX_ITEM_BYTES, InvalidDocumentError
from operations.loading.reading import read_document
from tests.unit.loading.small_documents import (
    PNG,
    Json,
    data_uri,
    faults_of,
    issuer_document,
    organization_document,
)


@pytest.fixture
def document() -> Json:
    return issuer_document()


@pytest.fixture
def organization() -> Json:
    return organization_document()


def put(document: Json, path: str, value: Any) -> None:
    """Set what stands at a path such as ``badgeClasses.0.name``."""
    *parents, last = path.split(".")
    node: Any = document
    for key in parents:
        node = node[int(key)] if isinstance(node, list) else node[key]
    node[last] = value


def test_a_whole_issuer_document_is_right(document: Json) -> None:
    assert faults_of(document) == []


def test_an_organization_document_is_right_without_the_envelopes_of_its_issuers(organization: Json) -> None:
    assert faults_of(organization) == []


def test_open_badges_keys_and_optional_ones_may_be_left_out() -> None:
    assertion = {
        "entityId": "A",
        "recipient": {"type": "email", "identity": "ada@example.org"},
        "issuedOn": "2026-01-31T09:00:00Z",
    }
    document = {
        "format": "badge-data-management/issuer",
        "formatVersion": 1,
        "issuer": {"entityId": "ISS", "name": "Makers"},
        "badgeClasses": [{"entityId": "BC", "name": "Welder", "assertions": [assertion]}],
    }
    assert faults_of(document) == []


def test_criteria_may_be_an_address_alone(document: Json) -> None:
    put(document, "badgeClasses.0.criteria", "https://issuer.example.org/welder")
    assert faults_of(document) == []


def test_a_hashed_recipient_with_a_salt_is_right(document: Json) -> None:
    recipient = {"type": "email", "hashed": True, "identity": "sha256$c7ef86405ba7", "salt": "sea"}
    put(document, "badgeClasses.0.assertions.0.recipient", recipient)
    assert faults_of(document) == []


@pytest.mark.parametrize("option", ["badgeClasses", "recipientGroups", "pathways"])
def test_what_an_export_left_out_may_be_absent_and_still_be_referred_to(option: str, document: Json) -> None:
    del document[option]
    assert faults_of(document) == []


SPOILED = [
    # where, what, and what the loader says
    ("formatVersion", 2, "$.formatVersion: 2 is not supported; it must be 1"),
    ("exportedAt", "yesterday", '$.exportedAt: "yesterday" is not an RFC 3339 time such as 2026-01-31T09:00:00Z'),
    ("pathways.0.requirements.0.entityId", "a/b", '"a/b" is not an ID (1 to 64 characters: A-Z, a-z, 0-9, _ and -)'),
    ("pathways.0.requirements.0.entityId", "", "is not an ID (1 to 64 characters: A-Z, a-z, 0-9, _ and -)"),
    ("issuer.name", 7, "$.issuer.name: must be a string, not an integer"),
    ("issuer.url", "javascript:alert(1)", '$.issuer.url: "javascript:alert(1)" is not an http or https URL'),
    ("issuer.url", "https://", '$.issuer.url: "https://" is not an http or https URL'),
    ("issuer.url", "https://[", '$.issuer.url: "https://[" is not an http or https URL'),
    ("issuer.email", "nobody", '$.issuer.email: "nobody" is not an e-mail address'),
    ("issuer.type", "Person", '$.issuer.type: "Person" is not allowed here; allowed: "Issuer", "Profile"'),
    ("issuer.image", "logo.png", '$.issuer.image: "logo.png" is not an http or https URL'),
    ("issuer.image", f"https://x.org/{'a' * 2048}", "is longer than 2,048 bytes, the maximum for a URL"),
    ("pathways.0.nmae", "x", '$.pathways[0].nmae: is not a key of the format; did you mean "name"?'),
    ("pathways.0.a b", "x", '$.pathways[0]["a b"]: is not a key of the format'),
    ("badgeClasses", {}, "$.badgeClasses: must be an array, not an object"),
    ("badgeClasses.0.issuer", "https://x.org/public/issuers/OTHER", "must end with the ID of the issuer"),
    ("badgeClasses.0.criteria", 3, "$.badgeClasses[0].criteria: must be an object or a string, not an integer"),
    ("badgeClasses.0.criteria", "see page 3", "$.badgeClasses[0].criteria:"),
    ("badgeClasses.0.criteria.id", "see page 3", "$.badgeClasses[0].criteria.id:"),
    ("badgeClasses.0.alignment.0.targetUrl", "ESCO", "$.badgeClasses[0].alignment[0].targetUrl:"),
    ("badgeClasses.0.tags", [1], "$.badgeClasses[0].tags[0]: must be a string, not an integer"),
    ("badgeClasses.0.createdAt", "2026-01-31", "$.badgeClasses[0].createdAt:"),
    ("badgeClasses.0.assertions.0.issuedOn", "2026-02-30", '$.badgeClasses[0].assertions[0].issuedOn: "2026-02-30" is'),
    ("badgeClasses.0.assertions.0.issuedOn", "2026-02-30T00:00:00Z", "day"),
    ("badgeClasses.0.assertions.0.issuedOn", "2026-01-31T09:00:00.5", "has no offset from UTC"),
    ("badgeClasses.0.assertions.0.issuedOn", "0001-01-01T00:00:00+01:00", "outside the years 1 to 9999"),
    ("badgeClasses.0.assertions.0.issuedOn", None, "assertions[0].issuedOn: must be a string, not null"),
    ("badgeClasses.0.assertions.0.expires", "never", "$.badgeClasses[0].assertions[0].expires:"),
    (
        "badgeClasses.0.assertions.0.badge",
        "https://x.org/public/badges/OTHER",
        "the ID of the badge class that contains it",
    ),
    ("badgeClasses.0.assertions.0.recipient", "ada", "recipient: must be an object, not a string"),
    (
        "badgeClasses.0.assertions.0.recipient.identity",
        "",
        "$.badgeClasses[0].assertions[0].recipient.identity: is empty",
    ),
    ("badgeClasses.0.assertions.0.recipient.hashed", "no", "recipient.hashed: must be true or false, not a string"),
    ("badgeClasses.0.assertions.0.evidence.0.id", "on my desk", "$.badgeClasses[0].assertions[0].evidence[0].id:"),
    ("badgeClasses.0.assertions.0.revoked", False, "revocationReason: is given, but the assertion is not revoked"),
    ("recipientGroups.0.entityId", "é", '$.recipientGroups[0].entityId: "é" is not an ID'),
    ("recipientGroups.0.createdAt", "1 May", "$.recipientGroups[0].createdAt:"),
    ("recipientGroups.0.creation.method", "magic", 'allowed: "api", "lms", "manual", "pathway"'),
    ("recipientGroups.0.creation.pathway", "Q", '"Q" is not the entityId of a pathway of this issuer in this document'),
    ("recipientGroups.0.creation.url", "lms", "$.recipientGroups[0].creation.url:"),
    ("recipientGroups.0.expiration.date", "2026-02-29", "$.recipientGroups[0].expiration.date:"),
    ("recipientGroups.0.expiration.method", "api", 'allowed: "lms", "manual"'),
    ("recipientGroups.0.alignments.0.type", "course", 'allowed: "badge", "pathway"'),
    ("recipientGroups.0.alignments.0.entityId", "P", '"P" is not the entityId of a badge class of this issuer'),
    ("recipientGroups.0.alignments.1.entityId", "BC", '"BC" is not the entityId of a pathway of this issuer'),
    ("recipientGroups.0.learners.0.id", "", '$.recipientGroups[0].learners[0].id: "" is not a learner'),
    ("recipientGroups.0.learners.0.id", "x" * 1001, "1 to 1,000 bytes in UTF-8"),
    ("recipientGroups.0.learners.0.lastBadgeEarned.issuedOn", "May", "learners[0].lastBadgeEarned.issuedOn:"),
    ("recipientGroups.0.learners.0.progress.0.alignment", "Q", "is not the entityId of a badge class or pathway"),
    ("recipientGroups.0.learners.0.progress.0.completed", -1, "must be a number from 0 to 1,000,000, not -1"),
    ("recipientGroups.0.learners.0.progress.0.completed", 1.5, "must be an integer, not a number with a fraction"),
    ("recipientGroups.0.learners.0.progress.0.completed", True, "must be an integer, not true or false"),
    ("recipientGroups.0.learners.0.progress.0.evidence", ["x"], "learners[0].progress[0].evidence[0]:"),
    ("pathways.0.status", "done", '$.pathways[0].status: "done" is not allowed here; allowed: "draft", "published"'),
    ("pathways.0.requirements.0.type", "exam", 'allowed: "badge", "experience"'),
    ("pathways.0.requirements.0.awardMethod", "", 'allowed: "automatic", "manual"'),
    ("pathways.0.requirements.0.visibility", "all", 'allowed: "group", "private", "public"'),
]


@pytest.mark.parametrize(("path", "value", "told"), SPOILED, ids=lambda part: str(part)[:40])
def test_a_wrong_value_is_named_by_its_path(path: str, value: Any, told: str, document: Json) -> None:
    put(document, path, value)
    faults = faults_of(document)
    assert len(faults) == 1
    assert told in faults[0]
    assert faults[0].startswith("$." + path.partition(".")[0])


@pytest.mark.parametrize(
    ("parent", "key"),
    [
        ("", "issuer"),
        ("issuer", "entityId"),
        ("issuer", "name"),
        ("badgeClasses.0", "name"),
        ("badgeClasses.0.alignment.0", "targetUrl"),
        ("badgeClasses.0.assertions.0", "issuedOn"),
        ("badgeClasses.0.assertions.0", "recipient"),
        ("badgeClasses.0.assertions.0.recipient", "identity"),
        ("recipientGroups.0", "name"),
        ("recipientGroups.0.learners.0", "id"),
        ("recipientGroups.0.learners.0.progress.0", "required"),
        ("pathways.0", "entityId"),
    ],
)
def test_a_missing_key_is_named(parent: str, key: str, document: Json) -> None:
    node: Any = document
    for step in filter(None, parent.split(".")):
        node = node[int(step)] if isinstance(node, list) else node[step]
    del node[key]
    assert any(fault.endswith(f".{key}: is missing") for fault in faults_of(document))


def test_the_format_version_of_a_document_by_itself_is_required(document: Json) -> None:
    del document["formatVersion"]
    assert faults_of(document) == ["$.formatVersion: is missing; it must be 1"]


def test_all_faults_are_named_at_once_those_of_shape_and_those_of_meaning(document: Json) -> None:
    put(document, "pathways.0.nmae", "x")
    put(document, "badgeClasses.0.assertions.0.issuedOn", "2026-02-30")
    put(document, "badgeClasses.0.name", None)
    put(document, "recipientGroups.0.alignments.0.entityId", "GONE")
    assert [fault.partition(": ")[0] for fault in faults_of(document)] == [
        "$.badgeClasses[0].name",
        "$.pathways[0].nmae",
        "$.badgeClasses[0].assertions[0].issuedOn",
        "$.recipientGroups[0].alignments[0].entityId",
    ]


def test_the_first_fifty_faults_are_named_and_all_are_counted(document: Json) -> None:
    assertion = document["badgeClasses"][0]["assertions"][0]
    document["badgeClasses"][0]["assertions"] = [assertion | {"entityId": "!", "expires": "?"}] * 40
    with pytest.raises(InvalidDocumentError) as caught:
        read_document(json.dumps(document).encode())
    assert len(caught.value.faults) == 50
    assert caught.value.count == 80


def test_an_id_is_used_once(organization: Json) -> None:
    """Of issuers, badge classes and assertions across the document; of the rest, below its issuer or group."""
    issuer = organization["issuers"][0]
    issuer["recipientGroups"] *= 2
    issuer["recipientGroups"][0]["learners"] *= 2
    issuer["pathways"] *= 2
    organization["issuers"] *= 2
    faults = faults_of(organization)
    assert '$.issuers[1].issuer.entityId: "ISS" is not unique; an earlier issuer has the same ID' in faults
    assert '$.issuers[1].badgeClasses[0].entityId: "BC" is not unique; an earlier badge class has the same ID' in faults
    assert (
        '$.issuers[1].badgeClasses[0].assertions[0].entityId: "A1" is not unique; an earlier assertion has the same ID'
        in faults
    )
    assert (
        '$.issuers[0].recipientGroups[1].entityId: "G" is not unique; an earlier group of this issuer has the same ID'
        in faults
    )
    assert (
        '$.issuers[0].pathways[1].entityId: "P" is not unique; an earlier pathway of this issuer has the same ID'
        in faults
    )
    learners = "$.issuers[0].recipientGroups[0].learners[1].id"
    assert f'{learners}: "ada@example.org" is not unique; an earlier learner of this group has the same ID' in faults


MEMBERS = [
    ({"email": "ada", "role": "admin"}, '$.members[0].email: "ada" is not an e-mail address'),
    ({"email": "a" * 120 + "@example.org", "role": "admin"}, "is not an e-mail address"),
    ({"email": "a b@example.org", "role": "admin"}, "is not an e-mail address"),
    ({"email": "ada@example.org", "role": "boss"}, 'allowed: "admin", "editor", "owner", "staff"'),
    ({"email": "ada@example.org", "role": "admin", "issuer": "ISS"}, "$.members[0].issuer: an admin's role is on the"),
    (
        {"email": "ada@example.org", "role": "editor"},
        "$.members[0].issuer: is missing; the role editor requires an issuer",
    ),
    ({"email": "ada@example.org", "role": "staff", "issuer": "X"}, '"X" is not the entityId of an issuer of this doc'),
    ({"email": "ada@example.org"}, "$.members[0].role: is missing"),
]


@pytest.mark.parametrize(("member", "told"), MEMBERS, ids=lambda part: str(part)[:40])
def test_a_member_has_an_address_and_a_role_on_something_there(member: Json, told: str, organization: Json) -> None:
    organization["members"] = [member]
    faults = faults_of(organization)
    assert len(faults) == 1
    assert told in faults[0]


def test_a_person_has_one_role_on_a_thing_whatever_the_case_of_the_address(organization: Json) -> None:
    organization["members"] += [{"email": "ADA@example.org", "role": "staff", "issuer": "ISS"}]
    assert faults_of(organization) == [
        '$.members[2]: "ADA@example.org" already has a role there; a person has one role on an issuer or organization'
    ]


@pytest.mark.parametrize("plan", ["gold", "", "Paid", None])
def test_the_plan_is_paid_or_free(plan: str | None, organization: Json) -> None:
    organization["organization"]["plan"] = plan
    assert len(faults_of(organization)) == 1
    assert faults_of(organization)[0].startswith("$.organization.plan: ")


def drawn(kind: str) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(written, format=kind)
    return written.getvalue()


SVG = b'<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="http://www.w3.org/2000/svg"/>'


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (PNG, "image/png"),
        (SVG, "image/svg+xml"),
        (drawn("JPEG"), "image/jpeg"),
        (drawn("GIF"), "image/gif"),
        (drawn("WEBP"), "image/webp"),
    ],
)
def test_an_embedded_image_is_one_of_five_types(content: bytes, content_type: str, document: Json) -> None:
    put(document, "badgeClasses.0.image", data_uri(content, content_type))
    assert faults_of(document) == []


@pytest.mark.parametrize(
    ("image", "told"),
    [
        (data_uri(PNG, "image/svg+xml"), "is declared as image/svg+xml, but its content is image/png"),
        (data_uri(b"<html>", "image/png"), "its content is not a supported image type"),
        (data_uri(PNG, "text/html"), "is of type text/html; an image must be one of image/png, "),
        ("data:image/png;base64,@@@@", "contains data that is not Base64"),
        ("data:image/png,abc", "is not a data: URI such as"),
        (data_uri(PNG + b"\x00" * 4 * 1024 * 1024), "the maximum is 4,194,304 (4 MiB)"),
    ],
    ids=lambda part: part[:30],
)
def test_an_embedded_image_is_what_it_claims_to_be(image: str, told: str, document: Json) -> None:
    put(document, "badgeClasses.0.image", image)
    faults = faults_of(document)
    assert len(faults) == 1
    assert faults[0].startswith("$.badgeClasses[0].image: ")
    assert told in faults[0]


SVG_START = b'<svg xmlns="http://www.w3.org/2000/svg">'


@pytest.mark.parametrize(
    ("content", "content_type", "told"),
    [
        (PNG.replace(b"IDAT", b"IDAX"), "image/png", "CRC"),
        (PNG[:40], "image/png", "cut off"),
        (drawn("JPEG")[:-200], "image/jpeg", "the JPEG can't be decoded"),
        (b"GIF89a....", "image/gif", "a GIF that can't be decoded"),
        (drawn("WEBP")[:30], "image/webp", "WebP"),
        (SVG_START + b"<g></svg>", "image/svg+xml", "not well-formed XML"),
        (b'<svg width="9" height="9"/>', "image/svg+xml", "an <svg> of the namespace"),
        (SVG_START + b"<g>" * 200 + b"</g>" * 200 + b"</svg>", "image/svg+xml", "more than 100 deep"),
        (b'<!DOCTYPE svg [<!ENTITY a "<b/>">]>' + SVG_START + b"&a;</svg>", "image/svg+xml", "the entity a"),
        (
            SVG_START + b'<g id="a">' + b"<rect/>" * 4000 + b"</g>" + b'<use href="#a"/>' * 4000 + b"</svg>",
            "image/svg+xml",
            "draws more than 100,000 shapes",
        ),
    ],
)
def test_an_image_that_could_not_be_shown_or_baked_is_a_fault(
    content: bytes, content_type: str, told: str, document: Json
) -> None:
    put(document, "badgeClasses.0.image", data_uri(content, content_type))
    (fault,) = faults_of(document)
    assert fault.startswith("$.badgeClasses[0].image: can't be used: ")
    assert told in fault


def test_an_award_fits_into_one_item_of_the_table(document: Json) -> None:
    put(document, "badgeClasses.0.assertions.0.narrative", "é" * (MAX_ITEM_BYTES // 2))
    assert faults_of(document) == [
        "$.badgeClasses[0].assertions[0]: needs about 400 KiB when stored; the maximum for an award is 396 KiB;"
        " shorten its texts"
    ]


def test_an_award_that_is_long_only_by_its_image_or_its_escapes_fits(document: Json) -> None:
    put(document, "badgeClasses.0.assertions.0.image", data_uri(PNG + b"\x00" * MAX_ITEM_BYTES))
    put(document, "badgeClasses.0.assertions.0.narrative", '"\n' * (MAX_ITEM_BYTES // 4))
    assert faults_of(document) == []


@pytest.mark.parametrize("depth", [900, 5000, 8000, 12000])
def test_a_context_nested_without_end_breaks_nothing(depth: int, document: Json) -> None:
    document["badgeClasses"][0]["assertions"][0] |= {"@context": "DEEP", "narrative": "x" * 398_000}
    data = json.dumps(document).encode().replace(b'"DEEP"', b"[" * depth + b"]" * depth)
    try:
        read_document(data)
    except InvalidDocumentError as bad:
        assert "nested too deeply" in str(bad)  # noqa: PT017 - whether it is too deep is up to the interpreter


@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.sampled_from("\t\r\n")))
def test_any_text_without_control_characters_is_a_name(text: str) -> None:
    issuer = {"entityId": "ISS", "name": text, "description": text}
    badge_class = {"entityId": "BC", "name": text, "tags": [text], "criteria": {"narrative": text}}
    document = {"format": "badge-data-management/issuer", "formatVersion": 1, "issuer": issuer}
    read = read_document(json.dumps(document | {"badgeClasses": [badge_class]}).encode())
    assert isinstance(read, IssuerDocument)
    assert read.issuer.name == text


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("issuer.name", "$.issuer.name"),
        ("badgeClasses.0.criteria", "$.badgeClasses[0].criteria"),
        ("badgeClasses.0.assertions.0.recipient.identity", "$.badgeClasses[0].assertions[0].recipient.identity"),
        ("recipientGroups.0.learners.0.id", "$.recipientGroups[0].learners[0].id"),
    ],
)
@pytest.mark.parametrize("character", ["\0", "\b", "\x0b", "\f", "\x1b", "\x7f", "\x85", "\x9f"])
@pytest.mark.parametrize("in_escapes", [True, False])
def test_a_control_character_is_refused_with_its_field_and_position(
    path: str, named: str, character: str, in_escapes: bool, document: Json
) -> None:
    put(document, path, f"É{character}=3+4")
    with pytest.raises(InvalidDocumentError) as caught:
        read_document(json.dumps(document, ensure_ascii=in_escapes).encode())
    fault = caught.value.faults[0]
    assert fault.path == named
    assert fault.message.startswith(f"character 2 is the control character U+{ord(character):04X}; ")


@pytest.mark.parametrize("text", ["Tab\there", "Line\nbreak", "Line\r\nbreak", "\\u0000 and \\b", "é\u00a0·"])
def test_tabs_line_breaks_and_what_looks_like_an_escape_are_text(text: str, document: Json) -> None:
    put(document, "issuer.description", text)
    assert faults_of(document) == []


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(place=st.sampled_from([path for path, _, _ in SPOILED]), value=JSON_VALUES)
def test_whatever_stands_anywhere_the_loader_answers_with_faults_and_never_breaks(place: str, value: Any) -> None:
    document = issuer_document()
    put(document, place, value)
    assert all(fault.startswith("$") and ": " in fault for fault in faults_of(document))
