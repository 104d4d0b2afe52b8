"""Pictures of issuers and badge classes: each is stored once under its hash, so several tenants may have the same.

A picture is noted before what leads to it is deleted, so that a deletion that breaks off still knows it. At the end
each one is deleted that no issuer and no badge class shows, and that none had before a replacement.
"""

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from badgedata import clock, stored_images
from badgedata.aws import dynamodb
from badgedata.config import config
from badgedata.records.record import history_expiry
from badgedata.records.replacements import UsedImage
from badgedata.stored_images import BADGE_IMAGES, StoredImage, stored_image
from operations.deletion import rows
from operations.deletion.found import Found


class Outcome(NamedTuple):
    """What came of the noted pictures."""

    deleted: int
    kept_for_others: int


def reference(organization_id: str, image: str | None) -> Iterator[Found]:
    """Find what a record's `image` names, where that is a picture in the bucket; "deleting" it here is to note it."""
    stored = stored_image(image)
    if stored is not None and stored.key.startswith(BADGE_IMAGES):
        yield Found("references to pictures", 1, partial(_note, organization_id, stored.key))


def delete_noted(organization_id: str) -> Outcome:
    """Delete the noted pictures that nobody else has."""
    deleted = kept = 0
    for key in list(rows.keys_in(config().operations_table, _partition(organization_id))):
        picture = StoredImage(key["sk"]["S"])
        if _is_shown(picture) or _was_shown(picture):
            kept += 1
        else:
            stored_images.delete(picture)
            deleted += 1
        rows.delete(config().operations_table, [key])
    return Outcome(deleted, kept)


def _partition(organization_id: str) -> str:
    return f"pictures of deleted organization#{organization_id}"


def _note(organization_id: str, picture: str) -> None:
    expiry = {"expiresAt": {"N": str(history_expiry(clock.now()))}}
    dynamodb().put_item(
        TableName=config().operations_table,
        Item=rows.key_of(_partition(organization_id), picture) | expiry,
    )


def _is_shown(picture: StoredImage) -> bool:
    answer = dynamodb().query(
        TableName=config().directory_table,
        IndexName="by-image",
        KeyConditionExpression="image = :image",
        ExpressionAttributeValues={":image": {"S": picture.in_record}},
        Limit=1,
    )
    return answer["Count"] > 0


def _was_shown(picture: StoredImage) -> bool:
    return any(True for _ in UsedImage.by_scope.query(UsedImage.users_key(picture.in_record), limit=1))
