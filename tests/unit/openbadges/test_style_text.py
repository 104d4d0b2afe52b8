"""Names, strings, and numbers in the styles of SVG images, which may contain any character as an escape."""

import pytest
import tinycss2
from defusedxml.ElementTree import fromstring

from badgedata.openbadges import svg_styles
from badgedata.openbadges.baked_images import bake, unbake
from badgedata.openbadges.images import clean_image
from tests.support.images import svg
from tests.unit.openbadges.drawings import RECT, cleaned, rejection, warning_of

ASSERTION = '{"id": "https://example.org/1"}'


def escaped_in_css(text: str) -> str:
    """Return text as part of a CSS identifier, with every character escaped."""
    return "".join(f"\\{ord(character):x} " for character in text)


HIDDEN_STYLES = [
    "x:1;fill:url(https://evil.example/a.svg#b);--y",
    "x:1;background:image-set('https://evil.example/a.png' 1x);--y",
    "x:1}@font-face{font-family:a;src:url(https://evil.example/f)}rect{--y",
    "x:1}rect{animation:a 1s infinite}@keyframes a{to{opacity:0}}rect{--y",
]


@pytest.mark.parametrize("hidden", HIDDEN_STYLES)
def test_custom_property_with_styles_in_its_name_is_removed(hidden: str) -> None:
    name = "--" + escaped_in_css(hidden)
    style = f"{name}:red;stroke:var({name})"
    for inner in (f"<style>rect{{{style}}}</style>{RECT}", f'<rect style="{style}"/>'):
        once = clean_image(svg(inner))
        twice = clean_image(once.content)
        assert b"--" not in once.content
        assert f"Removed: the style --{hidden[:30]}" in " ".join(once.warnings)
        assert twice.warnings == ()
        assert twice.content == once.content


@pytest.mark.parametrize(
    "hidden", [*HIDDEN_STYLES, "x\\", "x'/*", 'x"', "x\t\n\f y", "x\u00a0y\u2028z", "</style>", "x#[1"]
)
@pytest.mark.parametrize(
    "inner",
    [
        "<style>.%s, #%s, :%s, %s{fill:red}</style>",
        "<style>[class=%s]{fill:red}</style>",
        "<style>:not(%s):lang(%s){fill:red}</style>",
        "<style>@media %s{rect{fill:red}}</style>",
        "<style>@layer %s.%s{rect{fill:red}}</style>",
        "<style>@supports (%s:1%s){rect{fill:red}}</style>",
        '<style media="%s">rect{fill:red}</style>',
        "<style>rect{fill:%s 1%s #%s}</style>",
        '<rect style="fill:%s 1%s #%s"/>',
        '<rect fill="%s 1%s #%s"/>',
    ],
)
def test_name_in_a_style_cannot_add_other_styles(inner: str, hidden: str) -> None:
    kept = cleaned(inner.replace("%s", escaped_in_css(hidden)))
    for written in ("evil.example/", "evil.example)", "@font-face", "@keyframes", "url(", "image-set(", "animation:"):
        assert written not in kept
    assert kept == cleaned(kept.partition(">")[2].removesuffix("</svg>"))
    assert _names(kept).count(hidden) == inner.count("%s")


def _names(drawing: str) -> list[str]:
    """Return all names and units in a drawing's styles."""
    texts = (text for node in fromstring(drawing).iter() for text in (node.text, *node.attrib.values()))
    nodes = [node for text in texts if text for node in tinycss2.parse_component_value_list(text)]
    names = []
    while nodes:
        node = nodes.pop()
        nodes += [*getattr(node, "content", ()), *getattr(node, "arguments", ())]
        names.append(str(getattr(node, "unit", getattr(node, "value", ""))))
    return names


@pytest.mark.parametrize("code", ["1", "1f", "d800", "dfff", "00dc00", "ffff", "fffe", "c", "d", "110000"])
@pytest.mark.parametrize(
    "inner",
    [
        "<text style=\"font-family:'%s'\">a</text>",
        '<text style="font-family:%s">a</text>',
        "<text font-family=\"'%s'\">a</text>",
        "<rect fill=\"url('#%s')\"/>",
        '<rect fill="url(#%s)"/>',
        "<style>.%s{fill:red}</style>",
        "<style>[id='%s']{fill:red}</style>",
        "<style>@media %s{rect{fill:red}}</style>",
        '<style media="%s">rect{fill:red}</style>',
        "<style>rect{fill:#%s 1%s}</style>",
        '<rect style="--a%s:red;fill:var(--a%s)"/>',
        '<rect style="%s:red;fill:%s(1)"/>',
        "<style>@%s x{rect{fill:red}}</style>",
    ],
)
def test_svg_with_an_escaped_character_that_xml_forbids_remains_well_formed(inner: str, code: str) -> None:
    once = clean_image(svg(inner.replace("%s", f"\\{code} ")))
    fromstring(once.content)
    assert clean_image(once.content).content == once.content
    assert unbake(bake(once.content, "image/svg+xml", ASSERTION)) == ASSERTION


def test_svg_that_is_not_well_formed_after_cleaning_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(svg_styles, "string", lambda text: f"'{text}'")
    assert rejection(svg("<text style=\"font-family:'\\1 '\">a</text>")).code == "bad-image"


def test_escaped_surrogate_in_a_reference_is_treated_as_a_replacement_character() -> None:
    pattern = f'<pattern id="&#xFFFD;">{RECT * 1_000}</pattern>'
    for reference in ("url('#\\d800')", "url(#\\dfff )", "url('#\\fffd')"):
        assert rejection(svg(pattern + f'<rect fill="{reference}"/>' * 101)).code == "bad-image"


def test_names_separated_by_a_comment_are_not_joined() -> None:
    assert 'style="font-family:Open Sans"' in cleaned('<text style="font-family:Open/**/Sans"/>')
    assert "<style>a/**/.b{fill:red}</style>" in cleaned("<style>a/* x */.b{fill:red}</style>")


@pytest.mark.parametrize("pair", ["()", "[]", ":x()", "a()", ":not()", ":not([])", "{}"])
def test_deeply_nested_style_is_removed_with_a_warning(pair: str) -> None:
    nested = pair[:-1] * 20_000 + pair[-1] * 20_000
    for inner in (
        f"<style>{nested}{{fill:red}}</style>",
        f'<style media="{nested}"/>',
        f'<rect style="fill:{nested}"/>',
    ):
        assert "Removed: " in warning_of(inner)


def test_number_with_too_many_digits_is_removed_with_a_warning() -> None:
    for inner in ('<rect style="fill:rgb({0})"/>', '<rect fill="rgb({0})"/>', "<style>a{{fill:rgb({0})}}</style>"):
        assert "a style that can't be read" in warning_of(inner.format("9" * 5_000))
