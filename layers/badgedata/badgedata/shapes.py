"""Check decoded values against msgspec structs, and describe each fault in plain English.

msgspec stops at the first fault and describes it for programmers, so a value that it rejects is read again here.
"""

import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, Final, Literal, NamedTuple

import msgspec
from msgspec import UNSET, inspect

from badgedata.text import shortened

type FaultKind = Literal["type", "value", "missing", "unknown-key"]

_SHOWN_CHARACTERS: Final = 80
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class ShapeFault(NamedTuple):
    """A value that doesn't have the shape of its struct: its JSON path, the kind of fault, and the reason."""

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
    """Return a value from the document as JSON on one line, shortened if it is long.

    >>> quoted("2026-02-30")
    '"2026-02-30"'
    """
    if isinstance(value, str):
        value = shortened(value, _SHOWN_CHARACTERS)
    return msgspec.json.encode(value).decode()


_JSON_TYPES: dict[type, str] = {
    str: "a string",
    bool: "true or false",
    int: "an integer",
    float: "a number with a fraction",
    list: "an array",
    dict: "an object",
    type(None): "null",
}


def faults_of(value: object, shape: type[msgspec.Struct]) -> list[ShapeFault]:
    """Return all faults of a decoded value, in order."""
    faults: list[ShapeFault] = []
    salvage(value, shape, faults.append)
    return faults


def salvage[T: msgspec.Struct](value: object, shape: type[T], on_fault: OnFault) -> T | None:
    """Read decoded JSON as `shape`, and call `on_fault` for every fault.

    Returns
    -------
    T or None
        The document with ``UNSET`` in place of each invalid value, or None if it is not an object. It is used only for
        further checks, and never written.
    """
    salvaged = _read(value, inspect.type_info(shape), "$", on_fault)
    return salvaged if isinstance(salvaged, shape) else None


def _read(value: object, shape: inspect.Type, path: str, on_fault: OnFault) -> Any:
    if isinstance(shape, inspect.UnionType):
        # If several types are allowed, the value is checked against the one that it most resembles.
        shape = next((option for option in shape.types if _looks_like(value, option)), shape)
    if not _looks_like(value, shape):
        on_fault(
            ShapeFault(
                path, "type", f"must be {_expected(shape)}, not {_JSON_TYPES.get(type(value), 'a different type')}"
            )
        )
        return UNSET
    match shape, value:
        case inspect.StructType(), dict():
            return _read_object(value, shape, path, on_fault)
        case inspect.ListType(), list():
            return [_read(item, shape.item_type, f"{path}[{index}]", on_fault) for index, item in enumerate(value)]
        case inspect.LiteralType(), _ if value not in shape.values:
            words = ", ".join(quoted(word) for word in sorted(map(str, shape.values)))
            on_fault(ShapeFault(path, "value", f"{quoted(value)} is not allowed here; allowed: {words}"))
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
