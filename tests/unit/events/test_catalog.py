"""The catalog of events: its schemas, examples, and documentation match the code."""

import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]

from badgedata.events.catalog import FACTS, SOURCE, detail_schema
from development.event_schemas import SCHEMAS, schemas
from local.places import REPOSITORY

PAGE = (REPOSITORY / "docs" / "events.md").read_text()
EXAMPLES = {path.stem: json.loads(path.read_text()) for path in (REPOSITORY / "events" / "bus").iterdir()}
TYPES = [fact.type for fact in FACTS]


def test_published_schemas_match_the_code() -> None:
    assert SCHEMAS.read_text() == schemas(), "run `make event-schemas`"


def test_every_event_type_has_an_example() -> None:
    assert sorted(EXAMPLES) == sorted(TYPES)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.type)
def test_event_example_is_valid_and_complete(fact: Any) -> None:
    example = EXAMPLES[fact.type]
    assert (example["source"], example["detail-type"]) == (SOURCE, fact.type)
    schema = detail_schema(fact)
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(example["detail"])
    assert example["detail"].keys() == schema["properties"].keys() == set(schema["required"])


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.type)
def test_events_page_describes_every_event_type_and_its_properties(fact: Any) -> None:
    (row,) = re.findall(rf"^\| `{fact.type}` \| (.+) \| (.*) \|$", PAGE, re.MULTILINE)
    shared = re.findall(r"^\| `(\w+)` \| (?:integer|string|string or null) \|", PAGE, re.MULTILINE)
    assert {*re.findall(r"`(\w+)`", row[1]), *shared} == detail_schema(fact)["properties"].keys()


def test_no_event_property_contains_personal_data() -> None:
    names = {name for fact in FACTS for name in detail_schema(fact)["properties"]}
    assert not names & {
        "requestedBy",
        "deletedBy",
        "name",
        "scopeName",
        "fileName",
        "errorMessage",
        "reason",
        "options",
    }
