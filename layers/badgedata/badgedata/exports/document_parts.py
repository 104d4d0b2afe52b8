"""Records as parts of exported documents (documents.py), validated against the format, and with embedded images."""

from typing import Any

import msgspec
from pynamodb.models import Model

from badgedata import documents, published, stored_images
from badgedata.config import config
from badgedata.exports.failures import UnreadableDataError, wrong_part
from badgedata.records import directory
from badgedata.stored_images import ImageMissingError, stored_image


def issuer_part(issuer: directory.Issuer, embed_images: bool) -> documents.Issuer:
    """Return an issuer."""
    part = published.issuer_part(issuer, config().public_base_url)
    if embed_images:
        part |= {"image": embedded_image(issuer.image, part["id"]) or part.get("image")}
    return _checked(part, documents.Issuer, f"The issuer {issuer.entity_id}")


def badge_class_part(badge_class: directory.BadgeClass, embed_images: bool) -> documents.BadgeClass:
    """Return a badge class without its assertions."""
    part = published.badge_class_part(badge_class, config().public_base_url)
    if embed_images:
        part |= {"image": embedded_image(badge_class.image, part["id"]) or part.get("image")}
    return _checked(part, documents.BadgeClass, f"The badge class {badge_class.entity_id}")


def embedded_image(image: str | None, document_url: str) -> str | None:
    """Return a record's stored image as a `data:` URI (RFC 2397), or None if its image isn't stored.

    An image that is stored elsewhere remains a URL, because an export doesn't fetch from the internet.

    Raises
    ------
    UnreadableDataError
        If the image is not in the bucket. The message names the document.
    """
    stored = stored_image(image)
    if stored is None:
        return None
    try:
        return stored_images.data_uri(stored)
    except ImageMissingError:
        raise UnreadableDataError(f"The image of {document_url} is not in the images bucket.") from None


def group_part(group: directory.RecipientGroup) -> documents.RecipientGroup:
    """Return a recipient group without its learners."""
    return _part(group, documents.RecipientGroup, f"The group {group.entity_id}")


def learner_part(learner: directory.Learner) -> documents.Learner:
    """Return a learner in one group."""
    return _part(learner, documents.Learner, f"The learner {learner.entity_id}", id=learner.entity_id)


def pathway_part(pathway: directory.Pathway) -> documents.Pathway:
    """Return a pathway."""
    return _part(pathway, documents.Pathway, f"The pathway {pathway.entity_id}")


def _part[T: msgspec.Struct](record: Model, shape: type[T], what: str, **added: Any) -> T:
    return _checked(published.part_of(record, shape, **added), shape, what)


def _checked[T: msgspec.Struct](part: published.JsonObject, shape: type[T], what: str) -> T:
    """Return a part, validated against the format.

    Raises
    ------
    UnreadableDataError
        If a value is invalid. The message names the record and the attribute.
    """
    try:
        return msgspec.convert(part, shape)
    except msgspec.ValidationError:
        path, reason = wrong_part(part, shape)
        raise UnreadableDataError(f"{what} can't be read{f', at {path}' if path else ''}: {reason}.") from None
