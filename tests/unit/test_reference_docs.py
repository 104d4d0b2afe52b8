"""The data reference pages: each key and attribute is explained, and the examples are valid."""

import inspect
import json
import re
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import msgspec
import pytest
from pynamodb.models import Model

from badgedata import documents, records
from local.places import REPOSITORY
from operations.loading.reading import read_document

DOCS = REPOSITORY / "docs"
LOAD_FILES = (DOCS / "load-files.md").read_text()
DATA_MODEL = (DOCS / "data-model.md").read_text()

PARTS = [
    part
    for part in vars(documents).values()
    if isinstance(part, type) and part.__module__ == documents.__name__ and part is not documents.BadgeClassDocument
]
MODULES = [import_module(f"{records.__name__}.{found.name}") for found in iter_modules(records.__path__)]
RECORDS = [
    record
    for module in MODULES
    for record in vars(module).values()
    if inspect.isclass(record)
    and issubclass(record, Model)
    and record.__module__ == module.__name__
    and hasattr(record, "Meta")
]


def examples(document: str) -> list[str]:
    """Return a document's JSON code blocks."""
    return re.findall(r"^```json\n(.*?)^```$", document, re.MULTILINE | re.DOTALL)


def named(document: str) -> set[str]:
    """Return everything that a document marks as code."""
    return set(re.findall(r"`([@\w]+)`", document))


def attributes_of(record: type[Model]) -> set[str]:
    return {attribute.attr_name for attribute in record.get_attributes().values()}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_load_file_key_is_explained(part: type[msgspec.Struct]) -> None:
    keys = {field.encode_name for field in msgspec.structs.fields(part)} - {documents.MORE}
    assert keys - named(LOAD_FILES) == set()


def test_load_file_example_can_be_loaded() -> None:
    (example,) = examples(LOAD_FILES)
    assert isinstance(read_document(example.encode()), documents.OrganizationDocument)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_every_record_attribute_is_explained(record: type[Model]) -> None:
    in_examples = {key for example in examples(DATA_MODEL) for key in json.loads(example)}
    assert attributes_of(record) - named(DATA_MODEL) - in_examples == set()


@pytest.mark.parametrize("example", examples(DATA_MODEL), ids=lambda example: example.split(",")[0])
def test_every_example_item_matches_a_record_type(example: str) -> None:
    item: dict[str, Any] = json.loads(example)
    assert any(_required(record) <= item.keys() <= attributes_of(record) for record in RECORDS)


def _required(record: type[Model]) -> set[str]:
    return {attribute.attr_name for attribute in record.get_attributes().values() if not attribute.null}
