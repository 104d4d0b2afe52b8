"""Count each change in the Awards table's stream exactly once, even if changes arrive repeatedly or out of order.

Changes are grouped by counts item, so that each batch writes an item only once. If a batch fails partway through, it is
redelivered. The counts items record the changes that were already counted, so these changes are skipped.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from badgedata import clock
from badgedata.counts.changes import Change, changes_of
from badgedata.counts.recounted import presence_before
from badgedata.counts.stored import Counts
from badgedata.records import transactions
from badgedata.records.award_counts import CountKey

MAX_ATTEMPTS: Final = 12
"""The maximum number of attempts to write one item while other writers change it. After that, the batch is redelivered.
"""

_WRITERS = 8


def keep(records: Iterable[dict[str, Any]]) -> int:
    """Count the changes in a batch of stream records and return the number of newly counted changes.

    Raises
    ------
    ExceptionGroup
        If one or more counts items couldn't be written. All other items have been written. Either the entire batch or
        only its failed part can be redelivered.
    """
    changes = list(changes_of(records).items())
    errors: list[Exception] = []
    with ThreadPoolExecutor(_WRITERS) as writers:
        pending = [writers.submit(_count, counted, new) for counted, new in changes]
    for future in pending:
        if isinstance(error := future.exception(), Exception):
            errors.append(error)
        elif error is not None:
            raise error
    if errors:
        raise ExceptionGroup("Some award counts could not be written", errors)
    return sum(future.result() for future in pending)


def _count(counted: CountKey, changes: Sequence[Change]) -> int:
    for attempt in range(MAX_ATTEMPTS):
        now = int(clock.now().timestamp())
        counts = Counts.read(counted)
        new = _add(counts, changes, now)
        # A previous invocation may have stopped before it set all items with counts of zero to expire.
        if (not new and not counts.ends) or counts.save(now):
            return new
        transactions.back_off(min(attempt, 5))
    raise TimeoutError(f"other writers kept changing the counts for {counted}")


def _add(counts: Counts, changes: Sequence[Change], now: int) -> int:
    """Count the changes that haven't been counted yet, and return their number."""
    if counts.recount is not None and counts.recount.is_over(now):
        counts.recount = None
    recount = counts.recount
    uncertain = {change.award for change in changes if recount is not None and change.created <= recount.until}
    states = recount.states(counts.counted.issuer_id, uncertain) if recount is not None else {}
    # The recount's results are compared with all changes since the recount, not only with those made during it.
    since = 0 if uncertain else min(change.created for change in changes)
    known: dict[bytes, dict[int, Change]] = {change.award: {} for change in changes}
    for change in counts.remembered(since):
        if change.award in known:
            known[change.award][change.sequence] = change
    new = []
    for change in changes:
        counted = known[change.award]
        if change.sequence in counted:
            continue
        before = not change.is_present
        if recount is not None and change.created <= recount.until:
            since_recount = [one for one in counted.values() if one.created <= recount.until]
            state = presence_before(change, states[change.award], since_recount)
            if state is None:
                continue
            before = state
        counted[change.sequence] = change
        new.append(change)
        day = f"{change.day:02}"
        counts.days[day] = counts.days.get(day, 0) + change.is_present - before
    if new:
        counts.remember(new, now)
    return len(new)
