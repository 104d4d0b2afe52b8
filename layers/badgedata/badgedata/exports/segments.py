"""Segments: the sections of an export that workers write, with their leases and checkpoints.

A worker holds a segment's lease and renews it every few seconds. If a worker dies, its lease expires, and another
worker resumes from the last checkpoint. A worker that was only slow finds that it has lost its lease, and stops.
Everything up to a checkpoint's cursor is durable in S3, either in parts of the multipart upload or in the tail object.
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
"""The name that messages use for the last step of an export, assembling its segments. No position has this form."""

MAX_ATTEMPTS = 5
"""The number of attempts without progress after which an export fails."""

MAX_START_OVERS = 5
"""The number of times that a segment can restart after a lost upload before the export fails. Each restart records
progress, so `MAX_ATTEMPTS` alone would never end it."""

GAVE_UP = (
    f"The export made no progress in {MAX_ATTEMPTS} attempts. "
    "Request it again later. If it fails again, send its ID to your platform's operators."
)

UPLOAD_LOST = (
    f"Storage lost the unfinished file, and lost it again after each of {MAX_START_OVERS} restarts. "
    "Request the export again later. If it fails again, send its ID to your platform's operators."
)


class LeaseLostError(Exception):
    """Another worker now holds the segment, so this one must not change anything."""


@dataclass(frozen=True)
class Checkpoint:
    """A segment's progress: everything before `cursor` is written, in `parts` parts and the tail object, if any."""

    cursor: str
    rows: int = 0
    bytes: int = 0
    parts: int = 0
    object_key: str | None = None
    upload_id: str | None = None
    tail_key: str | None = None
    completing: bool = False
    """Whether all bytes are in parts, and only the completion of the upload remains."""


def find(export_id: str, start: str) -> Segment | None:
    """Return the segment that begins at `start`, or the assembly, or None if it doesn't exist."""
    key = Segment.assembly_key(export_id) if start == ASSEMBLY else Segment.key(export_id, start)
    return Segment.find(*key)


def of_export(export_id: str) -> Iterator[Segment]:
    """Return all segments of an export, in file order."""
    return Segment.query(f"export#{export_id}", Segment.sk.startswith("segment#"), consistent_read=True)


def claim(segment: Segment, owner: str) -> bool:
    """Claim the lease of an open segment, and count the attempt. Return False if another worker holds it."""
    now = clock.sortable(clock.now())
    free = Segment.lease_until.does_not_exist() | (Segment.lease_until < now) | (Segment.owner == owner)
    return segment.update_if(
        (Segment.status == "open") & free,
        [Segment.owner.set(owner), Segment.lease_until.set(_lease_end()), Segment.attempts.set(Segment.attempts + 1)],
    )


def renew(segment: Segment, rows_seen: int) -> None:
    """Renew the lease, and record the number of rows written so far.

    Raises
    ------
    LeaseLostError
        If another worker holds the lease.
    """
    _own(segment, [Segment.lease_until.set(_lease_end()), Segment.rows_seen.set(rows_seen)])


def record(segment: Segment, checkpoint: Checkpoint) -> None:
    """Record a checkpoint from which a later attempt can resume. Raises LeaseLostError."""
    _own(segment, _at(checkpoint))


def start_over(segment: Segment) -> None:
    """Reset a segment whose upload was lost to its beginning, and count the restart.

    Raises
    ------
    LeaseLostError
        If another worker holds the lease.
    UploadLostError
        If the segment has already been restarted `MAX_START_OVERS` times.
    """
    if int(segment.start_overs or 0) >= MAX_START_OVERS:
        raise UploadLostError(UPLOAD_LOST)
    _own(segment, [*_at(Checkpoint(segment.start)), Segment.start_overs.add(1)])


def is_untouched(segment: Segment) -> bool:
    """Return whether the worker that just claimed the segment is the first to write anything for it."""
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
    """Return the condition that a segment is open and still held by its current owner."""
    condition: Condition = (Segment.owner == segment.owner) & (Segment.status == "open")
    return condition


def lease_lost(segment: Segment) -> LeaseLostError:
    """Return the error for a lost lease. It names the segment."""
    return LeaseLostError(f"{segment.pk} {segment.sk}")


def release(segment: Segment) -> None:
    """Release the lease, so that the worker that receives the next message can resume immediately."""
    segment.update_if(Segment.owner == segment.owner, [Segment.owner.remove(), Segment.lease_until.remove()])


def is_held(segment: Segment) -> bool:
    """Return whether a worker currently holds the lease and has not finished."""
    held = segment.lease_until is not None and segment.lease_until >= clock.sortable(clock.now())
    return held and segment.status == "open"


def _lease_end() -> str:
    return clock.sortable(clock.now() + LEASE)


def _own(segment: Segment, actions: list[Any]) -> None:
    if not segment.update_if(owned(segment), actions):
        raise lease_lost(segment)
