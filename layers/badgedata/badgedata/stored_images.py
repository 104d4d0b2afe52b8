"""Images in the images bucket: badge images under the hash of their content, baked images by award and version.

A record holds ``s3:`` and the object key. What a key means never changes, so whatever is shown of it may be cached.
"""

import hashlib
from typing import Final, NamedTuple

from botocore.exceptions import ClientError

from badgedata import aws
from badgedata.config import config
from badgedata.links import Link, Operation, presigned

STORED: Final = "s3:"
CONTENT_TYPES: Final = {
    "png": "image/png",
    "svg": "image/svg+xml",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
}
UNBAKED_EXTENSIONS: Final = ("jpg", "gif", "webp")
"""Of images that documents may load, and into which Open Badges bakes nothing."""

PREVIEWS: Final = "previews/"
BAKED: Final = "baked/"
HIDING: Final = "-hashed"
_IMMUTABLE: Final = "public, max-age=31536000, immutable"


class ImageMissingError(Exception):
    """The bucket does not have an image that a record names."""


class StoredImage(NamedTuple):
    """An image in the bucket, by its object key."""

    key: str

    @property
    def name(self) -> str:
        """The last part of the key, as ``<hash>.png``."""
        return self.key.rpartition("/")[2]

    @property
    def hides_recipient(self) -> bool:
        """Whether it is an award's image that doesn't identify the recipient in plain."""
        return self.name.rpartition(".")[0].endswith(HIDING)

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES.get(self.key.rpartition(".")[2], "application/octet-stream")

    @property
    def in_record(self) -> str:
        """What a record holds of it."""
        return STORED + self.key


def stored_image(image: str | None) -> StoredImage | None:
    """Give the stored image that a record's `image` names; None where there is none or it is an address."""
    return StoredImage(image.removeprefix(STORED)) if image is not None and image.startswith(STORED) else None


def badge_image(content: bytes, extension: str) -> StoredImage:
    """Name a badge's image by its content."""
    return StoredImage(f"images/{hashlib.sha256(content).hexdigest()}.{extension}")


def baked_image(issuer_id: str, award_id: str, name: str, extension: str, hides_recipient: bool) -> StoredImage:
    """Name the image of an award.

    Parameters
    ----------
    name
        The version of the badge class that it was baked for, or the hash of its content.
    hides_recipient
        Whether the recipient isn't identified in it in plain. The key says so, because the key decides what may be
        shown, and what was shown under a key once may be cached.
    """
    mark = HIDING if hides_recipient else ""
    return StoredImage(f"{issuer_folder(issuer_id)}{award_id}/{name}{mark}.{extension}")


def issuer_folder(issuer_id: str) -> str:
    """Give the prefix of the keys of all images that were baked for an issuer's awards.

    Images baked by version 0.1 are at ``baked/<award>/<version>.png``; no such key is below this prefix.
    """
    return f"{BAKED}issuers/{issuer_id}/"


def preview_image(replacement_id: str, image: StoredImage) -> StoredImage:
    """Name a badge's image as long as a replacement only proposes it; a lifecycle rule deletes it after a day."""
    return StoredImage(f"{PREVIEWS}{replacement_id}-{image.name}")


def put(image: StoredImage, content: bytes) -> None:
    """Store an image. A repeat changes nothing."""
    aws.s3().put_object(
        Bucket=config().images_bucket,
        Key=image.key,
        Body=content,
        ContentType=image.content_type,
        CacheControl=_IMMUTABLE,
    )


def read(image: StoredImage) -> bytes:
    """Give an image's bytes.

    Raises
    ------
    ImageMissingError
        When it is not in the bucket.
    """
    try:
        return aws.s3().get_object(Bucket=config().images_bucket, Key=image.key)["Body"].read()
    except ClientError as error:
        raise _missing(error, image) or error from None


def require(image: StoredImage) -> None:
    """Raise ImageMissingError when an image is not in the bucket."""
    try:
        aws.s3().head_object(Bucket=config().images_bucket, Key=image.key)
    except ClientError as error:
        raise _missing(error, image) or error from None


def remove(images: list[StoredImage]) -> None:
    """Delete up to 1000 images; one that is gone already is fine."""
    if images:
        aws.s3().delete_objects(
            Bucket=config().images_bucket, Delete={"Objects": [{"Key": image.key} for image in images], "Quiet": True}
        )


def link(image: StoredImage, operation: Operation = "get_object") -> Link:
    """Return a link that shows an image, or tells of it."""
    return presigned(
        operation,
        Bucket=config().images_bucket,
        Key=image.key,
        ResponseContentType=image.content_type,
        ResponseCacheControl=_IMMUTABLE,
    )


def _missing(error: ClientError, image: StoredImage) -> ImageMissingError | None:
    if error.response.get("Error", {}).get("Code") in ("NoSuchKey", "404", "NotFound"):
        return ImageMissingError(f"the image {image.key} is not in the images bucket")
    return None
