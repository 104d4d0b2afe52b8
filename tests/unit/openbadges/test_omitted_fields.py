"""Every badge class field is in the proposal or named in a warning: every version, one field at a time."""

import base64
from contextlib import suppress
from dataclasses import astuple
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from badgedata.openbadges.badge_classes import Alignment, BadgeClassProposal, Criteria
from badgedata.openbadges.reading import read_source
from badgedata.openbadges.rejections import SourceRejectedError
from tests.support.images import png
from tests.unit.openbadges.specification_examples import ACHIEVEMENT_3_0, ASSERTION_0_5, CREDENTIAL_3_0
from tests.unit.openbadges.web import Web, document

IMAGE = "data:image/png;base64," + base64.b64encode(png()).decode()
MARK = "Xylography"
LINK = "https://example.org/xylography"

# The identity of a badge class or achievement at its source; the replaced badge keeps its own.
IDENTITY = {"@context", "id", "type", "issuer"}
ALIGNMENT_2_0 = ["targetName", "targetUrl", "targetDescription", "targetFramework", "targetCode"]
# 1.0, 1.1: "Badge Class"; 2.0: "BadgeClass", "Profile-level properties for all" (related, version, endorsement,
# @language), "Image"; 3.0: B.1.2 (Achievement), B.1.9 (Criteria), B.1.13 (Image), B.3 (Alignment).
FIELDS: dict[str, dict[str, list[str]]] = {
    "0.5": {"": ["name", "description", "criteria", "tags"]},
    "1.0": {
        "": ["name", "description", "criteria", "tags", "alignment", "extensions:Example", "somethingElse"],
        "alignment": ["name", "url", "description", "id", "shortName"],
    },
    "1.1": {
        "": ["name", "description", "criteria", "tags", "alignment", "extensions:Example", "@language"],
        "alignment": ["name", "url", "description", "targetCode"],
    },
    "2.0": {
        "": [
            *["name", "description", "criteria", "tags", "alignment", "alignments", "related", "version"],
            *["endorsement", "@language", "extensions:Example", "schema:author", "created_at"],
        ],
        "alignment": [*ALIGNMENT_2_0, "name", "id", "extensions:Example"],
        "criteria": ["id", "narrative", "requirements", "name"],
        "image": ["caption", "author"],
    },
    "2.1": {"": ["name", "description", "criteria", "alignment", "tags", "version"], "image": ["caption"]},
    "3.0": {
        "": [
            *[
                "name",
                "description",
                "criteria",
                "tag",
                "tags",
                "alignment",
                "alignments",
                "achievementType",
                "creator",
            ],
            *["creditsAvailable", "endorsement", "endorsementJwt", "fieldOfStudy", "humanCode", "inLanguage"],
            *["otherIdentifier", "related", "resultDescription", "specialization", "version", "somethingElse"],
        ],
        "alignment": [*ALIGNMENT_2_0, "targetType"],
        "criteria": ["id", "narrative", "requirements"],
        "image": ["caption"],
    },
}
WALK = [(version, part, name) for version, parts in FIELDS.items() for part, names in parts.items() for name in names]
SHAPES: list[Any] = [
    MARK,
    [MARK],
    ["Oak", MARK],
    [{"@value": "Oak", "@language": "en"}, {"@value": MARK, "@language": "fi"}],
    {"@value": MARK},
    LINK,
    [LINK, "https://example.org/other"],
]


def source(version: str, part: str, field: str, value: Any) -> dict[str, Any]:
    """Return a badge in the format of a version, with this field in the given part."""
    badge: dict[str, Any] = {"name": "Tree planting", "image": {"id": IMAGE}, "criteria": {"narrative": "Plant"}}
    if version in ("0.5", "1.0", "1.1"):
        badge |= {"image": IMAGE, "criteria": "https://example.org/criteria"}
    if part == "alignment":
        names = ("name", "url") if version in ("1.0", "1.1") else ("targetName", "targetUrl")
        badge["alignment"] = [dict(zip(names, ("Forestry", "https://example.org/4"), strict=True)) | {field: value}]
    elif part:
        badge[part] = badge[part] | {field: value}
    else:
        badge |= {field: value}
    match version:
        case "0.5":
            return ASSERTION_0_5 | {"badge": badge | {"version": "0.5.0", "issuer": {"name": "P2PU"}}}
        case "1.0":
            return badge
        case "1.1":
            return badge | {"@context": "https://w3id.org/openbadges/v1", "type": "BadgeClass"}
        case "2.0":
            return badge | {"@context": "https://w3id.org/openbadges/v2", "type": "BadgeClass"}
        case "2.1":
            context = ["https://w3id.org/openbadges/v2", "https://purl.imsglobal.org/spec/ob/v2p1/context.jsonld"]
            return badge | {"@context": context, "type": "BadgeClass"}
        case _:
            return CREDENTIAL_3_0 | {"credentialSubject": {"achievement": badge | {"type": ["Achievement"]}}}


def read(content: object) -> BadgeClassProposal:
    return read_source(document(content), Web().fetch)


def texts_of(proposal: BadgeClassProposal) -> str:
    """Return all text in a proposal, one value per line."""
    criteria, alignment = astuple(proposal.criteria), [text for one in proposal.alignment for text in astuple(one)]
    return "\n".join([proposal.name, proposal.description, *proposal.tags, *criteria, *alignment])


@pytest.mark.parametrize(("version", "part", "field"), WALK, ids=["-".join(filter(None, one)) for one in WALK])
@pytest.mark.parametrize("shape", SHAPES, ids=["text", "list", "two", "languages", "value", "link", "links"])
def test_every_field_appears_in_the_proposal_or_a_warning(version: str, part: str, field: str, shape: Any) -> None:
    proposal = read(source(version, part, field, shape))

    assert proposal.open_badges_version == version
    warnings = "\n".join(proposal.warnings)
    mark = MARK if MARK in repr(shape) else LINK
    named = f"{part}.{field}" if part else field
    assert mark in texts_of(proposal) or mark in warnings or named in warnings, (texts_of(proposal), warnings)


@pytest.mark.parametrize(("version", "part", "field"), WALK, ids=["-".join(filter(None, one)) for one in WALK])
@pytest.mark.parametrize("shape", [True, {"unknown": MARK}, {"id": MARK}, [[MARK]], [None, MARK], [True, MARK], 2025])
def test_malformed_field_is_kept_or_reported(version: str, part: str, field: str, shape: Any) -> None:
    try:
        proposal = read(source(version, part, field, shape))
        said = "\n".join(proposal.warnings) + texts_of(proposal)
    except SourceRejectedError as rejected:
        said = str(rejected)
    assert field in said or MARK in said or "2025" in said, said


@pytest.mark.parametrize("version", FIELDS)
def test_badge_with_only_supported_fields_does_not_cause_an_omission_warning(version: str) -> None:
    proposal = read(source(version, "", "tags", "trees"))
    assert not [warning for warning in proposal.warnings if "Omitted" in warning]


def test_additional_badges_in_an_award_are_named_in_a_warning() -> None:
    two = [{"type": "BadgeClass", "name": "Oak", "image": IMAGE}, {"type": "BadgeClass", "name": MARK}]
    award = {"@context": "https://w3id.org/openbadges/v2", "type": "Assertion", "badge": two}
    achievements = [ACHIEVEMENT_3_0 | {"image": IMAGE}, {"type": ["Achievement"], "name": MARK}]
    subjects = [{"achievement": achievement} for achievement in achievements]

    for content in (
        award,
        CREDENTIAL_3_0 | {"credentialSubject": {"achievement": achievements}},
        CREDENTIAL_3_0 | {"credentialSubject": subjects},
    ):
        assert MARK in "\n".join(read(content).warnings)


def test_many_unknown_fields_cause_one_short_warning() -> None:
    badge = {"type": "BadgeClass", "name": "A", "image": IMAGE} | {f"field{n}" + "x" * 500: n for n in range(1, 1001)}
    (warning,) = [warning for warning in read(badge).warnings if "omitted" in warning]
    assert warning.endswith("and 950 more")
    assert len(warning) < 10_000


def test_warning_about_unsupported_criteria_does_not_call_them_missing() -> None:
    unusable = read({"type": "BadgeClass", "name": "A", "criteria": "ftp://example.org/criteria"})
    missing = read({"type": "BadgeClass", "name": "A"})

    assert "The source's criteria can't be kept, so the badge will have no criteria." in unusable.warnings
    assert "ftp://example.org/criteria" in "\n".join(unusable.warnings)
    assert "The source has no criteria, so the badge will have none." in missing.warnings


def test_alignment_listed_in_both_alignment_and_alignments_is_kept_once() -> None:
    alignment = {"targetName": "Forestry", "targetUrl": "https://example.org/4"}
    badge = {"type": "BadgeClass", "name": "A", "alignment": [alignment], "alignments": [alignment]}

    assert read(badge).alignment == (Alignment("Forestry", "https://example.org/4"),)
    assert len(read(badge | {"alignments": [alignment | {"targetCode": 4}]}).alignment) == 2


def test_criteria_url_and_text_are_both_kept() -> None:
    badge = {"type": "BadgeClass", "name": "A", "criteria": ["https://example.org/c", {"narrative": "Plant a tree."}]}
    assert read(badge).criteria == Criteria("https://example.org/c", "Plant a tree.")


JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False, allow_infinity=False) | some.text(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(part=some.sampled_from(WALK), value=JSON)
def test_no_field_value_causes_an_unexpected_error(part: tuple[str, str, str], value: Any) -> None:
    with suppress(SourceRejectedError):
        read(source(*part, value))
