"""Runs of schedules that are requested by people instead of EventBridge Scheduler."""

from badgedata import clock
from badgedata.access import Scope
from badgedata.exports.request import request_export
from badgedata.identifiers import comparable_address
from badgedata.records.exports import Export
from badgedata.records.schedules import Schedule
from badgedata.schedules import lifecycle
from badgedata.schedules.runner import specification_of


def run_now(schedule: Schedule, scope: Scope, by: str, idempotency_key: str | None = None) -> Export:
    """Request a schedule's export on behalf of the person `by`, with dates as if the schedule were due now.

    Parameters
    ----------
    idempotency_key
        Belongs to this person and this schedule. A repeated request returns the first run's export.

    Raises
    ------
    Problem
        403 for a role that can't edit, or without a paid plan; 422 if an option is no longer valid; 429 if the
        organization has reached its limit of active exports.
    """
    scope.require_editing_role()
    key = None if idempotency_key is None else f"run by {comparable_address(by)}: {idempotency_key}"
    export = request_export(specification_of(schedule, clock.now()), scope, by, key, schedule.id)
    lifecycle.note_run(schedule, export.created_at, export.id)
    return export
