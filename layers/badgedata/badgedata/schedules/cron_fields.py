"""The fields of a cron expression: from their text to the numbers and days that they stand for."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

Days = Callable[[date], bool]
"""Tells whether a day is meant."""


class ExpressionError(ValueError):
    """The expression is wrong; the message says where, what was found, and what would be right."""


@dataclass(frozen=True)
class Field:
    """One of the six fields: the numbers it takes, and the names that stand for some of them."""

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
DAY_OF_MONTH = Field("day-of-month", 1, 31, also=", L, LW, or such as 15W")
MONTH = Field("month", 1, 12, _MONTHS, also=" or JAN to DEC")
DAY_OF_WEEK = Field("day-of-week", 1, 7, _WEEKDAYS, also=" or SUN to SAT, L, or such as 6L or 6#3")
YEAR = Field("year", 1970, 2199)


def numbers(of: Field, text: str) -> tuple[int, ...]:
    """Give the numbers, ascending, that a field of ``, - * /`` stands for.

    Raises
    ------
    ExpressionError
        When `text` is no such field, or goes beyond what the field takes.
    """
    found: set[int] = set()
    for part in text.split(","):
        spread, slash, step = part.partition("/")
        if slash and not re.fullmatch(r"0*[1-9][0-9]{0,3}", step):
            raise _wrong(of, text, f"what follows / in {part!r} is not a number from 1 on")
        found.update(_spread(of, text, spread, to_the_end=bool(slash))[:: int(step or 1)])
    return tuple(sorted(found))


def days_of_month(text: str) -> Days:
    """Read a day-of-month field: numbers, ``L`` (the last), ``15W`` (the weekday next to the 15th), ``LW``."""
    if text == "L":
        return lambda day: day.day == _last_of(day)
    if text == "LW":
        return lambda day: day.day == _nearest_weekday(day, _last_of(day))
    if match := re.fullmatch(r"([0-9]+)W", text):
        wanted = _number(DAY_OF_MONTH, text, match[1])
        return lambda day: wanted <= _last_of(day) and day.day == _nearest_weekday(day, wanted)
    chosen = frozenset(numbers(DAY_OF_MONTH, text))
    return lambda day: day.day in chosen


def days_of_week(text: str) -> Days:
    """Read a day-of-week field: numbers (1 is Sunday) or names, ``L`` (Saturday), ``6L`` (the last Friday), ``3#2``."""
    if match := re.fullmatch(r"(\w+)#([1-5])", text):
        weekday, nth = _number(DAY_OF_WEEK, text, match[1]), int(match[2])
        return lambda day: _weekday_of(day) == weekday and (day.day - 1) // 7 + 1 == nth
    if match := re.fullmatch(r"(\w+)L", text):
        weekday = _number(DAY_OF_WEEK, text, match[1])
        return lambda day: _weekday_of(day) == weekday and day.day + 7 > _last_of(day)
    if "/" in text:
        raise _wrong(DAY_OF_WEEK, text, "it takes no /")
    chosen = frozenset(numbers(DAY_OF_WEEK, "7" if text == "L" else text))
    return lambda day: _weekday_of(day) in chosen


def _spread(of: Field, text: str, part: str, *, to_the_end: bool) -> range:
    if part == "*":
        return range(of.low, of.high + 1)
    first, dash, last = part.partition("-")
    start = _number(of, text, first)
    if not dash:
        return range(start, (of.high if to_the_end else start) + 1)
    end = _number(of, text, last)
    if end < start:
        raise _wrong(of, text, f"the range {part} runs backwards")
    return range(start, end + 1)


def _number(of: Field, text: str, part: str) -> int:
    number = of.names.get(part.upper())
    if number is None and re.fullmatch(r"[0-9]{1,4}", part):
        number = int(part)
    if number is None or not of.low <= number <= of.high:
        raise _wrong(of, text, f"{part!r} is not a number from {of.low} to {of.high}{of.also}")
    return number


def _wrong(of: Field, text: str, why: str) -> ExpressionError:
    return ExpressionError(f"{of.name} is {text!r}, and {why}")


def _last_of(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _weekday_of(day: date) -> int:
    return day.isoweekday() % 7 + 1


def _nearest_weekday(day: date, wanted: int) -> int:
    """Give the weekday next to a day of this month, never leaving the month."""
    weekday = day.replace(day=wanted).isoweekday()
    if weekday == calendar.SATURDAY + 1:
        return wanted - 1 if wanted > 1 else wanted + 2
    if weekday == calendar.SUNDAY + 1:
        return wanted + 1 if wanted < _last_of(day) else wanted - 2
    return wanted
