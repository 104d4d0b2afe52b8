"""Keep the unknown keys of Open Badges objects.

Unknown keys include extensions and terms from other contexts. They are collected under one key of the object that
becomes a record, and keep their original structure. For example, if an assertion contains
``{"evidence": [{"id": …, "genre": "Video"}]}``, ``{"evidence": [{"genre": "Video"}]}`` is kept. In other objects,
unknown keys are faults.
"""

from typing import Any

import msgspec
from msgspec import inspect

from badgedata.documents import MORE, OpenBadgesPart


def collect_unknown_keys[T: msgspec.Struct](value: object, shape: type[T]) -> object:
    """Return decoded JSON with the unknown keys of its Open Badges objects moved under `MORE`."""
    known, _ = _split(value, inspect.type_info(shape))
    return known


def _split(value: object, shape: inspect.Type) -> tuple[Any, Any]:
    """Split a value into its known keys and the unknown keys that the containing object must keep."""
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
