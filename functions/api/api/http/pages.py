"""Divide lists into pages. The number of items and the size in bytes are limited."""

import json
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from ..schemas.document import Document
from .cursors import write_cursor

MAX_PAGE_BYTES: Final = 4_000_000
"""The maximum size of a page with more than one item, in bytes. Lambda allows 6 MB per response, and no single item is
that large (`tests/integration/api/test_long_lists.py`).
"""

MAX_SEARCHED: Final = 1000
"""The maximum number of records that are read for one page. A record in the Operations table takes about 1 KB."""


class Page[D](NamedTuple):
    """A page of items. `next_cursor` is None on the last page."""

    items: list[D]
    next_cursor: str | None


def page_of[R, D: Document](
    list_name: str,
    records: Iterable[R],
    document: Callable[[R], D],
    position: Callable[[R], str],
    limit: int | None = None,
    matches: Callable[[R], bool] = lambda _: True,
) -> Page[D]:
    """Return the first page of `records`. Read at most one record beyond the page.

    Parameters
    ----------
    list_name
        The name of the list that the cursor is valid for (see `api.http.cursors`).
    document
        A function that returns a record's JSON document.
    position
        A function that returns a record's position in the list. The next page begins after the position in the cursor.
    limit
        The maximum number of items, or None to limit the page only by size.
    matches
        A function that returns whether to include a record. At most `MAX_SEARCHED` records are checked for each page.
    """
    items: list[D] = []
    size, last = 0, ""
    for number, record in enumerate(records):
        if len(items) == limit or number == MAX_SEARCHED:
            return Page(items, write_cursor(list_name, last))
        if not matches(record):
            last = position(record)
            continue
        item = document(record)
        size += response_bytes(item)
        if items and size > MAX_PAGE_BYTES:
            return Page(items, write_cursor(list_name, last))
        items.append(item)
        last = position(record)
    return Page(items, None)


def response_bytes(item: Document) -> int:
    """Return the number of bytes that an item adds to Lambda's response.

    The response contains the API's JSON as an escaped string. Lambda's documentation doesn't state whether non-ASCII
    characters are escaped, so this function assumes that they are.
    """
    return len(json.dumps(item.model_dump_json(by_alias=True)))
