"""What cleaning left out of an image, in the words of the warnings that a preview shows."""

from collections import Counter
from typing import Final

from badgedata.openbadges.refusals import quoted

NAMED_LOSSES: Final = 12


class Losses:
    """Collects what was left out of a drawing, and what was changed in it.

    Examples
    --------
    >>> losses = Losses()
    >>> losses.add("<script>"), losses.add("<script>"), losses.add("onclick")
    (None, None, None)
    >>> losses.warnings()
    ('The drawing was cleaned. Left out: <script> (2), onclick.',)
    """

    def __init__(self) -> None:
        self._left_out: Counter[str] = Counter()
        self._notes: dict[str, None] = {}

    def add(self, what: str) -> None:
        """Note that a part was left out. Only the first thousand kinds of parts are told apart."""
        self._left_out[quoted(what) if len(self._left_out) < 1000 else "other parts"] += 1

    def note(self, sentence: str) -> None:
        """Add a warning of its own, once."""
        self._notes.setdefault(sentence)

    def warnings(self) -> tuple[str, ...]:
        """Return the warnings: one that lists what was left out, and the notes."""
        if not self._left_out:
            return tuple(self._notes)
        named = [f"{what} ({count})" if count > 1 else what for what, count in self._left_out.items()]
        more = len(named) - NAMED_LOSSES
        listed = ", ".join(named[:NAMED_LOSSES]) + (f", and {more} more" if more > 0 else "")
        return (f"The drawing was cleaned. Left out: {listed}.", *self._notes)
