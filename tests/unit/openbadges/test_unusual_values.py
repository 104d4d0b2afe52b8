"""Badges as other platforms write them: the intended value is read, and a guess causes a warning."""

import base64
import time
from typing import Any

import pytest

from badgedata.openbadges.badge_classes import BadgeClassProposal, Criteria
from badgedata.openbadges.links import is_text
from badgedata.openbadges.reading import read_source
from tests.support.images import png
from tests.unit.openbadges.specification_examples import ASSERTION_2_0, CREDENTIAL_3_0
from tests.unit.openbadges.web import Web, document

URL = "https://trees.example.org/badges/planting.json"
BADGE: dict[str, Any] = {
    "@context": "https://w3id.org/openbadges/v2",
    "type": "BadgeClass",
    "name": "Tree planting",
    "description": "Plants a tree.",
    "criteria": {"narrative": "Plant two trees."},
    "image": "data:image/png;base64," + base64.b64encode(png()).decode(),
}
ACHIEVEMENT = {key: value for key, value in BADGE.items() if key != "@context"} | {"type": ["Achievement"]}


def read(content: object, url: str | None = None) -> BadgeClassProposal:
    return read_source(document(content, url), Web().fetch)


def credential(**achievement: Any) -> dict[str, Any]:
    return CREDENTIAL_3_0 | {"credentialSubject": {"achievement": ACHIEVEMENT | achievement}}


# ---------------------------------------------------------------- numbers, null, and unused fields


@pytest.mark.parametrize(("number", "text"), [(2025, "2025"), (0, "0"), (4.5, "4.5"), (10**30, "1" + "0" * 30)])
def test_number_in_a_text_field_is_read_as_text(number: float, text: str) -> None:
    alignment = {"targetName": number, "targetUrl": "https://example.org/4", "targetCode": number}
    proposal = read(BADGE | {"name": number, "description": number, "tags": [number, "a"], "alignment": alignment})

    assert (proposal.name, proposal.description, proposal.tags) == (text, text, (text, "a"))
    assert (proposal.alignment[0].targetName, proposal.alignment[0].targetCode) == (text, text)


@pytest.mark.parametrize(
    ("award", "known_by"),
    [
        (ASSERTION_2_0 | {"id": 12}, "12"),
        (ASSERTION_2_0 | {"id": None, "@id": 12.5}, "12.5"),
        (ASSERTION_2_0 | {"id": True}, None),
        (ASSERTION_2_0 | {"id": {"a": 1}}, None),
        ({"recipient": {}, "issuedOn": 5, "uid": 12, "verify": {"type": 7, "url": []}}, "12"),
        ({"recipient": {}, "issuedOn": 5, "uid": [12]}, "12"),
        ({"recipient": {}, "issuedOn": 5, "uid": {}, "verify": "hosted"}, None),
    ],
)
def test_award_id_in_any_form_is_accepted(award: dict[str, Any], known_by: str | None) -> None:
    proposal = read(award | {"badge": BADGE})
    assert (proposal.name, proposal.assertion_id) == ("Tree planting", known_by)


@pytest.mark.parametrize(
    "issuer", [5, True, None, [], {}, [5], {"id": 5}, {"id": []}, {"id": "x", "origin": 7}, "", [[]]]
)
@pytest.mark.parametrize("version", ["2.0", "1.1", "0.5", "3.0"])
def test_badge_with_a_malformed_issuer_is_accepted(issuer: object, version: str) -> None:
    source = {
        "2.0": BADGE | {"issuer": issuer},
        "1.1": BADGE | {"@context": "https://w3id.org/openbadges/v1", "issuer": issuer},
        "0.5": {"recipient": "x@example.org", "badge": {"version": "0.5.0", "name": "Tree planting", "issuer": issuer}},
        "3.0": credential() | {"issuer": issuer},
    }[version]
    assert read(source).name == "Tree planting"


@pytest.mark.parametrize("proof", [5, {}, {"type": 5}, {"type": ["A", "B"], "cryptosuite": {}}, [None], "x"])
def test_malformed_proof_is_treated_as_unverified(proof: object) -> None:
    (warning,) = [warning for warning in read(credential() | {"proof": proof}).warnings if "proof" in warning]
    assert "not checked" in warning or "no proof" in warning


def test_null_field_is_treated_as_missing() -> None:
    alignment = [None, {"targetName": "A", "targetUrl": "https://example.org/4", "targetCode": None}]
    badge = BADGE | {"tags": ["trees", None], "alignment": alignment, "issuer": None}
    proposal = read(badge)

    assert (proposal.tags, len(proposal.alignment)) == (("trees",), 1)
    assert proposal.warnings == ()


# ---------------------------------------------------------------- types


@pytest.mark.parametrize(
    "kind",
    ["badgeclass", "BADGECLASS", "obi:BadgeClass", "https://w3id.org/openbadges#BadgeClass", ["Badgeclass", "x:Own"]],
)
@pytest.mark.parametrize("name", ["type", "@type"])
@pytest.mark.parametrize("context", ["https://w3id.org/openbadges/v1", "https://w3id.org/openbadges/v2", None])
def test_badge_class_type_is_recognized_regardless_of_letter_case_or_prefix(
    kind: object, name: str, context: str | None
) -> None:
    badge = {key: value for key, value in BADGE.items() if key not in ("type", "@context")} | {name: kind}
    assert read(badge | ({"@context": context} if context else {})).name == "Tree planting"
    assert read(ASSERTION_2_0 | {"type": "assertion", "badge": badge}).name == "Tree planting"


@pytest.mark.parametrize("kind", ["openbadgecredential", "OPENBADGECREDENTIAL", "achievementCredential"])
def test_credential_type_is_recognized_regardless_of_letter_case(kind: str) -> None:
    award = {key: value for key, value in credential(type="achievement").items() if key != "@context"} | {
        "type": [kind]
    }
    assert read(award).open_badges_version == "3.0"
    assert read(ACHIEVEMENT | {"type": "achievement"}).open_badges_version == "3.0"


# ---------------------------------------------------------------- criteria and URLs

FORMS: list[tuple[object, Criteria]] = [
    ("https://trees.example.org/criteria", Criteria("https://trees.example.org/criteria")),
    ("Plant two trees, and water them.", Criteria("", "Plant two trees, and water them.")),
    ("Attendance", Criteria("", "Attendance")),
    ("N/A", Criteria("", "N/A")),
    ("植樹をする。", Criteria("", "植樹をする。")),
    ("See https://trees.example.org/criteria", Criteria("", "See https://trees.example.org/criteria")),
    (
        "https://trees.example.org/c\n\nPlant two trees.",
        Criteria("", "https://trees.example.org/c\n\nPlant two trees."),
    ),
    ("<p>Plant</p>", Criteria("", "<p>Plant</p>")),
    ({"@value": "Plant a tree.", "@language": "en"}, Criteria("", "Plant a tree.")),
    (5, Criteria("", "5")),
    ({"id": "https://trees.example.org/c"}, Criteria("https://trees.example.org/c")),
    ({"@id": "https://trees.example.org/c"}, Criteria("https://trees.example.org/c")),
    ({"id": "Plant two trees."}, Criteria("", "Plant two trees.")),
    ({"narrative": 5}, Criteria("", "5")),
    ({"id": "https://trees.example.org/c", "narrative": "Plant"}, Criteria("https://trees.example.org/c", "Plant")),
    ("https://trees.example.org/my criteria.html", Criteria("https://trees.example.org/my%20criteria.html")),
]


@pytest.mark.parametrize(("criteria", "kept"), FORMS)
@pytest.mark.parametrize("version", ["1.1", "2.0", "3.0"])
def test_criteria_can_be_a_url_or_text_in_every_version(criteria: object, kept: Criteria, version: str) -> None:
    source = {
        "1.1": BADGE | {"@context": "https://w3id.org/openbadges/v1", "criteria": criteria},
        "2.0": BADGE | {"criteria": criteria},
        "3.0": credential(criteria=criteria),
    }[version]
    for url in (None, URL):
        assert read(source, url).criteria == kept


@pytest.mark.parametrize(
    ("criteria", "address"),
    [
        ("criteria.html", "https://trees.example.org/badges/criteria.html"),
        ("/criteria", "https://trees.example.org/criteria"),
        ("../criteria/planting", "https://trees.example.org/criteria/planting"),
        ("criteria/planting", "https://trees.example.org/badges/criteria/planting"),
        ("#criteria", "https://trees.example.org/badges/planting.json#criteria"),
        ("?show=criteria", "https://trees.example.org/badges/planting.json?show=criteria"),
        ("//other.example.org/c", "https://other.example.org/c"),
        ("критерии.html", "https://trees.example.org/badges/критерии.html"),
    ],
)
@pytest.mark.parametrize("form", ["text", "id", "@id"])
def test_relative_criteria_are_resolved_against_the_document_url(criteria: str, address: str, form: str) -> None:
    """JSON-LD 1.1, section 4.1.3 (base IRI)."""
    value = criteria if form == "text" else {form: criteria}

    for source in (BADGE | {"criteria": value}, credential(criteria=value)):
        proposal = read(source, URL)
        assert proposal.criteria == Criteria(address)
        assert not any("criteria" in warning for warning in proposal.warnings)


@pytest.mark.parametrize("criteria", ["criteria.html", "/criteria", "#criteria"])
def test_relative_criteria_without_a_document_url_are_omitted_with_a_warning(criteria: str) -> None:
    proposal = read(BADGE | {"criteria": criteria})
    assert proposal.criteria == Criteria()
    assert any("relative" in warning and criteria in warning for warning in proposal.warnings)


@pytest.mark.parametrize(
    "address",
    [
        "www.example.org/trees",
        "www.example.org",
        "trees.example.org/c?x=1",
        "example.org:443/c",
        "example.org",
        "bäume.de/c",
    ],
)
@pytest.mark.parametrize("url", [None, URL])
def test_missing_url_scheme_is_added_with_a_warning(address: str, url: str | None) -> None:
    alignment = {"targetName": "A", "targetUrl": address}
    proposal = read(BADGE | {"criteria": address, "alignment": alignment}, url)

    assert proposal.criteria.id == proposal.alignment[0].targetUrl == f"https://{address}"
    assert len([warning for warning in proposal.warnings if "no scheme" in warning]) == 2


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "javascript: alert('a b')", " JaVaScRiPt:void 0", "data:text/html,<b>x y</b>",
     "vbscript:x y", "java\tscript:alert(1)/", "file:///etc/passwd", "mailto:a@example.org", "urn:uuid:1", "http://[",
     "https://", "http:x"],
)  # fmt: skip
@pytest.mark.parametrize("form", ["text", "id"])
def test_non_http_url_never_becomes_a_link(address: str, form: str) -> None:
    for url in (None, URL):
        alignment = {"targetName": "A", "targetUrl": address}
        badge = BADGE | {"criteria": address if form == "text" else {"id": address}, "alignment": alignment}
        proposal = read(badge, url)
        assert (proposal.criteria.id, proposal.alignment[0].targetUrl) == ("", "")
        kept_as_text = proposal.criteria.narrative == address.strip()
        assert len(proposal.warnings) == (1 if kept_as_text else 3)


def test_relative_alignment_is_resolved_against_the_document_url() -> None:
    alignment = [{"targetName": "A", "targetUrl": "/goals/4"}, "https://example.org/goals/5", "Forestry"]
    found = read(BADGE | {"alignment": alignment}, URL).alignment

    assert [one.targetUrl for one in found] == ["https://trees.example.org/goals/4", "https://example.org/goals/5", ""]
    assert found[2].targetName == "Forestry"


@pytest.mark.parametrize("text", ["a" * 1_000_000, "a." * 500_000, "a/" * 500_000, "a-" * 500_000, "." * 1_000_000])
def test_long_value_is_quickly_classified_as_text_or_a_url(text: str) -> None:
    began = time.process_time()
    is_text(text)
    assert time.process_time() - began < 1


def test_warning_about_a_proof_is_one_short_line_without_invisible_characters() -> None:
    credential = CREDENTIAL_3_0 | {"proof": {"type": "Data\n\u202eIntegrity" * 5_000, "cryptosuite": "\u2028"}}
    proposal = read_source(document(credential), Web().fetch)
    warnings = [warning for warning in proposal.warnings if "embedded proof" in warning]
    assert warnings
    assert all(warning.isprintable() and len(warning) < 400 for warning in warnings)
