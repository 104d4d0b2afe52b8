"""Images embedded in documents as `data:` URIs (RFC 2397). Each object key contains the image's hash."""

import base64
import binascii
import re
from typing import Final, NamedTuple

from badgedata import stored_images
from badgedata.openbadges.baked_images import bake, unbake
from badgedata.openbadges.image_kinds import KINDS, raster_kind
from badgedata.openbadges.images import checked_image
from badgedata.openbadges.named_recipients import names_recipient
from badgedata.openbadges.rejections import SourceRejectedError
from badgedata.openbadges.source_documents import MAX_IMAGE_BYTES
from badgedata.records.awards import Award
from badgedata.records.directory import BadgeClass, Issuer
from badgedata.stored_images import CONTENT_TYPES, ImageMissingError, StoredImage, badge_image, loaded_image

_DATA_URI = re.compile(r"data:([a-z]+/[a-z0-9.+-]+)(?:;[a-z-]+=[^;,]*)*;base64,", re.IGNORECASE)
_FILE_EXTENSIONS: Final = {content_type: extension for extension, content_type in CONTENT_TYPES.items()}
# The root element, after a byte order mark, the XML declaration, comments, and a document type.
_SVG = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+(?:<\?xml[^>]*+>\s*+)?"
    rb"(?:<!--(?:(?!-->).)*+-->\s*+|<!DOCTYPE[^>\[]*+(?:\[(?:(?!\]\s*>).)*+\]\s*+)?>\s*+)*+<(?:[A-Za-z_][\w.-]*:)?svg[\s>/]",
    re.DOTALL,
)


class Image(NamedTuple):
    """An image's bytes and content type."""

    content: bytes
    content_type: str

    @property
    def stored(self) -> StoredImage:
        """The image as stored for an issuer or badge class."""
        return badge_image(self.content, self._extension)

    def stored_for_award(self, issuer_id: str, award_id: str, identity: str) -> StoredImage:
        """Return the image as stored for one award. It is not shared, because it may identify the recipient.

        Parameters
        ----------
        identity
            The recipient's identity in the document.
        """
        hides_recipient = not names_recipient(self.content, identity)
        return loaded_image(issuer_id, award_id, self.content, self._extension, hides_recipient)

    @property
    def _extension(self) -> str:
        return _FILE_EXTENSIONS[self.content_type]


def read_data_uri(uri: str) -> Image:
    """Return a `data:` URI's image in its stored form. An SVG is sanitized, but keeps its badge data.

    Raises
    ------
    ValueError
        If the URI isn't Base64-encoded, or if the image is corrupt, is larger than 4 MiB, has an unsupported type, or
        doesn't match the declared type.
    """
    head = _DATA_URI.match(uri[:256])
    if head is None:
        raise ValueError("is not a data: URI such as data:image/png;base64,iVBORw0…")
    content_type = head[1].lower()
    if content_type not in _FILE_EXTENSIONS:
        raise ValueError(f"is of type {content_type}; supported types are {', '.join(_FILE_EXTENSIONS)}")
    encoded = uri[head.end() :]
    # Four Base64 characters are three bytes, so the size is checked before decoding.
    if len(encoded) * 3 // 4 > MAX_IMAGE_BYTES + 3:
        raise ValueError(_too_large(len(encoded) * 3 // 4))
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("contains invalid Base64 (RFC 4648, section 4)") from None
    if len(content) > MAX_IMAGE_BYTES:
        raise ValueError(_too_large(len(content)))
    detected = sniffed_type(content)
    if detected != content_type:
        raise ValueError(
            f"is declared as {content_type}, but its content is {detected or 'not a supported image type'}"
        )
    try:
        return Image(_sanitized(content, content_type), content_type)
    except SourceRejectedError as rejected:
        raise ValueError(f"can't be used: {rejected.reason}") from None


def _sanitized(content: bytes, content_type: str) -> bytes:
    """Check that an image is intact, and return it. An SVG is sanitized, but keeps its badge data."""
    checked = checked_image(content, "the image")
    if content_type != "image/svg+xml":
        return content
    try:
        assertion = unbake(content, "the image")
    except SourceRejectedError as rejected:
        if rejected.code != "no-badge-in-image":
            raise
        return checked
    return bake(checked, content_type, assertion)


def sniffed_type(content: bytes) -> str | None:
    """Return an image's content type based on its first bytes, or None if the type is not supported."""
    if (kind := raster_kind(content)) is not None:
        return KINDS[kind]
    return "image/svg+xml" if _SVG.match(content[:65536]) else None


def _too_large(size: int) -> str:
    return f"is an image of {size:,} bytes; the maximum is {MAX_IMAGE_BYTES:,} (4 MiB)"


class ImageStore:
    """A store that writes each image to the images bucket only once."""

    def __init__(self) -> None:
        self._present: set[StoredImage] = set()
        self.count = 0
        """The number of images that were not in the bucket before the load."""

    def store_for_record(self, image: str | None, own_address: str, known: Issuer | BadgeClass | None) -> str | None:
        """Store an issuer's or badge class's image, and return the value for its record.

        Parameters
        ----------
        image
            A `data:` URI, a URL, or None. The image in a `data:` URI is stored. A URL is kept unchanged.
        own_address
            This deployment's own URL for the image. If the document contains this URL, the stored image is kept.
            Otherwise, the record would refer to itself.
        known
            The current record, if it exists.

        Returns
        -------
        str or None
            ``s3:`` and the object key, or a URL.
        """
        if known is not None and image == own_address:
            return known.image
        return self.store(image) if image is not None else None

    def store(self, image: str) -> str:
        """Store a `data:` URI's image, and return ``s3:`` and the object key. Return any other URL unchanged."""
        if not _is_data_uri(image):
            return image
        decoded = read_data_uri(image)
        return self._store_once(decoded.stored, decoded.content)

    def store_for_award(self, image: str, issuer_id: str, award_id: str, identity: str) -> str:
        """Store an award's image under a key that contains the award ID.

        Return ``s3:`` and this key, or an unchanged URL, as `store` does.
        """
        if not _is_data_uri(image):
            return image
        decoded = read_data_uri(image)
        return self._store_once(decoded.stored_for_award(issuer_id, award_id, identity), decoded.content)

    def keep_for_award(self, existing: Award, identity: str) -> str | None:
        """Return the value for the record of an existing award whose image is kept.

        If the recipient's identity has changed, the image may reveal the new identity. Such an image is stored again,
        under a key that isn't public.
        """
        image = stored_images.stored_image(existing.image)
        if image is None or not image.hides_recipient or identity == existing.recipient_identity:
            return existing.image
        try:
            content = stored_images.read(image)
        except ImageMissingError:
            return existing.image
        checked = Image(content, image.content_type).stored_for_award(existing.issuer_id, existing.award_id, identity)
        return existing.image if checked.hides_recipient else self._store_once(checked, content)

    def _store_once(self, image: StoredImage, content: bytes) -> str:
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
