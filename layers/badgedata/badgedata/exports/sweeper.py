"""The export sweeper. It recovers stalled exports and cleans up after finished exports."""

from aws_lambda_powertools import Logger

from badgedata import clock
from badgedata.exports import lifecycle, messages, segments
from badgedata.exports.segments import ASSEMBLY
from badgedata.records.exports import Export
from badgedata.sweeping import SweepResult

logger = Logger(child=True)


def sweep() -> SweepResult:
    """Process every due export: enqueue it again, mark it as failed, or clean up after it."""
    result = SweepResult()
    for export in lifecycle.due_exports(clock.now()):
        with result.item("Sweep of an export failed", export_id=export.id):
            outcome = _recover(export)
            if outcome != "under-way":
                logger.info("Export swept", export_id=export.id, outcome=outcome)
            result.outcomes[outcome] += 1
    return result


def _recover(indexed: Export) -> str:
    export = lifecycle.find_export(indexed.id)
    if export is None:
        return "gone"
    now = clock.now()
    parts = list(segments.of_export(export.id))
    if export.status not in lifecycle.ACTIVE:
        is_file_kept = lifecycle.clean_up(export)
        if any(segments.is_held(segment) for segment in parts):
            lifecycle.recheck_at(export, now + segments.LEASE)
            return "clearing-up"
        return _settle(export, is_file_kept)
    unheld = [segment for segment in parts if segment.status == "open" and not segments.is_held(segment)]
    if (
        export.open_segments == 0
        and (assembly := segments.find(export.id, ASSEMBLY))
        and not segments.is_held(assembly)
    ):
        unheld.append(assembly)
    if any(segment.attempts >= segments.MAX_ATTEMPTS for segment in unheld):
        lifecycle.give_up(export, "gave-up", segments.GAVE_UP)
        return "given-up"
    for segment in unheld:
        messages.send(export.id, ASSEMBLY if segment.sk == ASSEMBLY else segment.start)
    # A message that was just sent may wait in the queue, so the next check allows for the longest expected backlog.
    lifecycle.recheck_at(export, now + (lifecycle.QUEUE_PATIENCE if unheld else lifecycle.WORK_PATIENCE))
    return "sent-for" if unheld else "under-way"


def _settle(export: Export, is_file_kept: bool) -> str:
    """Schedule the next check of an export that has ended, or stop checking it if no file is left.

    A file is deleted when it expires. If its delivery is still pending at that time, the file is deleted within an hour
    after the delivery ends.
    """
    if lifecycle.status_of(export) == "succeeded":
        lifecycle.recheck_at_expiry(export)
        return "settled"
    outcome = "expired" if lifecycle.expire(export) else "settled"
    # Another check is needed even if the delivery has ended since the file was kept, because the file must be deleted.
    if is_file_kept:
        lifecycle.recheck_at(export, clock.now() + lifecycle.DELIVERY_PATIENCE)
    else:
        lifecycle.remove_from_sweep(export)
    return outcome
