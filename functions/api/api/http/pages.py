"""Pages of lists: as many items as are asked for, and no more bytes than Lambda may answer."""

import json
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from ..schemas.document import Document
from .cursors import write_cursor

PAGE_BYTES: Final = 4_000_000
"""Bytes of the items on a page that has more than one. Lambda takes answers of 6 MB, and no item alone is that large
(`tests/integration/api/test_long_lists.py`)."""


class Page[D](NamedTuple):
    """The items of a page, and the cursor of the next one, if there is one."""

    items: list[D]
    next_cursor: str | None


def page_of[R, D: Document](
    list_name: str,
    records: Iterable[R],
    document: Callable[[R], D],
    position: Callable[[R], str],
    limit: int | None = None,
) -> Page[D]:
    """Return the page that begins with the first of these records. Reads no more of them than it takes to know its end.

    Parameters
    ----------
    list_name
        What the cursor is good for, and nothing else (`api.http.cursors`).
    document
        Writes a record as it is answered.
    position
        Says where a record is in the list, for the cursor to go on after it.
    limit
        Items at most; None where the bytes are all that bounds a page.
    """
    items: list[D] = []
    size, last = 0, ""
    for record in records:
        if len(items) == limit:
            return Page(items, write_cursor(list_name, last))
        item = document(record)
        size += answered_bytes(item)
        if items and size > PAGE_BYTES:
            return Page(items, write_cursor(list_name, last))
        items.append(item)
        last = position(record)
    return Page(items, None)


def answered_bytes(item: Document) -> int:
    """Return the bytes of an item in Lambda's answer, in which the API's JSON is a text of another JSON document.

    Whether Lambda's runtime escapes what is not ASCII is not documented; this counts as if it does.
    """
    return len(json.dumps(item.model_dump_json(by_alias=True)))
