"""A directory table as rows of a workbook."""

from collections.abc import Iterator

from badgedata.exports.pages import Table, TablePosition
from badgedata.exports.sheet_cells import row_encoder
from badgedata.exports.workbook import Rows, UnitEnd

MIN_UNIT_BYTES = 1024 * 1024
"""The minimum number of bytes of XML in a unit, except for the last one."""

MAX_UNIT_ROWS = 20_000
"""The number of rows after which a unit ends, regardless of their size."""


def table_sheet_rows(table: Table, after: str) -> Iterator[Rows]:
    """Write a table's rows after a position, a unit at a time."""
    encode = row_encoder([column.holds for column in table.columns])
    rows: list[bytes] = []
    cut: dict[int, int] = {}
    size = 0
    position = begin = TablePosition.decode(after)
    for position, row in table.rows_after(begin):
        encoded = encode(row)
        if encoded.cut:
            cut[len(rows)] = encoded.cut
        rows.append(encoded.data)
        size += len(encoded.data)
        if size >= MIN_UNIT_BYTES or len(rows) >= MAX_UNIT_ROWS:
            yield _unit(rows, cut, position)
            rows, cut, size = [], {}, 0
    if rows:
        yield _unit(rows, cut, position)


def _unit(rows: list[bytes], cut: dict[int, int], position: TablePosition) -> Rows:
    end = UnitEnd(len(rows), position.encode())
    return Rows(rows, lambda _: end.position, [end], cut)
