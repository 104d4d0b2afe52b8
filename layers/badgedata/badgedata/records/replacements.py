"""Replacements in the Operations table, the images that badge classes use, and the limits on previews."""

from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from badgedata.records.record import ByScope, ExpiringRecord, JsonText, OperationsTable, Record


class Replacement(ExpiringRecord):
    """A previewed or confirmed replacement of a badge class's content.

    `proposed` is the new content. Its keys are attributes of a BadgeClass record. The previous content is not kept.
    `seen_version` and `seen_content` identify the badge class's content at the time of the preview. The issuer and
    the organization are stored when the replacement is confirmed.
    """

    class Meta(OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default="replacement")
    id = UnicodeAttribute()
    scope = UnicodeAttribute()
    badge_class_id = UnicodeAttribute(attr_name="badgeClassId")
    issuer_id = UnicodeAttribute(null=True, attr_name="issuerId")
    organization_id = UnicodeAttribute(null=True, attr_name="organizationId")
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
        """Return the partition key and the sort key of a replacement."""
        return f"replacement#{replacement_id}", "replacement"

    @staticmethod
    def history_key(badge_class_id: str) -> str:
        """Return the key of a badge class's replacement history, which is separate from its export history."""
        return f"replacements of badge-class#{badge_class_id}"


class UsedImage(Record):
    """A stored image that a badge class used before a confirmed replacement, or that the replacement introduced.

    When a tenant is deleted, its images are also deleted. An image is kept if another issuer uses it, or if another
    badge class uses or once used it. `scope` identifies the image.
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
        """Return an unsaved record for a badge class and its image, which is given as ``s3:<key>``."""
        partition = UsedImage.partition(badge_class_id)
        return UsedImage(partition, image, scope=UsedImage.users_key(image), id=badge_class_id)

    @staticmethod
    def partition(badge_class_id: str) -> str:
        """Return the partition key of the images that a badge class uses or once used."""
        return f"pictures of badge-class#{badge_class_id}"

    @staticmethod
    def users_key(image: str) -> str:
        """Return the key of the list of badge classes that use or once used an image."""
        return f"badge classes with {image}"


class PreviewSlot(ExpiringRecord):
    """One of the slots that limit concurrent previews, either per organization or across the entire deployment."""

    class Meta(OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    owner = UnicodeAttribute()
    held_until = UnicodeAttribute(attr_name="heldUntil")

    @staticmethod
    def of_organization(organization_id: str) -> str:
        """Return the partition key of an organization's slots."""
        return f"organization#{organization_id}"

    @staticmethod
    def of_deployment() -> str:
        """Return the partition key of the slots that all organizations share."""
        return "deployment"

    @staticmethod
    def key(of: str, number: int) -> tuple[str, str]:
        """Return the partition key and the sort key of a slot."""
        return of, f"preview-slot#{number}"


class PreviewCount(ExpiringRecord):
    """The number of previews that an organization has requested in one clock hour."""

    class Meta(OperationsTable):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    previews = NumberAttribute(default=0)

    @staticmethod
    def key(organization_id: str, hour: datetime) -> tuple[str, str]:
        """Return the partition key and the sort key of an organization's count for one clock hour."""
        return f"organization#{organization_id}", f"previews#{hour:%Y-%m-%dT%H}"
