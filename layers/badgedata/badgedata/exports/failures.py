"""The reasons why an export fails, as shown to the person who requested the export."""

from typing import Final

import msgspec

from badgedata.json_faults import faults_of
from badgedata.records.record import WrongTypeError

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
    """Raised when an export fails and a retry would also fail. The message gives the reason."""

    code: str
    """The value of `error.code` in the API."""


class UnreadableDataError(ExportFailedError):
    """Raised when a table item or an image can't be read. The message names the item or image and gives the reason."""

    code = "unreadable-data"


class ScopeGoneError(ExportFailedError):
    """Raised when an export's scope or a selected badge class was deleted after the export was requested."""

    code = "unreadable-data"


class FileTooLargeError(ExportFailedError):
    """Raised when a file is too large for one worker to read from S3. The message suggests smaller exports."""

    code = "file-too-large"


class UploadLostError(ExportFailedError):
    """Raised when an export's unfinished file repeatedly disappears from S3."""

    code = "upload-lost"


def wrong_part(value: object, shape: type[msgspec.Struct]) -> str:
    """Return a clause that describes the first invalid value in a document part.

    >>> class Group(msgspec.Struct):
    ...     name: str
    >>> wrong_part({"name": 7}, Group)
    '$.name must be a string, not an integer'
    """
    for fault in faults_of(value, shape):
        return f"at {fault.path}, {fault.message}" if fault.kind == "value" else f"{fault.path} {fault.message}"
    return "one of its values is not allowed"


def wrong_attribute(error: WrongTypeError) -> str:
    """Return a clause that states the required type of an attribute."""
    return f"its '{error.attribute}' attribute must be {_DYNAMODB_TYPES[error.required]}"


def wrong_item(item: object, shape: type[msgspec.Struct]) -> str | None:
    """Return a clause that describes the first missing or mistyped attribute of an item in DynamoDB JSON.

    Return None if no attribute is missing or mistyped.

    Parameters
    ----------
    shape
        The type of the item. Each attribute is a struct with a single key that names the DynamoDB type, such as ``S``.
    """
    for fault in faults_of(item, shape):
        *path, key = fault.path.split(".")
        if fault.kind == "missing":
            dynamodb_type = _DYNAMODB_TYPES.get(key)
            if dynamodb_type is None:
                return f"its '{key}' attribute is missing"
            return f"its '{_attribute(path[1:])}' attribute must be {dynamodb_type}"
        if fault.kind == "type":
            return f"its '{_attribute([*path[1:], key])}' attribute {fault.message}"
    return None


def _attribute(path: list[str]) -> str:
    return ".".join(part for part in path if part not in _DYNAMODB_TYPES)
