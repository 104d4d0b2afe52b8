"""The schedule sweeper, which reconciles EventBridge Scheduler with the records and retries postponed runs."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from badgedata import clock
from badgedata.records.schedules import PostponedRun
from badgedata.schedules import lifecycle, runner, scheduler
from badgedata.sweeping import SweepResult

_FAILED = "Sweep of a schedule failed"


def sweep() -> SweepResult:
    """Reconcile all schedules that are due for a recheck, and retry all postponed runs."""
    result = SweepResult()
    with result.item(_FAILED):
        lifecycle.recheck_all_after_upgrade()
    now = clock.now()
    for schedule in lifecycle.due_schedules(now):
        with result.item(_FAILED, schedule_id=schedule.id):
            result.outcomes[_reconcile(schedule.id)] += 1
    full: set[str] = set()
    for run in _in_turn(lifecycle.postponed_runs(now)):
        with result.item(_FAILED, schedule_id=run.schedule_id):
            result.outcomes[_retry(run, full)] += 1
    return result


def _reconcile(schedule_id: str) -> str:
    schedule = lifecycle.find(schedule_id)
    if schedule is None or schedule.due != lifecycle.DUE:
        return "reconciled"
    if schedule.status in lifecycle.VISIBLE:
        scheduler.reconcile(schedule)
        lifecycle.settle(schedule)
        return "reconciled"
    # The schedule's creation or deletion was interrupted.
    lifecycle.discard(schedule)
    return "discarded"


def _in_turn(runs: Iterable[PostponedRun]) -> Iterator[PostponedRun]:
    """Yield each organization's first run, then each organization's second run, and so on."""
    queues: dict[str, list[PostponedRun]] = {}
    for run in runs:
        queues.setdefault(run.organization_id, []).append(run)
    for turn in zip_longest(*queues.values()):
        yield from (run for run in turn if run is not None)


def _retry(postponed: PostponedRun, full: set[str]) -> str:
    """Retry a postponed run unless the run is too old or its organization is in `full`. Return the outcome.

    `full` contains the IDs of organizations that have reached their limit on active exports. If this run is postponed
    again, its organization is added to `full`.
    """
    scheduled_time = clock.parse_rfc3339(postponed.scheduled_time)
    if scheduled_time + lifecycle.MAX_WAIT < clock.now():
        lifecycle.remove_postponed(postponed)
        return "given-up"
    if postponed.organization_id in full:
        return "postponed"
    outcome = runner.run(postponed.schedule_id, scheduled_time)
    if outcome == "postponed":
        full.add(postponed.organization_id)
    if (
        outcome != "postponed" or postponed.sk != PostponedRun.key(postponed.schedule_id)[1]
    ):  # a record written by version 0.1
        lifecycle.remove_postponed(postponed)
    return outcome
