"""Make external images safe to store and serve."""

from typing import Final

import msgspec

from badgedata.openbadges.badge_classes import CleanImage
from badgedata.openbadges.image_kinds import NAMES, PNG, SVG, image_content_type, raster_kind
from badgedata.openbadges.notices import Notice
from badgedata.openbadges.raster_images import check_raster, clean_png, to_png
from badgedata.openbadges.rejections import SourceRejectedError
from badgedata.openbadges.source_documents import MAX_IMAGE_BYTES
from badgedata.openbadges.svg_cleaning import clean_svg

MAX_SHOWN_BYTES: Final = 5 * 1024 * 1024
"""The maximum size of an SVG as JSON text. A Lambda response can be at most 6 MB, and an award's SVG also contains the
assertion.
"""


def clean_image(data: bytes, document: str = "the image you sent") -> CleanImage:
    """Re-encode an image so that it is safe to store. Any badge data is removed.

    Parameters
    ----------
    data
        A PNG, SVG, JPEG, GIF, or WebP image of at most 4 MiB and 16,777,216 pixels. A JPEG, GIF, or WebP image is
        converted to PNG.
    document
        The image's name, as used in error messages.

    Raises
    ------
    SourceRejectedError
        - ``bad-image`` if the data is not a complete image.
        - ``source-too-large`` if the image exceeds a limit, or if a cleaned SVG is larger than `MAX_SHOWN_BYTES`.
    """
    if len(data) > MAX_IMAGE_BYTES:
        raise SourceRejectedError(
            "source-too-large", document, f"the maximum size is 4 MiB; the image is {len(data)} bytes"
        )
    if image_content_type(data) == SVG:
        drawing, notices = clean_svg(data, document)
        _check_shown_size(drawing, document)
        return CleanImage(drawing, SVG, "svg", notices)
    kind = raster_kind(data)
    if kind == "PNG":
        content, notices = clean_png(data, document)
        return CleanImage(content, PNG, "png", notices)
    if kind is None:
        raise SourceRejectedError("bad-image", document, f"{_EXPECTED}, found another format", "not-an-image")
    try:
        content, notices = to_png(data, kind, document)
    except SourceRejectedError as rejected:
        if rejected.code != "bad-image":
            raise
        raise SourceRejectedError("bad-image", document, f"{_EXPECTED}: {rejected.reason}") from rejected
    return CleanImage(content, PNG, "png", (Notice("image-converted", (NAMES[kind],)), *notices))


def checked_image(data: bytes, document: str) -> bytes:
    """Check that an image can be decoded, and return it. An SVG image is also cleaned.

    Raises
    ------
    SourceRejectedError
        ``bad-image`` or ``source-too-large``, for the same reasons as in `clean_image`.
    """
    if image_content_type(data) == SVG:
        return clean_image(data, document).content
    check_raster(data, document)
    return data


_EXPECTED: Final = "expected a PNG or SVG image, or a JPEG, GIF, or WebP image to convert"


def _check_shown_size(drawing: bytes, document: str) -> None:
    if (size := len(msgspec.json.encode(drawing.decode()))) > MAX_SHOWN_BYTES:
        raise SourceRejectedError(
            "source-too-large",
            document,
            f"the maximum size of an SVG after cleaning is {MAX_SHOWN_BYTES} bytes; this SVG is {size} bytes",
        )
