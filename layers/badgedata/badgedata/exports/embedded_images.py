"""Images of documents: the address that shows one, or the image itself as a `data:` URI (RFC 2397)."""

from badgedata import stored_images
from badgedata.exports.failures import UnreadableDataError
from badgedata.published import image_url
from badgedata.stored_images import ImageMissingError, StoredImage, stored_image


def image_of_document(document_url: str, image: str | None, embed: bool) -> str | None:
    """Give what a document says as its `image`: an address; or, to be embedded, a stored image as a `data:` URI.

    An image that is somewhere else is an address in any case: an export doesn't fetch from the internet.
    """
    if embed and (stored := stored_image(image)) is not None:
        return data_uri(stored, document_url)
    return image_url(document_url, image)


def data_uri(image: StoredImage, document_url: str) -> str:
    """Read a stored image, and write it as a `data:` URI.

    Raises
    ------
    UnreadableDataError
        When the bucket doesn't have it.
    """
    try:
        return stored_images.data_uri(image)
    except ImageMissingError:
        raise UnreadableDataError(f"The image of {document_url} is not in the images bucket.") from None
