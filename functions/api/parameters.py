"""The parameters that routes have in common: ids in the path, pages of lists, idempotency."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Header, Path, Query


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
