"""What anyone may read without a token: Open Badges documents and images, also from scripts of other sites."""

from urllib.parse import urljoin

import requests

from operations.smoke.client import followed, shown
from operations.smoke.document import Json
from operations.smoke.failure import SmokeFailure
from operations.smoke.run import Run
from operations.steps import step

ANOTHER_SITE = "https://another-site.example.org"
MOST_REDIRECTS = 5


def read_public_documents(run: Run) -> None:
    """Read an issuer, a badge and an assertion, and follow the images of the first two."""
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
    """Read an award of the replaced badge, and find its assertion baked into its image."""
    names = run.tenant.names
    award = names.award(names.course, 0)
    with step("an award's baked image, with CORS") as details:
        document = _document(run, f"/public/assertions/{award}")
        image = _image(run, document.get("image", ""))
        if document["id"].encode() not in image:
            raise SmokeFailure(
                expected=f"the assertion {document['id']} in the image {document['image']}",
                found=f"an image of {len(image):,} bytes without it",
                check=run.deployed.logs("image-resync-worker"),
            )
        details.append(f"{len(image):,} bytes, with the assertion in it")


def _document(run: Run, path: str) -> Json:
    answer = run.public.call("GET", path, Origin=ANOTHER_SITE)
    _require_cors(answer)
    document: Json = answer.json()
    if document["id"] != run.deployed.base_url + path:
        raise SmokeFailure(
            expected=f"the document's id to be its address, {run.deployed.base_url}{path}",
            found=document["id"],
            check="PublicBaseUrl, which every id begins with: its host, and its base path if it has one",
        )
    _require_head(run, path, answer)
    return document


def _require_head(run: Run, path: str, answer: requests.Response) -> None:
    """Require that HEAD says what GET says."""
    head = run.public.call("HEAD", path, Origin=ANOTHER_SITE)
    for header in ("Content-Type", "ETag"):
        if head.headers.get(header) != answer.headers.get(header):
            raise SmokeFailure(
                expected=f"HEAD {shown(head.url)} to have {header} {answer.headers.get(header)}, as GET has",
                found=str(head.headers.get(header)),
                check=run.deployed.logs("api"),
            )


def _image(run: Run, address: str) -> bytes:
    """Follow an image's redirects to its bytes; each of them has to be open to scripts of other sites."""
    url = urljoin(run.deployed.base_url, address)
    for _ in range(MOST_REDIRECTS):
        answer = run.public.call("GET", url, expect=(200, 302), Origin=ANOTHER_SITE)
        _require_cors(answer)
        if answer.status_code == requests.codes.ok:
            break
        run.public.call("HEAD", url, expect=answer.status_code)
        url = followed(answer)
    content_type = answer.headers.get("Content-Type", "")
    if not answer.ok or not content_type.startswith("image/"):
        raise SmokeFailure(
            expected=f"{address} to lead to an image",
            found=f"{answer.status_code} with Content-Type {content_type or 'none'} at {shown(url)}",
            check=run.deployed.logs("api"),
        )
    return answer.content


def _require_cors(answer: requests.Response) -> None:
    allowed = answer.headers.get("Access-Control-Allow-Origin")
    if allowed not in ("*", ANOTHER_SITE):
        raise SmokeFailure(
            expected=f"{shown(answer.url)} to allow scripts of another site (Access-Control-Allow-Origin)",
            found=str(allowed),
            check="the CORS configuration of the images bucket; what else answers in front of the API",
        )
