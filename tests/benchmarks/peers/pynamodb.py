"""PynamoDB: a model, iteration over its Query, and its attributes."""

from collections.abc import Iterator
from typing import Any

from pynamodb.attributes import BooleanAttribute, ListAttribute, MapAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from badgedata.config import config
from tests.benchmarks.peers.award_parts import AwardCells, assertion


class ByBadgeClass(GlobalSecondaryIndex[Any]):
    """A badge class's awards."""

    class Meta:
        index_name = "by-badge-class"
        projection = AllProjection()

    badge_class_id = UnicodeAttribute(hash_key=True, attr_name="badgeClassId")
    issued_on_award_id = UnicodeAttribute(range_key=True, attr_name="issuedOnAwardId")


class Award(Model):
    """An award, with PynamoDB's own connection and settings instead of those of the product's records."""

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
    by_badge_class = ByBadgeClass()


def rows(issuer_id: str, at: str) -> Iterator[list[str]]:
    """Yield the rows of an issuer's award CSV."""
    cells = AwardCells(issuer_id, at)
    for award in Award.query(issuer_id):
        evidence = award.evidence or []
        yield cells.row(
            award.award_id,
            award.badge_class_id,
            award.recipient_type,
            award.recipient_identity,
            award.recipient_name,
            award.issued_on,
            award.expires,
            award.revoked,
            award.revocation_reason,
            award.narrative,
            [item["id"] for item in evidence if "id" in item],
            [item["narrative"] for item in evidence if "narrative" in item],
        )


def assertions(badge_class_id: str) -> Iterator[dict[str, Any]]:
    """Yield a badge class's assertions."""
    for award in Award.by_badge_class.query(badge_class_id):
        yield assertion(
            award.award_id,
            award.badge_class_id,
            award.recipient_type,
            award.recipient_hashed,
            award.recipient_identity,
            award.recipient_salt,
            award.recipient_name,
            award.issued_on,
            award.expires,
            award.narrative,
            award.evidence,
            award.image,
            award.revoked,
            award.revocation_reason,
        )
