"""Segments: who works on which stretch of an export, how far it is, and how the next worker goes on from there.

A worker holds a segment by a lease that it renews every few seconds. A worker that dies loses it, and another goes on
from the last checkpoint; one that was only slow finds its lease gone and stops. Everything up to a checkpoint's cursor
is safe in S3, in parts of the multipart upload or in the tail object.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pynamodb.expressions.condition import Condition

from badgedata import clock
from badgedata.exports.failures import UploadLostError
from badgedata.records.exports import Segment

LEASE = timedelta(seconds=60)
ASSEMBLY = "assembly"
"""The name in messages of an export's last work: putting its segments together. No position reads so."""

MAX_ATTEMPTS = 5
"""Tries without any progress after which an export is given up."""

MAX_START_OVERS = 5
"""New starts of a segment after which a lost upload fails the export. Each start makes progress on record, so that
`MAX_ATTEMPTS` alone would let it go around for ever."""

GAVE_UP = (
    f"The export got no further in {MAX_ATTEMPTS} tries. "
    "Ask for it again later; if it fails again, tell your platform's operators its id."
)

UPLOAD_LOST = (
    f"The storage lost the unfinished file, and lost it again after each of {MAX_START_OVERS} new starts. "
    "Request the export again later; if it fails again, give your platform's operators its id."
)


class LeaseLostError(Exception):
    """Another worker has the segment now; this one must leave everything as it is."""


@dataclass(frozen=True)
class Checkpoint:
    """How far a segment is: all before `cursor` is written, in `parts` parts and the tail object, if there is one."""

    cursor: str
    rows: int = 0
    bytes: int = 0
    parts: int = 0
    object_key: str | None = None
    upload_id: str | None = None
    tail_key: str | None = None
    completing: bool = False
    """All of the file is in parts; what is left is to put them together."""


def find(export_id: str, start: str) -> Segment | None:
    """Give the segment that begins at `start` (or the assembly), or None."""
    key = Segment.assembly_key(export_id) if start == ASSEMBLY else Segment.key(export_id, start)
    return Segment.find(*key)


def of_export(export_id: str) -> Iterator[Segment]:
    """Give all segments of an export in the order of the file."""
    return Segment.query(f"export#{export_id}", Segment.sk.startswith("segment#"), consistent_read=True)


def claim(segment: Segment, owner: str) -> bool:
    """Take the lease of an open segment that nobody holds, and count the try. False when somebody holds it."""
    now = clock.sortable(clock.now())
    free = Segment.lease_until.does_not_exist() | (Segment.lease_until < now) | (Segment.owner == owner)
    return segment.update_if(
        (Segment.status == "open") & free,
        [Segment.owner.set(owner), Segment.lease_until.set(_lease_end()), Segment.attempts.set(Segment.attempts + 1)],
    )


def renew(segment: Segment, rows_seen: int) -> None:
    """Keep the lease, and tell how many rows there are by now.

    Raises
    ------
    LeaseLostError
        When the lease is another worker's.
    """
    _own(segment, [Segment.lease_until.set(_lease_end()), Segment.rows_seen.set(rows_seen)])


def record(segment: Segment, checkpoint: Checkpoint) -> None:
    """Write down how far the segment is; a later try goes on from here. Raises LeaseLostError."""
    _own(segment, _at(checkpoint))


def start_over(segment: Segment) -> None:
    """Forget what was written, where the upload it was written to is gone, and count it.

    Raises
    ------
    LeaseLostError
        When the lease is another worker's.
    UploadLostError
        When it was counted `MAX_START_OVERS` times before.
    """
    if int(segment.start_overs or 0) >= MAX_START_OVERS:
        raise UploadLostError(UPLOAD_LOST)
    _own(segment, [*_at(Checkpoint(segment.start)), Segment.start_overs.add(1)])


def is_untouched(segment: Segment) -> bool:
    """Tell whether the worker that has just claimed the segment is the first to write anything for it."""
    return segment.bytes == 0 and segment.attempts == 1 and not segment.start_overs


def _at(checkpoint: Checkpoint) -> list[Any]:
    actions: list[Any] = [
        Segment.cursor.set(checkpoint.cursor),
        Segment.rows.set(checkpoint.rows),
        Segment.rows_seen.set(checkpoint.rows),
        Segment.bytes.set(checkpoint.bytes),
        Segment.parts.set(checkpoint.parts),
        Segment.attempts.set(0),
        Segment.completing.set(checkpoint.completing),
        Segment.lease_until.set(_lease_end()),
    ]
    for attribute, value in (
        (Segment.object_key, checkpoint.object_key),
        (Segment.upload_id, checkpoint.upload_id),
        (Segment.tail_key, checkpoint.tail_key),
    ):
        actions.append(attribute.set(value) if value is not None else attribute.remove())
    return actions


def owned(segment: Segment) -> Condition:
    """Give the condition that a segment is open and still its present owner's."""
    condition: Condition = (Segment.owner == segment.owner) & (Segment.status == "open")
    return condition


def lease_lost(segment: Segment) -> LeaseLostError:
    """Return the error that says whose lease it was."""
    return LeaseLostError(f"{segment.pk} {segment.sk}")


def release(segment: Segment) -> None:
    """Give the lease back, so that the next message's worker can go on at once."""
    segment.update_if(Segment.owner == segment.owner, [Segment.owner.remove(), Segment.lease_until.remove()])


def is_held(segment: Segment) -> bool:
    """Tell whether a worker holds the lease now, and has not ended its work."""
    held = segment.lease_until is not None and segment.lease_until >= clock.sortable(clock.now())
    return held and segment.status == "open"


def _lease_end() -> str:
    return clock.sortable(clock.now() + LEASE)


def _own(segment: Segment, actions: list[Any]) -> None:
    if not segment.update_if(owned(segment), actions):
        raise lease_lost(segment)
