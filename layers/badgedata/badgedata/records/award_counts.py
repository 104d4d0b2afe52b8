"""Award counts in the Operations table, with the recent changes that they contain."""

from typing import NamedTuple

from pynamodb.attributes import (
    BinaryAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
    VersionAttribute,
)

from badgedata.records.record import OperationsTable, Record


class CountKey(NamedTuple):
    """What one item counts: the awards of a badge class of an issuer, issued in one month (UTC)."""

    issuer_id: str
    badge_class_id: str
    month: str
    """Such as ``2026-01``."""


class AwardCounts(Record):
    """The number of awards on each day of a month, and the latest changes in them.

    Every write has the condition that `version` is the one that was read. So a change is recorded in `applied` in the
    same write that counts it, and no other write comes between.
    """

    class Meta(OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    version = VersionAttribute()
    days: MapAttribute[str, int] = MapAttribute(default=dict)
    applied: BinaryAttribute = BinaryAttribute(legacy_encoding=False, default=b"")
    page = UnicodeAttribute(null=True)
    page_until = NumberAttribute(null=True, attr_name="pageUntil")
    recount = UnicodeAttribute(null=True)
    expires_at = NumberAttribute(null=True, attr_name="expiresAt")

    @staticmethod
    def key(counted: CountKey) -> tuple[str, str]:
        """Return the key of the counts of a badge class and month."""
        return AwardCounts.issuer_key(counted.issuer_id), f"{counted.badge_class_id}#{counted.month}"

    @staticmethod
    def issuer_key(issuer_id: str) -> str:
        """Return the partition key of all counts of an issuer."""
        return f"award-counts#{issuer_id}"

    @property
    def issuer_id(self) -> str:
        """The issuer whose awards are counted."""
        return self.pk.partition("#")[2]

    @property
    def badge_class_id(self) -> str:
        """The badge class whose awards are counted."""
        return self.sk.rpartition("#")[0]

    @property
    def month(self) -> str:
        """The month (UTC) in which the counted awards were issued, such as ``2026-01``."""
        return self.sk.rpartition("#")[2]


class AppliedPage(Record):
    """Older changes that the counts contain, once they don't fit in the item of the counts.

    A page is never changed. `previous` names the page before it, and `previous_until` is that page's `pageUntil`: no
    change in it or in those before it was made later.
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
    """A share of the awards that a recount found, for changes that were in the stream at that time."""

    class Meta(OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    awards: BinaryAttribute = BinaryAttribute(legacy_encoding=False)
    expires_at = NumberAttribute(attr_name="expiresAt")

    @staticmethod
    def key(issuer_id: str, listing: str, share: int) -> tuple[str, str]:
        """Return the key of a share of a listing."""
        # A partition for each listing, as one takes only 1,000 write units a second.
        return f"award-counts#{issuer_id}/recounted#{listing}", str(share)


class IssuerRecount(Record):
    """The latest recount of an issuer, for counts that did not exist then."""

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
