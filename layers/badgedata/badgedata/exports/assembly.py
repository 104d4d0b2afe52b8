"""The last step of a split export: copy the segments' S3 objects into one file, in order."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import batched
from typing import NamedTuple

from badgedata.exports import segments
from badgedata.exports.pages import Insertion
from badgedata.exports.segments import Checkpoint
from badgedata.exports.upload import Part, Upload, WrittenFile, get_range
from badgedata.records.exports import Export, Segment

MIN_PART_BYTES = 5 * 1024 * 1024
"""S3's minimum size for every part of an upload except the last part."""

MAX_COPY_BYTES = 256 * 1024 * 1024
"""The maximum number of bytes in one copy. S3 allows 5 GiB, but a copy of 256 MiB takes only seconds."""

COPIES_AT_ONCE = 8


class Source(NamedTuple):
    """Consecutive bytes of the assembled file, stored in an S3 object or in memory.

    The source is `size` bytes long and starts at offset `first` in the object `key`. If `key` is empty, `data` contains
    the bytes.
    """

    size: int
    key: str = ""
    first: int = 0
    data: bytes = b""


@dataclass(frozen=True)
class Piece:
    """The bytes `first` to `last`, inclusive, of the source at index `source`."""

    source: int
    first: int
    last: int

    @property
    def size(self) -> int:
        """The number of bytes in the piece."""
        return self.last - self.first + 1


def parts_of(sizes: Sequence[int]) -> list[list[Piece]]:
    """Divide the sources into the parts of a multipart upload.

    Each part is a list of pieces. If the rest of a source is too small for a part, the part also contains bytes from
    the sources that follow. S3 can copy a part that consists of one piece of an S3 object. The bytes of all other
    parts must be sent to S3.

    Every part except the last is at least `MIN_PART_BYTES` in size. No part is larger than `MAX_COPY_BYTES`.

    Parameters
    ----------
    sizes
        The size of each source in bytes, in file order.
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


def sources_of(objects: Sequence[tuple[str, int]], insertions: Iterable[Insertion]) -> list[Source]:
    """Return the sources of the assembled file, in file order.

    The sources are the segments' objects and the bytes to insert. If bytes are inserted into an object, the object is
    split into several sources.

    Parameters
    ----------
    objects
        The key and size of each segment's object.
    insertions
        The bytes to insert, in file order.
    """
    sources: list[Source] = []
    begin = (0, 0)

    def add_objects(end: tuple[int, int]) -> None:
        for number in range(begin[0], min(end[0] + 1, len(objects))):
            key, size = objects[number]
            first = begin[1] if number == begin[0] else 0
            last = end[1] if number == end[0] else size
            if last > first:
                sources.append(Source(last - first, key, first))

    for segment, at, data in insertions:
        add_objects((segment, at))
        sources.append(Source(len(data), data=data))
        begin = segment, at
    add_objects((len(objects), 0))
    return sources


def assemble(
    export: Export,
    segment: Segment,
    upload: Upload,
    insertions: Callable[[Sequence[str]], Iterable[Insertion]],
    beat: Callable[[int], None],
) -> WrittenFile:
    """Assemble the file from the segments' objects.

    Parameters
    ----------
    segment
        The segment record that stores the assembly's progress.
    insertions
        A function that takes the final position of each segment and returns the bytes to insert.
    beat
        The heartbeat function. It is called after every few parts, with the number of rows in the file.

    Raises
    ------
    LeaseLostError, ExportOverError
        If `beat` raises one of these errors.
    UploadGoneError
        If neither the multipart upload nor the completed file exists.
    """
    done = list(segments.of_export(export.id))
    positions = tuple(part.cursor for part in done)
    sources = sources_of([(part.object_key or "", int(part.bytes)) for part in done], insertions(positions))
    rows, size = sum(int(part.rows) for part in done), sum(source.size for source in sources)
    if not segment.completing:
        for count in _send(upload, sources, parts_of([source.size for source in sources])):
            upload.parts = count
            beat(rows)
        sent = Checkpoint("", rows, size, upload.parts, upload.key, upload.upload_id, completing=True)
        segments.record(segment, sent)
    upload.complete_once(size)
    return WrittenFile(upload.key, rows, size, sha256="", alone=False, positions=positions)


def _send(upload: Upload, sources: list[Source], parts: list[list[Piece]]) -> Iterator[int]:
    """Send the parts, several at a time. After every few parts, yield the number of parts sent so far."""
    upload.begin()
    with ThreadPoolExecutor(COPIES_AT_ONCE, thread_name_prefix="assembly") as pool:
        for few in batched(enumerate(parts, start=1), COPIES_AT_ONCE, strict=False):
            for sent in [pool.submit(_send_part, upload, sources, number, part) for number, part in few]:
                sent.result()
            yield few[-1][0]


def _send_part(upload: Upload, sources: list[Source], number: int, part: list[Piece]) -> None:
    source = sources[part[0].source]
    if len(part) == 1 and part[0].size >= MIN_PART_BYTES and source.key:
        upload.copy_part(number, source.key, source.first + part[0].first, source.first + part[0].last)
    else:
        upload.send_part(number, Part(b"".join(_bytes_of(sources[piece.source], piece) for piece in part)))


def _bytes_of(source: Source, piece: Piece) -> bytes:
    if source.key:
        return get_range(source.key, source.first + piece.first, source.first + piece.last)
    return source.data[piece.first : piece.last + 1]
