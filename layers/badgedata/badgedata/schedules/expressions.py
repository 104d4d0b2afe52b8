"""Schedule expressions, ``rate(…)`` and ``cron(…)``: whether they are right, and when they come next."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from badgedata.problems import invalid, shown
from badgedata.schedules.cron import Cron, ExpressionError, next_of, read_cron, shortest_interval

MAX_RATE = timedelta(days=366)

_RATE = re.compile(r"([0-9]{1,7}) (minute|hour|day)s?")


@dataclass(frozen=True)
class Rate:
    """Every so often, counted from when the schedule was made; a day is 24 hours, whatever the clocks do."""

    interval: timedelta


def read_expression(expression: str) -> Rate | Cron:
    """Read a schedule expression (EventBridge Scheduler User Guide, "Schedule types"), but for one-time ``at(…)``.

    Raises
    ------
    Problem
        422 for `expression`, saying what is wrong.
    """
    match = re.fullmatch(r"(rate|cron)\(([^()]*)\)", expression)
    try:
        if match is None:
            raise ExpressionError("write rate(N minutes|hours|days) or cron(min hour dom month dow year)")
        return _rate(match[2]) if match[1] == "rate" else read_cron(match[2])
    except ExpressionError as error:
        raise invalid("expression", f"{shown(expression)} is not a schedule expression: {error}.") from None


def check_expression(expression: str, zone: ZoneInfo, now: datetime) -> None:
    """Check that an expression is right, and that it comes again at all.

    Raises
    ------
    Problem
        422 for `expression`.
    """
    if next_run(expression, zone, now, now) is None:
        raise invalid(
            "expression", f"{shown(expression)} never comes after {now:%Y-%m-%d}. Check the days, months and years."
        )


def check_interval(expression: str, shortest: timedelta) -> None:
    """Check that an expression never comes twice within a time. A single run is fine.

    Parameters
    ----------
    shortest
        Up to a day. Times of cron expressions are compared as clocks show them; where a clock is set, two runs may be
        nearer to each other.

    Raises
    ------
    Problem
        422 for `expression`.
    """
    read = read_expression(expression)
    interval = read.interval if isinstance(read, Rate) else shortest_interval(read, within=shortest)
    if interval is not None and interval < shortest:
        minutes = interval // timedelta(minutes=1)
        raise invalid(
            "expression",
            f"{shown(expression)} has runs {minutes} minute{'' if minutes == 1 else 's'} apart; at least "
            f"{shortest // timedelta(minutes=1)} minutes are required between two runs.",
        )


def next_run(expression: str, zone: ZoneInfo, made_at: datetime, after: datetime) -> datetime | None:
    """Give the next time (UTC) that an expression comes to after `after`; None when it never does again.

    Parameters
    ----------
    made_at
        Where a rate is counted from.

    Examples
    --------
    >>> made_at = datetime(2026, 3, 27, 12, tzinfo=UTC)  # a Friday; clocks go forward on Sunday
    >>> print(next_run("cron(0 6 ? * MON *)", ZoneInfo("Europe/Berlin"), made_at, after=made_at))
    2026-03-30 04:00:00+00:00
    >>> print(next_run("rate(2 days)", ZoneInfo("Europe/Berlin"), made_at, after=made_at))
    2026-03-29 12:00:00+00:00
    """
    read = read_expression(expression)
    if isinstance(read, Cron):
        return next_of(read, after, zone)
    rounds = max((after - made_at) // read.interval, 0) + 1
    return (made_at + rounds * read.interval).astimezone(UTC)


def _rate(text: str) -> Rate:
    match = _RATE.fullmatch(text)
    if match is None:
        raise ExpressionError(
            f"rate takes a whole number and minutes, hours or days, such as rate(6 hours), not {text!r}"
        )
    interval = int(match[1]) * timedelta(**{f"{match[2]}s": 1})
    if not timedelta(minutes=1) <= interval <= MAX_RATE:
        raise ExpressionError("rate takes from 1 minute to 366 days")
    return Rate(interval)
