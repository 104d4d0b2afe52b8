"""Read CHANGELOG.md, which follows https://keepachangelog.com."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from development.api_changes import Change
from local.places import REPOSITORY

CHANGELOG = REPOSITORY / "CHANGELOG.md"
BREAKING = "**Breaking:**"
"""The prefix of an entry about a change that breaks API clients."""


@dataclass(frozen=True)
class Section:
    """The changes in one version."""

    version: str
    """The version, such as ``0.1.0``, or ``Unreleased``."""

    date: str | None
    """The release date, such as ``2026-01-31``."""

    entries: tuple[str, ...]
    """The section's list items."""

    @property
    def breaking(self) -> tuple[str, ...]:
        """The entries about breaking changes."""
        return tuple(entry for entry in self.entries if entry.startswith(BREAKING))


def sections(changelog: str) -> list[Section]:
    """Return the sections of a changelog, newest first."""
    parts = re.split(r"^## \[(\S+)\](?: - (\S+))?\n", changelog, flags=re.MULTILINE)[1:]
    return [Section(*headed) for headed in zip(parts[::3], parts[1::3], map(_entries, parts[2::3]), strict=True)]


def unannounced(changes: Iterable[Change], section: Section) -> list[Change]:
    """Return the breaking changes that a section doesn't announce.

    An entry announces a change if it begins with `BREAKING` and names the change's subject in backticks.
    """
    announced = {name for entry in section.breaking for name in re.findall(r"`([^`]+)`", entry)}
    return [change for change in changes if change.subject not in announced]


def _entries(text: str) -> tuple[str, ...]:
    items = re.findall(r"^- (.*(?:\n  .*)*)", text, re.MULTILINE)
    return tuple(" ".join(item.split()) for item in items)
