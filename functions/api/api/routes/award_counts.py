"""Award count routes: count awards in a time window, and list the issuers and badge classes with the most awards."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from badgedata import clock
from badgedata.access import ScopeType
from badgedata.counts.top import Top, most_awarded
from badgedata.counts.totals import AwardDays, TooManyQueriesError, counted_in
from badgedata.exports.window import Window, bounded, periods_of, window_of
from badgedata.problems import invalid

from ..http.callers import caller_of
from ..http.parameters import BadgeClassId, IssuerId, OrganizationId
from ..openapi.responses import responses
from ..schemas.award_counts import (
    AwardCountsDocument,
    AwardPeriod,
    TopBadgeClassDocument,
    TopIssuerDocument,
    TopOfIssuer,
    TopOfOrganization,
)

router = APIGatewayRouter()

TAGS = ["Award counts"]
DESCRIPTION = "Includes revoked and expired awards, but not deleted ones. The counts reflect changes within seconds."
TOP = responses(200, "Lists sorted by number of awards, highest first", 403, 404, 422)
COUNTS = responses(200, "The number of awards", 403, 404, 422)

AwardedAfter = Annotated[
    str | None,
    Query(
        alias="awardedAfter",
        description="A date (from the start of that day in `timeZone`) or an RFC 3339 time (inclusive)",
    ),
]
AwardedBefore = Annotated[
    str | None,
    Query(
        alias="awardedBefore",
        description="A date (through the end of that day in `timeZone`) or an RFC 3339 time (exclusive)",
    ),
]
TimeZone = Annotated[str, Query(alias="timeZone", description="IANA time zone for dates, days, and months")]
TopLimit = Annotated[int, Query(ge=1, le=20, description="Maximum number of entries in each list")]
By = Annotated[
    Literal["day", "month"] | None,
    Query(description="Also return counts by day or month (at most 400, including days or months without awards)"),
]


@router.get(
    "/organizations/<organizationId>/award-counts",
    summary="Count an organization's awards",
    description=DESCRIPTION,
    tags=TAGS,
    responses=COUNTS,
)
def count_organization(
    organization_id: OrganizationId,
    awarded_after: AwardedAfter = None,
    awarded_before: AwardedBefore = None,
    time_zone: TimeZone = "UTC",
    by: By = None,
) -> AwardCountsDocument:
    """Count an organization's awards, in total and, if requested, by day or month."""
    return _count("organization", organization_id, window_of(awarded_after, awarded_before, time_zone), time_zone, by)


@router.get(
    "/issuers/<issuerId>/award-counts",
    summary="Count an issuer's awards",
    description=DESCRIPTION,
    tags=TAGS,
    responses=COUNTS,
)
def count_issuer(
    issuer_id: IssuerId,
    awarded_after: AwardedAfter = None,
    awarded_before: AwardedBefore = None,
    time_zone: TimeZone = "UTC",
    by: By = None,
) -> AwardCountsDocument:
    """Count an issuer's awards, in total and, if requested, by day or month."""
    return _count("issuer", issuer_id, window_of(awarded_after, awarded_before, time_zone), time_zone, by)


@router.get(
    "/badge-classes/<badgeClassId>/award-counts",
    summary="Count a badge class's awards",
    description=DESCRIPTION,
    tags=TAGS,
    responses=COUNTS,
)
def count_badge_class(
    badge_class_id: BadgeClassId,
    awarded_after: AwardedAfter = None,
    awarded_before: AwardedBefore = None,
    time_zone: TimeZone = "UTC",
    by: By = None,
) -> AwardCountsDocument:
    """Count a badge class's awards, in total and, if requested, by day or month."""
    return _count("badge-class", badge_class_id, window_of(awarded_after, awarded_before, time_zone), time_zone, by)


@router.get(
    "/organizations/<organizationId>/award-counts/top",
    summary="Find the issuers and badge classes with the most awards",
    description=DESCRIPTION,
    tags=TAGS,
    responses=TOP,
)
def top_of_organization(
    organization_id: OrganizationId,
    limit: TopLimit = 5,
    awarded_after: AwardedAfter = None,
    awarded_before: AwardedBefore = None,
    time_zone: TimeZone = "UTC",
) -> TopOfOrganization:
    """Return an organization's issuers and badge classes with the most awards."""
    top = _top("organization", organization_id, window_of(awarded_after, awarded_before, time_zone), limit)
    issuers = [TopIssuerDocument.model_validate(issuer._asdict()) for issuer in top.issuers]
    return TopOfOrganization(issuers=issuers, badge_classes=_top_badge_classes(top))


@router.get(
    "/issuers/<issuerId>/award-counts/top",
    summary="Find an issuer's badge classes with the most awards",
    description=DESCRIPTION,
    tags=TAGS,
    responses=TOP,
)
def top_of_issuer(
    issuer_id: IssuerId,
    limit: TopLimit = 5,
    awarded_after: AwardedAfter = None,
    awarded_before: AwardedBefore = None,
    time_zone: TimeZone = "UTC",
) -> TopOfIssuer:
    """Return an issuer's most frequently awarded badge classes."""
    top = _top("issuer", issuer_id, window_of(awarded_after, awarded_before, time_zone), limit)
    return TopOfIssuer(badge_classes=_top_badge_classes(top))


def _top(scope_type: ScopeType, scope_id: str, window: Window, limit: int) -> Top:
    scope = caller_of(router).scope(scope_type, scope_id)
    scope.require_subscription()
    try:
        return most_awarded(scope, window.first, window.end, limit)
    except TooManyQueriesError:
        raise invalid(
            "awardedAfter",
            "The date range begins or ends partway through a UTC day with so many awards that counting part of the day"
            " would take too long. Choose full UTC days, or query one issuer at a time.",
        ) from None


def _top_badge_classes(top: Top) -> list[TopBadgeClassDocument]:
    return [TopBadgeClassDocument.model_validate(badge_class._asdict()) for badge_class in top.badge_classes]


def _count(
    scope_type: ScopeType, scope_id: str, window: Window, time_zone: str, by: Literal["day", "month"] | None
) -> AwardCountsDocument:
    scope = caller_of(router).scope(scope_type, scope_id)
    scope.require_subscription()
    days = AwardDays.read(counted_in(scope))
    try:
        if by is None:
            return AwardCountsDocument(total=sum(days.between([window.first, window.end])))
        items = _by_period(days, window, time_zone, by)
    except TooManyQueriesError:
        raise invalid(
            "by" if by else "awardedAfter",
            "Too many of these periods begin partway through a UTC day that has awards. Choose a shorter date range,"
            " periods that begin at midnight UTC, or a single issuer.",
        ) from None
    return AwardCountsDocument(total=sum(item.awards for item in items), items=items)


def _by_period(days: AwardDays, window: Window, time_zone: str, by: Literal["day", "month"]) -> list[AwardPeriod]:
    today = clock.now().date().isoformat()
    within = bounded(window, days.first or today, days.last or today)
    periods = periods_of(within, by, time_zone)
    if not periods:
        return []
    numbers = days.between([*(begin for _, begin in periods), within.end])
    items = [AwardPeriod(period=period, awards=number) for (period, _), number in zip(periods, numbers, strict=True)]
    # Days are in UTC, so the first and last periods in the zone may have no awards.
    while window.first != within.first and items and not items[0].awards:
        del items[0]
    while window.end != within.end and items and not items[-1].awards:
        del items[-1]
    return items
