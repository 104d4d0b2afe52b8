"""A CSV file about groups, written so that another worker can go on behind any row."""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from badgedata.exports.csv_encoding import Value, encode_header, row_encoder
from badgedata.exports.pages import Page

PAGE_BYTES = 256 * 1024
"""Bytes that a page has, or somewhat more."""


class Place(msgspec.Struct, array_like=True, frozen=True):
    """How far a file is: all before this group is written, or before this learner of it, and `rows` rows of it."""

    group: str = ""
    learner: str = ""
    rows: int = 0


type Row = Sequence[Value]
"""What the cells of a row show, as it is stored: `row_encoder` makes it safe and quotes it."""

type Rows = Iterator[tuple[Place, Row]]
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
    data = [] if after else [encode_header(columns, byte_order_mark)]
    encode = row_encoder(columns)
    size = rows = 0
    place = begin = _decode_place(after) if after else Place()
    for place, row in rows_from(begin):
        data.append(encode(row))
        size += len(data[-1])
        rows += 1
        if size >= PAGE_BYTES:
            yield _page(data, rows, place)
            data, size, rows = [], 0, 0
    if data:
        yield _page(data, rows, place)


def _page(data: list[bytes], rows: int, place: Place) -> Page:
    return Page(b"".join(data), rows, msgspec.json.encode(place).decode())
