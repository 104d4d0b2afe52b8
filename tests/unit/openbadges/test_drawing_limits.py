"""The limits for SVG images: what they draw, and the time to clean them."""

import io
import time
from contextlib import suppress

import pytest
from PIL import Image

from badgedata.openbadges.images import clean_image
from badgedata.openbadges.rejections import SourceRejectedError
from tests.support.images import data_uri, svg
from tests.unit.openbadges.drawings import RECT, rejection


@pytest.mark.parametrize(
    "inner",
    [
        f'<g id="a">{RECT * 39_990}</g>' + '<use href="#a"/>' * 9_990,
        f'<defs><g id="a">{RECT * 1_000}</g></defs>' + '<use href="#a"/>' * 101,
        f'<symbol id="a">{RECT * 1_000}</symbol>' + '<g><use href="#a"/></g>' * 101,
        f'<pattern id="a">{RECT * 1_000}</pattern>' + '<rect fill="url(#a)"/>' * 101,
        f'<pattern id="a">{RECT * 1_000}</pattern><g fill="url(#a)">{RECT * 101}</g>',
        f'<pattern id="a">{RECT * 1_000}</pattern><style>.b{{fill:url("#a")}}</style>' + '<rect class="b"/>' * 101,
        f'<pattern id="a">{RECT * 1_000}</pattern><style>rect{{stroke:url(#a)}}</style>' + "<rect/>" * 101,
        f'<pattern id="a b">{RECT * 1_000}</pattern>' + '<rect fill="url(#a%20b)"/>' * 101,
        f'<pattern id="a">{RECT * 1_000}</pattern><style>:root{{--p:url(#a)}}</style>'
        + '<rect style="fill:var(--p)"/>' * 101,
        f'<marker id="a">{RECT * 1_000}</marker><path marker-mid="url(#a)" d="M0 0{"h1" * 200}"/>',
        f'<marker id="a">{RECT * 1_000}</marker><g style="marker:url(#a)"><polyline points="{"0 1 " * 200}"/></g>',
        f'<mask id="a">{RECT * 1_000}</mask>' + '<rect mask="url(#a)"/>' * 101,
        f'<clipPath id="a">{RECT * 1_000}</clipPath>' + '<rect style="clip-path:url(#a)"/>' * 101,
        "<filter id='a'>" + "<feMorphology radius='9999'/>" * 200 + "</filter><rect filter='url(#a)'/>",
        "<filter id='a'><feGaussianBlur stdDeviation='9'/></filter>" + "<rect filter='url(#a)'/>" * 500,
        f"<g id='a'>{RECT * 1_000}</g><filter id='f'><feImage href='#a'/></filter>" + "<rect filter='url(#f)'/>" * 101,
        '<rect style="filter:blur(9px) blur(9px)"/>' * 250,
        '<g opacity=".5"><rect/><rect/></g>' * 10_000,
        '<path d="M0 0H900V900" stroke-dasharray=".001"/>' * 200,
        f'<g stroke-dasharray=".01">{'<rect width="900" height="900"/>' * 500}</g>',
        f'<text id="a">{"x" * 20_000}</text>' + '<use href="#a"/>' * 200,
        f'<path id="a" d="{"M0 0L9 9" * 20_000}"/>' + '<use href="#a"/>' * 200,
        f'<pattern id="b">{RECT * 1_000}</pattern><pattern id="a" href="#b"/>' + '<rect fill="url(#a)"/>' * 101,
        "<filter id='b'>" + "<feOffset/>" * 99 + "</filter><filter id='a' href='#b'/>" + "<g filter='url(#a)'/>" * 9,
        "<filter id='a'><feGaussianBlur stdDeviation='9'/></filter><style>.root{filter:url(#a)}</style>"
        + "<rect class='root'/>" * 500,
        "<style>:root{--f:blur(9px) blur(9px)}</style>" + '<rect style="filter:var(--f)"/>' * 250,
        "<style>:root{--d:.0001}</style>" + '<path d="M0 0H900" style="stroke-dasharray:var(--d)"/>' * 250,
        f'<pattern id="a">{RECT * 99}</pattern><marker id="m"><g fill="context-fill">{"<rect/>" * 99}</g></marker>'
        f'<path marker-mid="url(#m)" fill="url(#a)" d="M0 0{"h1" * 200}"/>',
        f'<pattern id="a">{RECT * 99}</pattern><marker id="m"><rect fill="context-fill"/></marker>'
        f'<path marker-mid="url(#m)" fill="url(#a)" d="M0 0{"h1" * 2_000}"/>',
        "<style>:root{--f:blur(9px) blur(9px)}.b{filter:var(--f)}</style>" + '<rect class="b"/>' * 250,
        "<style>path{stroke-dasharray:.001}</style>" + '<path d="M0 0H900V900"/>' * 200,
        "<style>:root{--d:.0001}path{stroke-dasharray:var(--d)}</style>" + '<path d="M0 0H900"/>' * 250,
        *(
            f'<pattern id="a">{RECT * 99}</pattern><marker id="m">{marker}</marker>'
            f'<path marker-mid="url(#m)" fill="url(#a)" d="M0 0{"h1" * 2_000}"/>'
            for marker in (
                '<rect fill="CONTEXT-FILL"/>',
                "<style>rect{fill:context-fill}</style><rect/>",
                '<g fill="context-fill"><rect/></g>',
                '<style>:root{--c:Context-Stroke}</style><rect style="fill:var(--c)"/>',
                '<rect style="stroke:var(--c, context-fill)"/>',
                "<style>:root{--c:context-fill}rect{fill:var(--c)}</style><rect/>",
            )
        ),
        '<path stroke-dasharray="calc(1px / 1000000)" d="M0 0H900V900"/>' * 21,
        f'<g id="a&#10;0"><rect/></g><g id="a 0">{RECT * 1_000}</g>' + '<use href="#a 0"/>' * 101,
        f'<filter id="a"><feFoo/></filter><g id="a">{RECT * 1_000}</g>' + '<use href="#a"/>' * 101,
        f'<g id="a%41"/><g id="aA">{RECT * 1_000}</g>' + '<use href="#a%41"/>' * 101,
        "<style>.a\\a0 b{filter:blur(1px) blur(1px) blur(1px)}</style>" + '<rect class="a\u00a0b"/>' * 200,
        f'<rect style="filter:{"var(--f) " * 500};--f:blur(9px)"/>',
        f"<style>:root{{--f0:blur(9px);{''.join(f'--f{n + 1}:var(--f{n}) var(--f{n});' for n in range(14))}}}"
        ".b{filter:var(--f14)}</style><rect class='b'/>",
        "<style>:root{--f:var(--g) blur(9px);--g:var(--f)}.b{filter:var(--f)}</style><rect class='b'/>",
        '<rect width="1000" height="1000" style="stroke-dasharray:var(--n,.00001)"/>' * 21,
        f'<g id="g"><path marker-mid="url(#a)" d="M0 0{"h1" * 300}"/></g>'
        f'<marker id="a"><use href="#g"/>{RECT * 300}</marker><path marker-start="url(#a)" d="M0 0h1"/>'
        '<use href="#g"/><use href="#g"/>',
        f'<pattern id="p">{RECT * 99}</pattern><marker id="m"><g fill="context-fill">{"<rect/>" * 99}</g></marker>'
        f'<path marker-mid="url(#m)" style="--x:url(#p);fill:var(--x)" d="M0 0{"h1" * 200}"/>',
        f'<pattern id="p">{RECT * 999}</pattern><g fill="url(#p)"><pattern id="q">{"<rect/>" * 999}</pattern></g>'
        '<rect fill="url(#q)"/>',
        f'<g stroke-dasharray=".0001"><pattern id="q">{'<rect width="99999" height="99999"/>' * 21}</pattern></g>'
        '<rect fill="url(#q)"/>',
        f"<style>path{{d:path('M0 0{'h1' * 5_000}')}}</style>" + "<path/>" * 4_000,
        "<style>rect{width:99999px;height:99999px;stroke-dasharray:.001}</style>" + "<rect/>" * 21,
        '<rect pathLength="-1" width="99999" height="99999" stroke-dasharray=".0001"/>' * 21,
        '<text font-size="9000" stroke-dasharray=".001">a</text>' * 21,
        '<rect width="1" height="1" stroke-dasharray=".1%"/>' * 21,
        f"<style>g{{filter:{'url(#n) ' * 30_000}}}</style>" + "<g/>" * 1_000,
        f'<g id="ab">{RECT * 1_000}</g>' + '<use href="#a&#10;b"/>' * 101,
        f'<pattern id="ab">{RECT * 1_000}</pattern>' + "<rect style=\"fill:url('#a\\a b')\"/>" * 101,
        '<g style="--r:400px">' + '<circle style="r:var(--r)" stroke-dasharray=".01"/>' * 21 + "</g>",
        '<line x2="100%" y2="100%" stroke-dasharray="2"/>' * 21,
        f'<path stroke-dasharray="1" d="M1000 0{"H0z" * 500}"/>' * 21,
        '<text pathLength=".000001" stroke-dasharray=".001">a</text>' * 21,
        f'<rect style="background:{",".join(["linear-gradient(#123,#321)"] * 500)}"/>',
        f'<rect style="--a:{",".join(["linear-gradient(#123,#321)"] * 50)};background:{"var(--a) " * 50}"/>',
        f'<rect style="mask:{",".join(["linear-gradient(#123,#321)"] * 500)}"/>',
        "".join(f'<pattern id="p{n}">{f'<rect fill="url(#p{n + 1})"/>' * 20}</pattern>' for n in range(9))
        + '<rect fill="url(#p0)"/>',
    ],
    ids=range(67),
)
def test_svg_that_is_too_complex_for_browsers_is_rejected(inner: str) -> None:
    started = time.process_time()

    rejected = rejection(svg(inner))

    assert rejected.code == "bad-image"
    assert "draws more than 100,000 shapes" in str(rejected) or "too many style rules" in str(rejected)
    assert time.process_time() - started < 3


def test_nested_svg_elements_are_counted_each_time_they_are_drawn() -> None:
    inner = data_uri(svg(RECT * 2_000), "image/svg+xml")
    assert "draws more than" in str(rejection(svg(f'<image id="a" href="{inner}"/>' + '<use href="#a"/>' * 50)))


def test_patterns_with_circular_references_are_counted_in_bounded_time() -> None:
    patterns = "".join(
        f'<pattern id="p{n}">{"".join(f'<rect fill="url(#p{m})"/>' for m in range(30))}</pattern>' for n in range(30)
    )
    started = time.process_time()

    assert rejection(svg(patterns + '<rect fill="url(#p0)"/>')).code == "bad-image"
    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    "inner",
    [
        RECT * 40_000,
        '<linearGradient id="a"><stop stop-color="red"/></linearGradient>' + '<rect fill="url(#a)"/>' * 20_000,
        '<marker id="a"><path d="M0 0L9 9"/></marker><style>path{marker-end:url(#a)}</style>'
        + '<path d="M0 0L5 5"/>' * 100,
        '<filter id="a"><feGaussianBlur stdDeviation="2"/><feOffset dx="1"/><feMerge><feMergeNode/></feMerge></filter>'
        + '<rect filter="url(#a)"/>' * 50,
        f'<circle r="90" stroke-dasharray="4 2"/><g id="a">{RECT * 100}</g>' + '<use href="#a"/>' * 500,
        "<style>:root{--c:red}path{fill:var(--c);stroke-dasharray:4 2}</style>"
        + f'<pattern id="p">{RECT * 9}</pattern><path style="stroke:url(#p)" d="M0 0{"h1" * 200}"/>' * 50,
        "<style>.r{stroke-dasharray:calc(2*3.14159*40px*.75) 999}</style>" + '<circle class="r" r="40"/>' * 3,
        "<style>:root{--ink:rgb(10 20 30 / .05);--dash:4 2}.r{stroke-dasharray:var(--dash,3 1);fill:var(--ink)}</style>"
        + '<circle class="r" r="40"/>' * 100,
        f"<style>:root{{{''.join(f'--c{n}:rgb({n} {n} {n});' for n in range(40))}"
        "--shadow:drop-shadow(0 0 2px var(--c1))}.card{filter:var(--shadow)}</style>" + '<rect class="card"/>' * 50,
        "<style>.t{stroke-dasharray:2 1}</style>" + f'<path class="t" d="M0 0{"L500 500" * 5_000}"/>' * 6,
        f'<g fill="context-fill"><pattern id="p">{RECT * 9}</pattern>{'<path d="M0 0h9"/>' * 150}'
        f'<path fill="url(#p)" d="M0 0{"h1" * 200}"/></g>',
        '<g stroke-dasharray="2 2">' + "<rect/><text>a</text>" * 30 + "</g>",
        '<path d="M0 1e999h1"/><rect width="1e999"/><path d="z" stroke-dasharray="1e999"/><g r="0"/>',
    ],
    ids=[
        "shapes",
        "gradients",
        "arrows from one rule",
        "shadows",
        "copies",
        "rules with variables",
        "progress rings",
        "color tokens and dashes",
        "shadow token",
        "contours",
        "context without markers",
        "dashes around text",
        "numbers beyond every limit",
    ],
)
def test_svg_within_the_complexity_limits_is_kept(inner: str) -> None:
    assert clean_image(svg(inner)).warnings == ()


@pytest.mark.parametrize(
    "inner",
    [
        f"<style>{''.join(f'.a{{opacity:.{n}}}' for n in range(1, 2_000))}</style>" + '<rect class="a"/>' * 20_000,
        f"<style>{''.join(f'.a:not(.b{n}),.a.a{n}{{opacity:.5}}' for n in range(2_000))}</style>"
        + '<rect class="a"/>' * 20_000,
        f"<style>{','.join(f'.a{n}' for n in range(10_000))}{{filter:{'url(#n) ' * 20_000}}}</style><rect/>",
        f"<style>{''.join(f'#a{n}{{opacity:.5}}' for n in range(10_000))}</style>" + "<rect/>" * 20_000,
        "".join(
            f'<image href="{data_uri(svg(f"<style>{'.a[x]{fill:red}' * 9_000}</style>"), "x")}"/>' for _ in range(12)
        ),
        f"<style>:root{{{''.join(f'--a{n}:var(--a{n + 1});' for n in range(5_000))}}}</style><rect fill='var(--a0)'/>",
        f'<rect class="{"a " * 500_000}"/>' * 3,
        "<g><style>.b{fill:red}</style>" * 90 + "</g>" * 90,
        f'<linearGradient id="a"/><g fill="{"url(#a)" * 100_000}">{"<pattern/>" * 1_000}</g>',
        f'<linearGradient id="a"/><defs><rect id="r" fill="{"url(#a)" * 200_000}"/></defs>'
        + "".join(f'<use href="#r" stroke-dasharray="{n + 1}"/>' for n in range(400)),
        f'<style>{"*{r:1}" * 2_000}</style><rect class="{"a " * 500_000}"/>',
    ],
    ids=range(11),
)
def test_svg_styles_are_cleaned_in_bounded_time(inner: str) -> None:
    started = time.process_time()
    with suppress(SourceRejectedError):
        clean_image(svg(inner))
    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    ("inner", "removed"),
    [
        ('<g filter="url(#f)"><rect filter="inherit"/></g>', "filter with inherit"),
        ('<g mask="url(#m)"><rect style="mask: INHERIT"/></g>', "mask with inherit"),
        ("<style>rect{clip-path:inherit}</style><rect/>", "clip-path with inherit"),
        ('<rect style="filter:var(--x, inheri\\74)"/>', "filter with inherit"),
        ('<rect style="--x:var(--y, inherit);filter:var(--x)"/>', "--x with inherit"),
        ("<path style=\"--p:path('M0 0');d:var(--p)\"/>", "d with var()"),
        ('<text style="text-shadow:1px 1px 9px red">a</text>', "the style text-shadow"),
    ],
)
def test_styles_with_an_unknown_cost_are_removed(inner: str, removed: str) -> None:
    image = clean_image(svg(inner))
    assert removed in str(image.warnings)
    assert b"inherit" not in image.content


def test_jpeg_with_too_many_scans_is_rejected() -> None:
    written = io.BytesIO()
    Image.new("L", (8, 8)).save(written, format="JPEG", progressive=True)
    jpeg = written.getvalue()
    scan = jpeg[jpeg.rindex(b"\xff\xda") : -2]
    assert "scans" in str(rejection(jpeg[:-2] + scan * 100_000 + jpeg[-2:]))
