"""The delivery sweeper. It enqueues deliveries whose next attempt is due.

It also re-enqueues a delivery if the worker crashed or the message was lost.
"""

from datetime import timedelta
from typing import Final

from badgedata import clock
from badgedata.delivery import lifecycle, messages
from badgedata.records.deliveries import Delivery
from badgedata.sweeping import SweepResult

QUEUE_PATIENCE: Final = timedelta(minutes=30)
"""The maximum time that a delivery may spend in the queue before the sweeper enqueues it again."""


def sweep() -> SweepResult:
    """Enqueue each due delivery, or schedule its next check. Return the number of deliveries with each outcome."""
    result = SweepResult()
    for delivery in lifecycle.due_deliveries(clock.now()):
        with result.item("Sweep of a delivery failed", export_id=delivery.export_id):
            result.outcomes[_process(delivery.export_id)] += 1
    return result


def _process(export_id: str) -> str:
    delivery = lifecycle.find(export_id)
    if delivery is None or delivery.status != "pending":
        return "delivery-gone"  # the index still lists it, because it is eventually consistent
    if lifecycle.is_held(delivery):
        lifecycle.recheck_at(delivery, clock.parse_rfc3339(str(delivery.lease_until)) + lifecycle.SENT_WITHIN)
        return "delivery-under-way"
    _enqueue(delivery)
    return "delivery-sent-for"


def _enqueue(delivery: Delivery) -> None:
    messages.send(delivery.export_id)
    lifecycle.recheck_at(delivery, clock.now() + QUEUE_PATIENCE)
