"""Delete exports, export files, schedules, replacements, image re-syncs, and the trail."""

from collections.abc import Iterator
from functools import partial
from itertools import batched
from time import sleep
from typing import Final

from badgedata import stored_images
from badgedata.aws import s3
from badgedata.config import config
from badgedata.delivery import destinations
from badgedata.exports import lifecycle, segments, upload
from badgedata.records.directory import BadgeClass
from badgedata.records.exports import Export, Segment
from badgedata.records.replacements import Replacement, UsedImage
from badgedata.records.resyncs import SHARDS, FailedImage, Resync
from badgedata.records.schedules import Schedule
from badgedata.replacement.lifecycle import preview_image_of
from badgedata.resync import lifecycle as resyncs
from badgedata.schedules import scheduler
from badgedata.tokens import lifecycle as token_lifecycle
from operations.deletion import images, table_items
from operations.deletion.step import DeletionStep

LEASE_POLL_SECONDS: Final = 2.0


def active_exports(scope_key: str) -> Iterator[DeletionStep]:
    """Yield the steps that cancel a scope's active exports."""
    for export in Export.by_scope.query(scope_key):
        if export.status in lifecycle.ACTIVE:
            yield DeletionStep("exports canceled", 1, partial(_cancel, export.id))


def exports(scope_key: str) -> Iterator[DeletionStep]:
    """Yield the steps that delete a scope's exports, including everything that the workers wrote."""
    for export in Export.by_scope.query(scope_key):
        yield DeletionStep("exports", 1, partial(_delete_export, export))


def files(organization_id: str) -> Iterator[DeletionStep]:
    """Yield the steps that delete an organization's export files."""
    for prefix in upload.prefixes_of_organization(organization_id):
        pages = s3().get_paginator("list_objects_v2").paginate(Bucket=config().exports_bucket, Prefix=prefix)
        if count := sum(page["KeyCount"] for page in pages):
            yield DeletionStep("files", count, partial(upload.remove_all, prefix))


def destination(organization_id: str) -> Iterator[DeletionStep]:
    """Yield the step that deletes an organization's destination, so that no more files are delivered."""
    found = destinations.find(organization_id)
    if found is not None:
        yield DeletionStep("destinations", 1, found.delete)


def schedules(scope_key: str) -> Iterator[DeletionStep]:
    """Yield the steps that delete a scope's schedules and schedule counter."""
    list_key = Schedule.list_key(scope_key)
    for schedule in Schedule.by_scope.query(list_key):
        yield DeletionStep("schedules", 1, partial(_delete_schedule, schedule))
    yield from _partition("counters", list_key)


def counters(organization_id: str) -> Iterator[DeletionStep]:
    """Yield the step that deletes an organization's remaining counters and its empty list of access tokens."""
    return _partition("counters", f"organization#{organization_id}")


def tokens(organization_id: str) -> Iterator[DeletionStep]:
    """Yield the step that deletes an organization's access tokens."""
    if listed := token_lifecycle.of_organization(organization_id):
        yield DeletionStep("access tokens", len(listed), partial(token_lifecycle.remove_all, organization_id))


def trail(organization_id: str) -> Iterator[DeletionStep]:
    """Yield the steps that delete an organization's trail entries."""
    table = config().trail_table
    found = table_items.keys_in(table, organization_id, ("organizationId", "id"))
    for keys in batched(found, 1000, strict=False):
        yield DeletionStep("trail entries", len(keys), partial(table_items.delete, table, keys))


def active_resync(badge_class: BadgeClass) -> Iterator[DeletionStep]:
    """Yield the step that deletes a badge class's active re-sync. Workers drop messages for a deleted re-sync."""
    resync = resyncs.find(badge_class.entity_id, int(badge_class.version))
    if resync is not None and resync.status == "in-progress":
        yield DeletionStep("image re-syncs stopped", 1, resync.delete)


def all_resyncs(badge_class: BadgeClass) -> Iterator[DeletionStep]:
    """Yield the steps that delete a badge class's re-syncs and the records of failed images."""
    for version in range(2, int(badge_class.version) + 1):  # version 1 is not a replacement
        for shard in range(SHARDS):
            yield from _partition("failed images", FailedImage.shard_key(badge_class.entity_id, version, shard))
        yield from _partition("image re-syncs", Resync.key(badge_class.entity_id, version)[0])


def replacements(organization_id: str, badge_class_id: str) -> Iterator[DeletionStep]:
    """Yield the steps that note a badge class's images for deletion and delete the badge class's replacements.

    The current image, earlier images, and proposed images are noted.
    """
    for used in UsedImage.query(UsedImage.partition(badge_class_id), consistent_read=True):
        yield from images.note(organization_id, used.sk)
        yield DeletionStep("references to images", 0, used.delete)
    for replacement in Replacement.by_scope.query(Replacement.history_key(badge_class_id)):
        yield DeletionStep("replacements", 1, partial(_delete_replacement, replacement))


def _delete_replacement(replacement: Replacement) -> None:
    if (image := preview_image_of(replacement)) is not None:
        stored_images.remove([image])
    replacement.delete()


def _partition(kind: str, partition: str) -> Iterator[DeletionStep]:
    if keys := list(table_items.keys_in(config().operations_table, partition)):
        yield DeletionStep(kind, len(keys), partial(table_items.delete, config().operations_table, keys))


def _cancel(export_id: str) -> None:
    export = lifecycle.find_export(export_id)  # the index may not be up to date
    if export is not None:
        lifecycle.remove(export)


def _delete_export(export: Export) -> None:
    while any(segment.status == "open" and segments.is_held(segment) for segment in _segments(export.id)):
        sleep(LEASE_POLL_SECONDS)  # within seconds, the worker notices the cancellation or loses the lease
    upload.remove_all(upload.files_prefix(export))
    table_items.delete(config().operations_table, list(table_items.keys_in(config().operations_table, export.pk)))


def _segments(export_id: str) -> Iterator[Segment]:
    yield from segments.of_export(export_id)
    if (assembly := segments.find(export_id, segments.ASSEMBLY)) is not None:
        yield assembly


def _delete_schedule(schedule: Schedule) -> None:
    scheduler.delete(schedule.id)
    table = config().operations_table
    table_items.delete(table, list(table_items.keys_in(table, schedule.pk)))
