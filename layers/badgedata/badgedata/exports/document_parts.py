"""Convert records to parts of JSON documents (documents.py). Attributes that the format doesn't have are left out."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import batched
from typing import Any

import msgspec
from msgspec import inspect
from pynamodb.attributes import MapAttribute
from pynamodb.models import Model

from badgedata import documents, published, stored_images
from badgedata.config import config
from badgedata.exports.award_queries import (
    AwardItem,
    EvidenceList,
    awards_of_badge_class,
    evidence_or_none,
    text_or_none,
)
from badgedata.exports.failures import UnreadableDataError, wrong_part
from badgedata.exports.json_pages import Run
from badgedata.records import directory
from badgedata.stored_images import ImageMissingError, StoredImage, stored_image
from badgedata.text import json_without_control_characters, may_hold_control_characters, without_control_characters

MAX_RUN_ASSERTIONS = 64
"""Assertions in one run. It doesn't depend on DynamoDB's pages, so that the same data gives the same runs."""

IMAGES_AT_ONCE = 8
"""Assertions in one run with images, which are read in parallel and are in memory together, each up to 4 MiB."""

_HOSTED = documents.Verification(type=documents.HOSTED_BADGE)
_encode = msgspec.json.Encoder().encode


def issuer_part(issuer: directory.Issuer, embed_images: bool) -> documents.Issuer:
    """Return an issuer as an Open Badges Profile (Open Badges 2.0, "Profile")."""
    url = published.issuer_url(config().public_base_url, issuer.entity_id)
    image = _image(url, issuer.image, embed_images)
    added = {"id": url, "type": documents.PROFILE, "image": image, documents.MORE: issuer.more}
    return _part(issuer, documents.Issuer, f"The issuer {issuer.entity_id}", **added)


def badge_class_part(badge_class: directory.BadgeClass, embed_images: bool) -> documents.BadgeClass:
    """Return a badge class without its assertions (Open Badges 2.0, "BadgeClass")."""
    base_url = config().public_base_url
    url = published.badge_class_url(base_url, badge_class.entity_id)
    return _part(
        badge_class,
        documents.BadgeClass,
        f"The badge class {badge_class.entity_id}",
        id=url,
        type=documents.BADGE_CLASS,
        issuer=published.issuer_url(base_url, badge_class.issuer_id),
        image=_image(url, badge_class.image, embed_images),
        **{documents.MORE: badge_class.more},
    )


def _image(document_url: str, image: str | None, embed: bool) -> str | None:
    """Return the `image` of a document: its address, or with `embed`, a stored image as a `data:` URI (RFC 2397).

    An image that is stored elsewhere remains an address: an export doesn't fetch from the internet.
    """
    if embed and (stored := stored_image(image)) is not None:
        return _data_uri(stored, document_url)
    return published.image_url(document_url, image)


def _data_uri(image: StoredImage, document_url: str) -> str:
    """Read a stored image, and return it as a `data:` URI.

    Raises
    ------
    UnreadableDataError
        If the bucket doesn't have the image.
    """
    try:
        return stored_images.data_uri(image)
    except ImageMissingError:
        raise UnreadableDataError(f"The image of {document_url} is not in the images bucket.") from None


def group_part(group: directory.RecipientGroup) -> documents.RecipientGroup:
    """Return a recipient group without its learners."""
    return _part(group, documents.RecipientGroup, f"The group {group.entity_id}")


def learner_part(learner: directory.Learner) -> documents.Learner:
    """Return a learner of one group."""
    return _part(learner, documents.Learner, f"The learner {learner.entity_id}", id=learner.entity_id)


def pathway_part(pathway: directory.Pathway) -> documents.Pathway:
    """Return a pathway."""
    return _part(pathway, documents.Pathway, f"The pathway {pathway.entity_id}")


def _part[T: msgspec.Struct](record: Model, shape: type[T], what: str, **added: Any) -> T:
    """Return the attributes of a record and the `added` values as a part, checked against the format.

    Raises
    ------
    UnreadableDataError
        If an attribute is wrong; the message names the record and the attribute.
    """
    values = {attribute.attr_name: getattr(record, name) for name, attribute in record.get_attributes().items()}
    known = _known(values | added, _type_info(shape))
    try:
        return msgspec.convert(known, shape)
    except msgspec.ValidationError:
        path, reason = wrong_part(known, shape)
        raise UnreadableDataError(f"{what} can't be read{f', at {path}' if path else ''}: {reason}.") from None


@cache
def _type_info(shape: type[msgspec.Struct]) -> inspect.Type:
    return inspect.type_info(shape)


def _known(value: Any, shape: inspect.Type) -> Any:
    """Remove nulls and unknown keys from stored maps, and control characters from texts."""
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
    return value


def assertion_runs(embed_images: bool, badge_class_id: str, after: str) -> Iterator[Run]:
    """Read the awards of a badge class after the sort key `after` ("" is the beginning), and write assertions.

    They are in the order of date and id. With the `@context` added, each is a document of its own.

    Raises
    ------
    UnreadableDataError
        If an award can't be read, has no recipient, or lacks its image; the message names the award.
    """
    base_url = config().public_base_url
    badge = published.badge_class_url(base_url, badge_class_id)
    awards = (award for page in awards_of_badge_class(badge_class_id, after) for award in page.items)
    with ThreadPoolExecutor(IMAGES_AT_ONCE, thread_name_prefix="images") as pool:
        for few in batched(awards, IMAGES_AT_ONCE if embed_images else MAX_RUN_ASSERTIONS, strict=False):
            assertions = [_assertion(award, badge, base_url) for award in few]
            if embed_images:
                for assertion, image in zip(assertions, pool.map(_embedded, few, assertions), strict=True):
                    assertion.image = image
            yield Run(_written(assertions)[1:-1], len(few), few[-1].issued_on_award_id.S)


def _written(assertions: list[documents.Assertion]) -> bytes:
    data = documents.with_more_keys(_encode(assertions))
    if may_hold_control_characters(data):  # as older awards do
        data = _encode(json_without_control_characters(msgspec.json.decode(data)))
    return data


def _embedded(award: AwardItem, assertion: documents.Assertion) -> str | None:
    stored = stored_image(award.image.S)
    return assertion.image if stored is None else _data_uri(stored, assertion.id or "")


def _assertion(award: AwardItem, badge: str, base_url: str) -> documents.Assertion:
    url = published.assertion_url(base_url, award.award_id.S)
    if not (award.recipient_type.S and award.recipient_identity.S):
        raise UnreadableDataError(f"Award {award.award_id.S} has no recipientType or no recipientIdentity.")
    return documents.Assertion(
        id=url,
        type=documents.ASSERTION,
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
        image=published.image_url(url, text_or_none(award.image)),
        revoked=award.revoked.BOOL or None,
        revocation_reason=text_or_none(award.revocation_reason) if award.revoked.BOOL else None,
        more=msgspec.json.decode(award.more.S) if award.more.S else None,
    )


def _evidence(attribute: EvidenceList) -> list[documents.Evidence] | None:
    items = evidence_or_none(attribute)
    if items is None:
        return None
    return [documents.Evidence(id=text_or_none(item.M.id), narrative=text_or_none(item.M.narrative)) for item in items]
