"""Read a load file, plain or zipped, into a typed document, and check the document."""

import io
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
from badgedata.json_faults import decode_json, json_fault, quoted, salvage
from badgedata.text import may_hold_control_characters
from operations.loading.checking import Document, check
from operations.loading.faults import Fault, Faults, InvalidDocumentError, check_characters
from operations.loading.shape import collect_unknown_keys

MAX_UNCOMPRESSED_BYTES: Final = 4 * 1024**3
"""The default limit for a load file's uncompressed size."""

_ZIP_MAGIC: Final = b"PK"
# zipfile also raises these errors for corrupt files: zlib.error and EOFError for compressed data, NotImplementedError
# for a version, ValueError for names and negative offsets, and OverflowError for large offsets.
_ZIP_ERRORS: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OverflowError)
_UTF8_MARK: Final = b"\xef\xbb\xbf"
_ENCRYPTED: Final = 0x1
_SYSTEM_FILES: Final = frozenset({".ds_store", "icon\r", "thumbs.db", "desktop.ini"})
_SHAPES: dict[str, type[IssuerDocument] | type[OrganizationDocument]] = {
    ISSUER_FORMAT: IssuerDocument,
    ORGANIZATION_FORMAT: OrganizationDocument,
}


class _Envelope(msgspec.Struct):
    format: str | None = None


def read_document(data: bytes, *, limit_bytes: int = MAX_UNCOMPRESSED_BYTES) -> Document:
    """Return the document in a load file, after checking the entire document.

    In memory, the typed objects are about three times as large as the JSON. A million awards take up about 500 MB as
    JSON, so loading them requires about 2 GB of memory in total.

    Parameters
    ----------
    data
        The file's content: JSON in UTF-8, or a ZIP file that contains only this JSON.
    limit_bytes
        The maximum size of the JSON, which protects against a ZIP file whose content doesn't fit in memory.

    Raises
    ------
    InvalidDocumentError
        If the document has faults. The error contains the first 50 faults and the total number of faults.
    """
    if data.startswith(_ZIP_MAGIC):
        data = _unpacked(data, limit_bytes)
    elif len(data) > limit_bytes:
        raise _rejected(f"the file is {len(data):,} bytes; the maximum is {limit_bytes:,}")
    data = data.removeprefix(_UTF8_MARK)
    shape = _shape(data)
    faults, is_rejected = Faults(), False
    try:
        document: Document | None = msgspec.json.decode(data, type=shape)
    except msgspec.ValidationError:
        known = collect_unknown_keys(_untyped(data), shape)
        try:
            document = msgspec.convert(known, shape)
        except msgspec.ValidationError:
            is_rejected = True
            document = salvage(known, shape, lambda fault: faults.add(fault.path, fault.message))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _not_json(data, error) from None
    if may_hold_control_characters(data):
        check_characters(faults, "$", _untyped(data))
    if document is not None:
        check(document, faults)
    if is_rejected and not faults.count:
        faults.add("$", "is not an issuer or organization document")  # msgspec rejected it, so it is never loaded
    if document is None or faults.count:
        raise InvalidDocumentError(faults.named, faults.count)
    return document


def _unpacked(data: bytes, limit_bytes: int) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [member for member in archive.infolist() if not _is_system_file(member)]
            if len(members) != 1:
                names = ", ".join(quoted(member.filename) for member in members[:5])
                raise _rejected(
                    f"a ZIP must contain only the document; this ZIP contains {len(members)} files: {names or 'none'}"
                )
            member = members[0]
            if member.flag_bits & _ENCRYPTED:
                raise _rejected("the ZIP is encrypted; unpack it first")
            if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise _rejected("the ZIP uses an unsupported compression method; use stored or deflate")
            # The declared size may be wrong, so the decompressed bytes are also limited.
            with archive.open(member) as unpacking:
                document = b"" if member.file_size > limit_bytes else unpacking.read(limit_bytes + 1)
            if member.file_size > limit_bytes or len(document) > limit_bytes:
                raise _rejected(f"the ZIP decompresses to more than {limit_bytes:,} bytes")
            return document
    except _ZIP_ERRORS:
        raise _rejected("the file is not a valid ZIP: it is truncated or corrupt") from None


def _is_system_file(member: zipfile.ZipInfo) -> bool:
    """Return whether a ZIP member is a folder or a file added by macOS or Windows."""
    *folders, name = member.filename.replace("\\", "/").split("/")
    return (
        member.is_dir()
        or not name
        or "__macosx" in (folder.lower() for folder in folders)
        or name.startswith("._")
        or name.lower() in _SYSTEM_FILES
    )


def _shape(data: bytes) -> type[IssuerDocument] | type[OrganizationDocument]:
    """Return the document's type based on its `format`, without decoding the rest."""
    try:
        name = msgspec.json.decode(data, type=_Envelope).format
    except msgspec.ValidationError:
        decoded = _untyped(data)
        if not isinstance(decoded, dict):
            raise _rejected("the document must be a JSON object") from None
        name = decoded["format"]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _not_json(data, error) from None
    if isinstance(name, str) and name in _SHAPES:
        return _SHAPES[name]
    known = " or ".join(quoted(known) for known in _SHAPES)
    if name is None:
        raise InvalidDocumentError([Fault("$.format", f"is missing; it must be {known}")])
    if name == BADGE_CLASS_FORMAT:
        raise InvalidDocumentError([Fault("$.format", f"badge class documents can't be loaded; use {known}")])
    raise InvalidDocumentError([Fault("$.format", f"{quoted(name)} is not a supported format; use {known}")])


def _untyped(data: bytes) -> object:
    try:
        return decode_json(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _not_json(data, error) from None


def _not_json(data: bytes, error: Exception) -> InvalidDocumentError:
    fault = json_fault(data, error)
    place = f"{fault.place}: " if fault.place else ""
    return _rejected(f"{place}the file is {fault.without_place}")


def _rejected(message: str) -> InvalidDocumentError:
    return InvalidDocumentError([Fault("$", message)])
