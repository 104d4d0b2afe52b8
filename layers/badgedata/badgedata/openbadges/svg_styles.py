"""What an SVG may say about style: an allow-list of CSS, in which nothing points outside the image.

The text that comes out is put together only from names and values that were each found harmless, so it does not
matter whether a browser would have cut the text that came in at the same places.
"""

import re
from collections.abc import Iterator
from typing import Final

PRESENTATION: Final = frozenset(
    str.split("""
    alignment-baseline baseline-shift clip-path clip-rule color color-interpolation color-interpolation-filters
    direction display dominant-baseline fill fill-opacity fill-rule filter flood-color flood-opacity font
    font-family font-size font-size-adjust font-stretch font-style font-variant font-weight image-rendering
    isolation letter-spacing lighting-color line-height marker marker-end marker-mid marker-start mask mask-type
    mix-blend-mode opacity overflow paint-order pointer-events shape-rendering stop-color stop-opacity stroke
    stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width
    text-anchor text-decoration text-rendering transform transform-box transform-origin unicode-bidi vector-effect
    visibility word-spacing writing-mode
    """)
)
FUNCTIONS: Final = frozenset(
    str.split("""
    rgb rgba hsl hsla calc min max clamp matrix translate translatex translatey scale scalex scaley rotate skewx
    skewy circle ellipse inset polygon blur brightness contrast drop-shadow grayscale hue-rotate invert opacity
    saturate sepia
    """)
)
LOCAL_URL: Final = re.compile(r"""url\(\s*(["']?)#[\w.:-]+\1\s*\)""", re.IGNORECASE)
WORD_END: Final = re.compile(r"[\s(),:]")
SELECTOR: Final = re.compile(r"[\w\s.#*,>+~:-]+", re.ASCII)
COMMENT: Final = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
# Escapes, comments, at-rules and markup could mean something else to a browser than they do here.
NEVER_IN_A_VALUE: Final = re.compile(r"[\\<>@{};]|/\*|\*/|!ie|javascript:|expression", re.IGNORECASE)


def is_harmless_value(value: str) -> bool:
    """Whether the value of an attribute or a declaration points nowhere but into the image itself.

    >>> is_harmless_value("url(#shade)"), is_harmless_value("url(https://tracker.example/pixel)")
    (True, False)
    """
    if NEVER_IN_A_VALUE.search(value) or value.count('"') % 2 or value.count("'") % 2:
        return False
    # What stands right before each "(" that is left names a function; before a mere group it is empty.
    *calls, _ = LOCAL_URL.sub("", value).split("(")
    return all(not (name := WORD_END.split(call.rstrip())[-1].lower()) or name in FUNCTIONS for call in calls)


def harmless_declarations(style: str) -> str:
    """The declarations of a ``style`` attribute that may stay, as ``name:value;…``."""
    kept = []
    for declaration in COMMENT.sub("", style).split(";"):
        name, _, value = declaration.partition(":")
        name, value = name.strip().lower(), " ".join(value.split())
        if name in PRESENTATION and value and is_harmless_value(value):
            kept.append(f"{name}:{value}")
    return ";".join(kept)


def harmless_stylesheet(stylesheet: str) -> str:
    """The rules of a ``<style>`` element that may stay; every at-rule (``@import``, ``@font-face``, …) is left out."""
    kept = []
    for selector, block in _rules(COMMENT.sub("", stylesheet)):
        declarations = harmless_declarations(block)
        if declarations and SELECTOR.fullmatch(selector):
            kept.append(f"{' '.join(selector.split())}{{{declarations}}}")
    return "\n".join(kept)


def _rules(stylesheet: str) -> Iterator[tuple[str, str]]:
    """Each top-level ``selector { block }``; what stands before a ``;`` outside a block is no rule."""
    begin, position = 0, 0
    while position < len(stylesheet):
        letter = stylesheet[position]
        if letter == ";":
            begin = position + 1
        elif letter == "{":
            end = _block_end(stylesheet, position)
            yield stylesheet[begin:position].strip(), stylesheet[position + 1 : end - 1]
            begin = position = end
            continue
        position += 1


def _block_end(stylesheet: str, opening: int) -> int:
    """Just after the brace that closes a block, those of blocks within it counted."""
    depth = 0
    for position in range(opening, len(stylesheet)):
        depth += {"{": 1, "}": -1}.get(stylesheet[position], 0)
        if not depth:
            return position + 1
    return len(stylesheet)
