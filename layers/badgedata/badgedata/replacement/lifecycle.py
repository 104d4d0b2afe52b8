"""The lifecycle of a replacement: preview, and then confirmation, cancellation, or expiry after an hour.

The badge class changes only when the replacement is confirmed. One transaction then overwrites the content, unless the
badge class was changed after the preview. The previous content isn't kept.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.transactions import TransactWrite

from badgedata import clock, stored_images, trail
from badgedata.access import Caller, find_badge_class
from badgedata.problems import conflict
from badgedata.records import transactions
from badgedata.records.directory import BadgeClass
from badgedata.records.record import history_expiry
from badgedata.records.replacements import Replacement, UsedImage
from badgedata.records.resyncs import Resync
from badgedata.records.trail import TrailEntry
from badgedata.records.transactions import ConditionsFailedError
from badgedata.replacement.content import (
    Content,
    content_json,
    content_of_json,
    current_content,
    digest,
    overwriting,
)
from badgedata.resync import lifecycle as resyncs
from badgedata.resync import start
from badgedata.stored_images import ImageMissingError, StoredImage

logger = Logger(child=True)

MAX_PREVIEW_AGE = timedelta(hours=1)


def begin(
    badge_class: BadgeClass,
    requested_by: str,
    *,
    replacement_id: str,
    source: dict[str, str | None],
    current: Content,
    proposed: Content,
    changes: list[str],
    warnings: list[str],
) -> Replacement:
    """Store a preview, which contains the proposed content and a digest of the content to be replaced."""
    now = clock.now()
    replacement = Replacement(
        *Replacement.key(replacement_id),
        id=replacement_id,
        scope=Replacement.history_key(badge_class.entity_id),
        badge_class_id=badge_class.entity_id,
        source=source,
        proposed=content_json(proposed),
        changes=changes,
        warnings=warnings,
        seen_version=int(badge_class.version),
        seen_content=digest(current),
        requested_by=requested_by,
        created_at=clock.to_the_second(now),
        expires_at=history_expiry(now),
    )
    replacement.save()
    return replacement


def find(replacement_id: str) -> Replacement | None:
    """Return the replacement with this ID, or None if the replacement doesn't exist or has expired."""
    return Replacement.find(*Replacement.key(replacement_id))


def history(badge_class_id: str, after: str | None, read_at_once: int) -> Iterator[Replacement]:
    """Return a badge class's replacements, newest first, starting after the ID `after`."""
    return Replacement.by_scope.newest_first(Replacement.history_key(badge_class_id), after, read_at_once)


def status_of(replacement: Replacement) -> str:
    """Return a replacement's current status: `previewed`, `replaced`, `cancelled`, or `expired`."""
    is_over = clock.now() >= clock.parse_rfc3339(replacement.created_at) + MAX_PREVIEW_AGE
    return "expired" if replacement.status == "previewed" and is_over else replacement.status


def confirm(replacement: Replacement, organization_id: str, by: Caller) -> Replacement:
    """Overwrite the badge class and start re-syncing its award images. A second confirmation has no effect.

    After the transaction, this function enqueues a message for the re-sync worker. If the message can't be sent,
    the sweeper sends it later.

    Raises
    ------
    Problem
        409 if the replacement was canceled or has expired, or if the badge class changed after the preview.
    """
    if replacement.status != "replaced":
        replacement = _overwrite(replacement, organization_id, by)
    resync = resyncs.find(replacement.badge_class_id, version_of(replacement))
    if resync is not None and not resync.is_counted:
        start.enqueue(resync)
    return replacement


def cancel(replacement: Replacement) -> Replacement:
    """Cancel a preview. A second cancellation has no effect.

    Raises
    ------
    Problem
        409 if the replacement has been confirmed.
    """
    is_cancellable = Replacement.status.is_in("previewed", "cancelled")
    if not replacement.update_if(is_cancellable, [Replacement.status.set("cancelled")]):
        raise conflict("This replacement can't be canceled, because the badge has already been replaced.", "replaced")
    if (preview_image := preview_image_of(replacement)) is not None:
        _delete_preview_image(preview_image)
    return replacement


def preview_image_of(replacement: Replacement) -> StoredImage | None:
    """Return the image stored for a replacement's preview, or None if there is none."""
    stored = stored_images.stored_image(replacement.proposed["image"])
    return stored if stored is not None and stored.key.startswith(stored_images.PREVIEWS) else None


def version_of(replacement: Replacement) -> int:
    """Return the badge class version that this replacement creates or would create."""
    return int(replacement.seen_version) + 1


def _overwrite(replacement: Replacement, organization_id: str, by: Caller) -> Replacement:
    _require_preview(replacement)
    badge_class = find_badge_class(replacement.badge_class_id, consistent=True)
    # `make load` may have changed the content without incrementing the version.
    if badge_class is not None and digest(current_content(badge_class)) == replacement.seen_content:
        try:
            return _overwrite_at_once(replacement, badge_class, organization_id, by)
        except (ConditionsFailedError, ImageMissingError):
            pass
    # If the client sent the confirmation twice, the other request may have been faster.
    stored = find(replacement.id)
    if stored is not None and stored.status == "replaced":
        return stored
    _require_preview(stored or replacement)
    raise conflict(
        "The badge class has changed since this preview was created."
        " Request a new preview to see what would change now.",
        "changed",
    )


def _keep_image(replacement: Replacement) -> Content:
    """Store the proposed image permanently, and return the badge class's new content.

    Raise ImageMissingError if the preview's image was deleted.
    """
    preview_image = preview_image_of(replacement)
    proposed = content_of_json(replacement.proposed)
    if preview_image is None:
        return proposed
    badge_image = stored_images.confirmed_image(preview_image)
    stored_images.put(badge_image, stored_images.read(preview_image))
    return replace(proposed, image=badge_image.in_record)


def _overwrite_at_once(
    replacement: Replacement, badge_class: BadgeClass, organization_id: str, by: Caller
) -> Replacement:
    now, content = clock.now(), _keep_image(replacement)
    _record_used_images(badge_class.entity_id, badge_class.image, content.image)
    confirmed_at = clock.to_the_second(now)
    resync = start.new_resync(badge_class, organization_id, version_of(replacement), replacement.id, now)

    def fill(transaction: TransactWrite) -> None:
        transaction.update(
            badge_class,
            actions=overwriting(content),
            condition=BadgeClass.version == replacement.seen_version,
        )
        transaction.update(
            replacement,
            actions=[
                Replacement.status.set("replaced"),
                Replacement.confirmed_at.set(confirmed_at),
                Replacement.issuer_id.set(badge_class.issuer_id),
                Replacement.organization_id.set(organization_id),
                Replacement.proposed.set(content_json(content)),
            ],
            condition=Replacement.status == "previewed",
        )
        transaction.save(resync, condition=Resync.pk.does_not_exist())
        transaction.save(_trail_entry(replacement, badge_class, organization_id, by))

    transactions.write(fill)
    replacement.status, replacement.confirmed_at = "replaced", confirmed_at
    if (preview_image := preview_image_of(replacement)) is not None:
        _delete_preview_image(preview_image)
    replacement.proposed = content_json(content)
    return replacement


def _trail_entry(replacement: Replacement, badge_class: BadgeClass, organization_id: str, by: Caller) -> TrailEntry:
    # A source's assertion belongs to a recipient, so the assertion's ID is not recorded.
    source = {
        "sourceKind": replacement.source["kind"],
        "sourceHost": replacement.source.get("host"),
        "sourceIssuerName": replacement.source.get("issuerName"),
    }
    return trail.entry(
        organization_id,
        by.name,
        "badge-replaced",
        "badge-class",
        badge_class.entity_id,
        badge_class.name,
        {
            "replacementId": replacement.id,
            "fromVersion": int(replacement.seen_version),
            "toVersion": version_of(replacement),
            "newName": replacement.proposed["name"],
            **{name: value for name, value in source.items() if value},
        },
        badge_class.issuer_id,
        by.token_id,
    )


def _record_used_images(badge_class_id: str, *images: str | None) -> None:
    for image in images:
        if image is not None and stored_images.stored_image(image) is not None:
            UsedImage.of(badge_class_id, image).save()


def _delete_preview_image(image: StoredImage) -> None:
    try:
        stored_images.remove([image])
    except (BotoCoreError, ClientError):
        # The replacement is complete, and the bucket's lifecycle rule will delete the image.
        logger.warning("Preview image not deleted; a lifecycle rule will delete it", exc_info=True)


def _require_preview(replacement: Replacement) -> None:
    status = status_of(replacement)
    if status == "cancelled":
        raise conflict("This replacement was canceled. Request a new preview.", "cancelled")
    if status == "expired":
        raise conflict(
            "This preview has expired because it is more than an hour old. Request a new preview.", "expired"
        )
