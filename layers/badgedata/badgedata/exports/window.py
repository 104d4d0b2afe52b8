"""Convert the dates in a request to time windows."""

import re
from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Final, Literal
from zoneinfo import ZoneInfo

from badgedata.clock import parse_rfc3339, rfc3339, sortable
from badgedata.identifiers import first_id_at
from badgedata.problems import invalid, shown

MAX_PERIODS: Final = 400
"""The maximum number of days or months in a response: enough for the days in 13 months."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_FIRST_INSTANT = datetime.min.replace(tzinfo=UTC)
_LAST_INSTANT = datetime.max.replace(tzinfo=UTC)
_AFTER_EVERY_DATE = ":"  # sorts after every digit


@dataclass(frozen=True)
class Window:
    """A time window from `first` (inclusive) to `end` (exclusive), in the format that `clock.sortable` returns."""

    first: str
    end: str


AWARD_DATES: Final = ("awardedAfter", "awardedBefore")


def window_of(after: str | None, before: str | None, time_zone: str, fields: tuple[str, str] = AWARD_DATES) -> Window:
    """Return the window for the dates in a request.

    A date includes the entire day in `time_zone`, even if the clocks change on that day. If `after` is a time, it is
    inclusive. If `before` is a time, it is exclusive. None means no limit.

    >>> window_of("2026-03-29", "2026-03-29", "Europe/Berlin")  # the clocks go forward: this day has 23 hours
    Window(first='2026-03-28T23:00:00.000000Z', end='2026-03-29T22:00:00.000000Z')

    Parameters
    ----------
    fields
        The names of the two fields, for use in error messages.

    Raises
    ------
    Problem
        422 if the IANA database doesn't contain the time zone, a date doesn't exist, a time has no offset, or `after`
        is later than `before`.
    """
    zone = zone_named(time_zone)
    after_field, before_field = fields
    first = _first_instant(after_field, after, zone) if after is not None else _FIRST_INSTANT
    end = _end(before_field, before, zone) if before is not None else None
    # If "before" is a date, `end` is the beginning of the next day, so "after" must be earlier than `end`.
    if end is not None and (first > end or (first == end and _DATE.fullmatch(before or ""))):
        raise invalid(
            after_field,
            f"{after_field} must not be later than {before_field}. "
            f"{shown(after)} begins at {rfc3339(first)}, and {shown(before)} ends at {rfc3339(end)}.",
        )
    return Window(sortable(first), sortable(end) if end is not None else _AFTER_EVERY_DATE)


def bounded(window: Window, first_day: str, last_day: str) -> Window:
    """Return the window with missing limits set to the start of `first_day` and the end of `last_day` (UTC).

    >>> bounded(window_of(None, "2026-03-01T09:00:00Z", "UTC"), "2026-01-31", "2026-02-28")
    Window(first='2026-01-31T00:00:00.000000Z', end='2026-03-01T09:00:00.000000Z')
    """
    first = f"{first_day}T00:00:00.000000Z" if window.first == sortable(_FIRST_INSTANT) else window.first
    if window.end != _AFTER_EVERY_DATE:
        return Window(first, window.end)
    day = datetime.fromisoformat(last_day).replace(tzinfo=UTC)
    return Window(first, sortable(day + timedelta(days=1)) if day.date() < date.max else sortable(_LAST_INSTANT))


def ids_within(window: Window) -> tuple[str, str]:
    """Return the lower and upper bounds of the IDs that `identifiers.new_id` creates in a window.

    >>> ids_within(window_of("1970-01-02T00:00:00Z", None, "UTC"))
    ('000005265c00', '~')
    """
    end = first_id_at(datetime.fromisoformat(window.end)) if window.end != _AFTER_EVERY_DATE else "~"
    return first_id_at(datetime.fromisoformat(window.first)), end


def periods_of(window: Window, by: Literal["day", "month"], time_zone: str) -> list[tuple[str, str]]:
    """Return each day or month in a window, and its beginning within the window. The window must have both limits.

    If a day begins twice because the clocks go back past midnight, the first beginning is returned.

    >>> periods_of(window_of("2026-01-31", "2026-02-01", "Asia/Tokyo"), "month", "Asia/Tokyo")
    [('2026-01', '2026-01-30T15:00:00.000000Z'), ('2026-02', '2026-01-31T15:00:00.000000Z')]

    Raises
    ------
    Problem
        422 for `by` if the window contains more than 400 days or months.
    """
    if window.first >= window.end:
        return []
    zone = zone_named(time_zone)
    last = datetime.fromisoformat(window.end) - timedelta(microseconds=1)
    begin, end = (local_date(moment, zone) for moment in (datetime.fromisoformat(window.first), last))
    months = range(begin.year * 12 + begin.month - 1, end.year * 12 + end.month)
    number = (end - begin).days + 1 if by == "day" else len(months)
    if number > MAX_PERIODS:
        remedy = "Choose a shorter date range, or use by=month." if by == "day" else "Choose a shorter date range."
        raise invalid("by", f"This date range spans {number:,} {by}s. The maximum is {MAX_PERIODS}. {remedy}")
    if by == "day":
        beginnings = [begin + timedelta(days=later) for later in range(number)]
    else:
        beginnings = [date(month // 12, month % 12 + 1, 1) for month in months]
    keys = [sortable(_beginnings(day, zone)[0]) for day in beginnings]
    labels = [day.isoformat()[: len("2026-01-31" if by == "day" else "2026-01")] for day in beginnings]
    return [(label, min(max(key, window.first), window.end)) for label, key in zip(labels, keys, strict=True)]


def zone_named(name: str) -> ZoneInfo:
    """Return an IANA time zone. If it doesn't exist, raise Problem (422 for `timeZone`)."""
    if name not in _zone_names():
        raise invalid(
            "timeZone", f"{shown(name)} is not a time zone in the IANA database. Use a name such as Europe/Berlin."
        )
    return ZoneInfo(name)


@cache
def _zone_names() -> frozenset[str]:
    # `ZoneInfo` also accepts the names of other files on the machine, such as localtime and right/UTC.
    return frozenset(files("tzdata").joinpath("zones").read_text().split())


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    """Return a time's date in a time zone, or its date in UTC if Python can't represent the local time."""
    try:
        return moment.astimezone(zone).date()
    except OverflowError:
        return moment.date()


def _first_instant(field: str, text: str, zone: ZoneInfo) -> datetime:
    if _DATE.fullmatch(text):
        return _beginnings(_date(field, text), zone)[0]
    return _instant(field, text)


def _end(field: str, text: str, zone: ZoneInfo) -> datetime | None:
    """Return the first time after the window, or None if the window includes 9999-12-31."""
    if not _DATE.fullmatch(text):
        return _instant(field, text)
    day = _date(field, text)
    return _beginnings(day + timedelta(days=1), zone)[1] if day < date.max else None


def _date(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise invalid(field, f"{shown(text)} is not a valid date.") from None


def _instant(field: str, text: str) -> datetime:
    try:
        return parse_rfc3339(text)
    except ValueError as error:
        reason = str(error).replace(repr(text), shown(text))
        raise invalid(field, f"{reason}. You can also specify a date without a time, such as 2026-01-31.") from None


def _beginnings(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first and last times at which a day begins. They differ only if the clocks go back past midnight."""
    try:
        either = [datetime.combine(day, time(fold=fold), tzinfo=zone).astimezone(UTC) for fold in (0, 1)]
    except OverflowError:
        return _FIRST_INSTANT, _FIRST_INSTANT
    first, last = sorted(either)
    if first.astimezone(zone).date() == day:
        # If the clocks go back exactly to midnight, not past it, the day continues and doesn't begin again.
        begins_again = first < last and (last - timedelta(microseconds=1)).astimezone(zone).date() < day
        return first, last if begins_again else first
    # The clocks skip this midnight, so the day begins when the clocks go forward, between these two instants.
    skipped = range(int((last - first).total_seconds()))
    seconds = bisect_left(skipped, day, key=lambda later: (first + timedelta(seconds=later)).astimezone(zone).date())
    return (first + timedelta(seconds=seconds),) * 2
