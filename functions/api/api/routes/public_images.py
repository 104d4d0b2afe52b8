"""Routes for public images of issuers, badge classes, and awards.

The routes don't require a token. Response headers prevent scripts in images from running.
"""

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
from ..http.caching import (
    ALLOW_ANY_ORIGIN,
    NOT_MODIFIED,
    VARY_BY_ENCODING,
    is_head,
    is_in_if_none_match,
    weak_etag,
)
from ..http.parameters import AwardId, BadgeClassId, IssuerId
from ..openapi.responses import NO_TOKEN, responses, with_content_type
from ..public.records import UnknownDocumentError, require_award, require_badge_class, require_issuer

router = APIGatewayRouter()

TAGS = ["Public documents"]
IMAGE_NAME: Final = re.compile(rf"[0-9a-f]{{64}}\.(?:{'|'.join(stored_images.CONTENT_TYPES)})")
PREVIEW_NAME: Final = re.compile(rf"[0-9a-f]{{32}}-{IMAGE_NAME.pattern}")
"""The name of an image that a replacement proposes. The image is deleted when the replacement is confirmed or
canceled, or within two days.
"""

FIVE_MINUTES: Final = "public, max-age=300"
"""The ``Cache-Control`` for redirects whose target may change because of a replacement or re-sync."""

ONE_YEAR: Final = "public, max-age=31536000, immutable"
ONE_DAY: Final = "public, max-age=86400"
"""The ``Cache-Control`` for a baked SVG, which never changes, but is no longer shown after its award is revoked."""

REVALIDATE: Final = "public, no-cache"
"""The ``Cache-Control`` for redirects from a baked image's URL. A cached redirect could lead to an image that a re-sync
has deleted, and two cached redirects could lead to each other.
"""

SANDBOX: Final = {
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    "X-Content-Type-Options": "nosniff",
}

TO_IMAGE: Final = responses(302, "A redirect to the image", 404, token=False, location="The image")
IMAGE: Final = with_content_type("image/svg+xml", responses(200, "An SVG", 404, token=False)) | TO_IMAGE | NOT_MODIFIED

ImageName = Annotated[str, Path(alias="imageName", description="The image's hash or version, with a file extension")]


@router.get(
    "/public/issuers/<issuerId>/image",
    summary="Get an issuer's image",
    tags=TAGS,
    responses=TO_IMAGE,
    openapi_extensions=NO_TOKEN,
)
def issuer_image(issuer_id: IssuerId) -> Response[str | None]:
    """Redirect to an issuer's image."""
    return _redirect_to_image(require_issuer(issuer_id).image)


@router.get(
    "/public/badges/<badgeClassId>/image",
    summary="Get a badge class's image",
    tags=TAGS,
    responses=TO_IMAGE,
    openapi_extensions=NO_TOKEN,
)
def badge_class_image(badge_class_id: BadgeClassId) -> Response[str | None]:
    """Redirect to a badge class's image."""
    return _redirect_to_image(require_badge_class(badge_class_id).image)


@router.get(
    "/public/assertions/<assertionId>/image",
    summary="Get an award's image",
    description="The assertion is baked into the image. If the award is revoked or its image isn't baked yet, this "
    "returns the badge class's image.",
    tags=TAGS,
    responses=TO_IMAGE,
    openapi_extensions=NO_TOKEN,
)
def award_image(award_id: AwardId) -> Response[str | None]:
    """Redirect to an award's image, or to the badge class's image if the award's image can't be shown."""
    return _redirect_to_award_image(require_award(award_id), FIVE_MINUTES)


@router.get(
    "/public/images/<imageName>",
    summary="Get an issuer or badge class image",
    tags=TAGS,
    responses=IMAGE,
    openapi_extensions=NO_TOKEN,
)
def image(image_name: ImageName) -> Response[str | None]:
    """Return an issuer's or a badge class's image if the image is an SVG. Otherwise, redirect to it."""
    if PREVIEW_NAME.fullmatch(image_name):
        return _image_response(stored_images.preview_image_named(image_name), REVALIDATE, lambda _: REVALIDATE)
    if not IMAGE_NAME.fullmatch(image_name):
        raise UnknownDocumentError("image")
    return _image_response(stored_images.badge_image_named(image_name), ONE_YEAR, _cache_half_lifetime)


@router.get(
    "/public/assertions/<assertionId>/images/<imageName>",
    summary="Get an award's image for a specific version of its badge class",
    tags=TAGS,
    responses=IMAGE,
    openapi_extensions=NO_TOKEN,
)
def baked_image(award_id: AwardId, image_name: ImageName) -> Response[str | None]:
    """Return an award's baked image if it is an SVG and still current. Otherwise, redirect to the current image."""
    award = require_award(award_id)
    baked = stored_image(award.image)
    if award.revoked or baked is None or baked.name != image_name or not _may_show_image(award):
        # Images of older versions are deleted. An award has only one image, so redirect to it.
        return _redirect_to_award_image(award, REVALIDATE)
    return _image_response(baked, ONE_DAY, lambda _: REVALIDATE)


def _redirect_to_award_image(award: Award, cache_control: str) -> Response[str | None]:
    if award.revoked or award.image is None or not _may_show_image(award):
        return _redirect_to_image(require_badge_class(award.badge_class_id).image, cache_control)
    baked = stored_image(award.image)
    if baked is None:
        return _redirect_to_image(award.image, cache_control)
    return _redirect(published.baked_image_url(base_url_of(router), award.award_id, baked.name), cache_control)


def _may_show_image(award: Award) -> bool:
    return published.may_show_image(award, config().hashes_recipients)


def _redirect_to_image(image: str | None, cache_control: str = FIVE_MINUTES) -> Response[str | None]:
    if image is None:
        raise UnknownDocumentError("image")
    stored = stored_image(image)
    location = published.stored_image_url(base_url_of(router), stored.name) if stored else image
    return _redirect(location, cache_control)


def _redirect(location: str, cache_control: str) -> Response[str | None]:
    return Response(status_code=302, headers={"Location": location, "Cache-Control": cache_control, **ALLOW_ANY_ORIGIN})


def _cache_half_lifetime(link: Link) -> str:
    return f"public, max-age={link.seconds // 2}"


def _image_response(
    image: StoredImage, cache_control: str, link_cache_control: Callable[[Link], str]
) -> Response[str | None]:
    """Return an SVG with headers that sandbox it. Redirect to any other image."""
    try:
        if image.content_type != "image/svg+xml":
            stored_images.require(image)
            if is_head(router):
                # S3 accepts a link only for the method that it was signed for, and a cache could use this link for a
                # GET.
                return _redirect(stored_images.link(image, "head_object").url, "no-store")
            link = stored_images.link(image)
            return _redirect(link.url, link_cache_control(link))
        # No redirect to S3, which can't add the headers that sandbox an SVG.
        etag = f'"{image.name}"'
        headers = {
            "ETag": weak_etag(etag),
            "Cache-Control": cache_control,
            **VARY_BY_ENCODING,
            **SANDBOX,
            **ALLOW_ANY_ORIGIN,
        }
        if is_in_if_none_match(router, etag):
            return Response(status_code=304, headers=headers)
        drawing = stored_images.read(image).decode("utf-8", "replace")
    except ImageMissingError:
        raise UnknownDocumentError("image") from None
    return Response(status_code=200, content_type="image/svg+xml; charset=utf-8", body=drawing, headers=headers)
