"""Upload a file to S3, sending one part while the worker writes the next part.

The file is not visible until it is complete. A small file is uploaded in a single PutObject request.
"""

import hashlib
import io
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Self

from botocore.exceptions import BotoCoreError, ClientError, FlexibleChecksumError
from zlib_ng import zlib_ng

from badgedata.aws import s3
from badgedata.config import config
from badgedata.exports.failures import FileTooLargeError
from badgedata.records.exports import Export, Segment

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

MIN_PART_BYTES = 8 * 1024 * 1024
"""The minimum size of a part, except for a file's last part. S3 requires 5 MiB."""

MAX_FILE_BYTES = 40 * 1000**3
"""The maximum size of a file. One invocation reads a file of this size in 15 minutes at 45 MB/s (docs/operations.md,
"Limits").
"""

MIN_SENT_BYTES = 1024 * 1024
CHUNK_BYTES = 1024 * 1024
MAX_BROKEN_READS = 5
"""The maximum number of consecutive connections that break before any bytes arrive."""


@dataclass(frozen=True)
class WrittenFile:
    """A complete object in S3: a segment or the entire file."""

    key: str
    rows: int
    bytes: int
    sha256: str
    """The SHA-256 of the object, or "" if several workers wrote the object."""

    alone: bool
    """Whether no other worker wrote any data for the export, so no cleanup is needed."""

    positions: tuple[str, ...]
    """The last position of each of the object's segments, in file order."""


class Part(io.BytesIO):
    """The bytes of a part.

    Each read returns at least 1 MiB, if that many bytes are left, although urllib3 requests only 16 KiB at a time.
    """

    def read(self, size: int | None = -1) -> bytes:
        """Read at least `MIN_SENT_BYTES` bytes, or all remaining bytes if there are fewer."""
        return super().read(size if size is None or size < 0 else max(size, MIN_SENT_BYTES))


class UploadGoneError(Exception):
    """Raised when a multipart upload no longer exists, because it was completed, aborted, or cleaned up."""


class Upload:
    """The upload of one object. `parts` is the number of parts already sent for the multipart upload `upload_id`."""

    def __init__(
        self, key: str, content_type: str, file_name: str, upload_id: str | None = None, parts: int = 0
    ) -> None:
        self.key = key
        self.upload_id = upload_id
        self.parts = parts
        self._metadata: dict[str, Any] = {
            "ContentType": content_type,
            "ContentDisposition": f'attachment; filename="{file_name}"',
        }
        self._sender = ThreadPoolExecutor(max_workers=1, thread_name_prefix="upload")
        self._sending: Future[None] | None = None

    @classmethod
    def resume(cls, export: Export, segment: Segment, content_type: str) -> Self:
        """Return a segment's upload, including the parts that an earlier worker sent."""
        key = segment.object_key or f"{owner_prefix(export, segment)}{export.file_name}"
        return cls(key, content_type, export.file_name, segment.upload_id, int(segment.parts))

    def begin(self) -> str:
        """Create the multipart upload if it doesn't exist yet, and return its ID."""
        if self.upload_id is None:
            # S3 computes the CRC-32 of the entire object from those of its parts, so the request that completes the
            # upload contains no checksums.
            created = s3().create_multipart_upload(
                Bucket=config().exports_bucket,
                Key=self.key,
                ChecksumAlgorithm="CRC32",
                ChecksumType="FULL_OBJECT",
                **self._metadata,
            )
            self.upload_id = created["UploadId"]
        return self.upload_id

    def begin_part(self, data: Part) -> None:
        """Send the next part in the background. Only one part can be in flight, so call `wait` first."""
        self.begin()
        self._sending = self._sender.submit(self.send_part, self.parts + 1, data)

    def wait(self) -> None:
        """Wait until S3 has received the part in flight. If sending the part failed, raise the error."""
        if self._sending is not None:
            sending, self._sending = self._sending, None
            sending.result()
            self.parts += 1

    def send_part(self, number: int, data: Part) -> None:
        """Send one part and wait until S3 has received it. Raise UploadGoneError if the upload no longer exists."""
        try:
            s3().upload_part(
                Bucket=config().exports_bucket,
                Key=self.key,
                UploadId=self.upload_id or "",
                PartNumber=number,
                Body=data,
                # S3 verifies this checksum. Without it, botocore would compute a checksum more slowly, and send the
                # body in chunks.
                ChecksumCRC32=b64encode(zlib_ng.crc32(data.getbuffer()).to_bytes(4)).decode(),
            )
        except ClientError as error:
            raise _gone_or(error) from error

    def copy_part(self, number: int, source_key: str, first: int, last: int) -> None:
        """Add a part that S3 copies from another object: bytes `first` through `last`, inclusive."""
        s3().upload_part_copy(
            Bucket=config().exports_bucket,
            Key=self.key,
            UploadId=self.begin(),
            PartNumber=number,
            CopySource={"Bucket": config().exports_bucket, "Key": source_key},
            CopySourceRange=f"bytes={first}-{last}",
        )

    def put(self, data: bytes) -> None:
        """Write a small file in one request."""
        s3().put_object(Bucket=config().exports_bucket, Key=self.key, Body=data, **self._metadata)

    def complete(self) -> None:
        """Complete the upload.

        Raises
        ------
        UploadGoneError
            If the upload no longer exists. The file may already be complete.
        """
        try:
            s3().complete_multipart_upload(
                Bucket=config().exports_bucket,
                Key=self.key,
                UploadId=self.upload_id or "",
                MultipartUpload={"Parts": self._parts()},
            )
        except ClientError as error:
            raise _gone_or(error) from error

    def complete_once(self, size: int) -> None:
        """Complete the upload unless an earlier call has already completed it.

        Raises
        ------
        UploadGoneError
            If neither the upload nor an object of `size` bytes exists.
        """
        try:
            self.complete()
        except UploadGoneError:
            if size_of(self.key) != size:
                raise

    def close(self) -> None:
        """Wait for the part in flight, and then stop the thread that sends parts."""
        self._sender.shutdown(wait=True)

    def _parts(self) -> list["CompletedPartTypeDef"]:
        """Return the recorded parts. S3 may store additional parts from a worker that died before recording them."""
        try:
            pages = (
                s3()
                .get_paginator("list_parts")
                .paginate(Bucket=config().exports_bucket, Key=self.key, UploadId=self.upload_id or "")
            )
            listed = {part["PartNumber"]: part["ETag"] for page in pages for part in page.get("Parts", [])}
        except ClientError as error:
            raise _gone_or(error) from error
        return [{"PartNumber": number, "ETag": listed[number]} for number in range(1, self.parts + 1)]


DELIVERED: Final = ".deliver/"
"""The key prefix for files that must be delivered. The bucket keeps these files longer than others, until all delivery
attempts have ended (template.yaml). No organization's ID begins with a dot."""


def files_prefix(export: Export) -> str:
    """Return the key prefix of an export's objects."""
    return f"{DELIVERED if export.deliver else ''}{export.organization_id}/{export.id}/"


def prefixes_of_organization(organization_id: str) -> tuple[str, str]:
    """Return an organization's key prefixes: one for exports that aren't delivered, and one for exports that are."""
    return f"{organization_id}/", f"{DELIVERED}{organization_id}/"


def owner_prefix(export: Export, segment: Segment) -> str:
    """Return the key prefix of the objects that the segment's current owner stores."""
    return f"{files_prefix(export)}{segment.owner}/"


def put_tail(key: str, data: bytes) -> None:
    """Store the remaining bytes, which don't fill a part, for the next worker."""
    s3().put_object(Bucket=config().exports_bucket, Key=key, Body=data)


def get_bytes(key: str) -> bytes:
    """Return the content of a small object in the exports bucket."""
    return s3().get_object(Bucket=config().exports_bucket, Key=key)["Body"].read()


def get_range(key: str, first: int, last: int) -> bytes:
    """Return bytes `first` through `last` (inclusive) of an object in the exports bucket."""
    return s3().get_object(Bucket=config().exports_bucket, Key=key, Range=f"bytes={first}-{last}")["Body"].read()


def size_of(key: str) -> int | None:
    """Return the size of an object in bytes, or None if it doesn't exist."""
    found = s3().list_objects_v2(Bucket=config().exports_bucket, Prefix=key, MaxKeys=1).get("Contents", [])
    return found[0]["Size"] if found and found[0]["Key"] == key else None


def chunks_of(key: str, size: int) -> Iterator[bytes]:
    """Yield an object's bytes in chunks of 1 MiB. If a connection breaks, resume on a new connection.

    Raises
    ------
    FlexibleChecksumError
        If the bytes don't match the object's CRC-32. If a connection breaks, the bytes aren't checked, because S3
        returns the CRC-32 only for an entire object.
    """
    position = broken = 0
    while position < size:
        rest: dict[str, Any] = {"Range": f"bytes={position}-"} if position else {}
        try:
            body = s3().get_object(Bucket=config().exports_bucket, Key=key, **rest)["Body"]
            for chunk in body.iter_chunks(CHUNK_BYTES):
                position += len(chunk)
                broken = 0
                yield chunk
        except FlexibleChecksumError:
            raise
        except BotoCoreError:
            broken += 1
            if broken > MAX_BROKEN_READS:
                raise


def hashed(file: WrittenFile, beat: Callable[[int], None]) -> WrittenFile:
    """Return `file` with its SHA-256. If the SHA-256 is unknown, read the file from S3 to compute it.

    Parameters
    ----------
    beat
        A function that is called with the file's row count after each chunk.

    Raises
    ------
    FileTooLargeError
        If the file can't be read within one invocation.
    """
    if file.sha256:
        return file
    if file.bytes > MAX_FILE_BYTES:
        raise FileTooLargeError(
            f"The file is {file.bytes / 1e9:,.1f} GB. The maximum is {MAX_FILE_BYTES / 1e9:,.0f} GB. "
            "Export less data at a time, for example one issuer or a shorter date range."
        )
    digest = hashlib.sha256()
    for chunk in chunks_of(file.key, file.bytes):
        digest.update(chunk)
        beat(file.rows)
    return replace(file, sha256=digest.hexdigest())


def remove_all(prefix: str, keep: str | None = None) -> None:
    """Abort all uploads and delete all objects under a prefix, except the object with the key `keep`."""
    bucket = config().exports_bucket
    for uploads in s3().get_paginator("list_multipart_uploads").paginate(Bucket=bucket, Prefix=prefix):
        for upload in uploads.get("Uploads", []):
            try:
                s3().abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
            except ClientError as error:
                if not isinstance(_gone_or(error), UploadGoneError):
                    raise
    for objects in s3().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for item in objects.get("Contents", []):
            if item["Key"] != keep:
                s3().delete_object(Bucket=bucket, Key=item["Key"])


def _gone_or(error: ClientError) -> Exception:
    return UploadGoneError() if error.response.get("Error", {}).get("Code") == "NoSuchUpload" else error
