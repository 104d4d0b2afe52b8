"""Reads a load file, plain or zipped, as a typed document that is right in every part."""

import io
import re
import zipfile
import zlib
from typing import Final

import msgspec

from badgedata.documents import (
    BADGE_CLASS_FORMAT,
    ISSUER_FORMAT,
    ORGANIZATION_FORMAT,
    IssuerDocument,
    OrganizationDocument,
)
from badgedata.loading.checking import Document, check
from badgedata.loading.faults import BadDocument, Fault, Faults, shown
from badgedata.loading.shape import salvage

UNCOMPRESSED_LIMIT_BYTES: Final = 4 * 1024**3
"""What a load file may hold once it is unpacked, unless the caller says otherwise."""

_ZIP_MAGIC: Final = b"PK"
_UTF8_MARK: Final = b"\xef\xbb\xbf"
_ENCRYPTED: Final = 0x1
_SHAPES: dict[str, type[IssuerDocument] | type[OrganizationDocument]] = {
    ISSUER_FORMAT: IssuerDocument,
    ORGANIZATION_FORMAT: OrganizationDocument,
}


class _Envelope(msgspec.Struct):
    format: str | None = None


def read_document(data: bytes, *, limit_bytes: int = UNCOMPRESSED_LIMIT_BYTES) -> Document:
    """Read a load file, and check the whole of it.

    The document is held in memory, typed: about three times the size of its JSON, beside the JSON itself. A million
    awards are some 500 MB of JSON, and so need about 2 GB.

    Parameters
    ----------
    data
        The file: JSON in UTF-8, or a ZIP with that JSON as its one member.
    limit_bytes
        How much JSON is taken at most; guards against a ZIP that unpacks to more than the memory.

    Raises
    ------
    BadDocument
        With every fault of the document (the first 50 named), each with its JSON path.
    """
    if data.startswith(_ZIP_MAGIC):
        data = _unpacked(data, limit_bytes)
    elif len(data) > limit_bytes:
        raise _refused(f"the file has {len(data):,} bytes, and at most {limit_bytes:,} are taken")
    data = data.removeprefix(_UTF8_MARK)
    shape = _shape(data)
    faults, refusal = Faults(), None
    try:
        document: Document | None = msgspec.json.decode(data, type=shape)
    except msgspec.ValidationError as error:
        refusal = str(error)
        document = salvage(_untyped(data), shape, faults)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _not_json(data, error) from None
    if document is not None:
        check(document, faults)
    if refusal and not faults.count:
        faults.add("$", refusal)  # whatever msgspec saw, a document that it refuses is never loaded
    if document is None or faults.count:
        raise BadDocument(faults.named, faults.count)
    return document


def _unpacked(data: bytes, limit_bytes: int) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) != 1 or members[0].is_dir():
                names = ", ".join(shown(member.filename) for member in members[:5])
                raise _refused(
                    f"a ZIP must hold exactly one file, the document; this one holds {len(members)}: {names or 'none'}"
                )
            member = members[0]
            if member.flag_bits & _ENCRYPTED:
                raise _refused("the ZIP is encrypted; unpack it first")
            if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise _refused("the ZIP is packed by a method other than stored or deflate")
            # The size that the ZIP claims may be a lie, so what comes out is counted as well.
            with archive.open(member) as unpacking:
                document = b"" if member.file_size > limit_bytes else unpacking.read(limit_bytes + 1)
            if member.file_size > limit_bytes or len(document) > limit_bytes:
                raise _refused(f"the ZIP unpacks to more than {limit_bytes:,} bytes")
            return document
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
        raise _refused(f"the file is not a sound ZIP: {error}") from None


def _shape(data: bytes) -> type[IssuerDocument] | type[OrganizationDocument]:
    """Tell by its `format` what the document is, without building any more of it."""
    try:
        name = msgspec.json.decode(data, type=_Envelope).format
    except msgspec.ValidationError:
        decoded = _untyped(data)
        if not isinstance(decoded, dict):
            raise _refused("the document must be a JSON object") from None
        name = decoded["format"]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _not_json(data, error) from None
    if isinstance(name, str) and name in _SHAPES:
        return _SHAPES[name]
    known = " or ".join(shown(known) for known in _SHAPES)
    if name is None:
        raise BadDocument([Fault("$.format", f"is missing; it must be {known}")])
    if name == BADGE_CLASS_FORMAT:
        raise BadDocument(
            [Fault("$.format", f"a badge class document does not load by itself; load the issuer's: {known}")]
        )
    raise BadDocument([Fault("$.format", f"{shown(name)} is not a format that loads; it must be {known}")])


def _untyped(data: bytes) -> object:
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _not_json(data, error) from None


def _not_json(data: bytes, error: Exception) -> BadDocument:
    """Say where in the file JSON ends to be JSON, by line and column as editors count them."""
    try:
        data.decode()
    except UnicodeDecodeError as not_utf8:
        return _refused(f"{_place(data, not_utf8.start)}: the file is not UTF-8: {not_utf8.reason}")
    if isinstance(error, RecursionError):
        return _refused("the file is not JSON that can be read: it is nested too deeply")
    reason = str(error).removeprefix("JSON is malformed: ")
    at = re.search(r" \(byte (\d+)\)$", reason)
    if at is None:
        place = _place(data, len(data)) + ": " if "truncated" in reason else ""
        reason = "it ends too early" if "truncated" in reason else reason
        return _refused(f"{place}the file is not JSON: {reason}")
    return _refused(f"{_place(data, int(at[1]))}: the file is not JSON: {reason[: at.start()]}")


def _place(data: bytes, offset: int) -> str:
    line_start = data.rfind(b"\n", 0, offset) + 1
    column = len(data[line_start:offset].decode(errors="replace")) + 1
    return f"line {data.count(b'\n', 0, offset) + 1}, column {column}"


def _refused(message: str) -> BadDocument:
    return BadDocument([Fault("$", message)])
