"""The public Open Badges 2.0 documents: no token, and cacheable.

A badge class and an assertion are a page to a browser and JSON-LD to a verifier, at the same address.
"""

import re
from typing import Any, Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from badgedata import clock, published
from badgedata.config import config

from ..http.base_url import base_url_of
from ..http.caching import ANYWHERE, BY_ACCEPT, UNCHANGED, revalidated
from ..http.negotiation import prefers_page
from ..http.parameters import AwardId, BadgeClassId, IssuerId
from ..http.problems import problem_answer
from ..openapi.answers import NO_TOKEN, also_as_page, answers, said_as
from ..public import pages as public_pages
from ..public.records import UnknownDocument, require_award, require_badge_class, require_issuer

router = APIGatewayRouter()

TAGS = ["Public documents"]
HAS_PAGE: Final = re.compile(r"/public/(badges|assertions)/[^/]+$")

PAGE_TOO: Final = "A browser, which prefers HTML, gets a page that says the same to people."

JSON_LD: Final = said_as("application/ld+json", answers(200, "The document", 404, token=False)) | UNCHANGED
JSON_LD_OR_PAGE: Final = also_as_page(JSON_LD, 200, 404)
REVOKED: Final = also_as_page({410: said_as("application/ld+json", answers(200, "Revoked", token=False))[200]}, 410)


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
    "/public/badges/<badgeClassId>",
    summary="A BadgeClass",
    description=PAGE_TOO,
    tags=TAGS,
    responses=JSON_LD_OR_PAGE,
    openapi_extensions=NO_TOKEN,
)
def public_badge_class(badge_class_id: BadgeClassId) -> Response[str | None]:
    record = require_badge_class(badge_class_id)
    document = published.badge_class(record, base_url_of(router))
    if _prefers_page():
        return _page(public_pages.badge_page(document, _profile(record.issuer_id)))
    return _json_ld(document)


@router.get(
    "/public/assertions/<assertionId>",
    summary="An Assertion",
    description=f"A revoked one answers 410 with `revoked` and `revocationReason`, as Open Badges 2.0 says. {PAGE_TOO}",
    tags=TAGS,
    responses=JSON_LD_OR_PAGE | REVOKED,
    openapi_extensions=NO_TOKEN,
)
def assertion(award_id: AwardId) -> Response[str | None]:
    award = require_award(award_id)
    status = 410 if award.revoked else 200
    if award.revoked:
        document = published.revoked_assertion(award, base_url_of(router))
    else:
        document = published.assertion(award, base_url_of(router), config().hashes_recipients)
    if _prefers_page():
        badge = published.badge_class(require_badge_class(award.badge_class_id), base_url_of(router))
        page = public_pages.assertion_page(document, badge, _profile(award.issuer_id), clock.now())
        return _page(page, status)
    return _json_ld(document, status)


@router.exception_handler(UnknownDocument)
def unknown(error: UnknownDocument) -> Response[str]:
    """Tell a person in a page, and a program as every other problem, what isn't here."""
    if HAS_PAGE.search(router.current_event.path) and _prefers_page():
        return _page(public_pages.missing_page(error.what), 404)
    return problem_answer(error)


def _prefers_page() -> bool:
    return prefers_page(router.current_event.headers.get("Accept", ""))


def _page(page: str, status: int = 200) -> Response[Any]:
    headers = {
        "Content-Security-Policy": public_pages.CONTENT_SECURITY_POLICY,
        "Referrer-Policy": "no-referrer",
        **BY_ACCEPT,
    }
    return revalidated(router, "text/html; charset=utf-8", page, headers, status)


def _json_ld(document: published.JsonObject, status: int = 200) -> Response[str | None]:
    headers = {"Link": f"<{document['id']}>; rel=canonical", **BY_ACCEPT, **ANYWHERE}
    return revalidated(router, "application/ld+json", published.json_ld(document).decode(), headers, status)


def _profile(issuer_id: str) -> published.JsonObject:
    return published.profile(require_issuer(issuer_id), base_url_of(router), config().contact_address)
