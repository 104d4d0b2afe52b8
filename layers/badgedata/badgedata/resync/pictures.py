"""The picture that a badge class's awards are baked into."""

from dataclasses import dataclass
from typing import Any

from badgedata import stored_images
from badgedata.config import config
from badgedata.openbadges.baked_images import image_content_type
from badgedata.records.directory import BadgeClass
from badgedata.stored_images import CONTENT_TYPES, UNBAKED_EXTENSIONS, ImageMissingError


class NoPictureError(Exception):
    """The badge class has an image that can't be had, or can't be baked into; the message says why, for people."""


@dataclass(frozen=True)
class Picture:
    """A PNG or SVG, ready to be baked into."""

    content: bytes
    extension: str

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[self.extension]


def picture_of(badge_class: BadgeClass) -> Picture | None:
    """Give the badge class's picture; None when it has no image at all, or one that nothing can be baked into.

    Raises
    ------
    NoPictureError
        When there is none to bake into now.
    """
    if badge_class.image is None:
        return None
    stored = stored_images.stored_image(badge_class.image)
    try:
        content = _from_address(badge_class.image) if stored is None else stored_images.read(stored)
    except ImageMissingError:
        raise NoPictureError("The badge class's image is missing from the images bucket.") from None
    found = image_content_type(content)
    if stored is not None and found == CONTENT_TYPES["svg"]:
        content = _cleaned(content)
    for extension in ("png", "svg"):
        if found == CONTENT_TYPES[extension]:
            return Picture(content, extension)
    if stored is not None and stored.key.rpartition(".")[2] in UNBAKED_EXTENSIONS:
        return None
    raise NoPictureError("The badge class's image is neither a PNG nor an SVG, and badges are baked into these only.")


def _cleaned(drawing: bytes) -> bytes:
    """Clean a stored drawing once more: it may be from a time when loading cleaned none."""
    from badgedata.openbadges.refusals import SourceRefusedError
    from badgedata.openbadges.svg_cleaning import clean_svg

    try:
        return clean_svg(drawing, "The badge class's image")[0]
    except SourceRefusedError as refused:
        raise NoPictureError(f"The badge class's image can't be baked into: {refused.reason}.") from None


def _from_address(url: str) -> bytes:
    # Fetching and decoding are heavy to import, and nearly all badge classes have a stored image.
    from badgedata.fetching import SourceFetcher
    from badgedata.openbadges.images import clean_image
    from badgedata.openbadges.refusals import SourceRefusedError

    try:
        document: Any = SourceFetcher(allow_loopback=config().loopback_sources).fetch(url)
        return clean_image(document.body, document.label).content
    except SourceRefusedError as refused:
        raise NoPictureError(f"The badge class's image can't be read: {refused}") from None
