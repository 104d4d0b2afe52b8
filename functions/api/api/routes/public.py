"""Routes for the public Open Badges 2.0 documents. The routes don't require a token, and responses can be cached.

Badge classes and assertions have one URL each. Browsers get an HTML page, and verifiers get JSON-LD.
"""

import re
from typing import Any, Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from badgedata import clock, published
from badgedata.config import config

from ..http.base_url import base_url_of
from ..http.caching import ALLOW_ANY_ORIGIN, NOT_MODIFIED, VARY_BY_ACCEPT, cacheable_response
from ..http.negotiation import prefers_page
from ..http.parameters import AwardId, BadgeClassId, IssuerId
from ..http.problems import problem_response
from ..openapi.responses import NO_TOKEN, responses, with_content_type, with_html
from ..public import pages as public_pages
from ..public.records import UnknownDocumentError, require_award, require_badge_class, require_issuer

router = APIGatewayRouter()

TAGS = ["Public documents"]
HAS_PAGE: Final = re.compile(r"/public/(badges|assertions)/[^/]+$")

HTML_NOTE: Final = "Clients that prefer HTML, such as browsers, get a page with the same content."

JSON_LD: Final = (
    with_content_type("application/ld+json", responses(200, "The document", 404, token=False)) | NOT_MODIFIED
)
JSON_LD_OR_PAGE: Final = with_html(JSON_LD, 200, 404)
REVOKED: Final = with_html(
    {410: with_content_type("application/ld+json", responses(200, "Revoked", token=False))[200]}, 410
)


@router.get(
    "/public/issuers/<issuerId>",
    summary="Get an issuer's Profile",
    tags=TAGS,
    responses=JSON_LD,
    openapi_extensions=NO_TOKEN,
)
def profile(issuer_id: IssuerId) -> Response[str | None]:
    """Return an issuer's Profile."""
    return _json_ld(_profile(issuer_id))


@router.get(
    "/public/badges/<badgeClassId>",
    summary="Get a BadgeClass",
    description=HTML_NOTE,
    tags=TAGS,
    responses=JSON_LD_OR_PAGE,
    openapi_extensions=NO_TOKEN,
)
def public_badge_class(badge_class_id: BadgeClassId) -> Response[str | None]:
    """Return a BadgeClass as JSON-LD or as an HTML page."""
    record = require_badge_class(badge_class_id)
    document = published.badge_class(record, base_url_of(router))
    if _prefers_page():
        return _page(public_pages.badge_page(document, _profile(record.issuer_id)))
    return _json_ld(document)


@router.get(
    "/public/assertions/<assertionId>",
    summary="Get an Assertion",
    description="For a revoked award, returns 410 with `revoked` and `revocationReason` (Open Badges 2.0). "
    f"{HTML_NOTE}",
    tags=TAGS,
    responses=JSON_LD_OR_PAGE | REVOKED,
    openapi_extensions=NO_TOKEN,
)
def assertion(award_id: AwardId) -> Response[str | None]:
    """Return an Assertion as JSON-LD or as an HTML page, with HTTP status 410 if the award is revoked."""
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


@router.exception_handler(UnknownDocumentError)
def unknown(error: UnknownDocumentError) -> Response[str]:
    """Return a 404 response: an HTML page for browsers or a problem document for programs."""
    if HAS_PAGE.search(router.current_event.path) and _prefers_page():
        return _page(public_pages.missing_page(error.what), 404)
    return problem_response(error)


def _prefers_page() -> bool:
    return prefers_page(router.current_event.headers.get("Accept", ""))


def _page(page: str, status: int = 200) -> Response[Any]:
    headers = {
        "Content-Security-Policy": public_pages.CONTENT_SECURITY_POLICY,
        "Referrer-Policy": "no-referrer",
        **VARY_BY_ACCEPT,
    }
    return cacheable_response(router, "text/html; charset=utf-8", page, headers, status)


def _json_ld(document: published.JsonObject, status: int = 200) -> Response[str | None]:
    headers = {"Link": f"<{document['id']}>; rel=canonical", **VARY_BY_ACCEPT, **ALLOW_ANY_ORIGIN}
    return cacheable_response(router, "application/ld+json", published.json_ld(document).decode(), headers, status)


def _profile(issuer_id: str) -> published.JsonObject:
    return published.profile(require_issuer(issuer_id), base_url_of(router), config().contact_address)
