"""The columns of each kind of table: names, cell types, and defaults."""

from collections.abc import Callable, Sequence
from typing import Final, Literal, NamedTuple

from badgedata.problems import invalid, shown

type Value = str | Sequence[str]
"""The value of a cell: one string, or several strings, which are joined with ``; ``."""

type Row = Sequence[Value]
"""The values of the cells in a row, as stored."""

type Holds = Literal["text", "id", "time", "day", "number"]


class Column(NamedTuple):
    """A column of a table.

    Parameters
    ----------
    name
        The header, which is also the name that an export uses to select the column.
    holds
        The type of the column's values. Valid entity IDs are written unchanged, because programs compare them. A
        workbook stores times and numbers in typed cells.
    default
        Whether an export that doesn't select columns includes this column.
    """

    name: str
    holds: Holds = "text"
    default: bool = True


ISSUER_COLUMNS: Final = (Column("Issuer ID", "id", default=False), Column("Issuer Name", default=False))
"""The first columns of group tables. An organization's export includes these columns by default."""

AWARD_COLUMNS: Final = (
    Column("Award ID", "id"),
    Column("Badge Class ID", "id"),
    Column("Badge Name"),
    Column("Issuer ID", "id"),
    Column("Issuer Name"),
    Column("Recipient Type"),
    Column("Recipient Identifier"),
    Column("Recipient Name"),
    Column("Issued On", "time"),
    Column("Expires On", "time"),
    Column("Status"),
    Column("Revocation Reason"),
    Column("Narrative"),
    Column("Evidence URLs"),
    Column("Evidence Narratives"),
    Column("Award URL"),
    Column("Badge Description", default=False),
    Column("Badge Tags", default=False),
    Column("Badge Image URL", default=False),
    Column("Award Image URL", default=False),
    Column("Badge URL", default=False),
    Column("Issuer URL", default=False),
    Column("Issued Date", "day", default=False),
    Column("Expires Date", "day", default=False),
    Column("Evidence Count", "number", default=False),
)

BADGE_COLUMNS: Final = (
    Column("Badge Class ID", "id"),
    Column("Badge Name"),
    Column("Issuer ID", "id"),
    Column("Issuer Name"),
    Column("Tags"),
    Column("Created On", "time"),
    Column("Awards", "number"),
    Column("Last Awarded On", "time"),
    Column("Badge URL"),
)

GROUP_COLUMNS: Final = (
    *ISSUER_COLUMNS,
    Column("Group ID", "id"),
    Column("Group name"),
    Column("Course/Pathway ID", "id", default=False),
    Column("URL", default=False),
    Column("Learners", "number"),
    Column("Alignment type"),
    Column("Alignment ID", "id"),
    Column("Alignment name"),
    Column("Creation date", "time", default=False),
    Column("Creation method", default=False),
    Column("Expiration date", "time", default=False),
    Column("Expiration method", default=False),
    Column("Staff member name", default=False),
    Column("Staff member ID", "id", default=False),
)

GROUP_BADGE_COLUMNS: Final = (
    *ISSUER_COLUMNS,
    Column("Group ID", "id"),
    Column("Group Name"),
    Column("Alignment Type"),
    Column("Alignment ID", "id"),
    Column("Alignment Name"),
    Column("Requirement ID", "id"),
    Column("Requirement Name"),
    Column("Requirement Type"),
    Column("Threshold"),
    Column("Award Method"),
    Column("Visibility"),
)

LEARNER_PROGRESS_COLUMNS: Final = (
    *ISSUER_COLUMNS,
    Column("Group ID", "id"),
    Column("Group Name"),
    Column("Learner Name"),
    Column("Learner ID", "id"),
    Column("Last Badge Earned"),
    Column("Alignment Type"),
    Column("Alignment ID", "id"),
    Column("Alignment Name"),
    Column("Status"),
    Column("Detailed Progress"),
    Column("Evidence"),
)

TRAIL_COLUMNS: Final = (
    Column("At", "time"),
    Column("Actor"),
    Column("Action"),
    Column("Target Type"),
    Column("Target ID", "id"),
    Column("Target Name"),
    Column("Details"),
    Column("Entry ID", "id"),
)

COLUMNS: Final[dict[str, tuple[Column, ...]]] = {
    "awards": AWARD_COLUMNS,
    "badges": BADGE_COLUMNS,
    "groups": GROUP_COLUMNS,
    "group-badges": GROUP_BADGE_COLUMNS,
    "learner-progress": LEARNER_PROGRESS_COLUMNS,
    "trail": TRAIL_COLUMNS,
}
"""All columns, by kind of export."""


def check_columns(kind: str, names: Sequence[str]) -> None:
    """Check the columns that an export selects.

    Raises
    ------
    Problem
        422 for ``columns`` if the list is empty, repeats a column, or names an unknown column.
    """
    published = [column.name for column in COLUMNS[kind]]
    if not names:
        raise invalid("columns", "Select at least one column, or omit columns to use the defaults.")
    for number, name in enumerate(names):
        if name not in published:
            raise invalid(
                f"columns.{number}",
                f"{shown(name)} is not a column in {kind} exports. The available columns are: {', '.join(published)}.",
            )
        if name in names[:number]:
            raise invalid(
                f"columns.{number}", f"The column {shown(name)} is selected more than once. Remove the duplicate."
            )


def cell_picker(kind: str, columns: Sequence[Column]) -> Callable[[Sequence[Value]], list[Value]]:
    """Return a function that takes a row with all columns and returns the cells for `columns`."""
    published = [column.name for column in COLUMNS[kind]]
    cells = [published.index(column.name) for column in columns]
    return lambda row: [row[cell] for cell in cells]


def selected(kind: str, names: Sequence[str]) -> list[Column]:
    """Return the columns with these names, in the given order."""
    by_name = {column.name: column for column in COLUMNS[kind]}
    return [by_name[name] for name in names]
