"""The JSON of award counts."""

from .document import Document


class AwardPeriod(Document):
    """A day or a month, and how many awards were issued in it."""

    period: str
    awards: int


class AwardCountsDocument(Document):
    """How many awards were issued in a window of time, in all and by day or month."""

    total: int
    items: list[AwardPeriod] | None = None
