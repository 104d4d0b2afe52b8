"""Delete an issuer's awards and their baked images."""

import itertools
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

from badgedata import stored_images
from badgedata.aws import s3
from badgedata.config import config
from badgedata.records.awards import Award
from badgedata.records.directory import BadgeClass
from badgedata.stored_images import BAKED, StoredImage, issuer_folder
from operations.deletion import table_items
from operations.deletion.step import DeletionStep

PARALLEL_BATCHES: Final = 8
_ATTRIBUTES: Final = ["issuerId", "issuedOnAwardId", "awardId", "badgeClassId", "image", "imageVersion"]


def awards(issuer_id: str, badge_classes: Sequence[BadgeClass]) -> Iterator[DeletionStep]:
    """Yield the steps that delete an issuer's awards and their baked images, in batches.

    Parameters
    ----------
    badge_classes
        The issuer's badge classes. Awards of a replaced badge class may have images that their records don't refer to.
    """
    replaced = {badge_class.entity_id for badge_class in badge_classes if int(badge_class.version) > 1}
    found = Award.query(issuer_id, attributes_to_get=_ATTRIBUTES, consistent_read=True)
    for batch in itertools.batched(found, PARALLEL_BATCHES * table_items.MAX_BATCH_ITEMS, strict=False):
        yield DeletionStep("awards", len(batch), partial(_delete_awards, batch, replaced))


def _delete_awards(batch: Sequence[Award], replaced: set[str]) -> None:
    with ThreadPoolExecutor(PARALLEL_BATCHES, thread_name_prefix="delete") as pool:
        batches = itertools.batched(batch, table_items.MAX_BATCH_ITEMS, strict=False)
        list(pool.map(partial(_delete_batch, replaced=replaced), batches))


def _delete_batch(batch: Sequence[Award], replaced: set[str]) -> None:
    for award in batch:
        if award.image is not None or award.image_version is not None or award.badge_class_id in replaced:
            delete_images(award.issuer_id, award.award_id)
    keys = [{"issuerId": {"S": a.issuer_id}, "issuedOnAwardId": {"S": a.issued_on_award_id}} for a in batch]
    table_items.delete(config().awards_table, keys)


def remaining_images(issuer_id: str) -> Iterator[DeletionStep]:
    """Yield a step that deletes an issuer's remaining images: newly baked images, and images of deleted awards."""
    folder = issuer_folder(issuer_id)
    if count := sum(1 for _ in stored_images.below(folder)):
        yield DeletionStep("images of deleted awards", count, partial(_delete_below, folder))


def orphaned_images() -> Iterator[DeletionStep]:
    """Yield the steps that delete images baked by version 0.1 for awards that no longer exist.

    The keys of these images don't contain the issuer ID, so the images of all tenants are listed. Later versions use
    different keys, so none of these images can belong to a new award.
    """
    pages = s3().get_paginator("list_objects_v2")
    with ThreadPoolExecutor(PARALLEL_BATCHES, thread_name_prefix="lookup") as pool:
        for page in pages.paginate(Bucket=config().images_bucket, Prefix=BAKED, Delimiter="/"):
            prefixes = [common["Prefix"] for common in page.get("CommonPrefixes", [])]
            folders = [prefix for prefix in prefixes if prefix != issuer_folder("").removesuffix("/")]
            for folder, has_award in zip(folders, pool.map(_has_award, folders), strict=True):
                if not has_award:
                    count = sum(1 for _ in stored_images.below(folder))
                    yield DeletionStep("images of deleted awards", count, partial(_delete_below, folder))


def _has_award(folder: str) -> bool:
    award_id = folder.removeprefix(BAKED).removesuffix("/")
    return any(True for _ in Award.by_award_id.query(award_id, limit=1))


def baked_images_of(issuer_id: str, award_id: str) -> Iterator[StoredImage]:
    """Yield all images baked for an award, including images that the award's record doesn't refer to."""
    for folder in (f"{issuer_folder(issuer_id)}{award_id}/", f"{BAKED}{award_id}/"):
        yield from stored_images.below(folder)


def delete_images(issuer_id: str, award_id: str) -> int:
    """Delete all images baked for an award, and return the number of deleted images."""
    return _delete(baked_images_of(issuer_id, award_id))


def _delete_below(folder: str) -> None:
    _delete(stored_images.below(folder))


def _delete(images: Iterator[StoredImage]) -> int:
    count = 0
    for batch in itertools.batched(images, stored_images.MAX_DELETED_AT_ONCE, strict=False):
        stored_images.remove(list(batch))
        count += len(batch)
    return count
