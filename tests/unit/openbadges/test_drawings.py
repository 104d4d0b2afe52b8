"""SVG images: styles, entities, and the warning that names removed parts."""

from collections.abc import Iterable
from typing import Any

import pytest
import tinycss2
from defusedxml.ElementTree import fromstring
from hypothesis import example, given, settings
from hypothesis import strategies as some

from badgedata.openbadges.baked_images import bake, unbake
from badgedata.openbadges.images import clean_image
from tests.support.images import data_uri, png, svg
from tests.unit.openbadges.drawings import RECT, cleaned, rejection, warning_of

# Styles


@pytest.mark.parametrize(
    "kept",
    [
        "fill:var(--leaf)",
        "fill:var(--none,#288C3C)",
        "fill:hwb(132 16% 45%)",
        "fill:oklch(0.55 0.14 148)",
        "fill:lab(50% 40 59.5 / 0.5)",
        "fill:color(display-p3 0.26 0.54 0.28)",
        "fill:color-mix(in srgb, green, yellow 30%)",
        "fill:rgb(from red r g b)",
        "fill:#288C3C !important",
        "stroke-width:calc(2px * (1 + 1))",
        "clip-path:path('M0 0h9v9z')",
        "clip-path:polygon(0 0, 50% 100%)",
        "transform:translate(1px,2px) rotate(3deg)",
        "background:linear-gradient(red, blue)",
        "filter:url(#f) drop-shadow(0 0 2px red)",
    ],
)
def test_styles_without_external_references_are_kept(kept: str) -> None:
    style = ":root{--leaf:#288C3C}"
    assert f'style="{kept.replace("'", "&#x27;")}"' in cleaned(f'<style>{style}</style><rect style="{kept}"/>')
    assert f".t{{{kept}}}" in cleaned(f"<style>{style} .t{{{kept}}}</style>")
    assert warning_of(f'<style>{style} .t{{{kept}}}</style><rect style="{kept}"/>') == ""


@pytest.mark.parametrize(
    "rule",
    [
        "[id^='t']{fill:red}",
        "[fill=none]{fill:red}",
        r".\31 t{fill:red}",
        "rect:nth-of-type(2n + 1){fill:red}",
        "rect:nth-of-type(1){fill:red}",
        "g:not(.a, #b) > rect + rect{fill:red}",
        ":is(rect, circle):hover{fill:red}",
        "@media screen{.t{fill:red}}",
        "@media (min-width: 100px) and (prefers-color-scheme: dark){.t{fill:red}}",
        "@media screen{@media (width >= 9px){.t{fill:red}}}",
        "@supports (fill: oklch(0.5 0.1 100)) and (not (foo: bar)){.t{fill:red}}",
    ],
)
def test_style_rules_with_any_selector_are_kept(rule: str) -> None:
    kept = cleaned(f"<style>{rule.replace('>', '&gt;')}</style>")
    assert f"<style>{rule.replace('>', '&gt;')}</style>" in kept
    assert warning_of(f"<style>{rule.replace('>', '&gt;')}</style>") == ""


def test_style_sheet_keeps_its_media_query() -> None:
    kept = cleaned(
        '<style media="print">.t{fill:red}</style><style media="screen and (width &gt; 9px)">.t{fill:blue}</style>'
    )
    assert '<style media="print">.t{fill:red}</style>' in kept
    assert '<style media="screen and (width &gt; 9px)">.t{fill:blue}</style>' in kept


@pytest.mark.parametrize("element_id", ["a,b", "leaf 1", "a%b", "expression", "a'b", "ä", "a(b)"])
def test_reference_to_an_id_with_any_characters_is_kept(element_id: str) -> None:
    quoted = element_id.replace("'", "\\'")
    for reference in (f"url('#{quoted}')", f'url("#{element_id}")'):
        attribute = reference.replace('"', "&quot;")
        assert "#" in cleaned(f'<rect fill="{attribute}"/>')
        assert warning_of(f'<rect fill="{attribute}"/>') == ""
    assert 'url(&#x27;#leaf%201&#x27;)"' in cleaned('<rect fill="url(#leaf%201)"/>')
    assert 'href="#leaf 1"' in cleaned('<use href="#leaf 1"/>')


def test_incomplete_filter_is_removed_to_keep_its_shape_visible() -> None:
    kept = cleaned(
        '<filter id="f"><feImage href="https://evil.example/x"/></filter><rect filter="url(#f)" width="1"/>'
        f'<filter id="g"><feImage href="{data_uri(png())}"/></filter><filter id="h"><feImage href="#x"/></filter>'
    )
    assert "evil" not in kept
    assert 'id="f"' not in kept
    assert '<filter id="g"><feImage href="data:image/png' in kept
    assert '<filter id="h"><feImage href="#x">' in kept


def test_invisible_svg_part_remains_invisible_after_cleaning() -> None:
    inner = '<switch><g requiredExtensions="&amp;ns_ai;"><path d="M1 1"/></g><g systemLanguage="de"/><g/></switch>'
    assert cleaned(inner).endswith('<switch><g systemLanguage="de"></g><g></g></switch></svg>')


@pytest.mark.parametrize("attributes", [' requiredExtensions="x"', ' systemLanguage="xx"', ' style="display:none"', ""])
def test_svg_root_is_always_kept(attributes: str) -> None:
    assert cleaned("<script/>" + RECT, attributes).startswith("<svg ")


# Warnings


@pytest.mark.parametrize(
    ("inner", "named"),
    [
        ("<script>1</script><script>2</script>", "<script> (2)"),
        ('<rect onclick="x()"/>', "onclick"),
        ("<foreignObject/>", "<foreignObject>"),
        ('<image href="https://evil.example/x"/>', "a link to https://evil.example/x"),
        ('<a href="https://example.org"><text>x</text></a>', "a link to https://example.org"),
        ("<style>@import url(//x);</style>", "@import"),
        ("<style>@font-face{font-family:x;src:url(//x)}</style>", "@font-face"),
        ("<style>.a{fill:url(//x)}</style>", "fill with url(//x)"),
        ('<rect fill="url(//x)"/>', "fill with url(//x)"),
        ('<rect style="position:fixed"/>', "the style position"),
        ("<style>.a[onclick]{fill:red}</style>", "a style rule with the selector [onclick]"),
        ("<style>.a{fill:red;.b{fill:blue}}</style>", "a nested style rule"),
        ("<style>.a{fill:attr(x)}</style>", "fill with attr()"),
        ('<style type="text/less">.a{}</style>', "<style> with a type other than CSS"),
        ('<g xmlns:i="http://www.inkscape.org/" i:label="x"/>', "drawing program data"),
        ("<metadata/>", "<metadata>"),
        ('<path d="M0 0 url(x)"/>', "d"),
        (f"<style>{'.a[x]{fill:red}' * 40_000}</style>", "styles beyond the limit of 256 KiB"),
    ],
)
def test_removed_svg_parts_are_named_in_the_warning(inner: str, named: str) -> None:
    assert f"Removed: {named}" in warning_of(inner)


@pytest.mark.parametrize(
    "inner",
    [
        "<style>@keyframes show{to{opacity:1}}.t{opacity:0;animation:show .2s forwards}</style>",
        '<rect opacity="0"><animate attributeName="opacity" to="1" dur=".2s" fill="freeze"/></rect>',
        "<g><animateTransform/><animateMotion/><set/></g>",
        '<rect style="transition:fill 1s"/>',
    ],
)
def test_removing_an_animation_from_an_svg_causes_a_warning(inner: str) -> None:
    assert "The SVG image is animated" in warning_of(inner)
    assert "animat" not in cleaned(inner).lower()


def test_unchanged_svg_does_not_cause_a_warning() -> None:
    assert clean_image(svg('<g data-name="Layer 1" style="enable-background:new"><path d="M0,0"/></g>')).warnings == ()


def test_warning_lists_a_limited_number_of_removed_parts() -> None:
    (warning,) = clean_image(svg("".join(f'<rect on{n:05}="{"x" * 99}"/>' for n in range(5_000)))).warnings
    assert len(warning) < 2_000
    assert warning.endswith(", on00011, and 989 more.")


# Entities


@pytest.mark.parametrize(
    ("declared", "used", "kept"),
    [
        ('<!ENTITY leaf "#288C3C">', '<rect fill="&leaf;"/>', 'fill="#288C3C"'),
        ("<!ENTITY st0 'fill:red;'>", '<rect style="&st0;"/>', 'style="fill:red"'),
        ('<!ENTITY c "green">', "<text>&c;</text>", "<text>green</text>"),
        ('<!ENTITY ns_ai "http://ns.adobe.com/AdobeIllustrator/10.0/">', "<g/>", "<g>"),
        ('<!ENTITY x "url(https://evil.example)">', '<rect fill="&x;" width="1"/>', '<rect width="1">'),
    ],
)
def test_entities_that_contain_only_text_are_expanded(declared: str, used: str, kept: str) -> None:
    drawing = b"<!DOCTYPE svg [" + declared.encode() + b"]>" + svg(used)
    assert kept in clean_image(drawing).content.decode()
    assert kept in clean_image(drawing.decode().encode("utf-16")).content.decode()
    assert json_baked(drawing)


def json_baked(drawing: bytes) -> bool:
    baked = bake(drawing, "image/svg+xml", '{"id": "https://example.org/1"}')
    return unbake(baked) == '{"id": "https://example.org/1"}'


@pytest.mark.parametrize(
    ("declared", "used"),
    [
        ('<!ENTITY a "<script/>">', "&a;"),
        ('<!ENTITY a "x"><!ENTITY b "&a;&a;">', "&b;"),
        ('<!ENTITY a "&#60;script&#62;">', "&a;"),
        (f'<!ENTITY a "{"x" * 1_000}">', "&a;" * 2_000),
        ("".join(f'<!ENTITY a{n} "http://x">' for n in range(200)), ""),
        ('<!ENTITY % a "x"> %a;', ""),
        ('<!ENTITY a SYSTEM "file:///etc/passwd">', "&a;"),
        ('<!ENTITY a "x"><!ELEMENT svg ANY>', "&a;"),
    ],
)
def test_entities_with_markup_are_rejected(declared: str, used: str) -> None:
    rejected = rejection(b"<!DOCTYPE svg [" + declared.encode() + b"]>" + svg(f"<text>{used}</text>"))
    assert rejected.code == "bad-image"


# Cleaning twice


CSS_PIECES = (
    "fill stroke filter --a var(--a) url(#a) url(//evil) : ; { } ( ) [ ] , . # a b @media @import screen 'x' \" '"
    " red 1px 50% calc( /* */ \\ \\31 ! important > + ~ * = ^= :not( rect <!-- --> animation"
    r" \7d \7b \3b\22 \d800 \1 \ffff \a0 --\78\3b a\20 1\65 1\65\33"
)

SOME_CSS = some.lists(
    some.sampled_from(CSS_PIECES.split(" ")),
    max_size=30,
).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(style=SOME_CSS, attribute=SOME_CSS, value=SOME_CSS)
@example(style="", attribute="", value="calc( /*")
@example(style="", attribute="", value="\\ /*")
@example(style="@media \\ {rect{fill:red}} .\\ {fill:red}", attribute="fill:\\ ", value="\\\\")
@example(style="", attribute="", value="var(--x, /* */ 1 /**/ )")
@example(style="a{fill:' @import '}", attribute="", value='" url(//evil) "')
def test_cleaning_again_changes_nothing_and_produces_no_warnings(style: str, attribute: str, value: str) -> None:
    def text(css: str) -> str:
        return css.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")

    inner = f'<style>{text(style)}</style><rect style="{text(attribute)}" fill="{text(value)}"/>'
    once = clean_image(svg(inner))
    twice = clean_image(once.content)

    assert twice.content == once.content
    assert twice.warnings == ()
    assert "evil" not in _outside_quotes(once.content)
    assert "@import" not in _outside_quotes(once.content)


def _outside_quotes(image: bytes) -> str:
    """Return an SVG's tags, text, and attributes without CSS strings, which are loaded only inside `url()`."""
    texts = (
        text for node in fromstring(image).iter() for text in (node.tag, node.text, node.tail, *node.attrib.values())
    )
    return " ".join(_unquoted(tinycss2.parse_component_value_list(text)) for text in texts if text)


def _unquoted(nodes: Iterable[Any]) -> str:
    """Return CSS tokens as text without strings, except the arguments of `url()`."""
    parts = []
    for node in nodes:
        if node.type == "function" and node.lower_name != "url":
            parts.append(f"{node.name}({_unquoted(node.arguments)})")
        elif node.type.endswith(" block"):
            parts.append(_unquoted(node.content))
        elif node.type != "string":
            parts.append(node.serialize())
    return "".join(parts)
