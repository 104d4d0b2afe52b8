"""Divide lists into pages, limited in items and in bytes."""

import json
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from ..schemas.document import Document
from .cursors import write_cursor

MAX_PAGE_BYTES: Final = 4_000_000
"""Maximum bytes of the items on a page that has more than one. Lambda accepts responses of 6 MB, and no single item is
that large (`tests/integration/api/test_long_lists.py`)."""


class Page[D](NamedTuple):
    """The items of a page, and the cursor of the next page, if there is one."""

    items: list[D]
    next_cursor: str | None


def page_of[R, D: Document](
    list_name: str,
    records: Iterable[R],
    document: Callable[[R], D],
    position: Callable[[R], str],
    limit: int | None = None,
) -> Page[D]:
    """Return the page that begins with the first of these records, reading at most one record beyond its end.

    Parameters
    ----------
    list_name
        The list that the cursor is valid for (`api.http.cursors`).
    document
        Returns the JSON document of a record.
    position
        Returns the position of a record in the list, after which the next page begins.
    limit
        Maximum number of items; None if only the bytes limit a page.
    """
    items: list[D] = []
    size, last = 0, ""
    for record in records:
        if len(items) == limit:
            return Page(items, write_cursor(list_name, last))
        item = document(record)
        size += response_bytes(item)
        if items and size > MAX_PAGE_BYTES:
            return Page(items, write_cursor(list_name, last))
        items.append(item)
        last = position(record)
    return Page(items, None)


def response_bytes(item: Document) -> int:
    """Return the bytes of an item in Lambda's response, where the API's JSON is a string in another JSON document.

    Whether Lambda's runtime escapes non-ASCII characters is not documented; this function assumes that it does.
    """
    return len(json.dumps(item.model_dump_json(by_alias=True)))
