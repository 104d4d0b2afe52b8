"""The export worker: takes a segment, writes pages to S3, and hands on, splits, finishes or gives up.

The life of one message: claim the segment's lease → go on from its checkpoint → pages into parts, a checkpoint each →
before the function's time is up, keep the rest as the tail and send the next message → at the end, complete the file
and mark the export. A repeated message finds the lease taken or the work done, and changes nothing.

An export that goes on for long is split: what is left becomes segments that other workers write at the same time, each
its own object, and the last one done sends for the assembly. A small export never learns that there are segments.
"""

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import replace

from aws_lambda_powertools import Logger

from badgedata.exports import assembly, finishing, jobs, messages, plan, segments
from badgedata.exports.finishing import FileTooLargeError
from badgedata.exports.pages import Page, UnreadableDataError
from badgedata.exports.plan import ScopeGoneError
from badgedata.exports.segments import ASSEMBLY, Checkpoint, LeaseLostError
from badgedata.exports.upload import PART_SIZE, Part, Upload, UploadGoneError, get_bytes, put_tail, remove_all
from badgedata.exports.watch import ExportOverError, Watch
from badgedata.records.exports import Export, Segment

logger = Logger(child=True)

HAND_ON_RESERVE_SECONDS = 1.0
"""What handing on needs at the least, besides twice the slowest step so far (docs/operations.md, "Time")."""

SPLIT_AFTER_SECONDS = 20.0
"""How long a worker writes alone before it looks for others to share the rest with."""

SPLIT_WAYS = 8
MOST_SEGMENTS = 400


def run(export_id: str, segment_start: str, remaining_seconds: Callable[[], float]) -> str:
    """Work on one segment of an export, or on its assembly, as far as the time goes.

    Parameters
    ----------
    remaining_seconds
        Tells how long this function may still run.

    Returns
    -------
    str
        What came of it: ``nothing-to-do``, ``handed-on``, ``segment-done``, ``succeeded``, ``over``, ``failed``.

    Raises
    ------
    Exception
        What went wrong in passing, after the lease was given back: the queue brings the message again.
    """
    export, segment = jobs.find_export(export_id), segments.find(export_id, segment_start)
    if export is None or segment is None or export.status not in jobs.ACTIVE:
        return "nothing-to-do"
    if not segments.claim(segment, owner=secrets.token_hex(8)):
        if segment.status == "done" and export.open_segments == 0:
            messages.send(export_id, ASSEMBLY)
        return "nothing-to-do"
    try:
        if not jobs.start(export, plan.expected_rows(export) if export.status == "queued" else None):
            raise ExportOverError
        return _work_on(Watch(export, segment), remaining_seconds)
    except LeaseLostError:
        clear_up(export.id)  # another worker may have ended the export, and not know of what this one wrote since
        return "nothing-to-do"
    except ExportOverError:
        clear_up(export.id)
        segments.release(segment)
        return "over"
    except (UnreadableDataError, ScopeGoneError) as error:
        return _give_up(export, segment, "unreadable-data", str(error))
    except FileTooLargeError as error:
        return _give_up(export, segment, "file-too-large", str(error))
    except Exception:
        if segment.attempts >= segments.MAX_ATTEMPTS:
            _give_up(export, segment, "gave-up", segments.GAVE_UP)
        else:
            segments.release(segment)
        raise


def clear_up(export_id: str) -> None:
    """Leave nothing of an export that is over in S3, but for the file that it offers."""
    export = jobs.find_export(export_id)
    if export is not None and export.status not in jobs.ACTIVE:
        offered = export.object_key if jobs.status_of(export) == "succeeded" else None
        remove_all(jobs.files_prefix(export), keep=offered)


def _give_up(export: Export, segment: Segment, code: str, message: str) -> str:
    jobs.fail(export, code, message)
    clear_up(export.id)
    segments.release(segment)
    return "failed"


def _work_on(watch: Watch, remaining_seconds: Callable[[], float]) -> str:
    segment = watch.segment
    try:
        if segment.sk != ASSEMBLY:
            return _SegmentWork(watch, remaining_seconds).run()
        if watch.export.open_segments == 0:
            return assembly.assemble(watch)
    except UploadGoneError:
        # S3's lifecycle rule or an operator took the upload away; what was in it has to be written again.
        if not segments.may_start_over(segment):
            return _give_up(watch.export, segment, "upload-lost", segments.UPLOAD_LOST)
        segments.start_over(segment)
        logger.warning("Upload lost; writing the segment again", start_overs=int(segment.start_overs))
        messages.send(watch.export.id, ASSEMBLY if segment.sk == ASSEMBLY else segment.start)
    segments.release(segment)
    return "handed-on"


class _SegmentWork:
    """One worker's time with one segment."""

    def __init__(self, watch: Watch, remaining_seconds: Callable[[], float]) -> None:
        self.watch = watch
        self.export, self.segment = export, segment = watch.export, watch.segment
        self.remaining_seconds = remaining_seconds
        self.rows = int(segment.rows)
        self.cursor = segment.cursor
        self.bytes = int(segment.bytes)
        self.buffer, self.next_buffer = Part(), Part()
        self.buffer.write(get_bytes(segment.tail_key) if segment.tail_key else b"")
        # The hash of a file that one worker writes from its beginning is ready at its end; else the file is read again.
        self.digest = hashlib.sha256() if self.bytes == 0 else None
        self.alone = self.bytes == 0 and segment.attempts == 1 and not segment.start_overs
        self.upload = Upload(
            segment.object_key or f"{jobs.files_prefix(export)}{segment.owner}/{export.file_name}",
            plan.content_type(export),
            export.file_name,
            segment.upload_id,
            int(segment.parts),
        )
        self.sent: Checkpoint | None = None
        self.slowest_step = 0.0
        self.split_at = time.monotonic() + SPLIT_AFTER_SECONDS

    def run(self) -> str:
        try:
            outcome = None if self.segment.completing else self._write()
            return outcome or self._complete()
        finally:
            self.upload.close()

    def _write(self) -> str | None:
        """Write page after page; None when all of the segment is written."""
        while True:
            step_began = time.monotonic()
            for page in plan.pages(self.export, self.cursor, self.segment.end):
                self._take(page)
                self.watch.beat(self.rows)
                now = time.monotonic()
                self.slowest_step, step_began = max(self.slowest_step, now - step_began), now
                if self.remaining_seconds() < HAND_ON_RESERVE_SECONDS + 2 * self.slowest_step:
                    return self._hand_on()
                if now >= self.split_at and self._split():
                    break  # the pages went up to the segment's old end
            else:
                self._send_rest()
                return None

    def _take(self, page: Page) -> None:
        self.buffer.write(page.data)
        self.bytes += len(page.data)
        self.rows += page.rows
        self.cursor = page.position
        if self.digest is not None:
            self.digest.update(page.data)
        if self.buffer.tell() >= PART_SIZE:
            self._begin_part()

    def _begin_part(self) -> None:
        self._confirm_sent_part()
        self.upload.begin_part(self._take_buffer())
        self.sent = self._checkpoint(self.upload.parts + 1, None)

    def _take_buffer(self) -> Part:
        # The one before has arrived by now, so these two take turns, and the memory is the same all along.
        taken, self.buffer, self.next_buffer = self.buffer, self.next_buffer, self.buffer
        taken.truncate()
        taken.seek(0)
        self.buffer.seek(0)
        return taken

    def _confirm_sent_part(self) -> None:
        """Wait for the part on its way, and write down how far the segment is with it."""
        self.upload.wait()
        if self.sent is not None:
            segments.record(self.segment, self.sent)
            self.sent = None

    def _split(self) -> bool:
        """Leave the later part of what is left to other workers. False when there is nothing worth sharing."""
        self.split_at = time.monotonic() + SPLIT_AFTER_SECONDS
        if (self.export.open_segments or 1) + SPLIT_WAYS > MOST_SEGMENTS:
            return False
        boundaries = plan.boundaries(self.export, self.cursor, self.segment.end, SPLIT_WAYS)
        if not boundaries:
            return False
        if not segments.split(self.export, self.segment, boundaries):
            raise ExportOverError
        for start in boundaries:
            messages.send(self.export.id, start)
        return True

    def _hand_on(self) -> str:
        self._confirm_sent_part()
        tail_key = (
            f"{jobs.files_prefix(self.export)}{self.segment.owner}/tail-{self.rows}-{self.bytes}"
            if self.buffer.tell()
            else None
        )
        if tail_key is not None:
            put_tail(tail_key, self._take_buffer().getvalue())
        segments.record(self.segment, self._checkpoint(self.upload.parts, tail_key))
        segments.release(self.segment)
        messages.send(self.export.id, self.segment.start)
        return "handed-on"

    def _send_rest(self) -> None:
        """Bring the last bytes to S3, so that only completing is left."""
        if self.upload.upload_id is None:
            return
        if self.buffer.tell():
            self._begin_part()
        self._confirm_sent_part()
        # With this on record, whoever finds the upload gone later knows that the file may be there, and its size.
        segments.record(self.segment, replace(self._checkpoint(self.upload.parts, None), completing=True))

    def _complete(self) -> str:
        if self.upload.upload_id is None:
            self.upload.put(self._take_buffer().getvalue())
        else:
            finishing.complete(self.upload, self.bytes)
        if self.export.open_segments is None:
            return finishing.offer(self.watch, self.upload, self.rows, self.bytes, self.digest, alone=self.alone)
        segments.finish(self.export, self.segment, self.upload.key, self.rows, self.bytes)
        self.watch.require_active()
        export = jobs.find_export(self.export.id)
        if export is not None and export.open_segments == 0:
            messages.send(export.id, ASSEMBLY)
        return "segment-done"

    def _checkpoint(self, parts: int, tail_key: str | None) -> Checkpoint:
        return Checkpoint(self.cursor, self.rows, self.bytes, parts, self.upload.key, self.upload.upload_id, tail_key)
