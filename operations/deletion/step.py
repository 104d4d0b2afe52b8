"""A deletion step: items of one kind and the call that deletes them."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class DeletionStep:
    """The existing items of one kind and the call that deletes them. Repeating the call has no effect."""

    kind: str
    count: int
    delete: Callable[[], object]
