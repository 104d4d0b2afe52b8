"""A stand-in for S3 in benchmarks: it handles the export engine's calls, keeps parts in files, and checks nothing.

It runs in its own process, so that its cost is not measured.
"""

import argparse
import re
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from xml.sax.saxutils import escape

from tests.benchmarks.keep_alive_server import Answer, Request, listen

CHUNK = 1024 * 1024


@dataclass
class _Upload:
    key: str
    parts: dict[int, Path] = field(default_factory=dict)


class ObjectSink:
    """The objects of all buckets, keyed by path. Each object consists of its part files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names = count()
        self._lock = threading.Lock()
        self._objects: dict[str, list[Path]] = {}
        self._uploads: dict[str, _Upload] = {}

    def answer(self, request: Request) -> Answer:
        """Handle one request of the S3 REST API."""
        with self._lock:
            match request.method, request.query:
                case "POST", {"uploads": _}:
                    return self._create_upload(request)
                case "PUT", {"uploadId": upload_id, "partNumber": number}:
                    return self._keep_part(request, upload_id, int(number))
                case "POST", {"uploadId": upload_id}:
                    return self._complete(request, upload_id)
                case "DELETE", {"uploadId": upload_id}:
                    self._uploads.pop(upload_id, None)
                    return Answer(204)
                case "GET", {"uploadId": upload_id}:
                    return self._list_parts(upload_id)
                case "GET", {"uploads": _}:
                    uploads = [("Upload", {"Key": kept.key, "UploadId": name}) for name, kept in self._uploads.items()]
                    return _xml("ListMultipartUploadsResult", [("IsTruncated", "false"), *uploads])
                case "GET", {"list-type": _}:
                    return self._list_objects(request)
                case "PUT", _:
                    return self._put(request)
                case "DELETE", _:
                    self._objects.pop(request.path, None)
                    return Answer(204)
                case _:
                    return self._get(request)

    def _create_upload(self, request: Request) -> Answer:
        upload_id = f"upload-{next(self._names)}"
        self._uploads[upload_id] = _Upload(request.path.split("/", 2)[2])
        return _xml("InitiateMultipartUploadResult", [("UploadId", upload_id)])

    def _keep_part(self, request: Request, upload_id: str, number: int) -> Answer:
        if upload_id not in self._uploads:
            return _error(404, "NoSuchUpload")
        source = request.headers.get("x-amz-copy-source")
        body = self._copied(source, request.headers.get("x-amz-copy-source-range", "")) if source else request.body
        self._uploads[upload_id].parts[number] = kept = self._keep(body)
        etag = _etag(kept)
        if source:
            return _xml("CopyPartResult", [("ETag", etag)])
        return Answer(200, {"ETag": etag})

    def _copied(self, source: str, wanted: str) -> bytes:
        return _ranged(b"".join(self._chunks("/" + source.lstrip("/"))), wanted)

    def _complete(self, request: Request, upload_id: str) -> Answer:
        if upload_id not in self._uploads:
            return _error(404, "NoSuchUpload")
        parts = self._uploads.pop(upload_id).parts
        numbers = [int(number) for number in re.findall(rb"<PartNumber>(\d+)</PartNumber>", request.body)]
        self._objects[request.path] = [parts[number] for number in numbers]
        return _xml("CompleteMultipartUploadResult", [("ETag", f'"{upload_id}"')])

    def _list_parts(self, upload_id: str) -> Answer:
        if upload_id not in self._uploads:
            return _error(404, "NoSuchUpload")
        parts = [
            ("Part", {"PartNumber": str(number), "ETag": _etag(path), "Size": str(path.stat().st_size)})
            for number, path in sorted(self._uploads[upload_id].parts.items())
        ]
        return _xml("ListPartsResult", [("IsTruncated", "false"), *parts])

    def _list_objects(self, request: Request) -> Answer:
        below = f"{request.path.rstrip('/')}/{request.query.get('prefix', '')}"
        items = [
            ("Contents", {"Key": path.split("/", 2)[2], "Size": str(self._size(path))})
            for path in sorted(self._objects)
            if path.startswith(below)
        ]
        return _xml("ListBucketResult", [("IsTruncated", "false"), *items])

    def _put(self, request: Request) -> Answer:
        self._objects[request.path] = [kept := self._keep(request.body)]
        return Answer(200, {"ETag": _etag(kept)})

    def _get(self, request: Request) -> Answer:
        if request.path not in self._objects:
            return _error(404, "NoSuchKey")
        if request.method == "HEAD":
            return Answer(200, {"Content-Length": str(self._size(request.path)), "ETag": '"head"'})
        body = b"".join(self._chunks(request.path))
        wanted = request.headers.get("range", "")
        return Answer(206 if wanted else 200, {"ETag": '"object"'}, _ranged(body, wanted))

    def _keep(self, body: bytes | bytearray) -> Path:
        path = self._folder / str(next(self._names))
        path.write_bytes(body)
        return path

    def _chunks(self, path: str) -> Iterator[bytes]:
        return (part.read_bytes() for part in self._objects[path])

    def _size(self, path: str) -> int:
        return sum(part.stat().st_size for part in self._objects[path])


def _ranged(body: bytes, wanted: str) -> bytes:
    span = re.fullmatch(r"bytes=(\d+)-(\d+)", wanted)
    return body[int(span[1]) : int(span[2]) + 1] if span else body


def _etag(kept: Path) -> str:
    return f'"{kept.name}"'


def _error(status: int, code: str) -> Answer:
    return Answer(status, {"Content-Type": "application/xml"}, f"<Error><Code>{code}</Code></Error>".encode())


def _xml(name: str, elements: list[tuple[str, str | dict[str, str]]]) -> Answer:
    body = "".join(_element(*element) for element in elements)
    return Answer(200, {"Content-Type": "application/xml"}, f"<{name}>{body}</{name}>".encode())


def _element(name: str, content: str | dict[str, str]) -> str:
    inner = escape(content) if isinstance(content, str) else "".join(_element(*item) for item in content.items())
    return f"<{name}>{inner}</{name}>"


def main() -> None:
    """Print the port when ready, and serve until standard input closes."""
    arguments = argparse.ArgumentParser(prog="tests.benchmarks.object_sink")
    arguments.add_argument("folder", type=Path)
    print(listen(ObjectSink(arguments.parse_args().folder).answer), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
