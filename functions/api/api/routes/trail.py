"""Trail routes: list who did what in an organization or for an issuer."""

import hashlib
from typing import Annotated, Final

import msgspec
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from badgedata import trail
from badgedata.access import ScopeType
from badgedata.exports.window import ids_within, window_of
from badgedata.identifiers import ENTITY_ID, comparable_address
from badgedata.records.trail import TrailEntry
from badgedata.trail import Action

from ..http.callers import caller_of
from ..http.cursors import read_cursor
from ..http.pages import page_of
from ..http.parameters import Cursor, IssuerId, Limit, OrganizationId
from ..openapi.responses import responses
from ..schemas.trail import TrailEntryDocument, TrailList, TrailTarget

router = APIGatewayRouter()

TAGS = ["Trail"]
READ_AT_ONCE: Final = 250
"""The number of entries that a filtered list reads with one query."""

TRAIL = responses(200, "A page of entries, newest first", 403, 404, 422)
DESCRIPTION = (
    "Entries can't be changed. They are deleted after two years by default. With filters by actor or action, a page "
    "can contain few or no items and still have a `nextCursor`."
)
Actor = Annotated[str, Query(max_length=320, description="Only entries with this `actor`")]
Actions = Annotated[list[Action] | None, Query(description="Only entries with these actions (repeatable)")]
After = Annotated[
    str | None, Query(description="A date (from the start of that day in `timeZone`) or an RFC 3339 time (inclusive)")
]
Before = Annotated[
    str | None, Query(description="A date (through the end of that day in `timeZone`) or an RFC 3339 time (exclusive)")
]
TimeZone = Annotated[str, Query(alias="timeZone", description="IANA time zone for dates")]


@router.get(
    "/organizations/<organizationId>/trail",
    summary="List an organization's trail",
    description=f"Only for the organization's admins. {DESCRIPTION}",
    tags=TAGS,
    responses=TRAIL,
)
def organization_trail(
    organization_id: OrganizationId,
    actor: Actor = "",
    action: Actions = None,
    after: After = None,
    before: Before = None,
    time_zone: TimeZone = "UTC",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> TrailList:
    """Return a page of matching entries from an organization's trail, newest first."""
    return _page("organization", organization_id, actor, action or [], (after, before, time_zone), limit, cursor)


@router.get(
    "/issuers/<issuerId>/trail",
    summary="List an issuer's trail",
    description="Only for the issuer's owners and the organization's admins. Contains the entries that concern this "
    f"issuer or one of its badge classes. {DESCRIPTION}",
    tags=TAGS,
    responses=TRAIL,
)
def issuer_trail(
    issuer_id: IssuerId,
    actor: Actor = "",
    action: Actions = None,
    after: After = None,
    before: Before = None,
    time_zone: TimeZone = "UTC",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> TrailList:
    """Return a page of matching entries from an issuer's trail, newest first."""
    return _page("issuer", issuer_id, actor, action or [], (after, before, time_zone), limit, cursor)


def _page(
    scope_type: ScopeType,
    scope_id: str,
    actor: str,
    actions: list[Action],
    dates: tuple[str | None, str | None, str],
    limit: int,
    cursor: str | None,
) -> TrailList:
    scope = caller_of(router).scope(scope_type, scope_id)
    scope.require_trail_role()
    first, end = ids_within(window_of(*dates, fields=("after", "before")))
    conditions = hashlib.sha256(msgspec.json.encode([actor, actions, first])).hexdigest()[:16]
    list_name = f"trail of {scope.key}, {conditions}"
    position = read_cursor(list_name, cursor, ENTITY_ID)
    entries = trail.entries(
        scope.organization.entity_id,
        scope.issuer_id,
        first,
        end if position is None else min(position, end),
        newest_first=True,
        read_at_once=READ_AT_ONCE if actor or actions else limit + 2,
    )
    page = page_of(
        list_name,
        entries,
        _document,
        lambda entry: entry.id,
        limit,
        lambda entry: (
            (not actor or comparable_address(entry.actor) == comparable_address(actor))
            and (not actions or entry.action in actions)
        ),
    )
    return TrailList(items=page.items, next_cursor=page.next_cursor)


def _document(entry: TrailEntry) -> TrailEntryDocument:
    # After a rollback, the record may contain an action that a later version added.
    return TrailEntryDocument.model_construct(
        id=entry.id,
        at=entry.at,
        actor=entry.actor,
        action=entry.action,
        target=TrailTarget.model_construct(type=entry.target_type, id=entry.target_id, name=entry.target_name),
        details=entry.details,
    )
