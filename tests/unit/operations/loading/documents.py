"""Set values in a small document."""

from typing import Any

from tests.support.small_documents import Json


def put(document: Json, path: str, value: Any) -> None:
    """Set the value at a path such as ``badgeClasses.0.name``."""
    *parents, last = path.split(".")
    node: Any = document
    for key in parents:
        node = node[int(key)] if isinstance(node, list) else node[key]
    node[last] = value
