"""Write one issuer and its contents. If a load is interrupted, another load can complete it."""

from collections.abc import Callable, Iterator, Sequence

from msgspec import UnsetType
from pynamodb.exceptions import PutError
from pynamodb.expressions.condition import Condition

from badgedata import clock
from badgedata.config import config
from badgedata.documents import Assertion, BadgeClass, IssuerDocument, Learner, RecipientGroup
from badgedata.published import assertion_url, badge_class_url, issuer_url
from badgedata.records import directory
from badgedata.records.awards import Award
from badgedata.records.record import code_of
from operations.loading import items
from operations.loading.images import ImageStore
from operations.loading.stored import StoredRecords, assertions_of, badge_classes_of, stored_learner_ids
from operations.loading.writing import (
    LoadInterruptedError,
    ProgressCallback,
    put_batch,
    write_batches,
    write_records,
)


def write_issuer(
    document: IssuerDocument,
    organization_id: str,
    stored: StoredRecords,
    images: ImageStore,
    on_progress: ProgressCallback,
) -> Iterator[tuple[str, int]]:
    """Write an issuer, its badge classes, pathways, learners, groups, and awards, in that order.

    The issuer is written first, because stored awards and learners are found only for existing issuers. Learners are
    written before groups, because a group's record contains the number of learners.

    Yields
    ------
    tuple of str and int
        A kind of item and the number of items written.
    """
    issuer_id = document.issuer.entity_id
    _issuer_record(document, organization_id, stored, images).save()
    yield "issuers", 1

    def reporting(kind: str) -> Callable[[int], None]:
        return lambda count: on_progress(kind, count)

    badge_classes = [badge_class for _, badge_class in badge_classes_of(document)]
    yield (
        "badge classes",
        write_records(
            badge_classes,
            lambda badge_class: _badge_class_record(badge_class, issuer_id, stored, images),
            reporting("badge classes"),
            put=lambda records: _put_badge_classes(records, stored),
        ),
    )
    pathways = [] if isinstance(document.pathways, UnsetType) else document.pathways
    yield "pathways", write_records(pathways, lambda p: items.pathway_record(p, issuer_id), reporting("pathways"))
    groups = [] if isinstance(document.recipient_groups, UnsetType) else document.recipient_groups
    learners = ((group.entity_id, learner) for group in groups for learner in group.learners or ())
    yield "learners", write_records(learners, lambda pair: _learner_record(issuer_id, *pair), reporting("learners"))
    is_new = issuer_id not in stored.issuers
    yield "groups", write_records(groups, lambda group: _group_record(group, issuer_id, is_new), reporting("groups"))
    assertions = ((bc.entity_id, assertion) for bc in badge_classes for assertion in assertions_of(bc))
    yield (
        "awards",
        write_batches(assertions, lambda batch: write_awards(batch, issuer_id, stored, images), reporting("awards")),
    )


def _issuer_record(
    document: IssuerDocument, organization_id: str, stored: StoredRecords, images: ImageStore
) -> directory.Issuer:
    issuer = document.issuer
    known = stored.issuers.get(issuer.entity_id)
    own_address = issuer_url(config().public_base_url, issuer.entity_id) + "/image"
    image = images.store_for_record(issuer.image, own_address, known)
    created_at = known.created_at if known is not None else clock.to_the_second(clock.now())
    return items.issuer_record(issuer, organization_id, image, created_at)


def _badge_class_record(
    badge_class: BadgeClass, issuer_id: str, stored: StoredRecords, images: ImageStore
) -> directory.BadgeClass:
    known = stored.badge_classes.get(badge_class.entity_id)
    own_address = badge_class_url(config().public_base_url, badge_class.entity_id) + "/image"
    image = images.store_for_record(badge_class.image, own_address, known)
    return items.badge_class_record(badge_class, issuer_id, image, stored.version_of(badge_class.entity_id))


def _put_badge_classes(records: list[directory.BadgeClass], stored: StoredRecords) -> None:
    """Put badge classes. Raise `LoadInterruptedError` if one of them has been replaced since its version was read."""
    for record in records:
        condition: Condition = directory.BadgeClass.pk.does_not_exist()
        if record.entity_id in stored.badge_classes:
            condition = directory.BadgeClass.version == record.version
        try:
            record.save(condition=condition)
        except PutError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise
            raise LoadInterruptedError(
                f"the badge class {record.entity_id} was changed while it was being loaded"
            ) from error


def _learner_record(issuer_id: str, group_id: str, learner: Learner) -> directory.Learner:
    return items.learner_record(learner, issuer_id, group_id)


def _group_record(group: RecipientGroup, issuer_id: str, is_new: bool) -> directory.RecipientGroup:
    # Stored learners that are not in the document are kept, so they count.
    learners = {learner.id for learner in group.learners or ()}
    if not is_new:
        learners |= stored_learner_ids(issuer_id, group.entity_id)
    return items.group_record(group, issuer_id, len(learners))


def write_awards(
    batch: Sequence[tuple[str, Assertion]], issuer_id: str, stored: StoredRecords, images: ImageStore
) -> None:
    """Write up to 25 awards of one issuer. Each award is paired with its badge class's ID.

    Existing awards are read again, because their images may have been re-baked since the load began. Unchanged awards
    aren't written.
    """

    def record(badge_class_id: str, assertion: Assertion, existing: Award | None) -> Award:
        image, image_version = _image(assertion, issuer_id, existing, stored.version_of(badge_class_id), images)
        return items.award_record(assertion, issuer_id, badge_class_id, image, image_version)

    known = stored.awards.get(issuer_id, {})
    new = [record(*pair, None) for pair in batch if pair[1].entity_id not in known]
    if new:
        put_batch(new)
    remaining = [pair for pair in batch if pair[1].entity_id in known]
    while remaining:  # a write fails only if a re-sync was faster, and a re-sync bakes an award once per version
        keys = [(issuer_id, items.award_key(assertion)) for _, assertion in remaining]
        current = {award.award_id: award for award in Award.batch_get(keys, consistent_read=True)}
        remaining = [
            pair
            for pair in remaining
            if not _put_unless_changed(record(*pair, existing := current.get(pair[1].entity_id)), existing)
        ]


def _image(
    assertion: Assertion, issuer_id: str, existing: Award | None, version: int, images: ImageStore
) -> tuple[str | None, int | None]:
    """Return an award's image, and the badge class version that the image was baked for."""
    own_address = assertion_url(config().public_base_url, assertion.entity_id) + "/image"
    image = assertion.image
    # Keep an existing baked image if the document has no other image, or if the existing image is for a newer version.
    if existing is not None and (image in (None, own_address) or int(existing.image_version or 0) > version):
        kept = images.keep_for_award(existing, assertion.recipient.identity)
        return kept, None if existing.image_version is None else int(existing.image_version)
    if image is None:
        return None, None
    stored = images.store_for_award(image, issuer_id, assertion.entity_id, assertion.recipient.identity)
    # An image embedded in the document was baked for the badge class in the document.
    return stored, version if stored != image else None


def _put_unless_changed(award: Award, existing: Award | None) -> bool:
    """Put an award if it has changed. Return False if its image was re-baked after `existing` was read."""
    if existing is not None and award.serialize() == existing.serialize():
        return True
    try:
        award.save(condition=_is_unchanged(existing))
    except PutError as error:
        if code_of(error) != "ConditionalCheckFailedException":
            raise
        return False
    return True


def _is_unchanged(existing: Award | None) -> Condition:
    if existing is None:
        return Award.award_id.does_not_exist()
    if existing.image_version is None:
        return Award.image_version.does_not_exist()
    return Award.image_version == existing.image_version
