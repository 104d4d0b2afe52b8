"""The public Open Badges 2.0 documents and images: no token, cacheable, and harmless whatever an image holds.

A badge class and an assertion are a page to a browser and JSON-LD to a verifier, at the same address.
"""

import hashlib
import re
from typing import Annotated, Any, Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

import public_pages
from badgedata import addresses, clock, published, stored_images
from badgedata.access import find_badge_class, find_issuer
from badgedata.config import config
from badgedata.identifiers import is_entity_id
from badgedata.problems import Problem
from badgedata.records.awards import Award
from badgedata.records.directory import BadgeClass, Issuer
from badgedata.stored_images import ImageMissingError, StoredImage, stored_image
from base_url import base_url_of
from content_negotiation import prefers_page
from openapi import NO_TOKEN, also_as_page, answers, said_as
from parameters import AwardId, BadgeClassId, IssuerId
from problem_answers import problem_answer

router = APIGatewayRouter()

TAGS = ["Public documents"]
LINK_SECONDS: Final = 15 * 60
IMAGE_NAME: Final = re.compile(r"[0-9a-f]{64}\.(?:png|svg|jpg|gif|webp)")

REVALIDATED: Final = "public, no-cache"
"""For documents: a cache may keep them, and asks each time whether they changed, so that new text shows at once."""

FIVE_MINUTES: Final = "public, max-age=300"
"""For what leads to an image that a replacement or the re-sync may change."""

UNCHANGING: Final = "public, max-age=31536000, immutable"
ONE_DAY: Final = "public, max-age=86400"
"""For a baked image: it never changes, but it is not shown any more once its award is revoked."""

ANYWHERE: Final = {"Access-Control-Allow-Origin": "*"}
HARMLESS: Final = {
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    "X-Content-Type-Options": "nosniff",
}

BY_ACCEPT: Final = {"Vary": "Accept"}
NOT_LISTED: Final = {"X-Robots-Tag": "noindex"}
"""An award is for whom its recipient shows it to, not for search engines."""

PAGE_TOO: Final = "A browser, which prefers HTML, gets a page that says the same to people."

UNCHANGED: Final[dict[int, OpenAPIResponse]] = {304: {"description": "It is what `If-None-Match` names", "content": {}}}
TO_IMAGE: Final = answers(302, "To the image", 404, token=False, location="The image")
JSON_LD: Final = said_as("application/ld+json", answers(200, "The document", 404, token=False)) | UNCHANGED
JSON_LD_OR_PAGE: Final = also_as_page(JSON_LD, 200, 404)
REVOKED: Final = also_as_page({410: said_as("application/ld+json", answers(200, "Revoked", token=False))[200]}, 410)
IMAGE: Final = said_as("image/svg+xml", answers(200, "An SVG", 404, token=False)) | TO_IMAGE | UNCHANGED


class UnknownDocument(Problem):
    """What is asked for isn't here. What has a page for people has one for this too."""

    def __init__(self, what: str, has_page: bool = False) -> None:
        super().__init__(404, "not-found", "Not found", f"There is no such {what} here.")
        self.what, self.has_page = what, has_page


ImageName = Annotated[str, Path(alias="imageName", description="A hash or a version, with its extension")]


@router.get(
    "/public/issuers/<issuerId>",
    summary="An issuer's Profile",
    tags=TAGS,
    responses=JSON_LD,
    openapi_extensions=NO_TOKEN,
)
def profile(issuer_id: IssuerId) -> Response[str | None]:
    return _json_ld(_profile(issuer_id))


@router.get(
    "/public/issuers/<issuerId>/image",
    summary="An issuer's image",
    tags=TAGS,
    responses=TO_IMAGE,
    openapi_extensions=NO_TOKEN,
)
def issuer_image(issuer_id: IssuerId) -> Response[str | None]:
    return _to_image(_issuer(issuer_id).image)


@router.get(
    "/public/badges/<badgeClassId>",
    summary="A BadgeClass",
    description=PAGE_TOO,
    tags=TAGS,
    responses=JSON_LD_OR_PAGE,
    openapi_extensions=NO_TOKEN,
)
def public_badge_class(badge_class_id: BadgeClassId) -> Response[str | None]:
    badge_class = _badge_class(badge_class_id)
    document = published.badge_class(badge_class, base_url_of(router))
    if _prefers_page():
        return _page(public_pages.badge_page(document, _profile(badge_class.issuer_id)))
    return _json_ld(document)


@router.get(
    "/public/badges/<badgeClassId>/image",
    summary="A badge class's image",
    tags=TAGS,
    responses=TO_IMAGE,
    openapi_extensions=NO_TOKEN,
)
def badge_class_image(badge_class_id: BadgeClassId) -> Response[str | None]:
    return _to_image(_badge_class(badge_class_id).image)


@router.get(
    "/public/assertions/<assertionId>",
    summary="An Assertion",
    description=f"A revoked one answers 410 with `revoked` and `revocationReason`, as Open Badges 2.0 says. {PAGE_TOO}",
    tags=TAGS,
    responses=JSON_LD_OR_PAGE | REVOKED,
    openapi_extensions=NO_TOKEN,
)
def assertion(award_id: AwardId) -> Response[str | None]:
    award = _award(award_id)
    written = published.revoked_assertion if award.revoked else published.assertion
    document, status = written(award, base_url_of(router)), 410 if award.revoked else 200
    if _prefers_page():
        badge = published.badge_class(_badge_class(award.badge_class_id), base_url_of(router))
        page = public_pages.assertion_page(document, badge, _profile(award.issuer_id), clock.now())
        return _page(page, status, NOT_LISTED)
    return _json_ld(document, status)


@router.get(
    "/public/assertions/<assertionId>/image",
    summary="An award's image",
    description="With the assertion baked into it; for one not baked yet or revoked, the badge class's image.",
    tags=TAGS,
    responses=TO_IMAGE,
    openapi_extensions=NO_TOKEN,
)
def award_image(award_id: AwardId) -> Response[str | None]:
    award = _award(award_id)
    if award.revoked or award.image is None:
        return _to_image(_badge_class(award.badge_class_id).image)
    baked = stored_image(award.image)
    if baked is None:
        return _to_image(award.image)
    return _redirect(addresses.baked_image_url(base_url_of(router), award_id, baked.name))


@router.get(
    "/public/images/<imageName>",
    summary="An image of an issuer or a badge class",
    tags=TAGS,
    responses=IMAGE,
    openapi_extensions=NO_TOKEN,
)
def image(image_name: ImageName) -> Response[str | None]:
    if not IMAGE_NAME.fullmatch(image_name):
        raise UnknownDocument("image")
    return _show(StoredImage(f"images/{image_name}"), UNCHANGING)


@router.get(
    "/public/assertions/<assertionId>/images/<imageName>",
    summary="An award's image as baked for one version of the badge class",
    tags=TAGS,
    responses=IMAGE,
    openapi_extensions=NO_TOKEN,
)
def baked_image(award_id: AwardId, image_name: ImageName) -> Response[str | None]:
    award = _award(award_id)
    baked = stored_image(award.image)
    if award.revoked or baked is None or baked.name != image_name:
        # What was baked for an older version is gone; there is one image of an award, and this leads to it.
        return _redirect(f"{addresses.assertion_url(base_url_of(router), award_id)}/image")
    return _show(baked, ONE_DAY)


@router.exception_handler(UnknownDocument)
def unknown(error: UnknownDocument) -> Response[str]:
    """Tell a person in a page, and a program as every other problem, what isn't here."""
    if error.has_page and _prefers_page():
        return _page(public_pages.missing_page(error.what), 404)
    return problem_answer(error)


def _prefers_page() -> bool:
    return prefers_page(router.current_event.headers.get("Accept", ""))


def _page(page: str, status: int = 200, more: dict[str, str] | None = None) -> Response[Any]:
    headers = {
        "Cache-Control": REVALIDATED,
        "Content-Security-Policy": public_pages.CONTENT_SECURITY_POLICY,
        "Referrer-Policy": "no-referrer",
        **BY_ACCEPT,
        **(more or {}),
    }
    return Response(status_code=status, content_type="text/html; charset=utf-8", body=page, headers=headers)


def _json_ld(document: published.JsonObject, status: int = 200) -> Response[str | None]:
    body = published.json_ld(document)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": REVALIDATED, "Link": f"<{document['id']}>; rel=canonical"} | {
        **BY_ACCEPT,
        **ANYWHERE,
    }
    if status == 200 and _is_known(etag):
        return Response(status_code=304, headers=headers)
    return Response(status_code=status, content_type="application/ld+json", body=body.decode(), headers=headers)


def _to_image(image: str | None) -> Response[str | None]:
    if image is None:
        raise UnknownDocument("image")
    stored = stored_image(image)
    return _redirect(addresses.stored_image_url(base_url_of(router), stored.name) if stored else image)


def _redirect(location: str) -> Response[str | None]:
    return Response(status_code=302, headers={"Location": location, "Cache-Control": FIVE_MINUTES, **ANYWHERE})


def _show(image: StoredImage, cache_control: str) -> Response[str | None]:
    """Show an SVG from here, as only here it gets the headers that make it harmless; link to any other image."""
    try:
        if image.content_type != "image/svg+xml":
            stored_images.require(image)
            location = stored_images.link(image, LINK_SECONDS)
            return Response(
                status_code=302,
                headers={"Location": location, "Cache-Control": f"public, max-age={LINK_SECONDS // 2}", **ANYWHERE},
            )
        etag = f'"{image.name}"'
        headers = {"ETag": etag, "Cache-Control": cache_control, **HARMLESS, **ANYWHERE}
        if _is_known(etag):
            return Response(status_code=304, headers=headers)
        drawing = stored_images.read(image).decode("utf-8", "replace")
    except ImageMissingError:
        raise UnknownDocument("image") from None
    return Response(status_code=200, content_type="image/svg+xml; charset=utf-8", body=drawing, headers=headers)


def _is_known(etag: str) -> bool:
    known = router.current_event.headers.get("If-None-Match", "")
    return any(tag.strip().removeprefix("W/") in (etag, "*") for tag in known.split(","))


def _profile(issuer_id: str) -> published.JsonObject:
    return published.profile(_issuer(issuer_id), base_url_of(router), config().contact_address)


def _issuer(issuer_id: str) -> Issuer:
    found = find_issuer(issuer_id) if is_entity_id(issuer_id) else None
    if found is None:
        raise UnknownDocument("issuer")
    return found


def _badge_class(badge_class_id: str) -> BadgeClass:
    found = find_badge_class(badge_class_id, consistent=True) if is_entity_id(badge_class_id) else None
    if found is None:
        raise UnknownDocument("badge class", has_page=True)
    return found


def _award(award_id: str) -> Award:
    if is_entity_id(award_id):
        for key in Award.by_award_id.query(award_id, limit=1):
            try:
                return Award.get(key.issuer_id, key.issued_on_award_id)
            except Award.DoesNotExist:
                break
    raise UnknownDocument("assertion", has_page=True)
