"""Where a long award export is cut, so that several workers write it at once: between issuers, and between dates.

There is no table of statistics to ask. The cuts come from what is there: the issuers that are left, and the dates of
the oldest and newest award of each (two reads of one item). Cuts that turn out uneven mend themselves: a segment that
still takes long is split again.
"""

from collections.abc import Sequence
from datetime import datetime

from badgedata.clock import parse_rfc3339, sortable
from badgedata.exports.awards_csv import Stretch, position
from badgedata.records.awards import Award


def boundaries(stretches: Sequence[Stretch], ways: int) -> list[str]:
    """Cut what is left of an export into up to `ways` shares.

    Parameters
    ----------
    stretches
        What is left, in order (awards_csv.stretches).

    Returns
    -------
    list of str
        The positions of the cuts, ascending: each begins a share, and ends the one before. Empty where there is nothing
        to share.
    """
    if len(stretches) >= ways:
        cuts = [stretches[len(stretches) * share // ways] for share in range(1, ways)]
        return [position(stretch.issuer.entity_id, "") for stretch in cuts]
    found: list[str] = []
    for number, stretch in enumerate(stretches):
        dates = _cuts_between_dates(stretch, ways // len(stretches))
        if number:
            dates = ["", *dates]
        found += [position(stretch.issuer.entity_id, date) for date in dates]
    return found


def _cuts_between_dates(stretch: Stretch, shares: int) -> list[str]:
    oldest, newest = _edge(stretch, newest=False), _edge(stretch, newest=True)
    if oldest is None or newest is None:
        return []
    step = (newest - oldest) / shares
    cuts = [sortable(oldest + step * share) for share in range(1, shares)] if step else []
    return [cut for cut in cuts if stretch.first < cut < stretch.last]


def _edge(stretch: Stretch, *, newest: bool) -> datetime | None:
    """Give when the oldest or the newest award of a stretch was issued."""
    found = Award.query(
        stretch.issuer.entity_id,
        Award.issued_on_award_id.between(stretch.first, stretch.last),
        scan_index_forward=not newest,
        limit=1,
        attributes_to_get=["issuedOnAwardId"],
    )
    return next((parse_rfc3339(award.issued_on_award_id.partition("#")[0]) for award in found), None)
