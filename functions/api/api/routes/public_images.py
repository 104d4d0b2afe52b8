"""The public images of issuers, badge classes and awards: no token, and harmless whatever an image holds."""

import re
from collections.abc import Callable
from typing import Annotated, Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from badgedata import published, stored_images
from badgedata.aws import Link
from badgedata.config import config
from badgedata.records.awards import Award
from badgedata.stored_images import ImageMissingError, StoredImage, stored_image

from ..http.base_url import base_url_of
from ..http.caching import ANYWHERE, BY_ENCODING, UNCHANGED, is_head, is_known, weak
from ..http.parameters import AwardId, BadgeClassId, IssuerId
from ..openapi.answers import NO_TOKEN, answers, said_as
from ..public.records import UnknownDocument, require_award, require_badge_class, require_issuer

router = APIGatewayRouter()

TAGS = ["Public documents"]
IMAGE_NAME: Final = re.compile(rf"[0-9a-f]{{64}}\.(?:{'|'.join(stored_images.CONTENT_TYPES)})")
PREVIEW_NAME: Final = re.compile(rf"[0-9a-f]{{32}}-{IMAGE_NAME.pattern}")
"""An image that a replacement proposes; it goes when that is cancelled, or within two days."""

FIVE_MINUTES: Final = "public, max-age=300"
"""For what leads to an image that a replacement or the re-sync may change."""

UNCHANGING: Final = "public, max-age=31536000, immutable"
ONE_DAY: Final = "public, max-age=86400"
"""For a baked SVG: it never changes, but it is not shown any more once its award is revoked."""

ASK_EACH_TIME: Final = "public, no-cache"
"""For what leads on from a baked image's address. A link that was kept would soon be one to nothing, because the
re-sync deletes an image when it has baked the next; and of two redirects that are kept, each may lead to the other."""

HARMLESS: Final = {
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    "X-Content-Type-Options": "nosniff",
}

TO_IMAGE: Final = answers(302, "To the image", 404, token=False, location="The image")
IMAGE: Final = said_as("image/svg+xml", answers(200, "An SVG", 404, token=False)) | TO_IMAGE | UNCHANGED

ImageName = Annotated[str, Path(alias="imageName", description="A hash or a version, with its extension")]


@router.get(
    "/public/issuers/<issuerId>/image",
    summary="An issuer's image",
    tags=TAGS,
    responses=TO_IMAGE,
    openapi_extensions=NO_TOKEN,
)
def issuer_image(issuer_id: IssuerId) -> Response[str | None]:
    return _to_image(require_issuer(issuer_id).image)


@router.get(
    "/public/badges/<badgeClassId>/image",
    summary="A badge class's image",
    tags=TAGS,
    responses=TO_IMAGE,
    openapi_extensions=NO_TOKEN,
)
def badge_class_image(badge_class_id: BadgeClassId) -> Response[str | None]:
    return _to_image(require_badge_class(badge_class_id).image)


@router.get(
    "/public/assertions/<assertionId>/image",
    summary="An award's image",
    description="With the assertion baked into it; the badge class's image for an award that is revoked, or whose "
    "image isn't baked yet as its document is published.",
    tags=TAGS,
    responses=TO_IMAGE,
    openapi_extensions=NO_TOKEN,
)
def award_image(award_id: AwardId) -> Response[str | None]:
    return _to_image_of_award(require_award(award_id), FIVE_MINUTES)


@router.get(
    "/public/images/<imageName>",
    summary="An image of an issuer or a badge class",
    tags=TAGS,
    responses=IMAGE,
    openapi_extensions=NO_TOKEN,
)
def image(image_name: ImageName) -> Response[str | None]:
    if PREVIEW_NAME.fullmatch(image_name):
        return _show(stored_images.preview_image_named(image_name), ASK_EACH_TIME, lambda _: ASK_EACH_TIME)
    if not IMAGE_NAME.fullmatch(image_name):
        raise UnknownDocument("image")
    return _show(stored_images.badge_image_named(image_name), UNCHANGING, _half_its_life)


@router.get(
    "/public/assertions/<assertionId>/images/<imageName>",
    summary="An award's image as baked for one version of the badge class",
    tags=TAGS,
    responses=IMAGE,
    openapi_extensions=NO_TOKEN,
)
def baked_image(award_id: AwardId, image_name: ImageName) -> Response[str | None]:
    award = require_award(award_id)
    baked = stored_image(award.image)
    if award.revoked or baked is None or baked.name != image_name or not _may_show_image(award):
        # What was baked for an older version is gone; there is one image of an award, and this leads to it.
        return _to_image_of_award(award, ASK_EACH_TIME)
    return _show(baked, ONE_DAY, lambda _: ASK_EACH_TIME)


def _to_image_of_award(award: Award, cache_control: str) -> Response[str | None]:
    if award.revoked or award.image is None or not _may_show_image(award):
        return _to_image(require_badge_class(award.badge_class_id).image, cache_control)
    baked = stored_image(award.image)
    if baked is None:
        return _to_image(award.image, cache_control)
    return _redirect(published.baked_image_url(base_url_of(router), award.award_id, baked.name), cache_control)


def _may_show_image(award: Award) -> bool:
    return published.may_show_image(award, config().hashes_recipients)


def _to_image(image: str | None, cache_control: str = FIVE_MINUTES) -> Response[str | None]:
    if image is None:
        raise UnknownDocument("image")
    stored = stored_image(image)
    location = published.stored_image_url(base_url_of(router), stored.name) if stored else image
    return _redirect(location, cache_control)


def _redirect(location: str, cache_control: str) -> Response[str | None]:
    return Response(status_code=302, headers={"Location": location, "Cache-Control": cache_control, **ANYWHERE})


def _half_its_life(link: Link) -> str:
    """Say how long a link to an image that stays may be kept: it can still be followed for as long again."""
    return f"public, max-age={link.seconds // 2}"


def _show(image: StoredImage, cache_control: str, link_cache_control: Callable[[Link], str]) -> Response[str | None]:
    """Show an SVG from here, as only here it gets the headers that make it harmless; link to any other image."""
    try:
        if image.content_type != "image/svg+xml":
            stored_images.require(image)
            if is_head(router):
                # S3 takes a link for the method that it is signed for, and a cache would give this one to a GET.
                return _redirect(stored_images.link(image, "head_object").url, "no-store")
            link = stored_images.link(image)
            return _redirect(link.url, link_cache_control(link))
        etag = f'"{image.name}"'
        headers = {"ETag": weak(etag), "Cache-Control": cache_control, **BY_ENCODING, **HARMLESS, **ANYWHERE}
        if is_known(router, etag):
            return Response(status_code=304, headers=headers)
        drawing = stored_images.read(image).decode("utf-8", "replace")
    except ImageMissingError:
        raise UnknownDocument("image") from None
    return Response(status_code=200, content_type="image/svg+xml; charset=utf-8", body=drawing, headers=headers)
