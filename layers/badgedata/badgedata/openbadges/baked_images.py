"""Bake an assertion into a badge image, and unbake it.

This module has few imports, because it runs in the re-sync worker, whose cold starts should be short.
"""

import base64
import json
import re
from collections.abc import Iterator
from typing import Final

from badgedata.openbadges.baked_svg import bake_svg, unbake_svg
from badgedata.openbadges.png import PNG_SIGNATURE, bake_png, unbake_png
from badgedata.openbadges.refusals import SourceRefusedError

__all__ = ["bake", "bake_png", "bake_svg", "image_content_type", "unbake"]

PNG: Final = "image/png"
SVG: Final = "image/svg+xml"
# An SVG may have a byte order mark, comments, and a document type before its <svg> tag.
MAX_SVG_OPENING_BYTES: Final = 65_536
SVG_TAG: Final = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?svg")
PAGE: Final = re.compile(rb"<html|<!doctype\s+html", re.IGNORECASE)


def image_content_type(body: bytes) -> str | None:
    """Return ``image/png`` or ``image/svg+xml``, based on the bytes and not on any declared type.

    None for other content.
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


def bake(image: bytes, content_type: str, assertion: str) -> bytes:
    """Return the badge image with an assertion baked in.

    Parameters
    ----------
    image
        A PNG or SVG. Any badge data that it already contains is replaced.
    content_type
        ``image/png`` or ``image/svg+xml``.
    assertion
        The assertion as JSON, or signed (compact JWS).

    Raises
    ------
    ValueError
        For any other content type, because badges can be baked only into these two.
    SourceRefusedError
        ``bad-image`` if the bytes are not an image of that type.

    Notes
    -----
    Open Badges 2.0 Baking Specification, https://www.imsglobal.org/spec/ob/v2p0/baking/
    """
    if content_type == PNG:
        return bake_png(image, assertion)
    if content_type == SVG:
        return bake_svg(image, assertion)
    raise ValueError(f"badges can be baked into image/png or image/svg+xml, not {content_type!r}")


def unbake(image: bytes, document: str = "the image you sent") -> str:
    """Return the badge data in an image: JSON, a compact JWS, or (for Open Badges 0.5) the assertion's URL.

    An Open Badges 3.0 credential is preferred to an older assertion, because it doesn't require fetching anything.

    Raises
    ------
    SourceRefusedError
        ``no-badge-in-image`` if a valid image has no badge data, ``bad-image`` if it is not a PNG or SVG,
        ``source-too-large`` if compressed badge data exceeds the maximum document size.

    Notes
    -----
    Open Badges 2.0 Baking Specification, and Open Badges 3.0 section 5.3 (Baked Badge).
    """
    content_type = image_content_type(image)
    if content_type is None:
        raise SourceRefusedError(
            "bad-image", document, f"expected a PNG or SVG image, found {_kind(image)}", "not-an-image"
        )
    badge_data = unbake_png(image, document) if content_type == PNG else unbake_svg(image, document)
    if badge_data is None:
        expected = (
            "a PNG text chunk 'openbadges' or 'openbadgecredential'"
            if content_type == PNG
            else "an <openbadges:assertion> or <openbadges:credential> element"
        )
        raise SourceRefusedError("no-badge-in-image", document, f"the image has no badge data: expected {expected}")
    return badge_data


def names_recipient(image: bytes, identity: str) -> bool:
    """Return whether an image's badge data contains this identity unhashed. True if the data can't be read."""
    try:
        data = unbake(image)
    except SourceRefusedError as refused:
        return refused.code not in ("no-badge-in-image",) and image_content_type(image) is not None
    if data.startswith(("http://", "https://")):
        return False
    try:
        documents = [_payload(part) for part in data.split(".")[:2]] if data.startswith("ey") else [data]
        return any(identity in text for document in documents for text in _texts(json.loads(document)))
    except ValueError:
        return True


def _payload(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for item in value.values():
                yield from _texts(item)
        case list():
            for item in value:
                yield from _texts(item)


def _kind(body: bytes) -> str:
    kinds = {b"\xff\xd8\xff": "a JPEG", b"GIF8": "a GIF", b"RIFF": "a WebP", b"\x1f\x8b": "gzip data"}
    if not body:
        return "nothing"
    return next((kind for opening, kind in kinds.items() if body.startswith(opening)), "something else")
