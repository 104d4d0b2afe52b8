"""Opaque cursors for paginated lists. A cursor is valid only for the list that it names."""

import base64
import re
from typing import Annotated

import msgspec

from badgedata.problems import Problem, invalid


class _Cursor(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    of: str
    after: Annotated[str, msgspec.Meta(min_length=1)]


def write_cursor(of: str, after: str) -> str:
    """Return a cursor for the list named `of`. The next page begins after the sort key `after`.

    >>> cursor = write_cursor("exports of issuer aurora-science", "2026-01-31")
    >>> read_cursor("exports of issuer aurora-science", cursor)
    '2026-01-31'
    >>> read_cursor("exports of another issuer", cursor)
    Traceback (most recent call last):
    badgedata.problems.Problem: 422 invalid-request: ...
    """
    return base64.urlsafe_b64encode(msgspec.json.encode(_Cursor(of, after))).decode().rstrip("=")


def read_cursor(of: str, cursor: str | None, positions: re.Pattern[str] | None = None) -> str | None:
    """Return the sort key in a cursor for the list named `of`, or None if `cursor` is None.

    Parameters
    ----------
    positions
        A pattern that the sort key must match. The check is necessary because cursors aren't signed.

    Raises
    ------
    Problem
        422 if the cursor is malformed or belongs to a different list.
    """
    if cursor is None:
        return None
    try:
        read = msgspec.json.decode(
            base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True), type=_Cursor
        )
    except (ValueError, RecursionError):  # not Base64, not UTF-8, not JSON, or not a cursor
        raise _invalid_cursor() from None
    if read.of != of or (positions is not None and positions.fullmatch(read.after) is None):
        raise _invalid_cursor()
    return read.after


def _invalid_cursor() -> Problem:
    return invalid(
        "cursor",
        "This cursor is not valid for this list. Omit it to start over, or pass the last nextCursor unchanged.",
    )
