"""Public data steps: read Open Badges documents and images without a token, as a script on another site would."""

from urllib.parse import urljoin

import requests

from operations.smoke.client import location_of, without_query
from operations.smoke.document import Json
from operations.smoke.error import SmokeTestError
from operations.smoke.run import Run
from operations.steps import step

ANOTHER_SITE = "https://another-site.example.org"
MAX_REDIRECTS = 5


def read_public_documents(run: Run) -> None:
    """Read an issuer, a badge class, and an assertion, and follow any image links that they contain."""
    names = run.tenant.names
    for name, path in (
        ("public issuer", f"/public/issuers/{names.school}"),
        ("public badge", f"/public/badges/{names.honors}"),
        ("public assertion", f"/public/assertions/{names.award(names.honors, 0)}"),
    ):
        with step(f"{name}, with HEAD and CORS") as details:
            document = _document(run, path)
            if "image" in document:
                image = _image(run, document["image"])
                details.append(f"image of {len(image):,} bytes")


def read_baked_image(run: Run) -> None:
    """Read an award's image after the badge class is replaced, and check that the image contains the assertion."""
    names = run.tenant.names
    award = names.award(names.course, 0)
    with step("an award's baked image, with CORS") as details:
        document = _document(run, f"/public/assertions/{award}")
        image = _image(run, document.get("image", ""))
        if document["id"].encode() not in image:
            raise SmokeTestError(
                expected=f"the assertion {document['id']} in the image {document['image']}",
                found=f"an image of {len(image):,} bytes without the assertion",
                check=run.deployed.logs("image-resync-worker"),
            )
        details.append(f"{len(image):,} bytes, contains the assertion")


def _document(run: Run, path: str) -> Json:
    response = run.public.call("GET", path, Origin=ANOTHER_SITE)
    _require_cors(response)
    document: Json = response.json()
    if document["id"] != run.deployed.base_url + path:
        raise SmokeTestError(
            expected=f"the document's id to be its URL, {run.deployed.base_url}{path}",
            found=document["id"],
            check="the host and base path of PublicBaseUrl, which every id begins with",
        )
    _require_head(run, path, response)
    return document


def _require_head(run: Run, path: str, response: requests.Response) -> None:
    head = run.public.call("HEAD", path, Origin=ANOTHER_SITE)
    for header in ("Content-Type", "ETag"):
        if head.headers.get(header) != response.headers.get(header):
            raise SmokeTestError(
                expected=f"HEAD {without_query(head.url)} to return {header} {response.headers.get(header)}, as GET "
                "does",
                found=str(head.headers.get(header)),
                check=run.deployed.logs("api"),
            )


def _image(run: Run, address: str) -> bytes:
    """Return an image's bytes, following redirects. Each response must allow cross-origin requests."""
    url = urljoin(run.deployed.base_url, address)
    for _ in range(MAX_REDIRECTS):
        response = run.public.call("GET", url, expect=(200, 302), Origin=ANOTHER_SITE)
        _require_cors(response)
        if response.status_code == requests.codes.ok:
            break
        run.public.call("HEAD", url, expect=response.status_code)
        url = location_of(response)
    content_type = response.headers.get("Content-Type", "")
    if not response.ok or not content_type.startswith("image/"):
        raise SmokeTestError(
            expected=f"{address} to return an image",
            found=f"{response.status_code} with Content-Type {content_type or 'none'} at {without_query(url)}",
            check=run.deployed.logs("api"),
        )
    return response.content


def _require_cors(response: requests.Response) -> None:
    allowed = response.headers.get("Access-Control-Allow-Origin")
    if allowed not in ("*", ANOTHER_SITE):
        raise SmokeTestError(
            expected=f"{without_query(response.url)} to allow scripts from another site (Access-Control-Allow-Origin)",
            found=str(allowed),
            check="the images bucket's CORS configuration, and whether a proxy or CDN responds instead of the API",
        )
