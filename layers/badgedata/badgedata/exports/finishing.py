"""The end of a file: all parts into one object, its SHA-256, and the export offered for download."""

import hashlib
from typing import Protocol

from badgedata.exports import jobs
from badgedata.exports.segments import LeaseLostError
from badgedata.exports.upload import Upload, UploadGoneError, chunks_of, remove_all, size_of
from badgedata.exports.watch import Watch


class Digest(Protocol):
    """What hashlib makes."""

    def hexdigest(self) -> str:
        """Give the hash as text."""


def complete(upload: Upload, size: int) -> None:
    """Put an upload's parts together; a repeat finds the object that is there already.

    Raises
    ------
    UploadGoneError
        When neither the upload nor an object of `size` bytes is there.
    """
    try:
        upload.complete()
    except UploadGoneError:
        if size_of(upload.key) != size:
            raise


def offer(watch: Watch, upload: Upload, rows: int, size: int, digest: Digest | None, *, alone: bool) -> str:
    """Mark the export as succeeded, with the figures of its file.

    Parameters
    ----------
    digest
        The SHA-256 of all bytes, where this worker has seen them all; else the file is read once more.
    alone
        Whether this is the only worker that ever wrote for the export; what others left behind is removed.

    Raises
    ------
    LeaseLostError, ExportOverError
        When the file is not this worker's to offer any more.
    """
    if digest is None:
        digest = _read_again(watch, upload.key, rows)
    if not alone:
        remove_all(jobs.files_prefix(watch.export), keep=upload.key)
    if jobs.succeed(watch.export, watch.segment, upload.key, rows, size, digest.hexdigest()):
        return "succeeded"
    watch.require_active()
    raise LeaseLostError


def _read_again(watch: Watch, key: str, rows: int) -> Digest:
    digest = hashlib.sha256()
    for chunk in chunks_of(key):
        digest.update(chunk)
        watch.beat(rows)
    return digest
