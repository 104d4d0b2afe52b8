"""Messages for rejected requests state the expected value, in the product's own words."""

import base64
from typing import Any

import pytest

from tests.support.api_client import Answer
from tests.support.organizations import OWNER

pytestmark = pytest.mark.usefixtures("organizations_to_read")

WORDS_OF_LIBRARIES = (
    "Input should", "Value error", "Expected `", "got `", "Incorrect padding", "Only base64", "JSON is malformed",
    "Input data was truncated", "object at 0x", "codec can't", "cannot identify", "no element found", "mismatched tag",
    "Error:", "day is out of range", "month must be",
)  # fmt: skip
EXPORTS = "/issuers/WELD/exports"
PREVIEWS = "/badge-classes/BC-WELD-1/replacements"
SCHEDULE = {"name": "Weekly", "export": {"issuerId": "WELD", "kind": "awards"}, "expression": "rate(7 days)"}
NO_PIXELS = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAAAAAAACAYAAAA7i3wSAAAACElEQVR4nAMAAAAAAUgGidIAAAAASUVORK5CYII="
)
BADGE = {
    "@context": "https://w3id.org/openbadges/v2",
    "type": "BadgeClass",
    "id": "https://trees.example.org/badges/planting",
    "name": "Tree planting",
    "description": "Plants a tree that lives.",
    "criteria": {"narrative": "Plant two trees."},
}


def detail_of(answer: Answer) -> str:
    assert 400 <= answer.status < 500
    assert not [words for words in WORDS_OF_LIBRARIES if words in answer.text], answer.text
    return str(answer.problem["detail"])


def svg(text: bytes) -> str:
    return base64.b64encode(text).decode()


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        (EXPORTS, '{"kind": "awards",}', "The body is not JSON: trailing comma at line 1, column 18."),
        (EXPORTS, '{"kind": ', "The body is not JSON: it ends unexpectedly at line 1, column 10."),
        (EXPORTS, {"kind": "badge"}, "kind: Must be one of 'awards', "),
        (EXPORTS, {"kind": "awards", "byteOrderMark": 1}, "byteOrderMark: Must be true or false; got 1."),
        (EXPORTS, {"kind": "awards", "awardedAfter": 7}, "awardedAfter: Must be a string; got 7."),
        (EXPORTS, {"kind": "awards", "awardedAfter": "2026-02-30"}, '"2026-02-30" is not a valid date.'),
        ("/schedules", SCHEDULE | {"name": "x" * 101}, "name: Must have at most 100 characters; got "),
        ("/schedules", SCHEDULE | {"export": []}, "export: Must be an object; got []."),
        ("/schedules", SCHEDULE | {"period": "last"}, "period: Must be 'previous-day', 'previous-week' or "),
        (PREVIEWS, {}, "Specify exactly one of url, json, and image; got {}."),
        (PREVIEWS, {"image": "@@"}, "Must be an image in Base64 (RFC 4648, section 4)"),
        (PREVIEWS, {"json": '{"a": '}, "the JSON you sent: the text is not JSON: it ends unexpectedly"),
        (PREVIEWS, {"json": BADGE | {"image": NO_PIXELS}}, "the PNG is 0 pixels wide"),
        (PREVIEWS, {"json": BADGE | {"image": "data:image/png;base64,a"}}, "of its image is invalid"),
        (PREVIEWS, {"image": svg(b"<svg xmlns='http://www.w3.org/2000/svg'><g></svg>")}, "not well-formed XML at line"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)  # fmt: skip
def test_error_message_states_the_expected_value(path: str, body: Any, said: str) -> None:
    assert said in detail_of(OWNER.post(path, body))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/badge-classes/BC-WELD-1/exports", {"kind": "awards"}),
        ("/schedules", SCHEDULE | {"export": {"badgeClassId": "BC-WELD-1", "kind": "awards"}}),
    ],
)
def test_error_explains_how_to_export_awards_for_a_badge_class(path: str, body: Any) -> None:
    hint = "To export the awards of a badge class, export its issuer's awards with badgeClassIds."
    assert detail_of(OWNER.post(path, body)).endswith(f'got "awards". {hint}')


def test_error_message_quotes_an_invalid_limit() -> None:
    answer = OWNER.get("/exports", query={"issuerId": "WELD", "limit": "ten"})
    assert detail_of(answer) == 'limit: Must be an integer; got "ten".'
    answer = OWNER.get("/exports", query={"issuerId": "WELD", "limit": "1000"})
    assert detail_of(answer) == 'limit: Must be at most 100; got "1000".'


def test_long_value_is_truncated_between_words() -> None:
    words = "Every learner who planted a tree in the spring of this year and who looked after it until autumn"
    answer = OWNER.post("/schedules", SCHEDULE | {"expression": words})
    assert '"Every learner who planted a tree in the spring of this year and who looked after…"' in detail_of(answer)
