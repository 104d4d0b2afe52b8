"""Read changes to award counts from the Awards table's stream, and encode them."""

import re
import struct
from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from aws_lambda_powertools import Logger

from badgedata.records.award_counts import CountKey

logger = Logger(child=True)

KEPT_SECONDS: Final = 36 * 3600
"""The retention time of stored changes: 36 hours, because DynamoDB can redeliver a stream record for 24 hours."""

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_FIXED = struct.Struct(">8sIBB")  # award, created, day and presence, length of the sequence number


class Change(NamedTuple):
    """An added or removed award.

    Additions and removals of the same award alternate.
    """

    award: bytes
    """A hash of the award's sort key, 8 bytes long. The collision probability is 3 × 10⁻⁸ for a million awards."""

    sequence: int
    """The sequence number of the stream record, which increases with each change to an award.

    It is 0 if a recount read the award from the table.
    """

    created: int
    """The stream record's creation time in seconds since the Unix epoch, or 0 if the record has no time."""

    day: int
    """The day of the month (UTC) when the award was issued."""

    is_present: bool
    """Whether the award exists after the change."""


def changes_of(records: Iterable[dict[str, Any]]) -> dict[CountKey, list[Change]]:
    """Return the changes in stream records, grouped by counts item.

    An updated award is ignored unless its badge class changed. A record that doesn't match the award format in
    docs/data-model.md is logged and skipped, because a retry would also fail.
    """
    found: dict[CountKey, list[Change]] = {}
    for record in records:
        try:
            for counted, change in _changes(record["dynamodb"]):
                found.setdefault(counted, []).append(change)
        except (KeyError, TypeError, ValueError, AttributeError, struct.error):
            logger.exception("Stream record could not be parsed", event_id=record.get("eventID"))
    return found


def place_of(issuer_id: str, badge_class_id: str, sort_key: str) -> tuple[CountKey, int] | None:
    """Return the key of an award's counts item, and the day of the month on which the award was issued.

    Return None if the sort key doesn't begin with a date.

    >>> place_of("WELD", "BASICS", "2026-01-31T09:00:00.000000Z#A1")
    (CountKey(issuer_id='WELD', badge_class_id='BASICS', month='2026-01'), 31)
    """
    if _DATE.match(sort_key) is None:
        return None
    try:
        day = date.fromisoformat(sort_key[:10])
    except ValueError:
        return None
    return CountKey(issuer_id, badge_class_id, sort_key[:7]), day.day


def award_hash(sort_key: str) -> bytes:
    """Return an 8-byte hash of an award's sort key."""
    return blake2b(sort_key.encode(), digest_size=8).digest()


def encode(changes: Iterable[Change]) -> bytes:
    """Encode changes for storage. Each change takes about 26 bytes."""
    return b"".join(map(_encoded, changes))


def decode(data: bytes) -> Iterator[Change]:
    """Decode the changes that `encode` encoded."""
    at = 0
    while at < len(data):
        award, created, flags, length = _FIXED.unpack_from(data, at)
        at += _FIXED.size
        yield Change(award, int.from_bytes(data[at : at + length]), created, flags >> 1, bool(flags & 1))
        at += length


def _encoded(change: Change) -> bytes:
    sequence = change.sequence.to_bytes((change.sequence.bit_length() + 7) // 8)
    return _FIXED.pack(change.award, change.created, change.day << 1 | change.is_present, len(sequence)) + sequence


def _changes(record: dict[str, Any]) -> Iterator[tuple[CountKey, Change]]:
    issuer_id, sort_key = record["Keys"]["issuerId"]["S"], record["Keys"]["issuedOnAwardId"]["S"]
    before, after = (_badge_class_of(record.get(image)) for image in ("OldImage", "NewImage"))
    if before == after:
        return
    for badge_class_id, is_present in ((before, False), (after, True)):
        place = None if badge_class_id is None else place_of(issuer_id, badge_class_id, sort_key)
        if place is not None:
            created = int(record.get("ApproximateCreationDateTime", 0))
            yield place[0], Change(award_hash(sort_key), int(record["SequenceNumber"]), created, place[1], is_present)


def _badge_class_of(image: dict[str, Any] | None) -> str | None:
    """Return the ``badgeClassId`` in a record's image, or "" if it is missing. Return None if `image` is None."""
    badge_class: str | None = image.get("badgeClassId", {}).get("S", "") if image else None
    return badge_class
