"""The stored counts of a badge class and month: which item holds them, and which changes they include.

Each write changes one item, on the condition that the item hasn't changed since it was read:

1. The counts item, until it has no room for more changes. The last of these writes also names a counts page.
2. The named page, which takes over the counts and the changes.
3. The counts item again, which takes over the counts. The page keeps the earlier changes.

The stored items always determine which item is written next. Therefore, two writers that read the same counts write the
same item, and one of them fails.
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
"""The number of bytes that must remain free in a counts item after a write; otherwise, the item is full. These bytes
leave room for three changes: the next change, another change if the next change brings the counts to zero, and the
change that is written to the page.
"""


class Counts:
    """The counts of a badge class and month. They are saved only if they haven't changed since they were read."""

    def __init__(self, counted: CountKey, item: AwardCounts | CountsPage) -> None:
        self.counted = counted
        self.days = {day: int(number) for day, number in item.days.attribute_values.items()}
        self.recount = Recount.decode(item.recount) if item.recount else None
        self._item = item
        """The item to write next, with the content that it takes over from the item that holds the counts now."""

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
        """Whether the stored counts are all zero. All items that store these counts must then expire."""
        return self._item.version is not None and not any(self.days.values())

    def remembered(self, since: int) -> Iterator[Change]:
        """Yield changes that the counts include: all changes made at `since` (seconds since 1970) or later.

        Some earlier changes may also be included, because pages are read as a whole.
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
        """Record that the counts include these changes.

        Changes that don't fit in the item are first written to a separate page. The page has no effect until saved
        counts refer to it. A single change always fits, except in an item without reserved room.
        """
        item = self._item
        kept = [change for change in decode(item.applied or b"") if (change.created or now) > now - KEPT_SECONDS]
        changes = [*kept, *changes]
        item.applied = encode(changes)
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
        """Replace the counts with the results of a recount, which include no changes from the stream yet."""
        self.days, self.recount = dict(days), recount
        self._item.applied, self._item.page, self._item.page_until = b"", None, None

    def save(self, now: int) -> bool:
        """Save the counts, unless another writer has saved them since they were read. Counts of zero expire."""
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
            # A counts item that expires must not have a successor.
            item.next_page = self._name_page(now) if self._room() < _RESERVED else None
            return _save(item, now)
        # Pages written after this moment prevent the counts item from being saved.
        pages = list(_pages(self.counted))
        if not _save(item, now):
            return False
        for page in pages:
            if page.expires_at is None:
                page.expires_at = expiry
                _save(page, now)
        return True

    def _expire_after_page(self, now: int) -> None:
        """Move counts that are all zero from the counts page back to the counts item, so that all items expire."""
        taken_over = Counts.read(self.counted)
        if taken_over.ends:
            taken_over.save(now)

    def _name_page(self, now: int) -> str:
        """Return the next page as ``<number>#<ID>``, with a new ID.

        The number of a page that is no longer needed is reused.
        """
        needed = {page.sk for page in _pages(self.counted) if page.needed_until >= now}
        number = next(number for number in map(str, count()) if number not in needed)
        return f"{number}#{new_id()}"

    def _room(self) -> int:
        """Return the number of bytes of changes that still fit in the counts item and in a page that takes over."""
        keys = sum(map(len, CountsPage.key(self.counted, "9999")))
        recount = len(self.recount.encode()) if self.recount else 0
        return MAX_ITEM_BYTES - keys - 8 * len(self.days) - recount - _NAMES_AND_NUMBERS - len(self._item.applied)


class _Page(NamedTuple):
    changes: list[Change]
    previous: str | None
    previous_until: int | None


@lru_cache(maxsize=256)  # a page with a given ID never changes, and contains up to a thousand changes
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
    """Return the time of the latest change in an item or in its earlier pages, in seconds since 1970."""
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
    """Return the page to which a full counts item refers, with the content that the page takes over."""
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
    """Copy the content of a counts item's next page, `page`, into the item, and return the item."""
    item.days, item.recount, item.applied = page.days, page.recount, b""
    item.page, item.page_until, item.next_page = item.next_page, _until(page, decode(page.applied)), None
    return item


def _save(item: AwardCounts | CountsPage, now: int) -> bool:
    """Save an item, unless it has been written or deleted since it was read. Return whether it was saved."""
    version = type(item).version
    unchanged = version.does_not_exist() if item.version is None else version == item.version
    # If an item is created again after DynamoDB deleted it, it must not repeat a version that a writer may have read.
    item.version = (now * 1000 if item.version is None else item.version) + 1
    try:
        item.save(unchanged)
    except PutError as error:
        if code_of(error) != "ConditionalCheckFailedException":
            raise
        return False
    return True
