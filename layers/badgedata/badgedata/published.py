"""Convert records to Open Badges 2.0 JSON for exports, public documents, and baked images.

A part is the JSON for one record in an export. Its keys are the fields of a struct in `documents`. A public document
is a part with only the keys that Open Badges defines. If a required key is missing, the public document contains a
default.
"""

import hashlib
from functools import cache
from itertools import zip_longest
from typing import Any, Final

import msgspec
from msgspec import inspect
from pynamodb.attributes import MapAttribute
from pynamodb.models import Model

from badgedata import documents
from badgedata.documents import ASSERTION, BADGE_CLASS, HOSTED_BADGE, MORE, OPEN_BADGES_CONTEXT, PROFILE
from badgedata.identifiers import comparable_address
from badgedata.records.awards import Award, AwardItem, EvidenceList, evidence_or_none, text_or_none
from badgedata.records.directory import BadgeClass, Issuer
from badgedata.stored_images import is_stored, stored_image
from badgedata.text import json_without_control_characters, without_control_characters

type JsonObject = dict[str, Any]

_NOT_PUBLISHED: Final = {"entityId", "recipientName", "createdAt", MORE}
"""The part keys that aren't published, because they aren't Open Badges terms."""

_HOSTED: Final = documents.Verification(type=HOSTED_BADGE)
_MORE_KEY: Final = f'"{MORE}":'.encode()  # within a string, the quotes would be escaped

# ---------------------------------------------------------------- URLs


def issuer_url(base_url: str, issuer_id: str) -> str:
    """Return the URL of an issuer's public document (a Profile)."""
    return f"{base_url}/public/issuers/{issuer_id}"


def badge_class_url(base_url: str, badge_class_id: str) -> str:
    """Return the URL of a badge class's public document (a BadgeClass)."""
    return f"{base_url}/public/badges/{badge_class_id}"


def assertion_url(base_url: str, award_id: str) -> str:
    """Return the URL of an award's public document (an Assertion)."""
    return f"{base_url}/public/assertions/{award_id}"


def image_url(document_url: str, image: str | None) -> str | None:
    """Return an image's URL. For a stored image, the URL is the document's URL followed by `/image`."""
    return f"{document_url}/image" if is_stored(image) else image


def cacheable_image_url(base_url: str, image: str | None) -> str | None:
    """Return a cacheable URL for a stored image. Return None for other images."""
    stored = stored_image(image)
    return stored_image_url(base_url, stored.name) if stored else None


def stored_image_url(base_url: str, name: str) -> str:
    """Return the URL of the badge image with this name, such as ``<hash>.png``. The image at the URL never changes."""
    return f"{base_url}/public/images/{name}"


def baked_image_url(base_url: str, award_id: str, name: str) -> str:
    """Return the URL of one of an award's images: the current image or an earlier one."""
    return f"{assertion_url(base_url, award_id)}/images/{name}"


# ---------------------------------------------------------------- parts


def issuer_part(issuer: Issuer, base_url: str) -> JsonObject:
    """Return an issuer as an Open Badges 2.0 Profile with the keys that `documents.Issuer` defines."""
    url = issuer_url(base_url, issuer.entity_id)
    added = {"id": url, "type": PROFILE, "image": image_url(url, issuer.image), MORE: issuer.more}
    return part_of(issuer, documents.Issuer, **added)


def badge_class_part(badge_class: BadgeClass, base_url: str) -> JsonObject:
    """Return a badge class as an Open Badges 2.0 BadgeClass with the keys that `documents.BadgeClass` defines."""
    url = badge_class_url(base_url, badge_class.entity_id)
    added = {
        "id": url,
        "type": BADGE_CLASS,
        "issuer": issuer_url(base_url, badge_class.issuer_id),
        "image": image_url(url, badge_class.image),
        MORE: badge_class.more,
    }
    return part_of(badge_class, documents.BadgeClass, **added)


def assertion_part(award: AwardItem, badge: str, base_url: str) -> documents.Assertion:
    """Return an award as a hosted Assertion (Open Badges 2.0).

    Parameters
    ----------
    badge
        The URL of the award's BadgeClass.
    """
    url = assertion_url(base_url, award.award_id.S)
    return documents.Assertion(
        id=url,
        type=ASSERTION,
        entity_id=award.award_id.S,
        badge=badge,
        recipient=documents.Recipient(
            type=award.recipient_type.S,
            hashed=award.recipient_hashed.BOOL,
            identity=award.recipient_identity.S,
            salt=text_or_none(award.recipient_salt),
        ),
        recipient_name=text_or_none(award.recipient_name),
        issued_on=award.issued_on.S,
        expires=text_or_none(award.expires),
        verification=_HOSTED,
        narrative=text_or_none(award.narrative),
        evidence=_evidence(award.evidence),
        image=image_url(url, text_or_none(award.image)),
        revoked=award.revoked.BOOL or None,
        revocation_reason=text_or_none(award.revocation_reason) if award.revoked.BOOL else None,
        more=msgspec.json.decode(award.more.S) if award.more.S else None,
    )


def _evidence(attribute: EvidenceList) -> list[documents.Evidence] | None:
    items = evidence_or_none(attribute)
    if items is None:
        return None
    return [documents.Evidence(id=text_or_none(item.M.id), narrative=text_or_none(item.M.narrative)) for item in items]


def part_of(record: Model, shape: type[msgspec.Struct], **added: Any) -> JsonObject:
    """Return an object with the keys of `shape`. The values come from `added` and the record's attributes.

    Nulls and control characters, which older records may contain, are removed. Types aren't checked.
    """
    values = {attribute.attr_name: getattr(record, name) for name, attribute in record.get_attributes().items()}
    known: JsonObject = _known(values | added, _type_info(shape))
    return known


@cache
def _type_info(shape: type[msgspec.Struct]) -> inspect.Type:
    return inspect.type_info(shape)


def _known(value: Any, shape: inspect.Type) -> Any:
    """Remove nulls, control characters, and keys that `shape` doesn't define."""
    if isinstance(value, str):
        return without_control_characters(value)
    if isinstance(value, MapAttribute):
        value = value.attribute_values
    if isinstance(shape, inspect.UnionType):
        wanted = inspect.StructType if isinstance(value, dict) else inspect.ListType
        shape = next((option for option in shape.types if isinstance(option, wanted)), shape)
    if isinstance(shape, inspect.StructType) and isinstance(value, dict):
        fields = ((field.encode_name, field.type) for field in shape.fields)
        return {key: _known(value[key], of) for key, of in fields if value.get(key) is not None}
    if isinstance(shape, inspect.ListType) and isinstance(value, list):
        return [_known(item, shape.item_type) for item in value]
    return json_without_control_characters(value)


def with_more_keys(encoded: bytes) -> bytes:
    """Return JSON with the content of each `MORE` key merged into the surrounding part. Existing values are kept.

    Parameters
    ----------
    encoded
        One or more parts, as encoded by `msgspec.json`.
    """
    if _MORE_KEY not in encoded:
        return encoded
    return msgspec.json.encode(_with_more_keys(msgspec.json.decode(encoded)))


def _with_more_keys(value: Any) -> Any:
    match value:
        case dict():
            more = value.pop(MORE, None)
            parts = {key: _with_more_keys(item) for key, item in value.items()}
            return _merged(parts, more) if isinstance(more, dict) else parts
        case list():
            return [_with_more_keys(item) for item in value]
    return value


def _merged(value: Any, more: Any) -> Any:
    if isinstance(value, dict) and isinstance(more, dict):
        own = {key: _merged(item, more.get(key)) for key, item in value.items()}
        return own | {key: item for key, item in more.items() if key not in own}
    if isinstance(value, list) and isinstance(more, list):
        return [_merged(item, kept) for item, kept in zip_longest(value, more[: len(value)])]
    return value


# ---------------------------------------------------------------- public documents


def profile(issuer: Issuer, base_url: str, contact_address: str) -> JsonObject:
    """Return an issuer's public document.

    The specification requires ``url`` and ``email``. They default to the document's own URL and the deployment's
    contact address.
    """
    return _public(issuer_part(issuer, base_url), url=issuer_url(base_url, issuer.entity_id), email=contact_address)


def badge_class(record: BadgeClass, base_url: str) -> JsonObject:
    """Return a badge class's public document.

    The specification requires ``description`` and ``criteria``. They default to the badge class's name and the
    document's own URL.
    """
    url = badge_class_url(base_url, record.entity_id)
    return _public(badge_class_part(record, base_url), description=record.name, criteria={"id": url})


def assertion(award: Award, base_url: str, hash_recipient: bool) -> JsonObject:
    """Return an award's public document. The recipient is included even if the award is revoked.

    Parameters
    ----------
    hash_recipient
        Whether to hash the recipient's identity if the issuer didn't hash it.
    """
    item = msgspec.convert(award.serialize(null_check=False), AwardItem)
    written = assertion_part(item, badge_class_url(base_url, award.badge_class_id), base_url)
    if hash_recipient and not written.recipient.hashed:
        written.recipient = _hashed(written.recipient, award.award_id)
    return _public(msgspec.to_builtins(written))


def revoked_assertion(award: Award, base_url: str) -> JsonObject:
    """Return a revoked award's public document, without the recipient (Open Badges 2.0, "Assertion")."""
    document = assertion(award, base_url, hash_recipient=True)
    return {
        name: document[name] for name in ("@context", "id", "type", "revoked", "revocationReason") if name in document
    }


def json_ld(document: JsonObject) -> bytes:
    """Return a public document as JSON. The same record always produces the same bytes."""
    return msgspec.json.encode(document)


def may_show_image(award: Award, hash_recipient: bool) -> bool:
    """Return whether an award's image can be public. An image must not reveal an identity that must be hashed."""
    # An image can name the recipient in plain text even if the award's identity is hashed: for example, if the image
    # was baked or loaded before the issuer hashed the identity.
    stored = stored_image(award.image)
    return stored is None or not hash_recipient or stored.hides_recipient


def _hashed(recipient: documents.Recipient, award_id: str) -> documents.Recipient:
    """Return a recipient as a hashed IdentityObject (Open Badges 2.0)."""
    # Verifiers hash the email address that a person claims. Open Badges 2.0 doesn't define letter case, but version
    # 3.0 and the platforms hash it in lowercase.
    identity, salt = recipient.identity, _recipient_salt(award_id)
    claimed = comparable_address(identity) if recipient.type == "email" else identity
    digest = hashlib.sha256((claimed + salt).encode()).hexdigest()
    return documents.Recipient(type=recipient.type, hashed=True, identity=f"sha256${digest}", salt=salt)


def _recipient_salt(award_id: str) -> str:
    """Return an award's salt. It is derived from the award's ID, so the document's bytes never change.

    Each award has a different salt. A person's awards therefore can't be linked, and precomputed tables of hashes are
    useless. The salt isn't secret. It is published with the hash, because verifiers need it.
    """
    return hashlib.sha256(f"recipient of {award_id}".encode()).hexdigest()[:32]


def _public(part: JsonObject, **defaults: Any) -> JsonObject:
    own = _without_empty({name: value for name, value in part.items() if name not in _NOT_PUBLISHED})
    # Older records may contain control characters; new ones can't.
    document: JsonObject = json_without_control_characters({"@context": OPEN_BADGES_CONTEXT} | own)
    return document | {name: value for name, value in defaults.items() if name not in document}


def _without_empty(value: Any) -> Any:
    """Remove empty values from objects, but not from lists."""
    if isinstance(value, list):
        return [_without_empty(item) for item in value]
    if not isinstance(value, dict):
        return value
    cleaned = {name: _without_empty(item) for name, item in value.items()}
    return {name: item for name, item in cleaned.items() if item not in (None, "", [], {})}
