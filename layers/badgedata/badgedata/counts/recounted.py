"""The awards that a recount found, and how changes are counted that may have been made before it found them.

A recount reads an award at some moment between its start and its end, and the stream may deliver the award's changes
before or after. So changes that are delivered later are counted from the state that the recount found: the first of an
award's changes replaces that state, and the others follow it. In whatever order they come, the sum is the last one's
state.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple, Self

import msgspec

from badgedata.counts.applied import KEPT_SECONDS
from badgedata.counts.changes import Change, decode, encode
from badgedata.identifiers import new_id
from badgedata.records.award_counts import AwardCounts, IssuerRecount, RecountedAwards

MARGIN_SECONDS: Final = 15 * 60
"""By how much a recount's clock may differ from the one of the stream's records. AWS refuses requests signed by a clock
that is more than 5 minutes off."""

_SHARE_OF_AWARDS = 250
"""Awards in one item, which then takes one read unit."""


class Listing(NamedTuple):
    """States of awards, stored in shares by the awards' hashes."""

    id: str
    shares: int

    @classmethod
    def write(cls, issuer_id: str, states: Sequence[Change], now: int) -> Self:
        """Store states. They are deleted when no change of before the recount can be delivered any more."""
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
        """Return the states of those awards that are listed."""
        if not self.shares or not awards:
            return {}
        shares = sorted({self._share_of(award) for award in awards})
        return {state.award: state for state in self._read(issuer_id, shares) if state.award in awards}

    def all(self, issuer_id: str) -> Iterator[Change]:
        """Yield all states that are listed."""
        return self._read(issuer_id, range(self.shares))

    def _read(self, issuer_id: str, shares: Iterable[int]) -> Iterator[Change]:
        keys = [RecountedAwards.key(issuer_id, self.id, share) for share in shares]
        for share in RecountedAwards.batch_get(keys, consistent_read=True):
            yield from decode(share.awards)

    def _share_of(self, award: bytes) -> int:
        return int.from_bytes(award[:4]) % self.shares


class Recount(msgspec.Struct, frozen=True, array_like=True):
    """The latest recount of an item, as the item has it."""

    until: int
    """Changes that DynamoDB recorded later (seconds since 1970) were made after the recount found the awards."""

    found: Listing
    """The awards that the table had."""

    counted: Listing
    """Awards with changes that the stream had delivered when the recount ended: their states, with the last change."""

    @classmethod
    def of(cls, counts: AwardCounts) -> Self | None:
        """Return the recount that changes of an item may have to be compared with."""
        return msgspec.json.decode(counts.recount, type=cls) if counts.recount else None

    @classmethod
    def of_nothing(cls, issuer_id: str) -> Self | None:
        """Return the issuer's recount for an item that doesn't exist: it found no awards of it."""
        try:
            recount = IssuerRecount.get(*IssuerRecount.key(issuer_id), consistent_read=True)
        except IssuerRecount.DoesNotExist:
            return None
        return cls(int(recount.until), Listing("", 0), Listing("", 0))

    def encode(self) -> str:
        """Write the recount as the item has it."""
        return msgspec.json.encode(self).decode()

    def is_over(self, now: int) -> bool:
        """Return whether no change of before the recount can be delivered any more."""
        return now > self.until + KEPT_SECONDS

    def states(self, issuer_id: str, awards: set[bytes]) -> dict[bytes, Change]:
        """Return the state of each of these awards when it was recounted."""
        absent = {award: Change(award, 0, 0, 0, False) for award in awards}
        return absent | self.found.find(issuer_id, awards) | self.counted.find(issuer_id, awards)


def presence_before(change: Change, state: Change, since: Iterable[Change]) -> bool | None:
    """Return whether an award counts before a change of it is counted; None if the recount contains the change.

    Parameters
    ----------
    state
        The award when it was recounted.
    since
        The changes of the award that were counted since, except those that are certainly later than the recount.
    """
    if change.sequence <= state.sequence:
        return None
    first = min((one for one in since if one.sequence > state.sequence), key=lambda one: one.sequence, default=None)
    if first is None:
        return state.is_present
    # The state was replaced by what was before `first`. An earlier change replaces that.
    return not first.is_present if change.sequence < first.sequence else not change.is_present
