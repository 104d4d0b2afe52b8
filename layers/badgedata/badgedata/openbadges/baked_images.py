"""Bake an assertion into a badge image, and unbake it.

Kept free of heavy imports: an image re-sync bakes by the thousand, and its function starts cold.
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
# An SVG may open with a byte order mark, comments and a document type before its <svg> tag.
MAX_SVG_OPENING_BYTES: Final = 65_536
SVG_TAG: Final = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?svg")
PAGE: Final = re.compile(rb"<html|<!doctype\s+html", re.IGNORECASE)


def image_content_type(body: bytes) -> str | None:
    """``image/png`` or ``image/svg+xml``, by what the bytes are and not by what anyone calls them; else None."""
    if body.startswith(PNG_SIGNATURE):
        return PNG
    opening = body[:MAX_SVG_OPENING_BYTES]
    if opening.startswith((b"\xff\xfe", b"\xfe\xff")):
        opening = opening.replace(b"\0", b"")[2:]
    opening = opening.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not opening.startswith(b"<"):
        return None
    root = SVG_TAG.search(opening)
    # A page that shows an <svg> is still a page.
    return SVG if root is not None and not PAGE.search(opening, 0, root.start()) else None


def bake(image: bytes, content_type: str, assertion: str) -> bytes:
    """The badge image with an assertion in it.

    Parameters
    ----------
    image
        A PNG or SVG; an assertion that it already carries is replaced.
    content_type
        ``image/png`` or ``image/svg+xml``.
    assertion
        The assertion as JSON, or signed (compact JWS).

    Raises
    ------
    ValueError
        For any other content type: badges can only be baked into these two.
    SourceRefusedError
        ``bad-image`` where the bytes are no such image.

    Notes
    -----
    Open Badges 2.0 Baking Specification, https://www.imsglobal.org/spec/ob/v2p0/baking/
    """
    if content_type == PNG:
        return bake_png(image, assertion)
    if content_type == SVG:
        return bake_svg(image, assertion)
    raise ValueError(f"badges are baked into image/png or image/svg+xml, not {content_type!r}")


def unbake(image: bytes, document: str = "the image you sent") -> str:
    """The badge data that an image carries: JSON, a compact JWS, or (Open Badges 0.5) the assertion's URL.

    An Open Badges 3.0 credential comes before an older assertion, since it needs nothing fetched.

    Raises
    ------
    SourceRefusedError
        ``no-badge-in-image`` where a sound image carries none, ``bad-image`` where it is no PNG or SVG,
        ``source-too-large`` where compressed text would unpack to more than a document may have.

    Notes
    -----
    Open Badges 2.0 Baking Specification, and Open Badges 3.0 section 5.3 (Baked Badge).
    """
    content_type = image_content_type(image)
    if content_type is None:
        raise SourceRefusedError("bad-image", document, f"a PNG or SVG image was expected, found {_kind(image)}")
    found = unbake_png(image, document) if content_type == PNG else unbake_svg(image, document)
    if found is None:
        expected = (
            "a PNG text chunk 'openbadges' or 'openbadgecredential'"
            if content_type == PNG
            else "an <openbadges:assertion> or <openbadges:credential> element"
        )
        raise SourceRefusedError(
            "no-badge-in-image", document, f"the image carries no badge data: {expected} was expected"
        )
    return found


def names_recipient(image: bytes, identity: str) -> bool:
    """Tell whether the badge data in an image has this identity in plain. Data that can't be read counts as such."""
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
