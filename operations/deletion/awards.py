"""An issuer's awards, and the images that they were baked into."""

import itertools
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

from badgedata.aws import s3
from badgedata.config import config
from badgedata.records.awards import Award
from badgedata.records.directory import BadgeClass
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
        yield Found("awards", len(some), partial(_delete, some, replaced))


def _delete(some: Sequence[Award], replaced: set[str]) -> None:
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="delete") as pool:
        batches = itertools.batched(some, rows.BATCH, strict=False)
        list(pool.map(partial(_delete_batch, replaced=replaced), batches))


def _delete_batch(batch: Sequence[Award], replaced: set[str]) -> None:
    for award in batch:
        if award.image is not None or award.image_version is not None or award.badge_class_id in replaced:
            _delete_images(award.award_id)
    keys = [{"issuerId": {"S": a.issuer_id}, "issuedOnAwardId": {"S": a.issued_on_award_id}} for a in batch]
    rows.delete(config().awards_table, keys)


def _delete_images(award_id: str) -> None:
    bucket = config().images_bucket
    for page in s3().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"baked/{award_id}/"):
        if objects := page.get("Contents"):
            keys = [{"Key": item["Key"]} for item in objects]
            s3().delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})  # type: ignore[typeddict-item]
