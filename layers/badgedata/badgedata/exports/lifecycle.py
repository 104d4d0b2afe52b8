"""The lifecycle of an export. Each status change is one conditional write.

`queued → running → succeeded | failed`. A queued or running export can also become `cancelled`. `expired` is not a
stored status. An export that succeeded is shown as expired after its file's retention period ends. The sweeper then
stores the current time in `expired_at`.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from pynamodb.transactions import TransactWrite

from badgedata import clock, trail
from badgedata.access import Caller
from badgedata.config import config
from badgedata.delivery import lifecycle as deliveries
from badgedata.exports import segments, upload
from badgedata.exports.upload import WrittenFile
from badgedata.identifiers import new_id
from badgedata.records import transactions
from badgedata.records.deliveries import Delivery
from badgedata.records.exports import ActiveExports, Export, IdempotencyKey, Segment
from badgedata.records.trail import TrailEntry
from badgedata.records.transactions import ConditionsFailedError
from badgedata.trail import Action

logger = Logger(child=True)
metrics = Metrics()

ACTIVE = ("queued", "running")
DUE = "export"
"""The partition of the due-time index for all exports that the sweeper must still check."""

QUEUE_PATIENCE = timedelta(minutes=15)
"""The time that an export may wait in the queue before the sweeper enqueues it again."""

WORK_PATIENCE = timedelta(minutes=2)
"""The interval at which the sweeper checks whether the workers of a running export are alive."""

DELIVERY_PATIENCE = timedelta(hours=1)
"""The interval at which the sweeper checks whether the delivery of an expired file has ended."""


class ExportOverError(Exception):
    """Raised when an export has already ended, for example because it was canceled."""


def find_export(export_id: str) -> Export | None:
    """Return the export with this ID, or None if it doesn't exist."""
    return Export.find(*Export.key(export_id))


def history(scope_key: str, after: str | None, read_at_once: int) -> Iterator[Export]:
    """Yield a scope's exports, newest first.

    Parameters
    ----------
    after
        The ID of an export. Only exports that are older than this export are yielded. If None, all exports are yielded.
    read_at_once
        The number of exports that each request to DynamoDB reads.
    """
    return Export.by_scope.newest_first(scope_key, after, read_at_once)


def status_of(export: Export) -> str:
    """Return an export's status as the API shows it, including `expired`."""
    if export.status == "succeeded" and (export.file_expires_at or "") <= clock.to_the_second(clock.now()):
        return "expired"
    return export.status


def create(export: Export, first_use: IdempotencyKey | None, run: dict[str, str] | None = None) -> bool:
    """Store a new export in one transaction.

    The transaction also stores the export's first segment, idempotency key, and trail entry. It increments the
    organization's count of active exports.

    Parameters
    ----------
    run
        The schedule run's details for the trail entry, if a schedule requested the export.

    Returns
    -------
    bool
        Whether the export was stored. Nothing is stored if the idempotency key was already used or the limit on active
        exports has been reached.
    """

    def together(transaction: TransactWrite) -> None:
        if first_use is not None:
            unused = IdempotencyKey.pk.does_not_exist() | ~IdempotencyKey.unexpired()
            transaction.save(first_use, condition=unused)
        transaction.update(
            ActiveExports(*ActiveExports.key(export.organization_id)),
            actions=[ActiveExports.active.add(1)],
            condition=ActiveExports.active.does_not_exist()
            | (ActiveExports.active < config().active_exports_per_organization),
        )
        transaction.save(export)
        transaction.save(Segment(*Segment.key(export.id, ""), expires_at=export.expires_at))
        transaction.save(_trail_entry(export, "export-requested", export.requested_by, export.token_id, run))

    try:
        transactions.write(together)
    except ConditionsFailedError:
        return False
    return True


def start(export: Export, expected_rows: int | None) -> bool:
    """Mark an export as running. A repeated call doesn't change the start time.

    Parameters
    ----------
    expected_rows
        The number of rows that the file will contain, or None if this number is unknown or already stored.

    Returns
    -------
    bool
        False if the export has already ended.
    """
    actions = [
        Export.status.set("running"),
        Export.started_at.set(Export.started_at | clock.to_the_second(clock.now())),
        Export.due_at.set(clock.sortable(clock.now() + WORK_PATIENCE)),
        *([Export.expected_rows.set(expected_rows)] if expected_rows is not None else []),
    ]
    return export.update_if(Export.status.is_in(*ACTIVE), actions)


def keep(export: Export, segment: Segment, rows: int) -> None:
    """Renew a worker's lease on a segment and record the number of rows written so far.

    Raises
    ------
    LeaseLostError
        If another worker holds the lease.
    ExportOverError
        If the export has ended.
    """
    segments.renew(segment, rows)
    require_active(export)


def require_active(export: Export) -> Export:
    """Return an export's current record. Raise ExportOverError if the export has ended."""
    found = find_export(export.id)
    if found is None or found.status not in ACTIVE:
        raise ExportOverError
    return found


def split(export: Export, segment: Segment, boundaries: list[str]) -> bool:
    """Split a segment at the given boundaries.

    The segment then ends at the first boundary, and a new segment begins at each boundary. The first split of an export
    also creates the record for the assembly, which later joins the segments.

    Returns
    -------
    bool
        False if the export has already ended.

    Raises
    ------
    LeaseLostError
        If another worker holds the lease.
    """
    starts_and_ends = list(pairwise([*boundaries, segment.end]))

    def several(transaction: TransactWrite) -> None:
        first_split = export.open_segments is None
        transaction.update(
            export,
            actions=[
                Export.open_segments.set(len(boundaries) + 1)
                if first_split
                else Export.open_segments.add(len(boundaries)),
                Export.due_at.set(clock.sortable(clock.now() + segments.LEASE)),
            ],
            condition=(Export.status == "running")
            & (Export.open_segments.does_not_exist() if first_split else Export.open_segments.exists()),
        )
        transaction.update(segment, actions=[Segment.end.set(boundaries[0])], condition=segments.owned(segment))
        # No segment begins at these boundaries yet, because they are before the segment's end, which only its owner
        # changes. If the response is lost, botocore repeats the transaction with the same token.
        for start, end in starts_and_ends:
            transaction.save(
                Segment(
                    *Segment.key(export.id, start), start=start, end=end, cursor=start, expires_at=export.expires_at
                )
            )
        if first_split:
            transaction.save(Segment(*Segment.assembly_key(export.id), expires_at=export.expires_at))

    try:
        transactions.write(several)
    except ConditionsFailedError as error:
        if error.failed[-1]:  # the segment's update, because PynamoDB lists updates after saved items
            raise segments.lease_lost(segment) from None
        return False
    export.open_segments = (export.open_segments or 1) + len(boundaries)
    segment.end = boundaries[0]
    return True


def finish_segment(export: Export, segment: Segment, file: WrittenFile) -> None:
    """Mark a segment as done and record the S3 object that contains its bytes.

    Raises
    ------
    LeaseLostError
        If another worker holds the lease.
    """

    def together(transaction: TransactWrite) -> None:
        transaction.update(export, actions=[Export.open_segments.add(-1)])
        transaction.update(
            segment,
            actions=[
                Segment.status.set("done"),
                Segment.object_key.set(file.key),
                Segment.cursor.set(file.positions[0]),
                Segment.rows.set(file.rows),
                Segment.rows_seen.set(file.rows),
                Segment.bytes.set(file.bytes),
            ],
            condition=segments.owned(segment),
        )

    try:
        transactions.write(together)
    except ConditionsFailedError:
        raise segments.lease_lost(segment) from None


def succeed(
    export: Export,
    segment: Segment,
    file: WrittenFile,
    contents: dict[str, int] | None = None,
    truncated_cells: int | None = None,
) -> None:
    """Mark an export as succeeded and make its file available for download.

    Parameters
    ----------
    file
        The complete file. Its SHA-256 hash must be known.
    contents
        The number of items of each kind in the file, if known.
    truncated_cells
        The number of truncated cells in the file, or None if the file's format doesn't limit cell length.

    Raises
    ------
    LeaseLostError
        If another worker holds the lease.
    ExportOverError
        If the export has ended.
    """
    expiry = _expiry(export)
    actions = [
        Export.object_key.set(file.key),
        Export.rows.set(file.rows),
        Export.bytes.set(file.bytes),
        Export.sha256.set(file.sha256),
        Export.file_expires_at.set(clock.to_the_second(expiry)),
        *([Export.contents.set(contents)] if contents is not None else []),
        *([Export.truncated_cells.set(truncated_cells)] if truncated_cells is not None else []),
        # Only now is it certain which file to keep. The sweeper then removes the files of other workers.
        *_due(expiry if file.alone else clock.now()),
    ]
    delivery = deliveries.new_delivery(export) if export.deliver else None
    if not _end(export, "succeeded", actions, segment, delivery):
        require_active(export)
        raise segments.lease_lost(segment)


def _expiry(export: Export) -> datetime:
    """Return the time when the file expires.

    S3 counts the days from the start of the upload and rounds up to the next midnight UTC (S3 User Guide, "Lifecycle
    rules: time calculation"). If an export runs past midnight UTC, S3 may delete the file before the retention period
    ends. In that case, the returned time is the earliest time when S3 may delete the file.
    """
    kept = timedelta(days=config().file_retention_days)
    began = clock.parse_rfc3339(export.started_at or export.created_at)
    midnight = (began + kept).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return min(clock.now() + kept, midnight).replace(microsecond=0)


def give_up(export: Export, code: str, message: str) -> None:
    """Mark an export as failed and delete everything that workers have written for it.

    Parameters
    ----------
    code
        A machine-readable reason, such as ``gave-up``.
    message
        A human-readable reason.
    """
    if _end(export, "failed", [Export.error_code.set(code), Export.error_message.set(message), *_due(clock.now())]):
        logger.warning("Export failed", export_id=export.id, error_code=code)
        # The alarm for failed exports needs this metric from every function that can end an export.
        metrics.add_metric("ExportFailed", MetricUnit.Count, 1)
    clean_up(export)


def remove(export: Export, by: Caller | None = None) -> None:
    """Cancel an active export, or delete the file of an export that succeeded. Otherwise, do nothing.

    Everything that workers have written so far is deleted. The sweeper checks again later, because a worker may
    still be writing.

    Parameters
    ----------
    by
        The caller to record in the history and the trail, or None for an operator's command. If several callers delete
        the same file, the first caller is recorded.
    """
    logger.info("Export canceled or its file deleted", export_id=export.id)
    now = clock.to_the_second(clock.now())
    noted = [Export.deleted_by.set(by.name), Export.deleted_at.set(now)] if by is not None else []
    if _end(export, "cancelled", [*noted, *_due(clock.now())], entry=entry_by(by, export, "export-cancelled")):
        upload.remove_all(upload.files_prefix(export))
        return
    export.refresh(consistent_read=True)  # a worker may have ended the export since it was read
    if export.status == "succeeded":
        if (export.file_expires_at or now) > now:
            unchanged = Export.file_expires_at == export.file_expires_at
            changes = [Export.file_expires_at.set(now), Export.expired_at.set(now), *noted]
            trail.update_if(export, unchanged, changes, entry_by(by, export, "export-file-deleted"))
        if export.deliver:
            deliveries.cancel(export.id)
        upload.remove_all(upload.files_prefix(export))


def entry_by(caller: Caller | None, export: Export, action: Action) -> TrailEntry:
    """Return the trail entry for a caller's action on an export. If `caller` is None, the actor is an operator."""
    if caller is None:
        return _trail_entry(export, action, trail.OPERATOR)
    return _trail_entry(export, action, caller.name, caller.token_id)


def is_awaiting_delivery(export: Export) -> bool:
    """Return whether an export's file must be kept because its delivery is still pending."""
    if not export.deliver or export.status != "succeeded" or export.deleted_at is not None:
        return False
    delivery = deliveries.find(export.id)
    return delivery is not None and delivery.status == "pending"


def claim_email(export: Export) -> bool:
    """Claim the right to send the email about an export. Send the email only if this call returns True.

    Returns
    -------
    bool
        False if the email was already claimed, or if the export was deleted.
    """
    own = new_id()
    unsent = Export.pk.exists() & Export.email_id.does_not_exist()
    claimed_at = Export.email_claimed_at.set(clock.sortable(clock.now()))
    if export.update_if(unsent, [Export.email_id.set(own), claimed_at]):
        return True
    # If the response to the update was lost and botocore retried the update, this claim is already stored.
    found = find_export(export.id)
    if found is None or found.email_id != own:
        return False
    export.email_id = own
    return True


def release_email(export: Export) -> None:
    """Release the claim on an email that was definitely not sent, so that a later attempt can send it."""
    export.update_if(Export.email_id == export.email_id, [Export.email_id.remove(), Export.email_claimed_at.remove()])


def record_email(export: Export, outcome: str) -> bool:
    """Record the outcome of a claimed email. Return False if an outcome is already recorded."""
    return export.update_if(
        (Export.email_id == export.email_id) & Export.email_outcome.does_not_exist(),
        [Export.email_outcome.set(outcome)],
    )


def clean_up(export: Export) -> bool:
    """Delete the S3 objects of an export that has ended, except for its file if the file is still needed.

    A file is needed as long as users can download it or its delivery is still pending.

    Returns
    -------
    bool
        Whether the file was kept. If it was, the caller must ensure that it is deleted later.
    """
    found = find_export(export.id)
    if found is None or found.status in ACTIVE:
        return False
    is_kept = status_of(found) == "succeeded" or is_awaiting_delivery(found)
    upload.remove_all(upload.files_prefix(found), keep=found.object_key if is_kept else None)
    return is_kept


def recheck_at_expiry(export: Export) -> None:
    """Make the sweeper check an export again when its file expires."""
    if export.file_expires_at is not None:
        recheck_at(export, clock.parse_rfc3339(export.file_expires_at))


def expire(export: Export) -> bool:
    """Record that an export's file has expired. Return whether this call recorded the expiry.

    Nothing is recorded if the file hasn't expired, was deleted, or was already recorded as expired. The sweeper
    continues to check the export, because a pending delivery may still need the file.
    """
    is_first = (Export.status == "succeeded") & Export.expired_at.does_not_exist()
    actions = [Export.expired_at.set(clock.to_the_second(clock.now()))]
    return status_of(export) == "expired" and export.update_if(
        is_first & (Export.file_expires_at == export.file_expires_at), actions
    )


def remove_from_sweep(export: Export) -> None:
    """Stop the sweeper from rechecking an export that has ended."""
    export.update_if(~Export.status.is_in(*ACTIVE), [Export.due.remove(), Export.due_at.remove()])


def recheck_at(export: Export, moment: datetime) -> None:
    """Schedule the sweeper's next check of an export."""
    export.update_if(Export.due.exists(), [Export.due_at.set(clock.sortable(moment))])


def due_exports(now: datetime) -> Iterator[Export]:
    """Yield the exports that the sweeper must check at `now`."""
    return Export.by_due_time.query(DUE, Export.due_at <= clock.sortable(now))


def _trail_entry(
    export: Export, action: Action, actor: str, token_id: str | None = None, run: dict[str, str] | None = None
) -> TrailEntry:
    details = {
        "kind": export.kind,
        "scopeType": export.scope_type,
        "scopeId": export.scope_id,
        "scopeName": export.scope_name,
        **(run or ({"scheduleId": export.schedule_id} if export.schedule_id is not None else {})),
    }
    return trail.entry(
        export.organization_id,
        actor,
        action,
        "export",
        export.id,
        export.file_name,
        details,
        export.issuer_id,
        token_id,
    )


def _due(moment: datetime) -> list[Any]:
    return [Export.due.set(DUE), Export.due_at.set(clock.sortable(moment))]


def _end(
    export: Export,
    status: str,
    actions: list[Any],
    segment: Segment | None = None,
    delivery: Delivery | None = None,
    entry: TrailEntry | None = None,
) -> bool:
    """End an export with `status`. Return False if the export had already ended or the lease on `segment` was lost.

    The same transaction decrements the organization's count of active exports, marks `segment` as done, and
    stores `delivery` and `entry`.
    """

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
        if entry is not None:
            transaction.save(entry)
        if delivery is not None:
            transaction.save(delivery)

    try:
        transactions.write(once)
    except ConditionsFailedError:
        return False
    return True
