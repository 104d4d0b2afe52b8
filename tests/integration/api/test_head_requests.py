"""HEAD and conditional requests for public resources: the response to HEAD is the response to GET without its body."""

from urllib.parse import parse_qs, urlsplit

import pytest

from badgedata.records.awards import Award
from tests.integration.exports.welding_school import load_school
from tests.support.api_client import Answer, call
from tests.support.api_description import document
from tests.support.images import gray_png
from tests.support.replacing import BADGE_CLASS, SVG, load_badge_class

pytestmark = pytest.mark.usefixtures("tables")

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
DOCUMENTS = ["/public/issuers/WELD", "/public/badges/BC-1", "/public/assertions/A3", "/public/assertions/A1"]


def send(method: str, path: str, **headers: str) -> Answer:
    return call(method, path, email=None, headers={name.replace("_", "-"): value for name, value in headers.items()})


def image_path(of: str) -> str:
    """Return the path that the image URL of a badge class or award redirects to."""
    return urlsplit(send("GET", of).headers["Location"]).path


def head_matches_get(path: str, **headers: str) -> Answer:
    """Check that the responses to HEAD and GET differ only in the body, and return the GET response."""
    got, head = send("GET", path, **headers), send("HEAD", path, **headers)
    assert (head.status, head.text) == (got.status, "")
    assert head.headers == got.headers
    return got


@pytest.mark.parametrize("path", DOCUMENTS)
@pytest.mark.parametrize("accept", [{}, BROWSER], ids=["program", "browser"])
def test_head_response_for_a_document_matches_the_get_response(path: str, accept: dict[str, str]) -> None:
    load_school()
    assert head_matches_get(path, **accept).text


@pytest.mark.parametrize("path", ["/public/issuers/NONE", "/public/badges/NONE", "/public/assertions/NONE/image"])
def test_head_request_for_an_unknown_document_returns_not_found(path: str) -> None:
    load_school()
    assert head_matches_get(path).status == 404


@pytest.mark.parametrize("image", [gray_png(), SVG], ids=["png", "svg"])
def test_head_request_for_an_image_is_redirected_like_a_get_request(image: bytes) -> None:
    load_badge_class(1, image=image)
    for path in (f"/public/badges/{BADGE_CLASS}/image", "/public/assertions/A00000/image"):
        assert head_matches_get(path).status == 302


def test_head_response_for_an_svg_matches_the_get_response() -> None:
    load_badge_class(0, image=SVG)
    shown = head_matches_get(image_path(f"/public/badges/{BADGE_CLASS}/image"))
    assert (shown.status, shown.headers["Content-Type"]) == (200, "image/svg+xml; charset=utf-8")


def test_image_redirect_for_a_head_request_is_not_cached() -> None:
    """S3 accepts the link only for HEAD requests, but a cache would also return it for GET."""
    load_badge_class(0, image=gray_png())
    path = image_path(f"/public/badges/{BADGE_CLASS}/image")
    got, head = send("GET", path), send("HEAD", path)
    assert (got.status, head.status) == (302, 302)
    for_get, for_head = (urlsplit(answer.headers["Location"]) for answer in (got, head))
    assert for_get.path == for_head.path
    signatures = [parse_qs(link.query)["X-Amz-Signature"] for link in (for_get, for_head)]
    assert signatures[0] != signatures[1]
    assert got.headers["Cache-Control"] == "public, max-age=450"
    assert head.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", DOCUMENTS[:3])
@pytest.mark.parametrize("accept", [{}, BROWSER], ids=["program", "browser"])
def test_unchanged_document_returns_not_modified(method: str, path: str, accept: dict[str, str]) -> None:
    load_school()
    etag = send("GET", path, **accept).headers["ETag"]
    for known in (etag, etag.removeprefix("W/"), f'"another", {etag}', "*"):
        again = send(method, path, If_None_Match=known, **accept)
        assert (again.status, again.text, again.headers["ETag"]) == (304, "", etag)
        assert {"Cache-Control", "Vary"} <= again.headers.keys()
    assert send(method, path, If_None_Match='"another"', **accept).status == 200


def test_html_page_and_json_ld_document_have_different_etags() -> None:
    load_school()
    for path in DOCUMENTS[1:3]:
        assert send("GET", path).headers["ETag"] != send("GET", path, **BROWSER).headers["ETag"]


def test_changed_page_has_a_new_etag() -> None:
    load_school()
    path = "/public/assertions/A3"
    before = send("GET", path, **BROWSER).headers["ETag"]
    [award] = [award for award in Award.scan() if award.award_id == "A3"]
    award.update([Award.narrative.set("Wrote something else")])
    assert send("GET", path, If_None_Match=before, **BROWSER).status == 200


def test_revoked_award_returns_410_even_if_the_etag_matches() -> None:
    load_school()
    etag = send("GET", "/public/assertions/A1").headers["ETag"]
    assert send("GET", "/public/assertions/A1", If_None_Match=etag).status == 410


def test_unchanged_svg_returns_not_modified() -> None:
    load_badge_class(0, image=SVG)
    path = image_path(f"/public/badges/{BADGE_CLASS}/image")
    etag = send("GET", path).headers["ETag"]
    for method in ("GET", "HEAD"):
        again = send(method, path, If_None_Match=etag)
        assert (again.status, again.text) == (304, "")


def test_openapi_document_describes_not_modified_responses() -> None:
    for path in ("/public/issuers/{issuerId}", "/public/badges/{badgeClassId}", "/public/assertions/{assertionId}"):
        assert "304" in document()["paths"][path]["get"]["responses"]
