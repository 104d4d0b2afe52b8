"""The delivery worker. It copies an export's file and manifest to the organization's destination.

Each message triggers one attempt. If an attempt fails, the reason is recorded, and the sweeper enqueues the next
attempt. A duplicate message has no effect, because another worker holds the lease or the delivery has ended.
"""

import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Final

from aws_lambda_powertools import Logger

from badgedata import clock
from badgedata.delivery import copying, destinations, keys, lifecycle, messages
from badgedata.delivery.copying import Source, SourceGoneError
from badgedata.delivery.customer_bucket import CustomerBucket, DeliveryError, Target, UploadUnusableError
from badgedata.delivery.lifecycle import LeaseLostError
from badgedata.delivery.manifest import manifest_of
from badgedata.records.deliveries import Delivery, Destination
from badgedata.records.exports import Export

logger = Logger(child=True)

NOT_SET: Final = DeliveryError(
    "no-destination", "The organization has no destination. Ask an organization admin to set one up."
)
UPLOAD_LOST: Final = DeliveryError(
    "upload-lost",
    "S3 no longer has the incomplete upload, or could not complete it. The next attempt starts over. If this happens "
    "again, check whether a lifecycle rule on the bucket aborts incomplete multipart uploads after less than a day.",
)
CRASH_PATIENCE: Final = timedelta(hours=1)
"""The time from the end of the retry window until a pending delivery fails without another attempt.

Such a delivery is still pending because every attempt has crashed.
"""


def run(export_id: str, remaining_seconds: Callable[[], float]) -> str:
    """Attempt to deliver an export's file and return the outcome.

    Parameters
    ----------
    remaining_seconds
        A function that returns the number of seconds left before the Lambda invocation times out.

    Returns
    -------
    str
        The outcome: ``nothing-to-do``, ``handed-on``, ``delivered``, ``postponed``, or ``given-up``.

    Raises
    ------
    Exception
        If the outcome could not be recorded. The queue then redelivers the message.
    """
    delivery = lifecycle.find(export_id)
    if delivery is None or not lifecycle.claim(delivery, owner=secrets.token_hex(8)):
        return "nothing-to-do"
    try:
        return _attempt(delivery, remaining_seconds)
    except LeaseLostError:
        current = lifecycle.find(export_id)
        if current is None or current.status != "pending":  # the file or the organization was deleted
            _abort_upload(delivery)
        return "nothing-to-do"


def _attempt(delivery: Delivery, remaining_seconds: Callable[[], float]) -> str:
    if clock.sortable(clock.now() - CRASH_PATIENCE) >= delivery.gives_up_at:
        return _give_up(delivery, lifecycle.INTERNAL)
    try:
        is_delivered = _deliver(delivery, remaining_seconds)
    except LeaseLostError:
        raise
    except SourceGoneError:
        return _give_up(delivery, lifecycle.FILE_DELETED)
    except DeliveryError as error:
        return _postpone(delivery, error)
    except UploadUnusableError:
        lifecycle.forget_upload(delivery)
        return _postpone(delivery, UPLOAD_LOST)
    except Exception:
        logger.exception("Delivery interrupted")
        return _postpone(delivery, lifecycle.INTERNAL)
    if not is_delivered:
        lifecycle.hand_off(delivery)
        messages.send(delivery.export_id)
        return "handed-on"
    lifecycle.succeed(delivery)
    return "delivered"


def _deliver(delivery: Delivery, remaining_seconds: Callable[[], float]) -> bool:
    """Copy the file and then its manifest. Return False if time runs out.

    Each attempt copies the file again, in case an earlier copy was deleted from the bucket. A manifest therefore
    never arrives without its file.
    """
    export = Export.find(*Export.key(delivery.export_id))
    if export is None or export.object_key is None or export.deleted_at is not None:
        raise SourceGoneError
    destination = destinations.find(delivery.organization_id)
    if destination is None:
        raise NOT_SET
    _leave_earlier_target(delivery, destination, export)
    source = Source.find(export.object_key)
    target = Target.of(destination)
    bucket = CustomerBucket(target, _session_name(export))
    bucket.require_external_id()
    bucket.require_region()
    if not copying.copy(delivery, source, bucket, target, remaining_seconds):
        return False
    if delivery.upload_id is not None:
        lifecycle.forget_upload(delivery)
    manifest_key = keys.of_manifest(str(delivery.key_in_bucket))
    bucket.put(manifest_key, manifest_of(export), ContentType="application/json")
    return True


def _leave_earlier_target(delivery: Delivery, destination: Destination, export: Export) -> None:
    """Record the current destination as the target. Abort any unfinished upload to another destination."""
    key = keys.of_file(destination.prefix, delivery.organization_id, export.file_name)
    is_elsewhere = (delivery.bucket, delivery.key_in_bucket) != (destination.bucket, key)
    if delivery.upload_id is not None and (is_elsewhere or delivery.upload_target != Target.of(destination).as_json()):
        _abort_upload(delivery)
        lifecycle.forget_upload(delivery)
    lifecycle.record_target(delivery, destination, key)


def _postpone(delivery: Delivery, error: DeliveryError) -> str:
    if clock.sortable(clock.now()) >= delivery.gives_up_at:
        _abort_upload(delivery)
    return lifecycle.record_failure(delivery, error)


def _give_up(delivery: Delivery, error: DeliveryError) -> str:
    _abort_upload(delivery)
    return lifecycle.fail(delivery, error)


def _abort_upload(delivery: Delivery) -> None:
    if delivery.upload_id is None or delivery.upload_target is None:
        return
    # The unfinished upload uses space in the other account, but isn't visible there.
    with suppress(DeliveryError):
        bucket = CustomerBucket(Target(**delivery.upload_target), "badge-data-management-abort")
        bucket.abort_upload(str(delivery.key_in_bucket), delivery.upload_id)


def _session_name(export: Export) -> str:
    """Return a role session name of at most 64 characters. The name appears in the other account's CloudTrail logs."""
    return f"badge-data-management-{export.id}"[:64]
