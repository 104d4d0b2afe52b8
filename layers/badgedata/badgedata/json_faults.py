"""Explain why text is not valid JSON, and where, for the person who wrote it."""

import json
import math
import re
from typing import Final, NamedTuple, NoReturn

_CLOSED_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)


class JsonFault(NamedTuple):
    """The first fault in text that should be JSON.

    Parameters
    ----------
    standard
        The standard that it violates: ``JSON`` or ``UTF-8``.
    reason
        The fault.
    line, column
        The fault's position as editors count it, or None if it has no position.
    """

    standard: str
    reason: str
    line: int | None = None
    column: int | None = None

    @property
    def place(self) -> str:
        """The fault's position in words, or ""."""
        return f"line {self.line}, column {self.column}" if self.line else ""

    def __str__(self) -> str:
        return f"not {self.standard}: {self.reason}" + (f" at {self.place}" if self.place else "")


class _NumberError(Exception):
    """A number that JSON doesn't allow. The message gives the reason."""


def json_fault(data: bytes, error: Exception) -> JsonFault:
    r"""Return the fault in JSON that msgspec rejected.

    msgspec reports a fault's position only within an English message. Therefore, the text is parsed again with the
    standard library, which reports the position as a number.

    Parameters
    ----------
    data
        The text, without a byte order mark.
    error
        The DecodeError, UnicodeDecodeError, or RecursionError raised when reading it.

    Examples
    --------
    >>> json_fault(b'{\n  "name": "x",\n}', ValueError())
    JsonFault(standard='JSON', reason='trailing comma', line=2, column=14)
    """
    try:
        text = data.decode()
    except UnicodeDecodeError as not_utf8:
        valid = data[: not_utf8.start].decode()
        return JsonFault("UTF-8", f"byte 0x{data[not_utf8.start]:02X}", *_place(valid, len(valid)))
    if isinstance(error, RecursionError):
        return JsonFault("JSON", "it is nested too deeply")
    try:
        json.loads(text, parse_float=_number, parse_int=_number, parse_constant=_refuse_constant)
    except json.JSONDecodeError as fault:
        return _fault_at(text, fault.pos)
    except _NumberError as refused:
        return JsonFault("JSON", str(refused))
    except RecursionError:
        return JsonFault("JSON", "it is nested too deeply")
    return JsonFault(
        "JSON", "it is malformed"
    )  # for example, half of a surrogate pair, which the standard library accepts


def _number(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise _NumberError("a number in it is out of range")
    return number


def _refuse_constant(name: str) -> NoReturn:
    """Reject NaN and Infinity, which the standard library reads as numbers."""
    raise _NumberError(f"{name} is not a JSON value")


def _fault_at(text: str, position: int) -> JsonFault:
    found = text[position : position + 1]
    if not found or (found == '"' and not _CLOSED_STRING.match(text, position)):
        return JsonFault("JSON", "it ends unexpectedly", *_place(text, len(text)))
    if found == "," and text[position + 1 :].lstrip()[:1] in ("}", "]"):
        reason = "trailing comma"
    elif found == "\\":
        reason = "invalid escape"
    else:
        reason = f"unexpected {found!r}" if found.isprintable() else f"unexpected character U+{ord(found):04X}"
    return JsonFault("JSON", reason, *_place(text, position))


def _place(text: str, position: int) -> tuple[int, int]:
    line_start = text.rfind("\n", 0, position) + 1
    return text.count("\n", 0, position) + 1, position - line_start + 1
