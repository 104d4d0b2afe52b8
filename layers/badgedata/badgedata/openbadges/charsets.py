"""Decode a source's text based on its byte order mark, its declared charset, or UTF-8 as the default."""

import codecs
import json
import re
from typing import Final

from badgedata.openbadges.refusals import SourceRefusedError, quoted

LABEL: Final = r"""["']?\s*([\w.:+-]{1,40})"""
CONTENT_TYPE_CHARSET: Final = re.compile(r";\s*charset\s*=\s*" + LABEL, re.IGNORECASE | re.ASCII)
# HTML, section 4.2.5.4: the declaration is within the first 1024 bytes.
MAX_PAGE_OPENING_BYTES: Final = 1024
PAGE_CHARSET: Final = re.compile(
    rf"<(?:meta\s[^<>]*?charset|\?xml\s[^<>]*?encoding)\s*=\s*{LABEL}".encode(), re.IGNORECASE
)
# Python has more codecs, but some are slow, or are not document charsets (punycode).
CHARSETS: Final = re.compile(
    r"utf-8|utf-16(-[lb]e)?|utf-32(-[lb]e)?|iso8859-\d+|cp125\d|cp866|cp874|cp932|cp949|koi8-[ru]|mac-(roman|cyrillic)|"
    r"shift_jis|euc_jp|iso2022_jp|euc_kr|gb2312|gbk|gb18030|big5(hkscs)?|tis-620"
)
# Encoding Standard, "Names and labels": browsers treat the Latin-1 and ASCII labels as Windows-1252.
LATIN: Final = frozenset({"iso8859-1", "ascii", "cp1252"})
# The five bytes that Windows-1252 doesn't assign to a letter are control characters, as in Latin-1.
UNDEFINED: Final = {0xDC00 + byte: byte for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
# Encodings that a vendor's encoding extends. Their labels are treated as the vendor's encoding.
WIDER: Final = {"shift_jis": "cp932", "euc_kr": "cp949", "gb2312": "gbk", "iso8859-9": "cp1254", "iso8859-11": "cp874"}


def decoded(body: bytes, content_type: str, document: str) -> str:
    """Return a document's text.

    Parameters
    ----------
    body
        The document's bytes: JSON, a JWS, a URL, or a page.
    content_type
        The sender's Content-Type, such as ``application/json; charset=ISO-8859-1``.
    document
        The document's name, as used in error messages.

    Raises
    ------
    SourceRefusedError
        ``not-open-badges`` if the bytes are invalid in the charset. No letter is ever replaced with U+FFFD.

    Notes
    -----
    A byte order mark takes precedence over any declaration (Encoding Standard, "BOM sniff"). JSON is UTF-8 and has no
    charset declaration (RFC 8259, sections 8.1 and 11). However, older senders use UTF-16 (RFC 4627, section 3) or
    declare another charset.

    Examples
    --------
    >>> decoded(b'"B' + bytes([0xE4]) + b'ume"', "application/json; charset=ISO-8859-1", "the JSON you sent")
    '"Bäume"'
    """
    is_page = body[:MAX_PAGE_OPENING_BYTES].lstrip().startswith(b"<")
    declared = _declared(body, content_type, is_page=is_page)
    sniffed = json.detect_encoding(body)
    if sniffed != "utf-8":  # a byte order mark, or the zero bytes of UTF-16 and UTF-32
        return _decoded(body, sniffed, document, is_page=is_page)
    # Any bytes are valid Latin-1, and many servers declare it by default for UTF-8 content.
    if declared in (None, "utf-8", "cp1252"):
        try:
            return body.decode()
        except UnicodeDecodeError:
            declared = declared or ("cp1252" if is_page else None)  # the default for pages
    return _decoded(body, declared or "utf-8", document, is_page=is_page)


def decoded_baked(text: bytes) -> str:
    """Return the text of an image's badge data, which declares no charset: UTF-8, or Latin-1 if it is not valid UTF-8.

    The PNG specification requires Latin-1 for tEXt, but baking tools have always written UTF-8 into it, some with a
    byte order mark.
    """
    try:
        return text.decode(json.detect_encoding(text))
    except UnicodeDecodeError:
        return text.decode("latin-1")


def _declared(body: bytes, content_type: str, *, is_page: bool) -> str | None:
    """Return the codec for the charset that the sender or else the page declares, or None if neither declares one."""
    if match := CONTENT_TYPE_CHARSET.search(content_type):
        return _codec(match[1])
    if is_page and (in_page := PAGE_CHARSET.search(body[:MAX_PAGE_OPENING_BYTES])):
        codec = _codec(in_page[1].decode("ascii", "replace"))
        # A page whose declaration can be read is not in UTF-16 (HTML, "prescan a byte stream").
        return "utf-8" if codec is not None and codec.startswith(("utf-16", "utf-32")) else codec
    return None


def _codec(label: str) -> str | None:
    try:
        codec = codecs.lookup(label).name
    except LookupError:
        return None
    if codec in LATIN:
        return "cp1252"
    codec = WIDER.get(codec, codec)
    return codec if CHARSETS.fullmatch(codec) else None


def _decoded(body: bytes, codec: str, document: str, *, is_page: bool) -> str:
    try:
        if codec == "cp1252":
            return body.decode(codec, "surrogateescape").translate(UNDEFINED)
        # A page is only searched for links. Any invalid bytes in it are kept and never become part of a badge.
        return body.decode(codec, "surrogateescape" if is_page else "strict")
    except UnicodeDecodeError as error:
        charset = "UTF-8 or the charset that its Content-Type declares" if codec == "utf-8" else quoted(codec)
        byte = f"the byte 0x{body[error.start]:02x} at position {error.start}"
        raise SourceRefusedError("not-open-badges", document, f"expected text in {charset}, found {byte}") from error
