"""Recognize images by their first bytes, without decoding them."""

import re
from typing import Final

from badgedata.openbadges.png import PNG_SIGNATURE

PNG: Final = "image/png"
SVG: Final = "image/svg+xml"
# An SVG may contain a byte order mark, comments, and a document type before its <svg> tag.
MAX_SVG_OPENING_BYTES: Final = 65_536
SVG_TAG: Final = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?svg")
PAGE: Final = re.compile(rb"<html|<!doctype\s+html", re.IGNORECASE)
KINDS: Final = {"PNG": PNG, "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
"""The media type of each kind of image, keyed by Pillow's name for the format."""

NAMES: Final = {"PNG": "a PNG", "JPEG": "a JPEG", "GIF": "a GIF", "WEBP": "a WebP"}


def raster_kind(data: bytes) -> str | None:
    """Return Pillow's name for an image's format, or None if the format isn't PNG, JPEG, GIF, or WebP."""
    if data.startswith(PNG_SIGNATURE):
        return "PNG"
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    return "WEBP" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None


def image_content_type(body: bytes) -> str | None:
    """Return the content type of a PNG or SVG, or None for any other content.

    >>> image_content_type(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    'image/svg+xml'
    """
    if body.startswith(PNG_SIGNATURE):
        return PNG
    opening = body[:MAX_SVG_OPENING_BYTES]
    if opening.startswith((b"\xff\xfe", b"\xfe\xff")):
        opening = opening.replace(b"\0", b"")[2:]
    opening = opening.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not opening.startswith(b"<"):
        return None
    root = SVG_TAG.search(opening)
    # A page that contains an <svg> is still a page.
    return SVG if root is not None and not PAGE.search(opening, 0, root.start()) else None
