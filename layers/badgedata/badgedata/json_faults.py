"""Explain faults in JSON to the person who wrote it.

msgspec stops at the first fault, and its messages are for programmers. This module therefore parses rejected text and
checks rejected values again.
"""

import json
import math
import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any, Final, Literal, NamedTuple, NoReturn

import msgspec
from msgspec import UNSET, inspect

from badgedata.text import shortened

type FaultKind = Literal["type", "value", "missing", "unknown-key"]

MAX_LEVELS: Final = 100
"""The maximum depth of JSON from outside. Later steps call themselves once or more per level, which Python limits."""

TOO_DEEP: Final = f"nested too deeply; the maximum is {MAX_LEVELS} levels"
_SHOWN_CHARACTERS: Final = 80
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CLOSED_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_JSON_TYPES: dict[type, str] = {
    str: "a string",
    bool: "true or false",
    int: "an integer",
    float: "a number with a fraction",
    list: "an array",
    dict: "an object",
    type(None): "null",
}


class JsonFault(NamedTuple):
    """The first fault in rejected JSON text.

    Parameters
    ----------
    standard
        The standard that the text violates: ``JSON`` or ``UTF-8``. It is "" if the nesting is too deep.
    reason
        A description of the fault.
    line, column
        The fault's position. Lines and columns are counted from 1. Both are None if the fault has no position.
    """

    standard: str
    reason: str
    line: int | None = None
    column: int | None = None

    @property
    def place(self) -> str:
        """The fault's position in words, or "" if the fault has no position."""
        return f"line {self.line}, column {self.column}" if self.line else ""

    @property
    def without_place(self) -> str:
        """The fault in words, without its position."""
        return f"not {self.standard}: {self.reason}" if self.standard else self.reason

    def __str__(self) -> str:
        return self.without_place + (f" at {self.place}" if self.place else "")


class _NumberError(Exception):
    """Raised for a number that is out of range or isn't valid JSON."""


def decode_json(text: str | bytes) -> Any:
    """Parse JSON text from an external source.

    Raises
    ------
    ValueError
        If the text is not valid JSON or not valid UTF-8.
    RecursionError
        If objects and arrays are nested more than 100 levels deep.
    """
    value = msgspec.json.decode(text)
    if is_too_deep(value):
        raise RecursionError
    return value


def is_too_deep(value: object, *, above: int = 0) -> bool:
    """Return whether a value is nested more than 100 levels deep, including the `above` levels that enclose it."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(above, MAX_LEVELS):
        level = [item for outer in level for item in _items(outer) if isinstance(item, dict | list)]
        if not level:
            return False
    return bool(level)


def _items(outer: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return outer.values() if isinstance(outer, dict) else outer


def json_fault(data: bytes, error: Exception) -> JsonFault:
    r"""Return the first fault in JSON text that `decode_json` or msgspec rejected.

    msgspec includes a fault's position only in the error message. This function therefore parses the text again with
    the standard library, which reports the position as a number.

    Parameters
    ----------
    data
        The text, without a byte order mark.
    error
        The error that was raised: DecodeError, UnicodeDecodeError, or RecursionError.

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
        return JsonFault("", TOO_DEEP)
    try:
        json.loads(text, parse_float=_number, parse_int=_number, parse_constant=_reject_constant)
    except json.JSONDecodeError as fault:
        return _fault_at(text, fault.pos)
    except _NumberError as rejected:
        return JsonFault("JSON", str(rejected))
    except RecursionError:
        return JsonFault("", TOO_DEEP)
    # The standard library accepts the text, for example because a string contains half of a surrogate pair.
    return JsonFault("JSON", "it is malformed")


def _number(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise _NumberError("it contains a number that is out of range")
    return number


def _reject_constant(name: str) -> NoReturn:
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


class ShapeFault(NamedTuple):
    """A mismatch between a value and the expected struct."""

    path: str
    kind: FaultKind
    message: str


type OnFault = Callable[[ShapeFault], object]


def below(path: str, key: str) -> str:
    """Return the JSON path of `key` in the object at `path`.

    >>> below("$", "name"), below("$.issuer", "@context")
    ('$.name', '$.issuer["@context"]')
    """
    return f"{path}.{key}" if _PLAIN_KEY.fullmatch(key) else f"{path}[{quoted(key)}]"


def quoted(value: object) -> str:
    """Return a value as one line of JSON. A long string is shortened.

    >>> quoted("2026-02-30")
    '"2026-02-30"'
    """
    if isinstance(value, str):
        value = shortened(value, _SHOWN_CHARACTERS)
    return msgspec.json.encode(value).decode()


def faults_of(value: object, shape: type[msgspec.Struct]) -> list[ShapeFault]:
    """Return all mismatches between a decoded value and a struct."""
    faults: list[ShapeFault] = []
    salvage(value, shape, faults.append)
    return faults


def salvage[T: msgspec.Struct](value: object, shape: type[T], on_fault: OnFault) -> T | None:
    """Convert decoded JSON to a struct. Call `on_fault` for each fault.

    Returns
    -------
    T or None
        The struct, or None if `value` is not an object. Each invalid value is replaced with ``UNSET``. Use the struct
        only for further checks, and never store it.
    """
    salvaged = _read(value, inspect.type_info(shape), "$", on_fault)
    return salvaged if isinstance(salvaged, shape) else None


def _read(value: object, shape: inspect.Type, path: str, on_fault: OnFault) -> Any:
    if isinstance(shape, inspect.UnionType):
        # If several types are allowed, the value is checked against the type that it most resembles.
        shape = next((option for option in shape.types if _looks_like(value, option)), shape)
    if not _looks_like(value, shape):
        on_fault(
            ShapeFault(path, "type", f"must be {_expected(shape)}, not {_JSON_TYPES.get(type(value), 'another type')}")
        )
        return UNSET
    match shape, value:
        case inspect.StructType(), dict():
            return _read_object(value, shape, path, on_fault)
        case inspect.ListType(), list():
            return [_read(item, shape.item_type, f"{path}[{index}]", on_fault) for index, item in enumerate(value)]
        case inspect.LiteralType(), _ if value not in shape.values:
            words = ", ".join(quoted(word) for word in sorted(map(str, shape.values)))
            on_fault(ShapeFault(path, "value", f"{quoted(value)} is not allowed; allowed values: {words}"))
            return UNSET
    return value


def _read_object(value: dict[str, Any], shape: inspect.StructType, path: str, on_fault: OnFault) -> msgspec.Struct:
    fields = {field.encode_name: field for field in shape.fields}
    for key in (key for key in value if key not in fields):
        similar = get_close_matches(key[:64], fields, n=1)
        hint = f"; did you mean {quoted(similar[0])}?" if similar else ""
        on_fault(ShapeFault(below(path, key), "unknown-key", f"is not a valid key{hint}"))
    read = {}
    for key, field in fields.items():
        if key in value:
            read[field.name] = _read(value[key], field.type, below(path, key), on_fault)
        elif field.required:
            on_fault(ShapeFault(below(path, key), "missing", "is missing"))
            read[field.name] = UNSET
    salvaged: msgspec.Struct = shape.cls(**read)
    return salvaged


def _looks_like(value: object, shape: inspect.Type) -> bool:
    match shape:
        case inspect.AnyType():
            return True
        case inspect.StructType() | inspect.DictType():
            return isinstance(value, dict)
        case inspect.ListType():
            return isinstance(value, list)
        case inspect.StrType() | inspect.LiteralType():
            return isinstance(value, str)
        case inspect.BoolType():
            return isinstance(value, bool)
        case inspect.IntType():
            return isinstance(value, int) and not isinstance(value, bool)
        case inspect.NoneType():
            return value is None
    return False


def _expected(shape: inspect.Type) -> str:
    match shape:
        case inspect.UnionType():
            options = [option for option in shape.types if not isinstance(option, inspect.NoneType)]
            return " or ".join(map(_expected, options))
        case inspect.StructType() | inspect.DictType():
            return "an object"
        case inspect.ListType():
            return "an array"
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType():
            return "an integer"
    return "a string"
