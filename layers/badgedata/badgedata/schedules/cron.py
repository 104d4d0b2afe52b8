"""Cron expressions of EventBridge Scheduler: what they mean, and when they come next.

The grammar is that of the EventBridge Scheduler User Guide, "Cron-based schedules": six fields, the wildcards
``, - * / ? L W #``, and exactly one of day-of-month and day-of-week being ``?``.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise, takewhile
from zoneinfo import ZoneInfo

from badgedata.schedules import cron_fields
from badgedata.schedules.cron_fields import Days, ExpressionError, days_of_month, days_of_week, numbers


@dataclass(frozen=True)
class Cron:
    """A cron expression, read: which times of day, and which days."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    months: tuple[int, ...]
    years: tuple[int, ...]
    days: Days


def read_cron(fields: str) -> Cron:
    """Read the six fields between the parentheses of ``cron(…)``.

    Raises
    ------
    ExpressionError
        Naming the field that is wrong, what it says, and what it may say.
    """
    texts = fields.split()
    if len(texts) != 6:
        raise ExpressionError(
            f"cron takes six fields, minutes hours day-of-month month day-of-week year, and here are {len(texts)}"
        )
    minutes, hours, day_of_month, month, day_of_week, year = texts
    if (day_of_month == "?") == (day_of_week == "?"):
        raise ExpressionError(
            "exactly one of day-of-month and day-of-week has to be ?, "
            f"and they are {day_of_month!r} and {day_of_week!r}"
        )
    return Cron(
        minutes=numbers(cron_fields.MINUTES, minutes),
        hours=numbers(cron_fields.HOURS, hours),
        months=numbers(cron_fields.MONTH, month),
        years=numbers(cron_fields.YEAR, year),
        days=days_of_month(day_of_month) if day_of_week == "?" else days_of_week(day_of_week),
    )


def next_of(cron: Cron, after: datetime, zone: ZoneInfo) -> datetime | None:
    """Give the next time (UTC) that the expression comes to in `zone`; None when it never does again.

    As EventBridge Scheduler does it (User Guide, "Daylight savings time"), a local time that the clock skips is
    skipped, and one that comes twice counts once. We take the first of the two.
    """
    for day in _days(cron, after.astimezone(zone).date()):
        for hour in cron.hours:
            for minute in cron.minutes:
                local = datetime.combine(day, time(hour, minute), tzinfo=zone)
                moment = local.astimezone(UTC)
                # Compared without zone, because within one zone Python compares the clocks' faces anyway.
                exists = moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None)
                if exists and moment > after:
                    return moment
    return None


def shortest_interval(cron: Cron, within: timedelta) -> timedelta | None:
    """Return the shortest time between two runs, as clocks show it; None if no two runs are less than `within` apart.

    Parameters
    ----------
    within
        Up to a day.
    """
    times = [timedelta(hours=hour, minutes=minute) for hour in cron.hours for minute in cron.minutes]
    intervals = [later - earlier for earlier, later in pairwise(times)]
    over_midnight = timedelta(days=1) - times[-1] + times[0]
    if over_midnight < within and over_midnight < min(intervals, default=within) and _has_successive_days(cron):
        intervals.append(over_midnight)
    return min((interval for interval in intervals if interval < within), default=None)


def _has_successive_days(cron: Cron) -> bool:
    days = _days(cron, date(cron.years[0], 1, 1))
    # The calendar repeats every 28 years, but for centuries.
    years = takewhile(lambda day: day.year <= cron.years[0] + 28, days)
    return any(later - earlier == timedelta(days=1) for earlier, later in pairwise(years))


def _days(cron: Cron, first: date) -> Iterator[date]:
    for year in cron.years:
        for month in cron.months:
            if (year, month) >= (first.year, first.month):
                days = (date(year, month, day) for day in range(1, calendar.monthrange(year, month)[1] + 1))
                yield from (day for day in days if day >= first and cron.days(day))
