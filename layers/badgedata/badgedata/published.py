"""The public Open Badges 2.0 documents for records, using only the vocabulary's own terms, and their URLs."""

import hashlib
from typing import Any

import msgspec

from badgedata.documents import ASSERTION, BADGE_CLASS, HOSTED_BADGE, OPEN_BADGES_CONTEXT, PROFILE
from badgedata.identifiers import comparable_address
from badgedata.records.awards import Award
from badgedata.records.directory import BadgeClass, Issuer
from badgedata.stored_images import is_stored, stored_image
from badgedata.text import json_without_control_characters

type JsonObject = dict[str, Any]


def issuer_url(base_url: str, issuer_id: str) -> str:
    """Return the URL of an issuer's Profile."""
    return f"{base_url}/public/issuers/{issuer_id}"


def badge_class_url(base_url: str, badge_class_id: str) -> str:
    """Return the URL of a BadgeClass."""
    return f"{base_url}/public/badges/{badge_class_id}"


def assertion_url(base_url: str, award_id: str) -> str:
    """Return the URL of an award's Assertion."""
    return f"{base_url}/public/assertions/{award_id}"


def image_url(document_url: str, image: str | None) -> str | None:
    """Return the URL of a record's image. For a stored image, it is the URL of the record's document plus `/image`."""
    return f"{document_url}/image" if is_stored(image) else image


def cacheable_image_url(base_url: str, image: str | None) -> str | None:
    """Return the URL that always shows a record's current stored image, or None for an image that isn't stored."""
    stored = stored_image(image)
    return stored_image_url(base_url, stored.name) if stored else None


def stored_image_url(base_url: str, name: str) -> str:
    """Return the URL of a badge image by name, ``<hash>.png``. It always shows the same image."""
    return f"{base_url}/public/images/{name}"


def baked_image_url(base_url: str, award_id: str, name: str) -> str:
    """Return the URL of an award's current image or of an earlier one."""
    return f"{assertion_url(base_url, award_id)}/images/{name}"


def profile(issuer: Issuer, base_url: str, contact_address: str) -> JsonObject:
    """Return an issuer as a Profile (Open Badges 2.0, "Profile").

    The specification requires ``url`` and ``email``. They default to the URL of the issuer's public document and the
    deployment's contact address.
    """
    address = issuer_url(base_url, issuer.entity_id)
    return _document(
        id=address,
        type=PROFILE,
        name=issuer.name,
        url=issuer.url or address,
        email=issuer.email or contact_address,
        description=issuer.description,
        image=image_url(address, issuer.image),
    )


def badge_class(record: BadgeClass, base_url: str) -> JsonObject:
    """Return a badge class as a BadgeClass (Open Badges 2.0, "BadgeClass").

    The specification requires ``description`` and ``criteria``. They default to the name and the badge class's own URL.
    """
    address = badge_class_url(base_url, record.entity_id)
    criteria = record.criteria.as_dict() if record.criteria else {}
    return _document(
        id=address,
        type=BADGE_CLASS,
        name=record.name,
        description=record.description or record.name,
        image=image_url(address, record.image),
        criteria=_without_empty(criteria) or {"id": address},
        issuer=issuer_url(base_url, record.issuer_id),
        alignment=[_without_empty(dict(alignment)) for alignment in record.alignment or []],
        tags=list(record.tags or []),
    )


def assertion(award: Award, base_url: str, hash_recipient: bool) -> JsonObject:
    """Return an award, revoked or not, as a hosted Assertion (Open Badges 2.0, "Assertion").

    Parameters
    ----------
    hash_recipient
        Whether a recipient identity that the issuer didn't hash is published as a hash.
    """
    address = assertion_url(base_url, award.award_id)
    return _document(
        id=address,
        type=ASSERTION,
        recipient=_recipient(award, hash_recipient),
        badge=badge_class_url(base_url, award.badge_class_id),
        verification={"type": HOSTED_BADGE},
        issuedOn=award.issued_on,
        expires=award.expires,
        image=image_url(address, award.image),
        narrative=award.narrative,
        evidence=[_without_empty(dict(piece)) for piece in award.evidence or []],
        revoked=award.revoked,
        revocationReason=award.revocation_reason if award.revoked else None,
    )


def may_show_image(award: Award, hash_recipient: bool) -> bool:
    """Return whether an award's stored image may be public: it doesn't reveal an identity that the document hashes."""
    stored = stored_image(award.image)
    return stored is None or not hash_recipient or bool(award.recipient_hashed) or stored.hides_recipient


def revoked_assertion(award: Award, base_url: str) -> JsonObject:
    """Return a revoked award without its recipient (Open Badges 2.0, "Assertion", hosted and revoked)."""
    return _document(
        id=assertion_url(base_url, award.award_id),
        type=ASSERTION,
        revoked=True,
        revocationReason=award.revocation_reason,
    )


def _recipient(award: Award, hash_recipient: bool) -> JsonObject:
    """Return the recipient as an IdentityObject (Open Badges 2.0). An identity that the issuer hashed is kept as is."""
    if not hash_recipient or award.recipient_hashed:
        recipient = {
            "type": award.recipient_type,
            "hashed": bool(award.recipient_hashed),
            "identity": award.recipient_identity,
        }
        return recipient | _without_empty({"salt": award.recipient_salt})
    # Verifiers hash the e-mail address that a person claims. Open Badges 2.0 doesn't define letter case, but version
    # 3.0 and the platforms hash it in lowercase.
    identity, salt = award.recipient_identity, _recipient_salt(award.award_id)
    claimed = comparable_address(identity) if award.recipient_type == "email" else identity
    digest = hashlib.sha256((claimed + salt).encode()).hexdigest()
    return {"type": award.recipient_type, "hashed": True, "identity": f"sha256${digest}", "salt": salt}


def _recipient_salt(award_id: str) -> str:
    """Return an award's salt, derived from its ID so that its document and baked images always have the same bytes.

    Each award has a different salt, so that a person's awards can't be linked and no precomputed hash table works for
    more than one award. The salt is not secret: the document publishes it with the hash, because verifiers need it.
    """
    return hashlib.sha256(f"recipient of {award_id}".encode()).hexdigest()[:32]


def json_ld(document: JsonObject) -> bytes:
    """Return a document as bytes, which are always the same for the same record."""
    return msgspec.json.encode(document)


def _document(**fields: Any) -> JsonObject:
    # Older records may contain control characters; new ones can't.
    document: JsonObject = json_without_control_characters({"@context": OPEN_BADGES_CONTEXT} | _without_empty(fields))
    return document


def _without_empty(fields: JsonObject) -> JsonObject:
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}
