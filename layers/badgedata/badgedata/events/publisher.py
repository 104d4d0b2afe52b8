"""Send events to the stack's event bus, and retry events that EventBridge rejects temporarily.

EventBridge may deliver events out of order. Subscribers can sort the events about a resource by `detail.sequence`.
"""

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, Final

import msgspec
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from badgedata import aws, clock
from badgedata.config import config
from badgedata.events.catalog import SOURCE, Event
from badgedata.records import transactions

if TYPE_CHECKING:
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef, PutEventsResultEntryTypeDef

logger = Logger(child=True)
metrics = Metrics()

MAX_REQUEST_EVENTS: Final = 10
MAX_REQUEST_BYTES: Final = 256 * 1024
"""The maximum total size of the events in one request (EventBridge User Guide, "PutEvents event entry size")."""

MAX_ATTEMPTS: Final = 5
"""The maximum number of attempts to send an event. After the last attempt, the stream must redeliver the event's
record. The delays between the attempts add up to 0.75 seconds on average."""

_PERMANENT: Final = {"InvalidArgument", "MalformedDetail", "RedactionFailure"}
"""The error codes of events that EventBridge can never accept. Retries of these events would block all later events."""


def send(events: Sequence[Event]) -> list[Event]:
    """Send events in order and return the events that were not sent.

    After a request with a rejected event, no further requests are sent. If a request still fails after botocore's
    retries, all its events count as rejected. An event that EventBridge can never accept is logged and dropped.
    """
    requests = aws.grouped(events, _size, MAX_REQUEST_EVENTS, MAX_REQUEST_BYTES)
    for request in requests:
        if rejected := _send(request):
            return [*rejected, *chain.from_iterable(requests)]
    return []


def _send(events: list[Event]) -> list[Event]:
    for attempt in range(MAX_ATTEMPTS):
        if attempt:
            transactions.back_off(attempt)
        try:
            results = aws.events().put_events(Entries=[_entry(event) for event in events])["Entries"]
        except Exception:
            logger.exception("Events not sent", events=len(events))
            return events
        events = [event for event, result in zip(events, results, strict=True) if _must_repeat(event, result)]
        if not events:
            break
    return events


def _must_repeat(event: Event, result: "PutEventsResultEntryTypeDef") -> bool:
    code = result.get("ErrorCode")
    if code in _PERMANENT:
        logger.error("Event dropped", event_id=event.envelope.id, error_code=code)
        metrics.add_metric("EventDropped", MetricUnit.Count, 1)
        return False
    return code is not None


def _size(event: Event) -> int:
    time = 14  # as EventBridge counts it
    return time + len(SOURCE) + len(event.fact.type) + len(msgspec.json.encode(event.detail()))


def _entry(event: Event) -> "PutEventsRequestEntryTypeDef":
    return {
        "EventBusName": config().event_bus,
        "Source": SOURCE,
        "DetailType": event.fact.type,
        "Time": clock.parse_rfc3339(event.envelope.at),
        "Detail": msgspec.json.encode(event.detail()).decode(),
    }
