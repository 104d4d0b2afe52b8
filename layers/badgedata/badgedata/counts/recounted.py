"""The awards that a recount found, and the rules for counting later changes.

After a recount, the stream may deliver changes that the recount already includes. These changes must not be counted
twice. The first change to an award is therefore compared with the state that the recount found. Each later change is
compared with the changes that have already arrived. The changes can arrive in any order. When all of them have arrived,
the award is counted in its final state.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple, Self

import msgspec

from badgedata.counts.changes import KEPT_SECONDS, Change, decode, encode
from badgedata.identifiers import new_id
from badgedata.records.award_counts import IssuerRecount, RecountedAwards

MARGIN_SECONDS: Final = 15 * 60
"""The maximum difference between a recount's clock and the clock that sets the times of stream records. The difference
is smaller in practice, because AWS rejects requests whose signing time is more than 5 minutes off.
"""

_SHARE_OF_AWARDS = 250
"""The maximum average number of awards per listing item. Reading an item of this size takes one read unit."""


class Listing(NamedTuple):
    """A stored list of awards, divided among `shares` items. An award's hash determines which item stores the award."""

    id: str
    shares: int

    @classmethod
    def write(cls, issuer_id: str, states: Sequence[Change], now: int) -> Self:
        """Store a list of awards and return its `Listing`.

        The list expires when the stream can no longer redeliver changes made before `now` (seconds since 1970).
        """
        listing = cls(new_id(), len(states) // _SHARE_OF_AWARDS + 1 if states else 0)
        shares: list[list[Change]] = [[] for _ in range(listing.shares)]
        for state in states:
            shares[listing._share_of(state.award)].append(state)
        with RecountedAwards.batch_write() as batch:
            for number, share in enumerate(shares):
                key = RecountedAwards.key(issuer_id, listing.id, number)
                batch.save(RecountedAwards(*key, awards=encode(share), expires_at=now + MARGIN_SECONDS + KEPT_SECONDS))
        return listing

    def find(self, issuer_id: str, awards: set[bytes]) -> dict[bytes, Change]:
        """Return the stored states of these awards, keyed by award hash. Awards that aren't in the list are omitted."""
        if not self.shares or not awards:
            return {}
        shares = sorted({self._share_of(award) for award in awards})
        return {state.award: state for state in self._read(issuer_id, shares) if state.award in awards}

    def all(self, issuer_id: str) -> Iterator[Change]:
        """Yield the stored states of all awards in the list."""
        return self._read(issuer_id, range(self.shares))

    def _read(self, issuer_id: str, shares: Iterable[int]) -> Iterator[Change]:
        keys = [RecountedAwards.key(issuer_id, self.id, share) for share in shares]
        for share in RecountedAwards.batch_get(keys, consistent_read=True):
            yield from decode(share.awards)

    def _share_of(self, award: bytes) -> int:
        return int.from_bytes(award[:4]) % self.shares


class Recount(msgspec.Struct, frozen=True, array_like=True):
    """The latest recount for a badge class and month, as stored in the counts item."""

    until: int
    """Changes recorded after this time (seconds since 1970) were made after the recount read the awards."""

    found: Listing
    """The awards that the recount found in the table."""

    counted: Listing
    """The counted states of the awards whose changes the stream delivered before the recount ended."""

    @classmethod
    def decode(cls, text: str) -> Self:
        """Parse a recount from the JSON that `encode` returned."""
        return msgspec.json.decode(text, type=cls)

    @classmethod
    def of_nothing(cls, issuer_id: str) -> Self | None:
        """Return an empty recount for a counts item that didn't exist during the issuer's latest recount.

        Return None if the issuer has not been recounted recently.
        """
        try:
            recount = IssuerRecount.get(*IssuerRecount.key(issuer_id), consistent_read=True)
        except IssuerRecount.DoesNotExist:
            return None
        return cls(int(recount.until), Listing("", 0), Listing("", 0))

    def encode(self) -> str:
        """Return the recount as JSON."""
        return msgspec.json.encode(self).decode()

    def is_over(self, now: int) -> bool:
        """Return whether the stream can no longer deliver changes made before the recount."""
        return now > self.until + KEPT_SECONDS

    def states(self, issuer_id: str, awards: set[bytes]) -> dict[bytes, Change]:
        """Return the awards' states according to the recount, keyed by award hash.

        If the recount didn't count an award, the award's state is "not present".
        """
        absent = {award: Change(award, 0, 0, 0, False) for award in awards}
        return absent | self.found.find(issuer_id, awards) | self.counted.find(issuer_id, awards)


def presence_before(change: Change, state: Change, since: Iterable[Change]) -> bool | None:
    """Return whether an award was counted as present before a change to the award.

    Return None if the recount already included the change.

    Parameters
    ----------
    state
        The state of the award according to the recount.
    since
        The changes to the award that have been counted since the recount. Include only changes that were recorded at or
        before `Recount.until`.
    """
    if change.sequence <= state.sequence:
        return None
    first = min((one for one in since if one.sequence > state.sequence), key=lambda one: one.sequence, default=None)
    if first is None:
        return state.is_present
    # The state was replaced with the state before `first`. An earlier change now replaces that state.
    return not first.is_present if change.sequence < first.sequence else not change.is_present
