"""The badge class document: one badge class, alone or with its assertions."""

import json
from typing import Any

import pytest

from tests.integration.exports.running import BADGE_CLASS, ISSUER, exported, run_export, start_export
from tests.integration.exports.welding_school import PNG_URI, SVG_URI

pytestmark = pytest.mark.usefixtures("school")


def document(**options: bool) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(exported(BADGE_CLASS, "badge-class", **options))
    return found


def of_issuer_document(**options: bool) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(exported(ISSUER, "issuer", includeBadgeClasses=True, **options))
    return found


def test_envelope_states_the_format_and_the_options() -> None:
    found = document()
    assert list(found) == ["@context", "format", "formatVersion", "exportedAt", "options", "issuer", "badgeClass"]
    assert (found["format"], found["formatVersion"]) == ("badge-data-management/badge-class", 1)
    assert found["options"] == {"includeAssertions": False, "embedImages": False, "compress": False}


@pytest.mark.parametrize("include_assertions", [False, True])
def test_badge_class_document_has_the_same_data_as_the_issuer_document(include_assertions: bool) -> None:
    found = document(includeAssertions=include_assertions)
    of_issuer = of_issuer_document(includeAssertions=include_assertions)
    assert found["issuer"] == of_issuer["issuer"]
    assert found["badgeClass"] == of_issuer["badgeClasses"][0]
    assert ("assertions" in found["badgeClass"]) is include_assertions


def test_badge_class_without_awards_has_an_empty_list_of_assertions() -> None:
    found = json.loads(exported(("badge-class", "BC-2"), "badge-class", includeAssertions=True))
    assert found["badgeClass"]["assertions"] == []


def test_embedded_images_are_data_uris() -> None:
    found = document(includeAssertions=True, embedImages=True)
    assert (found["issuer"]["image"], found["badgeClass"]["image"]) == (PNG_URI, SVG_URI)
    assert found["badgeClass"]["assertions"][3]["image"] == PNG_URI


def test_row_count_includes_the_badge_class_and_its_assertions() -> None:
    assert run_export(start_export(BADGE_CLASS, "badge-class", includeAssertions=True)).rows == 6
    alone = run_export(start_export(BADGE_CLASS, "badge-class"))
    assert alone.rows == alone.expected_rows == 1
