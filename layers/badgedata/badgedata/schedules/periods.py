"""The days that a run exports awards of: the day, week or month before its scheduled time."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Period = Literal["previous-day", "previous-week", "previous-month"]


def days_of(period: Period, scheduled_time: datetime, zone: ZoneInfo) -> tuple[date, date]:
    """Give the first and the last day of the period before the day that `scheduled_time` is on in `zone`.

    Weeks are those of ISO 8601, Monday to Sunday. Whole days are given, not instants: where a day begins and ends in
    the zone is known by the export that reads them (exports.window), across changes of the clock.

    Parameters
    ----------
    scheduled_time
        When the run was to be, aware; not when it came to be.

    Examples
    --------
    >>> first, last = days_of("previous-week", datetime(2026, 1, 1, 6, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
    >>> f"{first:%A} {first} to {last:%A} {last}"
    'Monday 2025-12-22 to Sunday 2025-12-28'
    """
    today = scheduled_time.astimezone(zone).date()
    if period == "previous-day":
        yesterday = today - timedelta(days=1)
        # Where a place moves across the date line, a day of the calendar does not exist there.
        while not _exists(yesterday, zone):
            yesterday -= timedelta(days=1)
        return yesterday, yesterday
    if period == "previous-week":
        monday = today - timedelta(days=today.weekday() + 7)
        return monday, monday + timedelta(days=6)
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def _exists(day: date, zone: ZoneInfo) -> bool:
    noon = datetime.combine(day, time(12), tzinfo=zone)
    return noon.astimezone(UTC).astimezone(zone).date() == day
