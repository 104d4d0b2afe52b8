"""The life of an export once it is asked for: running, and its one end. Every change of state is one conditional write.

`queued → running → succeeded | failed`, and `cancelled` from the first two. `expired` is not stored: it is what a
succeeded export reads as when its file's time is over.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from pynamodb.transactions import TransactWrite

from badgedata import clock
from badgedata.config import config
from badgedata.exports import segments, upload
from badgedata.records import transactions
from badgedata.records.exports import ActiveExports, Export, Segment
from badgedata.records.transactions import ConditionsFailedError

logger = Logger(child=True)
metrics = Metrics()

ACTIVE = ("queued", "running")
DUE = "export"
"""The partition of the index of what is due."""

QUEUE_PATIENCE = timedelta(minutes=15)
"""How long an export may wait in the queue before the sweeper sends for it again."""

WORK_PATIENCE = timedelta(minutes=2)
"""How long an export may run before the sweeper looks whether its workers live."""


def find_export(export_id: str) -> Export | None:
    """Give the export with this id as it is now, or None."""
    return Export.find(*Export.key(export_id))


def history(scope_key: str, after: str | None, read_at_once: int) -> Iterator[Export]:
    """Return a scope's exports, newest first, from the id `after` on, which is left out."""
    return Export.by_scope.newest_first(scope_key, after, read_at_once)


def status_of(export: Export) -> str:
    """Give the state an export reads as now."""
    if export.status == "succeeded" and (export.file_expires_at or "") <= clock.to_the_second(clock.now()):
        return "expired"
    return export.status


def start(export: Export, expected_rows: int | None) -> bool:
    """Move to `running`, and note the rows to expect, where they are known; a repeat changes nothing.

    False when the export is over already.
    """
    actions = [
        Export.status.set("running"),
        Export.started_at.set(Export.started_at | clock.to_the_second(clock.now())),
        Export.due_at.set(clock.sortable(clock.now() + WORK_PATIENCE)),
        *([Export.expected_rows.set(expected_rows)] if expected_rows is not None else []),
    ]
    return export.update_if(Export.status.is_in(*ACTIVE), actions)


def succeed(
    export: Export, segment: Segment, object_key: str, rows: int, size: int, sha256: str, *, alone: bool
) -> bool:
    """Offer the file for download, if the export still goes on and the segment is still its owner's.

    Parameters
    ----------
    alone
        Whether nobody else ever wrote for this export; else the sweeper looks at what they have left behind.
    """
    return _end(
        export,
        "succeeded",
        [
            Export.object_key.set(object_key),
            Export.rows.set(rows),
            Export.bytes.set(size),
            Export.sha256.set(sha256),
            Export.file_expires_at.set(clock.to_the_second(_expiry(export))),
            *([Export.due.remove(), Export.due_at.remove()] if alone else _due_now()),
        ],
        segment,
    )


def _expiry(export: Export) -> datetime:
    """Say until when the file is there: for its days, but no longer than S3 keeps it.

    S3 counts from when an upload began, up to the next midnight in UTC (S3 User Guide, "Lifecycle rules: time
    calculation"), and an export may end on a later day than it began.
    """
    kept = timedelta(days=config().file_retention_days)
    began = clock.parse_rfc3339(export.started_at or export.created_at)
    midnight = (began + kept).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return min(clock.now() + kept, midnight)


def fail(export: Export, code: str, message: str) -> bool:
    """End an export that can't be done, with a reason that a person understands. False when it was over already.

    Here operators are told, whichever function gave up: the metric is that of the alarm on failed exports.
    """
    if not _end(export, "failed", [Export.error_code.set(code), Export.error_message.set(message), *_due_now()]):
        return False
    logger.warning("An export failed", export_id=export.id, error_code=code)
    metrics.add_metric("ExportFailed", MetricUnit.Count, 1)
    return True


def remove(export: Export) -> None:
    """Cancel an export that is going on, or delete the file of one that is done; what is over stays as it is.

    What a worker has written by then goes with it; the sweeper looks again, for the worker may still be at it.
    """
    logger.info("An export is cancelled, or its file deleted", export_id=export.id)
    if _end(export, "cancelled", _due_now()):
        upload.remove_all(files_prefix(export))
        return
    export.refresh(consistent_read=True)  # a worker may have ended it since it was read
    if export.status == "succeeded":
        now = clock.to_the_second(clock.now())
        if (export.file_expires_at or now) > now:
            export.update_if(Export.status == "succeeded", [Export.file_expires_at.set(now)])
        upload.remove_all(files_prefix(export))


def settled(export: Export) -> None:
    """Nothing is left to see to."""
    export.update_if(~Export.status.is_in(*ACTIVE), [Export.due.remove(), Export.due_at.remove()])


def look_again(export: Export, at: datetime) -> None:
    """Let the sweeper look at this export again at that time."""
    export.update_if(Export.due.exists(), [Export.due_at.set(clock.sortable(at))])


def due_exports(now: datetime) -> Iterator[Export]:
    """Give the exports that somebody has to look at by now."""
    return Export.by_due_time.query(DUE, Export.due_at <= clock.sortable(now))


def files_prefix(export: Export) -> str:
    """Give the prefix below which all objects of an export are."""
    return f"{export.organization_id}/{export.id}/"


def _due_now() -> list[Any]:
    return [Export.due.set(DUE), Export.due_at.set(clock.sortable(clock.now()))]


def _end(export: Export, status: str, actions: list[Any], segment: Segment | None = None) -> bool:
    """Move an export to its end, once, and count it off the organization's active ones in the same transaction."""

    def once(transaction: TransactWrite) -> None:
        transaction.update(
            export,
            actions=[Export.status.set(status), Export.finished_at.set(clock.to_the_second(clock.now())), *actions],
            condition=Export.status.is_in(*ACTIVE),
        )
        active = ActiveExports(*ActiveExports.key(export.organization_id))
        transaction.update(active, actions=[ActiveExports.active.add(-1)])
        if segment is not None:
            transaction.update(segment, actions=[Segment.status.set("done")], condition=segments.owned(segment))

    try:
        transactions.write(once)
    except ConditionsFailedError:
        return False
    return True
