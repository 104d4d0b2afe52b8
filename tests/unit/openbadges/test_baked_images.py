"""Baking and unbaking, with openbadges-bakery 2.0.0 as the independent implementation."""

import io
import json
import os
import subprocess
import sys
import time
import zlib

import openbadges_bakery
import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image, PngImagePlugin

from badgedata.openbadges.baked_images import bake, bake_png, bake_svg, unbake
from badgedata.openbadges.image_kinds import image_content_type
from badgedata.openbadges.rejections import SourceRejectedError
from tests.support.images import SVG, chunk, chunk_kinds, pixels, png, svg, with_chunk
from tests.unit.openbadges.specification_examples import ASSERTION_1_0, ASSERTION_2_0, CREDENTIAL_3_0

# The other implementation dates from 2019.
pytestmark = pytest.mark.filterwarnings("ignore:Please use rfc3986:DeprecationWarning")

ASSERTION = json.dumps(ASSERTION_2_0 | {"narrative": "Ünïcödé 🤖 ]]> & <b>"}, ensure_ascii=False)
JWS = "eyJhbGciOiJSUzI1NiJ9.eyJpZCI6MX0.c2lnbmF0dXJl"


def test_another_implementation_can_unbake_the_baked_png() -> None:
    assert openbadges_bakery.unbake(io.BytesIO(bake_png(png(), ASSERTION))) == ASSERTION


def test_png_baked_by_another_implementation_can_be_unbaked() -> None:
    assert unbake(openbadges_bakery.bake(io.BytesIO(png()), ASSERTION).read()) == ASSERTION


def test_another_implementation_can_unbake_the_baked_svg() -> None:
    # The other implementation reads the verification URL if it exists.
    assert openbadges_bakery.unbake(io.BytesIO(bake_svg(SVG, ASSERTION))) == ASSERTION_2_0["id"]
    assert openbadges_bakery.unbake(io.BytesIO(bake_svg(SVG, JWS))) == JWS


def test_svg_baked_by_another_implementation_can_be_unbaked() -> None:
    assert (
        json.loads(unbake(openbadges_bakery.bake(io.BytesIO(SVG), json.dumps(ASSERTION_2_0)).read())) == ASSERTION_2_0
    )
    assert unbake(openbadges_bakery.bake(io.BytesIO(SVG), JWS).read()) == JWS


def test_baked_png_has_one_uncompressed_itxt_chunk_after_its_header() -> None:
    """Baking specification, "PNGs": keyword, no compression, empty language tag, and empty translated keyword."""
    baked = bake_png(png(), ASSERTION)

    assert chunk_kinds(baked)[:2] == [b"IHDR", b"iTXt"]
    assert b"iTXtopenbadges\0\0\0\0\0" + ASSERTION.encode() in baked
    assert pixels(baked) == pixels(png())


@pytest.mark.parametrize("kind", [b"iTXt", b"tEXt", b"zTXt"])
@pytest.mark.parametrize("keyword", [b"openbadges", b"openbadgecredential"])
def test_rebaking_replaces_the_assertion_and_keeps_other_text(kind: bytes, keyword: bytes) -> None:
    old = with_chunk(with_chunk(png(), kind, keyword + b"\0\0\0\0\0old"), b"tEXt", b"Author\0Ada")

    baked = bake_png(old, ASSERTION)

    assert b"old" not in baked
    assert b"Author\0Ada" in baked
    assert unbake(baked) == ASSERTION


def test_rebaking_produces_the_same_bytes() -> None:
    for image, content_type in ((png(), "image/png"), (SVG, "image/svg+xml")):
        once = bake(image, content_type, ASSERTION)
        assert bake(once, content_type, ASSERTION) == once


def test_baked_svg_contains_the_url_and_json_right_after_its_svg_tag() -> None:
    """Baking specification, "SVGs"."""
    baked = bake_svg(SVG, ASSERTION)
    first = fromstring(baked)[0]

    assert baked.partition(b">")[0].endswith(b' xmlns:openbadges="http://openbadges.org"')
    assert baked.partition(b">")[2].startswith(b"<openbadges:assertion ")
    assert first.tag == "{http://openbadges.org}assertion"
    assert first.get("verify") == ASSERTION_2_0["id"]
    assert json.loads(first.text or "") == json.loads(ASSERTION)


def test_svg_baked_with_a_1_0_assertion_contains_its_verify_url() -> None:
    assert b'verify="https://example.org/beths-robotics-badge.json"' in bake_svg(SVG, json.dumps(ASSERTION_1_0))


def test_baked_svg_contains_a_signed_assertion_only_in_its_verify_attribute() -> None:
    assert f'<openbadges:assertion verify="{JWS}"/>'.encode() in bake_svg(SVG, JWS)


@pytest.mark.parametrize(
    "drawing",
    [
        b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8"?>\n<!-- <svg> --><svg xmlns="http://www.w3.org/2000/svg"/>',
        '<?xml version="1.0" encoding="iso-8859-1"?><svg xmlns="http://www.w3.org/2000/svg"><title>é</title></svg>'.encode(
            "latin-1"
        ),
        '<?xml version="1.0" encoding="utf-16"?><svg xmlns="http://www.w3.org/2000/svg"><title>é</title></svg>'.encode(
            "utf-16"
        ),
        b"<svg xmlns='http://www.w3.org/2000/svg' data-x='>' xmlns:openbadges='https://other.example'><g/></svg>",
    ],
    ids=["empty element after a comment", "Latin-1", "UTF-16", "prefix already taken"],
)
def test_every_form_of_svg_can_be_baked(drawing: bytes) -> None:
    baked = bake_svg(drawing, ASSERTION)

    assert json.loads(unbake(baked)) == json.loads(ASSERTION)
    assert openbadges_bakery.unbake(io.BytesIO(baked)) == ASSERTION_2_0["id"]
    assert (b"<title>\xc3\xa9</title>" in baked) == (b"title" in drawing.replace(b"\0", b""))


@given(text=some.text(some.characters(exclude_categories=["Cs"])))
def test_any_assertion_text_survives_baking(text: str) -> None:
    assertion = json.dumps({"id": "https://example.org/1", "narrative": text}, ensure_ascii=False)

    assert json.loads(unbake(bake_png(png(), assertion))) == json.loads(assertion)
    assert json.loads(unbake(bake_svg(SVG, assertion))) == json.loads(assertion)


def test_3_0_credential_takes_precedence_over_an_assertion_when_unbaking() -> None:
    """Open Badges 3.0, section 5.3: keyword openbadgecredential; element openbadges:credential."""
    credential = json.dumps(CREDENTIAL_3_0)
    image = with_chunk(bake_png(png(), ASSERTION), b"iTXt", b"openbadgecredential\0\0\0\0\0" + credential.encode())
    drawing = svg(
        f"<openbadges:credential>\n<![CDATA[\n{credential}\n]]></openbadges:credential>",
        ' xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"',
    )

    assert json.loads(unbake(image)) == json.loads(unbake(drawing)) == CREDENTIAL_3_0


def test_signed_3_0_credential_in_an_svg_is_read_from_the_verify_attribute() -> None:
    attributes = ' xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"'
    assert unbake(svg(f'<openbadges:credential verify="{JWS}"></openbadges:credential>', attributes)) == JWS


def test_hosted_assertion_url_is_unbaked_from_a_legacy_png() -> None:
    """Baking specification, "Legacy PNGs": a tEXt chunk with the URL of the hosted assertion."""
    assert unbake(with_chunk(png(), b"tEXt", b"openbadges\0https://example.org/1.json")) == "https://example.org/1.json"


def test_compressed_badge_data_from_other_tools_is_unbaked() -> None:
    packed = b"openbadges\0\1\0\0\0" + zlib.compress(ASSERTION.encode())
    assert unbake(with_chunk(png(), b"iTXt", packed)) == ASSERTION


@pytest.mark.parametrize(
    "keyword", [b"openbadges", b"OpenBadges", b"OPENBADGECREDENTIAL", b"openbadgecredential", b"openbadge"]
)
@pytest.mark.parametrize("kind", [b"tEXt", b"zTXt", b"iTXt"])
def test_badge_data_in_text_chunks_from_other_tools_is_unbaked_and_replaced(keyword: bytes, kind: bytes) -> None:
    """Imaging libraries write tEXt and zTXt as often as iTXt."""
    text = ASSERTION.encode()
    data = {b"tEXt": text, b"zTXt": b"\0" + zlib.compress(text), b"iTXt": b"\1\0en\0\0" + zlib.compress(text)}[kind]
    image = with_chunk(png(), kind, keyword + b"\0" + data)

    assert unbake(image) == ASSERTION
    assert bake_png(image, JWS) == bake_png(png(), JWS)


def test_badge_data_in_text_chunks_from_pillow_is_unbaked() -> None:
    for is_compressed in (False, True):
        text, written = PngImagePlugin.PngInfo(), io.BytesIO()
        text.add_text("openbadges", json.dumps(ASSERTION_2_0), zip=is_compressed)
        Image.new("L", (8, 8)).save(written, format="PNG", pnginfo=text)
        assert json.loads(unbake(written.getvalue())) == ASSERTION_2_0


def test_intact_chunk_is_read_even_if_another_chunk_is_corrupt() -> None:
    image = with_chunk(bake_png(png(), ASSERTION), b"zTXt", b"openbadges\0\0?")
    assert unbake(image) == ASSERTION


@pytest.mark.parametrize("drawing", ['<svg:svg xmlns:svg="S" width="9"/>', '<s:svg xmlns:s="S"><s:g/></s:svg>'])
def test_svg_with_a_prefixed_root_is_well_formed_after_baking(drawing: str) -> None:
    baked = bake_svg(drawing.replace("S", "http://www.w3.org/2000/svg").encode(), ASSERTION)
    assert fromstring(baked).tag == "{http://www.w3.org/2000/svg}svg"
    assert json.loads(unbake(baked)) == json.loads(ASSERTION)


def test_compressed_text_bomb_is_rejected_without_decompression() -> None:
    bomb = _bomb()
    started = time.process_time()

    with pytest.raises(SourceRejectedError, match="decompresses to more than 1 MiB") as rejected:
        unbake(with_chunk(png(), b"iTXt", b"openbadges\0\1\0\0\0" + bomb))

    assert rejected.value.code == "source-too-large"
    assert time.process_time() - started < 1


def _bomb() -> bytes:
    packing = zlib.compressobj(9)
    return b"".join(packing.compress(bytes(1024 * 1024)) for _ in range(64)) + packing.flush()


@pytest.mark.parametrize("image", [png(), SVG], ids=["PNG", "SVG"])
def test_image_without_badge_data_raises_a_source_error(image: bytes) -> None:
    with pytest.raises(SourceRejectedError, match="the image you sent: the image has no badge data") as rejected:
        unbake(image)
    assert rejected.value.code == "no-badge-in-image"


@pytest.mark.parametrize(
    ("image", "found"),
    [
        (b"\xff\xd8\xff\xe0", "found a JPEG"),
        (b"GIF89a", "found a GIF"),
        (b"", "found nothing"),
        (png()[:40], "truncated"),
        (png()[:-12], "truncated before its IEND"),
        (png().replace(b"IDAT", b"IDAX"), "CRC"),
        (png()[:8] + chunk(b"IEND", b""), "IHDR"),
        (png()[:33] + chunk(b"IEND", b""), "no IDAT"),
        (png()[:8] + chunk(b"IHDR", b"\0" * 14) + png()[33:], "13 bytes"),
        (png()[:33] + png()[8:], "exactly one IHDR chunk, which must come first"),
        (b"<svg", "not well-formed"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><g></svg>', "not well-formed"),
        (b"<svg/>", "namespace"),
    ],
)
def test_baking_and_unbaking_reject_files_that_are_neither_png_nor_svg(image: bytes, found: str) -> None:
    with pytest.raises(SourceRejectedError, match=found) as rejected:
        unbake(image)
    assert rejected.value.code == "bad-image"
    if (content_type := image_content_type(image)) is not None:
        with pytest.raises(SourceRejectedError) as rejected:
            bake(image, content_type, ASSERTION)
        assert rejected.value.code == "bad-image"


def test_baking_into_a_jpeg_is_rejected() -> None:
    with pytest.raises(ValueError, match="image/jpeg"):
        bake(b"", "image/jpeg", ASSERTION)


@pytest.mark.parametrize("badge", ["[1]", '"https://badges.example.org/1"', "7", "null", "An assertion", "[" * 100_000])
def test_badge_data_baked_into_an_svg_must_be_a_json_object_a_jws_or_a_url(badge: str) -> None:
    with pytest.raises(SourceRejectedError, match="its badge data can't be read: ") as rejected:
        bake_svg(SVG, badge)
    assert rejected.value.code == "bad-image"


def test_error_about_a_chunk_is_one_short_line() -> None:
    bad_crc = png().replace(b"IDAT", b"\n\x1b[A")
    long_keyword = with_chunk(png(), b"zTXt", b"openbadges" + b" \n" * 50_000 + b"\0\0?")
    for image in (bad_crc, long_keyword):
        with pytest.raises(SourceRejectedError) as rejected:
            unbake(image)
        assert rejected.value.reason.isprintable()
        assert len(rejected.value.reason) < 250


def test_html_page_that_contains_an_svg_is_not_treated_as_an_image() -> None:
    assert image_content_type(b"<!DOCTYPE html><html><body><svg xmlns='http://www.w3.org/2000/svg'/>") is None


def test_baking_does_not_import_image_decoding_cryptography_or_network_modules() -> None:
    """An image re-sync starts cold and only bakes."""
    script = (
        "import sys, badgedata.openbadges.baked_images;"
        "print({'PIL', 'cryptography', 'joserfc', 'requests', 'urllib.request'} & set(sys.modules))"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
