"""The JSON for award counts."""

from .document import Document, EntityId


class AwardPeriod(Document):
    """A day or month, and the number of awards issued in it."""

    period: str
    awards: int


class AwardCountsDocument(Document):
    """The number of awards issued in a time window, in total and by day or month."""

    total: int
    items: list[AwardPeriod] | None = None


class TopIssuerDocument(Document):
    """An issuer, and the number of awards that it issued."""

    id: EntityId
    name: str
    awards: int


class TopBadgeClassDocument(Document):
    """A badge class, and the number of awards of it."""

    id: EntityId
    name: str
    issuer_id: EntityId
    awards: int


class TopOfOrganization(Document):
    """The issuers and badge classes with the most awards in a time window, in descending order."""

    issuers: list[TopIssuerDocument]
    badge_classes: list[TopBadgeClassDocument]


class TopOfIssuer(Document):
    """The badge classes with the most awards in a time window, in descending order."""

    badge_classes: list[TopBadgeClassDocument]
