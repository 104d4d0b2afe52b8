"""Validate schedule expressions, ``rate(…)`` and ``cron(…)``, and find the next matching time."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from badgedata.problems import invalid, shown
from badgedata.schedules.cron import Cron, ExpressionError, next_time, read_cron, shortest_interval
from badgedata.text import counted

MAX_RATE = timedelta(days=366)

_RATE = re.compile(r"([0-9]{1,7}) (minute|hour|day)s?")


@dataclass(frozen=True)
class Rate:
    """A fixed interval between runs, measured from the schedule's creation. A day is always 24 hours."""

    interval: timedelta


def read_expression(expression: str) -> Rate | Cron:
    """Parse a ``rate(…)`` or ``cron(…)`` expression (EventBridge Scheduler User Guide, "Schedule types").

    Raises
    ------
    Problem
        422 for `expression` if it is invalid.
    """
    match = re.fullmatch(r"(rate|cron)\(([^()]*)\)", expression)
    try:
        if match is None:
            raise ExpressionError(
                "use rate(N minutes|hours|days) or cron(minutes hours day-of-month month day-of-week year)"
            )
        return _rate(match[2]) if match[1] == "rate" else read_cron(match[2])
    except ExpressionError as error:
        raise invalid("expression", f"{shown(expression)} is not a valid schedule expression: {error}.") from None


def check_expression(expression: str, zone: ZoneInfo, now: datetime) -> None:
    """Check that an expression is valid and matches at least one time after `now`.

    Raises
    ------
    Problem
        422 for `expression` if it is invalid, or if it doesn't match any time after `now`.
    """
    if next_run(expression, zone, now, now) is None:
        raise invalid(
            "expression",
            f"{shown(expression)} doesn't match any time after {now:%Y-%m-%d}. Check the days, months, and years.",
        )


def check_interval(expression: str, shortest: timedelta) -> None:
    """Check that an expression's runs are at least `shortest` apart. An expression with a single run is valid.

    Parameters
    ----------
    shortest
        The minimum interval. It must be at most one day. For cron expressions, intervals are computed in local time, so
        two runs may be closer together when the clocks change.

    Raises
    ------
    Problem
        422 for `expression` if it is invalid, or if its runs are too close together.
    """
    read = read_expression(expression)
    interval = read.interval if isinstance(read, Rate) else shortest_interval(read, within=shortest)
    if interval is not None and interval < shortest:
        minutes = interval // timedelta(minutes=1)
        raise invalid(
            "expression",
            f"Consecutive runs must be at least {shortest // timedelta(minutes=1)} minutes apart, but "
            f"with {shown(expression)}, they are {counted(minutes, 'minute')} apart.",
        )


def next_run(expression: str, zone: ZoneInfo, created_at: datetime, after: datetime) -> datetime | None:
    """Return the time (in UTC) of the first run after `after`, or None if there is none.

    Parameters
    ----------
    created_at
        The start of a rate's first interval.

    Examples
    --------
    >>> created_at = datetime(2026, 3, 27, 12, tzinfo=UTC)  # a Friday; clocks go forward on Sunday
    >>> print(next_run("cron(0 6 ? * MON *)", ZoneInfo("Europe/Berlin"), created_at, after=created_at))
    2026-03-30 04:00:00+00:00
    >>> print(next_run("rate(2 days)", ZoneInfo("Europe/Berlin"), created_at, after=created_at))
    2026-03-29 12:00:00+00:00
    """
    read = read_expression(expression)
    if isinstance(read, Cron):
        return next_time(read, after, zone)
    rounds = max((after - created_at) // read.interval, 0) + 1
    return (created_at + rounds * read.interval).astimezone(UTC)


def _rate(text: str) -> Rate:
    match = _RATE.fullmatch(text)
    if match is None:
        raise ExpressionError(
            f"rate requires a whole number of minutes, hours, or days, such as rate(6 hours), not {text!r}"
        )
    interval = int(match[1]) * timedelta(**{f"{match[2]}s": 1})
    if not timedelta(minutes=1) <= interval <= MAX_RATE:
        raise ExpressionError("rate must be between 1 minute and 366 days")
    return Rate(interval)
