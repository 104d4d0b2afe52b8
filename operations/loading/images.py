"""Images that a document carries in itself, as `data:` URIs (RFC 2397), and how they are stored: by their hash."""

import base64
import binascii
import hashlib
import re
from typing import Final, NamedTuple

from badgedata import stored_images
from badgedata.openbadges.baked_images import bake, names_recipient, unbake
from badgedata.openbadges.images import checked_image
from badgedata.openbadges.raster_images import KINDS, raster_kind
from badgedata.openbadges.refusals import SourceRefusedError
from badgedata.openbadges.source_documents import MAX_IMAGE_BYTES
from badgedata.records.directory import BadgeClass, Issuer
from badgedata.stored_images import CONTENT_TYPES, ImageMissingError, StoredImage, badge_image, baked_image

_DATA_URI = re.compile(r"data:([a-z]+/[a-z0-9.+-]+)(?:;[a-z-]+=[^;,]*)*;base64,", re.IGNORECASE)
_FILE_EXTENSIONS: Final = {content_type: extension for extension, content_type in CONTENT_TYPES.items()}
# The root element, behind a byte order mark, the XML declaration, comments, and a document type.
_SVG = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+(?:<\?xml[^>]*+>\s*+)?"
    rb"(?:<!--(?:(?!-->).)*+-->\s*+|<!DOCTYPE[^>\[]*+(?:\[(?:(?!\]\s*>).)*+\]\s*+)?>\s*+)*+<(?:[A-Za-z_][\w.-]*:)?svg[\s>/]",
    re.DOTALL,
)


class Image(NamedTuple):
    """An image's bytes, and what type they are."""

    content: bytes
    content_type: str

    @property
    def stored(self) -> StoredImage:
        """This as an image of the bucket."""
        return badge_image(self.content, self._extension)

    def stored_of_award(self, issuer_id: str, award_id: str, identity: str) -> StoredImage:
        """Give this as an award's image of the bucket: the award's own, since it may tell who the recipient is.

        Parameters
        ----------
        identity
            The recipient's, as the document has it.
        """
        hides_recipient = not names_recipient(self.content, identity)
        name = hashlib.sha256(self.content).hexdigest()
        return baked_image(issuer_id, award_id, name, self._extension, hides_recipient)

    @property
    def _extension(self) -> str:
        return _FILE_EXTENSIONS[self.content_type]


def read_data_uri(uri: str) -> Image:
    """Decode the image of a `data:` URI, as it may be stored: an SVG is cleaned; badge data in it stays.

    Raises
    ------
    ValueError
        When it is not base64, of a type other than PNG, SVG, JPEG, GIF or WebP, above 4 MiB, when its first bytes are
        those of another type than it claims, or when it is damaged, so that it could be neither shown nor baked.
    """
    head = _DATA_URI.match(uri[:256])
    if head is None:
        raise ValueError("is not a data: URI such as data:image/png;base64,iVBORw0…")
    content_type = head[1].lower()
    if content_type not in _FILE_EXTENSIONS:
        raise ValueError(f"is of type {content_type}; an image must be one of {', '.join(_FILE_EXTENSIONS)}")
    encoded = uri[head.end() :]
    # Four characters of base64 are three bytes: looked at before decoding.
    if len(encoded) * 3 // 4 > MAX_IMAGE_BYTES + 3:
        raise ValueError(_too_large(len(encoded) * 3 // 4))
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("has data that is not base64 (RFC 4648, section 4)") from None
    if len(content) > MAX_IMAGE_BYTES:
        raise ValueError(_too_large(len(content)))
    found = sniffed_type(content)
    if found != content_type:
        raise ValueError(
            f"claims to be {content_type}, and its bytes are {found or 'of no image type that is known here'}"
        )
    try:
        return Image(_sound(content, content_type), content_type)
    except SourceRefusedError as refused:
        raise ValueError(f"can't be used: {refused.reason}") from None


def _sound(content: bytes, content_type: str) -> bytes:
    """Return an image that is whole: an SVG cleaned, with the badge data that it carries, any other as it is."""
    checked = checked_image(content, "the image")
    if content_type != "image/svg+xml":
        return content
    try:
        assertion = unbake(content, "the image")
    except SourceRefusedError as refused:
        if refused.code != "no-badge-in-image":
            raise
        return checked
    return bake(checked, content_type, assertion)


def sniffed_type(content: bytes) -> str | None:
    """Tell an image's type by its first bytes; None when they are of none of the types that are taken."""
    if (kind := raster_kind(content)) is not None:
        return KINDS[kind]
    return "image/svg+xml" if _SVG.match(content[:65536]) else None


def _too_large(size: int) -> str:
    return f"is an image of {size:,} bytes; at most {MAX_IMAGE_BYTES:,} (4 MiB) are taken"


class ImageStore:
    """Puts images into the images bucket, each once."""

    def __init__(self) -> None:
        self._present: set[StoredImage] = set()
        self.count = 0
        """How many images were not there yet."""

    def keep(self, image: str | None, own_address: str, known: Issuer | BadgeClass | None) -> str | None:
        """Store what a document says of the image of an issuer or badge class, and give what its record holds.

        Parameters
        ----------
        image
            A `data:` URI, whose bytes go to the bucket; an address, which stays as it is; or None.
        own_address
            Where this deployment shows the image. As a record that held it would point at itself, it stands for the
            image that is stored.
        known
            The record as it is now, if there is one.

        Returns
        -------
        str or None
            ``s3:`` and the object key, or an address.
        """
        if known is not None and image == own_address:
            return known.image
        return self.put(image) if image is not None else None

    def put(self, image: str) -> str:
        """Store an image that is a `data:` URI, and give what a record holds: ``s3:`` and the key, or the address."""
        if not _is_data_uri(image):
            return image
        decoded = read_data_uri(image)
        return self._keep(decoded.stored, decoded.content)

    def put_of_award(self, image: str, issuer_id: str, award_id: str, identity: str) -> str:
        """Store an award's image in the same way, among the award's own images."""
        if not _is_data_uri(image):
            return image
        decoded = read_data_uri(image)
        return self._keep(decoded.stored_of_award(issuer_id, award_id, identity), decoded.content)

    def _keep(self, image: StoredImage, content: bytes) -> str:
        if image not in self._present:
            try:
                stored_images.require(image)
            except ImageMissingError:
                stored_images.put(image, content)
                self.count += 1
            self._present.add(image)
        return image.in_record


def _is_data_uri(image: str) -> bool:
    return image[:5].lower() == "data:"
