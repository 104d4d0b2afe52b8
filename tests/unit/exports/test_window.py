"""The award date window: whole days in their time zone, exact times, and invalid values."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from badgedata.clock import parse_rfc3339, sortable
from badgedata.exports.window import Window, window_of
from badgedata.problems import Problem
from badgedata.records.awards import sort_key


def holds(window: Window, issued_on: str) -> bool:
    """Return whether the export includes an award issued at this time. The sort key range includes both ends."""
    return window.first <= sort_key(parse_rfc3339(issued_on), "AWARD") <= window.end


def wrong_field(after: str | None, before: str | None, zone: str = "UTC") -> str:
    with pytest.raises(Problem) as caught:
        window_of(after, before, zone)
    assert caught.value.status == 422
    return caught.value.errors[0].field


# ---------------------------------------------------------------- whole days


def test_window_includes_the_entire_start_date() -> None:
    window = window_of("2026-01-01", None, "UTC")
    assert holds(window, "2026-01-01T00:00:00Z")
    assert not holds(window, "2025-12-31T23:59:59.999999Z")


def test_window_includes_the_entire_end_date() -> None:
    window = window_of(None, "2026-01-31", "UTC")
    assert holds(window, "2026-01-31T23:59:59.999999Z")
    assert not holds(window, "2026-02-01T00:00:00Z")


def test_identical_start_and_end_dates_select_that_day() -> None:
    window = window_of("2024-02-29", "2024-02-29", "UTC")
    assert holds(window, "2024-02-29T00:00:00Z")
    assert holds(window, "2024-02-29T23:59:59Z")
    assert not holds(window, "2024-03-01T00:00:00Z")


def test_window_without_dates_selects_all_awards() -> None:
    window = window_of(None, None, "UTC")
    assert holds(window, "0001-01-01T00:00:00Z")
    assert holds(window, "9999-12-31T23:59:59.999999Z")


@pytest.mark.parametrize(
    ("zone", "first", "last"),
    [
        ("Europe/Berlin", "2026-06-30T22:00:00Z", "2026-07-01T21:59:59.999999Z"),
        ("America/Los_Angeles", "2026-07-01T07:00:00Z", "2026-07-02T06:59:59.999999Z"),
        ("Asia/Kathmandu", "2026-06-30T18:15:00Z", "2026-07-01T18:14:59.999999Z"),
        ("Pacific/Kiritimati", "2026-06-30T10:00:00Z", "2026-07-01T09:59:59.999999Z"),
    ],
)
def test_date_covers_the_whole_day_in_the_requested_time_zone(zone: str, first: str, last: str) -> None:
    window = window_of("2026-07-01", "2026-07-01", zone)
    assert window.first == sortable(parse_rfc3339(first))
    assert window.end == sortable(parse_rfc3339(last) + timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        ("2026-03-29", "Europe/Berlin", 23),
        ("2026-10-25", "Europe/Berlin", 25),
        ("2018-11-04", "America/Sao_Paulo", 23),  # there is no midnight: clocks go from 23:59:59 to 01:00
        ("2018-02-17", "America/Sao_Paulo", 25),  # the hour before midnight occurs twice
        ("1919-03-30", "America/Toronto", 23.5),  # clocks skip from 23:30 to 00:30
        ("1919-03-31", "America/Toronto", 23.5),
        ("2010-11-07", "America/St_Johns", 25),  # clocks go back at 00:01, to 23:01 on the previous day
        ("2010-11-06", "America/St_Johns", 25),
    ],
)
def test_day_with_a_clock_change_is_shorter_or_longer(day: str, zone: str, hours: float) -> None:
    window = window_of(day, day, zone)
    length = datetime.fromisoformat(window.end) - datetime.fromisoformat(window.first)
    assert length == timedelta(hours=hours)


def test_day_repeated_by_a_time_zone_change_includes_both_occurrences() -> None:
    # Newfoundland, 2010: 23:59:59, 00:00:00 … 00:00:59 of the 7th, then 23:01:00 of the 6th again.
    assert window_of("2010-11-07", None, "America/St_Johns").first == "2010-11-07T02:30:00.000000Z"
    assert window_of(None, "2010-11-06", "America/St_Johns").end == "2010-11-07T03:30:00.000000Z"


def test_day_skipped_by_a_time_zone_change_is_rejected() -> None:
    assert wrong_field("2011-12-30", "2011-12-30", "Pacific/Apia") == "awardedAfter"
    assert window_of("2011-12-30", None, "Pacific/Apia") == window_of("2011-12-31", None, "Pacific/Apia")


ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/Sao_Paulo", "America/St_Johns", "America/Toronto", "Asia/Gaza", "Pacific/Apia"]
)


@given(
    day=st.dates(date(1900, 1, 1), date(2037, 12, 30)),
    zone=ZONES,
    seconds=st.integers(-90_000, 90_000) | st.sampled_from([-1, 0, 1, -3600, 3600, -1800, 1800]),
)
def test_date_window_contains_every_moment_of_the_day(day: date, zone: str, seconds: int) -> None:
    moment = datetime.combine(day, time(12), tzinfo=ZoneInfo(zone)).astimezone(UTC) + timedelta(seconds=seconds)
    local = moment.astimezone(ZoneInfo(zone)).date()
    window = window_of(local.isoformat(), local.isoformat(), zone)
    assert holds(window, moment.isoformat())


# ---------------------------------------------------------------- exact times


def test_requested_time_zone_is_ignored_for_a_time_with_an_offset() -> None:
    window = window_of("2026-01-01T09:00:00+01:00", "2026-01-01T10:00:00.5Z", "Asia/Tokyo")
    assert window == Window("2026-01-01T08:00:00.000000Z", "2026-01-01T10:00:00.500000Z")


def test_start_time_is_inclusive_and_end_time_is_exclusive() -> None:
    window = window_of("2026-01-01T09:00:00Z", "2026-01-01T10:00:00Z", "UTC")
    assert holds(window, "2026-01-01T09:00:00Z")
    assert holds(window, "2026-01-01T09:59:59.999999Z")
    assert not holds(window, "2026-01-01T10:00:00Z")


def test_identical_start_and_end_times_are_valid_and_select_nothing() -> None:
    window = window_of("2026-01-01T09:00:00Z", "2026-01-01T09:00:00Z", "UTC")
    assert not holds(window, "2026-01-01T09:00:00Z")


@pytest.mark.parametrize("text", ["2026-01-01t09:00:00z", "2026-01-01 09:00:00Z", "2026-01-01T09:00:00-00:00"])
def test_every_rfc_3339_time_format_is_accepted(text: str) -> None:
    assert window_of(text, None, "UTC").first == "2026-01-01T09:00:00.000000Z"


def test_digits_beyond_microseconds_are_truncated() -> None:
    assert window_of("2026-01-01T09:00:00.1234567899Z", None, "UTC").first == "2026-01-01T09:00:00.123456Z"


# ---------------------------------------------------------------- first and last days of the calendar


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_window_can_span_all_years_from_1_to_9999(zone: str) -> None:
    window = window_of("0001-01-01", "9999-12-31", zone)
    assert holds(window, "9999-12-31T23:59:59.999999Z")
    assert holds(window, "0001-01-02T12:00:00Z")


def test_window_that_ends_on_december_30_9999_excludes_the_next_day() -> None:
    assert not holds(window_of(None, "9999-12-30", "UTC"), "9999-12-31T00:00:00Z")


# ---------------------------------------------------------------- rejections


@pytest.mark.parametrize("text", ["2026-02-29", "2026-02-30", "2026-00-01", "0000-01-01"])
def test_nonexistent_date_is_rejected(text: str) -> None:
    assert wrong_field(text, None) == "awardedAfter"
    assert wrong_field(None, text) == "awardedBefore"


@pytest.mark.parametrize(
    "text", ["2026-01-01T09:00:00", "2026-01-01T09:00Z", "2026-W01-1T09:00:00Z", "2026-01-01T09:00:00,5Z", "1767258000"]
)
def test_time_without_an_offset_or_in_another_format_is_rejected(text: str) -> None:
    assert wrong_field(text, None) == "awardedAfter"


def test_time_outside_the_years_1_to_9999_is_rejected() -> None:
    assert wrong_field("0001-01-01T00:00:00+01:00", None) == "awardedAfter"
    assert wrong_field(None, "9999-12-31T23:59:59-01:00") == "awardedBefore"


@pytest.mark.parametrize(
    ("after", "before"),
    [
        ("2026-02-01", "2026-01-31"),
        ("2026-01-01T00:00:00.000001Z", "2026-01-01T00:00:00Z"),
        ("2026-02-01T00:00:00Z", "2026-01-31"),
        ("2026-02-01", "2026-01-31T23:59:59Z"),
    ],
)
def test_window_that_ends_before_it_starts_is_rejected(after: str, before: str) -> None:
    assert wrong_field(after, before) == "awardedAfter"


def test_start_and_end_dates_are_compared_in_their_time_zone() -> None:
    # 23:30 UTC on the 31st is already the 1st in Berlin.
    assert wrong_field("2026-02-01", "2026-01-31T22:59:59Z", "Europe/Berlin") == "awardedAfter"
    window_of("2026-02-01", "2026-01-31T23:30:00Z", "Europe/Berlin")


@pytest.mark.parametrize(
    "zone",
    [
        "Mars/Olympus",
        "",
        "..",
        "/etc/localtime",
        "UTC\x00",
        "x" * 10_000,
        "localtime",
        "right/UTC",
        "posix/Europe/Berlin",
        "europe/berlin",
    ],
)
def test_unknown_time_zone_is_rejected(zone: str) -> None:
    assert wrong_field("2026-01-01", None, zone) == "timeZone"
