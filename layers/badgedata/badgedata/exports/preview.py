"""The first rows of an export that is not requested yet."""

import time
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from badgedata import clock
from badgedata.access import Scope
from badgedata.exports import specification as specifications
from badgedata.exports.csv_encoding import Value
from badgedata.exports.job import ExportJob
from badgedata.exports.pages import Row
from badgedata.exports.request import new_export
from badgedata.exports.specification import TableExport
from badgedata.text import without_control_characters

MAX_ROWS: Final = 20

MAX_READING_SECONDS: Final = 5.0
"""After this time a preview shows the rows found so far: few awards of many may match the filters."""

MAX_CELL_CHARACTERS: Final = 1000
"""Characters of a cell that a preview shows. A narrative can have thousands of them."""


class Preview(NamedTuple):
    """The names of a table's columns, its first rows, and the number of all its rows, if it is known."""

    columns: list[str]
    rows: list[list[str]]
    expected_rows: int | None


def preview_export(specification: TableExport, scope: Scope) -> Preview:
    """Read the first rows of an export, with the values as they are stored; nothing is written.

    Raises
    ------
    Problem
        403 without a paid plan; 422 for a wrong option.
    """
    scope.require_subscription()
    specifications.check(specification, scope)
    job = ExportJob(new_export(specification, scope, "", clock.now()), specification)
    rows = [[_shown(value) for value in row] for row in _first_rows(job.rows())]
    return Preview([column.name for column in job.columns], rows, job.expected_rows())


def _first_rows(read: Iterator[Sequence[Row]]) -> list[Row]:
    rows: list[Row] = []
    until = time.monotonic() + MAX_READING_SECONDS
    for few in read:
        rows += few[: MAX_ROWS - len(rows)]
        if len(rows) == MAX_ROWS or time.monotonic() > until:
            break
    return rows


def _shown(value: Value) -> str:
    text = without_control_characters(value if isinstance(value, str) else "; ".join(value))
    return text if len(text) <= MAX_CELL_CHARACTERS else text[:MAX_CELL_CHARACTERS] + "…"
