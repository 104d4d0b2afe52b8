"""Replacements in the Operations table, the images that came and went with them, and fair use of previews."""

from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from badgedata.records.record import ByScope, ExpiringRecord, JsonText, OperationsTable, Record


class Replacement(ExpiringRecord):
    """A badge class that is to get, or got, another badge's data.

    `proposed` is the new content with the keys of a BadgeClass record; what the badge class was before is kept nowhere.
    `seen_version` and `seen_content` tell which badge class the preview was made for.
    """

    class Meta(OperationsTable):
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


class UsedImage(Record):
    """A stored image that a badge class showed, or was to show, when a replacement was previewed.

    So a deletion of the tenant finds images that nothing shows any more, and leaves those that other badge classes had
    too: `scope` names the image.
    """

    class Meta(OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    scope = UnicodeAttribute()
    id = UnicodeAttribute()
    by_scope = ByScope()

    @staticmethod
    def of(badge_class_id: str, image: str) -> "UsedImage":
        """Make the record that this badge class has had this image (``s3:`` and its key); it is not stored yet."""
        partition = UsedImage.partition(badge_class_id)
        return UsedImage(partition, image, scope=UsedImage.users_key(image), id=badge_class_id)

    @staticmethod
    def partition(badge_class_id: str) -> str:
        return f"pictures of badge-class#{badge_class_id}"

    @staticmethod
    def users_key(image: str) -> str:
        return f"badge classes with {image}"


class PreviewSlot(ExpiringRecord):
    """One of the previews that may be made at once, by an organization or by all, and until when it is held at most."""

    class Meta(OperationsTable):
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

    class Meta(OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    previews = NumberAttribute(default=0)

    @staticmethod
    def key(organization_id: str, hour: datetime) -> tuple[str, str]:
        return f"organization#{organization_id}", f"previews#{hour:%Y-%m-%dT%H}"
