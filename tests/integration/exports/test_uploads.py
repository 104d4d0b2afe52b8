"""S3 requests for a large file follow the API reference: checksums of uploads and reads.

The tests inspect the requests as they are sent. A full-object CRC-32 (S3 User Guide, "Checking object integrity for
data uploads") is declared when the upload is created. Each uploaded part has its own checksum; parts that S3 copies
have none. The completion has none either, because S3 computes the object's checksum from the part checksums.
"""

import base64
import io
import re
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from botocore.exceptions import FlexibleChecksumError
from botocore.httpchecksum import Crc32Checksum, StreamingChecksumBody

from badgedata import aws
from badgedata.config import config
from badgedata.exports import assembly
from badgedata.exports.assembly import Source, parts_of
from badgedata.exports.upload import Part, Upload, chunks_of

MIB = 1024 * 1024


class Sent(NamedTuple):
    """An S3 request."""

    method: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    @property
    def checksums(self) -> dict[str, str]:
        return {name: value for name, value in self.headers.items() if name.startswith("x-amz-checksum-")}


@pytest.fixture
def sent(tables: None) -> Iterator[list[Sent]]:
    """Return the list of S3 requests that the product sends, which grows during the test."""
    requests: list[Sent] = []

    def note(request: Any, **_: Any) -> None:
        headers = {name.lower(): v.decode() if isinstance(v, bytes) else v for name, v in request.headers.items()}
        query = parse_qs(urlsplit(request.url).query, keep_blank_values=True)
        requests.append(Sent(request.method, query, headers, request.body if isinstance(request.body, bytes) else b""))

    events = aws.s3().meta.events
    events.register_first("before-send.s3", note)
    yield requests
    events.unregister("before-send.s3", note)


def crc32(data: bytes) -> str:
    return base64.b64encode(zlib.crc32(data).to_bytes(4)).decode()


def created(sent: list[Sent]) -> Sent:
    [request] = [request for request in sent if "uploads" in request.query]
    return request


def parts(sent: list[Sent]) -> list[Sent]:
    return [request for request in sent if "partNumber" in request.query]


def completed(sent: list[Sent]) -> Sent:
    [request] = [request for request in sent if request.method == "POST" and "uploadId" in request.query]
    return request


def stored(key: str) -> bytes:
    return boto3.client("s3").get_object(Bucket=config().exports_bucket, Key=key)["Body"].read()


def test_upload_declares_a_full_object_checksum(sent: list[Sent]) -> None:
    Upload("file", "text/csv", "file.csv").begin()
    assert created(sent).checksums == {"x-amz-checksum-algorithm": "CRC32", "x-amz-checksum-type": "FULL_OBJECT"}


def test_uploaded_parts_have_checksums_but_the_completion_request_does_not(sent: list[Sent]) -> None:
    data = [b"a" * 5 * MIB, b"b" * 5 * MIB, b"the rest"]
    file = Upload("file", "text/csv", "file.csv")
    for part in data:
        file.begin_part(Part(part))
        file.wait()
    file.complete()
    file.close()
    assert [request.checksums for request in parts(sent)] == [{"x-amz-checksum-crc32": crc32(part)} for part in data]
    assert completed(sent).checksums == {}
    assert b"Checksum" not in completed(sent).body
    assert re.findall(rb"<PartNumber>(\d+)</PartNumber>", completed(sent).body) == [b"1", b"2", b"3"]
    assert stored("file") == b"".join(data)


def test_assembly_sends_part_checksums_only_for_uploaded_parts(sent: list[Sent]) -> None:
    objects = [b"a" * (6 * MIB), b"b" * 1000, b"c" * (6 * MIB)]
    for number, content in enumerate(objects):
        boto3.client("s3").put_object(Bucket=config().exports_bucket, Key=f"segment-{number}", Body=content)
    file = Upload("file", "text/csv", "file.csv")
    sources = [Source(len(content), f"segment-{number}") for number, content in enumerate(objects)]
    for count in assembly._send(file, sources, parts_of([len(content) for content in objects])):
        file.parts = count
    file.complete()
    file.close()
    copied = [request for request in parts(sent) if "x-amz-copy-source" in request.headers]
    carried = [request for request in parts(sent) if "x-amz-copy-source" not in request.headers]
    assert copied
    assert carried
    assert all(request.checksums == {} for request in copied)
    assert all(request.checksums.keys() == {"x-amz-checksum-crc32"} for request in carried)
    assert created(sent).checksums["x-amz-checksum-type"] == "FULL_OBJECT"
    assert completed(sent).checksums == {}
    assert stored("file") == b"".join(objects)


def test_entire_file_is_read_so_that_s3_returns_its_checksum(sent: list[Sent]) -> None:
    """S3 returns an object's checksum only with the entire object, not with a range."""
    boto3.client("s3").put_object(Bucket=config().exports_bucket, Key="file", Body=b"x" * 3000)
    assert b"".join(chunks_of("file", 3000)) == b"x" * 3000
    [read] = [request for request in sent if request.method == "GET"]
    assert "range" not in read.headers
    assert read.checksums == {"x-amz-checksum-mode": "ENABLED"}


def test_reading_a_corrupt_file_raises_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"x" * 3000
    body = StreamingChecksumBody(io.BytesIO(content), len(content), Crc32Checksum(), crc32(b"y" * 3000))
    monkeypatch.setattr(aws.s3(), "get_object", lambda **_: {"Body": body})
    with pytest.raises(FlexibleChecksumError):
        list(chunks_of("file", len(content)))
