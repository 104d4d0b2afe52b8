"""A breaking change is announced by a changelog entry that names it."""

from pathlib import Path

import pytest

from development import changelog
from development.api_changes import Change
from development.changelog import sections, unannounced

TEXT = """\
# Changelog

## [Unreleased]

### Changed

- **Breaking:** `File.rows` is now `File.records`,
  and `GET /me` is gone.
- `Seat.row` may be 0.

## [0.2.0] - 2027-01-31

### Added

- Trains.

## [0.1.0] - 2026-12-24

### Added

- Stations.
"""


@pytest.fixture(autouse=True)
def _changelog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "CHANGELOG.md"
    path.write_text(TEXT)
    monkeypatch.setattr(changelog, "CHANGELOG", path)


def test_each_section_has_a_version_a_date_and_entries() -> None:
    assert [(section.version, section.date) for section in sections()] == [
        ("Unreleased", None),
        ("0.2.0", "2027-01-31"),
        ("0.1.0", "2026-12-24"),
    ]
    assert sections()[1].entries == ("Trains.",)


def test_multi_line_entry_is_one_entry() -> None:
    assert sections()[0].breaking == ("**Breaking:** `File.rows` is now `File.records`, and `GET /me` is gone.",)


def test_change_named_in_a_breaking_entry_is_announced() -> None:
    changes = [Change("File.rows", "is no longer sent"), Change("GET /me", "no longer exists")]
    assert unannounced(changes, sections()[0]) == []


def test_change_that_no_breaking_entry_names_is_unannounced() -> None:
    other, only_mentioned = Change("File.bytes", "is no longer sent"), Change("Seat.row", "has a different minimum")
    assert unannounced([other, only_mentioned], sections()[0]) == [other, only_mentioned]
    assert unannounced([Change("File.rows", "is no longer sent")], sections()[1]) != []
