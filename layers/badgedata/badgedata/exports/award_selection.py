"""The awards that an export contains, and the positions where a long export is split.

Awards are selected by issuer, badge class, date, and status. They are ordered by issuer ID, date, and award ID.

A long export is split so that several workers can write the file in parallel. The boundaries are computed from the
daily award counts. If awards are distributed too unevenly across days, the export is split between issuers instead. If
there are too few issuers, the time between each issuer's oldest and newest awards is divided evenly. Each of these
awards is found with a single-item read. A segment that takes too long is split again.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple, Self

from badgedata.clock import parse_rfc3339, sortable
from badgedata.counts.totals import AwardDays, Counted, TooManyQueriesError
from badgedata.exports.award_queries import (
    Decoder,
    ReadAwards,
    awards_of_badge_classes,
    awards_of_issuer,
    next_sort_key,
)
from badgedata.exports.directory_lists import badge_classes_after, badge_classes_of
from badgedata.exports.failures import UnreadableDataError
from badgedata.exports.specification import STATUSES, AwardsExport, award_window, expiry_window
from badgedata.exports.window import Window
from badgedata.records.awards import Award, AwardRow
from badgedata.records.directory import BadgeClass, Issuer

_DAY = len("2026-01-31")


class AwardPosition(NamedTuple):
    """A position in the file: after an issuer's awards with sort keys up to and including `sort_key`.

    Awards from issuers with lower IDs also come before this position.
    """

    issuer_id: str = ""
    sort_key: str = ""
    """The sort key of an award, or "" before the issuer's first award."""

    def encode(self) -> str:
        """Return the position as text: ``<issuer ID> <sort key>``."""
        return f"{self.issuer_id} {self.sort_key}"

    @classmethod
    def decode(cls, text: str) -> Self:
        """Parse a position that `encode` returned. "" is the beginning of the file."""
        issuer_id, _, sort_key = text.partition(" ")
        return cls(issuer_id, sort_key)


class AwardRange(NamedTuple):
    """One issuer's awards whose sort keys are between `first` and `last`, inclusive."""

    issuer: Issuer
    first: str
    last: str


class SelectedAwards[Award: AwardRow](NamedTuple):
    """One issuer's awards in file order, and the position in the file after these awards."""

    issuer: Issuer
    awards: list[Award]
    position: AwardPosition


@dataclass(frozen=True)
class AwardSelection:
    """The awards that an export contains, ordered by issuer ID, date, and award ID.

    Parameters
    ----------
    all_issuers
        The issuers in the export's scope.
    at
        The time of the request (RFC 3339). The file shows each award's status as of this time.
    """

    specification: AwardsExport
    all_issuers: list[Issuer]
    at: str

    @cached_property
    def window(self) -> Window:
        """The window of issue dates that the export selects."""
        return award_window(self.specification)

    @cached_property
    def issuers(self) -> list[Issuer]:
        """The issuers in the export's scope whose awards may be selected."""
        if self.specification.badge_class_ids is None:
            return self.all_issuers
        return [issuer for issuer in self.all_issuers if issuer.entity_id in self._selected_badge_classes]

    def badge_classes_of(self, issuer: Issuer) -> list[BadgeClass]:
        """Return the issuer's badge classes whose awards may be selected."""
        if self.specification.badge_class_ids is None:
            return list(badge_classes_after(issuer.entity_id))
        return self._selected_badge_classes[issuer.entity_id]

    def read(self, decoder: Decoder[Any], after: str, end: str | None) -> Iterator[SelectedAwards[AwardRow]]:
        """Yield the selected awards between the positions `after` and `end`, one batch at a time.

        "" is the beginning of the file, and None is the end. If a batch contains no selected awards, its list of awards
        is empty, but its position still advances.
        """
        keeps = self.filter
        for issuer, awards, position in self.read_unfiltered(decoder, after, end):
            yield SelectedAwards(issuer, awards if keeps is None else list(filter(keeps, awards)), position)

    def read_unfiltered[Award: AwardRow](
        self, decoder: Decoder[Award], after: str, end: str | None
    ) -> Iterator[SelectedAwards[Award]]:
        """Yield awards for the selected badge classes and issue dates, regardless of status or expiration date."""
        for award_range in award_ranges(self.issuers, self.window, after, end):
            for awards, reached in self._read_range(decoder, award_range):
                yield SelectedAwards(award_range.issuer, awards, AwardPosition(award_range.issuer.entity_id, reached))

    @cached_property
    def count(self) -> int | None:
        """The number of awards for the selected badge classes and issue dates.

        None if counting the awards would take too many queries.
        """
        try:
            (number,) = self._days.between([self.window.first, self.window.end])
        except TooManyQueriesError:
            return None
        return number

    def boundaries(self, after: str, end: str | None, ways: int) -> list[str]:
        """Return positions that divide the awards from `after` to `end` into at most `ways` segments."""
        left = list(award_ranges(self.issuers, self.window, after, end))
        days = defaultdict[str, Counter[str]](Counter)
        for counted, awards in self._days.of.items():
            days[counted.issuer_id].update(awards)
        return even_boundaries(left, days, ways) or boundaries(left, ways)

    @cached_property
    def _days(self) -> AwardDays:
        """The daily award counts for the selected issuers or badge classes."""
        if self.specification.badge_class_ids is None:
            return AwardDays.read([Counted(issuer.entity_id) for issuer in self.issuers])
        return AwardDays.read(
            [
                Counted(issuer.entity_id, badge_class.entity_id)
                for issuer in self.issuers
                for badge_class in self._selected_badge_classes[issuer.entity_id]
            ]
        )

    def _read_range(self, decoder: Decoder[Any], award_range: AwardRange) -> Iterator[ReadAwards[Any]]:
        if self.specification.badge_class_ids is None:
            yield from awards_of_issuer(decoder, award_range.issuer.entity_id, award_range.first, award_range.last)
            return
        ids = [badge_class.entity_id for badge_class in self._selected_badge_classes[award_range.issuer.entity_id]]
        for awards, reached in awards_of_badge_classes(ids, award_range.first, award_range.last):
            yield ReadAwards[Any]([*awards], reached)

    @cached_property
    def _selected_badge_classes(self) -> dict[str, list[BadgeClass]]:
        by_issuer = defaultdict[str, list[BadgeClass]](list)
        for badge_class in badge_classes_of(self.specification.badge_class_ids or []):
            by_issuer[badge_class.issuer_id].append(badge_class)
        return by_issuer

    @cached_property
    def filter(self) -> Callable[[AwardRow], bool] | None:
        """A function that returns whether the export selects an award, based on its status and expiration date.

        None if the export selects awards regardless of status or expiration date.
        """
        statuses = set(self.specification.status or STATUSES)
        expiry = expiry_window(self.specification)
        if statuses == set(STATUSES) and expiry is None:
            return None

        def keeps(award: AwardRow) -> bool:
            if expiry is not None and not _expires_within(award, expiry):
                return False
            return status_of(award, self.at) in statuses

        return keeps


def status_of(award: AwardRow, at: str) -> str:
    """Return an award's status at a given time: `revoked`, `expired`, or `active`.

    Fractions of a second are ignored.
    """
    if award.revoked.BOOL:
        return "revoked"
    expires = award.expires.S
    return "expired" if expires and expires[:19] <= at[:19] else "active"


def time_of(award: AwardRow, attribute: str, text: str) -> datetime:
    """Parse the value of an award's attribute as an RFC 3339 time.

    Raises
    ------
    UnreadableDataError
        If `text` is not an RFC 3339 time. The message names the award and the attribute.
    """
    try:
        return parse_rfc3339(text)
    except ValueError:
        raise UnreadableDataError(
            f"Award {award.award_id.S} can't be read: its '{attribute}' attribute is not a valid RFC 3339 time."
        ) from None


def _expires_within(award: AwardRow, window: Window) -> bool:
    return bool(award.expires.S) and window.first <= sortable(time_of(award, "expires", award.expires.S)) < window.end


def award_ranges(issuers: list[Issuer], window: Window, after: str, end: str | None) -> Iterator[AwardRange]:
    """Yield each issuer's range of awards that are in `window` and between `after` and `end`, in file order."""
    begin, stop = AwardPosition.decode(after), AwardPosition.decode(end or "")
    for issuer in sorted(issuers, key=lambda issuer: issuer.entity_id):
        if issuer.entity_id < begin.issuer_id or (end is not None and issuer.entity_id > stop.issuer_id):
            continue
        is_begun = issuer.entity_id == begin.issuer_id and begin.sort_key
        first = max(window.first, next_sort_key(begin.sort_key)) if is_begun else window.first
        last = min(window.end, stop.sort_key) if end is not None and issuer.entity_id == stop.issuer_id else window.end
        if first <= last:
            yield AwardRange(issuer, first, last)


def boundaries(left: Sequence[AwardRange], ways: int) -> list[str]:
    """Return positions that split the rest of an export into at most `ways` segments, by issuer or by date.

    Each segment has about the same number of issuers. If there are fewer issuers than segments, the time between each
    issuer's oldest and newest awards is divided evenly. Award counts aren't taken into account.

    Parameters
    ----------
    left
        Each issuer's remaining awards, in file order.

    Returns
    -------
    list of str
        The positions in ascending order. The list is empty if the export can't be split.
    """
    if len(left) >= ways:
        cuts = [left[len(left) * share // ways] for share in range(1, ways)]
        return [AwardPosition(award_range.issuer.entity_id).encode() for award_range in cuts]
    found: list[str] = []
    for number, award_range in enumerate(left):
        dates = _cuts_between_dates(award_range, ways // len(left))
        if number:
            dates = ["", *dates]
        found += [AwardPosition(award_range.issuer.entity_id, date).encode() for date in dates]
    return found


def even_boundaries(left: Sequence[AwardRange], days: Mapping[str, Mapping[str, int]], ways: int) -> list[str]:
    """Return positions that split the rest of an export into at most `ways` segments of about equal size.

    Parameters
    ----------
    left
        Each issuer's remaining awards, in file order.
    days
        Each issuer's daily award counts (UTC), keyed by issuer ID and then by date.

    Returns
    -------
    list of str
        The positions in ascending order, each at the beginning of a day. If there are fewer than `ways` // 2 positions,
        the list is empty. This happens if the awards were issued on too few days or are distributed too unevenly.
    """
    counted = [
        (award_range, day, number)
        for award_range in left
        for day, number in sorted(days.get(award_range.issuer.entity_id, {}).items())
        if award_range.first[:_DAY] <= day < award_range.last
    ]
    share = sum(number for _, _, number in counted) / ways
    cuts: list[str] = []
    so_far = 0
    for award_range, day, number in counted:
        # A segment ends before a day whose awards would move the segment's size farther from the intended size.
        if (
            so_far + number / 2 > share * (len(cuts) + 1)
            and award_range.first < day
            and len(cuts) < ways - 1
            and so_far
        ):
            cuts.append(AwardPosition(award_range.issuer.entity_id, day).encode())
        so_far += number
    return cuts if len(cuts) >= ways // 2 else []


def _cuts_between_dates(award_range: AwardRange, shares: int) -> list[str]:
    oldest, newest = _edge(award_range, newest=False), _edge(award_range, newest=True)
    if oldest is None or newest is None:
        return []
    step = (newest - oldest) / shares
    cuts = [sortable(oldest + step * share) for share in range(1, shares)] if step else []
    return [cut for cut in cuts if award_range.first < cut < award_range.last]


def _edge(award_range: AwardRange, *, newest: bool) -> datetime | None:
    """Return the issue time of a range's oldest or newest award, or None if there are no awards."""
    found = Award.query(
        award_range.issuer.entity_id,
        Award.issued_on_award_id.between(award_range.first, award_range.last),
        scan_index_forward=not newest,
        limit=1,
        attributes_to_get=["issuedOnAwardId"],
    )
    return next((parse_rfc3339(award.issued_on_award_id.partition("#")[0]) for award in found), None)
