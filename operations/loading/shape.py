"""Find all faults in the shape of a document, and keep unknown keys of Open Badges objects.

msgspec stops at the first fault. So a document that it refuses is read a second time here, against the same structs,
and the valid values are kept, so that the rules beyond shape can still be checked.

Unknown keys of Open Badges objects (extensions, and terms of other contexts) are collected under one key of the object
that becomes a record, in their original structure: for ``{"evidence": [{"id": …, "genre": "Video"}]}`` of an assertion,
``{"evidence": [{"genre": "Video"}]}`` is kept. Unknown keys of other objects are faults.
"""

from difflib import get_close_matches
from typing import Any

import msgspec
from msgspec import UNSET, inspect

from badgedata.documents import MORE, OpenBadgesPart
from operations.loading.faults import Faults, below, quoted


def collect_unknown_keys[T: msgspec.Struct](value: object, shape: type[T]) -> object:
    """Return decoded JSON with the unknown keys of its Open Badges objects moved to `MORE`."""
    known, _ = _split(value, inspect.type_info(shape))
    return known


def _split(value: object, shape: inspect.Type) -> tuple[Any, Any]:
    """Return the known part of a value, and the unknown part that the object around it must keep."""
    if isinstance(shape, inspect.UnionType):
        wanted = inspect.StructType if isinstance(value, dict) else inspect.ListType
        shape = next((option for option in shape.types if isinstance(option, wanted)), shape)
    match shape, value:
        case inspect.StructType(), dict():
            return _split_object(value, shape)
        case inspect.ListType(), list():
            parts = [_split(item, shape.item_type) for item in value]
            more = [more or {} for _, more in parts]
            return [known for known, _ in parts], more if any(more) else None
    return value, None


def _split_object(value: dict[str, Any], shape: inspect.StructType) -> tuple[dict[str, Any], dict[str, Any] | None]:
    types = {field.encode_name: field.type for field in shape.fields if field.encode_name != MORE}
    keeps_unknown = issubclass(shape.cls, OpenBadgesPart)
    known: dict[str, Any] = {}
    more: dict[str, Any] = {}
    for key, item in value.items():
        if key in types:
            known[key], kept = _split(item, types[key])
            if kept:
                more[key] = kept
        else:
            (more if keeps_unknown else known)[key] = item
    if more and any(field.encode_name == MORE for field in shape.fields):
        return known | {MORE: more}, None
    return known, more or None


_JSON_TYPES: dict[type, str] = {
    str: "a string",
    bool: "true or false",
    int: "an integer",
    float: "a number with a fraction",
    list: "an array",
    dict: "an object",
    type(None): "null",
}


def salvage[T: msgspec.Struct](value: object, shape: type[T], faults: Faults) -> T | None:
    """Read decoded JSON as `shape`, and add every fault to `faults`.

    Returns
    -------
    T or None
        The document with ``UNSET`` in place of each invalid value; None if it is not an object. It is only for further
        checks, and never written.
    """
    salvaged = _read(value, inspect.type_info(shape), "$", faults)
    return salvaged if isinstance(salvaged, shape) else None


def _read(value: object, shape: inspect.Type, path: str, faults: Faults) -> Any:
    if isinstance(shape, inspect.UnionType):
        # If several types are allowed, the value is checked against the one that it resembles.
        shape = next((option for option in shape.types if _looks_like(value, option)), shape)
    if not _looks_like(value, shape):
        faults.add(path, f"must be {_expected(shape)}, not {_JSON_TYPES[type(value)]}")
        return UNSET
    match shape, value:
        case inspect.StructType(), dict():
            return _read_object(value, shape, path, faults)
        case inspect.ListType(), list():
            return [_read(item, shape.item_type, f"{path}[{index}]", faults) for index, item in enumerate(value)]
        case inspect.LiteralType(), _ if value not in shape.values:
            words = ", ".join(quoted(word) for word in sorted(map(str, shape.values)))
            faults.add(path, f"{quoted(value)} is not allowed here; allowed: {words}")
            return UNSET
    return value


def _read_object(value: dict[str, Any], shape: inspect.StructType, path: str, faults: Faults) -> msgspec.Struct:
    fields = {field.encode_name: field for field in shape.fields}
    for key in (key for key in value if key not in fields):
        similar = get_close_matches(key[:64], fields, n=1)
        hint = f"; did you mean {quoted(similar[0])}?" if similar else ""
        faults.add(below(path, key), f"is not a key of the format{hint}")
    read = {}
    for key, field in fields.items():
        if key in value:
            read[field.name] = _read(value[key], field.type, below(path, key), faults)
        elif field.required:
            faults.add(below(path, key), "is missing")
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
