"""Count from the Awards table's stream: each change exactly once, regardless of how often and in what order it arrives.

The batch is summed up first, so that a bulk load writes each counts item once per batch. Items are independent of each
other: if a batch fails halfway through, it is redelivered, and changes that were already counted are found among the
remembered ones.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from pynamodb.exceptions import PutError

from badgedata import clock
from badgedata.counts import applied
from badgedata.counts.applied import KEPT_SECONDS
from badgedata.counts.changes import Change, changes_of
from badgedata.counts.recounted import Recount, presence_before
from badgedata.records import transactions
from badgedata.records.award_counts import AwardCounts, CountKey

MAX_ATTEMPTS: Final = 12
"""How many writes to one item may collide with another writer before the batch is returned to the stream."""

_WRITERS = 8


def keep(records: Iterable[dict[str, Any]]) -> int:
    """Count the changes in a batch from the stream, and return how many of them were new.

    Raises
    ------
    ExceptionGroup
        If some items couldn't be written. The others were written. The same batch, or any part of it, can be
        redelivered.
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


def read_counts(counted: CountKey) -> AwardCounts:
    """Return the current counts, or new ones that are not stored yet."""
    key = AwardCounts.key(counted)
    try:
        return AwardCounts.get(*key, consistent_read=True)
    except AwardCounts.DoesNotExist:
        recount = Recount.of_nothing(counted.issuer_id)
        return AwardCounts(*key, recount=recount.encode() if recount else None)


def days_of(counts: AwardCounts) -> dict[str, int]:
    """Return the number of awards for each day of the month that has any, such as ``{"31": 2}``."""
    return {day: int(number) for day, number in counts.days.attribute_values.items()}


def save(counts: AwardCounts, now: int) -> bool:
    """Save counts, unless another writer has saved them since they were read. Counts without awards expire."""
    days = {day: number for day, number in days_of(counts).items() if number}
    counts.days = days
    # The changes that led to zero are kept until none of them can be redelivered.
    counts.expires_at = None if days else now + KEPT_SECONDS
    try:
        counts.save()
    except PutError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        return False
    return True


def _count(counted: CountKey, changes: Sequence[Change]) -> int:
    for attempt in range(MAX_ATTEMPTS):
        now = int(clock.now().timestamp())
        counts = read_counts(counted)
        new = _add(counts, changes, now)
        if not new or save(counts, now):
            return new
        transactions.back_off(min(attempt, 5))
    raise TimeoutError(f"counts of {counted} are continuously being written by others")


def _add(counts: AwardCounts, changes: Sequence[Change], now: int) -> int:
    """Add to the counts any of the changes that they don't include yet. Return the number added."""
    recount = Recount.of(counts)
    if recount is not None and recount.is_over(now):
        recount = counts.recount = None
    uncertain = {change.award for change in changes if recount is not None and change.created <= recount.until}
    states = recount.states(counts.issuer_id, uncertain) if recount is not None else {}
    # The recount's results are compared with all changes since then, not only with those made at the same time.
    since = 0 if uncertain else min(change.created for change in changes)
    known: dict[bytes, dict[int, Change]] = {change.award: {} for change in changes}
    for change in applied.remembered(counts, since):
        if change.award in known:
            known[change.award][change.sequence] = change
    days, new = days_of(counts), []
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
        days[day] = days.get(day, 0) + change.is_present - before
    counts.days = days
    if new:
        applied.remember(counts, new, now)
    return len(new)
