"""Writes one issuer with all that is its own, in an order that a load which broke off can be repaired by another."""

from collections.abc import Callable, Iterator, Sequence

from msgspec import UnsetType
from pynamodb.exceptions import PutError
from pynamodb.expressions.condition import Condition

from badgedata.config import config
from badgedata.documents import Assertion, BadgeClass, IssuerDocument, Learner, RecipientGroup
from badgedata.published import assertion_url, badge_class_url, issuer_url
from badgedata.records import directory
from badgedata.records.awards import Award
from operations.loading import items
from operations.loading.images import ImageStore
from operations.loading.stored import Stored, assertions_of, badge_classes_of, stored_learner_ids
from operations.loading.writing import LoadBrokenOffError, put_batch, write_batches, write_records


def write_issuer(
    document: IssuerDocument, organization_id: str, stored: Stored, images: ImageStore, tell: Callable[[str, int], None]
) -> Iterator[tuple[str, int]]:
    """Write an issuer, its badge classes, pathways, learners, groups and awards, in this order.

    The issuer is first, because a load looks for awards and learners only below issuers that exist. Learners precede
    the groups that count them.

    Yields
    ------
    tuple of str and int
        Each kind, and how many of it were written.
    """
    issuer_id = document.issuer.entity_id
    _issuer_record(document, organization_id, stored, images).save()
    yield "issuers", 1

    def told(kind: str) -> Callable[[int], None]:
        return lambda count: tell(kind, count)

    badge_classes = [badge_class for _, badge_class in badge_classes_of(document)]
    yield (
        "badge classes",
        write_records(
            badge_classes,
            lambda badge_class: _badge_class_record(badge_class, issuer_id, stored, images),
            told("badge classes"),
            put=lambda records: _put_badge_classes(records, stored),
        ),
    )
    pathways = [] if isinstance(document.pathways, UnsetType) else document.pathways
    yield "pathways", write_records(pathways, lambda p: items.pathway_record(p, issuer_id), told("pathways"))
    groups = [] if isinstance(document.recipient_groups, UnsetType) else document.recipient_groups
    learners = ((group.entity_id, learner) for group in groups for learner in group.learners or ())
    yield "learners", write_records(learners, lambda one: _learner_record(issuer_id, *one), told("learners"))
    is_new = issuer_id not in stored.issuers
    yield "groups", write_records(groups, lambda group: _group_record(group, issuer_id, is_new), told("groups"))
    assertions = ((bc.entity_id, assertion) for bc in badge_classes for assertion in assertions_of(bc))
    yield (
        "awards",
        write_batches(assertions, lambda batch: write_awards(batch, issuer_id, stored, images), told("awards")),
    )


def _issuer_record(
    document: IssuerDocument, organization_id: str, stored: Stored, images: ImageStore
) -> directory.Issuer:
    issuer = document.issuer
    known = stored.issuers.get(issuer.entity_id)
    own_address = issuer_url(config().public_base_url, issuer.entity_id) + "/image"
    image = images.keep(issuer.image, own_address, known)
    return items.issuer_record(issuer, organization_id, image)


def _badge_class_record(
    badge_class: BadgeClass, issuer_id: str, stored: Stored, images: ImageStore
) -> directory.BadgeClass:
    known = stored.badge_classes.get(badge_class.entity_id)
    own_address = badge_class_url(config().public_base_url, badge_class.entity_id) + "/image"
    image = images.keep(badge_class.image, own_address, known)
    return items.badge_class_record(badge_class, issuer_id, image, stored.version_of(badge_class.entity_id))


def _put_badge_classes(records: list[directory.BadgeClass], stored: Stored) -> None:
    """Put badge classes one by one, each on condition that nobody replaced it since its version was read."""
    for record in records:
        condition: Condition = directory.BadgeClass.pk.does_not_exist()
        if record.entity_id in stored.badge_classes:
            condition = directory.BadgeClass.version == record.version
        try:
            record.save(condition=condition)
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            raise LoadBrokenOffError(f"the badge class {record.entity_id} was changed while it was loaded") from error


def _learner_record(issuer_id: str, group_id: str, learner: Learner) -> directory.Learner:
    return items.learner_record(learner, issuer_id, group_id)


def _group_record(group: RecipientGroup, issuer_id: str, is_new: bool) -> directory.RecipientGroup:
    # Learners that are stored and not in the document stay, and so they count.
    learners = {learner.id for learner in group.learners or ()}
    if not is_new:
        learners |= stored_learner_ids(issuer_id, group.entity_id)
    return items.group_record(group, issuer_id, len(learners))


def write_awards(batch: Sequence[tuple[str, Assertion]], issuer_id: str, stored: Stored, images: ImageStore) -> None:
    """Write up to 25 awards of one issuer, each given with the id of its badge class.

    An award that is there is read again, as its image may have been baked anew since the load began. One that is as the
    document says already is left alone.
    """

    def record(badge_class_id: str, assertion: Assertion, there: Award | None) -> Award:
        image, image_version = _image(assertion, issuer_id, there, stored.version_of(badge_class_id), images)
        return items.award_record(assertion, issuer_id, badge_class_id, image, image_version)

    known = stored.awards.get(issuer_id, {})
    new = [record(*one, None) for one in batch if one[1].entity_id not in known]
    if new:
        put_batch(new)
    left = [one for one in batch if one[1].entity_id in known]
    while left:  # a turn that leaves any was overtaken by a re-sync, which bakes an award once for each version
        keys = [(issuer_id, items.award_key(assertion)) for _, assertion in left]
        there = {award.award_id: award for award in Award.batch_get(keys, consistent_read=True)}
        left = [one for one in left if not _is_put(record(*one, found := there.get(one[1].entity_id)), found)]


def _image(
    assertion: Assertion, issuer_id: str, there: Award | None, version: int, images: ImageStore
) -> tuple[str | None, int | None]:
    """Give an award's image, and the version of its badge class that it was baked for."""
    own_address = assertion_url(config().public_base_url, assertion.entity_id) + "/image"
    image = assertion.image
    # The baked image that is there stays; so does one for a newer version than the document's image belongs to.
    if there is not None and (image in (None, own_address) or int(there.image_version or 0) > version):
        return there.image, None if there.image_version is None else int(there.image_version)
    if image is None:
        return None, None
    kept = images.put_of_award(image, issuer_id, assertion.entity_id, assertion.recipient.identity)
    # One that came in the document was baked for the badge class beside it.
    return kept, version if kept != image else None


def _is_put(award: Award, there: Award | None) -> bool:
    """Put an award, unless it is the same as what is there. False where another image was baked since that was read."""
    if there is not None and award.serialize() == there.serialize():
        return True
    try:
        award.save(condition=_is_still(there))
    except PutError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        return False
    return True


def _is_still(there: Award | None) -> Condition:
    if there is None:
        return Award.award_id.does_not_exist()
    if there.image_version is None:
        return Award.image_version.does_not_exist()
    return Award.image_version == there.image_version
