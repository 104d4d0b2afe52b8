"""Image re-syncs in the Operations table, and awards whose images couldn't be baked."""

import zlib

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from badgedata.records.record import ByDueTime, ByScope, ExpiringRecord, OperationsTable

SHARDS = 16
"""The number of partitions for a re-sync's `FailedImage` records. In a single partition, writes would be throttled."""

DUE_RESYNCS = "image-resync"


class Resync(ExpiringRecord):
    """The image re-sync after a replacement, including its progress.

    `counted` grows while the awards are counted. `refreshed` and `failed` change while the images are processed.
    `badgedata.resync.lifecycle.figures` computes the total and the number of pending images from these numbers, so
    the figures always add up. `count_cursor` and `walk_cursor` are positions in the `by-badge-class` index. A re-sync
    has a `scope` only while it is in progress or overdue.
    """

    class Meta(OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="image-resync")
    id = UnicodeAttribute(null=True)
    scope = UnicodeAttribute(null=True)
    badge_class_id = UnicodeAttribute(attr_name="badgeClassId")
    issuer_id = UnicodeAttribute(null=True, attr_name="issuerId")
    organization_id = UnicodeAttribute(null=True, attr_name="organizationId")
    version = NumberAttribute()
    replacement_id = UnicodeAttribute(attr_name="replacementId")
    status = UnicodeAttribute(default="in-progress")
    counted = NumberAttribute(default=0)
    count_cursor = UnicodeAttribute(attr_name="countCursor", default="")
    is_counted = BooleanAttribute(attr_name="isCounted", default=False)
    refreshed = NumberAttribute(default=0)
    failed = NumberAttribute(default=0)
    walk_cursor = UnicodeAttribute(attr_name="walkCursor", default="")
    is_walked = BooleanAttribute(attr_name="isWalked", default=False)
    started_at = UnicodeAttribute(null=True, attr_name="startedAt")
    window_ends_at = UnicodeAttribute(attr_name="windowEndsAt")
    due = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True, attr_name="dueAt")
    by_scope = ByScope()
    by_due_time = ByDueTime()

    @staticmethod
    def key(badge_class_id: str, version: int) -> tuple[str, str]:
        """Return the partition key and the sort key of the re-sync for a badge class version."""
        return f"image-resync#{badge_class_id}#{version}", "image-resync"

    @staticmethod
    def open_key(organization_id: str) -> str:
        """Return the key of the list of an organization's open re-syncs, which are in progress or overdue."""
        return f"open image re-syncs of organization#{organization_id}"


class FailedImage(ExpiringRecord):
    """An award whose image couldn't be baked."""

    class Meta(OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    badge_class_id = UnicodeAttribute(attr_name="badgeClassId")
    version = NumberAttribute()
    award_id = UnicodeAttribute(attr_name="awardId")
    issuer_id = UnicodeAttribute(attr_name="issuerId")
    issued_on_award_id = UnicodeAttribute(attr_name="issuedOnAwardId")
    reason = UnicodeAttribute()
    attempts = NumberAttribute()
    due = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True, attr_name="dueAt")
    by_due_time = ByDueTime()

    @staticmethod
    def key(badge_class_id: str, version: int, award_id: str) -> tuple[str, str]:
        """Return the partition key and the sort key of the record for an award."""
        return FailedImage.shard_key(badge_class_id, version, shard_of(award_id)), f"award#{award_id}"

    @staticmethod
    def shard_key(badge_class_id: str, version: int, shard: int) -> str:
        """Return the partition key of a shard, which stores some of the re-sync's `FailedImage` records."""
        return f"image-resync#{badge_class_id}#{version}/failed#{shard:02}"

    @staticmethod
    def due_key(shard: int) -> str:
        """Return the partition key of a shard's `FailedImage` records in the `by-due-time` index."""
        return f"failed-image#{shard:02}"


def shard_of(award_id: str) -> int:
    """Return the number (0 to 15) of the shard that stores the `FailedImage` record for an award."""
    return zlib.crc32(award_id.encode()) % SHARDS
