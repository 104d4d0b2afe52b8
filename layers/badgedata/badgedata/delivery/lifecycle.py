"""The lifecycle of a delivery: `pending`, then `delivered` or `failed`. Each change is one conditional write.

A worker holds a lease while it delivers a file. Every write by the worker requires the lease. The lease outlives any
invocation, so two workers never deliver the same file at the same time.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from pynamodb.transactions import TransactWrite

from badgedata import clock, sweeping, trail
from badgedata.delivery import destinations, keys
from badgedata.delivery.customer_bucket import DeliveryError, Target
from badgedata.records import transactions
from badgedata.records.deliveries import DUE_DELIVERIES, Delivery, Destination
from badgedata.records.exports import Export
from badgedata.records.trail import TrailEntry
from badgedata.records.transactions import ConditionsFailedError

logger = Logger(child=True)
metrics = Metrics()

WINDOW: Final = timedelta(days=13)
"""The period during which a delivery is retried: 13 days, as for image re-syncs."""

LEASE: Final = timedelta(minutes=16)
"""The duration of a lease. It is longer than the function's timeout, so a running worker never loses its lease."""

SENT_WITHIN: Final = timedelta(minutes=1)
"""The time between an export's success and the sweeper's first check of the delivery.

A message that hasn't been sent by then will never be sent, because the process that should send it has ended.
"""

INTERNAL: Final = DeliveryError(
    "failed",
    "An internal error interrupted the delivery. If this happens again, send the export's ID to your platform team.",
)
FILE_DELETED: Final = DeliveryError("file-deleted", "The file was deleted before it was delivered.")


class LeaseLostError(Exception):
    """Raised when another worker is delivering the file, or when the delivery has ended.

    The caller must not make any further changes.
    """


def new_delivery(export: Export) -> Delivery:
    """Return an unsaved delivery record for an export's file.

    The caller saves the record in the transaction that ends the export.
    """
    now = clock.now()
    destination = destinations.find(export.organization_id)
    delivery = Delivery(
        *Delivery.key(export.id),
        export_id=export.id,
        organization_id=export.organization_id,
        issuer_id=export.issuer_id,
        created_at=clock.to_the_second(now),
        gives_up_at=clock.sortable(now + WINDOW),
        next_attempt_at=clock.sortable(now),
        due=DUE_DELIVERIES,
        due_at=clock.sortable(now + SENT_WITHIN),
        expires_at=export.expires_at,
    )
    if destination is not None:
        delivery.bucket = destination.bucket
        delivery.key_in_bucket = keys.of_file(destination.prefix, export.organization_id, export.file_name)
    return delivery


def find(export_id: str) -> Delivery | None:
    """Return the delivery of an export's file, or None if the export has no delivery."""
    return Delivery.find(*Delivery.key(export_id))


def due_deliveries(now: datetime) -> Iterator[Delivery]:
    """Yield the deliveries that the sweeper must check at `now`."""
    return Delivery.by_due_time.query(DUE_DELIVERIES, Delivery.due_at <= clock.sortable(now))


def is_held(delivery: Delivery) -> bool:
    """Return whether a worker currently holds the lease on a delivery."""
    return delivery.lease_until is not None and delivery.lease_until >= clock.sortable(clock.now())


def recheck_at(delivery: Delivery, moment: datetime) -> None:
    """Schedule the sweeper's next check of a delivery for `moment` if the delivery is still pending."""
    delivery.update_if(Delivery.status == "pending", [Delivery.due_at.set(clock.sortable(moment))])


def claim(delivery: Delivery, owner: str) -> bool:
    """Claim the lease on a delivery and return whether the claim succeeded.

    The delivery must be pending, and its next attempt must be due. If the previous worker crashed, its attempt is
    recorded as failed.
    """
    now = clock.now()
    earlier = delivery.owner
    if earlier is None:
        free, interrupted = Delivery.owner.does_not_exist(), []
    else:
        free = (Delivery.owner == earlier) & (Delivery.lease_until < clock.sortable(now))
        interrupted = [*_because(INTERNAL), Delivery.attempts.add(1)]
    is_claimed = delivery.update_if(
        (Delivery.status == "pending") & (Delivery.next_attempt_at <= clock.sortable(now)) & free,
        [
            Delivery.owner.set(owner),
            Delivery.lease_until.set(clock.sortable(now + LEASE)),
            Delivery.due_at.set(clock.sortable(now + LEASE + SENT_WITHIN)),
            *interrupted,
        ],
    )
    if is_claimed and interrupted:
        logger.error("Delivery interrupted", export_id=delivery.export_id, attempts=int(delivery.attempts))
        metrics.add_metric("DeliveryInterrupted", MetricUnit.Count, 1)
    return is_claimed


def record_target(delivery: Delivery, destination: Destination, file_key: str) -> None:
    """Record the bucket and the key that the file is copied to. Raise LeaseLostError if the lease was lost."""
    if (delivery.bucket, delivery.key_in_bucket) != (destination.bucket, file_key):
        _own(delivery, [Delivery.bucket.set(destination.bucket), Delivery.key_in_bucket.set(file_key)])


def record_upload(delivery: Delivery, upload_id: str, target: Target) -> None:
    """Record that a multipart upload has begun. Raise LeaseLostError if the lease was lost."""
    _own(
        delivery,
        [Delivery.upload_id.set(upload_id), Delivery.upload_target.set(target.as_json()), Delivery.parts.set(0)],
    )


def record_parts(delivery: Delivery, parts: int) -> None:
    """Record that S3 has received the first `parts` parts. Raise LeaseLostError if the lease was lost."""
    _own(delivery, [Delivery.parts.set(parts)])


def forget_upload(delivery: Delivery) -> None:
    """Record that the multipart upload no longer exists. Raise LeaseLostError if the lease was lost."""
    _own(delivery, _without_upload())


def hand_off(delivery: Delivery) -> None:
    """Release the lease, so that the next worker can resume. Raise LeaseLostError if the lease was already lost."""
    _own(delivery, [*_released(), Delivery.due_at.set(clock.sortable(clock.now() + SENT_WITHIN))])


def record_failure(delivery: Delivery, error: DeliveryError) -> str:
    """Record a failed attempt. Schedule the next attempt, or end the delivery if the retry window has ended.

    Returns
    -------
    str
        ``postponed`` if the delivery will be retried, or ``given-up`` if it has ended.

    Raises
    ------
    LeaseLostError
        If the lease was lost.
    """
    now = clock.now()
    if clock.sortable(now) >= delivery.gives_up_at:
        return fail(delivery, error)
    attempts = int(delivery.attempts) + 1
    next_attempt_at = min(clock.sortable(now + sweeping.wait_after(attempts)), delivery.gives_up_at)
    _own(
        delivery,
        [
            *_released(),
            *_because(error),
            Delivery.attempts.set(attempts),
            Delivery.next_attempt_at.set(next_attempt_at),
            Delivery.due_at.set(next_attempt_at),
        ],
    )
    logger.warning("Delivery failed; it will be retried", export_id=delivery.export_id, attempts=attempts)
    return "postponed"


def fail(delivery: Delivery, error: DeliveryError) -> str:
    """Mark a delivery as failed, trigger the alarm, and return ``given-up``.

    Raise LeaseLostError if the lease was lost.
    """
    actions = [*_ended("failed"), *_because(error), Delivery.attempts.add(1)]
    if not _end(delivery, actions, "export-delivery-failed", Delivery.owner == delivery.owner):
        raise LeaseLostError
    logger.error("Delivery abandoned", export_id=delivery.export_id, attempts=int(delivery.attempts))
    metrics.add_metric("DeliveryFailed", MetricUnit.Count, 1)
    return "given-up"


def succeed(delivery: Delivery) -> None:
    """Record that the file and its manifest were delivered. Raise LeaseLostError if the lease was lost."""
    actions = [*_ended("delivered"), Delivery.error_code.remove(), Delivery.error.remove(), Delivery.attempts.add(1)]
    if not _end(delivery, actions, "export-delivered", Delivery.owner == delivery.owner):
        raise LeaseLostError


def cancel(export_id: str) -> None:
    """End the pending delivery of an export whose file was deleted on request. No alarm is triggered."""
    delivery = find(export_id)
    if delivery is not None and delivery.status == "pending":
        _end(delivery, [*_ended("failed"), *_because(FILE_DELETED)], "export-delivery-failed")


def _own(delivery: Delivery, actions: list[Any]) -> None:
    if not delivery.update_if((Delivery.owner == delivery.owner) & (Delivery.status == "pending"), actions):
        raise LeaseLostError


def _end(delivery: Delivery, actions: list[Any], action: trail.Action, condition: Any = None) -> bool:
    """End a pending delivery if `condition` is met, and record `action` in the organization's trail.

    Return whether this call ended the delivery.
    """
    pending = Delivery.status == "pending"
    if condition is not None:
        pending &= condition

    def together(transaction: TransactWrite) -> None:
        transaction.save(_entry(delivery, action))
        transaction.update(delivery, actions=actions, condition=pending)

    try:
        transactions.write(together)
    except ConditionsFailedError:
        return False
    delivery.refresh(consistent_read=True)
    return True


def _entry(delivery: Delivery, action: trail.Action) -> TrailEntry:
    details = {"bucket": delivery.bucket, "key": delivery.key_in_bucket} if delivery.bucket else {}
    name = (delivery.key_in_bucket or delivery.export_id).rpartition("/")[2]
    return trail.entry(
        delivery.organization_id,
        trail.SYSTEM,
        action,
        "export",
        delivery.export_id,
        name,
        details,
        delivery.issuer_id,
    )


def _because(error: DeliveryError) -> list[Any]:
    return [Delivery.error_code.set(error.code), Delivery.error.set(str(error))]


def _released() -> list[Any]:
    return [Delivery.owner.remove(), Delivery.lease_until.remove()]


def _without_upload() -> list[Any]:
    return [Delivery.upload_id.remove(), Delivery.upload_target.remove(), Delivery.parts.set(0)]


def _ended(status: str) -> list[Any]:
    return [
        Delivery.status.set(status),
        Delivery.ended_at.set(clock.to_the_second(clock.now())),
        Delivery.due.remove(),
        Delivery.due_at.remove(),
        *_released(),
        *_without_upload(),
    ]
