"""Images embedded in SVG images."""

import base64
import io

import pytest
from PIL import Image

from badgedata.openbadges.images import clean_image
from tests.support.images import data_uri, drawn, pixels, png, svg
from tests.unit.openbadges.drawings import RECT, cleaned, rejection, warning_of


def test_image_with_too_many_pixels_is_rejected_alone_and_in_an_svg() -> None:
    written = io.BytesIO()
    Image.new("1", (16_000, 16_000)).save(written, format="PNG")

    for image in (written.getvalue(), svg(f'<image href="{data_uri(written.getvalue(), "image/png")}"/>')):
        assert rejection(image).code == "source-too-large"
        assert "16000 x 16000" in str(rejection(image))


def test_all_images_in_an_svg_count_toward_one_limit() -> None:
    written = io.BytesIO()
    Image.new("1", (3_000, 3_000)).save(written, format="PNG")
    one = f'<image href="{data_uri(written.getvalue(), "image/png")}"/>'
    nested = f'<image href="{data_uri(svg(one), "image/svg+xml")}"/>'

    assert clean_image(svg(one)).warnings == ()
    for inner in (one * 2, one + nested):
        assert rejection(svg(inner)).code == "source-too-large"


@pytest.mark.parametrize(
    "called",
    [
        "data:image/png;base64,",
        "data:image/png;charset=utf-8;base64,",
        "data:img/png;base64,",
        "DATA:IMAGE/PNG;BASE64,",
        "data:image/jpg;base64,",
        "data:;base64,",
        "data:application/octet-stream;base64,\n  ",
    ],
)
def test_embedded_image_is_recognized_by_its_bytes(called: str) -> None:
    encoded = base64.b64encode(png()).decode()
    for tag in ("image", "feImage"):
        assert f'href="data:image/png;base64,{encoded}"' in cleaned(f'<{tag} xlink:href="{called}{encoded}"/>')


@pytest.mark.parametrize(("kind", "called"), [("JPEG", "jpeg"), ("WEBP", "webp")])
def test_embedded_image_keeps_its_format(kind: str, called: str) -> None:
    written = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(written, format=kind)
    assert f'href="{data_uri(written.getvalue(), f"image/{called}")}"' in cleaned(
        f'<image href="{data_uri(written.getvalue(), "image/png")}"/>'
    )


def test_embedded_gif_becomes_a_png_without_comments() -> None:
    written = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(written, format="GIF", comment=b"Secretphone")
    kept = embedded_in(cleaned(f'<image href="{data_uri(written.getvalue(), "image/gif")}"/>'))
    assert pixels(kept) == pixels(written.getvalue())
    assert kept.startswith(b"\x89PNG")
    assert b"Secretphone" not in kept


def test_data_appended_to_an_embedded_jpeg_is_removed() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Secretphone"
    written = io.BytesIO()
    Image.effect_noise((40, 40), 90).save(written, format="JPEG", progressive=True)
    plain, size = written.getvalue(), len(written.getvalue())
    Image.new("RGB", (8, 8), "red").save(written, format="JPEG", exif=exif)
    assert len(written.getvalue()) > size
    assert embedded_in(cleaned(f'<image href="{data_uri(written.getvalue(), "image/jpeg")}"/>')) == plain


def embedded_in(drawing: str) -> bytes:
    return base64.b64decode(drawing.partition("base64,")[2].partition('"')[0])


def test_embedded_svg_is_cleaned() -> None:
    hostile = data_uri(svg(f"<script>alert(1)</script>{RECT}"), "image/svg+xml")

    kept = cleaned(f'<image href="{hostile}"/>').partition("base64,")[2].partition('"')[0]

    assert base64.b64decode(kept) == clean_image(svg(RECT)).content
    assert "<script>" in warning_of(f'<image href="{hostile}"/>')


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG"])
def test_location_and_time_metadata_is_removed_from_embedded_images(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Secretphone"
    exif.get_ifd(0x8825)[1] = "N"
    written = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(written, format=kind, exif=exif, xmp=b"<x:xmpmeta>Secretphone</x:xmpmeta>")
    assert b"Secretphone" in written.getvalue()

    kept = base64.b64decode(
        cleaned(f'<image href="{data_uri(written.getvalue(), "image/png")}"/>')
        .partition("base64,")[2]
        .partition('"')[0]
    )

    assert b"Secretphone" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert not image.getexif()


@pytest.mark.parametrize("image", [b"", b"text", png()[:60], b"\xff\xd8\xff\xe0 a JPEG", b"GIF89a"])
def test_invalid_embedded_image_is_removed_and_named_in_the_warning(image: bytes) -> None:
    inner = f'<image width="1" href="{data_uri(image, "image/png")}"/>'
    assert "href" not in cleaned(inner)
    assert "an embedded image" in warning_of(inner)


def test_metadata_that_a_webp_does_not_announce_is_removed() -> None:
    whole = drawn("WEBP")
    exif = b"EXIF" + (12).to_bytes(4, "little") + b"Secretphone\0"
    hidden = whole[:4] + (len(whole) - 8 + len(exif)).to_bytes(4, "little") + whole[8:] + exif
    for image in (hidden, whole + b"Secretphone"):  # in the container, and after it
        assert b"Secretphone" not in embedded_in(cleaned(f'<image href="{data_uri(image)}"/>'))
