"""The awards found by a recount, and the rules for counting changes that the stream delivers after the recount.

The recount can't determine whether such a change was made before or after the recount read the award. Therefore,
changes are counted relative to the state that the recount found: an award's first change replaces that state, and the
award's later changes follow. Regardless of the order in which changes arrive, the sum reflects the last change.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple, Self

import msgspec

from badgedata.counts.changes import KEPT_SECONDS, Change, decode, encode
from badgedata.identifiers import new_id
from badgedata.records.award_counts import IssuerRecount, RecountedAwards

MARGIN_SECONDS: Final = 15 * 60
"""The maximum difference between a recount's clock and the clock that sets the times of stream records. The difference
is smaller in practice, because AWS rejects requests that are signed with a time more than 5 minutes off.
"""

_SHARE_OF_AWARDS = 250
"""The maximum average number of awards in one share. Reading an item of this size takes one read unit."""


class Listing(NamedTuple):
    """A stored list of award states, divided by award hash into shares. Each share is one item."""

    id: str
    shares: int

    @classmethod
    def write(cls, issuer_id: str, states: Sequence[Change], now: int) -> Self:
        """Store award states, and return the listing.

        The states expire when the stream can't redeliver older changes.
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
        """Return the states of these awards, by hash. Awards that are not in the list are omitted."""
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
    """The latest recount of a counts item, as stored in that item."""

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
        """Return the recount that the JSON text from `encode` describes."""
        return msgspec.json.decode(text, type=cls)

    @classmethod
    def of_nothing(cls, issuer_id: str) -> Self | None:
        """Return the issuer's latest recount, for a counts item that didn't exist at the time of the recount.

        The returned recount contains no awards. None is returned if the issuer has never been recounted.
        """
        try:
            recount = IssuerRecount.get(*IssuerRecount.key(issuer_id), consistent_read=True)
        except IssuerRecount.DoesNotExist:
            return None
        return cls(int(recount.until), Listing("", 0), Listing("", 0))

    def encode(self) -> str:
        """Return the recount as JSON text, which the counts item stores."""
        return msgspec.json.encode(self).decode()

    def is_over(self, now: int) -> bool:
        """Return whether the stream can no longer deliver changes from before the recount."""
        return now > self.until + KEPT_SECONDS

    def states(self, issuer_id: str, awards: set[bytes]) -> dict[bytes, Change]:
        """Return the state in which the recount found each of these awards, by hash."""
        absent = {award: Change(award, 0, 0, 0, False) for award in awards}
        return absent | self.found.find(issuer_id, awards) | self.counted.find(issuer_id, awards)


def presence_before(change: Change, state: Change, since: Iterable[Change]) -> bool | None:
    """Return whether the counts included an award before a change to the award. Return None if they include the change.

    Parameters
    ----------
    state
        The state in which the recount found the award.
    since
        The changes to the award that were counted since the recount, except changes that were certainly made after it.
    """
    if change.sequence <= state.sequence:
        return None
    first = min((one for one in since if one.sequence > state.sequence), key=lambda one: one.sequence, default=None)
    if first is None:
        return state.is_present
    # The state was replaced with the state before `first`. An earlier change now replaces that state.
    return not first.is_present if change.sequence < first.sequence else not change.is_present
