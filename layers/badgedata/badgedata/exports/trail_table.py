"""The table of trail entries in chronological order (docs/formats.md, "Trail")."""

import json
from collections.abc import Sequence

from badgedata import trail
from badgedata.exports.columns import Column, Row, cell_picker
from badgedata.exports.directory_tables import Table, TablePosition, TableRows
from badgedata.exports.specification import TrailExport, trail_window
from badgedata.exports.window import ids_within
from badgedata.records.exports import Export
from badgedata.records.trail import TrailEntry


def trail_table(specification: TrailExport, columns: Sequence[Column], export: Export) -> Table:
    """Return a table of the trail entries up to the time of the export request, oldest first."""
    pick = cell_picker("trail", columns)
    issuer_id = export.scope_id if export.scope_type == "issuer" else None
    first, end = ids_within(trail_window(specification))

    def rows_after(begin: TablePosition) -> TableRows:
        # The first 12 digits of an export's ID encode its request time. Later entries are not exported.
        entries = trail.entries(export.organization_id, issuer_id, max(first, begin.group), min(end, export.id[:12]))
        for entry in entries:
            yield TablePosition(entry.id), pick(_row(entry))

    return Table(columns, rows_after, lambda: sum(1 for _ in rows_after(TablePosition())))


def _row(entry: TrailEntry) -> Row:
    return [
        entry.at,
        entry.actor,
        entry.action,
        entry.target_type,
        entry.target_id,
        entry.target_name,
        json.dumps(entry.details, ensure_ascii=False, separators=(",", ":")) if entry.details else "",
        entry.id,
    ]
