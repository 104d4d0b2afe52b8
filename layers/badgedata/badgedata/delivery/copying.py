"""Copy an export file to a destination.

The product's own role reads the file, and the assumed role writes the copy. No single role is allowed to do both, so
the bytes pass through the function. They are streamed, so memory use doesn't depend on the size of the file or its
parts.
"""

import io
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import batched
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from badgedata.aws import s3
from badgedata.config import config
from badgedata.delivery import lifecycle
from badgedata.delivery.customer_bucket import CustomerBucket, Target
from badgedata.records.deliveries import Delivery

MIB: Final = 1024 * 1024
MIN_PART_BYTES: Final = 16 * MIB
MAX_PARTS: Final = 10_000
"""The maximum number of parts that S3 allows in an upload."""

PARTS_AT_ONCE: Final = 4
RESERVE_SECONDS: Final = 30.0
"""The time that must remain for a handoff, in addition to twice the duration of the slowest batch of parts so far."""

MAX_BROKEN_READS: Final = 5
"""The maximum number of consecutive connections that may break before they receive any bytes."""


class SourceGoneError(Exception):
    """Raised when the export's file no longer exists and therefore can't be delivered."""


@dataclass(frozen=True)
class Source:
    """An export's file in the exports bucket. The file never changes."""

    key: str
    bytes: int
    settings: dict[str, Any]
    """The file's content headers, which are also set on the delivered file."""

    checks: dict[str, Any]
    """The checksum of the entire file, or an empty dictionary if S3 doesn't store one."""

    @classmethod
    def find(cls, key: str) -> "Source":
        """Return the file with the given key. Raise SourceGoneError if it doesn't exist."""
        try:
            found = s3().head_object(Bucket=config().exports_bucket, Key=key, ChecksumMode="ENABLED")
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in ("404", "NoSuchKey", "NotFound"):
                raise SourceGoneError from error
            raise
        crc = found.get("ChecksumCRC32")
        is_entire = found.get("ChecksumType", "FULL_OBJECT") == "FULL_OBJECT" and "-" not in (crc or "-")
        return cls(
            key,
            found["ContentLength"],
            {name: found[name] for name in ("ContentType", "ContentDisposition") if name in found},
            {"ChecksumCRC32": crc} if crc and is_entire else {},
        )


class SourceRange(io.RawIOBase):
    """The body of a request that sends a range of a file. If the request is retried, the range is read again."""

    def __init__(self, source: Source, first: int, size: int) -> None:
        self._source = source
        self._first = first
        self._size = size
        self._position = 0
        self._body: Any = None
        self.failure: Exception | None = None
        """The error that occurred while reading the range. The request's error doesn't contain it."""

    def readable(self) -> bool:
        """Return True, because the range can be read (see `io.IOBase`)."""
        return True

    def seekable(self) -> bool:
        """Return True, because the range can be read again from any position (see `io.IOBase`)."""
        return True

    def tell(self) -> int:
        """Return the position within the range."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a position within the range and return the new position.

        If the position changes, the next read opens a new connection.
        """
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        if start + offset != self._position:
            self._disconnect()
            self._position = start + offset
        return self._position

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes of the range. The result is empty only at the end of the range.

        If the connection breaks, a new one is opened.
        """
        self.failure = None
        try:
            return self._read(size)
        except Exception as error:
            self.failure = error
            raise

    def _read(self, size: int | None) -> bytes:
        left = self._size - self._position
        wanted = left if size is None or size < 0 else min(max(size, MIB), left)
        read = bytearray()
        broken = 0
        while len(read) < wanted:
            try:
                data = self._connection().read(wanted - len(read))
            except BotoCoreError:
                broken += 1
                self._disconnect()
                if broken > MAX_BROKEN_READS:
                    raise
                continue
            if not data:
                broken += 1
                self._disconnect()
                if broken > MAX_BROKEN_READS:
                    raise SourceGoneError
                continue
            broken = 0
            read += data
            self._position += len(data)
        return bytes(read)

    def close(self) -> None:
        """Close the range and its connection to S3."""
        self._disconnect()
        super().close()

    def _connection(self) -> Any:
        if self._body is None:
            first, last = self._first + self._position, self._first + self._size - 1
            try:
                answer = s3().get_object(
                    Bucket=config().exports_bucket, Key=self._source.key, Range=f"bytes={first}-{last}"
                )
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") == "NoSuchKey":
                    raise SourceGoneError from error
                raise
            self._body = answer["Body"]
        return self._body

    def _disconnect(self) -> None:
        if self._body is not None:
            self._body.close()
            self._body = None


@contextmanager
def _range(source: Source, first: int, size: int) -> Iterator[Any]:
    """Yield a range of a file as a request body.

    If the range can't be read, raise the read error instead of the request's error.
    """
    with SourceRange(source, first, size) as body:
        try:
            yield body
        except Exception:
            if body.failure is not None:
                raise body.failure from None
            raise


def part_bytes_of(size: int) -> int:
    """Return the part size in bytes: at least 16 MiB, and large enough to send `size` bytes in at most 10,000 parts.

    >>> part_bytes_of(5 * 1024**4) // MIB
    525
    """
    needed = -(-size // MAX_PARTS)
    return max(MIN_PART_BYTES, -(-needed // MIB) * MIB)


def copy(
    delivery: Delivery,
    source: Source,
    bucket: CustomerBucket,
    target: Target,
    remaining_seconds: Callable[[], float],
) -> bool:
    """Copy a file. Return False if the worker runs out of time before the copy is complete.

    If an earlier worker began an upload, that upload is resumed.

    Raises
    ------
    UploadUnusableError
        If the upload no longer exists or can't be completed. The caller must then call `lifecycle.forget_upload`.
    """
    key, part_bytes = str(delivery.key_in_bucket), part_bytes_of(source.bytes)
    if source.bytes <= part_bytes:
        with _range(source, 0, source.bytes) if source.bytes else nullcontext(b"") as body:
            bucket.put(key, body, **source.settings, **source.checks)
        return True
    if delivery.upload_id is None:
        lifecycle.record_upload(delivery, bucket.begin_upload(key, **source.settings), target)
    upload_id, parts = str(delivery.upload_id), -(-source.bytes // part_bytes)

    def send(number: int) -> None:
        first = (number - 1) * part_bytes
        with _range(source, first, min(part_bytes, source.bytes - first)) as body:
            bucket.put_part(key, upload_id, number, body)

    slowest = 0.0
    with ThreadPoolExecutor(PARTS_AT_ONCE, thread_name_prefix="deliver") as pool:
        for numbers in batched(range(int(delivery.parts) + 1, parts + 1), PARTS_AT_ONCE, strict=False):
            if remaining_seconds() < RESERVE_SECONDS + 2 * slowest:
                return False
            began = time.monotonic()
            list(pool.map(send, numbers))
            slowest = max(slowest, time.monotonic() - began)
            lifecycle.record_parts(delivery, numbers[-1])
    bucket.complete_upload(key, upload_id, parts, **source.checks)
    return True
