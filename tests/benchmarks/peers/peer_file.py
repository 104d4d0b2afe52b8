"""Code shared by the peers: the csv, json, and zipfile modules, SHA-256, and boto3 multipart uploads."""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import batched
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import boto3

from badgedata.config import config
from badgedata.exports.award_columns import DEFAULT_COLUMNS
from badgedata.exports.csv_encoding import BYTE_ORDER_MARK
from tests.benchmarks.outcome import Outcome

PART_SIZE = 8 * 1024 * 1024
ROWS_AT_ONCE = 1000

ROW_END = "\ue000;\t\r\n"
"""The row terminator until rows are sent. Like the product, `csv.writer` quotes cells that contain any of its
characters, and no cell contains all of them."""


class PartsUpload:
    """A multipart upload that is written to like a file."""

    def __init__(self, key: str) -> None:
        self._s3: Any = boto3.client("s3")
        self._target: dict[str, Any] = {"Bucket": config().exports_bucket, "Key": key}
        self._target["UploadId"] = self._s3.create_multipart_upload(**self._target)["UploadId"]
        self._buffer = io.BytesIO()
        self._parts: list[dict[str, Any]] = []
        self.digest = hashlib.sha256()
        self.bytes = 0

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        self._buffer.write(data)
        self.bytes += len(data)
        if self._buffer.tell() >= PART_SIZE:
            self._send_part()
        return len(data)

    def flush(self) -> None:
        """Do nothing, because parts have a minimum size. ZipFile calls this."""

    def close(self) -> None:
        """Do nothing, because `complete` ends the upload. ZipFile calls this."""

    def complete(self) -> None:
        self._send_part()
        self._s3.complete_multipart_upload(**self._target, MultipartUpload={"Parts": self._parts})

    def _send_part(self) -> None:
        number = len(self._parts) + 1
        sent = self._s3.upload_part(**self._target, PartNumber=number, Body=self._buffer.getvalue())
        self._parts.append({"PartNumber": number, "ETag": sent["ETag"]})
        self._buffer = io.BytesIO()


def write_csv(key: str, rows: Iterable[list[str]]) -> Outcome:
    """Write rows of cells as a CSV file."""
    upload = PartsUpload(key)
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, lineterminator=ROW_END)
    upload.write(BYTE_ORDER_MARK.encode())
    writer.writerow([column.name for column in DEFAULT_COLUMNS])
    count = 0
    for row in rows:
        writer.writerow(row)
        count += 1
        if count % ROWS_AT_ONCE == 0:
            upload.write(lines.getvalue().replace(ROW_END, "\r\n").encode())
            lines.seek(0)
            lines.truncate()
    upload.write(lines.getvalue().replace(ROW_END, "\r\n").encode())
    upload.complete()
    return Outcome(count, upload.bytes, upload.digest.hexdigest())


def write_json(key: str, head: dict[str, Any], assertions: Iterable[dict[str, Any]], zipped: bool) -> Outcome:
    """Write a badge class document, plain or as the only member of a ZIP: `head`, then the assertions."""
    upload = PartsUpload(key)
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    count = 0
    with _member(upload, zipped) as file:
        file.write(encode(head).removesuffix("}}").encode() + b',"assertions":[')
        for some in batched(assertions, ROWS_AT_ONCE, strict=False):
            before = "," if count else ""
            file.write((before + ",".join([encode(assertion) for assertion in some])).encode())
            count += len(some)
        file.write(b"]}}")
    upload.complete()
    return Outcome(count, upload.bytes, upload.digest.hexdigest())


@contextmanager
def _member(upload: PartsUpload, zipped: bool) -> Iterator[Any]:
    if not zipped:
        yield upload
        return
    with (
        ZipFile(upload, "w", ZIP_DEFLATED) as archive,
        archive.open("badge-class.json", "w", force_zip64=True) as member,
    ):
        yield member
