"""Read and write the stored award counts for a badge class and month.

The counts item stores the counts and the changes that they include. When the item has no more space for changes, the
changes move to a counts page. Each write changes only one item, and fails if that item has changed since it was read.
The items are written in this order:

1. Writes go to the counts item until it is full. The write that fills the item also chooses a counts page.
2. The next write goes to this page. It stores the counts and all changes from the counts item there.
3. The following write goes to the counts item again. It stores the counts there and leaves the changes in the page.

The stored items always determine which item is written next. Two writers that read the same counts therefore write to
the same item, and one of the writes fails.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import count
from typing import Final, NamedTuple, Self

from pynamodb.exceptions import PutError

from badgedata.counts.changes import KEPT_SECONDS, Change, decode, encode
from badgedata.counts.recounted import Recount
from badgedata.identifiers import new_id
from badgedata.records.award_counts import AppliedPage, AwardCounts, CountKey, CountsPage
from badgedata.records.record import code_of

MAX_ITEM_BYTES: Final = 1000
"""The maximum size of a counts item or counts page, slightly below the 1 KB that one write unit covers."""

_NAMES_AND_NUMBERS = 165
_BYTES_OF_A_CHANGE = 40  # at most, with a new day

_RESERVED = 3 * _BYTES_OF_A_CHANGE
"""The minimum number of free bytes in a counts item after a write. If fewer bytes are free, the item is full.

This is enough for three changes: the next change, the change after it if all counts become zero, and the change that
is written to the page.
"""


class Counts:
    """The award counts for one badge class in one month."""

    def __init__(self, counted: CountKey, item: AwardCounts | CountsPage) -> None:
        self.counted = counted
        self.days = {day: int(number) for day, number in item.days.attribute_values.items()}
        self.recount = Recount.decode(item.recount) if item.recount else None
        self._item = item
        """The item to write next. This object contains the current counts, even if another item stores them now."""

    @classmethod
    def read(cls, counted: CountKey) -> Self:
        """Return the current counts, or empty counts if none are stored yet."""
        outdated = None
        while True:
            item = _counts_item(counted)
            if item is None:
                recount = Recount.of_nothing(counted.issuer_id)
                encoded = recount.encode() if recount else None
                return cls(counted, AwardCounts(*AwardCounts.key(counted), recount=encoded))
            if item.next_page is None:
                return cls(counted, item)
            number, _, page_id = item.next_page.partition("#")
            page = _counts_page(counted, number)
            if page is not None and page.id == page_id:
                return cls(counted, _item_after(item, page))
            # A page with a later ID was reused after the item was read, unless the item is from a backup.
            if page is None or page.id < page_id or item.version == outdated:
                return cls(counted, _page_after(counted, item, page))
            outdated = item.version

    @property
    def ends(self) -> bool:
        """Whether the counts are stored and are all zero. If so, the stored items must expire."""
        return self._item.version is not None and not any(self.days.values())

    def remembered(self, since: int) -> Iterator[Change]:
        """Yield the previously counted changes that were made at or after `since` (seconds since 1970).

        Older changes may also be yielded, because pages are always read in full.
        """
        yield from decode(self._item.applied or b"")
        page, until = _before(self._item.page, self._item.page_until)
        while page is not None and until is not None and until >= since:
            read = _page(self.counted, page)
            if read is None:
                return
            yield from read.changes
            page, until = read.previous, read.previous_until

    def remember(self, changes: Sequence[Change], now: int) -> None:
        """Record that these changes have been counted.

        If the changes don't fit in the item, they are written to a separate page. The page has no effect until `save`
        succeeds.
        """
        item = self._item
        kept = [change for change in decode(item.applied or b"") if (change.created or now) > now - KEPT_SECONDS]
        changes = [*kept, *changes]
        item.applied = encode(changes)
        # A single change always fits, unless the item was written without `_RESERVED` free bytes.
        if self._room() >= 0:
            return
        page = new_id()
        AppliedPage(
            *AppliedPage.key(self.counted.issuer_id, page),
            applied=item.applied,
            previous=item.page,
            previous_until=item.page_until,
            expires_at=now + KEPT_SECONDS,
        ).save()
        item.page_until, item.page, item.applied = _until(item, changes), page, b""

    def replace(self, days: Mapping[str, int], recount: Recount) -> None:
        """Replace the counts with the results of a recount and discard the record of changes counted so far."""
        self.days, self.recount = dict(days), recount
        self._item.applied, self._item.page, self._item.page_until = b"", None, None

    def save(self, now: int) -> bool:
        """Save the counts. Return False if another writer has changed the stored counts since they were read.

        If all counts are zero, the items that store them are set to expire.
        """
        item = self._item
        item.days = self.days = {day: number for day, number in self.days.items() if number}
        item.recount = self.recount.encode() if self.recount else None
        # The changes that led to zero are kept until none of them can be redelivered.
        expiry = None if self.days else now + KEPT_SECONDS
        if isinstance(item, CountsPage):
            item.needed_until = now + KEPT_SECONDS
            if not _save(item, now):
                return False
            if expiry:
                self._expire_after_page(now)
            return True
        item.expires_at = expiry
        if expiry is None:
            # A counts item that expires must not refer to a next page.
            item.next_page = self._name_page(now) if self._room() < _RESERVED else None
            return _save(item, now)
        # To write another page, a writer must first change the counts item. Saving the item here would then fail.
        pages = list(_pages(self.counted))
        if not _save(item, now):
            return False
        for page in pages:
            if page.expires_at is None:
                page.expires_at = expiry
                _save(page, now)
        return True

    def _expire_after_page(self, now: int) -> None:
        """Save zero counts from the counts page to the counts item, so that all stored items expire."""
        taken_over = Counts.read(self.counted)
        if taken_over.ends:
            taken_over.save(now)

    def _name_page(self, now: int) -> str:
        """Return a name for the next counts page in the form ``<number>#<ID>``.

        Numbers of pages that are no longer needed are reused.
        """
        needed = {page.sk for page in _pages(self.counted) if page.needed_until >= now}
        number = next(number for number in map(str, count()) if number not in needed)
        return f"{number}#{new_id()}"

    def _room(self) -> int:
        """Return the number of free bytes in the item to write. The number is negative if the changes don't fit."""
        keys = sum(map(len, CountsPage.key(self.counted, "9999")))
        recount = len(self.recount.encode()) if self.recount else 0
        return MAX_ITEM_BYTES - keys - 8 * len(self.days) - recount - _NAMES_AND_NUMBERS - len(self._item.applied)


class _Page(NamedTuple):
    changes: list[Change]
    previous: str | None
    previous_until: int | None


@lru_cache(maxsize=256)  # a page with a given ID never changes and contains up to a thousand changes
def _page(counted: CountKey, page: str) -> _Page | None:
    number, _, page_id = page.rpartition("#")
    if number:
        found = _counts_page(counted, number)
        if found is None or found.id != page_id:
            return None
        return _Page(list(decode(found.applied)), *_before(found.page, found.page_until))
    try:
        read = AppliedPage.get(*AppliedPage.key(counted.issuer_id, page), consistent_read=True)
    except AppliedPage.DoesNotExist:
        return None
    return _Page(list(decode(read.applied)), *_before(read.previous, read.previous_until))


def _before(page: str | None, until: float | None) -> tuple[str | None, int | None]:
    return page, None if until is None else int(until)


def _until(item: AwardCounts | CountsPage, changes: Iterator[Change] | Sequence[Change]) -> int:
    """Return the Unix time of the latest change in `changes` or in the item's earlier pages."""
    return max([int(item.page_until or 0), *(change.created for change in changes)])


def _counts_item(counted: CountKey) -> AwardCounts | None:
    try:
        return AwardCounts.get(*AwardCounts.key(counted), consistent_read=True)
    except AwardCounts.DoesNotExist:
        return None


def _counts_page(counted: CountKey, number: str) -> CountsPage | None:
    try:
        return CountsPage.get(*CountsPage.key(counted, number), consistent_read=True)
    except CountsPage.DoesNotExist:
        return None


def _pages(counted: CountKey) -> Iterator[CountsPage]:
    yield from CountsPage.query(CountsPage.pages_key(counted), consistent_read=True)


def _page_after(counted: CountKey, item: AwardCounts, overwritten: CountsPage | None) -> CountsPage:
    """Create the counts page that step 2 writes, without saving the page."""
    number, _, page_id = (item.next_page or "").partition("#")
    return CountsPage(
        *CountsPage.key(counted, number),
        id=page_id,
        version=overwritten.version if overwritten else None,
        days=item.days,
        applied=item.applied,
        page=item.page,
        page_until=item.page_until,
        recount=item.recount,
    )


def _item_after(item: AwardCounts, page: CountsPage) -> AwardCounts:
    """Copy the counts from the page to the counts item (step 3), without saving the item."""
    item.days, item.recount, item.applied = page.days, page.recount, b""
    item.page, item.page_until, item.next_page = item.next_page, _until(page, decode(page.applied)), None
    return item


def _save(item: AwardCounts | CountsPage, now: int) -> bool:
    """Save an item. Return False if the item has been written or deleted since it was read."""
    version = type(item).version
    unchanged = version.does_not_exist() if item.version is None else version == item.version
    # If an item is re-created after DynamoDB deleted it, it must not reuse a version that a writer may have read.
    item.version = (now * 1000 if item.version is None else item.version) + 1
    try:
        item.save(unchanged)
    except PutError as error:
        if code_of(error) != "ConditionalCheckFailedException":
            raise
        return False
    return True
