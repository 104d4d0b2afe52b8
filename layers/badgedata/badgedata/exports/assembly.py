"""The last work of a split export: its segments' objects, in order, become one file by copies within S3."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import batched

from badgedata.exports import finishing, plan, segments
from badgedata.exports.jobs import files_prefix
from badgedata.exports.segments import Checkpoint
from badgedata.exports.upload import Part, Upload, get_range
from badgedata.exports.watch import Watch

LEAST_PART = 5 * 1024 * 1024
"""Bytes that S3 asks of every part but the last."""

LARGEST_COPY = 256 * 1024 * 1024
"""Bytes a copy takes at most, so that each is a matter of seconds (S3 would take 5 GiB)."""

COPIES_AT_ONCE = 8


@dataclass(frozen=True)
class Stretch:
    """The bytes `first` to `last` (inclusive) of the object number `source`."""

    source: int
    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1


def parts_of(sizes: Sequence[int]) -> list[list[Stretch]]:
    """Say which stretches of the objects make which part of the file.

    A part of one stretch can be copied within S3. Where objects meet, a part takes its first bytes from one and more
    from the next, until S3's least is reached; only such bytes have to be carried. Every part but the last has
    `LEAST_PART` bytes or more, none has more than `LARGEST_COPY` and that least.

    Parameters
    ----------
    sizes
        Bytes of each object, in the order of the file.
    """
    parts: list[list[Stretch]] = []
    carried: list[Stretch] = []
    for source, size in enumerate(sizes):
        first = 0
        if carried and size:
            needed = LEAST_PART - sum(stretch.size for stretch in carried)
            carried.append(Stretch(source, 0, min(needed, size) - 1))
            first = carried[-1].size
            if first < needed:
                continue
            parts.append(carried)
            carried = []
        while size - first >= LEAST_PART:
            length = min(LARGEST_COPY, size - first)
            parts.append([Stretch(source, first, first + length - 1)])
            first += length
        if first < size:
            carried = [Stretch(source, first, size - 1)]
    return [*parts, carried] if carried else parts


def assemble(watch: Watch) -> str:
    """Put the file together and offer it. Raises LeaseLostError, ExportOverError, UploadGoneError."""
    export, segment = watch.export, watch.segment
    done = list(segments.of_export(export.id))
    rows, size = sum(int(part.rows) for part in done), sum(int(part.bytes) for part in done)
    upload = Upload(
        segment.object_key or f"{files_prefix(export)}{segment.owner}/{export.file_name}",
        plan.content_type(export),
        export.file_name,
        segment.upload_id,
        int(segment.parts),
    )
    try:
        if not segment.completing:
            sources = [part.object_key or "" for part in done]
            for count in _send(upload, sources, parts_of([int(part.bytes) for part in done])):
                upload.parts = count
                watch.beat(rows)
            segments.record(
                segment, Checkpoint("", rows, size, upload.parts, upload.key, upload.upload_id, None, completing=True)
            )
        finishing.complete(upload, size)
        return finishing.offer(watch, upload, rows, size, None, alone=False)
    finally:
        upload.close()


def _send(upload: Upload, sources: list[str], parts: list[list[Stretch]]) -> Iterator[int]:
    """Send all parts, several at once, and give after each few how many there are."""
    upload.begin()
    with ThreadPoolExecutor(COPIES_AT_ONCE, thread_name_prefix="assembly") as pool:
        for few in batched(enumerate(parts, start=1), COPIES_AT_ONCE, strict=False):
            for sent in [pool.submit(_send_part, upload, sources, number, part) for number, part in few]:
                sent.result()
            yield few[-1][0]


def _send_part(upload: Upload, sources: list[str], number: int, part: list[Stretch]) -> None:
    if len(part) == 1 and part[0].size >= LEAST_PART:
        upload.copy_part(number, sources[part[0].source], part[0].first, part[0].last)
    else:
        data = b"".join(get_range(sources[stretch.source], stretch.first, stretch.last) for stretch in part)
        upload.send_part(number, Part(data))
