"""The reasons why an export fails, in words for the person who requested it."""

import re
from typing import Final

import msgspec
from pynamodb.exceptions import AttributeDeserializationError

from badgedata.shapes import faults_of

# A string, because it is compiled only if an export fails, and not at each cold start.
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


def wrong_part(value: object, shape: type[msgspec.Struct]) -> tuple[str, str]:
    """Return the path of the first value of a part of a document that has a wrong shape, and what is wrong with it.

    >>> class Group(msgspec.Struct):
    ...     name: str
    >>> wrong_part({"name": 7}, Group)
    ('$.name', 'it must be a string, not an integer')
    """
    for fault in faults_of(value, shape):
        return fault.path, f"it {fault.message}"
    return "", "its value is not allowed"


def wrong_attribute(error: AttributeDeserializationError) -> str:
    """Return which attribute of an item has a wrong type, and the type that it must have."""
    found = re.search(_DESERIALIZED, str(error))
    if found is None:
        return "one of its attributes has a wrong type"
    return f"its attribute '{found['attribute']}' must be {_DYNAMODB_TYPES.get(found['type'], 'of another type')}"


def wrong_item(item: object, shape: type[msgspec.Struct]) -> tuple[str, str] | None:
    """Return the attribute of a wrong type in an item in DynamoDB's JSON, and the type that it must have, if any has.

    Parameters
    ----------
    shape
        The attributes of the item: each is a struct with the one key that names its type, such as ``S``.
    """
    for fault in faults_of(item, shape):
        *path, key = fault.path.split(".")
        if fault.kind == "missing":
            dynamodb_type = _DYNAMODB_TYPES.get(key)
            if dynamodb_type is None:
                return "", f"its {key} is missing"
            return ".".join(part for part in path[1:] if part not in _DYNAMODB_TYPES), f"it must be {dynamodb_type}"
        if fault.kind == "type":
            return ".".join(part for part in [*path[1:], key] if part not in _DYNAMODB_TYPES), f"it {fault.message}"
    return None
