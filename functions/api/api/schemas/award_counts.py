"""The JSON for award counts."""

from .document import Document


class AwardPeriod(Document):
    """A day or month, and the number of awards issued in it."""

    period: str
    awards: int


class AwardCountsDocument(Document):
    """The number of awards issued in a time window, in total and by day or month."""

    total: int
    items: list[AwardPeriod] | None = None
