"""Parts of an exported document are valid Open Badges 2.0, section by section of the specification."""

import json
from typing import Any

import pytest

from tests.integration.exports.open_badges_rules import CONTEXT, violations
from tests.integration.exports.running import ISSUER, exported

Json = dict[str, Any]


@pytest.fixture(params=[False, True], ids=["image URLs", "embedded images"])
def document(request: pytest.FixtureRequest, school: None) -> Json:
    options = {"includeBadgeClasses": True, "includeAssertions": True, "embedImages": request.param}
    found: Json = json.loads(exported(ISSUER, "issuer", **options))
    return found


def test_exported_issuer_is_a_valid_profile(document: Json) -> None:
    assert violations(document["issuer"] | {"@context": document["@context"]}, "Profile") == []


def test_exported_badge_class_is_valid(document: Json) -> None:
    assert violations(document["badgeClasses"][0] | {"@context": CONTEXT}, "BadgeClass") == []


def test_every_exported_assertion_is_valid_after_the_context_is_added(document: Json) -> None:
    assertions = [each for badge_class in document["badgeClasses"] for each in badge_class["assertions"]]
    assert len(assertions) == 6
    for assertion in assertions:
        assert violations(assertion | {"@context": document["@context"]}, "Assertion") == []


def test_exported_objects_reference_each_other_by_id(document: Json) -> None:
    for badge_class in document["badgeClasses"]:
        assert badge_class["issuer"] == document["issuer"]["id"]
        for assertion in badge_class["assertions"]:
            assert assertion["badge"] == badge_class["id"]


@pytest.mark.parametrize("name", ["type", "recipient", "verification", "issuedOn"])
def test_validator_detects_missing_fields(document: Json, name: str) -> None:
    assertion = document["badgeClasses"][0]["assertions"][0] | {"@context": CONTEXT}
    del assertion[name]
    assert violations(assertion, "Assertion") == [f"Assertion: {name}: is missing"]
