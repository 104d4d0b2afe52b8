"""The parameters that routes have in common: ids in the path, scopes, pages of lists, idempotency."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Header, Path, Query

from badgedata.access import ScopeType
from badgedata.problems import invalid


def _id(name: str) -> Any:
    # The pattern is told, not checked here: an id that can't be one is not found, like any other that isn't.
    return Path(alias=name, json_schema_extra={"pattern": "^[A-Za-z0-9_-]{1,64}$"})


OrganizationId = Annotated[str, _id("organizationId")]
IssuerId = Annotated[str, _id("issuerId")]
BadgeClassId = Annotated[str, _id("badgeClassId")]
ExportId = Annotated[str, _id("exportId")]
ScheduleId = Annotated[str, _id("scheduleId")]
ReplacementId = Annotated[str, _id("replacementId")]
AwardId = Annotated[str, _id("assertionId")]

Limit = Annotated[int, Query(ge=1, le=100, description="Items a page, at most")]
Cursor = Annotated[str | None, Query(max_length=1000, description="`nextCursor` of the page before")]

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern="^[ -~]{1,255}$",
        description="Any text of your own: a repeat within 24 hours gives the first answer again",
    ),
]


def named_scope(
    organization_id: str | None, issuer_id: str | None, badge_class_id: str | None, field: str = "organizationId"
) -> tuple[ScopeType, str]:
    """Give the type and the id of the one that is named.

    Raises
    ------
    Problem
        422 for `field`, when none or several are.
    """
    scopes: dict[ScopeType, str | None] = {
        "organization": organization_id,
        "issuer": issuer_id,
        "badge-class": badge_class_id,
    }
    named = [(scope_type, scope_id) for scope_type, scope_id in scopes.items() if scope_id is not None]
    if len(named) != 1:
        raise invalid(field, "Give exactly one of organizationId, issuerId and badgeClassId.")
    return named[0]
