"""The reasons why an export fails, in words for the person who requested it."""

import re
from typing import Final

import msgspec
from pynamodb.exceptions import AttributeDeserializationError

from badgedata.text import shortened

_TYPES: Final = {
    "str": "a string",
    "int": "an integer",
    "float": "a number",
    "bool": "true or false",
    "object": "an object",
    "array": "a list",
    "null": "null",
}
# Strings, because they are compiled only if an export fails, and not at each cold start.
_PATH = r"(?P<reason>.*?)(?: - at `(?P<path>\$.*)`)?"
_TYPE = r"Expected `(?P<expected>.*?)`, got `(?P<found>.*?)`"
_MISSING = r"Object missing required field `(?P<key>.*?)`"
_NOT_ALLOWED = r"Invalid enum value (?P<value>.*)"
_UNKNOWN = r"Object contains unknown field `(?P<key>.*?)`"
_DESERIALIZED = r"Cannot deserialize '(?P<attribute>.*?)' attribute from type: (?P<type>\w+)"
_DYNAMODB_TYPES: Final = {
    "S": "a string",
    "N": "a number",
    "B": "binary",
    "BOOL": "true or false",
    "NULL": "null",
    "M": "a map",
    "L": "a list",
    "SS": "a set",
    "NS": "a set",
    "BS": "a set",
}


class ExportFailedError(Exception):
    """An export fails, and a retry would fail too; the message says why."""

    code: str
    """The `error.code` of the API."""


class UnreadableDataError(ExportFailedError):
    """An item of a table, or an image, can't be read; the message names it and says why."""

    code = "unreadable-data"


class ScopeGoneError(ExportFailedError):
    """The scope of the export was deleted after the export was requested."""

    code = "unreadable-data"


class FileTooLargeError(ExportFailedError):
    """The file has more bytes than one function can read; the message says what to do instead."""

    code = "file-too-large"


class UploadLostError(ExportFailedError):
    """S3 repeatedly lost what was written."""

    code = "upload-lost"


def wrong_shape(error: msgspec.ValidationError) -> tuple[str, str]:
    """Return the path of a value of a wrong type ("" for the whole document), and what is wrong with it.

    >>> try:
    ...     msgspec.json.decode(b'[1, "2"]', type=list[int])
    ... except msgspec.ValidationError as error:
    ...     wrong_shape(error)
    ('$[1]', 'it must be an integer, not a string')
    """
    parts = re.fullmatch(_PATH, str(error), re.DOTALL)
    reason, path = (parts["reason"], parts["path"] or "") if parts else ("", "")
    if found := re.fullmatch(_TYPE, reason):
        return path, f"it must be {_named(found['expected'])}, not {_named(found['found'])}"
    if found := re.fullmatch(_MISSING, reason):
        return path, f"its {found['key']} is missing"
    if found := re.fullmatch(_NOT_ALLOWED, reason, re.DOTALL):
        return path, f"{shortened(found['value'], 80)} is not an allowed value"
    return path, "its value is not allowed"


def wrong_attribute(error: AttributeDeserializationError) -> str:
    """Return which attribute of an item has a wrong type, and the type that it must have."""
    found = re.search(_DESERIALIZED, str(error))
    if found is None:
        return "one of its attributes has a wrong type"
    return f"its attribute '{found['attribute']}' must be {_DYNAMODB_TYPES.get(found['type'], 'of another type')}"


def wrong_item(error: msgspec.ValidationError) -> tuple[str, str]:
    """Return the path of an attribute of a wrong type in DynamoDB's JSON, and what is wrong with it."""
    path, reason = wrong_shape(error)
    if found := re.match(_UNKNOWN, str(error)):
        reason = f"it must not be {_DYNAMODB_TYPES.get(found['key'], 'of another type')}"
    elif found := re.match(_MISSING, str(error)):
        kind = _DYNAMODB_TYPES.get(found["key"])
        reason = f"it must be {kind}" if kind else f"its {found['key']} is missing"
    return path, reason


def _named(types: str) -> str:
    return " or ".join(_TYPES.get(name, "another type") for name in types.split(" | "))
