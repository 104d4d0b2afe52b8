"""Send events about changes to the Operations table. The changes are read from the table's stream.

The table serves as the outbox: each event is derived by comparing an item before and after a write.
Therefore, no event is lost, and no event is sent for a change that wasn't stored. If the stream redelivers a record,
the record's events are sent again with the same IDs.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from badgedata import clock
from badgedata.events import publisher
from badgedata.events.catalog import Envelope, Event
from badgedata.events.transitions import facts_of

logger = Logger(child=True)
metrics = Metrics()

_SEQUENCE_DIGITS = 40
"""The maximum length of a sequence number. Padded to this length, sequence numbers also sort as text."""


class Published(NamedTuple):
    """The outcome of sending the events for a batch of stream records."""

    sent: int
    """The number of events sent."""

    first_failed: str | None
    """The sequence number of the first record with an event that wasn't sent, or None if all events were sent. The
    stream must redeliver this record and all later records."""


def publish(records: Iterable[dict[str, Any]]) -> Published:
    """Send the events for a batch of stream records, in order, and return the outcome.

    A record that can't be parsed is logged and skipped, because a retry would also fail and would block all later
    records.
    """
    events: list[Event] = []
    sequence_numbers: list[str] = []
    for record in records:
        try:
            for event in events_of(record):
                events.append(event)
                sequence_numbers.append(record["dynamodb"]["SequenceNumber"])
        except Exception:
            logger.exception("Stream record could not be parsed", event_id=_event_id(record))
            metrics.add_metric("EventDropped", MetricUnit.Count, 1)
    not_sent = publisher.send(events)
    first_failed = sequence_numbers[events.index(not_sent[0])] if not_sent else None
    return Published(len(events) - len(not_sent), first_failed)


def events_of(record: dict[str, Any]) -> list[Event]:
    """Return the events for the change in one stream record. The same record always produces the same events.

    Raises
    ------
    Exception
        If the record can't be parsed.
    """
    change = record["dynamodb"]
    sequence = f"{int(change['SequenceNumber']):0{_SEQUENCE_DIGITS}}"
    at = _time(change.get("ApproximateCreationDateTime"))
    return [
        Event(Envelope(id=f"{record['eventID']}:{fact.type}", sequence=sequence, at=at), fact)
        for fact in facts_of(change["Keys"]["sk"]["S"], change.get("OldImage"), change.get("NewImage"))
    ]


def _time(created: float | None) -> str:
    moment = clock.now() if created is None else datetime.fromtimestamp(float(created), UTC)
    return clock.to_the_second(moment)


def _event_id(record: Any) -> Any:
    return record.get("eventID") if isinstance(record, dict) else None
