"""Parse EventBridge Scheduler cron expressions and find the next matching time.

The grammar follows the EventBridge Scheduler User Guide, "Cron-based schedules". An expression has six fields and can
contain the special characters ``, - * / ? L W #``. Either day-of-month or day-of-week must be ``?``, but not both.
"""

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise, takewhile
from zoneinfo import ZoneInfo

Days = Callable[[date], bool]
"""A function that returns whether the expression matches a day."""


class ExpressionError(ValueError):
    """Raised when an expression is invalid. The message names the invalid part, its value, and what is expected."""


@dataclass(frozen=True)
class Field:
    """A field of a cron expression, with the numbers and names that the field accepts."""

    name: str
    low: int
    high: int
    names: dict[str, int] = field(default_factory=dict)
    also: str = ""


_WEEKDAYS = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), 1)}
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"), 1
    )
}

MINUTES = Field("minutes", 0, 59)
HOURS = Field("hours", 0, 23)
DAY_OF_MONTH = Field("day-of-month", 1, 31, also=", L, LW, or a form such as 15W")
MONTH = Field("month", 1, 12, _MONTHS, also=" or JAN to DEC")
DAY_OF_WEEK = Field("day-of-week", 1, 7, _WEEKDAYS, also=" or SUN to SAT, L, or a form such as 6L or 6#3")
YEAR = Field("year", 1970, 2199)


@dataclass(frozen=True)
class Cron:
    """A parsed cron expression: the times of day and the days that it matches."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    months: tuple[int, ...]
    years: tuple[int, ...]
    days: Days


def read_cron(fields: str) -> Cron:
    """Parse the six fields between the parentheses of ``cron(…)``.

    Raises
    ------
    ExpressionError
        If a field is invalid. The message names the field, its value, and the accepted values.
    """
    texts = fields.split()
    if len(texts) != 6:
        raise ExpressionError(
            f"cron requires six fields (minutes hours day-of-month month day-of-week year), not {len(texts)}"
        )
    minutes, hours, day_of_month, month, day_of_week, year = texts
    if (day_of_month == "?") == (day_of_week == "?"):
        raise ExpressionError(
            f"exactly one of day-of-month and day-of-week must be ?, but they are {day_of_month!r} and {day_of_week!r}"
        )
    return Cron(
        minutes=_numbers(MINUTES, minutes),
        hours=_numbers(HOURS, hours),
        months=_numbers(MONTH, month),
        years=_numbers(YEAR, year),
        days=_days_of_month(day_of_month) if day_of_week == "?" else _days_of_week(day_of_week),
    )


def next_time(cron: Cron, after: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the first matching time (UTC) after `after`, or None if no later time matches.

    Clock changes are handled as in EventBridge Scheduler (User Guide, "Daylight savings time"). A local time that is
    skipped doesn't match. A local time that occurs twice matches once. This product assumes that the first occurrence
    matches.
    """
    for day in _days(cron, after.astimezone(zone).date()):
        for hour in cron.hours:
            for minute in cron.minutes:
                local = datetime.combine(day, time(hour, minute), tzinfo=zone)
                moment = local.astimezone(UTC)
                # The comparison ignores the zone, because Python compares times in the same zone by local time anyway.
                exists = moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None)
                if exists and moment > after:
                    return moment
    return None


def shortest_interval(cron: Cron, within: timedelta) -> timedelta | None:
    """Return the shortest interval (in local time) between runs, or None if no interval is shorter than `within`.

    Parameters
    ----------
    within
        The interval to compare with. It must be at most one day.
    """
    times = [timedelta(hours=hour, minutes=minute) for hour in cron.hours for minute in cron.minutes]
    intervals = [later - earlier for earlier, later in pairwise(times)]
    over_midnight = timedelta(days=1) - times[-1] + times[0]
    if over_midnight < within and over_midnight < min(intervals, default=within) and _has_successive_days(cron):
        intervals.append(over_midnight)
    return min((interval for interval in intervals if interval < within), default=None)


def _has_successive_days(cron: Cron) -> bool:
    days = _days(cron, date(cron.years[0], 1, 1))
    # The calendar repeats every 28 years, except around centuries.
    years = takewhile(lambda day: day.year <= cron.years[0] + 28, days)
    return any(later - earlier == timedelta(days=1) for earlier, later in pairwise(years))


def _days(cron: Cron, first: date) -> Iterator[date]:
    for year in cron.years:
        for month in cron.months:
            if (year, month) >= (first.year, first.month):
                days = (date(year, month, day) for day in range(1, calendar.monthrange(year, month)[1] + 1))
                yield from (day for day in days if day >= first and cron.days(day))


# Parse the text of fields into the numbers and days that they match.


def _numbers(of: Field, text: str) -> tuple[int, ...]:
    """Return the numbers that a field matches, in ascending order. The field may use the operators ``, - * /``.

    Raises
    ------
    ExpressionError
        If `text` is not a valid field or contains a number that is out of range.
    """
    found: set[int] = set()
    for part in text.split(","):
        interval, slash, step = part.partition("/")
        if slash and not re.fullmatch(r"0*[1-9][0-9]{0,3}", step):
            raise _wrong(of, text, f"the step after / in {part!r} must be 1 or greater")
        found.update(_range(of, text, interval, is_open=bool(slash))[:: int(step or 1)])
    return tuple(sorted(found))


def _days_of_month(text: str) -> Days:
    """Parse a day-of-month field.

    It can contain numbers, ``L`` (last day), ``15W`` (weekday nearest to the 15th), or ``LW`` (last weekday).
    """
    if text == "L":
        return lambda day: day.day == _last_of(day)
    if text == "LW":
        return lambda day: day.day == _nearest_weekday(day, _last_of(day))
    if match := re.fullmatch(r"([0-9]+)W", text):
        wanted = _number(DAY_OF_MONTH, text, match[1])
        return lambda day: wanted <= _last_of(day) and day.day == _nearest_weekday(day, wanted)
    chosen = frozenset(_numbers(DAY_OF_MONTH, text))
    return lambda day: day.day in chosen


def _days_of_week(text: str) -> Days:
    """Parse a day-of-week field.

    It can contain numbers (1 is Sunday), names, ``L`` (Saturday), ``6L`` (last Friday), or ``3#2`` (second Tuesday).
    """
    if match := re.fullmatch(r"(\w+)#([1-5])", text):
        weekday, nth = _number(DAY_OF_WEEK, text, match[1]), int(match[2])
        return lambda day: _weekday_of(day) == weekday and (day.day - 1) // 7 + 1 == nth
    if match := re.fullmatch(r"(\w+)L", text):
        weekday = _number(DAY_OF_WEEK, text, match[1])
        return lambda day: _weekday_of(day) == weekday and day.day + 7 > _last_of(day)
    if "/" in text:
        raise _wrong(DAY_OF_WEEK, text, "this field doesn't support /")
    chosen = frozenset(_numbers(DAY_OF_WEEK, "7" if text == "L" else text))
    return lambda day: _weekday_of(day) in chosen


def _range(of: Field, text: str, part: str, *, is_open: bool) -> range:
    if part == "*":
        return range(of.low, of.high + 1)
    first, dash, last = part.partition("-")
    start = _number(of, text, first)
    if not dash:
        return range(start, (of.high if is_open else start) + 1)
    end = _number(of, text, last)
    if end < start:
        raise _wrong(of, text, f"the range {part} ends before it starts")
    return range(start, end + 1)


def _number(of: Field, text: str, part: str) -> int:
    number = of.names.get(part.upper())
    if number is None and re.fullmatch(r"[0-9]{1,4}", part):
        number = int(part)
    if number is None or not of.low <= number <= of.high:
        raise _wrong(of, text, f"{part!r} is not a number from {of.low} to {of.high}{of.also}")
    return number


def _wrong(of: Field, text: str, why: str) -> ExpressionError:
    return ExpressionError(f"{of.name} is {text!r}, but {why}")


def _last_of(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _weekday_of(day: date) -> int:
    return day.isoweekday() % 7 + 1


def _nearest_weekday(day: date, wanted: int) -> int:
    """Return the weekday (Monday to Friday) nearest to day `wanted` in the month of `day`, as a day of the month."""
    weekday = day.replace(day=wanted).isoweekday()
    if weekday == calendar.SATURDAY + 1:
        return wanted - 1 if wanted > 1 else wanted + 2
    if weekday == calendar.SUNDAY + 1:
        return wanted + 1 if wanted < _last_of(day) else wanted - 2
    return wanted
