"""Remove control characters from text and shorten long text for messages.

The only control characters that text may contain are tab, line feed, and carriage return. All others are invisible.
Some programs drop these characters and then interpret the remaining text differently. For example, if a cell contains a
NUL followed by ``=1+1``, LibreOffice drops the NUL and evaluates the formula.
"""

import re
import unicodedata
from typing import Any, Final

MAX_COPIED_NAME_CHARACTERS: Final = 1000
"""The maximum length of a name that is copied into a record or response about something else.

A stored name can be almost as large as an item in the table (400 KB). A copy must leave room for the other values.
"""

# Unicode's category Cc except tab, line feed, and carriage return. `_ESCAPE` matches the JSON escapes of these
# characters.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]+")
_JOINERS = "\u200c\u200d"
_ESCAPE = re.compile(rb"\\(?:[bf]|u00(?:[01]|7[fF]|[89]))")


def without_control_characters(text: str) -> str:
    r"""Return text without disallowed control characters.

    >>> without_control_characters(chr(0) + "=3+4" + chr(9) + "x")
    '=3+4\tx'
    """
    # `isprintable` takes a tenth of the time, and is true for nearly all text.
    return text if text.isprintable() else _CONTROL.sub("", text)


def control_character_in(text: str) -> tuple[int, str] | None:
    """Return the 1-based position and the name of the first disallowed control character, or None if there is none.

    >>> control_character_in("Ada" + chr(0))
    (4, 'U+0000')
    """
    found = _CONTROL.search(text)
    return None if found is None else (found.start() + 1, f"U+{ord(found[0][0]):04X}")


def invisible_character_in(text: str) -> tuple[int, str] | None:
    """Return the 1-based position and the name of the first disallowed invisible character, or None if there is none.

    Line separators and format characters can disguise a name, for example by changing the direction of text. The
    zero-width joiner and non-joiner are allowed, because Persian, Indic languages, and emoji need them.

    >>> invisible_character_in("Ada" + chr(0x202E))
    (4, 'U+202E')
    """
    for position, character in enumerate(text, start=1):
        if unicodedata.category(character) in ("Cf", "Cs", "Zl", "Zp") and character not in _JOINERS:
            return position, f"U+{ord(character):04X}"
    return None


def json_without_control_characters(value: Any) -> Any:
    """Return a decoded JSON value without disallowed control characters in its strings and keys.

    If two keys become identical, the key that didn't change is kept. If both keys changed, the first is kept.
    """
    match value:
        case str():
            return without_control_characters(value)
        case dict():
            cleaned: dict[str, Any] = {}
            for key, item in value.items():
                clean = without_control_characters(key)
                if clean == key or clean not in cleaned:
                    cleaned[clean] = json_without_control_characters(item)
            return cleaned
        case list():
            return [json_without_control_characters(item) for item in value]
    return value


def may_hold_control_characters(json: bytes) -> bool:
    """Return whether any string in a JSON document may contain a disallowed control character.

    This check is fast for most documents. If the result is True, the strings must be checked individually.

    Parameters
    ----------
    json
        Valid JSON, which escapes all control characters below U+0020.
    """
    return b"\x7f" in json or _has_c1(json) or _has_escaped_control_character(json)


# `find` searches many gigabytes per second. A regular expression searches less than one gigabyte.


def _has_c1(json: bytes) -> bool:
    """Return whether UTF-8 text contains U+0080 to U+009F. These are encoded as C2 followed by a byte below A0."""
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
        at = json.find(b"\\", at + 2)  # after the escaped character, which can itself be a backslash
    return False


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number followed by a noun, which is plural unless the number is 1. By default, the plural ends in "s".

    >>> counted(1, "minute"), counted(1200, "count"), counted(2, "badge class", "badge classes")
    ('1 minute', '1,200 counts', '2 badge classes')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def shortened(text: str, characters: int) -> str:
    """Return at most `characters` characters of text, followed by an ellipsis if the text is longer.

    The text ends after a complete word, unless that would omit more than half of the characters.

    >>> shortened("Max retries exceeded", 14)
    'Max retries…'
    """
    if len(text) <= characters:
        return text
    words, space, _ = text[: characters + 1].rpartition(" ")
    # If a word is longer than half the text, part of that word is more useful than only the words before it.
    return (words.rstrip() if space and len(words) > characters // 2 else text[:characters]) + "…"


def copied_name(name: str) -> str:
    """Return a name, shortened if it exceeds the maximum length for copied names."""
    return shortened(name, MAX_COPIED_NAME_CHARACTERS)
