"""The export worker, which writes one segment of an export to S3 for each message.

The worker claims the segment's lease, resumes at its checkpoint, and writes pages into parts. It records a checkpoint
after each part. Shortly before the function times out, the worker stores the remaining bytes in the tail object and
enqueues a message for the next worker. After the last page, the worker completes the file and ends the export. A
duplicate message has no effect, because another worker holds the lease or the segment is done.

A long export is split into segments, which several workers write in parallel as separate objects. The worker that
finishes last enqueues the assembly, which joins these objects. A small export has only one segment, so it isn't
assembled.
"""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from aws_lambda_powertools import Logger

from badgedata.delivery import messages as deliveries
from badgedata.exports import assembly, lifecycle, messages, segments
from badgedata.exports.failures import ExportFailedError
from badgedata.exports.job import ExportJob
from badgedata.exports.lifecycle import ExportOverError
from badgedata.exports.pages import Page
from badgedata.exports.segments import ASSEMBLY, LeaseLostError, SegmentWriter
from badgedata.exports.upload import Upload, UploadGoneError, WrittenFile, hashed
from badgedata.records.exports import Export, Segment

logger = Logger(child=True)

SPLIT_WAYS = 8
MAX_SEGMENTS = 400

HANDOFF_RESERVE_SECONDS = 1.0
"""The time reserved for a handoff, in addition to twice the duration of the slowest step so far (docs/operations.md,
"Timing")."""

SPLIT_AFTER_SECONDS = 20.0
"""The time after which a worker splits the rest of its segment into segments for other workers."""

HEARTBEAT_SECONDS = 2.0
"""The interval at which a worker renews its lease and checks whether the export was canceled."""


def run(export_id: str, segment_start: str, remaining_seconds: Callable[[], float]) -> str:
    """Write one segment of an export, or assemble the file. Stop when time is up.

    Parameters
    ----------
    remaining_seconds
        A function that returns the seconds left before the Lambda invocation times out.

    Returns
    -------
    str
        The outcome: ``nothing-to-do``, ``handed-on``, ``segment-done``, ``succeeded``, ``over``, or ``failed``.

    Raises
    ------
    Exception
        If a transient error occurs. The lease is released, and the queue redelivers the message.
    """
    export, segment = lifecycle.find_export(export_id), segments.find(export_id, segment_start)
    if export is None or segment is None or export.status not in lifecycle.ACTIVE:
        return "nothing-to-do"
    if not segments.claim(segment, owner=secrets.token_hex(8)):
        if segment.status == "done" and export.open_segments == 0:
            messages.send(export_id, ASSEMBLY)
        return "nothing-to-do"
    try:
        return _work_on(export, segment, remaining_seconds)
    except LeaseLostError:
        lifecycle.clean_up(export)  # if another worker has ended the export, remove what this worker has written since
        return "nothing-to-do"
    except ExportOverError:
        lifecycle.clean_up(export)
        outcome = "over"
    except ExportFailedError as error:
        lifecycle.give_up(export, error.code, str(error))
        outcome = "failed"
    except Exception:
        if segment.attempts >= segments.MAX_ATTEMPTS:
            lifecycle.give_up(export, "gave-up", segments.GAVE_UP)
        segments.release(segment)
        raise
    segments.release(segment)
    return outcome


def _work_on(export: Export, segment: Segment, remaining_seconds: Callable[[], float]) -> str:
    job = ExportJob.load(export)
    is_new = export.status == "queued"
    if not lifecycle.start(export, job.expected_rows() if is_new else None):
        raise ExportOverError
    pace = Pace(remaining_seconds, heartbeat=partial(lifecycle.keep, export, segment))
    is_assembly = segment.sk == ASSEMBLY
    try:
        with closing(Upload.resume(export, segment, job.content_type)) as upload:
            if is_assembly and export.open_segments == 0:
                file = hashed(assembly.assemble(export, segment, upload, job.insertions, pace.beat), pace.beat)
                return _publish(export, segment, file, job)
            if not is_assembly:
                work = _SegmentWork(job, segment, SegmentWriter(export, segment, upload), pace)
                if is_new and (ways := job.segments_to_begin_with()) > 1:
                    work.split(ways)
                return work.run()
    except UploadGoneError:
        # S3's lifecycle rule or an operator deleted the upload, so its content must be written again.
        segments.start_over(segment)
        logger.warning("Upload lost; writing the segment again", start_overs=int(segment.start_overs))
        messages.send(export.id, ASSEMBLY if is_assembly else segment.start)
    segments.release(segment)
    return "handed-on"


def _publish(export: Export, segment: Segment, file: WrittenFile, job: ExportJob) -> str:
    lifecycle.succeed(export, segment, file, job.contents(file), job.truncated_cells(file.positions))
    if export.deliver:
        deliveries.send_or_leave_to_sweeper(export.id)
    return "succeeded"


class Pace:
    """A timer that decides when a worker renews its lease, splits its segment, and hands off its work.

    Parameters
    ----------
    remaining_seconds
        A function that returns the seconds left before the Lambda invocation times out.
    heartbeat
        A function that is called every `HEARTBEAT_SECONDS`, with the number of rows written so far.
    """

    def __init__(self, remaining_seconds: Callable[[], float], heartbeat: Callable[[int], object]) -> None:
        self._remaining_seconds = remaining_seconds
        self._heartbeat = heartbeat
        self._slowest_step = 0.0
        self._step_began = time.monotonic()
        self._beat_at = self._step_began + HEARTBEAT_SECONDS
        self._split_at = self._step_began + SPLIT_AFTER_SECONDS

    def beat(self, rows: int) -> None:
        """Call the heartbeat function if the next heartbeat is due."""
        if time.monotonic() >= self._beat_at:
            self._heartbeat(rows)
            self._beat_at = time.monotonic() + HEARTBEAT_SECONDS

    def begin_step(self) -> None:
        """Begin the first step of a series. Each step reads and writes one page."""
        self._step_began = time.monotonic()

    def end_step(self) -> None:
        """End the current step and begin the next one."""
        now = time.monotonic()
        self._slowest_step = max(self._slowest_step, now - self._step_began)
        self._step_began = now

    def is_time_up(self) -> bool:
        """Return whether another step would leave too little time for a handoff."""
        return self._remaining_seconds() < HANDOFF_RESERVE_SECONDS + 2 * self._slowest_step

    def is_time_to_split(self) -> bool:
        """Return whether the worker has worked long enough to split its segment. Call this method after a step."""
        return self._step_began >= self._split_at

    def postpone_split(self) -> None:
        """Postpone the next split until `SPLIT_AFTER_SECONDS` from now."""
        self._split_at = time.monotonic() + SPLIT_AFTER_SECONDS


@dataclass(frozen=True)
class _SegmentWork:
    """One worker's attempt to write one segment."""

    job: ExportJob
    segment: Segment
    writer: SegmentWriter
    pace: Pace

    def run(self) -> str:
        if self.segment.completing or self._write_pages():
            return self._finish(self.writer.complete())
        self.writer.leave()
        segments.release(self.segment)
        messages.send(self.job.export.id, self.segment.start)
        return "handed-on"

    def _write_pages(self) -> bool:
        """Write pages one by one. Return False if time is up before the end of the segment."""
        for page in self._pages():
            self.writer.write(page)
            self.pace.beat(self.writer.rows)
            self.pace.end_step()
            if self.pace.is_time_up():
                return False
            if self.pace.is_time_to_split():
                self.pace.postpone_split()
                self.split(SPLIT_WAYS)
        self.writer.write_rest()
        return True

    def _pages(self) -> Iterator[Page]:
        """Yield the remaining pages of the segment. If a split moves the segment's end, stop at the new end."""
        read_up_to: str | None = ""
        while read_up_to != self.segment.end:
            read_up_to = self.segment.end
            self.pace.begin_step()
            yield from self._until_split(self.job.pages(self.writer.position, read_up_to))

    def _until_split(self, pages: Iterator[Page]) -> Iterator[Page]:
        end = self.segment.end
        for page in pages:
            yield page
            if self.segment.end != end:
                return

    def split(self, ways: int) -> None:
        """Split the rest of the segment into at most `ways` segments, if possible.

        This worker writes the first of these segments. Other workers write the others.
        """
        export, segment = self.job.export, self.segment
        if (export.open_segments or 1) + ways > MAX_SEGMENTS:
            return
        boundaries = self.job.boundaries(self.writer.position, segment.end, ways)
        if not boundaries:
            return
        if not lifecycle.split(export, segment, boundaries):
            raise ExportOverError
        for start in boundaries:
            messages.send(export.id, start)

    def _finish(self, file: WrittenFile) -> str:
        export = self.job.export
        if export.open_segments is None:
            return _publish(export, self.segment, hashed(file, self.pace.beat), self.job)
        lifecycle.finish_segment(export, self.segment, file)
        if lifecycle.require_active(export).open_segments == 0:
            messages.send(export.id, ASSEMBLY)
        return "segment-done"
