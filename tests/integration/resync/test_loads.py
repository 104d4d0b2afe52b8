"""Loads that run concurrently with a re-sync."""

from collections.abc import Callable
from typing import Any

import pytest

from badgedata import stored_images
from badgedata.records.awards import Award
from badgedata.stored_images import StoredImage
from operations.loading import issuer as issuer_writing
from tests.support.api_client import call
from tests.support.images import data_uri, gray_png, shade_of
from tests.support.replacing import Queue, awards_now, baked_content, figures, load_badge_class, new_badge, replace

pytestmark = pytest.mark.usefixtures("tables")


def with_narratives(awards: int, narrative: str, image: bytes | None = None) -> dict[str, Any]:
    """Return the assertions that `load_badge_class` loads, each with a narrative and, if specified, an image."""
    load_badge_class(awards)
    more = {"narrative": narrative} | ({"image": data_uri(image)} if image else {})
    return {
        "assertions": [
            {
                "entityId": award.award_id,
                "recipient": {"type": "email", "hashed": False, "identity": award.recipient_identity},
                "issuedOn": award.issued_on,
            }
            | more
            for award in awards_now()
        ]
    }


def run_before(target: Any, name: str, act: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Run an action just before the first call of a function."""
    real = getattr(target, name)

    def act_first(*arguments: Any, **named: Any) -> Any:
        monkeypatch.setattr(target, name, real)
        act()
        return real(*arguments, **named)

    monkeypatch.setattr(target, name, act_first)


def expect_all_to_show(version: int) -> None:
    """Check that each award is up to date and its public image exists."""
    for award in awards_now():
        assert (award.image, award.image_version) == (
            f"s3:baked/issuers/WELD/{award.award_id}/{version}-hashed.png",
            version,
        )
        assert call("GET", f"/public/assertions/{award.award_id}/images/{version}-hashed.png", email=None).status == 302
        assert shade_of(baked_content(award)[0]) == version


@pytest.mark.parametrize(
    ("target", "name"),
    [(issuer_writing, "_put_badge_classes"), (Award, "save")],
    ids=["after the load has read the stored awards", "between read and write of an award"],
)
def test_images_baked_during_a_load_are_kept(target: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assertions = with_narratives(3, "Built two robots")
    replace(new_badge(2))
    Queue().process_all()
    replacement = replace(new_badge(3))
    run_before(target, name, Queue().process_all, monkeypatch)
    load_badge_class(3, image=gray_png(3), **assertions)
    assert figures(replacement) | {"status": "complete", "total": 3, "refreshed": 3} == figures(replacement)
    expect_all_to_show(3)
    assert {award.narrative for award in awards_now()} == {"Built two robots"}


def test_loaded_images_do_not_replace_images_baked_during_the_load(monkeypatch: pytest.MonkeyPatch) -> None:
    """The document contains images that were baked for the old badge class."""
    assertions = with_narratives(3, "Built two robots", gray_png(7))

    def replace_and_bake() -> None:
        replace(new_badge(2))
        Queue().process_all()

    run_before(Award, "save", replace_and_bake, monkeypatch)
    load_badge_class(3, **assertions)
    expect_all_to_show(2)
    assert {award.narrative for award in awards_now()} == {"Built two robots"}


def test_image_restored_by_a_load_during_baking_is_not_deleted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assertions = with_narratives(1, "Built two robots", gray_png(7))
    load_badge_class(1, **assertions)
    replace(new_badge(2))
    run_before(stored_images, "put", lambda: load_badge_class(1, **assertions), monkeypatch)
    Queue().process_all()
    (award,) = awards_now()
    assert award.image_version == 2
    assert stored_images.read(StoredImage((award.image or "").removeprefix("s3:"))) == gray_png(7)
