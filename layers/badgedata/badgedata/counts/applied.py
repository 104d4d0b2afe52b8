"""The changes that counts contain, remembered for as long as the stream may deliver them again."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from badgedata.counts.changes import Change, decode, encode
from badgedata.identifiers import new_id
from badgedata.records.award_counts import AppliedPage, AwardCounts

KEPT_SECONDS: Final = 36 * 3600
"""How long changes are remembered. DynamoDB keeps the records of a stream for 24 hours, so none is delivered later."""

MAX_ITEM_BYTES: Final = 1000
"""Bytes of a counts item, a little below the 1 KB that one write unit pays for."""


def remembered(counts: AwardCounts, since: int) -> Iterator[Change]:
    """Yield the changes that the counts contain: all that were made at `since` (seconds since 1970) or later."""
    yield from decode(counts.applied or b"")
    page, until = _before(counts.page, counts.page_until)
    while page is not None and until is not None and until >= since:
        read = _page(counts.pk, page)
        if read is None:
            return
        yield from read.changes
        page, until = read.previous, read.previous_until


def remember(counts: AwardCounts, changes: Sequence[Change], now: int) -> None:
    """Note in the counts, which the caller saves, that they contain these changes.

    If they don't fit in the item, they are written to a page first. A page that no saved counts name means nothing.
    """
    kept = [change for change in decode(counts.applied or b"") if (change.created or now) > now - KEPT_SECONDS]
    changes = [*kept, *changes]
    data = encode(changes)
    if len(data) <= _room(counts):
        counts.applied = data
        return
    page = new_id()
    AppliedPage(
        *AppliedPage.key(counts.issuer_id, page),
        applied=data,
        previous=counts.page,
        previous_until=counts.page_until,
        expires_at=now + KEPT_SECONDS,
    ).save()
    counts.applied, counts.page = b"", page
    counts.page_until = max(int(counts.page_until or 0), *(change.created for change in changes))


class _Page(NamedTuple):
    changes: list[Change]
    previous: str | None
    previous_until: int | None


@lru_cache(maxsize=256)  # of pages that don't change, with up to a thousand changes each
def _page(pk: str, page: str) -> _Page | None:
    try:
        read = AppliedPage.get(f"{pk}/applied", page, consistent_read=True)
    except AppliedPage.DoesNotExist:
        return None
    return _Page(list(decode(read.applied)), *_before(read.previous, read.previous_until))


def _before(page: str | None, until: float | None) -> tuple[str | None, int | None]:
    return page, None if until is None else int(until)


def _room(counts: AwardCounts) -> int:
    """Return how many bytes of changes fit in the item of the counts."""
    names_and_numbers = 110
    days = 8 * len(counts.days.attribute_values)
    return MAX_ITEM_BYTES - len(counts.pk) - len(counts.sk) - days - len(counts.recount or "") - names_and_numbers
