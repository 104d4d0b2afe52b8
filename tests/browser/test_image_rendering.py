"""Chromium draws each cleaned image exactly like its original, pixel by pixel, unless a warning says otherwise."""

import base64
import io
import itertools
import random
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PIL import Image, ImageCms
from playwright.sync_api import Browser

from badgedata.openbadges.badge_classes import CleanImage
from badgedata.openbadges.images import clean_image
from tests.support.images import SIGNATURE, chunk, svg, with_chunk

SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
WIDTH, HEIGHT = 13, 7

# For each pair of images, return the largest difference between two samples, or a word if the sizes differ or an image
# can't be decoded.
COMPARE = """async pairs => {
  const draw = async uri => {
    const image = new Image();
    image.src = uri;
    try { await image.decode(); } catch { return null; }
    const canvas = document.createElement("canvas");
    canvas.width = Math.min(image.naturalWidth, 400);
    canvas.height = Math.min(image.naturalHeight, 400);
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const drawn = context.getImageData(0, 0, canvas.width, canvas.height);
    // Compare visible colors: a canvas stores colors multiplied by opacity, and rounds the colors of faint pixels.
    const shown = drawn.data.map((sample, n) => n % 4 === 3 ? sample : sample * drawn.data[n | 3] / 255);
    return {width: drawn.width, height: drawn.height, data: shown};
  };
  const differences = [];
  for (const [before, after] of pairs) {
    const [a, b] = [await draw(before), await draw(after)];
    if (!a || !b) { differences.push(a === b ? "neither" : a ? "lost" : "gained"); continue; }
    if (a.width !== b.width || a.height !== b.height) { differences.push("another size"); continue; }
    let most = 0;
    for (let n = 0; n < a.data.length; n++) most = Math.max(most, Math.abs(a.data[n] - b.data[n]));
    differences.push(most);
  }
  return differences;
}"""


@pytest.fixture(scope="module")
def differences(chromium: Browser) -> Iterator[Callable[[list[tuple[bytes, str, CleanImage]]], list[Any]]]:
    page = chromium.new_page()

    def compared(images: list[tuple[bytes, str, CleanImage]]) -> list[Any]:
        pairs = [(_uri(given, kind), _uri(clean.content, clean.content_type)) for given, kind, clean in images]
        return [
            difference
            for some in itertools.batched(pairs, 50, strict=False)
            for difference in page.evaluate(COMPARE, some)
        ]

    yield compared
    page.close()


def _uri(content: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _png(
    color_type: int, depth: int, *, interlaced: bool, transparent: bool, chunks: bytes = b"", seed: int = 1
) -> bytes:
    random_bytes = random.Random(f"{color_type} {depth} {seed}")
    lines = []
    for column, row, columns, rows in PASSES if interlaced else ((0, 0, 1, 1),):
        width, height = -(-(WIDTH - column) // columns), -(-(HEIGHT - row) // rows)
        if width > 0 and height > 0:
            length = -(-width * depth * SAMPLES[color_type] // 8)
            lines += [bytes([random_bytes.randrange(5)]) + random_bytes.randbytes(length) for _ in range(height)]
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, color_type, 0, 0, interlaced)
    palette = chunk(b"PLTE", random_bytes.randbytes(3 * 2**depth)) if color_type == 3 else b""
    transparency = {
        0: struct.pack(">H", random_bytes.randrange(2**depth)),
        2: random_bytes.randbytes(6)
        if depth == 16
        else struct.pack(">HHH", *(random_bytes.randrange(256) for _ in "rgb")),
        3: random_bytes.randbytes(2 ** (depth - 1)),
    }.get(color_type)
    return (
        SIGNATURE
        + chunk(b"IHDR", header)
        + chunks
        + palette
        + (chunk(b"tRNS", transparency) if transparent and transparency else b"")
        + chunk(b"IDAT", zlib.compress(b"".join(lines)))
        + chunk(b"IEND", b"")
    )


def _profile(kind: str) -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(kind)).tobytes()  # type: ignore[arg-type]


def _other_profile() -> bytes:
    """Return the sRGB profile with the red and green primaries swapped, which no viewer can mistake for sRGB."""
    profile = bytearray(_profile("sRGB"))
    at = {bytes(profile[n : n + 4]): n for n in range(132, 132 + 12 * struct.unpack_from(">I", profile, 128)[0], 12)}
    red, green = (struct.unpack_from(">I", profile, at[name] + 4)[0] for name in (b"rXYZ", b"gXYZ"))
    profile[red : red + 20], profile[green : green + 20] = profile[green : green + 20], profile[red : red + 20]
    return bytes(profile)


COLORS = {
    "none": b"",
    "gamma 1": chunk(b"gAMA", struct.pack(">I", 100_000)),
    "gamma 2.2": chunk(b"gAMA", struct.pack(">I", 45_455)),
    "gamma and primaries": chunk(b"gAMA", struct.pack(">I", 55_555))
    + chunk(b"cHRM", struct.pack(">8I", 31_270, 32_900, 68_000, 32_000, 26_500, 69_000, 15_000, 6_000)),
    "sRGB": chunk(b"sRGB", b"\0") + chunk(b"gAMA", struct.pack(">I", 100_000)),
    "Display P3": chunk(b"cICP", b"\x0c\x0d\x00\x01"),
    "profile": chunk(b"iCCP", b"any name\0\0" + zlib.compress(_other_profile())),
    "damaged profile": chunk(b"iCCP", b"any name\0\0" + zlib.compress(_other_profile())[:-9]),
    "no profile": chunk(b"iCCP", b"any name\0\0" + zlib.compress(b"x" * 200)),
    "short gamma": chunk(b"gAMA", b"\0\1"),
    "profile of other colors": chunk(b"iCCP", b"any name\0\0" + zlib.compress(_profile("LAB"))),
}


def _exif(orientation: int, order: bytes = b"MM") -> bytes:
    sign = ">" if order == b"MM" else "<"
    return struct.pack(f"{sign}2sHIHHHIHHI", order, 42, 8, 1, 0x0112, 3, 1, orientation, 0, 0)


def _assert_same(
    differences: Callable[..., list[Any]], images: dict[str, bytes], kind: str, tolerance: int = 0
) -> None:
    found = differences([(image, kind, clean_image(image)) for image in images.values()])
    names = zip(images, found, strict=True)
    assert {name: one for name, one in names if not isinstance(one, int) or one > tolerance} == {}


def test_png_of_every_type_looks_the_same_after_cleaning(differences: Callable[..., list[Any]]) -> None:
    _assert_same(
        differences,
        {
            f"type {color_type}, {depth} bits, {interlaced=}, {transparent=}, {colors=}": _png(
                color_type, depth, interlaced=interlaced, transparent=transparent, chunks=chunks
            )
            for color_type, depths in DEPTHS.items()
            for depth in depths
            for interlaced in (False, True)
            for transparent in (False, True)
            for colors, chunks in COLORS.items()
        },
        "image/png",
    )


def test_rotated_png_is_shown_upright(differences: Callable[..., list[Any]]) -> None:
    images = {
        f"type {color_type}, {depth} bits, {orientation=}, {transparent=}, {order=}, {colors=}": with_chunk(
            _png(color_type, depth, interlaced=False, transparent=transparent, chunks=COLORS[colors]),
            b"eXIf",
            _exif(orientation, order),
        )
        for color_type, depths in DEPTHS.items()
        for depth in depths
        for orientation in range(10)
        for transparent in (False, True)
        for order, colors in ((b"MM", "none"), (b"II", "gamma 1"), (b"MM", "profile"))
    }
    _assert_same(differences, images, "image/png")
    with Image.open(
        io.BytesIO(
            clean_image(images["type 2, 8 bits, orientation=6, transparent=False, order=b'MM', colors='none'"]).content
        )
    ) as upright:
        assert upright.size == (HEIGHT, WIDTH)


def _photo(mode: str = "RGB", size: tuple[int, int] = (61, 43)) -> Image.Image:
    noise = Image.effect_mandelbrot(size, (-2, -1.5, 1, 1.5), 60)
    return Image.merge("RGB", (noise, noise.rotate(90), noise.rotate(180))).convert(mode)


def _saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    written = io.BytesIO()
    image.save(written, format=kind, **options)
    return written.getvalue()


def test_jpeg_looks_the_same_after_cleaning(differences: Callable[..., list[Any]]) -> None:
    options_of_saving: list[dict[str, Any]] = [
        {},
        {"quality": 30, "subsampling": "4:2:0"},
        {"quality": 95, "subsampling": "4:4:4"},
        {"progressive": True},
        *({"exif": _exif_of(orientation)} for orientation in range(1, 9)),
    ]
    images = {
        f"{mode}, {options}": _saved(_photo(mode), "JPEG", **options)
        for mode in ("RGB", "L")
        for options in options_of_saving
    }
    images["profile"] = _saved(_photo(), "JPEG", icc_profile=_other_profile())
    images["no profile"] = _saved(_photo(), "JPEG", icc_profile=b"x" * 200)
    _assert_same(differences, images, "image/jpeg", tolerance=1)


def _exif_of(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def test_cmyk_jpeg_looks_the_same_after_cleaning(differences: Callable[..., list[Any]]) -> None:
    _assert_same(differences, {"CMYK": _saved(_photo("CMYK"), "JPEG")}, "image/jpeg", tolerance=2)


def test_webp_looks_the_same_after_cleaning(differences: Callable[..., list[Any]]) -> None:
    transparent = _photo("RGBA")
    transparent.putalpha(_photo("L"))
    images = {
        "lossless": _saved(_photo(), "WEBP", lossless=True),
        "lossy": _saved(_photo(), "WEBP"),
        "turned": _saved(_photo(), "WEBP", exif=_exif_of(6)),
        "transparent": _saved(transparent, "WEBP", lossless=True),
        "profile": _saved(_photo(), "WEBP", icc_profile=_other_profile()),
    }
    _assert_same(differences, images, "image/webp", tolerance=1)


def test_gif_looks_the_same_after_cleaning(differences: Callable[..., list[Any]]) -> None:
    palette = _photo().quantize(16)
    images = {
        "plain": _saved(palette, "GIF"),
        "transparent": _saved(palette, "GIF", transparency=3),
        "interlaced": _saved(palette, "GIF", interlace=True),
        "gray": _saved(_photo("L"), "GIF"),
        "part of its canvas": _in_larger_canvas(_saved(palette, "GIF", transparency=3)),
    }
    _assert_same(differences, images, "image/gif")


def _in_larger_canvas(gif: bytes) -> bytes:
    return gif[:6] + struct.pack("<HH", 90, 80) + gif[10:]


def test_animation_is_reduced_to_its_first_frame_and_triggers_a_warning() -> None:
    frames = [Image.new("RGB", (9, 9), color) for color in ("red", "green")]
    for kind in ("GIF", "WEBP", "PNG"):
        clean = clean_image(_saved(frames[0], kind, save_all=True, append_images=frames[1:], lossless=True))
        assert any("animated" in warning for warning in clean.warnings)
        with Image.open(io.BytesIO(clean.content)) as image:
            assert image.convert("RGB").getpixel((4, 4)) == (255, 0, 0)


DRAWINGS = {
    "variables": "<style>:root{--leaf:#288C3C}.t{fill:var(--leaf)}</style><rect class='t' width='60' height='60'/>",
    "variables of variables": "<style>:root{--b:lime;--a:var(--b)}</style>"
    "<rect fill='var(--a)' width='60' height='60'/>"
    "<rect style='fill:var(--a)' width='30' height='60'/>",
    "selectors": "<style>[id^='t']{fill:#288C3C} rect:nth-of-type(2){fill:red} .\\31 t + rect{stroke:blue}</style>"
    "<rect id='tree' width='20' height='60'/><rect class='1t' x='20' width='20' height='60'/>"
    "<rect x='40' width='9' height='9'/>",
    "media": "<style>@media screen{.t{fill:#288C3C}} @media print{.t{fill:red}}</style>"
    "<style media='print'>.t{opacity:0}</style>"
    "<rect class='t' width='60' height='60'/>",
    "colors": "".join(
        f"<rect y='{10 * n}' width='60' height='10' style='fill:{color}'/>"
        for n, color in enumerate(
            (
                "color(display-p3 0.26 0.54 0.28)",
                "hwb(132 16% 45%)",
                "color-mix(in srgb, green, yellow)",
                "oklch(0.55 0.14 148)",
                "lab(50% 40 59.5)",
            )
        )
    ),
    "ids": "<linearGradient id='a,b'><stop stop-color='#288C3C'/></linearGradient>"
    "<rect width='30' height='60' fill='url(#a,b)'/>"
    "<linearGradient id='leaf 1'><stop stop-color='red'/></linearGradient>"
    "<rect x='30' width='20' height='60' fill='url(#leaf%201)'/>"
    '<rect x="50" width="9" height="60" style="fill:url(\'#leaf 1\')"/>',
    "filters": "<filter id='f'><feGaussianBlur stdDeviation='2'/></filter>"
    "<rect x='9' y='9' width='30' height='30' filter='url(#f)'/>"
    "<rect x='40' width='9' height='9' style='filter:drop-shadow(3px 3px 2px red)'/>",
    "markers": "<marker id='m' markerWidth='9' markerHeight='9'><circle r='3' cx='3' cy='3'/></marker>"
    "<style>path{marker-end:url(#m)}</style>"
    "<path d='M5 5L40 40' stroke='red'/>",
    "text": "<text y='30' style='font:bold 20px sans-serif;letter-spacing:2px'>Äb &amp; c</text>",
    "clips": "<clipPath id='expression'><rect width='30' height='60'/></clipPath>"
    "<rect width='60' height='60' clip-path='url(#expression)'/>"
    "<rect y='40' width='60' height='20' fill='red' style='clip-path:polygon(0 0, 100% 0, 50% 100%)'/>",
    "link": "<a href='https://example.org'><rect width='60' height='60' fill='red'/></a>",
    "unknown extension": "<switch><g requiredExtensions='x'><rect width='60' height='60'/></g>"
    "<rect width='9' height='9'/>"
    "</switch>",
    "script": "<script>1</script><rect width='60' height='60' fill='lime' onclick='x()'/>",
    "script among counted elements": "<style>rect:nth-child(3){fill:red}</style><script>1</script>"
    "<rect width='50' height='50'/>",
    "calc": "<rect style='width:calc(10px + 20px);height:50px;rx:9px'/><rect x='calc(40px)' width='9' height='9'/>",
    "background": "<style>svg{background:lime}</style><circle r='20'/>",
    "filter that lost its image": "<filter id='f'><feImage href='https://nowhere.example/x'/></filter>"
    "<rect width='60' height='60' fill='red' filter='url(#f)'/>",
    "animation": "<rect width='60' height='60' fill='red' opacity='0'>"
    "<animate attributeName='opacity' to='1' dur='.01s' fill='freeze'/></rect>",
    "font": "<style>@font-face{font-family:x;src:url(data:font/woff2;base64,AAAA)}</style>"
    "<text y='30' style='font-family:x,serif'>x</text>",
}


def test_svg_looks_the_same_after_cleaning_or_triggers_a_warning(differences: Callable[..., list[Any]]) -> None:
    photo = _saved(_photo(), "JPEG", exif=_exif_of(6))
    drawings = DRAWINGS | {
        f"embedded {kind}": f"<image width='60' height='60' href='{_uri(image, called)}'/>"
        for kind, image, called in (
            ("PNG", _png(2, 16, interlaced=True, transparent=True, chunks=COLORS["gamma 1"]), "image/png"),
            ("turned JPEG", photo, "IMAGE/JPG"),
            ("plain JPEG", _saved(_photo(), "JPEG", comment=b"hello", icc_profile=_other_profile()), "img/jpeg"),
            ("SVG", svg("<rect width='60' height='60' fill='lime'/>", " width='60' height='60'"), "image/svg+xml"),
        )
    }
    given = [svg(inner, " width='60' height='60'") for inner in drawings.values()]
    clean = [clean_image(image) for image in given]

    found = differences([(image, "image/svg+xml", one) for image, one in zip(given, clean, strict=True)])

    unlike = {
        name: (difference, one.warnings)
        for name, difference, one in zip(drawings, found, clean, strict=True)
        if difference != 0 and not one.warnings
    }
    assert unlike == {}
    same = dict(zip(drawings, found, strict=True))
    assert {name for name, difference in same.items() if difference != 0} <= {
        "animation",
        "filter that lost its image",
        "font",
    }
