"""The billed size of a DynamoDB item."""

from base64 import b64decode
from typing import Any


def bytes_of(item: dict[str, Any]) -> int:
    """Return an item's size as DynamoDB calculates it, rounded up for numbers."""
    return sum(len(name) + _bytes_of(value) for name, value in item.items())


def _bytes_of(value: dict[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return len(content) // 2 + 2
        case "B":
            return len(
                content if isinstance(content, bytes) else b64decode(content)
            )  # as returned by boto3, or as sent in a request
        case "M":
            return 3 + sum(1 + len(name) + _bytes_of(inner) for name, inner in content.items())
    raise AssertionError(kind)
