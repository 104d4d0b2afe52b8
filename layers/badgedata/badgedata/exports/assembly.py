"""The last work of a split export: its segments' objects, in order, become one file by copies within S3."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import batched

from badgedata.exports import segments
from badgedata.exports.segments import Checkpoint
from badgedata.exports.upload import Part, Upload, WrittenFile, get_range
from badgedata.records.exports import Export, Segment

MIN_PART_BYTES = 5 * 1024 * 1024
"""Bytes that S3 asks of every part but the last."""

MAX_COPY_BYTES = 256 * 1024 * 1024
"""Bytes a copy takes at most, so that each is a matter of seconds (S3 would take 5 GiB)."""

COPIES_AT_ONCE = 8


@dataclass(frozen=True)
class Piece:
    """The bytes `first` to `last` (inclusive) of the object number `source`."""

    source: int
    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1


def parts_of(sizes: Sequence[int]) -> list[list[Piece]]:
    """Say which pieces of the objects make which part of the file.

    A part of one piece can be copied within S3. Where objects meet, a part takes its first bytes from one and more
    from the next, until S3's least is reached; only such bytes have to be carried. Every part but the last has
    `MIN_PART_BYTES` bytes or more, none has more than `MAX_COPY_BYTES` and that least.

    Parameters
    ----------
    sizes
        Bytes of each object, in the order of the file.
    """
    parts: list[list[Piece]] = []
    carried: list[Piece] = []
    for source, size in enumerate(sizes):
        first = 0
        if carried and size:
            needed = MIN_PART_BYTES - sum(piece.size for piece in carried)
            carried.append(Piece(source, 0, min(needed, size) - 1))
            first = carried[-1].size
            if first < needed:
                continue
            parts.append(carried)
            carried = []
        while size - first >= MIN_PART_BYTES:
            length = min(MAX_COPY_BYTES, size - first)
            parts.append([Piece(source, first, first + length - 1)])
            first += length
        if first < size:
            carried = [Piece(source, first, size - 1)]
    return [*parts, carried] if carried else parts


def assemble(export: Export, segment: Segment, upload: Upload, beat: Callable[[int], None]) -> WrittenFile:
    """Put the file together out of the objects of the export's segments; `segment` is the assembly's own record.

    Raises
    ------
    LeaseLostError, ExportOverError
        From the heartbeat `beat`, which is called with the file's rows every few parts.
    UploadGoneError
        When neither the file's upload nor the file is there.
    """
    done = list(segments.of_export(export.id))
    rows, size = sum(int(part.rows) for part in done), sum(int(part.bytes) for part in done)
    if not segment.completing:
        sources = [part.object_key or "" for part in done]
        for count in _send(upload, sources, parts_of([int(part.bytes) for part in done])):
            upload.parts = count
            beat(rows)
        sent = Checkpoint("", rows, size, upload.parts, upload.key, upload.upload_id, completing=True)
        segments.record(segment, sent)
    upload.complete_once(size)
    return WrittenFile(upload.key, rows, size, sha256="", alone=False)


def _send(upload: Upload, sources: list[str], parts: list[list[Piece]]) -> Iterator[int]:
    """Send all parts, several at once, and give after each few how many there are."""
    upload.begin()
    with ThreadPoolExecutor(COPIES_AT_ONCE, thread_name_prefix="assembly") as pool:
        for few in batched(enumerate(parts, start=1), COPIES_AT_ONCE, strict=False):
            for sent in [pool.submit(_send_part, upload, sources, number, part) for number, part in few]:
                sent.result()
            yield few[-1][0]


def _send_part(upload: Upload, sources: list[str], number: int, part: list[Piece]) -> None:
    if len(part) == 1 and part[0].size >= MIN_PART_BYTES:
        upload.copy_part(number, sources[part[0].source], part[0].first, part[0].last)
    else:
        data = b"".join(get_range(sources[piece.source], piece.first, piece.last) for piece in part)
        upload.send_part(number, Part(data))
