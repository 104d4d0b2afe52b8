"""Images in the images bucket: badge images under the hash of their content, baked images by award and version.

All of it that is known of keys, content types, and requests to S3 is here.

A record holds ``s3:`` and the object key. What a key means never changes, so whatever is shown of it may be cached.
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
"""Of images that documents may load, and into which Open Badges bakes nothing."""

BADGE_IMAGES: Final = "images/"
PREVIEWS: Final = "previews/"
BAKED: Final = "baked/"
MAX_DELETED_AT_ONCE: Final = 1000
"""What DeleteObjects takes."""

_STORED: Final = "s3:"
_HIDING: Final = "-hashed"
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
        return self.name.rpartition(".")[0].endswith(_HIDING)

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES.get(self.key.rpartition(".")[2], "application/octet-stream")

    @property
    def in_record(self) -> str:
        """What a record holds of it."""
        return _STORED + self.key


def stored_image(image: str | None) -> StoredImage | None:
    """Give the stored image that a record's `image` names; None where there is none or it is an address."""
    return StoredImage(image.removeprefix(_STORED)) if image is not None and is_stored(image) else None


def is_stored(image: str | None) -> bool:
    """Return whether a record's `image` is in the bucket, and not an address."""
    return image is not None and image.startswith(_STORED)


def badge_image(content: bytes, extension: str) -> StoredImage:
    """Name a badge's image by its content."""
    return badge_image_named(f"{hashlib.sha256(content).hexdigest()}.{extension}")


def badge_image_named(name: str) -> StoredImage:
    """Give a badge's image by its name, ``<hash of its content>.png``."""
    return StoredImage(BADGE_IMAGES + name)


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
    mark = _HIDING if hides_recipient else ""
    return StoredImage(f"{issuer_folder(issuer_id)}{award_id}/{name}{mark}.{extension}")


def issuer_folder(issuer_id: str) -> str:
    """Give the prefix of the keys of all images that were baked for an issuer's awards.

    Images baked by version 0.1 are at ``baked/<award>/<version>.png``; no such key is below this prefix.
    """
    return f"{BAKED}issuers/{issuer_id}/"


def preview_image(replacement_id: str, image: StoredImage) -> StoredImage:
    """Name a badge's image as long as a replacement only proposes it; a lifecycle rule deletes it after a day."""
    return preview_image_named(f"{replacement_id}-{image.name}")


def preview_image_named(name: str) -> StoredImage:
    """Give the image of a preview by its name, ``<id of the replacement>-<hash of its content>.png``."""
    return StoredImage(PREVIEWS + name)


def confirmed_image(shown: StoredImage) -> StoredImage:
    """Name the image of a preview as a badge's image, which it becomes once the replacement is confirmed."""
    return badge_image_named(shown.name.partition("-")[2])


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
    return _get(image)["Body"].read()


def data_uri(image: StoredImage) -> str:
    """Give an image as a ``data:`` URI (RFC 2397). Raises as `read` does."""
    answer = _get(image)
    return f"data:{answer['ContentType']};base64,{base64.b64encode(answer['Body'].read()).decode()}"


def require(image: StoredImage) -> None:
    """Raise ImageMissingError when an image is not in the bucket."""
    try:
        aws.s3().head_object(Bucket=config().images_bucket, Key=image.key)
    except ClientError as error:
        raise _missing(error, image) or error from None


def below(prefix: str) -> Iterator[StoredImage]:
    """List the images whose keys begin with a prefix."""
    pages = aws.s3().get_paginator("list_objects_v2").paginate(Bucket=config().images_bucket, Prefix=prefix)
    return (StoredImage(item["Key"]) for page in pages for item in page.get("Contents", []))


def delete(image: StoredImage) -> None:
    """Delete an image; one that is gone already is fine."""
    aws.s3().delete_object(Bucket=config().images_bucket, Key=image.key)


def remove(images: list[StoredImage]) -> None:
    """Delete up to `MAX_DELETED_AT_ONCE` images; one that is gone already is fine."""
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


def _get(image: StoredImage) -> "GetObjectOutputTypeDef":
    try:
        return aws.s3().get_object(Bucket=config().images_bucket, Key=image.key)
    except ClientError as error:
        raise _missing(error, image) or error from None


def _missing(error: ClientError, image: StoredImage) -> ImageMissingError | None:
    if error.response.get("Error", {}).get("Code") in ("NoSuchKey", "404", "NotFound"):
        return ImageMissingError(f"the image {image.key} is not in the images bucket")
    return None
