"""Control characters are removed from replacements, and hidden if older records contain them."""

import json
from typing import Any

import pytest

from badgedata.records.awards import Award
from badgedata.records.directory import BadgeClass, Issuer
from tests.integration.exports.odd_records import put
from tests.support.api_client import call
from tests.support.images import gray_png
from tests.support.organizations import OWNER
from tests.support.replacing import (
    BADGE_CLASS,
    Queue,
    awards_now,
    badge_class_now,
    baked_content,
    confirm,
    load_badge_class,
    new_badge,
    preview,
    replace,
)

pytestmark = pytest.mark.usefixtures("tables")

HIDDEN = set("\0\b\x0b\x7f\x85")
ODD = "\0Ca\b\x0brp\x7f\x85enter\ttwo"


def test_replacement_removes_control_characters_with_a_warning() -> None:
    load_badge_class(awards=1)
    alignment = [{"targetName": "Weld\x1bing", "targetUrl": "https://standards.example.org/1"}]
    source = new_badge(
        name="\0=3+4", description="Weld\x0bs\ttwice\r\n", tags=["\x7fmetal", "\x00", "fire"], alignment=alignment
    )
    shown = preview(source)
    assert shown["proposed"]["name"] == "=3+4"
    assert shown["proposed"]["description"] == "Welds\ttwice"
    assert shown["proposed"]["tags"] == ["metal", "fire"]
    assert shown["proposed"]["alignment"][0]["targetName"] == "Welding"
    assert "Control characters were removed from: name, description, alignment, tags." in shown["warnings"]
    assert confirm(shown).status == 200
    assert badge_class_now().name == "=3+4"


def test_tabs_and_line_breaks_do_not_cause_a_control_character_warning() -> None:
    load_badge_class(awards=1)
    shown = preview(new_badge(description="Tab\there\nand a line"))
    assert shown["proposed"]["description"] == "Tab\there\nand a line"
    assert not [warning for warning in shown["warnings"] if "ontrol character" in warning]


def test_name_consisting_only_of_control_characters_is_rejected() -> None:
    load_badge_class(awards=1)
    answer = OWNER.post(f"/badge-classes/{BADGE_CLASS}/replacements", new_badge(name="\0\x07"))
    assert (answer.status, answer.problem["code"]) == (422, "not-open-badges")
    assert "its name consists only of control characters" in answer.problem["detail"]


def test_control_characters_in_older_records_are_removed_from_all_output() -> None:
    load_badge_class(awards=1)
    (award,) = awards_now()
    put(BadgeClass.get(*BadgeClass.key(BADGE_CLASS)), "name", ODD)
    put(BadgeClass.get(*BadgeClass.key(BADGE_CLASS)), "criteria", {"narrative": ODD})
    put(Issuer.get(*Issuer.key("WELD")), "name", ODD)
    put(Award.get(award.issuer_id, award.issued_on_award_id), "narrative", ODD)
    for path in (f"/public/badges/{BADGE_CLASS}", f"/public/assertions/{award.award_id}", "/public/issuers/WELD"):
        for accepted in ("application/ld+json", "text/html"):
            answer = call("GET", path, email=None, headers={"Accept": accepted})
            assert answer.status == 200
            assert "Carpenter" in answer.text
            assert not HIDDEN & set(answer.text)
            assert "\\u00" not in answer.text
    for path in (f"/badge-classes/{BADGE_CLASS}", "/issuers/WELD", "/issuers/WELD/badge-classes", "/me"):
        answer = OWNER.get(path)
        assert "Carpenter\\ttwo" in answer.text
        assert not _texts_with_hidden(json.loads(answer.text))


def test_control_characters_in_older_records_are_not_baked_into_images() -> None:
    load_badge_class(awards=1, image=gray_png(1))
    (award,) = awards_now()
    put(Award.get(award.issuer_id, award.issued_on_award_id), "narrative", ODD)
    replace()
    Queue().process_all()
    _, assertion = baked_content(awards_now()[0])
    assert assertion["narrative"] == "Carpenter\ttwo"


def _texts_with_hidden(value: Any) -> list[str]:
    match value:
        case str():
            return [value] if HIDDEN & set(value) else []
        case dict():
            return [text for item in value.values() for text in _texts_with_hidden(item)]
        case list():
            return [text for item in value for text in _texts_with_hidden(item)]
    return []
