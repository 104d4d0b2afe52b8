"""A worker's watch over its segment: keeps the lease, tells how far it is, and notices when the export is over."""

import time

from badgedata.exports import jobs, segments
from badgedata.records.exports import Export, Segment

HEARTBEAT_SECONDS = 2.0
"""How often a worker renews its lease and looks whether the export was cancelled."""


class ExportOverError(Exception):
    """The export was cancelled or has ended otherwise; what this worker wrote is nobody's."""


class Watch:
    """One worker's watch over one segment of one export."""

    def __init__(self, export: Export, segment: Segment) -> None:
        self.export = export
        self.segment = segment
        self._next = time.monotonic() + HEARTBEAT_SECONDS

    def beat(self, rows: int) -> None:
        """Every few seconds: renew the lease and look at the export; between them this costs nothing.

        Raises
        ------
        LeaseLostError, ExportOverError
        """
        if time.monotonic() >= self._next:
            segments.renew(self.segment, rows)
            self.require_active()
            self._next = time.monotonic() + HEARTBEAT_SECONDS

    def require_active(self) -> None:
        """Raise ExportOverError unless the export goes on."""
        export = jobs.find_export(self.export.id)
        if export is None or export.status not in jobs.ACTIVE:
            raise ExportOverError
