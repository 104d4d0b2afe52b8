"""Previews of exports. A preview shows the first rows of a table."""

import time
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from badgedata import clock
from badgedata.access import Caller, Scope
from badgedata.exports import specification as specifications
from badgedata.exports.columns import Row, Value
from badgedata.exports.failures import ExportFailedError
from badgedata.exports.job import ExportJob
from badgedata.exports.request import new_export
from badgedata.exports.specification import TableExport
from badgedata.problems import conflict
from badgedata.text import without_control_characters

MAX_ROWS: Final = 20

MAX_READING_SECONDS: Final = 5.0
"""The time after which a preview shows the rows found so far. A preview takes this long only if there are many awards,
but very few match the filters.
"""

MAX_CELL_CHARACTERS: Final = 1000
"""The maximum length of a cell in a preview. A narrative can be thousands of characters long."""


class Preview(NamedTuple):
    """The column names and the first rows of a table.

    Parameters
    ----------
    expected_rows
        The number of rows in the entire table, or None if it is unknown.
    """

    columns: list[str]
    rows: list[list[str]]
    expected_rows: int | None


def preview_export(specification: TableExport, scope: Scope) -> Preview:
    """Return the first rows that an export would contain, without creating an export.

    Raises
    ------
    Problem
        - 403 if the organization isn't on the paid plan, or if the caller's role doesn't allow this kind of export.
        - 409 if an item can't be read. An export would fail for the same reason.
        - 422 if an option is invalid.
    """
    scope.require_subscription()
    specifications.require_role(specification.kind, scope)
    specifications.check(specification, scope)
    job = ExportJob(new_export(specification, scope, Caller(""), clock.now()), specification)
    try:
        rows = [[_shown(value) for value in row] for row in _first_rows(job.rows())]
        return Preview([column.name for column in job.columns], rows, job.expected_rows())
    except ExportFailedError as error:
        raise conflict(str(error)) from None


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
