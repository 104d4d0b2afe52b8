"""Bake award images: write each award's assertion into its badge's image and store the result."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from badgedata import published, stored_images
from badgedata.config import config
from badgedata.openbadges.baked_images import bake
from badgedata.openbadges.image_kinds import image_content_type
from badgedata.openbadges.rejections import SourceRejectedError
from badgedata.records.awards import Award
from badgedata.records.directory import BadgeClass
from badgedata.records.record import code_of
from badgedata.stored_images import CONTENT_TYPES, UNBAKED_EXTENSIONS, ImageMissingError, StoredImage

logger = Logger(child=True)

_FAILED_OPERATIONS: Final = {
    "GetObject": "The badge's image could not be read",
    "PutObject": "The award's image could not be stored",
}

MAX_CONCURRENT_AWARDS: Final = 8
"""The maximum number of awards that are baked in parallel. Most of the time is spent waiting for S3 and DynamoDB."""


class UnbakableImageError(Exception):
    """Raised when a badge class's image is missing or can't be baked. The message gives the issuer the reason."""


@dataclass(frozen=True)
class ImageToBake:
    """A PNG or SVG to bake assertions into."""

    content: bytes
    extension: str

    @property
    def content_type(self) -> str:
        """The image's media type: ``image/png`` or ``image/svg+xml``."""
        return CONTENT_TYPES[self.extension]


def bake_awards(awards: Sequence[Award], badge_class: BadgeClass) -> list[str | None]:
    """Bake the images of a badge class's awards. Images that are up to date are skipped.

    Returns
    -------
    list of str or None
        For each award, the reason why its image couldn't be baked, or None if the image is now up to date.
    """
    stale = [award for award in awards if not is_fresh(award, badge_class)]
    try:
        image = _image_to_bake(badge_class) if stale else None
    except (UnbakableImageError, BotoCoreError, ClientError) as error:
        reason = _reason(error)
        return [None if is_fresh(award, badge_class) else reason for award in awards]
    former = [stored_images.stored_image(award.image) for award in stale]
    with ThreadPoolExecutor(MAX_CONCURRENT_AWARDS, thread_name_prefix="bake") as pool:
        reasons = list(pool.map(partial(_try_to_bake, badge_class=badge_class, image=image), stale))
    # An award that another worker or a load updated instead of this worker may still use its old image.
    _remove_former([old for old, award in zip(former, stale, strict=True) if old and is_fresh(award, badge_class)])
    by_award = {award.award_id: reason for award, reason in zip(stale, reasons, strict=True)}
    return [by_award.get(award.award_id) for award in awards]


def is_fresh(award: Award, badge_class: BadgeClass) -> bool:
    """Return whether an award's image is up to date with its badge class and may be shown publicly."""
    is_newest = award.image_version is not None and int(award.image_version) >= int(badge_class.version)
    return is_newest and published.may_show_image(award, config().hashes_recipients)


def _try_to_bake(award: Award, badge_class: BadgeClass, image: ImageToBake | None) -> str | None:
    try:
        _bake(award, int(badge_class.version), image)
    except Exception as error:  # this award is retried, and must not prevent the page's other awards from being baked
        logger.warning("Award image not baked", award_id=award.award_id, exc_info=True)
        return _reason(error)
    return None


def _bake(award: Award, version: int, image: ImageToBake | None) -> None:
    if image is None:
        _mark_fresh(award, award.image, None, version)
        return
    former, hashes = award.image, config().hashes_recipients
    hides_recipient = hashes or bool(award.recipient_hashed)
    baked = stored_images.baked_image(award.issuer_id, award.award_id, str(version), image.extension, hides_recipient)
    award.image = baked.in_record
    document = published.json_ld(published.assertion(award, config().public_base_url, hashes))
    stored_images.put(baked, bake(image.content, image.content_type, document.decode()))
    if not _mark_fresh(award, former, baked, version):
        award.image = former
        if not _exists(award):
            stored_images.remove([baked])  # the award was deleted, along with its recipient's data


def _mark_fresh(award: Award, former: str | None, baked: StoredImage | None, version: int) -> bool:
    is_older = Award.image_version.does_not_exist() | (Award.image_version < version)
    if former is not None and award.image_version == version:  # already baked, but with an unhashed recipient
        is_older = (Award.image_version == version) & (Award.image == former)
    image = Award.image.set(baked.in_record) if baked is not None else Award.image.remove()
    # If another worker has already marked the award for this version or a newer one, that mark is kept.
    return award.update_if(Award.award_id.exists() & is_older, [image, Award.image_version.set(version)])


def _exists(award: Award) -> bool:
    return any(Award.batch_get([(award.issuer_id, award.issued_on_award_id)], consistent_read=True))


def _remove_former(images: list[StoredImage]) -> None:
    """Delete outdated baked images. Failures are ignored, because leftover images only take up storage space."""
    try:
        stored_images.remove([image for image in images if image.key.startswith(stored_images.BAKED)])
    except (BotoCoreError, ClientError):
        logger.warning("Images of an older version not deleted", exc_info=True)


def _image_to_bake(badge_class: BadgeClass) -> ImageToBake | None:
    """Return a badge class's image, or None if there is no image or its stored format can't be baked.

    Raise UnbakableImageError if the stored image was deleted, or if the image can't be read or baked.
    """
    if badge_class.image is None:
        return None
    stored = stored_images.stored_image(badge_class.image)
    try:
        content = _from_address(badge_class.image) if stored is None else stored_images.read(stored)
    except ImageMissingError:
        raise UnbakableImageError(
            "The badge's image is missing. Replace the badge with one that has an image."
        ) from None
    content_type = image_content_type(content)
    if stored is not None and content_type == CONTENT_TYPES["svg"]:
        content = _cleaned(content)
    for extension in ("png", "svg"):
        if content_type == CONTENT_TYPES[extension]:
            return ImageToBake(content, extension)
    if stored is not None and stored.key.rpartition(".")[2] in UNBAKED_EXTENSIONS:
        return None
    raise UnbakableImageError(
        "The badge class's image is neither a PNG nor an SVG, so assertions can't be baked into it."
    )


def _cleaned(drawing: bytes) -> bytes:
    """Return a cleaned copy of a stored SVG. Early versions of `make load` stored SVGs without cleaning them."""
    from badgedata.openbadges.svg_cleaning import clean_svg

    try:
        return clean_svg(drawing, "The badge class's image")[0]
    except SourceRejectedError as rejected:
        raise UnbakableImageError(
            f"Badge data can't be written into the badge class's image: {rejected.reason}."
        ) from None


def _from_address(url: str) -> bytes:
    # These modules take a long time to import, and nearly all badge classes have a stored image.
    from badgedata.fetching import SourceFetcher
    from badgedata.openbadges.images import clean_image

    try:
        document: Any = SourceFetcher(allow_loopback=config().loopback_sources).fetch(url)
        return clean_image(document.body, document.label).content
    except SourceRejectedError as rejected:
        raise UnbakableImageError(f"The badge class's image can't be read: {rejected}") from None


def _reason(error: Exception) -> str:
    """Return the reason why an image couldn't be baked. This text is shown to the issuer."""
    match error:
        case UnbakableImageError() | SourceRejectedError():
            return str(error)
        case ClientError():
            what = _FAILED_OPERATIONS.get(error.operation_name, "AWS rejected a request")
            return f"{what} ({error.response.get('Error', {}).get('Code', 'no code')})."
        case PynamoDBException():
            return f"The award could not be updated ({code_of(error) or 'no response'})."
        case BotoCoreError():
            return "AWS could not be reached."
        case _:
            return "Internal error."
