"""The Awards table: one item for each award, by issuer and date. Only an award's baked image ever changes."""

from datetime import datetime
from typing import Any

from pynamodb.attributes import BooleanAttribute, ListAttribute, MapAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection

from badgedata.clock import sortable
from badgedata.config import config
from badgedata.records.record import JsonText, Record


class ByBadgeClass(GlobalSecondaryIndex[Any]):
    """A badge class's awards in order of their dates."""

    class Meta:
        index_name = "by-badge-class"
        projection = AllProjection()

    badge_class_id = UnicodeAttribute(hash_key=True, attr_name="badgeClassId")
    issued_on_award_id = UnicodeAttribute(range_key=True, attr_name="issuedOnAwardId")


class ByAwardId(GlobalSecondaryIndex[Any]):
    """The key of an award by its ID, for its public page."""

    class Meta:
        index_name = "by-award-id"
        projection = KeysOnlyProjection()

    award_id = UnicodeAttribute(hash_key=True, attr_name="awardId")


class Award(Record):
    """One badge given to one recipient."""

    class Meta:
        table_name = config().awards_table

    issuer_id = UnicodeAttribute(hash_key=True, attr_name="issuerId")
    issued_on_award_id = UnicodeAttribute(range_key=True, attr_name="issuedOnAwardId")
    award_id = UnicodeAttribute(attr_name="awardId")
    badge_class_id = UnicodeAttribute(attr_name="badgeClassId")
    recipient_type = UnicodeAttribute(attr_name="recipientType")
    recipient_identity = UnicodeAttribute(attr_name="recipientIdentity")
    recipient_hashed = BooleanAttribute(null=True, attr_name="recipientHashed")
    recipient_salt = UnicodeAttribute(null=True, attr_name="recipientSalt")
    recipient_name = UnicodeAttribute(null=True, attr_name="recipientName")
    issued_on = UnicodeAttribute(attr_name="issuedOn")
    expires = UnicodeAttribute(null=True)
    narrative = UnicodeAttribute(null=True)
    evidence: ListAttribute[MapAttribute[str, str]] = ListAttribute(null=True)
    image = UnicodeAttribute(null=True)
    image_version = NumberAttribute(null=True, attr_name="imageVersion")
    revoked = BooleanAttribute(null=True)
    revocation_reason = UnicodeAttribute(null=True, attr_name="revocationReason")
    more: JsonText = JsonText(null=True)  # keys of a loaded document that the format doesn't define
    by_badge_class = ByBadgeClass()
    by_award_id = ByAwardId()


def sort_key(issued_on: datetime, award_id: str) -> str:
    """Return the sort key of an award: the time at which it was issued, then its ID."""
    return f"{sortable(issued_on)}#{award_id}"
