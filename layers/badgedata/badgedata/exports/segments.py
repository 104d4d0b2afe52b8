"""Segments (the sections of an export that workers write), and their leases and checkpoints.

A worker holds a segment's lease and renews the lease every few seconds. If the worker dies, the lease expires, and
another worker resumes at the last checkpoint. If the first worker was only slow, it no longer holds the lease. The
worker's next write fails, and the worker stops. All bytes up to a checkpoint are durable in S3, in parts of the
multipart upload or in the tail object.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from pynamodb.expressions.condition import Condition

from badgedata import clock
from badgedata.exports.failures import UploadLostError
from badgedata.exports.pages import Page
from badgedata.exports.upload import MIN_PART_BYTES, Part, Upload, WrittenFile, get_bytes, owner_prefix, put_tail
from badgedata.records.exports import Export, Segment

LEASE = timedelta(seconds=60)
ASSEMBLY = "assembly"
"""The value of `segment` in a message that requests the file's assembly. No segment's start has this value."""

MAX_ATTEMPTS = 5
"""The number of consecutive attempts without progress after which an export fails."""

MAX_START_OVERS = 5
"""The maximum number of times that a segment restarts because its upload was lost. Each restart resets the number of
attempts, so `MAX_ATTEMPTS` doesn't limit restarts."""

GAVE_UP = (
    f"The export made no progress in {MAX_ATTEMPTS} attempts. "
    "Request it again later. If it fails again, send its ID to your platform team."
)

UPLOAD_LOST = (
    f"The unfinished file was lost from storage again after {MAX_START_OVERS} restarts. "
    "Request the export again later. If it fails again, send its ID to your platform team."
)


class LeaseLostError(Exception):
    """Raised when another worker holds the segment's lease.

    The worker that lost the lease must not make any further changes.
    """


@dataclass(frozen=True)
class Checkpoint:
    """A segment's progress. All content before `cursor` is in the first `parts` parts and the tail object, if any."""

    cursor: str
    rows: int = 0
    bytes: int = 0
    parts: int = 0
    object_key: str | None = None
    upload_id: str | None = None
    tail_key: str | None = None
    completing: bool = False
    """Whether all bytes are in parts, and the upload only needs to be completed."""


def find(export_id: str, start: str) -> Segment | None:
    """Return the segment that begins at `start`, or the assembly's record if `start` is `ASSEMBLY`."""
    key = Segment.assembly_key(export_id) if start == ASSEMBLY else Segment.key(export_id, start)
    return Segment.find(*key)


def of_export(export_id: str) -> Iterator[Segment]:
    """Yield all segments of an export, in file order."""
    return Segment.query(f"export#{export_id}", Segment.sk.startswith("segment#"), consistent_read=True)


def claim(segment: Segment, owner: str) -> bool:
    """Claim the lease on an open segment. Return whether the lease was claimed.

    Each claim counts as an attempt.
    """
    now = clock.sortable(clock.now())
    free = Segment.lease_until.does_not_exist() | (Segment.lease_until < now) | (Segment.owner == owner)
    return segment.update_if(
        (Segment.status == "open") & free,
        [Segment.owner.set(owner), Segment.lease_until.set(_lease_end()), Segment.attempts.set(Segment.attempts + 1)],
    )


def renew(segment: Segment, rows_seen: int) -> None:
    """Renew the lease on a segment and record the number of rows written so far.

    Raises
    ------
    LeaseLostError
        If another worker holds the lease.
    """
    _own(segment, [Segment.lease_until.set(_lease_end()), Segment.rows_seen.set(rows_seen)])


def record(segment: Segment, checkpoint: Checkpoint, rows_seen: int | None = None) -> None:
    """Record a segment's checkpoint. Raise LeaseLostError if the lease was lost.

    Parameters
    ----------
    rows_seen
        The number of rows written so far, including rows after the checkpoint. Defaults to the checkpoint's row count.
    """
    _own(segment, _at(checkpoint, rows_seen))


def start_over(segment: Segment) -> None:
    """Restart a segment whose upload was lost.

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
    """Return whether a newly claimed segment contains no data from earlier attempts."""
    return segment.bytes == 0 and segment.attempts == 1 and not segment.start_overs


def _at(checkpoint: Checkpoint, rows_seen: int | None = None) -> list[Any]:
    actions: list[Any] = [
        Segment.cursor.set(checkpoint.cursor),
        Segment.rows.set(checkpoint.rows),
        Segment.rows_seen.set(checkpoint.rows if rows_seen is None else rows_seen),
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
    """Return the condition that the segment is open and `segment.owner` still holds its lease."""
    condition: Condition = (Segment.owner == segment.owner) & (Segment.status == "open")
    return condition


def lease_lost(segment: Segment) -> LeaseLostError:
    """Return a LeaseLostError that names the segment."""
    return LeaseLostError(f"{segment.pk} {segment.sk}")


def release(segment: Segment) -> None:
    """Release the lease on a segment, so that the next worker can claim it immediately."""
    segment.update_if(Segment.owner == segment.owner, [Segment.owner.remove(), Segment.lease_until.remove()])


def is_held(segment: Segment) -> bool:
    """Return whether a segment is open and a worker currently holds its lease."""
    held = segment.lease_until is not None and segment.lease_until >= clock.sortable(clock.now())
    return held and segment.status == "open"


def _lease_end() -> str:
    return clock.sortable(clock.now() + LEASE)


def _own(segment: Segment, actions: list[Any]) -> None:
    if not segment.update_if(owned(segment), actions):
        raise lease_lost(segment)


class SegmentWriter:
    """A writer that resumes a segment at its checkpoint and records a new checkpoint after each part.

    The writer sends one part while it writes the next part. It records a part's checkpoint only after S3 has received
    the part, so all bytes up to the checkpoint are durable.
    """

    def __init__(self, export: Export, segment: Segment, upload: Upload) -> None:
        self._export = export
        self._segment = segment
        self._upload = upload
        self._is_untouched = is_untouched(segment)
        self._written = Checkpoint(segment.cursor, int(segment.rows), int(segment.bytes))
        # If one worker writes the entire file, the hash is ready at the end. Otherwise, the file is read again.
        self._digest = hashlib.sha256() if self._written.bytes == 0 else None
        self._part, self._next_part = Part(), Part()
        self._part.write(get_bytes(segment.tail_key) if segment.tail_key else b"")
        self._in_flight: Checkpoint | None = None

    @property
    def position(self) -> str:
        """The position after the last page that was written."""
        return self._written.cursor

    @property
    def rows(self) -> int:
        """The number of rows written to the segment so far."""
        return self._written.rows

    def write(self, page: Page) -> None:
        """Add a page to the current part. If the part is full, send it."""
        self._part.write(page.data)
        if self._digest is not None:
            self._digest.update(page.data)
        written = self._written
        self._written = Checkpoint(page.position, written.rows + page.rows, written.bytes + len(page.data))
        if self._part.tell() >= MIN_PART_BYTES:
            self._begin_part()

    def write_rest(self) -> None:
        """Send the segment's remaining bytes. The caller must then call `complete`."""
        if self._upload.upload_id is None:
            return
        if self._part.tell():
            self._begin_part()
        self._confirm_part()
        # If a later worker finds the upload missing, this checkpoint shows that the file may already be complete, and
        # how large it must be.
        record(self._segment, replace(self._checkpoint(self._upload.parts), completing=True))

    def leave(self) -> None:
        """Store everything written so far and record a checkpoint for the next worker.

        Bytes that don't fill a part are stored in the tail object.
        """
        self._confirm_part()
        tail_key = (
            f"{owner_prefix(self._export, self._segment)}tail-{self.rows}-{self._written.bytes}"
            if self._part.tell()
            else None
        )
        if tail_key is not None:
            put_tail(tail_key, self._take_part().getvalue())
        record(self._segment, replace(self._checkpoint(self._upload.parts), tail_key=tail_key))

    def complete(self) -> WrittenFile:
        """Complete the segment's object in S3 and return the written file."""
        if self._upload.upload_id is None:
            self._upload.put(self._take_part().getvalue())
        else:
            self._upload.complete_once(self._written.bytes)
        return WrittenFile(
            self._upload.key,
            self.rows,
            self._written.bytes,
            self._digest.hexdigest() if self._digest is not None else "",
            self._is_untouched,
            (self.position,),
        )

    def _begin_part(self) -> None:
        self._confirm_part()
        self._upload.begin_part(self._take_part())
        self._in_flight = self._checkpoint(self._upload.parts + 1)

    def _take_part(self) -> Part:
        # The previous part has arrived by now, so its buffer can be reused. Two buffers keep memory use constant.
        taken, self._part, self._next_part = self._part, self._next_part, self._part
        taken.truncate()
        taken.seek(0)
        self._part.seek(0)
        return taken

    def _confirm_part(self) -> None:
        """Wait until S3 has received the part in flight, and then record the part's checkpoint."""
        self._upload.wait()
        if self._in_flight is not None:
            record(self._segment, self._in_flight, self.rows)
            self._in_flight = None

    def _checkpoint(self, parts: int) -> Checkpoint:
        upload = self._upload
        return replace(self._written, parts=parts, object_key=upload.key, upload_id=upload.upload_id)
