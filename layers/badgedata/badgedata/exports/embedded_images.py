"""Images of documents: the address that shows one, or the image itself as a `data:` URI (RFC 2397)."""

import base64

from botocore.exceptions import ClientError

from badgedata.addresses import image_url
from badgedata.aws import s3
from badgedata.config import config
from badgedata.exports.failures import UnreadableDataError

STORED = "s3:"
"""What a record's image begins with when it is in the images bucket: before its key."""


def image_of_document(document_url: str, image: str | None, embed: bool) -> str | None:
    """Give what a document says as its `image`: an address; or, to be embedded, a stored image as a `data:` URI.

    An image that is somewhere else is an address in any case: an export doesn't fetch from the internet.
    """
    if embed and is_stored(image):
        return data_uri(image or "", document_url)
    return image_url(document_url, image)


def is_stored(image: str | None) -> bool:
    """Tell whether a record's image is in the images bucket."""
    return image is not None and image.startswith(STORED)


def data_uri(image: str, document_url: str) -> str:
    """Read a stored image (``s3:<key>``), and write it as a `data:` URI.

    Raises
    ------
    UnreadableDataError
        When the bucket doesn't have it.
    """
    try:
        answer = s3().get_object(Bucket=config().images_bucket, Key=image.removeprefix(STORED))
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") == "NoSuchKey":
            raise UnreadableDataError(f"The image of {document_url} is not in the images bucket.") from None
        raise
    return f"data:{answer['ContentType']};base64,{base64.b64encode(answer['Body'].read()).decode()}"
