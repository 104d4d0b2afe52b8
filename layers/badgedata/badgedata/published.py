"""Records as the public sees them: Open Badges 2.0 documents, nothing in them but the vocabulary's own terms."""

from typing import Any

import msgspec

from badgedata import addresses
from badgedata.documents import OPEN_BADGES_CONTEXT
from badgedata.records.awards import Award
from badgedata.records.directory import BadgeClass, Issuer

type JsonObject = dict[str, Any]


def profile(issuer: Issuer, base_url: str, contact_address: str) -> JsonObject:
    """Give an issuer as a Profile (Open Badges 2.0, "Profile").

    The specification requires ``url`` and ``email`` of an issuer: one that has none is found at its public document,
    and written to at the deployment's contact address.
    """
    address = addresses.issuer_url(base_url, issuer.entity_id)
    return _document(
        id=address,
        type="Profile",
        name=issuer.name,
        url=issuer.url or address,
        email=issuer.email or contact_address,
        description=issuer.description,
        image=addresses.image_url(address, issuer.image),
    )


def badge_class(record: BadgeClass, base_url: str) -> JsonObject:
    """Give a badge class (Open Badges 2.0, "BadgeClass").

    The specification requires ``description`` and ``criteria``: the name, and the badge class's own address, stand in
    where the issuer gave none.
    """
    address = addresses.badge_class_url(base_url, record.entity_id)
    criteria = record.criteria.as_dict() if record.criteria else {}
    return _document(
        id=address,
        type="BadgeClass",
        name=record.name,
        description=record.description or record.name,
        image=addresses.image_url(address, record.image),
        criteria=_given(criteria) or {"id": address},
        issuer=addresses.issuer_url(base_url, record.issuer_id),
        alignment=[_given(dict(alignment)) for alignment in record.alignment or []],
        tags=list(record.tags or []),
    )


def assertion(award: Award, base_url: str) -> JsonObject:
    """Give an award as a hosted Assertion (Open Badges 2.0, "Assertion"), revoked or not."""
    address = addresses.assertion_url(base_url, award.award_id)
    return _document(
        id=address,
        type="Assertion",
        recipient={
            "type": award.recipient_type,
            "hashed": bool(award.recipient_hashed),
            "identity": award.recipient_identity,
        }
        | _given({"salt": award.recipient_salt}),
        badge=addresses.badge_class_url(base_url, award.badge_class_id),
        verification={"type": "HostedBadge"},
        issuedOn=award.issued_on,
        expires=award.expires,
        image=addresses.image_url(address, award.image),
        narrative=award.narrative,
        evidence=[_given(dict(piece)) for piece in award.evidence or []],
        revoked=award.revoked,
        revocationReason=award.revocation_reason if award.revoked else None,
    )


def revoked_assertion(award: Award, base_url: str) -> JsonObject:
    """Give what is still said of a revoked award (Open Badges 2.0, "Assertion", hosted and revoked): nobody's name."""
    return _document(
        id=addresses.assertion_url(base_url, award.award_id),
        type="Assertion",
        revoked=True,
        revocationReason=award.revocation_reason,
    )


def json_ld(document: JsonObject) -> bytes:
    """Write a document; the same record gives the same bytes."""
    return msgspec.json.encode(document)


def _document(**fields: Any) -> JsonObject:
    return {"@context": OPEN_BADGES_CONTEXT} | _given(fields)


def _given(fields: JsonObject) -> JsonObject:
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}
