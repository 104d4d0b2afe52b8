"""Award counts in the Operations table, with the recent changes that they include."""

from typing import NamedTuple

from pynamodb.attributes import (
    BinaryAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from badgedata.records.record import OperationsTable, Record


class CountKey(NamedTuple):
    """The awards that one item counts: an issuer's awards of one badge class, issued in one month (UTC)."""

    issuer_id: str
    badge_class_id: str
    month: str
    """The month, such as ``2026-01``."""


class AwardCounts(Record):
    """The number of awards on each day of a month, and the latest changes to these numbers.

    Every write is conditional on `version` being unchanged since the item was read. The write that counts a change also
    records it in `applied`, so no other write can intervene. Versions never repeat, even if an expired item is
    deleted and created again.

    `next_page` is set when there is no room for more changes. It identifies the counts page for the next write: the
    page's number, "#", and the ID that the page has after that write.
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
        """Return the key of the counts for a badge class and month."""
        return AwardCounts.issuer_key(counted.issuer_id), f"{counted.badge_class_id}#{counted.month}"

    @staticmethod
    def issuer_key(issuer_id: str) -> str:
        """Return the partition key of all counts of an issuer."""
        return f"award-counts#{issuer_id}"

    @property
    def badge_class_id(self) -> str:
        """The badge class whose awards are counted."""
        return self.sk.rpartition("#")[0]

    @property
    def month(self) -> str:
        """The month (UTC) in which the counted awards were issued, such as ``2026-01``."""
        return self.sk.rpartition("#")[2]


class CountsPage(Record):
    """A page that takes over the counts and changes from a full counts item, for one write.

    The write after that goes to the counts item again, which takes over the counts. From then on, the page is one of
    the item's pages of earlier changes. It can be reused, with another ID, after `needed_until`.
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
        """Return the key of one of the pages for a badge class and month."""
        return CountsPage.pages_key(counted), number

    @staticmethod
    def pages_key(counted: CountKey) -> str:
        """Return the partition key of all pages for a badge class and month."""
        return f"award-counts#{counted.issuer_id}/applied#{counted.badge_class_id}#{counted.month}"


class AppliedPage(Record):
    """A page of changes that don't fit in a counts item or a counts page: those of a large batch, and earlier ones.

    A page never changes. `previous` is the previous page, and `previous_until` is the time of the latest change in that
    page and all earlier pages.
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
        """Return the key of a page of an issuer's changes."""
        return f"award-counts#{issuer_id}/applied", page


class RecountedAwards(Record):
    """A share of the awards that a recount found, for comparison with changes that the stream delivers later."""

    class Meta(OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    awards: BinaryAttribute = BinaryAttribute(legacy_encoding=False)
    expires_at = NumberAttribute(attr_name="expiresAt")

    @staticmethod
    def key(issuer_id: str, listing: str, share: int) -> tuple[str, str]:
        """Return the partition key and the sort key of one share of the awards that a recount listed."""
        # Each listing has its own partition, because a partition accepts only 1,000 write units per second.
        return f"award-counts#{issuer_id}/recounted#{listing}", str(share)


class IssuerRecount(Record):
    """The latest recount of an issuer, for counts that didn't exist at that time."""

    class Meta(OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    until = NumberAttribute()
    expires_at = NumberAttribute(attr_name="expiresAt")

    @staticmethod
    def key(issuer_id: str) -> tuple[str, str]:
        """Return the key of an issuer's latest recount."""
        return f"award-counts#{issuer_id}/recounted", "latest"
