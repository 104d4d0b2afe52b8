"""Award counts in the Operations table, and the latest counted changes."""

from typing import NamedTuple

from pynamodb.attributes import (
    BinaryAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from badgedata.records.record import OperationsTable, Record


class CountKey(NamedTuple):
    """The issuer, badge class, and month (UTC) of a counts item."""

    issuer_id: str
    badge_class_id: str
    month: str
    """The month, such as ``2026-01``."""


class AwardCounts(Record):
    """The number of awards issued on each day of a month, and the latest changes to the awards.

    A write fails if `version` has changed since the item was read. The write that counts a change also adds the change
    to `applied`, so no change is counted twice. Versions never repeat, even if an expired item is deleted and
    re-created.

    `next_page` is set when the item is full. Its value is ``<number>#<ID>``. The next write goes to the counts page
    with this number, and the page gets this ID.
    """

    class Meta(OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    version = NumberAttribute(null=True)
    days: MapAttribute[str, int] = MapAttribute(default=dict)
    applied: BinaryAttribute = BinaryAttribute(legacy_encoding=False, default=b"")
    page = UnicodeAttribute(null=True)
    page_until = NumberAttribute(null=True, attr_name="pageUntil")
    next_page = UnicodeAttribute(null=True, attr_name="nextPage")
    recount = UnicodeAttribute(null=True)
    expires_at = NumberAttribute(null=True, attr_name="expiresAt")

    @staticmethod
    def key(counted: CountKey) -> tuple[str, str]:
        """Return the partition key and the sort key of a counts item."""
        return AwardCounts.issuer_key(counted.issuer_id), f"{counted.badge_class_id}#{counted.month}"

    @staticmethod
    def issuer_key(issuer_id: str) -> str:
        """Return the partition key of an issuer's counts."""
        return f"award-counts#{issuer_id}"

    @property
    def badge_class_id(self) -> str:
        """The badge class's ID."""
        return self.sk.rpartition("#")[0]

    @property
    def month(self) -> str:
        """The month (UTC), such as ``2026-01``."""
        return self.sk.rpartition("#")[2]


class CountsPage(Record):
    """A second item for award counts. It stores the counts while the counts item is full.

    When the counts item is full, one write stores the counts and changes in a counts page. The following write moves
    the counts back. From then on, the page lists only changes that have been counted. After `needed_until`, the
    page can be reused with a new ID.
    """

    class Meta(OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    id = UnicodeAttribute()
    version = NumberAttribute(null=True)
    days: MapAttribute[str, int] = MapAttribute(default=dict)
    applied: BinaryAttribute = BinaryAttribute(legacy_encoding=False, default=b"")
    page = UnicodeAttribute(null=True)
    page_until = NumberAttribute(null=True, attr_name="pageUntil")
    recount = UnicodeAttribute(null=True)
    needed_until = NumberAttribute(attr_name="neededUntil")
    expires_at = NumberAttribute(null=True, attr_name="expiresAt")

    @staticmethod
    def key(counted: CountKey, number: str) -> tuple[str, str]:
        """Return the partition key and the sort key of a counts page."""
        return CountsPage.pages_key(counted), number

    @staticmethod
    def pages_key(counted: CountKey) -> str:
        """Return the partition key of the counts pages for a badge class and month."""
        return f"award-counts#{counted.issuer_id}/applied#{counted.badge_class_id}#{counted.month}"


class AppliedPage(Record):
    """A page of counted changes that didn't fit in the counts item or counts page.

    A page never changes. `previous` is the page before this one. `previous_until` is the time of the latest change in
    the earlier pages.
    """

    class Meta(OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    applied: BinaryAttribute = BinaryAttribute(legacy_encoding=False)
    previous = UnicodeAttribute(null=True)
    previous_until = NumberAttribute(null=True, attr_name="previousUntil")
    expires_at = NumberAttribute(attr_name="expiresAt")

    @staticmethod
    def key(issuer_id: str, page: str) -> tuple[str, str]:
        """Return the partition key and the sort key of a page of counted changes."""
        return f"award-counts#{issuer_id}/applied", page


class RecountedAwards(Record):
    """A section of the list of awards that a recount found.

    Later changes in the stream are compared with this list.
    """

    class Meta(OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    awards: BinaryAttribute = BinaryAttribute(legacy_encoding=False)
    expires_at = NumberAttribute(attr_name="expiresAt")

    @staticmethod
    def key(issuer_id: str, listing: str, share: int) -> tuple[str, str]:
        """Return the partition key and the sort key of a section of a recount's list."""
        # Each listing has its own partition, because a partition accepts only 1,000 write units per second.
        return f"award-counts#{issuer_id}/recounted#{listing}", str(share)


class IssuerRecount(Record):
    """The latest recount of an issuer's awards.

    If a counts item didn't exist during this recount, the recount found no awards for the item.
    """

    class Meta(OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    until = NumberAttribute()
    expires_at = NumberAttribute(attr_name="expiresAt")

    @staticmethod
    def key(issuer_id: str) -> tuple[str, str]:
        """Return the partition key and the sort key of an issuer's latest recount."""
        return f"award-counts#{issuer_id}/recounted", "latest"
