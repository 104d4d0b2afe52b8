"""Load files as bytes: plain or zipped JSON, and files that are neither."""

import io
import json
import struct
import zipfile

import pytest

from badgedata import clock
from badgedata.documents import IssuerDocument, OrganizationDocument
from operations.loading.faults import InvalidDocumentError
from operations.loading.reading import read_document
from tests.support.small_documents import issuer_document, organization_document

DOCUMENT = json.dumps(issuer_document()).encode()


def zipped(*members: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for index, member in enumerate(members):
            archive.writestr(f"document-{index}.json", member)
    return packed.getvalue()


def rejection(data: bytes, limit_bytes: int = 1024**2) -> str:
    with pytest.raises(InvalidDocumentError) as caught:
        read_document(data, limit_bytes=limit_bytes)
    assert len(caught.value.faults) == 1
    return str(caught.value.faults[0])


def test_issuer_document_is_recognized_by_its_format() -> None:
    assert isinstance(read_document(DOCUMENT), IssuerDocument)


def test_organization_document_is_recognized_by_its_format() -> None:
    assert isinstance(read_document(json.dumps(organization_document()).encode()), OrganizationDocument)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_zipped_document_is_read_like_plain_json(method: int) -> None:
    assert read_document(zipped(DOCUMENT, method=method)) == read_document(DOCUMENT)


def test_byte_order_mark_is_ignored() -> None:
    assert read_document(b"\xef\xbb\xbf" + DOCUMENT) == read_document(DOCUMENT)


@pytest.mark.parametrize(
    ("data", "reported"),
    [
        (b"", "$: line 1, column 1: the file is not JSON: it ends unexpectedly"),
        (b'{"format":', "$: line 1, column 11: the file is not JSON: it ends unexpectedly"),
        (b'{\n  "format": "x",\n}', "$: line 2, column 16: the file is not JSON: trailing comma"),
        ('{\n "é": nope}'.encode(), "$: line 2, column 7: the file is not JSON: unexpected 'n'"),
        (b'{"format": "badge-data-management/issuer", "x": "\xff"}', "$: line 1, column 50: the file is not UTF-8: "),
        (b"name,email\r\n", "$: line 1, column 1: the file is not JSON: "),
        (b"\x00" * 40, "$: line 1, column 1: the file is not JSON: "),
        (b"[]", "$: the document must be a JSON object"),
        (b"null", "$: the document must be a JSON object"),
        (b"{}", "$.format: is missing; it must be "),
        (b'{"format": 1}', "$.format: 1 is not a supported format"),
        (b'{"format": "issuer"}', '$.format: "issuer" is not a supported format'),
        (
            b'{"format": "badge-data-management/badge-class"}',
            "$.format: badge class documents can't be loaded",
        ),
        (b'{"format": "badge-data-management/issuer", "options": ' + b"[" * 50_000, "$: "),
    ],
)
def test_file_in_another_format_is_rejected_with_a_one_line_message(data: bytes, reported: str) -> None:
    assert rejection(data).startswith(reported)
    assert "\n" not in rejection(data)


@pytest.mark.parametrize(
    ("data", "reported"),
    [
        (zipped(), "$: a ZIP must contain only the document; this ZIP contains 0 files: none"),
        (zipped(b"1", b"2"), 'this ZIP contains 2 files: "document-0.json", "document-1.json"'),
        (zipped(DOCUMENT)[:-30], "$: the file is not a valid ZIP: "),
        (zipped(DOCUMENT).replace(b"\x50\x4b\x01\x02", b"\x50\x4b\x01\x03"), "$: the file is not a valid ZIP: "),
        (zipped(DOCUMENT, method=zipfile.ZIP_BZIP2), "an unsupported compression method; use stored or deflate"),
        (b"PK and nothing more", "$: the file is not a valid ZIP: "),
    ],
)
def test_zip_must_be_intact_and_contain_one_file(data: bytes, reported: str) -> None:
    assert reported in rejection(data)


def test_zip_containing_only_a_folder_is_rejected() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.mkdir("folder")
    assert "must contain only the document" in rejection(packed.getvalue())


def test_encrypted_zip_is_rejected() -> None:
    data = bytearray(zipped(DOCUMENT))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert rejection(bytes(data)) == "$: the ZIP is encrypted; unpack it first"


def test_zip_with_a_corrupt_member_is_rejected() -> None:
    data = bytearray(zipped(DOCUMENT, method=zipfile.ZIP_STORED))
    data[data.index(b"Welder")] ^= 1
    assert "$: the file is not a valid ZIP: " in rejection(bytes(data))


@pytest.mark.parametrize("value", [0x00, 0x7F, 0xFF])
def test_zip_with_a_corrupt_byte_is_either_read_or_rejected(value: int) -> None:
    intact = zipped(DOCUMENT)
    outcomes = set()
    for position in range(2, len(intact)):
        data = bytearray(intact)
        data[position] = value
        try:
            outcomes.add(read_document(bytes(data)) == read_document(DOCUMENT))
        except InvalidDocumentError:
            outcomes.add(False)
    assert outcomes == {True, False}  # some bytes, such as the time of a file, don't matter


@pytest.mark.parametrize("offset", [2**32, 2**63 - 1, 2**63, 2**64 - 1])
def test_zip_with_an_impossible_offset_is_rejected(offset: int) -> None:
    data = zipped(DOCUMENT)
    end = len(data) - 22
    (size,) = struct.unpack_from("<L", data, end + 12)
    zip64_end = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, size, offset)
    zip64_locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    wide = data[:end] + zip64_end + zip64_locator + data[end : end + 8] + b"\xff" * 12 + data[end + 20 :]
    assert rejection(wide).startswith("$: the file is not a valid ZIP: ")


def test_zip_that_decompresses_to_more_than_the_limit_is_rejected() -> None:
    assert (
        rejection(zipped(b" " * 2_000_000), limit_bytes=1_000_000)
        == "$: the ZIP decompresses to more than 1,000,000 bytes"
    )


def test_zip_bomb_that_declares_a_false_size_is_rejected() -> None:
    data = bytearray(zipped(b" " * 2_000_000))
    for magic, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        struct.pack_into("<L", data, data.index(magic) + offset, 10)
    assert rejection(bytes(data), limit_bytes=1_000_000).startswith("$: the file is not a valid ZIP: ")


def test_plain_file_larger_than_the_limit_is_rejected() -> None:
    assert rejection(DOCUMENT, limit_bytes=100).endswith("bytes; the maximum is 100")


@pytest.mark.parametrize(
    "beside",
    [
        ["trees/"],
        ["a folder/trees/"],
        [".DS_Store"],
        ["__MACOSX/", "__MACOSX/._trees.json"],
        ["trees/", "trees/.DS_Store", "__MACOSX/trees/._trees.json"],
        ["Thumbs.db", "desktop.ini"],
        ["trees\\desktop.ini"],
    ],
)
@pytest.mark.parametrize("name", ["trees.json", "trees/trees.json"])
def test_folders_and_desktop_metadata_in_a_zip_are_ignored(name: str, beside: list[str]) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for other in beside:
            archive.writestr(other, b"" if other.endswith("/") else b"\0\5\26\7 not JSON")
        archive.writestr(name, json.dumps(issuer_document()))
    assert read_document(packed.getvalue()) == read_document(json.dumps(issuer_document()).encode())


def test_error_for_a_zip_with_two_documents_names_both() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("one.json", "__MACOSX/._one.json", "two.json"):
            archive.writestr(name, json.dumps(issuer_document()))
    with pytest.raises(InvalidDocumentError) as rejected:
        read_document(packed.getvalue())
    assert 'this ZIP contains 2 files: "one.json", "two.json"' in str(rejected.value.faults[0])


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2025-04-25T10:00Z", "2025-04-25T10:00:00Z"),
        ("2025-04-25T10:00:00+0200", "2025-04-25T08:00:00Z"),
        ("2025-04-25T10:00:00+02", "2025-04-25T08:00:00Z"),
        ("2025-04-25T10:00-0530", "2025-04-25T15:30:00Z"),
        ("20250425T100000Z", "2025-04-25T10:00:00Z"),
        ("2025-W17-5T10:00Z", "2025-04-25T10:00:00Z"),
        ("2025-04-25T10:00:00,5Z", "2025-04-25T10:00:00.5Z"),
        ("2025-04-25t10:00:00z", "2025-04-25T10:00:00Z"),
    ],
)
def test_all_open_badges_2_0_time_formats_are_read(written: str, instant: str) -> None:
    document = issuer_document()
    document["badgeClasses"][0]["assertions"][0]["issuedOn"] = written
    read_document(json.dumps(document).encode())
    assert clock.rfc3339(clock.parse_iso8601(written)) == instant


@pytest.mark.parametrize(
    "written",
    [
        "2025-04-25",
        "20250425",
        "2025-04-25T10:00",
        "2025-04-25T10:00:00",
        "10:00Z",
        "2025-02-30T10:00Z",
        "2025-04-25T25:00Z",
        "0001-01-01T00:00+0200",
        "2025-04-25T10:00 Z",
        "1745575200",
    ],
)
def test_nonexistent_times_and_times_without_an_offset_are_rejected(written: str) -> None:
    document = issuer_document()
    document["badgeClasses"][0]["assertions"][0]["issuedOn"] = written
    with pytest.raises(InvalidDocumentError) as rejected:
        read_document(json.dumps(document).encode())
    assert rejected.value.faults[0].path == "$.badgeClasses[0].assertions[0].issuedOn"
