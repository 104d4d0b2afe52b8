"""A CSV file about groups, written so that another worker can go on behind any row."""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from badgedata.exports.csv_encoding import encode_header, encode_rows
from badgedata.exports.pages import Page

PAGE_CHARACTERS = 256 * 1024
"""Characters that a page has, or somewhat more; each is one to four bytes."""


class Place(msgspec.Struct, array_like=True, frozen=True):
    """How far a file is: all before this group is written, or before this learner of it, and `rows` rows of it."""

    group: str = ""
    learner: str = ""
    rows: int = 0


type Rows = Iterator[tuple[Place, Sequence[str]]]
"""Rows, each with the place that the file has reached with it."""

_decode_place = msgspec.json.Decoder(Place).decode


def csv_pages(
    columns: Sequence[str], byte_order_mark: bool, rows_from: Callable[[Place], Rows], after: str
) -> Iterator[Page]:
    """Write a CSV file from the position `after` on ("" is its beginning, the header).

    Parameters
    ----------
    rows_from
        Gives all rows behind a place.
    """
    data = b"" if after else encode_header(columns, byte_order_mark)
    rows: list[Sequence[str]] = []
    characters = 0
    place = begin = _decode_place(after) if after else Place()
    for place, cells in rows_from(begin):
        rows.append(cells)
        characters += sum(map(len, cells))
        if characters >= PAGE_CHARACTERS:
            yield _page(data, rows, place)
            data, rows, characters = b"", [], 0
    if data or rows:
        yield _page(data, rows, place)


def _page(data: bytes, rows: list[Sequence[str]], place: Place) -> Page:
    return Page(data + encode_rows(rows), len(rows), msgspec.json.encode(place).decode())
