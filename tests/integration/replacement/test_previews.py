"""Preview a replacement: both badges are shown, and nothing changes."""

import base64
import json
from urllib.parse import quote

import pytest

from badgedata.config import config
from local.openbadges_host import OpenBadgesHost
from tests.integration.replacement.stored import PREVIEWS, everything, public
from tests.support.images import data_uri
from tests.support.organizations import OWNER
from tests.support.replacing import (
    SVG,
    Queue,
    baked_image_source,
    confirm,
    figures,
    load_badge_class,
    new_badge,
    preview,
    replace,
)

pytestmark = pytest.mark.usefixtures("tables")


def test_text_size_limit_ignores_json_escapes() -> None:
    load_badge_class(1)
    description = "Ж" * 90_000  # 180 kB in UTF-8 and 540 kB in \u escapes; the maximum item size is 400 kB
    assert preview(new_badge(2, description=description))["proposed"]["description"] == description


def test_preview_shows_both_badges_without_changing_anything() -> None:
    load_badge_class(2)
    before = everything()
    shown = preview(new_badge(2))
    after = everything()
    assert after[config().directory_table] == before[config().directory_table]
    assert after[config().awards_table] == before[config().awards_table]
    assert shown["status"] == "previewed"
    assert (shown["current"]["name"], shown["proposed"]["name"]) == ("Robotics", "Robotics 2")
    assert shown["changes"] == ["name", "description", "criteria", "image", "tags"]
    assert "imageResync" not in shown
    assert "confirmedAt" not in shown


def test_both_badge_images_in_a_preview_are_public() -> None:
    load_badge_class(0, image=SVG)
    shown = preview(new_badge(image=data_uri(SVG.replace(b"#080", b"#800"))))
    for badge, color in (("current", "#080"), ("proposed", "#800")):
        image = public(shown[badge]["image"].removeprefix("https://badges.example.org"))
        assert image.status == 200
        assert color in image.text


def test_source_can_be_json_text_a_json_object_an_image_or_a_url(loopback_sources: None) -> None:
    load_badge_class(0)
    with OpenBadgesHost() as host:
        sources = {
            "image": baked_image_source(3),
            "json": new_badge(4),
            "text": {"json": json.dumps(new_badge(5)["json"])},
            "url": {"url": host.assertion_url},
        }
        found = {name: preview(source) for name, source in sources.items()}
    assert [shown["source"]["kind"] for shown in found.values()] == ["image", "json", "json", "url"]
    assert found["image"]["source"]["assertionId"] == "https://other.example/assertions/1"
    assert found["url"]["source"] == {
        "kind": "url",
        "openBadgesVersion": "2.0",
        "assertionId": host.assertion_url,
        "host": "127.0.0.1",
        "issuerName": "Another Platform",
    }
    assert found["image"]["source"]["host"] == "other.example"
    assert found["url"]["proposed"]["name"] == host.badge_name
    assert "assertionId" not in found["json"]["source"]


def test_all_common_forms_of_base64_are_accepted() -> None:
    load_badge_class(0)
    encoded = baked_image_source(3)["image"]
    lines = "\n".join(encoded[start : start + 76] for start in range(0, len(encoded), 76))
    for image in (
        lines,
        lines.replace("\n", "\r\n") + "\r\n",
        f"  {encoded}\n",
        encoded.rstrip("="),
        encoded.translate(str.maketrans("+/", "-_")),
        f"data:image/png;base64,{encoded}",
        f"DATA:;BASE64,{lines}",
        f" data:image/png;name=badge.png;base64,{quote(encoded)}",
        "data:image/png," + quote(base64.b64decode(encoded)),
    ):
        assert preview({"image": image})["proposed"]["name"] == "Baked"


def test_json_in_a_data_uri_is_decoded_with_the_declared_or_default_charset() -> None:
    load_badge_class(0)
    text = json.dumps(new_badge(4, name="Bäume")["json"], ensure_ascii=False)
    latin = base64.b64encode(text.encode("latin-1")).decode()
    for source in (
        f"data:application/ld+json;charset=ISO-8859-1;base64,{latin}",
        f"data:application/json,{quote(text)}",
        f"data:application/json;base64,{base64.b64encode(text.encode()).decode()}",
    ):
        assert preview({"json": source})["proposed"]["name"] == "Bäume"


def test_preview_warns_about_omitted_parts_of_the_source() -> None:
    load_badge_class(0)
    source = new_badge(
        2,
        name=["Oak", "Elm"],
        alignments=[{"targetName": "Forestry", "targetUrl": "https://goals.example/4"}, "https://goals.example/5"],
        criteria=[{"narrative": "Plant two trees."}, {"narrative": "Water them."}],
        version="3",
    )
    shown = preview(source)
    assert shown["proposed"]["name"] == "Oak"
    assert shown["proposed"]["alignment"] == [{"targetName": "Forestry", "targetUrl": "https://goals.example/4"}]
    assert shown["proposed"]["criteria"] == {"narrative": "Plant two trees."}
    for lost in ("Elm", "https://goals.example/5", "Water them.", "version"):
        assert any(lost in warning for warning in shown["warnings"]), lost


def test_source_without_an_image_keeps_the_current_image() -> None:
    load_badge_class(0)
    source = new_badge()["json"]
    del source["image"]
    shown = preview({"json": source})
    assert shown["proposed"]["image"] == shown["current"]["image"]
    assert "image" not in shown["changes"]
    assert "The source has no image. The badge keeps its current image." in shown["warnings"]
    assert confirm(shown).json["current"]["image"] == shown["current"]["image"]


def test_alignment_without_a_url_is_omitted_with_a_warning() -> None:
    load_badge_class(0)
    whole = {"targetName": "Walking", "targetUrl": "https://standards.example/walking"}
    shown = preview({"json": new_badge()["json"] | {"alignment": [whole, {"targetName": "Running"}]}})
    assert shown["proposed"]["alignment"] == [whole]
    assert any("Running" in warning for warning in shown["warnings"])


def test_warning_lists_every_field_of_an_omitted_alignment() -> None:
    load_badge_class(0)
    lost = {"targetName": "Running", "targetCode": "R-4", "targetFramework": "Sports", "targetDescription": "Runs"}
    shown = preview({"json": new_badge()["json"] | {"alignment": [lost]}})
    (warning,) = [warning for warning in shown["warnings"] if "alignment" in warning]
    assert all(text in warning for text in lost.values())


def test_current_image_is_kept_if_the_source_image_cannot_be_loaded(loopback_sources: None) -> None:
    load_badge_class(0)
    with OpenBadgesHost() as host:
        shown = preview(new_badge(image=f"{host.base_url}/missing.png"))
    assert shown["proposed"]["image"] == shown["current"]["image"]
    assert "image" not in shown["changes"]
    [warning] = shown["warnings"]
    assert warning.startswith("The image couldn't be loaded. The badge keeps its current image.")
    assert "HTTP 404" in warning


def test_badge_with_an_image_at_a_private_address_is_rejected() -> None:
    load_badge_class(0)
    rejected = OWNER.post(PREVIEWS, new_badge(image="http://10.0.0.7/image.png"))
    assert (rejected.status, rejected.problem["code"]) == (422, "blocked-address")


def test_preview_shows_the_issuer_name_from_the_source() -> None:
    load_badge_class(0)
    issuer = {"type": "Profile", "id": "https://elsewhere.example.org/issuer", "name": "Else\u202ewhere"}
    assert preview(new_badge(issuer=issuer))["source"] == {
        "kind": "json",
        "openBadgesVersion": "2.0",
        "host": "elsewhere.example.org",
        "issuerName": "Else where",
    }


@pytest.mark.parametrize("code", ["d800", "1", "ffff"])
def test_svg_with_escaped_special_characters_in_its_styles_is_previewed_and_rebaked(code: str) -> None:
    load_badge_class(2)
    drawing = SVG.replace(b"<circle", f"<text style=\"font-family:'A\\{code} '\">a</text><circle".encode())
    replaced = replace(new_badge(image=data_uri(drawing)))
    Queue().process_all()
    assert figures(replaced) | {"windowEndsAt": ""} == {
        "status": "complete",
        "total": 2,
        "refreshed": 2,
        "pending": 0,
        "failed": 0,
        "windowEndsAt": "",
    }
