"""Replacements, image re-syncs, and the awards whose image could not be baked yet: all in the Operations table."""

import zlib
from datetime import datetime

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from badgedata.config import config
from badgedata.records.operations import ByDueTime, ByScope
from badgedata.records.record import ExpiringRecord, JsonText, Record

SHARDS = 16
"""Partitions that the failures of a re-sync are spread over, so that 100,000 of them don't heat one."""

DUE_RESYNCS = "image-resync"


class _OperationsTable:
    table_name = config().operations_table


class Replacement(ExpiringRecord):
    """A badge class that is to get, or got, another badge's data.

    `proposed` is the new content with the keys of a BadgeClass record; what the badge class was before is kept nowhere.
    `seen_version` and `seen_content` tell which badge class the preview was made for.
    """

    class Meta(_OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="replacement")
    id = UnicodeAttribute()
    scope = UnicodeAttribute()
    badge_class_id = UnicodeAttribute(attr_name="badgeClassId")
    status = UnicodeAttribute(default="previewed")
    source: JsonText = JsonText()
    proposed: JsonText = JsonText()
    changes: JsonText = JsonText()
    warnings: JsonText = JsonText()
    seen_version = NumberAttribute(attr_name="seenVersion")
    seen_content = UnicodeAttribute(attr_name="seenContent")
    requested_by = UnicodeAttribute(attr_name="requestedBy")
    created_at = UnicodeAttribute(attr_name="createdAt")
    confirmed_at = UnicodeAttribute(null=True, attr_name="confirmedAt")
    by_scope = ByScope()

    @staticmethod
    def key(replacement_id: str) -> tuple[str, str]:
        return f"replacement#{replacement_id}", "replacement"

    @staticmethod
    def history_key(badge_class_id: str) -> str:
        """A history of its own beside that of the badge class's exports."""
        return f"replacements of badge-class#{badge_class_id}"


class BadgePicture(Record):
    """A stored picture that a badge class showed, or was to show, when a replacement was previewed.

    So a deletion of the tenant finds pictures that nothing shows any more, and leaves those that other badge classes
    had too: `scope` names the picture.
    """

    class Meta(_OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    scope = UnicodeAttribute()
    id = UnicodeAttribute()
    by_scope = ByScope()

    @staticmethod
    def of(badge_class_id: str, image: str) -> "BadgePicture":
        """Make the record that this badge class has had this image (``s3:`` and its key); it is not stored yet."""
        partition = BadgePicture.partition(badge_class_id)
        return BadgePicture(partition, image, scope=BadgePicture.users_key(image), id=badge_class_id)

    @staticmethod
    def partition(badge_class_id: str) -> str:
        return f"pictures of badge-class#{badge_class_id}"

    @staticmethod
    def users_key(image: str) -> str:
        return f"badge classes with {image}"


class Resync(ExpiringRecord):
    """The image re-sync that a replacement began: how many awards there are, and how far it is.

    `counted` grows while the awards are counted, `refreshed` and `failed` while they are walked; total and pending
    follow from these (`badgedata.resync.figures`), so that the figures add up at any moment. `count_cursor` and
    `walk_cursor` are positions in the index by badge class.
    """

    class Meta(_OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="image-resync")
    badge_class_id = UnicodeAttribute(attr_name="badgeClassId")
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
    window_ends_at = UnicodeAttribute(attr_name="windowEndsAt")
    due = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True, attr_name="dueAt")
    by_due_time = ByDueTime()

    @staticmethod
    def key(badge_class_id: str, version: int) -> tuple[str, str]:
        return f"image-resync#{badge_class_id}#{version}", "image-resync"


class FailedImage(ExpiringRecord):
    """An award whose image could not be baked: why, how often it was tried, and when it is due again."""

    class Meta(_OperationsTable):
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
        return FailedImage.shard_key(badge_class_id, version, shard_of(award_id)), f"award#{award_id}"

    @staticmethod
    def shard_key(badge_class_id: str, version: int, shard: int) -> str:
        return f"image-resync#{badge_class_id}#{version}/failed#{shard:02}"

    @staticmethod
    def due_key(shard: int) -> str:
        return f"failed-image#{shard:02}"


def shard_of(award_id: str) -> int:
    """Give the shard that an award's failure stands in, 0 to 15."""
    return zlib.crc32(award_id.encode()) % SHARDS


class PreviewSlot(ExpiringRecord):
    """One of the previews that may be made at once, by an organization or by all, and until when it is held at most."""

    class Meta(_OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    owner = UnicodeAttribute()
    held_until = UnicodeAttribute(attr_name="heldUntil")

    @staticmethod
    def of_organization(organization_id: str) -> str:
        return f"organization#{organization_id}"

    @staticmethod
    def of_deployment() -> str:
        return "deployment"

    @staticmethod
    def key(of: str, number: int) -> tuple[str, str]:
        return of, f"preview-slot#{number}"


class PreviewCount(ExpiringRecord):
    """How many previews an organization has made in an hour of the clock."""

    class Meta(_OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    previews = NumberAttribute(default=0)

    @staticmethod
    def key(organization_id: str, hour: datetime) -> tuple[str, str]:
        return f"organization#{organization_id}", f"previews#{hour:%Y-%m-%dT%H}"
