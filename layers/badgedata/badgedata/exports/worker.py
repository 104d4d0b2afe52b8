"""The export worker: takes a segment, writes pages to S3, and hands on, finishes or gives up.

The life of one message: claim the segment's lease → go on from its checkpoint → pages into parts, a checkpoint each →
before the function's time is up, keep the rest as the tail and send the next message → at the end, complete the file
and mark the export. A repeated message finds the lease taken or the work done, and changes nothing.
"""

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import replace

from badgedata.exports import jobs, messages, plan, segments
from badgedata.exports.award_pages import UnreadableAwardError
from badgedata.exports.awards_csv import Page
from badgedata.exports.plan import ScopeGoneError
from badgedata.exports.segments import Checkpoint, LeaseLostError
from badgedata.exports.upload import (
    PART_SIZE,
    Upload,
    UploadGoneError,
    chunks_of,
    get_bytes,
    put_tail,
    remove_all,
    size_of,
)
from badgedata.records.operations import Export, Segment

HEARTBEAT_SECONDS = 2.0
"""How often a worker renews its lease, tells how far it is, and looks whether it was cancelled."""

HAND_ON_RESERVE_SECONDS = 1.0
"""What handing on needs at the least, besides twice the slowest step so far (docs/operations.md, "Time")."""


class ExportOverError(Exception):
    """The export was cancelled or has ended otherwise; what this worker wrote is nobody's."""


def run(export_id: str, segment_start: str, remaining_seconds: Callable[[], float]) -> str:
    """Work on one segment of an export as far as the time goes.

    Parameters
    ----------
    remaining_seconds
        Tells how long this function may still run.

    Returns
    -------
    str
        What came of it: ``nothing-to-do``, ``handed-on``, ``succeeded``, ``over``, ``failed``.

    Raises
    ------
    Exception
        What went wrong in passing, after the lease was given back: the queue brings the message again.
    """
    export, segment = jobs.find_export(export_id), segments.find(export_id, segment_start)
    if export is None or segment is None or export.status not in jobs.ACTIVE:
        return "nothing-to-do"
    if not segments.claim(segment, owner=secrets.token_hex(8)):
        return "nothing-to-do"
    try:
        if not jobs.start(export):
            raise ExportOverError
        return _Work(export, segment, remaining_seconds).run()
    except LeaseLostError:
        return "nothing-to-do"
    except ExportOverError:
        clear_up(export.id)
        segments.release(segment)
        return "over"
    except (UnreadableAwardError, ScopeGoneError) as error:
        return _give_up(export, segment, "unreadable-data", str(error))
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
        remove_all(jobs.files_prefix(export), keep=export.object_key if jobs.status_of(export) == "succeeded" else None)


def _give_up(export: Export, segment: Segment, code: str, message: str) -> str:
    jobs.fail(export, code, message)
    clear_up(export.id)
    segments.release(segment)
    return "failed"


class _Work:
    """One worker's time with one segment."""

    def __init__(self, export: Export, segment: Segment, remaining_seconds: Callable[[], float]) -> None:
        self.export = export
        self.segment = segment
        self.remaining_seconds = remaining_seconds
        self.rows = int(segment.rows)
        self.cursor = segment.cursor or segment.start
        self.bytes = int(segment.bytes)
        self.buffer = bytearray(get_bytes(segment.tail_key)) if segment.tail_key else bytearray()
        # The hash of a file that one worker writes from its beginning is ready at its end; else the file is read again.
        self.digest = hashlib.sha256() if self.bytes == 0 else None
        self.upload = Upload(
            segment.object_key or f"{jobs.files_prefix(export)}{segment.owner}/{export.file_name}",
            plan.content_type(export),
            export.file_name,
            segment.upload_id,
            int(segment.parts),
        )
        self.sent: Checkpoint | None = None
        self.slowest_step = 0.0
        self.next_heartbeat = time.monotonic() + HEARTBEAT_SECONDS

    def run(self) -> str:
        try:
            if self.segment.completing:
                return self._complete()
            started = time.monotonic()
            for page in plan.pages(self.export, self.cursor, self.segment.end):
                self._take(page)
                self._heartbeat()
                now = time.monotonic()
                self.slowest_step, started = max(self.slowest_step, now - started), now
                if self.remaining_seconds() < HAND_ON_RESERVE_SECONDS + 2 * self.slowest_step:
                    return self._hand_on()
            return self._finish()
        except UploadGoneError:
            segments.start_over(self.segment)
            return self._send_for_next()
        finally:
            self.upload.close()

    def _take(self, page: Page) -> None:
        self.buffer += page.data
        self.bytes += len(page.data)
        self.rows += page.rows
        self.cursor = page.position
        if self.digest is not None:
            self.digest.update(page.data)
        if len(self.buffer) >= PART_SIZE:
            self._confirm_sent_part()
            self.upload.begin_part(bytes(self.buffer))
            self.buffer.clear()
            self.sent = self._checkpoint(self.upload.parts + 1, None)

    def _confirm_sent_part(self) -> None:
        """Wait for the part on its way, and write down how far the segment is with it."""
        self.upload.wait()
        if self.sent is not None:
            segments.record(self.segment, self.sent)
            self.sent = None

    def _heartbeat(self) -> None:
        if time.monotonic() < self.next_heartbeat:
            return
        segments.renew(self.segment, self.rows)
        self._require_active()
        self.next_heartbeat = time.monotonic() + HEARTBEAT_SECONDS

    def _require_active(self) -> None:
        export = jobs.find_export(self.export.id)
        if export is None or export.status not in jobs.ACTIVE:
            raise ExportOverError

    def _hand_on(self) -> str:
        self._confirm_sent_part()
        tail_key = f"{jobs.files_prefix(self.export)}{self.segment.owner}/tail-{self.rows}" if self.buffer else None
        if tail_key is not None:
            put_tail(tail_key, bytes(self.buffer))
        segments.record(self.segment, self._checkpoint(self.upload.parts, tail_key))
        return self._send_for_next()

    def _send_for_next(self) -> str:
        segments.release(self.segment)
        messages.send(self.export.id, self.segment.start)
        return "handed-on"

    def _finish(self) -> str:
        self._confirm_sent_part()
        if self.upload.upload_id is None:
            self.upload.put(bytes(self.buffer))
            return self._succeed()
        if self.buffer:
            self.upload.begin_part(bytes(self.buffer))
            self.upload.wait()
        # With this on record, whoever finds the upload gone later knows that the file may be complete, and its size.
        segments.record(self.segment, replace(self._checkpoint(self.upload.parts, None), completing=True))
        return self._complete()

    def _complete(self) -> str:
        try:
            self.upload.complete()
        except UploadGoneError:
            if size_of(self.upload.key) != self.bytes:
                raise
        return self._succeed()

    def _succeed(self) -> str:
        sha256 = self.digest.hexdigest() if self.digest is not None else self._hash_of_file()
        if self.digest is None:
            remove_all(jobs.files_prefix(self.export), keep=self.upload.key)
        if jobs.succeed(self.export, self.segment, self.upload.key, self.rows, self.bytes, sha256):
            return "succeeded"
        self._require_active()
        raise LeaseLostError

    def _hash_of_file(self) -> str:
        digest = hashlib.sha256()
        for chunk in chunks_of(self.upload.key):
            digest.update(chunk)
            self._heartbeat()
        return digest.hexdigest()

    def _checkpoint(self, parts: int, tail_key: str | None) -> Checkpoint:
        return Checkpoint(self.cursor, self.rows, self.bytes, parts, self.upload.key, self.upload.upload_id, tail_key)
