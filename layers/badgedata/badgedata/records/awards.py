"""The Awards table. Each item is an award, keyed by issuer and date. Lambda functions change only the baked image.

`Award` is for reading and writing single awards. Exports read millions of awards, so they decode DynamoDB's JSON
directly into `AwardRow` and its subclasses (exports/award_queries.py).
"""

from datetime import datetime
from typing import Any

import msgspec
from pynamodb.attributes import BooleanAttribute, ListAttribute, MapAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection

from badgedata.clock import sortable
from badgedata.config import config
from badgedata.records.record import JsonText, Record


class ByBadgeClass(GlobalSecondaryIndex[Any]):
    """The index of a badge class's awards, ordered by date."""

    class Meta:
        index_name = "by-badge-class"
        projection = AllProjection()

    badge_class_id = UnicodeAttribute(hash_key=True, attr_name="badgeClassId")
    issued_on_award_id = UnicodeAttribute(range_key=True, attr_name="issuedOnAwardId")


class ByAwardId(GlobalSecondaryIndex[Any]):
    """The index for finding an award by its ID, for example when its public page is requested."""

    class Meta:
        index_name = "by-award-id"
        projection = KeysOnlyProjection()

    award_id = UnicodeAttribute(hash_key=True, attr_name="awardId")


class Award(Record):
    """A badge given to a recipient."""

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
    more: JsonText = JsonText(null=True)  # keys that the format doesn't define, from a loaded document
    by_badge_class = ByBadgeClass()
    by_award_id = ByAwardId()


class Text(msgspec.Struct, forbid_unknown_fields=True, frozen=True, gc=False):
    """A string attribute in DynamoDB JSON: ``{"S": "…"}``."""

    S: str


class Flag(msgspec.Struct, forbid_unknown_fields=True, frozen=True, gc=False):
    """A Boolean attribute in DynamoDB JSON: ``{"BOOL": true}``."""

    BOOL: bool


_NO_TEXT = Text("")
_NO_FLAG = Flag(False)


class EvidenceAttributes(msgspec.Struct, frozen=True, gc=False):
    """A piece of evidence, as stored in the table."""

    id: Text = _NO_TEXT
    narrative: Text = _NO_TEXT


class EvidenceMap(msgspec.Struct, forbid_unknown_fields=True, frozen=True, gc=False):
    """A map attribute in DynamoDB JSON: ``{"M": {…}}``. It contains one piece of evidence."""

    M: EvidenceAttributes


class EvidenceList(msgspec.Struct, forbid_unknown_fields=True, frozen=True, gc=False):
    """A list attribute in DynamoDB JSON: ``{"L": […]}``. It contains an award's evidence."""

    L: list[EvidenceMap]


_NO_EVIDENCE = EvidenceList([])


class AwardRow(msgspec.Struct, rename="camel", kw_only=True, frozen=True, gc=False):
    """The award attributes that the default columns of an export require."""

    award_id: Text
    badge_class_id: Text
    issued_on: Text
    recipient_type: Text = _NO_TEXT
    recipient_identity: Text = _NO_TEXT
    recipient_name: Text = _NO_TEXT
    expires: Text = _NO_TEXT
    narrative: Text = _NO_TEXT
    evidence: EvidenceList = _NO_EVIDENCE
    revoked: Flag = _NO_FLAG
    revocation_reason: Text = _NO_TEXT


class KeyedAwardRow(AwardRow, rename="camel", kw_only=True, frozen=True, gc=False):
    """An `AwardRow` with the award's sort key, which contains the date and the ID."""

    issued_on_award_id: Text


class AwardItem(KeyedAwardRow, rename="camel", kw_only=True, frozen=True, gc=False):
    """A `KeyedAwardRow` with the other attributes that an assertion requires."""

    recipient_hashed: Flag = _NO_FLAG
    recipient_salt: Text = _NO_TEXT
    image: Text = _NO_TEXT
    more: Text = _NO_TEXT


def text_or_none(attribute: Text) -> str | None:
    """Return an attribute's string, or None if the attribute is missing."""
    return None if attribute is _NO_TEXT else attribute.S


def evidence_or_none(attribute: EvidenceList) -> list[EvidenceMap] | None:
    """Return an award's evidence, or None if the attribute is missing."""
    return None if attribute is _NO_EVIDENCE else attribute.L


def sort_key(issued_on: datetime, award_id: str) -> str:
    """Return an award's sort key: the issue time and the award's ID."""
    return f"{sortable(issued_on)}#{award_id}"
