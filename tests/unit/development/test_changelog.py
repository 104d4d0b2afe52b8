"""A breaking change is announced by a changelog entry that names it."""

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


def test_changelog_sections_are_read_with_dates_versions_and_entries() -> None:
    assert [(section.version, section.date) for section in sections(TEXT)] == [
        ("Unreleased", None),
        ("0.2.0", "2027-01-31"),
        ("0.1.0", "2026-12-24"),
    ]
    assert sections(TEXT)[1].entries == ("Trains.",)


def test_changelog_entry_can_span_multiple_lines() -> None:
    assert sections(TEXT)[0].breaking == ("**Breaking:** `File.rows` is now `File.records`, and `GET /me` is gone.",)


def test_change_named_in_a_breaking_change_entry_is_announced() -> None:
    changes = [Change("File.rows", "is no longer sent"), Change("GET /me", "no longer exists")]
    assert unannounced(changes, sections(TEXT)[0]) == []


def test_change_not_named_in_a_breaking_change_entry_is_unannounced() -> None:
    other, only_mentioned = Change("File.bytes", "is no longer sent"), Change("Seat.row", "has a different minimum")
    assert unannounced([other, only_mentioned], sections(TEXT)[0]) == [other, only_mentioned]
    assert unannounced([Change("File.rows", "is no longer sent")], sections(TEXT)[1]) != []
