"""What a deletion finds: some things of one kind, and how to delete them."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """Some things of one kind that are there, and the call that deletes them; a repeated call changes nothing."""

    kind: str
    count: int
    delete: Callable[[], object]
