"""External images: harmful parts are removed, and the visible image is kept."""

import base64
import io
import time
import tracemalloc
import zlib

import pytest
from defusedxml.ElementTree import fromstring
from PIL import Image

from badgedata.openbadges.baked_images import bake, unbake
from badgedata.openbadges.images import clean_image
from badgedata.openbadges.rejections import SourceRejectedError
from tests.support.images import SIGNATURE, chunk, chunk_kinds, pixels, png, svg, with_chunk
from tests.unit.openbadges.drawings import cleaned, rejection

MEBIBYTE = 1024 * 1024
EMBEDDED = f"data:image/png;base64,{base64.b64encode(png()).decode()}"


# PNG


def _png(side: int, packed: bytes) -> bytes:
    header = side.to_bytes(4) * 2 + b"\x08\x02\0\0\0"
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "image",
    [
        png("RGB", (30, 20), "red"),
        png("RGBA", (30, 20), (1, 2, 3, 4)),
        png("P", (30, 20), 7),
        png("L", (30, 20), 99),
        png("LA", (30, 20), (9, 8)),
        png("1", (30, 20), 1),
        png("I;16", (30, 20), 4000),
    ],
)
def test_cleaning_a_png_does_not_change_its_pixels(image: bytes) -> None:
    clean = clean_image(image)

    assert (clean.content_type, clean.extension) == ("image/png", "png")
    assert pixels(clean.content) == pixels(image)
    assert clean_image(clean.content) == clean


def test_cleaning_a_png_keeps_its_transparency_color() -> None:
    image, written = Image.new("P", (4, 4), 1), io.BytesIO()
    image.putpalette([0, 0, 0, 255, 0, 0])
    image.save(written, format="PNG", transparency=1)

    assert pixels(clean_image(written.getvalue()).content)[:4] == b"\xff\0\0\0"


def test_cleaning_a_png_removes_its_metadata_and_baked_assertion() -> None:
    image = bake(png(), "image/png", '{"id": "https://example.org/1"}')
    for kind, data in (
        (b"tEXt", b"Author\0Ada"),
        (b"eXIf", b"MM\0*\0\0\0\x08"),
        (b"iCCP", b"p\0\0" + zlib.compress(b"x")),
        (b"acTL", b"\0\0\0\1\0\0\0\0"),
    ):
        image = with_chunk(image, kind, data)

    assert set(chunk_kinds(clean_image(image + b"trailing").content)) <= {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}


def test_pixel_bomb_is_rejected_before_decoding() -> None:
    packing = zlib.compressobj(9)
    bomb = _png(30_000, packing.compress(bytes(8 * MEBIBYTE)) + packing.flush())
    tracemalloc.start()

    rejected = rejection(bomb)

    assert rejected.code == "source-too-large"
    assert "30000 x 30000" in str(rejected)
    assert tracemalloc.get_traced_memory()[1] < 4 * MEBIBYTE
    tracemalloc.stop()


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt", b"iCCP"])
def test_decompression_bomb_in_a_text_or_profile_chunk_is_never_decompressed(kind: bytes) -> None:
    packing = zlib.compressobj(9)
    packed = b"".join(packing.compress(bytes(MEBIBYTE)) for _ in range(32)) + packing.flush()
    middle = b"\1\0\0\0" if kind == b"iTXt" else b"\0"
    started = time.process_time()

    clean = clean_image(with_chunk(png(), kind, b"Comment\0" + middle + packed))

    assert pixels(clean.content) == pixels(png())
    assert time.process_time() - started < 0.1


@pytest.mark.parametrize(
    ("image", "found"),
    [
        (_png(8, b"?"), "can't be decoded"),
        (_png(0, b""), "can't be decoded"),
        (_png(8, zlib.compress(b"\0\1\2\3")), "can't be decoded"),
        (b"\xff\xd8\xff\xe0 a JPEG", "expected a PNG or SVG image"),
        (b"", "expected a PNG or SVG image"),
    ],
    ids=["no zlib data", "no size", "too few pixels", "JPEG", "nothing"],
)
def test_incomplete_image_is_rejected(image: bytes, found: str) -> None:
    rejected = rejection(image)
    assert rejected.code == "bad-image"
    assert found in str(rejected)


def test_image_larger_than_4_mib_is_rejected() -> None:
    assert rejection(png() + bytes(4 * MEBIBYTE)).code == "source-too-large"


# SVG


def test_cleaning_an_svg_keeps_its_shapes() -> None:
    drawing = (
        '<title>A &lt;badge&gt;</title><defs><linearGradient id="shade"><stop offset="0" stop-color="#fff"/>'
        '</linearGradient><g id="star"><path d="M0,0 L1 1z" transform="translate(1,2) rotate(3)"/></g></defs>'
        "<style>.a, g > #star:hover { fill: url(#shade); font-family: 'Open Sans', serif }</style>"
        '<g class="a" style="fill:url(\'#shade\');stroke:rgb(1,2,3)"><use xlink:href="#star" x="1"/>'
        f'<image href="{EMBEDDED}" width="1"/><text x="1">Äwesome</text></g>'
    )

    clean = cleaned(drawing, ' viewBox="0 0 10 10"')

    for kept in (
        'viewBox="0 0 10 10"',
        "<title>A &lt;badge&gt;</title>",
        'd="M0,0 L1 1z"',
        'transform="translate(1,2) rotate(3)"',
        '<stop offset="0" stop-color="#fff">',
        ".a, g &gt; #star:hover{fill:url(#shade);font-family:'Open Sans', serif}",
        "stroke:rgb(1,2,3)",
        'xlink:href="#star"',
        f'href="{EMBEDDED}"',
        "Äwesome",
    ):
        assert kept in clean
    assert cleaned(drawing, ' viewBox="0 0 10 10"') == clean_image(clean.encode()).content.decode()


def test_baked_assertion_is_removed_from_an_svg() -> None:
    baked = bake(svg("<g/>"), "image/svg+xml", '{"id": "https://example.org/1"}')

    with pytest.raises(SourceRejectedError, match="no badge data"):
        unbake(clean_image(baked).content)


EVIL = "https://evil.example/x"


@pytest.mark.parametrize(
    "inner",
    [
        "<script>alert(1)//evil</script>",
        f'<script href="{EVIL}"/>',
        f'<script xmlns="http://www.w3.org/1999/xhtml" src="{EVIL}"/>',
        "<g><g><script><![CDATA[alert('evil')]]></script></g></g>",
        f'<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><img src="{EVIL}"/></body></foreignObject>',
        f'<iframe src="{EVIL}"/>',
        f'<h:iframe xmlns:h="http://www.w3.org/1999/xhtml" src="{EVIL}"/>',
        f'<handler type="application/ecmascript">{EVIL}</handler>',
        f"<metadata>{EVIL}</metadata>",
        f'<audio src="{EVIL}"/><video src="{EVIL}"/><embed src="{EVIL}"/><object data="{EVIL}"/>',
        f'<use href="{EVIL}#a"/>',
        f'<use xlink:href="{EVIL}#a"/>',
        '<use href="data:image/svg+xml;base64,PHN2ZyBldmlsPg==#evil"/>',
        f'<image href="{EVIL}"/>',
        f'<image xlink:href="{EVIL}"/>',
        '<image href="//evil.example/x"/>',
        '<image href="/evil.png"/>',
        '<image href="data:image/svg+xml,evil"/>',
        '<image href="data:image/png;base64,AAAA"  src="evil"/>',
        '<image href="data:text/html;base64,evil"/>',
        f'<feImage href="{EVIL}"/>',
        '<a href="javascript:evil()"><text>ok</text></a>',
        '<a xlink:href="java&#9;script:evil()"><text>ok</text></a>',
        f'<linearGradient href="{EVIL}#a"/>',
        '<animate attributeName="href" values="javascript:evil()"/>',
        '<set attributeName="xlink:href" to="javascript:evil()"/>',
        '<a><animate attributeName="href" to="evil"/></a>',
        '<animateTransform onbegin="evil()"/><animateMotion href="#evil"/><discard href="#evil"/>',
        f"<style>@import url({EVIL});</style>",
        f'<style>@import "{EVIL}"; .a {{ fill: red }}</style>',
        f"<style>@font-face {{ font-family: evil; src: url({EVIL}) }}</style>",
        f"<style>@media all {{ .evil {{ fill: url({EVIL}) }} }}</style>",
        f"<style>.a {{ fill: url({EVIL}) }}</style>",
        f"<style>.a {{ fill: URL( '{EVIL}#x' ) }}</style>",
        "<style>.a { fill: u\\72l(//evil) }</style>",
        "<style>.a { fill: url/**/(//evil) }</style>",
        "<style>.a { fill: ur/**/l(//evil) }</style>",
        "<style>.a { background-image: image-set('//evil' 1x) }</style>",
        "<style>.a { fill: image-set('//evil' 1x) }</style>",
        "<style>.a { fill: red; -moz-binding: url(//evil) }</style>",
        "<style>.a { behavior: url(//evil) }</style>",
        "<style>.a { width: expression(evil) }</style>",
        "<style>.a[onevil] { fill: red }</style>",
        "<style>.a { font-family: \"}; @import 'evil'; .b{\" }</style>",
        "<style>.a { font-family: '</style><style>@import evil' }</style>",
        "<style>&lt;/style>&lt;script>evil()&lt;/script></style>",
        "<style><script>evil()</script></style>",
        '<style type="text/evil">@import url(//evil);</style>',
        f'<rect style="fill:url({EVIL})"/>',
        '<rect style="fill:u\\72l(//evil)"/>',
        '<rect style="background:url(//evil);fill:red"/>',
        '<rect style="--evil:url(//evil);fill:var(--evil)"/>',
        f'<rect fill="url({EVIL}#a)"/>',
        f'<rect filter="url( {EVIL}#a )" mask="url(&quot;{EVIL}&quot;)"/>',
        f'<rect clip-path="url(#a) url({EVIL})"/>',
        '<rect onclick="evil()" onload="evil()" onmouseover="evil()" OnClick="evil()"/>',
        '<rect xmlns="" class="evil"/>',
        '<rect style="behavior:evil;-moz-binding:evil;position:evil;--x:evil"/>',
        '<rect style="fill:\\65evil"/>',
        '<rect fill="\\65evil"/>',
        '<rect xml:base="https://evil.example/" requiredExtensions="evil"/>',
        '<rect xmlns:ev="http://www.w3.org/2001/xml-events" ev:event="evil"/>',
        '<rect data-evil="1" formaction="evil" ping="evil" src="evil" srcset="evil"/>',
        '<?xml-stylesheet href="https://evil.example/x.css"?>',
        "<!-- evil -->",
        "<title><script>evil()</script></title>",
    ],
)
def test_active_and_external_content_is_removed_from_an_svg(inner: str) -> None:
    clean = cleaned(f"<rect width='1'/>{inner}<circle r='2'/>")

    assert "evil" not in clean.lower()
    assert '<rect width="1">' in clean
    assert '<circle r="2">' in clean
    fromstring(clean)


def test_event_handler_on_the_svg_root_is_removed() -> None:
    assert "evil" not in cleaned("", ' onload="evil()" xml:base="https://evil.example" href="https://evil.example"')


def test_link_in_an_svg_keeps_its_text_but_not_its_url() -> None:
    assert "<g><text>ok</text></g>" in cleaned('<a href="javascript:evil()" target="_top"><text>ok</text></a>')


@pytest.mark.parametrize(
    "declarations",
    [
        '<!ENTITY a "evil">',
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY % a SYSTEM "https://evil.example/x.dtd"> %a;',
        '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">',
        '<!ATTLIST svg onload CDATA "evil()">',
        '<!NOTATION n SYSTEM "https://evil.example">',
    ],
)
def test_svg_doctype_with_declarations_is_rejected(declarations: str) -> None:
    image = b"<!DOCTYPE svg [" + declarations.encode() + b"]>" + svg("<title>x</title>")

    for rejected in (rejection(image), _unbaking_rejection(image)):
        assert rejected.code == "bad-image"
        assert "document type declares nothing except" in str(rejected)


def test_svg_with_an_undeclared_entity_is_rejected() -> None:
    assert rejection(b'<!DOCTYPE svg SYSTEM "https://evil.example/x.dtd">' + svg("&evil;")).code == "bad-image"


def test_svg_doctype_added_by_drawing_programs_is_removed() -> None:
    declared = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    assert clean_image(declared + svg("<g/>")) == clean_image(svg("<g/>"))


@pytest.mark.parametrize(
    "inner", ["<g>" * 5_000 + "</g>" * 5_000, "<g/>" * 50_001], ids=["too deep", "too many elements"]
)
def test_svg_with_too_many_or_too_deeply_nested_elements_is_rejected(inner: str) -> None:
    assert rejection(svg(inner)).code == "bad-image"
    assert _unbaking_rejection(svg(inner)).code == "bad-image"


@pytest.mark.parametrize(
    "inner",
    [
        "".join(f'<g id="n{n}">' + f'<use href="#n{n + 1}"/>' * 10 + "</g>" for n in range(9)),
        '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>',
        '<g id="a"><use href="#a"/></g>',
    ],
    ids=["a billion copies", "each other", "itself"],
)
def test_svg_that_copies_elements_endlessly_or_exponentially_is_rejected(inner: str) -> None:
    started = time.process_time()

    assert rejection(svg(inner)).code == "bad-image"
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "inner",
    [
        f'<path d="{"M0-1" * 250_000}("/>',
        f'<path d="{"(" * 500_000}"/>',
        f'<rect style="{"fill:url(#" * 100_000}"/>',
        f"<style>{'/*' * 250_000}</style>",
        f"<style>{'a{' * 250_000}</style>",
        f"<style>{'@' * 500_000}</style>",
        f'<image href="data:image/png;base64,{"A" * 1_000_000}!"/>',
        f'<rect fill="{"url( " * 100_000}"/>',
        f'<rect fill="url({" " * 500_000}"/>',
    ],
)
def test_cleaning_time_grows_linearly_with_text_length(inner: str) -> None:
    started = time.process_time()

    clean_image(svg(inner))

    assert time.process_time() - started < 1.5


def test_image_embedded_in_an_svg_is_kept() -> None:
    embedded = base64.b64encode(png()).decode()
    assert embedded in cleaned(f'<image width="8" href="data:image/png;base64,{embedded}"/>')


def _unbaking_rejection(image: bytes) -> SourceRejectedError:
    with pytest.raises(SourceRejectedError) as rejected:
        unbake(image)
    return rejected.value


def test_svg_that_is_too_large_after_cleaning_is_rejected() -> None:
    quotes = "<title>" + "'" * (3 * MEBIBYTE) + "</title>"
    assert clean_image(svg("<title>" + "a" * (3 * MEBIBYTE) + "</title>"))
    assert rejection(svg(quotes.replace("<title>", '<g aria-label="').replace("</title>", '"/>'))).code == (
        "source-too-large"
    )
