"""Correct an issuer's stored award counts by recounting the awards in the Awards table.

The awards and the stored counts may change during a recount. The recount reads the awards once, in date order. After it
has read all of a month's awards, it replaces the counts for that month. It also stores the awards that it read. Later
changes from the stream are compared with these awards (`counts.recounted`).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Final, NamedTuple

from badgedata import clock
from badgedata.aws import dynamodb
from badgedata.config import config
from badgedata.counts.changes import KEPT_SECONDS, Change, award_hash, place_of
from badgedata.counts.recounted import MARGIN_SECONDS, Listing, Recount
from badgedata.counts.stored import Counts
from badgedata.records import transactions
from badgedata.records.award_counts import AwardCounts, CountKey, IssuerRecount

MAX_ATTEMPTS: Final = 20
"""The maximum number of attempts to replace one counts item. An attempt fails if the stream function writes first."""

STREAM_FUNCTION_SECONDS: Final = 60
"""The maximum duration of one invocation of the stream function (`Timeout` in template.yaml)."""

LONGEST_RECOUNT_SECONDS: Final = 24 * 3600
"""The maximum duration of one issuer's recount."""


class Recounted(NamedTuple):
    """The result of a recount for one counts item.

    `before` is the stored number of awards, and `after` is the actual number.
    """

    counted: CountKey
    before: int
    after: int
    days_that_differ: int


def compare_issuer(issuer_id: str) -> Iterator[Recounted]:
    """Compare an issuer's counts with the Awards table, and yield the result for each counts item.

    The stored counts aren't changed. Awards that were written in the last few seconds may be reported as differences,
    because the stream may not have delivered them yet.
    """
    for counted, awards in _items_of(issuer_id):
        days = Counter(f"{award.day:02}" for award in awards.values())
        yield _compared(Counts.read(counted), days)


def recount_issuer(issuer_id: str) -> Iterator[Recounted]:
    """Correct an issuer's counts to match the Awards table, and yield the result for each counts item."""
    started = _now()
    _mark(issuer_id, started + LONGEST_RECOUNT_SECONDS)
    for counted, awards in _items_of(issuer_id):
        yield replace(counted, awards, started)
    _mark(issuer_id, _now() + MARGIN_SECONDS)


def replace(counted: CountKey, found: Mapping[bytes, Change], started: int) -> Recounted:
    """Replace the counts in one counts item with the counts from a recount, and return the result.

    Parameters
    ----------
    found
        The awards in the table for the item's badge class and month, keyed by hash. They were read after `started`.
    started
        The time when the recount started, in seconds since the Unix epoch.

    Raises
    ------
    TimeoutError
        If the stream function changed the counts during every attempt.
    """
    listing = Listing.write(counted.issuer_id, list(found.values()), _now())
    for attempt in range(MAX_ATTEMPTS):
        counts = Counts.read(counted)
        now = _now()
        # The stream won't redeliver these changes, so the new counts must include them.
        delivered = {award: _state(last, found, started) for award, last in _latest(counts, now).items()}
        states = {**found, **delivered}
        days = Counter(f"{state.day:02}" for state in states.values() if state.is_present)
        result = _compared(counts, days)
        overtaken = Listing.write(counted.issuer_id, list(delivered.values()), now)
        counts.replace(days, Recount(now + MARGIN_SECONDS, listing, overtaken))
        if counts.save(now):
            return result
        transactions.back_off(min(attempt, 5))
    raise TimeoutError(f"the stream function kept changing the counts for {counted}")


def announce(issuer_id: str) -> None:
    """Record that an issuer's awards are about to be recounted.

    After this call, wait at least `STREAM_FUNCTION_SECONDS` before you begin the recount. By then, every invocation of
    the stream function that began before this call will have ended.

    Some awards were never counted, for example because they were written before the stream existed. Without this
    record, deleting one of these awards during the recount would reduce a count below zero.
    """
    _mark(issuer_id, _now() + LONGEST_RECOUNT_SECONDS)


def _mark(issuer_id: str, until: int) -> None:
    IssuerRecount(*IssuerRecount.key(issuer_id), until=until, expires_at=until + KEPT_SECONDS).save()


def _latest(counts: Counts, now: int) -> dict[bytes, Change]:
    """Return the latest counted change to each award, keyed by the award's hash.

    Changes that were counted before an earlier recount are included.
    """
    earlier = counts.recount
    changes = [] if earlier is None else list(earlier.counted.all(counts.counted.issuer_id))
    latest: dict[bytes, Change] = {}
    for change in [*changes, *counts.remembered(since=0)]:
        is_latest = change.award not in latest or change.sequence > latest[change.award].sequence
        if is_latest and (change.created or now) > now - KEPT_SECONDS:
            latest[change.award] = change
    return latest


def _state(last: Change, found: Mapping[bytes, Change], started: int) -> Change:
    """Return the state to count for an award.

    `last` is the award's latest delivered change. If the recount definitely read the award after this change, the
    result is the state that the recount found. Otherwise, the result is the award's state after the change.
    """
    if not last.created or last.created >= started - MARGIN_SECONDS:
        return last
    # If the states differ, a change hasn't been delivered yet, or was lost because the stream was down for over a day.
    return last._replace(is_present=last.award in found)


def _items_of(issuer_id: str) -> Iterator[tuple[CountKey, dict[bytes, Change]]]:
    """Yield the key of each counts item together with the item's awards, keyed by hash.

    Items that don't exist yet and items whose awards have all been deleted are included.
    """
    counted: set[CountKey] = set()
    for _, awards in groupby(_awards_of(issuer_id), key=lambda award: award[0].month):
        items: defaultdict[CountKey, dict[bytes, Change]] = defaultdict(dict)
        for key, award in awards:
            items[key][award.award] = award
        counted |= items.keys()
        yield from items.items()
    for counts in AwardCounts.query(AwardCounts.issuer_key(issuer_id), consistent_read=True):
        key = CountKey(issuer_id, counts.badge_class_id, counts.month)
        if key not in counted:
            yield key, {}


def _awards_of(issuer_id: str) -> Iterator[tuple[CountKey, Change]]:
    pages = (
        dynamodb()
        .get_paginator("query")
        .paginate(
            TableName=config().awards_table,
            ConsistentRead=True,
            ProjectionExpression="issuedOnAwardId, badgeClassId",
            KeyConditionExpression="issuerId = :issuer",
            ExpressionAttributeValues={":issuer": {"S": issuer_id}},
        )
    )
    for page in pages:
        for item in page["Items"]:
            sort_key = item["issuedOnAwardId"]["S"]
            place = place_of(issuer_id, item.get("badgeClassId", {}).get("S", ""), sort_key)
            if place is not None:
                yield place[0], Change(award_hash(sort_key), 0, 0, place[1], True)


def _compared(counts: Counts, days: Mapping[str, int]) -> Recounted:
    before = counts.days
    differ = sum(before.get(day, 0) != days.get(day, 0) for day in before.keys() | days.keys())
    return Recounted(counts.counted, sum(before.values()), sum(days.values()), differ)


def _now() -> int:
    return int(clock.now().timestamp())
