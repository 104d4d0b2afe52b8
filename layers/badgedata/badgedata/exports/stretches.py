"""The order of an award export (issuer ID, date, award ID), its positions, and where it can be split.

A long export is split so that several workers can write it in parallel. The boundaries come from the daily award
counts. If awards are distributed too unevenly across days, the boundaries come from the remaining issuers and the dates
of each issuer's oldest and newest award (two single-item reads). A segment that takes too long is split again.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Self

from badgedata.clock import parse_rfc3339, sortable
from badgedata.exports.award_queries import next_sort_key
from badgedata.exports.window import Window
from badgedata.records.awards import Award
from badgedata.records.directory import Issuer

_DAY = len("2026-01-31")


class AwardPosition(NamedTuple):
    """All of an issuer's awards up to and including `sort_key`, and all awards of the issuers before it."""

    issuer_id: str = ""
    sort_key: str = ""
    """Empty before the issuer's first award."""

    def encode(self) -> str:
        """Write the position as ``<issuer id> <sort key>``."""
        return f"{self.issuer_id} {self.sort_key}"

    @classmethod
    def decode(cls, text: str) -> Self:
        """Read a position; "" is the beginning of the file."""
        issuer_id, _, sort_key = text.partition(" ")
        return cls(issuer_id, sort_key)


class Stretch(NamedTuple):
    """An issuer's awards between two sort keys."""

    issuer: Issuer
    first: str
    last: str


def stretches(issuers: list[Issuer], window: Window, after: str, end: str | None) -> Iterator[Stretch]:
    """Return the stretches in a window after the position `after`, up to `end`, in file order."""
    begin, stop = AwardPosition.decode(after), AwardPosition.decode(end or "")
    for issuer in sorted(issuers, key=lambda issuer: issuer.entity_id):
        if issuer.entity_id < begin.issuer_id or (end is not None and issuer.entity_id > stop.issuer_id):
            continue
        is_begun = issuer.entity_id == begin.issuer_id and begin.sort_key
        first = max(window.first, next_sort_key(begin.sort_key)) if is_begun else window.first
        last = min(window.end, stop.sort_key) if end is not None and issuer.entity_id == stop.issuer_id else window.end
        if first <= last:
            yield Stretch(issuer, first, last)


def boundaries(left: Sequence[Stretch], ways: int) -> list[str]:
    """Divide the rest of an export into up to `ways` shares.

    Parameters
    ----------
    left
        The remaining stretches, in order.

    Returns
    -------
    list of str
        The boundary positions, ascending. Each one begins a share and ends the previous one. Empty if there is nothing
        to divide.
    """
    if len(left) >= ways:
        cuts = [left[len(left) * share // ways] for share in range(1, ways)]
        return [AwardPosition(stretch.issuer.entity_id).encode() for stretch in cuts]
    found: list[str] = []
    for number, stretch in enumerate(left):
        dates = _cuts_between_dates(stretch, ways // len(left))
        if number:
            dates = ["", *dates]
        found += [AwardPosition(stretch.issuer.entity_id, date).encode() for date in dates]
    return found


def even_boundaries(left: Sequence[Stretch], days: Mapping[str, Mapping[str, int]], ways: int) -> list[str]:
    """Divide the rest of an export into up to `ways` shares with about the same number of awards.

    Parameters
    ----------
    days
        The number of awards per issuer and day (UTC), by date.

    Returns
    -------
    list of str
        The boundary positions, ascending, each at the beginning of a day. Empty if there are too few days, or the
        distribution is too uneven, to produce at least half of the shares.
    """
    counted = [
        (stretch, day, number)
        for stretch in left
        for day, number in sorted(days.get(stretch.issuer.entity_id, {}).items())
        if stretch.first[:_DAY] <= day <= stretch.last[:_DAY]
    ]
    share = sum(number for _, _, number in counted) / ways
    cuts: list[str] = []
    so_far = 0
    for stretch, day, number in counted:
        # A boundary belongs before a day that overshoots the share's end by more than the days before it fall short.
        if so_far + number / 2 > share * (len(cuts) + 1) and stretch.first < day and len(cuts) < ways - 1 and so_far:
            cuts.append(AwardPosition(stretch.issuer.entity_id, day).encode())
        so_far += number
    return cuts if len(cuts) >= ways // 2 else []


def _cuts_between_dates(stretch: Stretch, shares: int) -> list[str]:
    oldest, newest = _edge(stretch, newest=False), _edge(stretch, newest=True)
    if oldest is None or newest is None:
        return []
    step = (newest - oldest) / shares
    cuts = [sortable(oldest + step * share) for share in range(1, shares)] if step else []
    return [cut for cut in cuts if stretch.first < cut < stretch.last]


def _edge(stretch: Stretch, *, newest: bool) -> datetime | None:
    """Return the issue time of the oldest or newest award in a stretch."""
    found = Award.query(
        stretch.issuer.entity_id,
        Award.issued_on_award_id.between(stretch.first, stretch.last),
        scan_index_forward=not newest,
        limit=1,
        attributes_to_get=["issuedOnAwardId"],
    )
    return next((parse_rfc3339(award.issued_on_award_id.partition("#")[0]) for award in found), None)
