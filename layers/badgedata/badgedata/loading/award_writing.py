"""Writes awards, whose images a re-sync may be baking meanwhile: new ones in batches, others where they differ."""

from collections.abc import Sequence

from pynamodb.exceptions import PutError
from pynamodb.expressions.condition import Condition

from badgedata.addresses import assertion_url
from badgedata.config import config
from badgedata.documents import Assertion
from badgedata.loading import items
from badgedata.loading.stored import Stored
from badgedata.loading.writing import ImageStore, put_batch
from badgedata.records.awards import Award


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
