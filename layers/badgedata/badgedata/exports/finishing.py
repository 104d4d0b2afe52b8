"""The end of a file: all parts into one object, its SHA-256, and the export offered for download."""

import hashlib
from typing import Protocol

from badgedata.exports import jobs
from badgedata.exports.segments import LeaseLostError
from badgedata.exports.upload import Upload, UploadGoneError, chunks_of, size_of
from badgedata.exports.watch import Watch

LARGEST_READ = 40 * 1000**3
"""Bytes that one function reads from S3 within its 15 minutes, at 45 MB/s or more (docs/operations.md, "Limits")."""


class FileTooLargeError(Exception):
    """The file has more bytes than one function can read; the message says what to do."""


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
        Whether this is the only worker that ever wrote for the export, so that there is nothing to clear up.

    Raises
    ------
    LeaseLostError, ExportOverError
        When the file is not this worker's to offer any more.
    FileTooLargeError
        When the file can't be read once more within an invocation.
    """
    if digest is None:
        if size > LARGEST_READ:
            raise FileTooLargeError(
                f"The file has {size / 1e9:,.1f} GB; {LARGEST_READ / 1e9:,.0f} GB is what an export can have. "
                "Export less at a time: issuer by issuer, or by award dates."
            )
        digest = _read_again(watch, upload.key, size, rows)
    # Only what is offered is known to be the one that stays; then the sweeper removes what others have left behind.
    if jobs.succeed(watch.export, watch.segment, upload.key, rows, size, digest.hexdigest(), alone=alone):
        return "succeeded"
    watch.require_active()
    raise LeaseLostError


def _read_again(watch: Watch, key: str, size: int, rows: int) -> Digest:
    digest = hashlib.sha256()
    for chunk in chunks_of(key, size):
        digest.update(chunk)
        watch.beat(rows)
    return digest
