"""Delete the images of issuers and badge classes. Each image is stored only once, so tenants can share it.

Before the command deletes a record, it writes a note about the record's image. If the deletion is interrupted, the
notes allow the command to resume it. At the end, the noted images are deleted. An image is kept if another issuer or
badge class uses it or used it before a replacement.
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
from operations.deletion import table_items
from operations.deletion.step import DeletionStep


class NotedImages(NamedTuple):
    """The number of deleted images, and the number of images that are kept for other tenants."""

    deleted: int
    kept_for_others: int


def note(organization_id: str, image: str | None) -> Iterator[DeletionStep]:
    """Yield a step that writes a note about a record's image, if this product stores the image.

    Parameters
    ----------
    image
        The value of the record's `image` attribute.
    """
    stored = stored_image(image)
    if stored is not None and stored.key.startswith(BADGE_IMAGES):
        yield DeletionStep("references to images", 1, partial(_note, organization_id, stored.key))


def delete_noted(organization_id: str) -> NotedImages:
    """Delete the notes and the noted images, except images that another tenant uses or used before a replacement."""
    deleted = kept = 0
    for key in list(table_items.keys_in(config().operations_table, _partition(organization_id))):
        image = StoredImage(key["sk"]["S"])
        if _is_shown(image) or _was_shown(image):
            kept += 1
        else:
            stored_images.delete(image)
            deleted += 1
        table_items.delete(config().operations_table, [key])
    return NotedImages(deleted, kept)


def _partition(organization_id: str) -> str:
    return f"pictures of deleted organization#{organization_id}"


def _note(organization_id: str, object_key: str) -> None:
    expiry = {"expiresAt": {"N": str(history_expiry(clock.now()))}}
    dynamodb().put_item(
        TableName=config().operations_table,
        Item=table_items.key_of(_partition(organization_id), object_key) | expiry,
    )


def _is_shown(image: StoredImage) -> bool:
    response = dynamodb().query(
        TableName=config().directory_table,
        IndexName="by-image",
        KeyConditionExpression="image = :image",
        ExpressionAttributeValues={":image": {"S": image.in_record}},
        Limit=1,
    )
    return response["Count"] > 0


def _was_shown(image: StoredImage) -> bool:
    return any(True for _ in UsedImage.by_scope.query(UsedImage.users_key(image.in_record), limit=1))
