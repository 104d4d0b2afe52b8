"""Read an issuer's badge classes, groups, learners, and pathways, and convert them to document parts.

Records are read in ID order. Parts are validated against the document format. Errors name the record that can't be
read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec
from pynamodb.models import Model

from badgedata import documents, published, stored_images
from badgedata.config import config
from badgedata.documents import GroupAlignment, Requirement
from badgedata.exports.failures import ScopeGoneError, UnreadableDataError, wrong_attribute, wrong_part
from badgedata.records.directory import BadgeClass, Issuer, Learner, Pathway, RecipientGroup
from badgedata.records.record import WrongTypeError
from badgedata.stored_images import ImageMissingError, stored_image
from badgedata.text import without_control_characters

_AFTER_ALL_IDS = "~"


def badge_classes_after(issuer_id: str, badge_class_id: str = "") -> Iterator[BadgeClass]:
    """Yield an issuer's badge classes whose IDs come after `badge_class_id`, in ID order."""
    later = BadgeClass.entity_id > badge_class_id if badge_class_id else None
    return _readable("badge class", BadgeClass.children.query(BadgeClass.parent_key(issuer_id), later))


def badge_classes_of(badge_class_ids: Iterable[str]) -> list[BadgeClass]:
    """Return the badge classes with these IDs, in ID order.

    Raises
    ------
    ScopeGoneError
        If a badge class was deleted.
    UnreadableDataError
        If a badge class can't be read.
    """
    wanted = sorted(set(badge_class_ids))
    found = list(_readable("selected badge class", BadgeClass.batch_get([BadgeClass.key(one) for one in wanted])))
    for missing in set(wanted) - {badge_class.entity_id for badge_class in found}:
        raise ScopeGoneError(f"The badge class {missing} was deleted before its awards were exported.")
    return sorted(found, key=lambda badge_class: badge_class.entity_id)


def groups_from(issuer_id: str, group_id: str = "") -> Iterator[RecipientGroup]:
    """Yield an issuer's groups in ID order, starting at `group_id`."""
    pk, first = RecipientGroup.key(issuer_id, group_id)
    _, last = RecipientGroup.key(issuer_id, _AFTER_ALL_IDS)
    found = RecipientGroup.query(pk, RecipientGroup.sk.between(first, last), consistent_read=True)
    return _readable("group", found)


def learners_from(issuer_id: str, group_id: str, learner_id: str = "") -> Iterator[Learner]:
    """Yield a group's learners in ID order, starting at `learner_id`."""
    pk, first = Learner.key(issuer_id, group_id, learner_id)
    return _readable(f"learner of the group {group_id}", Learner.query(pk, Learner.sk >= first, consistent_read=True))


def pathways_from(issuer_id: str, pathway_id: str = "") -> Iterator[Pathway]:
    """Yield an issuer's pathways in ID order, starting at `pathway_id`."""
    pk, first = Pathway.key(issuer_id, pathway_id)
    _, last = Pathway.key(issuer_id, _AFTER_ALL_IDS)
    return _readable("pathway", Pathway.query(pk, Pathway.sk.between(first, last), consistent_read=True))


def _readable[R: BadgeClass | RecipientGroup | Learner | Pathway](what: str, records: Iterator[R]) -> Iterator[R]:
    """Yield the records. Raise UnreadableDataError if a record has an attribute of the wrong type.

    `what` is the kind of record to name in the error message.
    """
    last = ""
    try:
        for record in records:
            last = record.entity_id
            yield record
    except WrongTypeError as error:
        which = f"The {what} that follows {last}" if last else f"The first {what}"
        raise UnreadableDataError(f"{which} can't be read: {wrong_attribute(error)}.") from None


@dataclass(frozen=True)
class Group:
    """A recipient group and the number of learners in it."""

    part: documents.RecipientGroup
    learner_count: int

    @property
    def id(self) -> str:
        """The group's ID."""
        return self.part.entity_id

    @property
    def alignments(self) -> list[GroupAlignment]:
        """The badges and pathways that the group is working toward."""
        return self.part.alignments or []


class Targets:
    """The badge classes and pathways that an issuer's groups work toward."""

    def __init__(self, issuer_id: str) -> None:
        self._issuer_id = issuer_id

    @cached_property
    def _pathways(self) -> dict[str, Pathway]:
        return {pathway.entity_id: pathway for pathway in pathways_from(self._issuer_id)}

    @cached_property
    def _badge_names(self) -> dict[str, str]:
        return {badge_class.entity_id: badge_class.name for badge_class in badge_classes_after(self._issuer_id)}

    def name_of(self, alignment: GroupAlignment) -> str | None:
        """Return the current name of an alignment's badge class or pathway.

        If the badge class or pathway was deleted, return the name stored in the alignment.
        """
        if alignment.type == "badge":
            name = self._badge_names.get(alignment.entity_id)
        else:
            pathway = self._pathways.get(alignment.entity_id)
            name = pathway.name if pathway is not None else None
        return alignment.name if name is None else without_control_characters(name)

    def requirements_of(self, alignment: GroupAlignment) -> list[Requirement]:
        """Return an alignment's requirements.

        If the alignment has no list of requirements but refers to a pathway, return the pathway's requirements.
        """
        if alignment.requirements is None and alignment.type == "pathway":
            pathway = self._pathways.get(alignment.entity_id)
            return (pathway_part(pathway).requirements or []) if pathway is not None else []
        return alignment.requirements or []


def selected_groups(issuer_id: str, include_archived: bool, group_id: str = "") -> Iterator[Group]:
    """Yield an issuer's groups in ID order, starting at `group_id`.

    Archived groups are omitted unless `include_archived` is true.
    """
    for group in groups_from(issuer_id, group_id):
        if include_archived or not group.archived:
            yield Group(group_part(group), int(group.learner_count or 0))


def issuer_part(issuer: Issuer, embed_images: bool) -> documents.Issuer:
    """Return the part of a document that describes an issuer."""
    part = published.issuer_part(issuer, config().public_base_url)
    if embed_images:
        part |= {"image": embedded_image(issuer.image, part["id"]) or part.get("image")}
    return _checked(part, documents.Issuer, f"The issuer {issuer.entity_id}")


def badge_class_part(badge_class: BadgeClass, embed_images: bool) -> documents.BadgeClass:
    """Return the part of a document that describes a badge class, without its assertions."""
    part = published.badge_class_part(badge_class, config().public_base_url)
    if embed_images:
        part |= {"image": embedded_image(badge_class.image, part["id"]) or part.get("image")}
    return _checked(part, documents.BadgeClass, f"The badge class {badge_class.entity_id}")


def embedded_image(image: str | None, document_url: str) -> str | None:
    """Return a record's image as a `data:` URI (RFC 2397), or None if this product doesn't store the image.

    An image on another site remains a URL in the document, because exports don't access the internet.

    Raises
    ------
    UnreadableDataError
        If the image is missing from the images bucket. The message names the document.
    """
    stored = stored_image(image)
    if stored is None:
        return None
    try:
        return stored_images.data_uri(stored)
    except ImageMissingError:
        raise UnreadableDataError(
            f"The image for {document_url} is missing from the images bucket. To export without images, set "
            "embedImages to false."
        ) from None


def group_part(group: RecipientGroup) -> documents.RecipientGroup:
    """Return the part of a document that describes a recipient group, without its learners."""
    return _part(group, documents.RecipientGroup, f"The group {group.entity_id}")


def learner_part(learner: Learner) -> documents.Learner:
    """Return the part of a document that describes a learner in a group."""
    return _part(learner, documents.Learner, f"The learner {learner.entity_id}", id=learner.entity_id)


def pathway_part(pathway: Pathway) -> documents.Pathway:
    """Return the part of a document that describes a pathway."""
    return _part(pathway, documents.Pathway, f"The pathway {pathway.entity_id}")


def _part[T: msgspec.Struct](record: Model, shape: type[T], what: str, **added: Any) -> T:
    return _checked(published.part_of(record, shape, **added), shape, what)


def _checked[T: msgspec.Struct](part: published.JsonObject, shape: type[T], what: str) -> T:
    """Convert a document part to the struct `shape`. Raise UnreadableDataError if a value doesn't match the struct."""
    try:
        return msgspec.convert(part, shape)
    except msgspec.ValidationError:
        raise UnreadableDataError(f"{what} can't be read: {wrong_part(part, shape)}.") from None
