"""Checks of image contents and sizes in a load file."""

import pytest

from operations.loading.faults import MAX_ITEM_BYTES
from tests.support.images import data_uri, drawn
from tests.support.small_documents import PNG, Json, faults_of
from tests.unit.operations.loading.documents import put

SVG = b'<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="http://www.w3.org/2000/svg"/>'


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (PNG, "image/png"),
        (SVG, "image/svg+xml"),
        (drawn("JPEG"), "image/jpeg"),
        (drawn("GIF"), "image/gif"),
        (drawn("WEBP"), "image/webp"),
    ],
)
def test_embedded_image_can_have_any_of_five_content_types(content: bytes, content_type: str, document: Json) -> None:
    put(document, "badgeClasses.0.image", data_uri(content, content_type))
    assert faults_of(document) == []


@pytest.mark.parametrize(
    ("image", "reported"),
    [
        (data_uri(PNG, "image/svg+xml"), "is declared as image/svg+xml, but its content is image/png"),
        (data_uri(b"<html>", "image/png"), "its content is not a supported image type"),
        (data_uri(PNG, "text/html"), "is of type text/html; supported types are image/png, "),
        ("data:image/png;base64,@@@@", "contains invalid Base64"),
        ("data:image/png,abc", "is not a data: URI such as"),
        (data_uri(PNG + b"\x00" * 4 * 1024 * 1024), "the maximum is 4,194,304 (4 MiB)"),
    ],
    ids=lambda part: part[:30],
)
def test_embedded_image_must_match_its_content_type(image: str, reported: str, document: Json) -> None:
    put(document, "badgeClasses.0.image", image)
    faults = faults_of(document)
    assert len(faults) == 1
    assert faults[0].startswith("$.badgeClasses[0].image: ")
    assert reported in faults[0]


SVG_START = b'<svg xmlns="http://www.w3.org/2000/svg">'


@pytest.mark.parametrize(
    ("content", "content_type", "reported"),
    [
        (PNG.replace(b"IDAT", b"IDAX"), "image/png", "CRC"),
        (PNG[:40], "image/png", "truncated"),
        (drawn("JPEG")[:-200], "image/jpeg", "the JPEG can't be decoded"),
        (b"GIF89a....", "image/gif", "a GIF that can't be decoded"),
        (drawn("WEBP")[:30], "image/webp", "WebP"),
        (SVG_START + b"<g></svg>", "image/svg+xml", "not well-formed XML"),
        (b'<svg width="9" height="9"/>', "image/svg+xml", "an <svg> element in the namespace"),
        (SVG_START + b"<g>" * 200 + b"</g>" * 200 + b"</svg>", "image/svg+xml", "more than 100 levels"),
        (b'<!DOCTYPE svg [<!ENTITY a "<b/>">]>' + SVG_START + b"&a;</svg>", "image/svg+xml", "the entity a"),
        (
            SVG_START + b'<g id="a">' + b"<rect/>" * 4000 + b"</g>" + b'<use href="#a"/>' * 4000 + b"</svg>",
            "image/svg+xml",
            "draws more than 100,000 shapes",
        ),
    ],
)
def test_image_that_cannot_be_shown_or_baked_is_reported(
    content: bytes, content_type: str, reported: str, document: Json
) -> None:
    put(document, "badgeClasses.0.image", data_uri(content, content_type))
    (fault,) = faults_of(document)
    assert fault.startswith("$.badgeClasses[0].image: can't be used: ")
    assert reported in fault


def test_award_must_fit_into_one_table_item(document: Json) -> None:
    put(document, "badgeClasses.0.assertions.0.narrative", "é" * (MAX_ITEM_BYTES // 2))
    assert faults_of(document) == [
        "$.badgeClasses[0].assertions[0]: needs about 400 KiB when stored, but the maximum for an award is 396 KiB;"
        " shorten its text"
    ]


def test_image_and_escapes_do_not_count_toward_the_award_size(document: Json) -> None:
    put(document, "badgeClasses.0.assertions.0.image", data_uri(PNG + b"\x00" * MAX_ITEM_BYTES))
    put(document, "badgeClasses.0.assertions.0.narrative", '"\n' * (MAX_ITEM_BYTES // 4))
    assert faults_of(document) == []


@pytest.mark.parametrize(
    ("badge", "fault"),
    [
        ("[1]", "expected a JSON object, found list"),
        ('"https://badges.example.org/1"', "expected a JSON object, found text"),
        ("7", "expected a JSON object, found number"),
        ("[" * 100_000 + "]" * 100_000, "its JSON is nested too deeply; the maximum is 100 levels"),
        ("An assertion", "the text is not JSON: unexpected 'A' at line 1, column 1"),
    ],
    ids=lambda text: text[:20],
)
@pytest.mark.parametrize("path", ["badgeClasses.0.image", "badgeClasses.0.assertions.0.image"])
def test_svg_with_unreadable_badge_data_is_reported(badge: str, fault: str, path: str, document: Json) -> None:
    element = f'<assertion xmlns="http://openbadges.org"><![CDATA[{badge}]]></assertion>'
    put(document, path, data_uri(SVG_START + element.encode() + b"</svg>"))
    (reported,) = faults_of(document)
    assert reported.endswith(f"image: can't be used: its badge data can't be read: {fault}")


def test_svg_with_an_unreadable_verify_attribute_is_reported(document: Json) -> None:
    element = b'<assertion xmlns="http://openbadges.org" verify="urn:uuid:1"/>'
    put(document, "badgeClasses.0.image", data_uri(SVG_START + element + b"</svg>"))
    (fault,) = faults_of(document)
    assert "can't be used: its badge data can't be read: the text is not JSON" in fault


def test_svg_with_an_escaped_surrogate_in_its_styles_is_accepted(document: Json) -> None:
    drawing = SVG_START + b"<text style=\"font-family:'\\d800'\">a</text></svg>"
    put(document, "badgeClasses.0.image", data_uri(drawing))
    assert faults_of(document) == []
