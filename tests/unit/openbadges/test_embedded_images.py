"""Images embedded in SVG images."""

import base64
import io

import pytest
from PIL import Image, ImageCms

from badgedata.openbadges.images import clean_image
from tests.support.images import data_uri, drawn, pixels, png, svg
from tests.unit.openbadges.drawings import RECT, cleaned, rejection, warning_of


def test_image_with_too_many_pixels_is_rejected_even_if_embedded_in_an_svg() -> None:
    written = io.BytesIO()
    Image.new("1", (16_000, 16_000)).save(written, format="PNG")

    for image in (written.getvalue(), svg(f'<image href="{data_uri(written.getvalue(), "image/png")}"/>')):
        assert rejection(image).code == "source-too-large"
        assert "16000 x 16000" in str(rejection(image))


def test_all_images_in_an_svg_share_one_limit() -> None:
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


def webp_chunk(kind: bytes, data: bytes) -> bytes:
    return kind + len(data).to_bytes(4, "little") + data + bytes(len(data) % 2)


def webp(chunks: bytes) -> bytes:
    return b"RIFF" + (len(chunks) + 4).to_bytes(4, "little") + b"WEBP" + chunks


def extended_webp(flags: int, *chunks: bytes) -> bytes:
    """Return an 8 x 8 WebP with a VP8X chunk, followed by `chunks`."""
    features = bytes([flags, 0, 0, 0, 7, 0, 0, 7, 0, 0])
    return webp(webp_chunk(b"VP8X", features) + b"".join(chunks))


SECRET = b"Secretphone"
PLAIN_WEBP = drawn("WEBP")
PIXELS = PLAIN_WEBP[12:]


@pytest.mark.parametrize(
    "image",
    [
        webp(PIXELS + webp_chunk(b"EXIF", SECRET)),
        webp(PIXELS + webp_chunk(b"XMP ", SECRET)),
        webp(PIXELS + webp_chunk(b"ICCP", SECRET)),
        webp(PIXELS + PIXELS.replace(PIXELS[-4:], SECRET[:4]) + webp_chunk(b"ABCD", SECRET)),
        webp(PIXELS + webp_chunk(b"ALPH", SECRET)),
        PLAIN_WEBP + SECRET,
        extended_webp(0, PIXELS, webp_chunk(b"EXIF", SECRET)),
        extended_webp(0b1100, PIXELS, webp_chunk(b"EXIF", SECRET), webp_chunk(b"XMP ", SECRET)),
        extended_webp(0, webp_chunk(b"ICCP", SECRET), PIXELS),
        extended_webp(0b10_0000, webp_chunk(b"ICCP", SECRET), PIXELS),
        extended_webp(0, webp_chunk(b"ABCD", SECRET), PIXELS),
        extended_webp(0, webp_chunk(b"ABCD", SECRET), webp_chunk(b"ABCD", SECRET), PIXELS),
    ],
    ids=range(12),
)
def test_undeclared_metadata_is_removed_from_a_webp(image: bytes) -> None:
    kept = embedded_in(cleaned(f'<image href="{data_uri(image)}"/>'))
    assert SECRET not in kept
    assert pixels(kept) == pixels(PLAIN_WEBP)
    assert embedded_in(cleaned(f'<image href="{data_uri(kept)}"/>')) == kept


@pytest.mark.parametrize("is_lossless", [True, False])
def test_cleaned_webp_keeps_its_transparency_and_color_profile_but_not_its_metadata(is_lossless: bool) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image, plain, whole = Image.effect_noise((9, 9), 90).convert("RGBA"), io.BytesIO(), io.BytesIO()
    image.putalpha(Image.effect_noise((9, 9), 90))
    image.save(plain, format="WEBP", lossless=is_lossless, icc_profile=profile)
    image.save(whole, format="WEBP", lossless=is_lossless, icc_profile=profile, exif=b"Exif\0\0" + SECRET, xmp=SECRET)
    assert SECRET in whole.getvalue()
    assert embedded_in(cleaned(f'<image href="{data_uri(whole.getvalue())}"/>')) == plain.getvalue()


def test_animated_webp_with_a_single_frame_becomes_a_png() -> None:
    animated = extended_webp(
        0b10,
        webp_chunk(b"ANIM", bytes(6)),
        webp_chunk(b"ANMF", bytes(6) + bytes([7, 0, 0, 7, 0, 0]) + bytes(4) + PIXELS),
    )
    kept = embedded_in(cleaned(f'<image href="{data_uri(animated)}"/>'))
    assert kept.startswith(b"\x89PNG")
    assert pixels(kept) == pixels(PLAIN_WEBP)
