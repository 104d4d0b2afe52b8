"""What the peers' exports have in common: the csv and json modules, SHA-256, and boto3's multipart upload."""

import csv
import hashlib
import io
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self

import boto3

from badgedata.config import config
from badgedata.exports.awards_csv import COLUMNS
from badgedata.exports.csv_encoding import BYTE_ORDER_MARK
from tests.benchmarks.outcome import Outcome

PART_SIZE = 8 * 1024 * 1024


class PartsUpload:
    """A multipart upload that is written to piece by piece."""

    def __init__(self, key: str) -> None:
        self._s3 = boto3.client("s3")
        self._target = {"Bucket": config().exports_bucket, "Key": key}
        self._buffer = io.BytesIO()
        self._digest = hashlib.sha256()
        self._parts: list[dict[str, Any]] = []
        self.bytes = 0

    def __enter__(self) -> Self:
        self._target["UploadId"] = self._s3.create_multipart_upload(**self._target)["UploadId"]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._send_part()
            self._s3.complete_multipart_upload(**self._target, MultipartUpload={"Parts": self._parts})
        else:
            self._s3.abort_multipart_upload(**self._target)

    def write(self, data: bytes) -> None:
        self._digest.update(data)
        self._buffer.write(data)
        self.bytes += len(data)
        if self._buffer.tell() >= PART_SIZE:
            self._send_part()

    def sha256(self) -> str:
        return self._digest.hexdigest()

    def _send_part(self) -> None:
        number = len(self._parts) + 1
        sent = self._s3.upload_part(**self._target, PartNumber=number, Body=self._buffer.getvalue())
        self._parts.append({"PartNumber": number, "ETag": sent["ETag"]})
        self._buffer = io.BytesIO()


def write_csv(key: str, rows: Iterable[list[str]]) -> Outcome:
    """Write rows of cells as a CSV file."""
    count = 0
    with PartsUpload(key) as upload:
        lines = io.StringIO(newline="")
        writer = csv.writer(lines)
        upload.write(BYTE_ORDER_MARK.encode())
        writer.writerow(COLUMNS)
        for count, row in enumerate(rows, 1):
            writer.writerow(row)
            if count % 1000 == 0:
                upload.write(lines.getvalue().encode())
                lines.seek(0)
                lines.truncate()
        upload.write(lines.getvalue().encode())
    return Outcome(count, upload.bytes, upload.sha256())
