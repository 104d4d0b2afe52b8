"""Text: the characters that it may hold, and long text shortened for a message.

Text may hold any character except control characters. Tab, line feed, and carriage return are the control characters
that it may hold. The others show nothing, and some programs drop them, so that what follows is read as something else:
LibreOffice runs a NUL and ``=1+1`` as a formula.
"""

import re
from typing import Any

# Unicode's category Cc without tab, line feed, and carriage return; and the escapes that JSON has for it.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]+")
_ESCAPE = re.compile(rb"\\(?:[bf]|u00(?:[01]|7[fF]|[89]))")


def without_control_characters(text: str) -> str:
    """Return text without the control characters that it may not hold.

    >>> without_control_characters(chr(0) + "=3+4" + chr(9) + "x")
    '=3+4\\tx'
    """
    # Printable text, which is nearly all there is, is told from other text ten times as fast.
    return text if text.isprintable() else _CONTROL.sub("", text)


def control_character_in(text: str) -> tuple[int, str] | None:
    """Return the first control character that text may not hold: its position, from 1, and its name; else None.

    >>> control_character_in("Ada" + chr(0))
    (4, 'U+0000')
    """
    found = _CONTROL.search(text)
    return None if found is None else (found.start() + 1, f"U+{ord(found[0][0]):04X}")


def json_without_control_characters(value: Any) -> Any:
    """Return a decoded JSON value whose texts are without control characters; its keys stay."""
    match value:
        case str():
            return without_control_characters(value)
        case dict():
            return {key: json_without_control_characters(item) for key, item in value.items()}
        case list():
            return [json_without_control_characters(item) for item in value]
    return value


def may_hold_control_characters(json: bytes) -> bool:
    """Return False if no text of a JSON document holds a control character, which is quick to tell for most documents.

    True means that the texts have to be looked at one by one. It takes valid JSON, in which the control characters
    below U+0020 are in escapes.
    """
    return b"\x7f" in json or _has_c1(json) or _has_escaped_control_character(json)


# `find` looks for a byte at many gigabytes a second, a regular expression at less than one.


def _has_c1(json: bytes) -> bool:
    """Return whether UTF-8 has a character of U+0080 to U+009F: C2, and a byte below A0."""
    at = json.find(0xC2)
    while at >= 0:
        if json[at + 1 : at + 2] < b"\xa0":
            return True
        at = json.find(0xC2, at + 2)
    return False


def _has_escaped_control_character(json: bytes) -> bool:
    at = json.find(b"\\")
    while at >= 0:
        if json[at + 1 : at + 2] in b"bfu" and _ESCAPE.match(json, at):
            return True
        at = json.find(b"\\", at + 2)  # past what is escaped, which may be a backslash itself
    return False


def shortened(text: str, characters: int) -> str:
    """Return text of at most `characters` characters, and an ellipsis where there was more; words stay whole.

    A single word that is longer, such as an address, is cut.

    >>> shortened("Max retries exceeded", 14)
    'Max retries…'
    """
    if len(text) <= characters:
        return text
    words, space, _ = text[: characters + 1].rpartition(" ")
    # A cut that loses more than half would say less than a word in two.
    return (words.rstrip() if space and len(words) > characters // 2 else text[:characters]) + "…"
