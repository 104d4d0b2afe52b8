"""The current time, and conversions between times and text. All other modules get the current time from here."""

import re
from datetime import UTC, datetime

_ISO8601 = re.compile(r"[0-9W-]+T[0-9:.,]+(Z|[+-][0-9:]+)", re.ASCII | re.IGNORECASE)
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,30})?([Zz]|[+-]\d\d:[0-5]\d)", re.ASCII)


def now() -> datetime:
    """Return the current time as an aware datetime in UTC. Tests replace this function to simulate other times."""
    return datetime.now(UTC)


def rfc3339(moment: datetime) -> str:
    """Return an aware datetime as RFC 3339 text in UTC, ending with ``Z``. Fractional seconds are omitted if zero.

    >>> rfc3339(datetime(2026, 1, 31, 9, tzinfo=UTC))
    '2026-01-31T09:00:00Z'
    """
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat()
    if "." in text:
        text = text.rstrip("0")
    return text + "Z"


def sortable(moment: datetime) -> str:
    """Return an aware datetime as text that sorts chronologically: RFC 3339 in UTC, always with microseconds.

    >>> sortable(datetime(2026, 1, 31, 9, tzinfo=UTC))
    '2026-01-31T09:00:00.000000Z'
    """
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def to_the_second(moment: datetime) -> str:
    """Return an aware datetime as RFC 3339 text in UTC, truncated to the second."""
    return rfc3339(moment.replace(microsecond=0))


def parse_iso8601(text: str) -> datetime:
    """Convert an ISO 8601 time with an offset (Open Badges 2.0, "DateTime") to an aware datetime in UTC.

    In addition to RFC 3339 times, this function accepts times without seconds, offsets such as ``+0200`` or ``+02``,
    dates without hyphens, week dates, and a comma before the fraction.

    >>> parse_iso8601("2026-01-31T10:00+01")
    datetime.datetime(2026, 1, 31, 9, 0, tzinfo=datetime.timezone.utc)

    Raises
    ------
    ValueError
        If `text` is not a valid time. `parse_rfc3339` lists the possible reasons.
    """
    try:
        return parse_rfc3339(text)
    except ValueError:
        if _ISO8601.fullmatch(text) is None:
            raise
        try:
            moment = datetime.fromisoformat(text.upper())
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{text!r} is outside the supported range (years 1 to 9999)") from None


def parse_rfc3339(text: str) -> datetime:
    """Convert an RFC 3339 time with an offset (section 5.6) to an aware datetime in UTC.

    Digits beyond microseconds are dropped, because Python can't represent them.

    >>> parse_rfc3339("2026-01-31T10:00:00+01:00")
    datetime.datetime(2026, 1, 31, 9, 0, tzinfo=datetime.timezone.utc)

    Raises
    ------
    ValueError
        If `text` is not a valid time. For example, the time of day or the offset is missing, or the day doesn't exist.
        Only the years 1 to 9999 are supported.
    """
    if _RFC3339.fullmatch(text) is None:
        if _RFC3339.fullmatch(text + "Z"):
            raise ValueError(
                f"{text!r} has no UTC offset; use a format such as 2026-01-31T09:00:00Z or 2026-01-31T10:00:00+01:00"
            )
        if _RFC3339.fullmatch(text + "T00:00:00Z"):
            raise ValueError(
                f"{text!r} has no time of day and no UTC offset; "
                "use a format such as 2026-01-31T09:00:00Z or 2026-01-31T10:00:00+01:00"
            )
        raise ValueError(f"{text!r} is not a date and time with a UTC offset, such as 2026-01-31T09:00:00Z")
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        raise ValueError(f"{text!r} contains a day or time that doesn't exist") from None
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{text!r} is outside the supported range (years 1 to 9999)") from None
