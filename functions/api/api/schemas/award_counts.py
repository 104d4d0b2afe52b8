"""The JSON for award counts."""

from typing import Annotated

from pydantic import Field

from .document import Document, EntityId


class AwardPeriod(Document):
    """A day or month and its award count."""

    period: Annotated[
        str,
        Field(description="The day or month, in the requested time zone", examples=["2026-01-31", "2026-01"]),
    ]
    awards: int


class AwardCountsDocument(Document):
    """The number of awards issued in a time window, in total and, if requested, by day or month."""

    total: Annotated[
        int, Field(description="The number of awards, including revoked and expired ones, but not deleted ones")
    ]
    items: Annotated[
        list[AwardPeriod] | None,
        Field(description="The days or months, in chronological order. Present only with `by`"),
    ] = None


class TopIssuerDocument(Document):
    """An issuer and its award count."""

    id: EntityId
    name: str
    awards: int


class TopBadgeClassDocument(Document):
    """A badge class and its award count."""

    id: EntityId
    name: str
    issuer_id: EntityId
    awards: int


class TopOfOrganization(Document):
    """The issuers and badge classes with the most awards in a time window, both in descending order of award count."""

    issuers: list[TopIssuerDocument]
    badge_classes: list[TopBadgeClassDocument]


class TopOfIssuer(Document):
    """The badge classes with the most awards in a time window, in descending order of award count."""

    badge_classes: list[TopBadgeClassDocument]
