"""Write the pages of a segment as parts of an S3 upload, and a checkpoint after each part."""

import hashlib
from dataclasses import replace

from badgedata.exports import segments
from badgedata.exports.pages import Page
from badgedata.exports.segments import Checkpoint
from badgedata.exports.upload import MIN_PART_BYTES, Part, Upload, WrittenFile, get_bytes, owner_prefix, put_tail
from badgedata.records.exports import Export, Segment


class SegmentWriter:
    """Resumes a segment at its checkpoint, and records a new checkpoint after each part.

    A part is sent while the next one is being written. Its checkpoint is recorded after the part has arrived, so
    everything up to the checkpoint's cursor is always durable in S3.
    """

    def __init__(self, export: Export, segment: Segment, upload: Upload) -> None:
        self._export = export
        self._segment = segment
        self._upload = upload
        self._is_untouched = segments.is_untouched(segment)
        self._written = Checkpoint(segment.cursor, int(segment.rows), int(segment.bytes))
        # If one worker writes the whole file, the hash is ready at the end; otherwise the file is read again.
        self._digest = hashlib.sha256() if self._written.bytes == 0 else None
        self._part, self._next_part = Part(), Part()
        self._part.write(get_bytes(segment.tail_key) if segment.tail_key else b"")
        self._in_flight: Checkpoint | None = None

    @property
    def position(self) -> str:
        """The position of the last page."""
        return self._written.cursor

    @property
    def rows(self) -> int:
        """The rows written so far."""
        return self._written.rows

    def write(self, page: Page) -> None:
        """Add a page to the current part, and send the part when it is full."""
        self._part.write(page.data)
        if self._digest is not None:
            self._digest.update(page.data)
        written = self._written
        self._written = Checkpoint(page.position, written.rows + page.rows, written.bytes + len(page.data))
        if self._part.tell() >= MIN_PART_BYTES:
            self._begin_part()

    def write_rest(self) -> None:
        """Send the last bytes, so that only `complete` remains."""
        if self._upload.upload_id is None:
            return
        if self._part.tell():
            self._begin_part()
        self._confirm_part()
        # With this checkpoint, a worker that later finds the upload gone knows that the file may exist, and its size.
        segments.record(self._segment, replace(self._checkpoint(self._upload.parts), completing=True))

    def leave(self) -> None:
        """Send all bytes, the last ones as the tail, so that the next worker can resume from here."""
        self._confirm_part()
        tail_key = (
            f"{owner_prefix(self._export, self._segment)}tail-{self.rows}-{self._written.bytes}"
            if self._part.tell()
            else None
        )
        if tail_key is not None:
            put_tail(tail_key, self._take_part().getvalue())
        segments.record(self._segment, replace(self._checkpoint(self._upload.parts), tail_key=tail_key))

    def complete(self) -> WrittenFile:
        """Complete the segment's object."""
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
        # The previous part has arrived by now, so two buffers take turns, and memory stays flat.
        taken, self._part, self._next_part = self._part, self._next_part, self._part
        taken.truncate()
        taken.seek(0)
        self._part.seek(0)
        return taken

    def _confirm_part(self) -> None:
        """Wait for the part in flight, and record its checkpoint."""
        self._upload.wait()
        if self._in_flight is not None:
            segments.record(self._segment, self._in_flight)
            self._in_flight = None

    def _checkpoint(self, parts: int) -> Checkpoint:
        upload = self._upload
        return replace(self._written, parts=parts, object_key=upload.key, upload_id=upload.upload_id)
