"""Images in the images bucket: badge images, baked images, and the images in replacement previews.

This module defines all object keys, content types, and S3 requests for images.

A record refers to an image as ``s3:`` followed by the object key. The image at a key never changes, so responses that
contain the image can be cached.
"""

import base64
import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from botocore.exceptions import ClientError

from badgedata import aws
from badgedata.aws import Link, Operation, presigned
from badgedata.config import config

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef

CONTENT_TYPES: Final = {
    "png": "image/png",
    "svg": "image/svg+xml",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
}
UNBAKED_EXTENSIONS: Final = ("jpg", "gif", "webp")
"""The extensions of image formats that can't be baked, because Open Badges doesn't define how."""

BADGE_IMAGES: Final = "images/"
PREVIEWS: Final = "previews/"
BAKED: Final = "baked/"
MAX_DELETED_AT_ONCE: Final = 1000
"""The maximum number of objects in one DeleteObjects request."""

_STORED: Final = "s3:"
_HASHED_MARK: Final = "-hashed"
_IMMUTABLE: Final = "public, max-age=31536000, immutable"


class ImageMissingError(Exception):
    """Raised when an image that a record refers to is not in the bucket."""


class StoredImage(NamedTuple):
    """An image in the bucket, identified by its object key."""

    key: str

    @property
    def name(self) -> str:
        """The last part of the key, such as ``<hash>.png``."""
        return self.key.rpartition("/")[2]

    @property
    def hides_recipient(self) -> bool:
        """Whether the image belongs to an award and identifies the recipient only by a hash."""
        return self.name.rpartition(".")[0].endswith(_HASHED_MARK)

    @property
    def content_type(self) -> str:
        """The image's content type, based on the key's file extension."""
        return CONTENT_TYPES.get(self.key.rpartition(".")[2], "application/octet-stream")

    @property
    def in_record(self) -> str:
        """The reference to the image as stored in a record: ``s3:`` followed by the object key."""
        return _STORED + self.key


def stored_image(image: str | None) -> StoredImage | None:
    """Return the stored image that a record's `image` refers to. Return None if `image` is None or a URL."""
    return StoredImage(image.removeprefix(_STORED)) if image is not None and is_stored(image) else None


def is_stored(image: str | None) -> bool:
    """Return whether a record's `image` refers to an image in the bucket, rather than to a URL."""
    return image is not None and image.startswith(_STORED)


def badge_image(content: bytes, extension: str) -> StoredImage:
    """Return the `StoredImage` for a badge's image. The image's name is based on the hash of its content."""
    return badge_image_named(f"{hashlib.sha256(content).hexdigest()}.{extension}")


def badge_image_named(name: str) -> StoredImage:
    """Return the `StoredImage` for the badge image with this name, such as ``<hash of its content>.png``."""
    return StoredImage(BADGE_IMAGES + name)


def baked_image(issuer_id: str, award_id: str, name: str, extension: str, hides_recipient: bool) -> StoredImage:
    """Return the `StoredImage` for an award's image.

    Parameters
    ----------
    name
        The badge class version that the image was baked for, or the hash of the image's content.
    hides_recipient
        Whether the image identifies the recipient only by a hash. If the deployment hashes recipients, only these
        images may be public. The value is part of the key, because caches assume that the image at a key never changes.
    """
    mark = _HASHED_MARK if hides_recipient else ""
    return StoredImage(f"{issuer_folder(issuer_id)}{award_id}/{name}{mark}.{extension}")


def loaded_image(issuer_id: str, award_id: str, content: bytes, extension: str, hides_recipient: bool) -> StoredImage:
    """Return the `StoredImage` for an award's image from a load file. Its name contains the hash of its content."""
    return baked_image(issuer_id, award_id, hashlib.sha256(content).hexdigest(), extension, hides_recipient)


def issuer_folder(issuer_id: str) -> str:
    """Return the key prefix of the images that are baked for an issuer's awards.

    Images baked by version 0.1 have keys without this prefix: ``baked/<award>/<version>.png``.
    """
    return f"{BAKED}issuers/{issuer_id}/"


def preview_image(replacement_id: str, image: StoredImage) -> StoredImage:
    """Return the `StoredImage` for a replacement's preview image. A lifecycle rule deletes the image after a day."""
    return preview_image_named(f"{replacement_id}-{image.name}")


def preview_image_named(name: str) -> StoredImage:
    """Return the `StoredImage` for the preview image with this name, such as ``<replacement ID>-<hash>.png``."""
    return StoredImage(PREVIEWS + name)


def confirmed_image(preview: StoredImage) -> StoredImage:
    """Return the `StoredImage` that a preview image becomes when its replacement is confirmed."""
    return badge_image_named(preview.name.partition("-")[2])


def put(image: StoredImage, content: bytes) -> None:
    """Store an image. Storing the same image again has no effect."""
    aws.s3().put_object(
        Bucket=config().images_bucket,
        Key=image.key,
        Body=content,
        ContentType=image.content_type,
        CacheControl=_IMMUTABLE,
    )


def read(image: StoredImage) -> bytes:
    """Return an image's bytes.

    Raises
    ------
    ImageMissingError
        If the image is not in the bucket.
    """
    return _get(image)["Body"].read()


def data_uri(image: StoredImage) -> str:
    """Return an image as a ``data:`` URI (RFC 2397). Raise the same errors as `read`."""
    stored = _get(image)
    return f"data:{stored['ContentType']};base64,{base64.b64encode(stored['Body'].read()).decode()}"


def require(image: StoredImage) -> None:
    """Raise ImageMissingError if an image is not in the bucket."""
    try:
        aws.s3().head_object(Bucket=config().images_bucket, Key=image.key)
    except ClientError as error:
        raise _missing(error, image) or error from None


def below(prefix: str) -> Iterator[StoredImage]:
    """Yield the images whose keys begin with the given prefix."""
    pages = aws.s3().get_paginator("list_objects_v2").paginate(Bucket=config().images_bucket, Prefix=prefix)
    return (StoredImage(item["Key"]) for page in pages for item in page.get("Contents", []))


def delete(image: StoredImage) -> None:
    """Delete an image if it exists."""
    aws.s3().delete_object(Bucket=config().images_bucket, Key=image.key)


def remove(images: list[StoredImage]) -> None:
    """Delete up to `MAX_DELETED_AT_ONCE` images. Images that don't exist are ignored."""
    if images:
        aws.s3().delete_objects(
            Bucket=config().images_bucket, Delete={"Objects": [{"Key": image.key} for image in images], "Quiet": True}
        )


def link(image: StoredImage, operation: Operation = "get_object") -> Link:
    """Return a presigned link for GET requests to an image (or for HEAD requests if `operation` is ``head_object``)."""
    return presigned(
        operation,
        Bucket=config().images_bucket,
        Key=image.key,
        ResponseContentType=image.content_type,
        ResponseCacheControl=_IMMUTABLE,
    )


def _get(image: StoredImage) -> "GetObjectOutputTypeDef":
    try:
        return aws.s3().get_object(Bucket=config().images_bucket, Key=image.key)
    except ClientError as error:
        raise _missing(error, image) or error from None


def _missing(error: ClientError, image: StoredImage) -> ImageMissingError | None:
    if error.response.get("Error", {}).get("Code") in ("NoSuchKey", "404", "NotFound"):
        return ImageMissingError(f"the image {image.key} is not in the images bucket")
    return None
