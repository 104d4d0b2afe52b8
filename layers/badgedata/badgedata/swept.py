"""What came of a sweep: a look at all that is due, in which one that fails keeps no other."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Swept:
    """How many there were of each outcome, and what went wrong with some; that does not keep the others."""

    outcomes: Counter[str] = field(default_factory=Counter)
    errors: list[Exception] = field(default_factory=list)
