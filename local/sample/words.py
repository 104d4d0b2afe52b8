"""The words in the sample data, read from ``words.toml``."""

from pathlib import Path

import msgspec


class NameStock(msgspec.Struct, frozen=True):
    """A set of given and family names to combine. `share` is the percentage of people with names from this set."""

    share: int
    pattern: str
    """The format of a full name, with `{given}` and `{family}`."""
    given: list[str]
    family: list[str]


class Words(msgspec.Struct, frozen=True, rename="kebab"):
    """The sample texts, grouped by kind."""

    odd_names: list[str]
    narratives: list[str]
    evidence: list[str]
    revocation_reasons: list[str]
    staff: list[str]
    names: list[NameStock]


WORDS = msgspec.toml.decode(Path(__file__).with_suffix(".toml").read_bytes(), type=Words)

# Some texts are long, because the field has no known limit.
LONG_NARRATIVE = "\n\n".join(
    f"Week {week}: the learner planned, tried, measured and wrote it down. „Noch einmal!“ — and again, until it held."
    for week in range(1, 25)
)
