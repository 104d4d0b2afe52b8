"""The award dates of a run: the day, week, or month before its scheduled time, in the schedule's time zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from badgedata.clock import parse_rfc3339
from badgedata.exports.window import window_of
from badgedata.schedules.request import Period
from badgedata.schedules.runner import days_of

BERLIN, SAO_PAULO, KATHMANDU = "Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu"


def days(period: Period, scheduled_time: str, zone: str) -> tuple[str, str]:
    first, last = days_of(period, parse_rfc3339(scheduled_time), ZoneInfo(zone))
    return first.isoformat(), last.isoformat()


def instants(period: Period, scheduled_time: datetime, zone: str) -> tuple[datetime, datetime]:
    """Return a period's start and its exclusive end, as an export interprets its dates."""
    first, last = days_of(period, scheduled_time, ZoneInfo(zone))
    window = window_of(first.isoformat(), last.isoformat(), zone)
    return datetime.fromisoformat(window.first), datetime.fromisoformat(window.end)


@pytest.mark.parametrize(
    ("period", "scheduled_time", "zone", "first", "last"),
    [
        ("previous-day", "2026-05-20T06:00:00Z", "UTC", "2026-05-19", "2026-05-19"),
        ("previous-day", "2026-01-01T00:00:00Z", "UTC", "2025-12-31", "2025-12-31"),
        ("previous-day", "2028-03-01T06:00:00Z", "UTC", "2028-02-29", "2028-02-29"),
        ("previous-day", "2026-03-01T06:00:00Z", "UTC", "2026-02-28", "2026-02-28"),
        ("previous-month", "2028-03-31T06:00:00Z", "UTC", "2028-02-01", "2028-02-29"),
        ("previous-month", "2026-03-31T06:00:00Z", "UTC", "2026-02-01", "2026-02-28"),
        ("previous-month", "2026-01-01T06:00:00Z", "UTC", "2025-12-01", "2025-12-31"),
        ("previous-month", "2026-12-31T23:59:59Z", "UTC", "2026-11-01", "2026-11-30"),
    ],
)
def test_period_covers_the_entire_previous_day_or_month(
    period: Period, scheduled_time: str, zone: str, first: str, last: str
) -> None:
    assert days(period, scheduled_time, zone) == (first, last)


@pytest.mark.parametrize("day", range(5, 12))  # Monday 5 to Sunday 11 January 2026
def test_previous_week_is_monday_to_sunday_regardless_of_the_run_day(day: int) -> None:
    assert days("previous-week", f"2026-01-{day:02}T12:00:00Z", "UTC") == ("2025-12-29", "2026-01-04")


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("previous-day", "2025-12-31", "2025-12-31"),
        ("previous-week", "2025-12-22", "2025-12-28"),
        ("previous-month", "2025-12-01", "2025-12-31"),
    ],
)
def test_period_depends_on_the_schedules_time_zone(period: Period, first: str, last: str) -> None:
    # A quarter past midnight on New Year's Day in Kathmandu (UTC+05:45) is still 2025 in UTC.
    assert days(period, "2025-12-31T18:30:00Z", KATHMANDU) == (first, last)


def test_day_in_kathmandu_starts_at_18_15_utc() -> None:
    first, end = instants("previous-day", datetime(2026, 1, 1, 6, tzinfo=ZoneInfo(KATHMANDU)), KATHMANDU)
    assert (first, end) == (datetime(2025, 12, 30, 18, 15, tzinfo=UTC), datetime(2025, 12, 31, 18, 15, tzinfo=UTC))


@pytest.mark.parametrize(
    ("morning_after", "zone", "first", "end", "hours"),
    [
        ("2026-03-30T06:00", BERLIN, "2026-03-28T23:00", "2026-03-29T22:00", 23),
        ("2026-10-26T06:00", BERLIN, "2026-10-24T22:00", "2026-10-25T23:00", 25),
        # Brazil's clocks changed at midnight: 4 November 2018 began at 01:00, and 17 February 2019 began an hour late.
        ("2018-11-05T06:00", SAO_PAULO, "2018-11-04T03:00", "2018-11-05T02:00", 23),
        ("2019-02-17T06:00", SAO_PAULO, "2019-02-16T02:00", "2019-02-17T03:00", 25),
        # Cuba's clocks go back to midnight, so the first hour of 1 November 2026 occurs twice.
        ("2026-11-02T06:00", "America/Havana", "2026-11-01T04:00", "2026-11-02T05:00", 25),
        ("2026-11-01T06:00", "America/Havana", "2026-10-31T04:00", "2026-11-01T04:00", 24),
    ],
)
def test_day_with_a_clock_change_is_shorter_or_longer(
    morning_after: str, zone: str, first: str, end: str, hours: int
) -> None:
    scheduled = datetime.fromisoformat(morning_after).replace(tzinfo=ZoneInfo(zone))
    found = instants("previous-day", scheduled, zone)
    assert found == (datetime.fromisoformat(first + "Z"), datetime.fromisoformat(end + "Z"))
    assert found[1] - found[0] == timedelta(hours=hours)


def test_previous_day_skips_nonexistent_days() -> None:
    # Samoa moved across the date line and had no 30 December 2011.
    assert days("previous-day", "2011-12-31T06:00:00Z", "Pacific/Apia") == ("2011-12-29", "2011-12-29")


def test_week_with_a_clock_change_is_an_hour_shorter_or_longer() -> None:
    spring = instants("previous-week", datetime(2026, 3, 30, 4, tzinfo=UTC), BERLIN)
    autumn = instants("previous-week", datetime(2026, 10, 26, 5, tzinfo=UTC), BERLIN)
    assert spring[1] - spring[0] == timedelta(days=7, hours=-1)
    assert autumn[1] - autumn[0] == timedelta(days=7, hours=1)


ZONES = st.sampled_from(
    [BERLIN, SAO_PAULO, KATHMANDU, "America/Havana", "Africa/Cairo", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]
)


@given(
    period=st.sampled_from(["previous-day", "previous-week", "previous-month"]),
    zone=ZONES,
    day=st.dates(datetime(1990, 1, 1, tzinfo=UTC).date(), datetime(2040, 1, 1, tzinfo=UTC).date()),
)
@example(period="previous-day", zone=SAO_PAULO, day=datetime(2018, 11, 4, tzinfo=UTC).date())
def test_every_period_starts_when_the_previous_one_ends(period: Period, zone: str, day: object) -> None:
    noon = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=ZoneInfo(zone))
    first, _ = instants(period, noon, zone)
    run_on_its_first_day = first + timedelta(hours=12)
    assert instants(period, run_on_its_first_day, zone)[1] == first
