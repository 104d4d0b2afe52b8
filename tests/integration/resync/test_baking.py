"""Award images after a replacement: each award's image shows the new badge."""

import hashlib
import io
import json
from pathlib import Path
from urllib.parse import urlsplit

import openbadges_bakery
import pytest
from PIL import Image

from badgedata import aws, stored_images
from badgedata.config import config
from badgedata.records.awards import Award
from badgedata.records.directory import BadgeClass
from badgedata.stored_images import StoredImage
from tests.support.api_client import Answer, call
from tests.support.images import data_uri, gray_png, shade_of
from tests.support.replacing import (
    BASE_URL,
    SVG,
    Queue,
    awards_now,
    badge_class_now,
    baked_content,
    figures,
    load_badge_class,
    new_badge,
    replace,
)

pytestmark = pytest.mark.usefixtures("tables")


def objects() -> list[str]:
    found = aws.s3().list_objects_v2(Bucket=config().images_bucket, Prefix="baked/").get("Contents", [])
    return [item["Key"] for item in found]


# ---------------------------------------------------------------- baking


@pytest.mark.slow
@pytest.mark.parametrize("awards", [0, 1, 89, 90, 91, 180])
def test_every_award_gets_the_new_image_with_its_own_assertion(awards: int) -> None:
    load_badge_class(awards)
    replacement = replace(new_badge(2))
    Queue().process_all()
    found = figures(replacement)
    assert found == found | {"status": "complete", "total": awards, "refreshed": awards, "pending": 0, "failed": 0}
    for award in awards_now():
        content, assertion = baked_content(award)
        assert shade_of(content) == 2, "the image shows the new badge"
        assert assertion["id"] == f"{BASE_URL}/public/assertions/{award.award_id}"
        recipient = assertion["recipient"]
        digest = hashlib.sha256((award.recipient_identity + recipient["salt"]).encode()).hexdigest()
        assert recipient["identity"] == f"sha256${digest}"


def test_other_tools_can_read_the_public_document_from_a_baked_image(tmp_path: Path) -> None:
    load_badge_class(1)
    replace()
    Queue().process_all()
    content, _ = baked_content(awards_now()[0])
    (file := tmp_path / "baked.png").write_bytes(content)
    with file.open("rb") as opened:
        unbaked = openbadges_bakery.unbake(opened)
    assert json.loads(unbaked) == call("GET", "/public/assertions/A00000", email=None).json


def test_svg_badge_is_baked_as_an_svg() -> None:
    load_badge_class(2)
    replace(new_badge(image=data_uri(SVG)))
    Queue().process_all()
    awards = awards_now()
    assert len(awards) == 2
    for award in awards:
        assert (award.image or "").endswith(".svg")
        content, assertion = baked_content(award)
        assert b"<circle" in content
        assert assertion["id"].endswith(award.award_id)


def test_old_image_is_deleted_and_its_url_redirects_to_the_new_image() -> None:
    load_badge_class(3)
    replace(new_badge(2))
    Queue().process_all()
    assert objects() == [f"baked/issuers/WELD/A0000{number}/2-hashed.png" for number in range(3)]
    replace(new_badge(3))
    Queue().process_all()
    assert objects() == [f"baked/issuers/WELD/A0000{number}/3-hashed.png" for number in range(3)]
    old = call("GET", "/public/assertions/A00001/images/2-hashed.png", email=None)
    assert (old.status, old.headers["Location"]) == (302, f"{BASE_URL}/public/assertions/A00001/images/3-hashed.png")


def look_through_cache(path: str, kept: dict[str, Answer]) -> str:
    """Follow redirects as a browser or CDN with a cache would, and return the object at the last link."""
    for _ in range(5):
        answer = kept.get(path) or call("GET", path, email=None)
        assert answer.status == 302
        if "max-age" in answer.headers["Cache-Control"]:
            kept[path] = answer
        location = urlsplit(answer.headers["Location"])
        if "X-Amz-Signature" in location.query:
            return location.path.lstrip("/")
        path = location.path
    raise AssertionError(f"circular redirects, last to {path}")


def test_cached_link_to_a_deleted_image_redirects_to_the_new_image() -> None:
    load_badge_class(1)
    kept: dict[str, Answer] = {}
    award_image = "/public/assertions/A00000/image"
    for version in (2, 3):
        replace(new_badge(version))
        Queue().process_all()
        assert look_through_cache(award_image, kept) in objects()
        assert look_through_cache(f"/public/assertions/A00000/images/{version}-hashed.png", kept) in objects()
    assert award_image in kept, "only the first redirect is cached"
    assert look_through_cache("/public/assertions/A00000/images/2-hashed.png", kept) == objects()[0]

    awards_now()[0].update([Award.revoked.set(True)])
    for path in (award_image, "/public/assertions/A00000/images/3-hashed.png"):
        assert look_through_cache(path, kept) == (badge_class_now().image or "").removeprefix("s3:")


def test_award_added_after_a_replacement_shows_the_new_badge() -> None:
    load_badge_class(1)
    replace(new_badge(2))
    Queue().process_all()
    load_badge_class(2, image=gray_png(2))  # the same badge class, with one additional award
    image = call("GET", "/public/assertions/A00001/image", email=None)
    assert image.headers["Location"] == call("GET", "/public/badges/robotics/image", email=None).headers["Location"]


# ---------------------------------------------------------------- other images


def test_scripts_in_previously_stored_svgs_are_never_baked() -> None:
    load_badge_class(1)
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><rect width="9"/></svg>'
    stored = stored_images.badge_image(drawing, "svg")
    stored_images.put(stored, drawing)
    badge_class_now().update([BadgeClass.image.set(stored.in_record)])
    without_image = new_badge(2)
    del without_image["json"]["image"]
    replace(without_image)
    Queue().process_all()
    (award,) = awards_now()
    baked = stored_images.read(StoredImage((award.image or "").removeprefix("s3:")))
    assert b"openbadges:assertion" in baked
    assert b"script" not in baked


@pytest.mark.parametrize("kind", ["JPEG", "GIF", "WEBP"])
def test_resync_completes_immediately_if_the_image_format_does_not_support_baking(kind: str) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(drawn, format=kind)
    load_badge_class(2, image=drawn.getvalue())
    without_image = new_badge(2)
    del without_image["json"]["image"]

    replacement = replace(without_image)
    Queue().process_all()

    assert figures(replacement) | {"status": "complete", "total": 2, "refreshed": 2} == figures(replacement)
    assert any("assertions can't be baked into it" in warning for warning in replacement["warnings"])
