"""Count the awards in a time window.

The numbers for whole days (UTC) come from the stored counts. Partial days are counted with queries.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import accumulate, pairwise
from typing import Any, Final, NamedTuple, Self

from badgedata.access import Scope, find_badge_class
from badgedata.aws import dynamodb
from badgedata.config import config
from badgedata.counts.stored import Counts
from badgedata.records.award_counts import AwardCounts, CountKey
from badgedata.records.directory import Issuer

MAX_COUNT_QUERIES: Final = 4000
"""The maximum number of queries for partial days in one call. At 10 ms each, ten at a time, they take 4 seconds."""

AWARDS_A_PAGE: Final = 500
"""The number of awards in a 1 MB query page if the awards are large (2 KB each)."""

_AT_ONCE = 10  # the size of botocore's connection pool
_DAY = slice(len("2026-01-31"))
_MIDNIGHT = "T00:00:00.000000Z"


class Counted(NamedTuple):
    """The issuer or, if `badge_class_id` is set, the badge class whose awards are counted."""

    issuer_id: str
    badge_class_id: str | None = None


class TooManyQueriesError(Exception):
    """Raised when counting the awards on partial days would take more than 4,000 queries."""


def count_all_awards(counted: Sequence[Counted]) -> int:
    """Return the total number of awards for these issuers or badge classes, according to the stored counts."""
    return sum(sum(days.values()) for days in AwardDays.read(counted).of.values())


def counted_in(scope: Scope) -> list[Counted]:
    """Return the badge class or the issuers whose awards belong to a scope."""
    if scope.type == "badge-class":
        badge_class = find_badge_class(scope.id)
        return [Counted(badge_class.issuer_id, scope.id)] if badge_class else []
    if scope.type == "issuer":
        return [Counted(scope.id)]
    return [Counted(issuer.entity_id) for issuer in Issuer.children.query(Issuer.parent_key(scope.id))]


def awards_by_badge_class(issuer_id: str) -> Counter[str]:
    """Return the number of awards for each of an issuer's badge classes, keyed by badge class ID."""
    awards: Counter[str] = Counter()
    for badge_class_id, _, number in _counts_of(Counted(issuer_id)):
        awards[badge_class_id] += number
    return awards


def awards_within(issuer_ids: Sequence[str], first: str, end: str) -> dict[str, Counter[str]]:
    """Return the number of awards that were issued at or after `first` and before `end`.

    The result is keyed by issuer ID and then by badge class ID.

    Raises
    ------
    TooManyQueriesError
        If `first` or `end` isn't midnight UTC, and counting the awards on these partial days would take more than 4,000
        queries.
    """
    with ThreadPoolExecutor(_AT_ONCE) as queries:
        counts = list(queries.map(partial(_BadgeClassCounts.read, edges=(first, end)), issuer_ids))
        if sum(1 + number // AWARDS_A_PAGE for of_issuer in counts for number in of_issuer.at.values()) > (
            MAX_COUNT_QUERIES
        ):
            raise TooManyQueriesError
        return dict(zip(issuer_ids, queries.map(_BadgeClassCounts.within, counts), strict=True))


class _BadgeClassCounts(NamedTuple):
    """An issuer's stored counts for the days (UTC) of two instants (edges) and for all days in between."""

    issuer_id: str
    edges: tuple[str, str]
    whole: Counter[str]
    """The number of awards from the first edge's day through the day before the last edge, by badge class."""

    at: Counter[str]
    """The number of awards on each edge's day, by edge. Edges at midnight are omitted."""

    @classmethod
    def read(cls, issuer_id: str, edges: tuple[str, str]) -> Self:
        whole, at = Counter[str](), Counter[str]()
        for badge_class_id, day, number in _counts_of(Counted(issuer_id)):
            if edges[0][_DAY] <= day < edges[1][_DAY]:
                whole[badge_class_id] += number
            for edge in edges:
                if day == edge[_DAY] and not edge.endswith(_MIDNIGHT):
                    at[edge] += number
        return cls(issuer_id, edges, whole, at)

    def within(self) -> Counter[str]:
        """Return the number of awards between the edges, keyed by badge class ID."""
        awards = self.whole.copy()
        for edge, sign in zip(self.edges, (-1, 1), strict=True):
            if self.at[edge]:
                query = _awards_query(Counted(self.issuer_id), {":day": {"S": edge[_DAY]}, ":edge": {"S": edge}})
                for page in _pages(query | {"ProjectionExpression": "badgeClassId"}):
                    for item in page["Items"]:
                        awards[item["badgeClassId"]["S"]] += sign
        return awards


class AwardDays(NamedTuple):
    """The number of awards issued on each day (UTC), for one or more issuers or badge classes."""

    of: dict[Counted, dict[str, int]]

    @classmethod
    def read(cls, counted: Sequence[Counted]) -> Self:
        """Return the stored number of awards per day for each of these issuers or badge classes."""
        with ThreadPoolExecutor(_AT_ONCE) as queries:
            return cls(dict(zip(counted, queries.map(_days_of, counted), strict=True)))

    @property
    def first(self) -> str | None:
        """The first day with awards, such as ``2026-01-31``, or None if there are no awards."""
        return min((day for days in self.of.values() for day in days), default=None)

    @property
    def last(self) -> str | None:
        """The last day with awards, such as ``2026-01-31``, or None if there are no awards."""
        return max((day for days in self.of.values() for day in days), default=None)

    def between(self, edges: Sequence[str]) -> list[int]:
        """Return the number of awards issued in each period between two consecutive edges.

        The numbers for whole days come from the stored counts, which are updated a few seconds after the Awards table.
        Awards on partial days are counted in the table itself.

        Parameters
        ----------
        edges
            The instants that separate the periods, in chronological order and in the format of `clock.sortable`. An
            award issued exactly at an edge belongs to the period that begins there.

        Raises
        ------
        TooManyQueriesError
            If counting the awards on partial days would take more than 4,000 queries.
        """
        parts = [_Parts.of(counted, days, edges) for counted, days in self.of.items()]
        if sum(part.queries for part in parts) > MAX_COUNT_QUERIES:
            raise TooManyQueriesError
        with ThreadPoolExecutor(_AT_ONCE) as queries:
            in_parts = list(queries.map(_Parts.numbers, parts))
        totals = [0] * (len(edges) - 1)
        for days, in_part in zip(self.of.values(), in_parts, strict=True):
            whole = zip(_so_far(days, edges), edges, strict=True)
            before = [number + in_part[edge] for number, edge in whole]
            totals = [total + later - earlier for total, (earlier, later) in zip(totals, pairwise(before), strict=True)]
        # The table may contain new awards that the stored counts don't include yet.
        return [max(total, 0) for total in totals]


class _Parts(NamedTuple):
    """The partial days to count for one issuer or badge class.

    A partial day is the part of a day (UTC) before an edge.
    """

    counted: Counted
    edges: list[str]
    pages: int
    """The number of 1 MB query pages that contain all awards from the first partial day to the last edge."""

    @classmethod
    def of(cls, counted: Counted, days: Mapping[str, int], edges: Sequence[str]) -> Self:
        """Return the partial days that end at the edges. Days without awards are omitted."""
        # If a time zone skips a day, two edges are equal.
        parts = [edge for edge in dict.fromkeys(edges) if edge[_DAY] in days and not edge.endswith(_MIDNIGHT)]
        within = [number for day, number in days.items() if parts and parts[0][_DAY] <= day <= parts[-1][_DAY]]
        return cls(counted, parts, 1 + sum(within) // AWARDS_A_PAGE)

    @property
    def queries(self) -> int:
        """The number of queries that `numbers` sends."""
        return min(len(self.edges), self.pages)

    def numbers(self) -> Counter[str]:
        """Return the number of awards on each partial day, keyed by the edge that ends it."""
        if len(self.edges) <= self.pages:
            return Counter({edge: _count_in_part(self.counted, edge) for edge in self.edges})
        numbers = Counter[str]()
        between = {":day": {"S": self.edges[0][_DAY]}, ":edge": {"S": self.edges[-1]}}
        for page in _pages(_awards_query(self.counted, between) | {"ProjectionExpression": "issuedOnAwardId"}):
            keys = [item["issuedOnAwardId"]["S"] for item in page["Items"]]
            for edge in self.edges:
                numbers[edge] += bisect_left(keys, edge) - bisect_left(keys, edge[_DAY])
        return numbers


def _so_far(days: Mapping[str, int], edges: Sequence[str]) -> Iterator[int]:
    """Yield, for each edge, the number of awards issued before the edge's day (UTC)."""
    ordered = sorted(days)
    sums = [0, *accumulate(days[day] for day in ordered)]
    for edge in edges:
        yield sums[bisect_left(ordered, edge[_DAY])]


def _days_of(counted: Counted) -> dict[str, int]:
    """Return the number of awards issued on each day (UTC), keyed by date. Days without awards are omitted."""
    days: Counter[str] = Counter()
    for _, day, number in _counts_of(counted):
        days[day] += number
    return {day: number for day, number in days.items() if number}


def _counts_of(counted: Counted) -> Iterator[tuple[str, str, int]]:
    """Yield the stored counts: a badge class ID, a day (UTC), and the number of awards on that day."""
    query: dict[str, Any] = {
        "TableName": config().operations_table,
        "ProjectionExpression": "sk, #days, nextPage",
        "ExpressionAttributeNames": {"#days": "days"},
        "KeyConditionExpression": "pk = :issuer",
        "ExpressionAttributeValues": {":issuer": {"S": AwardCounts.issuer_key(counted.issuer_id)}},
    }
    if counted.badge_class_id is not None:
        query["KeyConditionExpression"] += " AND begins_with(sk, :badge_class)"
        query["ExpressionAttributeValues"][":badge_class"] = {"S": f"{counted.badge_class_id}#"}
    for page in _pages(query):
        for item in page["Items"]:
            badge_class_id, _, month = item["sk"]["S"].rpartition("#")
            days = {day: int(number["N"]) for day, number in item["days"]["M"].items()}
            if "nextPage" in item:  # a counts page may hold the counts
                days = Counts.read(CountKey(counted.issuer_id, badge_class_id, month)).days
            for day, number in days.items():
                yield badge_class_id, f"{month}-{day}", number


def _count_in_part(counted: Counted, edge: str) -> int:
    """Return the number of awards issued on the edge's day (UTC) before the edge."""
    query = _awards_query(counted, {":day": {"S": edge[_DAY]}, ":edge": {"S": edge}})
    return sum(page["Count"] for page in _pages(query | {"Select": "COUNT"}))


def _awards_query(counted: Counted, between: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of a query for awards in a range of sort keys.

    `between` contains the bounds of the range, `:day` and `:edge`, in DynamoDB JSON.
    """
    name, value = "issuerId", counted.issuer_id
    query: dict[str, Any] = {"TableName": config().awards_table}
    if counted.badge_class_id is not None:
        name, value = "badgeClassId", counted.badge_class_id
        query["IndexName"] = "by-badge-class"
    query["KeyConditionExpression"] = f"{name} = :of AND issuedOnAwardId BETWEEN :day AND :edge"
    query["ExpressionAttributeValues"] = {":of": {"S": value}} | between
    return query


def _pages(query: dict[str, Any]) -> Iterator[Any]:
    yield from dynamodb().get_paginator("query").paginate(**query)
