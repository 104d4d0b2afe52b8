"""The issuers and badge classes with the most awards in a time window."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import batched, islice
from typing import NamedTuple

from badgedata.access import Scope, badge_classes_by_id
from badgedata.counts.totals import awards_within
from badgedata.records.directory import Issuer
from badgedata.search import entries_of
from badgedata.text import copied_name


class TopIssuer(NamedTuple):
    """An issuer and its award count for a time window. Very long names are shortened."""

    id: str
    name: str
    awards: int


class TopBadgeClass(NamedTuple):
    """A badge class and its award count for a time window. Very long names are shortened."""

    id: str
    name: str
    issuer_id: str
    awards: int


class Top(NamedTuple):
    """The issuers and the badge classes with the most awards.

    Each list is in descending order of award count. Issuers and badge classes without awards are omitted.
    """

    issuers: list[TopIssuer]
    badge_classes: list[TopBadgeClass]


def most_awarded(scope: Scope, first: str, end: str, limit: int) -> Top:
    """Return the issuers and the badge classes with the most awards in a time window.

    Parameters
    ----------
    scope
        The organization or issuer whose awards are counted.
    first, end
        The beginning and end of the time window, as in `badgedata.exports.window.Window`.
    limit
        The maximum length of each of the two lists.

    Raises
    ------
    TooManyQueriesError
        If the window begins or ends in the middle of a day (UTC) that has too many awards.
    """
    names = {scope.id: scope.name}
    if scope.type == "organization":
        names = {issuer.entity_id: issuer.name for issuer in entries_of(Issuer.parent_key(scope.id))}
    awards = awards_within(list(names), first, end)
    issuers = Counter({issuer_id: of_issuer.total() for issuer_id, of_issuer in awards.items()})
    badge_classes = (
        (number, badge_class_id, issuer_id)
        for issuer_id, of_issuer in awards.items()
        for badge_class_id, number in of_issuer.items()
    )
    return Top(
        [
            TopIssuer(issuer_id, copied_name(names[issuer_id]), number)
            for number, issuer_id in _descending((number, issuer_id) for issuer_id, number in issuers.items())[:limit]
        ],
        list(islice(_existing(_descending(badge_classes), limit), limit)),
    )


def _descending[R: tuple[int, *tuple[str, ...]]](rows: Iterable[R]) -> list[R]:
    return sorted((row for row in rows if row[0] > 0), key=lambda row: (-row[0], row[1:]))


def _existing(rows: Iterable[tuple[int, str, str]], at_once: int) -> Iterator[TopBadgeClass]:
    """Yield the badge classes that still exist, in the order of `rows`.

    Each row contains an award count, a badge class ID, and an issuer ID. Some badge classes may have been deleted,
    because the awards of deleted badge classes are still counted.
    """
    for batch in batched(rows, at_once, strict=False):
        found = badge_classes_by_id({badge_class_id for _, badge_class_id, _ in batch})
        for number, badge_class_id, issuer_id in batch:
            if (badge_class := found.get(badge_class_id)) is not None:
                yield TopBadgeClass(badge_class_id, copied_name(badge_class.name), issuer_id, number)
