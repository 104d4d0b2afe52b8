"""The awards found by a recount, and the rules for counting changes that are delivered after it.

The recount can't determine whether such a change was made before or after it read the award. Therefore, changes are
counted relative to the state that the recount found: an award's first change replaces that state, and its later changes
follow. Regardless of the order in which changes arrive, the sum reflects the last change.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple, Self

import msgspec

from badgedata.counts.changes import KEPT_SECONDS, Change, decode, encode
from badgedata.identifiers import new_id
from badgedata.records.award_counts import IssuerRecount, RecountedAwards

MARGIN_SECONDS: Final = 15 * 60
"""The maximum difference between a recount's clock and that of the stream's records. AWS rejects requests if the clock
that signed them is more than 5 minutes off.
"""

_SHARE_OF_AWARDS = 250
"""The number of awards in one item. Reading an item of this size takes one read unit."""


class Listing(NamedTuple):
    """A stored list of award states, divided by award hash into shares. Each share is one item."""

    id: str
    shares: int

    @classmethod
    def write(cls, issuer_id: str, states: Sequence[Change], now: int) -> Self:
        """Store states until the stream can no longer deliver changes from before the recount."""
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
        """Return the states of these awards. Awards that are not listed are omitted."""
        if not self.shares or not awards:
            return {}
        shares = sorted({self._share_of(award) for award in awards})
        return {state.award: state for state in self._read(issuer_id, shares) if state.award in awards}

    def all(self, issuer_id: str) -> Iterator[Change]:
        """Yield the states of all awards in the list."""
        return self._read(issuer_id, range(self.shares))

    def _read(self, issuer_id: str, shares: Iterable[int]) -> Iterator[Change]:
        keys = [RecountedAwards.key(issuer_id, self.id, share) for share in shares]
        for share in RecountedAwards.batch_get(keys, consistent_read=True):
            yield from decode(share.awards)

    def _share_of(self, award: bytes) -> int:
        return int.from_bytes(award[:4]) % self.shares


class Recount(msgspec.Struct, frozen=True, array_like=True):
    """An item's latest recount, as stored in the item."""

    until: int
    """Changes that DynamoDB recorded after this time (seconds since 1970) were made after the recount found the
    awards."""

    found: Listing
    """The awards that were in the table."""

    counted: Listing
    """The awards for which the stream had delivered changes before the recount ended, each in the state after the last
    one.
    """

    @classmethod
    def decode(cls, text: str) -> Self:
        """Return the recount that `encode` wrote as JSON."""
        return msgspec.json.decode(text, type=cls)

    @classmethod
    def of_nothing(cls, issuer_id: str) -> Self | None:
        """Return the issuer's latest recount for an item that didn't exist then, so it found no awards there."""
        try:
            recount = IssuerRecount.get(*IssuerRecount.key(issuer_id), consistent_read=True)
        except IssuerRecount.DoesNotExist:
            return None
        return cls(int(recount.until), Listing("", 0), Listing("", 0))

    def encode(self) -> str:
        """Return the recount as JSON, the form in which the item stores it."""
        return msgspec.json.encode(self).decode()

    def is_over(self, now: int) -> bool:
        """Return whether the stream can no longer deliver changes from before the recount."""
        return now > self.until + KEPT_SECONDS

    def states(self, issuer_id: str, awards: set[bytes]) -> dict[bytes, Change]:
        """Return the state of each of these awards when it was recounted."""
        absent = {award: Change(award, 0, 0, 0, False) for award in awards}
        return absent | self.found.find(issuer_id, awards) | self.counted.find(issuer_id, awards)


def presence_before(change: Change, state: Change, since: Iterable[Change]) -> bool | None:
    """Return whether an award was counted before one of its changes, or None if the recount includes the change.

    Parameters
    ----------
    state
        The award's state when it was recounted.
    since
        The award's changes counted since then, except those that are certainly later than the recount.
    """
    if change.sequence <= state.sequence:
        return None
    first = min((one for one in since if one.sequence > state.sequence), key=lambda one: one.sequence, default=None)
    if first is None:
        return state.is_present
    # The state was replaced with the state before `first`. An earlier change replaces it in turn.
    return not first.is_present if change.sequence < first.sequence else not change.is_present
