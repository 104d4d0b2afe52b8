"""Image re-sync routes: list a scope's re-syncs that are in progress or overdue."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from badgedata.access import Scope
from badgedata.identifiers import ENTITY_ID
from badgedata.records.directory import BadgeClass
from badgedata.records.resyncs import Resync
from badgedata.resync import lifecycle

from ..http.callers import caller_of
from ..http.cursors import read_cursor
from ..http.pages import page_of
from ..http.parameters import Cursor, Limit, named_scope
from ..openapi.responses import responses
from ..schemas.replacements import ImageResyncDocument, OpenResyncDocument, OpenResyncList

router = APIGatewayRouter()

type Found = tuple[Resync, BadgeClass | None]


@router.get(
    "/image-resyncs",
    summary="List image re-syncs that are in progress or overdue",
    description="Requires exactly one of `organizationId`, `issuerId`, and `badgeClassId`. A page can contain few or "
    "no items and still have a `nextCursor`.",
    tags=["Replacements"],
    responses=responses(200, "A page of re-syncs, newest first", 404, 422),
)
def open_image_resyncs(
    organization_id: Annotated[str | None, Query(alias="organizationId")] = None,
    issuer_id: Annotated[str | None, Query(alias="issuerId")] = None,
    badge_class_id: Annotated[str | None, Query(alias="badgeClassId")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> OpenResyncList:
    """Return a page of a scope's in-progress and overdue image re-syncs."""
    scope = caller_of(router).scope(*named_scope(organization_id, issuer_id, badge_class_id))
    list_name = f"open image re-syncs of {scope.key}"
    found = lifecycle.open_resyncs(scope.organization.entity_id, read_cursor(list_name, cursor, ENTITY_ID))
    page = page_of(
        list_name,
        found,
        _document,
        lambda item: item[0].id or "",
        limit,
        lambda item: _is_within(item[0], scope) and lifecycle.is_open(*item),
    )
    return OpenResyncList(items=page.items, next_cursor=page.next_cursor)


def progress_of(resync: Resync) -> ImageResyncDocument:
    """Return a re-sync's status and image counts as JSON."""
    figures = lifecycle.figures(resync)
    return ImageResyncDocument.model_validate(
        {
            "status": lifecycle.status_of(resync),
            "total": figures.total,
            "refreshed": figures.refreshed,
            "pending": figures.pending,
            "failed": figures.failed,
            "windowEndsAt": resync.window_ends_at,
        }
    )


def _is_within(resync: Resync, scope: Scope) -> bool:
    """Return whether a scope includes a re-sync from the scope's organization."""
    within = {"organization": scope.id, "issuer": resync.issuer_id, "badge-class": resync.badge_class_id}
    return within[scope.type] == scope.id


def _document(item: Found) -> OpenResyncDocument:
    resync, badge_class = item
    return OpenResyncDocument(
        replacement_id=resync.replacement_id,
        badge_class_id=resync.badge_class_id,
        badge_class_name=badge_class.name if badge_class is not None else "",
        issuer_id=resync.issuer_id or "",
        started_at=resync.started_at or "",
        image_resync=progress_of(resync),
    )
