"""Parameters that several routes share."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Header, Path, Query

from badgedata.access import ScopeType
from badgedata.problems import invalid


def _id(name: str) -> Any:
    # The pattern is documented but not checked. An ID in a different format gets the same 404 as an unknown ID.
    return Path(alias=name, json_schema_extra={"pattern": "^[A-Za-z0-9_-]{1,64}$"})


OrganizationId = Annotated[str, _id("organizationId")]
IssuerId = Annotated[str, _id("issuerId")]
BadgeClassId = Annotated[str, _id("badgeClassId")]
ExportId = Annotated[str, _id("exportId")]
ScheduleId = Annotated[str, _id("scheduleId")]
TokenId = Annotated[str, _id("tokenId")]
ReplacementId = Annotated[str, _id("replacementId")]
AwardId = Annotated[str, _id("assertionId")]

Limit = Annotated[int, Query(ge=1, le=100, description="Maximum number of items per page")]
Cursor = Annotated[str | None, Query(max_length=1000, description="The `nextCursor` of the previous page")]

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern="^[ -~]{1,255}$",
        description="A string of your choice. If you retry the request with the same string within 24 hours, the "
        "original export is returned",
    ),
]


def named_scope(
    organization_id: str | None, issuer_id: str | None, badge_class_id: str | None, field: str = "organizationId"
) -> tuple[ScopeType, str]:
    """Return the type and ID of the scope that a request names.

    Raises
    ------
    Problem
        422 for `field` if the request doesn't name exactly one scope.
    """
    scopes: dict[ScopeType, str | None] = {
        "organization": organization_id,
        "issuer": issuer_id,
        "badge-class": badge_class_id,
    }
    named = [(scope_type, scope_id) for scope_type, scope_id in scopes.items() if scope_id is not None]
    if len(named) != 1:
        raise invalid(field, "Specify exactly one of organizationId, issuerId, and badgeClassId.")
    return named[0]
