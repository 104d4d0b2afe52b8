"""Write names, numbers, and strings as CSS, with special characters escaped.

In a name, all characters except letters, digits, ``_``, and ``-`` are escaped. A name therefore can't end a
declaration, a rule, or a style sheet. Characters that XML doesn't allow are also escaped.
"""

import re
from typing import Any, Final

ESCAPE: Final = re.compile(r"\\(?:([0-9a-f]{1,6})|.)", re.IGNORECASE | re.DOTALL)
IDENTIFIER_START: Final = re.compile(r"--|-?[^\W\d]")
NOT_IN_A_NAME: Final = re.compile(r"[^\w-]")
# Quotes, backslashes, control characters, and the characters that XML 1.0 excludes (section 2.2).
NOT_IN_A_STRING: Final = re.compile(r"""["'\\\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]""")
# A unit that could be read as the exponent of the number before it.
EXPONENT: Final = re.compile(r"e(?![a-z])", re.IGNORECASE | re.ASCII)
REPLACEMENT: Final = r"\00fffd"


def without_surrogates(css: str) -> str:
    r"""Replace each escaped surrogate in CSS with U+FFFD, as browsers do (CSS Syntax, section 4.3.7).

    >>> without_surrogates(r"\d800 \\d800 \41")
    '\\00fffd \\\\d800 \\41'
    """
    return ESCAPE.sub(_escape_of_a_character, css) if "\\" in css else css


def identifier(name: str) -> str:
    r"""Return a name as a CSS identifier.

    >>> identifier("leaf"), identifier("1a"), identifier("x:1;y")
    ('leaf', '\\31 a', 'x\\3A 1\\3B y')
    """
    return _name(name) if IDENTIFIER_START.match(name) else _escaped(name[0]) + _name(name[1:])


def string(text: str) -> str:
    r"""Return text as a single-quoted CSS string.

    >>> string("a'b")
    "'a\\27 b'"
    """
    return f"'{NOT_IN_A_STRING.sub(lambda found: _escaped(found[0]), text)}'"


def plain_token(token: Any) -> str:
    """Return a tinycss2 token (an identifier, hash, number, percentage, or dimension) as CSS."""
    match token.type:
        case "ident":
            return identifier(token.value)
        case "hash":
            return "#" + (identifier if token.is_identifier else _name)(token.value)
        case "dimension" if EXPONENT.match(token.unit):
            return f"{token.representation}{_escaped(token.unit[0])}{_name(token.unit[1:])}"
        case "dimension":
            return f"{token.representation}{identifier(token.unit)}"
        case "percentage":
            return f"{token.representation}%"
        case "number":
            return str(token.representation)
    raise ValueError(f"{token.type} tokens can't be written as plain CSS")


def _name(name: str) -> str:
    return NOT_IN_A_NAME.sub(lambda found: _escaped(found[0]), name)


def _escaped(character: str) -> str:
    return f"\\{ord(character):X} "


def _escape_of_a_character(found: re.Match[str]) -> str:
    is_surrogate = found[1] is not None and 0xD800 <= int(found[1], 16) <= 0xDFFF
    return REPLACEMENT if is_surrogate else found[0]
