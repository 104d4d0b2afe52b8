"""Keys that the format doesn't define, such as Open Badges extensions, are loaded, kept, and exported."""

import json
from typing import Any

import pytest

from badgedata.records.awards import Award
from badgedata.records.directory import BadgeClass
from badgedata.replacement.content import current_content, overwriting
from operations.loading.faults import InvalidDocumentError
from operations.loading.load import load
from operations.loading.reading import read_document
from tests.integration.exports.reading import with_id
from tests.integration.exports.running import EVERYTHING, ISSUER, exported

pytestmark = pytest.mark.usefixtures("school")

EXTENSION = {
    "@context": "https://openbadgespec.org/extensions/applyLinkExtension/context.json",
    "type": ["Extension", "extensions:ApplyLink"],
    "url": "https://weld.example.org/apply",
    "nested": {"numbers": [1, 2.5, None, True], "name": "Ärger 😀"},
}


def document() -> Any:
    return json.loads(exported(ISSUER, "issuer", **EVERYTHING))


def extended() -> Any:
    """Return the school's document with additional keys in each Open Badges object."""
    found = document()
    found["issuer"] |= {"extensions:applyLink": EXTENSION, "telephone": "+49 30 1234"}
    badge_class = found["badgeClasses"][0]
    badge_class |= {"extensions:applyLink": EXTENSION, "related": [{"id": "https://x.example.org", "version": "2"}]}
    badge_class["criteria"] = {"narrative": "Weld", "extensions:hours": {"type": ["Extension"], "hours": 8}}
    badge_class["alignment"] = [
        {"targetName": "One", "targetUrl": "https://a.example.org"},
        {"targetName": "Two", "targetUrl": "https://b.example.org", "targetType": "CFItem"},
    ]
    assertion = next(bc for bc in found["badgeClasses"] if bc["assertions"])["assertions"][0]
    assertion |= {"extensions:applyLink": EXTENSION, "name": "My badge"}
    assertion["recipient"]["name"] = "Ada"
    assertion["verification"]["startsWith"] = "https://weld.example.org"
    assertion["evidence"] = [
        {"id": "https://e.example.org", "narrative": "Seen", "name": "Photo", "genre": "Photography"},
        {"audience": "Everyone"},
    ]
    return found


def reload(found: Any) -> Any:
    load(read_document(json.dumps(found).encode()))
    return document() | {"exportedAt": found["exportedAt"]}


def test_additional_keys_are_loaded_and_exported_unchanged() -> None:
    given = extended()
    once = reload(given)
    assert once == given
    assert reload(once) == given


def test_badge_class_export_contains_additional_keys() -> None:
    given = extended()
    reload(given)
    entity_id = given["badgeClasses"][0]["entityId"]
    found = json.loads(exported(("badge-class", entity_id), "badge-class", includeAssertions=True))
    assert found["issuer"] == given["issuer"]
    assert found["badgeClass"] == with_id(given["badgeClasses"], entity_id)


def test_additional_keys_missing_from_a_loaded_document_are_removed() -> None:
    before = document()
    reload(extended())
    assert reload(before) == before


def test_replacement_removes_the_old_badges_additional_keys() -> None:
    given = extended()
    reload(given)
    badge_class = BadgeClass.get(*BadgeClass.key(given["badgeClasses"][0]["entityId"]))
    badge_class.update(overwriting(current_content(badge_class)))
    assert "extensions:applyLink" not in document()["badgeClasses"][0]


def test_additional_keys_never_override_standard_keys() -> None:
    found = document()
    found["issuer"]["(more)"] = {"entityId": "OTHER", "name": "Other", "email": "other@example.org"}
    exported_again = reload(found)
    del found["issuer"]["(more)"]
    assert exported_again["issuer"] == found["issuer"]


@pytest.mark.parametrize("place", ["issuer", "badge class", "award", "criteria"])
@pytest.mark.parametrize("character", ["\0", "\x1b", "\x7f", "\x9b"])
def test_control_character_in_an_additional_key_is_reported(place: str, character: str) -> None:
    found = document()
    badge_class = found["badgeClasses"][0]
    badge_class["criteria"] = {"narrative": "Weld"}
    parts = {
        "issuer": found["issuer"],
        "badge class": badge_class,
        "award": badge_class["assertions"][0],
        "criteria": badge_class["criteria"],
    }
    parts[place][f"extensions:{character}hours"] = {f"h{character}": 8}
    with pytest.raises(InvalidDocumentError) as caught:
        read_document(json.dumps(found).encode())
    outer, inner = map(str, caught.value.faults)
    assert f'["extensions:hours"]: character 12 of the key is the control character U+{ord(character):04X}' in outer
    assert f'["extensions:hours"].h: character 2 of the key is the control character U+{ord(character):04X}' in inner


def test_control_characters_are_removed_from_additional_keys_of_older_records() -> None:
    load(read_document(json.dumps(document()).encode()))
    badge_class = next(BadgeClass.scan())
    badge_class.more = {"extensions:\0hours": {"\x01h": "8\x7f"}}
    badge_class.save()
    award = next(Award.scan())
    award.more = {"extensions:\0hours": {"\x01h": "8\x7f"}, "\0entityId": "X"}
    award.save()
    found = json.loads(exported(ISSUER, "issuer", **EVERYTHING))
    shown = [part for part in found["badgeClasses"] if part["entityId"] == badge_class.entity_id]
    awards = [part for part in shown[0]["assertions"] if part["entityId"] == award.award_id]
    assert [part["extensions:hours"] for part in (*shown, *awards)] == [{"h": "8"}] * 2
