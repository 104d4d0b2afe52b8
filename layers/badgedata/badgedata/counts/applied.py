"""The changes that counts include, remembered for as long as the stream may redeliver them."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from badgedata.counts.changes import Change, decode, encode
from badgedata.identifiers import new_id
from badgedata.records.award_counts import AppliedPage, AwardCounts

KEPT_SECONDS: Final = 36 * 3600
"""How long changes are remembered. DynamoDB keeps stream records for 24 hours, so none is delivered later."""

MAX_ITEM_BYTES: Final = 1000
"""The maximum size of a counts item, slightly below the 1 KB that one write unit covers."""


def remembered(counts: AwardCounts, since: int) -> Iterator[Change]:
    """Yield changes that the counts include, at least all those made at `since` (seconds since 1970) or later."""
    yield from decode(counts.applied or b"")
    page, until = _before(counts.page, counts.page_until)
    while page is not None and until is not None and until >= since:
        read = _page(counts.pk, page)
        if read is None:
            return
        yield from read.changes
        page, until = read.previous, read.previous_until


def remember(counts: AwardCounts, changes: Sequence[Change], now: int) -> None:
    """Record in the counts, which the caller saves, that they include these changes.

    If they don't fit in the item, they are first written to a page. A page that no saved counts refer to has no effect.
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


@lru_cache(maxsize=256)  # a cache of pages, which never change and have up to a thousand changes each
def _page(pk: str, page: str) -> _Page | None:
    try:
        read = AppliedPage.get(f"{pk}/applied", page, consistent_read=True)
    except AppliedPage.DoesNotExist:
        return None
    return _Page(list(decode(read.applied)), *_before(read.previous, read.previous_until))


def _before(page: str | None, until: float | None) -> tuple[str | None, int | None]:
    return page, None if until is None else int(until)


def _room(counts: AwardCounts) -> int:
    """Return the number of bytes of changes that fit in the counts item."""
    names_and_numbers = 110
    days = 8 * len(counts.days.attribute_values)
    return MAX_ITEM_BYTES - len(counts.pk) - len(counts.sk) - days - len(counts.recount or "") - names_and_numbers
