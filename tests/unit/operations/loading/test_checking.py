"""Checks of a load file: each fault is reported with its path."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from badgedata.documents import IssuerDocument
from operations.loading.faults import InvalidDocumentError
from operations.loading.reading import read_document
from tests.support.small_documents import Json, faults_of, issuer_document, organization_document
from tests.unit.operations.loading.documents import put


@pytest.fixture
def organization() -> Json:
    return organization_document()


def test_complete_issuer_document_is_valid(document: Json) -> None:
    assert faults_of(document) == []


def test_issuers_in_an_organization_document_need_no_format_key(organization: Json) -> None:
    assert faults_of(organization) == []


def test_open_badges_keys_and_optional_keys_can_be_omitted() -> None:
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


def test_criteria_can_consist_of_only_a_url(document: Json) -> None:
    put(document, "badgeClasses.0.criteria", "https://issuer.example.org/welder")
    assert faults_of(document) == []


def test_hashed_recipient_with_a_salt_is_valid(document: Json) -> None:
    recipient = {"type": "email", "hashed": True, "identity": "sha256$c7ef86405ba7", "salt": "sea"}
    put(document, "badgeClasses.0.assertions.0.recipient", recipient)
    assert faults_of(document) == []


@pytest.mark.parametrize("option", ["badgeClasses", "recipientGroups", "pathways"])
def test_references_to_parts_omitted_from_an_export_are_valid(option: str, document: Json) -> None:
    del document[option]
    assert faults_of(document) == []


SPOILED = [
    # path, value, and the loader's reason
    ("formatVersion", 2, "$.formatVersion: 2 is not supported; it must be 1"),
    (
        "exportedAt",
        "yesterday",
        '$.exportedAt: "yesterday" is not a date and time with a UTC offset, such as 2026-01-31T09:00:00Z',
    ),
    ("pathways.0.requirements.0.entityId", "a/b", '"a/b" is not a valid ID (1 to 64 characters: A-Z, a-z, 0-9, _, '),
    ("pathways.0.requirements.0.entityId", "", "is not a valid ID (1 to 64 characters: A-Z, a-z, 0-9, _, and -)"),
    ("issuer.name", 7, "$.issuer.name: must be a string, not an integer"),
    ("issuer.url", "javascript:alert(1)", '$.issuer.url: "javascript:alert(1)" is not an http or https URL'),
    ("issuer.url", "https://", '$.issuer.url: "https://" is not an http or https URL'),
    ("issuer.url", "https://[", '$.issuer.url: "https://[" is not an http or https URL'),
    ("issuer.email", "nobody", '$.issuer.email: "nobody" is not an email address'),
    ("issuer.type", "Person", '$.issuer.type: "Person" is not allowed; allowed values: "Issuer", "Profile"'),
    (
        "issuer.image",
        "logo.png",
        '"logo.png" is not an http or https URL such as https://example.org/page, or a data: URI',
    ),
    ("issuer.image", f"https://x.org/{'a' * 2048}", "is longer than 2,048 bytes, the maximum for a URL"),
    ("pathways.0.nmae", "x", '$.pathways[0].nmae: is not a valid key; did you mean "name"?'),
    ("pathways.0.a b", "x", '$.pathways[0]["a b"]: is not a valid key'),
    ("badgeClasses", {}, "$.badgeClasses: must be an array, not an object"),
    ("badgeClasses.0.issuer", "https://x.org/public/issuers/OTHER", "must end with the ID of the issuer"),
    ("badgeClasses.0.criteria", 3, "$.badgeClasses[0].criteria: must be an object or a string, not an integer"),
    ("badgeClasses.0.criteria", "see page 3", "$.badgeClasses[0].criteria:"),
    ("badgeClasses.0.criteria.id", "see page 3", "$.badgeClasses[0].criteria.id:"),
    ("badgeClasses.0.alignment.0.targetUrl", "ESCO", "$.badgeClasses[0].alignment[0].targetUrl:"),
    ("badgeClasses.0.tags", [1], "$.badgeClasses[0].tags[0]: must be a string, not an integer"),
    ("badgeClasses.0.createdAt", "2026-01-31", "$.badgeClasses[0].createdAt:"),
    (
        "badgeClasses.0.assertions.0.issuedOn",
        "2026-02-30",
        '$.badgeClasses[0].assertions[0].issuedOn: "2026-02-30" has',
    ),
    (
        "badgeClasses.0.assertions.0.issuedOn",
        "2026-01-31",
        "has no time of day and no UTC offset; use a format such as 2026-01-31T09:00:00Z or 2026-01-31T10:00:00+01:00",
    ),
    ("badgeClasses.0.assertions.0.issuedOn", "2026-02-30T00:00:00Z", "day"),
    ("badgeClasses.0.assertions.0.issuedOn", "2026-01-31T09:00:00.5", "has no UTC offset"),
    (
        "badgeClasses.0.assertions.0.issuedOn",
        "0001-01-01T00:00:00+01:00",
        "outside the supported range (years 1 to 9999)",
    ),
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
    ("badgeClasses.0.assertions.0.revoked", False, "revocationReason: is present, but the assertion is not revoked"),
    ("recipientGroups.0.entityId", "é", '$.recipientGroups[0].entityId: "é" is not a valid ID'),
    ("recipientGroups.0.createdAt", "1 May", "$.recipientGroups[0].createdAt:"),
    ("recipientGroups.0.creation.method", "magic", 'allowed values: "api", "lms", "manual", "pathway"'),
    ("recipientGroups.0.creation.pathway", "Q", '"Q" is not the entityId of a pathway of this issuer in this document'),
    ("recipientGroups.0.creation.url", "lms", "$.recipientGroups[0].creation.url:"),
    (
        "recipientGroups.0.expiration.date",
        "2026-02-29",
        '"2026-02-29" is not a valid date such as 2026-01-31, or a time',
    ),
    ("recipientGroups.0.expiration.method", "api", 'allowed values: "lms", "manual"'),
    ("recipientGroups.0.alignments.0.type", "course", 'allowed values: "badge", "pathway"'),
    ("recipientGroups.0.alignments.0.entityId", "P", '"P" is not the entityId of a badge class of this issuer'),
    ("recipientGroups.0.alignments.1.entityId", "BC", '"BC" is not the entityId of a pathway of this issuer'),
    ("recipientGroups.0.learners.0.id", "", '$.recipientGroups[0].learners[0].id: "" is not a valid learner'),
    ("recipientGroups.0.learners.0.id", "x" * 1001, "1 to 1,000 bytes in UTF-8"),
    ("recipientGroups.0.learners.0.lastBadgeEarned.issuedOn", "May", "learners[0].lastBadgeEarned.issuedOn:"),
    ("recipientGroups.0.learners.0.progress.0.alignment", "Q", "is not the entityId of a badge class or pathway"),
    ("recipientGroups.0.learners.0.progress.0.completed", -1, "must be a number from 0 to 1,000,000, not -1"),
    ("recipientGroups.0.learners.0.progress.0.completed", 1.5, "must be an integer, not a number with a fraction"),
    ("recipientGroups.0.learners.0.progress.0.completed", True, "must be an integer, not true or false"),
    ("recipientGroups.0.learners.0.progress.0.evidence", ["x"], "learners[0].progress[0].evidence[0]:"),
    ("pathways.0.status", "done", '$.pathways[0].status: "done" is not allowed; allowed values: "draft", "published"'),
    ("pathways.0.requirements.0.type", "exam", 'allowed values: "badge", "experience"'),
    ("pathways.0.requirements.0.awardMethod", "", 'allowed values: "automatic", "manual"'),
    ("pathways.0.requirements.0.visibility", "all", 'allowed values: "group", "private", "public"'),
]


@pytest.mark.parametrize(("path", "value", "reason"), SPOILED, ids=lambda part: str(part)[:40])
def test_invalid_value_is_reported_with_its_path(path: str, value: Any, reason: str, document: Json) -> None:
    put(document, path, value)
    faults = faults_of(document)
    assert len(faults) == 1
    assert reason in faults[0]
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
def test_missing_key_is_reported(parent: str, key: str, document: Json) -> None:
    node: Any = document
    for step in filter(None, parent.split(".")):
        node = node[int(step)] if isinstance(node, list) else node[step]
    del node[key]
    assert any(fault.endswith(f".{key}: is missing") for fault in faults_of(document))


def test_format_version_is_required(document: Json) -> None:
    del document["formatVersion"]
    assert faults_of(document) == ["$.formatVersion: is missing; it must be 1"]


def test_structural_and_semantic_faults_are_listed_together(document: Json) -> None:
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


def test_all_faults_are_counted_but_only_the_first_50_are_listed(document: Json) -> None:
    assertion = document["badgeClasses"][0]["assertions"][0]
    document["badgeClasses"][0]["assertions"] = [assertion | {"entityId": "!", "expires": "?"}] * 40
    with pytest.raises(InvalidDocumentError) as caught:
        read_document(json.dumps(document).encode())
    assert len(caught.value.faults) == 50
    assert caught.value.count == 80


def test_duplicate_id_is_reported(organization: Json) -> None:
    """Some IDs must be unique in the entire document, others only within their issuer or group."""
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
    assert f'{learners}: "ada@example.org" is not unique; an earlier learner in this group has the same ID' in faults


MEMBERS = [
    ({"email": "ada", "role": "admin"}, '$.members[0].email: "ada" is not an email address'),
    ({"email": "a" * 120 + "@example.org", "role": "admin"}, "is not an email address"),
    ({"email": "a b@example.org", "role": "admin"}, "is not an email address"),
    ({"email": "ada@example.org", "role": "boss"}, 'allowed values: "admin", "editor", "owner", "staff"'),
    (
        {"email": "ada@example.org", "role": "admin", "issuer": "ISS"},
        "$.members[0].issuer: the admin role applies to the",
    ),
    (
        {"email": "ada@example.org", "role": "editor"},
        "$.members[0].issuer: is missing; the role editor requires an issuer",
    ),
    ({"email": "ada@example.org", "role": "staff", "issuer": "X"}, '"X" is not the entityId of an issuer in this doc'),
    ({"email": "ada@example.org"}, "$.members[0].role: is missing"),
]


@pytest.mark.parametrize(("member", "reason"), MEMBERS, ids=lambda part: str(part)[:40])
def test_member_needs_an_email_address_and_a_role_for_an_existing_scope(
    member: Json, reason: str, organization: Json
) -> None:
    organization["members"] = [member]
    faults = faults_of(organization)
    assert len(faults) == 1
    assert reason in faults[0]


def test_member_has_one_role_per_scope_regardless_of_email_address_case(organization: Json) -> None:
    organization["members"] += [{"email": "ADA@example.org", "role": "staff", "issuer": "ISS"}]
    assert faults_of(organization) == [
        '$.members[2]: "ADA@example.org" already has a role for the same issuer; a person can have only one'
    ]


@pytest.mark.parametrize("plan", ["gold", "", "Paid", None])
def test_plan_other_than_paid_or_free_is_reported(plan: str | None, organization: Json) -> None:
    organization["organization"]["plan"] = plan
    assert len(faults_of(organization)) == 1
    assert faults_of(organization)[0].startswith("$.organization.plan: ")


# each place with the number of levels that contain it
PLACES_OF_ANY_JSON = [
    ("@context", 1),
    ("options.x", 2),
    ("issuer.@context", 2),
    ("issuer.extensions:x", 2),
    ("badgeClasses.0.extensions:x", 3),
    ("badgeClasses.0.criteria.x", 4),
    ("badgeClasses.0.assertions.0.@context", 5),
    ("badgeClasses.0.assertions.0.extensions:x", 5),
]


def nested(document: Json, place: str, levels: int) -> bytes:
    put(document, place, "DEEP")
    return json.dumps(document).encode().replace(b'"DEEP"', b"[" * levels + b"]" * levels)


@pytest.mark.parametrize(("place", "above"), PLACES_OF_ANY_JSON)
@pytest.mark.parametrize("depth", [101, 900, 5000, 9973, 12000])
def test_document_with_more_than_100_nesting_levels_is_reported(
    place: str, above: int, depth: int, document: Json
) -> None:
    put(document, "options", {})
    put(document, "badgeClasses.0.assertions.0.narrative", "x" * 390_000)
    with pytest.raises(InvalidDocumentError, match="is nested too deeply; the maximum is 100 levels") as caught:
        read_document(nested(document, place, depth - above))
    assert caught.value.count == 1


@pytest.mark.parametrize(("place", "above"), PLACES_OF_ANY_JSON)
def test_document_with_100_nesting_levels_is_valid(place: str, above: int, document: Json) -> None:
    put(document, "options", {})
    read_document(nested(document, place, 100 - above))


@pytest.mark.parametrize("place", ["format", "formatVersion", "issuer.name", "badgeClasses", "pathways.0.x"])
def test_deeply_nested_value_of_the_wrong_type_is_reported(place: str, document: Json) -> None:
    for levels in (100, 9_990, 20_000):
        with pytest.raises(InvalidDocumentError, match="nested too deeply"):
            read_document(nested(document, place, levels))


@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.sampled_from("\t\r\n")))
def test_any_text_without_control_characters_is_a_valid_name(text: str) -> None:
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
def test_control_character_is_reported_with_its_field_and_position(
    path: str, named: str, character: str, in_escapes: bool, document: Json
) -> None:
    put(document, path, f"É{character}=3+4")
    with pytest.raises(InvalidDocumentError) as caught:
        read_document(json.dumps(document, ensure_ascii=in_escapes).encode())
    fault = caught.value.faults[0]
    assert fault.path == named
    assert fault.message.startswith(f"character 2 is the control character U+{ord(character):04X}; ")


@pytest.mark.parametrize("text", ["Tab\there", "Line\nbreak", "Line\r\nbreak", "\\u0000 and \\b", "é\u00a0·"])
def test_tabs_line_breaks_and_text_that_looks_like_an_escape_are_valid(text: str, document: Json) -> None:
    put(document, "issuer.description", text)
    assert faults_of(document) == []


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(place=st.sampled_from([path for path, _, _ in SPOILED]), value=JSON_VALUES)
def test_every_value_is_valid_or_reported_with_its_path(place: str, value: Any) -> None:
    document = issuer_document()
    put(document, place, value)
    assert all(fault.startswith("$") and ": " in fault for fault in faults_of(document))


def test_second_progress_entry_for_the_same_id_is_reported(document: Json) -> None:
    """An entry refers to its alignment only by ID, and a badge class and a pathway in a group can have the same ID."""
    put(document, "pathways.0.entityId", "BC")
    put(document, "recipientGroups.0.creation.pathway", "BC")
    put(
        document,
        "recipientGroups.0.alignments",
        [{"type": "badge", "entityId": "BC"}, {"type": "pathway", "entityId": "BC"}],
    )
    progress = [{"alignment": "BC", "completed": 1, "required": 1}, {"alignment": "BC", "completed": 3, "required": 5}]
    put(document, "recipientGroups.0.learners.0.progress", progress)
    assert faults_of(document) == [
        '$.recipientGroups[0].learners[0].progress[1].alignment: "BC" is not unique; '
        "an earlier entry in this learner's progress has the same alignment"
    ]


def test_progress_entries_of_different_learners_may_have_the_same_id(document: Json) -> None:
    learners = document["recipientGroups"][0]["learners"]
    progress = [{"alignment": "BC", "completed": 1, "required": 1}, {"alignment": "P", "completed": 1, "required": 1}]
    learners[:] = [learners[0] | {"id": learner_id, "progress": progress} for learner_id in ("a", "b")]
    assert faults_of(document) == []


def test_progress_entry_with_an_alignment_of_the_wrong_type_is_reported_once(document: Json) -> None:
    progress = [{"alignment": 7, "completed": 1, "required": 1}] * 2
    put(document, "recipientGroups.0.learners.0.progress", progress)
    assert [fault.partition(": ")[2] for fault in faults_of(document)] == ["must be a string, not an integer"] * 2
