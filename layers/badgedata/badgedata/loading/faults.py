"""What is wrong with a document, and where: JSON paths and reasons, for people."""

import re
from typing import Final, NamedTuple

import msgspec

from badgedata.text import shortened

NAMED_FAULTS: Final = 50
_SHOWN_CHARACTERS: Final = 80
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Fault(NamedTuple):
    """One thing that has to change. `path` is a JSON path such as ``$.issuers[0].issuer.name``."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


class Faults:
    """Collects the faults of one document; the first 50 are named, those behind them only counted."""

    def __init__(self) -> None:
        self.named: list[Fault] = []
        self.count = 0

    def add(self, path: str, message: str) -> None:
        """Take down that the value at `path` is wrong."""
        self.count += 1
        if len(self.named) < NAMED_FAULTS:
            self.named.append(Fault(path, message))


class BadDocument(Exception):
    """A document that can't be loaded. Nothing of it was written."""

    def __init__(self, faults: list[Fault], count: int | None = None) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults
        self.count = len(faults) if count is None else count
        """How many faults there are in all, those that aren't named included."""


def below(path: str, key: str) -> str:
    """Give the JSON path of `key` in the object at `path`.

    >>> below("$", "name"), below("$.issuer", "@context")
    ('$.name', '$.issuer["@context"]')
    """
    return f"{path}.{key}" if _PLAIN_KEY.fullmatch(key) else f"{path}[{shown(key)}]"


def shown(value: object) -> str:
    """Write a value of the document as JSON on one line, shortened where it is long.

    >>> shown("2026-02-30")
    '"2026-02-30"'
    """
    if isinstance(value, str):
        value = shortened(value, _SHOWN_CHARACTERS)
    return msgspec.json.encode(value).decode()
