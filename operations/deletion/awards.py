"""An issuer's awards, and the images that they were baked into."""

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
from operations.deletion import rows
from operations.deletion.found import Found

AT_ONCE: Final = 8
_WANTED: Final = ["issuerId", "issuedOnAwardId", "awardId", "badgeClassId", "image", "imageVersion"]


def awards(issuer_id: str, badge_classes: Sequence[BadgeClass]) -> Iterator[Found]:
    """Find an issuer's awards, some at a time, each with its baked images.

    Parameters
    ----------
    badge_classes
        The issuer's: an award of one that was replaced may have images that its record doesn't name.
    """
    replaced = {badge_class.entity_id for badge_class in badge_classes if int(badge_class.version) > 1}
    every = Award.query(issuer_id, attributes_to_get=_WANTED, consistent_read=True)
    for some in itertools.batched(every, AT_ONCE * rows.BATCH, strict=False):
        yield Found("awards", len(some), partial(_delete_awards, some, replaced))


def _delete_awards(some: Sequence[Award], replaced: set[str]) -> None:
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="delete") as pool:
        batches = itertools.batched(some, rows.BATCH, strict=False)
        list(pool.map(partial(_delete_batch, replaced=replaced), batches))


def _delete_batch(batch: Sequence[Award], replaced: set[str]) -> None:
    for award in batch:
        if award.image is not None or award.image_version is not None or award.badge_class_id in replaced:
            delete_images(award.issuer_id, award.award_id)
    keys = [{"issuerId": {"S": a.issuer_id}, "issuedOnAwardId": {"S": a.issued_on_award_id}} for a in batch]
    rows.delete(config().awards_table, keys)


def images_left(issuer_id: str) -> Iterator[Found]:
    """Find images of an issuer's awards that the platform deleted before, or that a re-sync baked just now."""
    folder = issuer_folder(issuer_id)
    if count := sum(1 for _ in stored_images.below(folder)):
        yield Found("images of deleted awards", count, partial(_delete_below, folder))


def images_of_no_award() -> Iterator[Found]:
    """Find images that version 0.1 baked for awards that nobody has any more.

    Their keys don't say whose awards they were, so this lists the images of that version of all tenants. New images
    are never put there, so one without an award can't be one whose award is about to be written.
    """
    pages = s3().get_paginator("list_objects_v2")
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="look") as pool:
        for page in pages.paginate(Bucket=config().images_bucket, Prefix=BAKED, Delimiter="/"):
            prefixes = [found["Prefix"] for found in page.get("CommonPrefixes", [])]
            folders = [prefix for prefix in prefixes if prefix != issuer_folder("").removesuffix("/")]
            for folder, has_award in zip(folders, pool.map(_has_award, folders), strict=True):
                if not has_award:
                    count = sum(1 for _ in stored_images.below(folder))
                    yield Found("images of deleted awards", count, partial(_delete_below, folder))


def _has_award(folder: str) -> bool:
    award_id = folder.removeprefix(BAKED).removesuffix("/")
    return any(True for _ in Award.by_award_id.query(award_id, limit=1))


def baked_images_of(issuer_id: str, award_id: str) -> Iterator[StoredImage]:
    """Find all images that were baked for an award, whether or not its record names them."""
    for folder in (f"{issuer_folder(issuer_id)}{award_id}/", f"{BAKED}{award_id}/"):
        yield from stored_images.below(folder)


def delete_images(issuer_id: str, award_id: str) -> int:
    """Delete all images that were baked for an award, and return how many there were."""
    return _delete(baked_images_of(issuer_id, award_id))


def _delete_below(folder: str) -> None:
    _delete(stored_images.below(folder))


def _delete(images: Iterator[StoredImage]) -> int:
    count = 0
    for some in itertools.batched(images, stored_images.MAX_DELETED_AT_ONCE, strict=False):
        stored_images.remove(list(some))
        count += len(some)
    return count
