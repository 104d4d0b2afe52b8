"""Export routes: preview, request, list, monitor, download, cancel, and delete exports."""

from typing import Annotated, Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from pydantic import Field

from badgedata.access import Caller, Scope, ScopeType
from badgedata.exports import lifecycle
from badgedata.exports import links as links_to_files
from badgedata.exports.columns import COLUMNS
from badgedata.exports.history import ExportFilter, ExportKind, ExportStatus
from badgedata.exports.preview import preview_export
from badgedata.exports.request import request_export
from badgedata.exports.specification import BadgeClassExport, IssuerExport, Specification, TableExport
from badgedata.identifiers import ENTITY_ID
from badgedata.problems import Problem, not_found
from badgedata.records.exports import Export

from ..http.callers import caller_of
from ..http.cursors import read_cursor
from ..http.lookups import require_record, require_scope
from ..http.pages import page_of
from ..http.parameters import (
    BadgeClassId,
    Cursor,
    ExportId,
    IdempotencyKey,
    IssuerId,
    Limit,
    OrganizationId,
    named_scope,
)
from ..openapi.responses import NO_TOKEN, responses
from ..schemas.exports import ColumnDocument, ExportDocument, ExportList, PreviewDocument
from .export_documents import document_without_link, export_document, queued_response, with_links

router = APIGatewayRouter()

TAGS = ["Exports"]
READ_AT_ONCE: Final = 250
"""The number of records that a filtered list reads with one query."""

Links = Annotated[
    bool,
    Query(description="`false` omits `downloadUrl` and `downloadUrlExpiresAt`. The trail then records no download"),
]
ByKind = Field(discriminator="kind")
OrganizationSpecification = Annotated[TableExport, ByKind]
IssuerSpecification = Annotated[TableExport | IssuerExport, ByKind]
PREVIEW = responses(200, "The first rows", 400, 403, 404, 409, 413, 422)
QUEUED = responses(202, "The queued export", 400, 403, 404, 413, 422, location="The export's URL")


@router.post(
    "/organizations/<organizationId>/exports",
    summary="Export an organization's data",
    tags=TAGS,
    responses=QUEUED,
)
def export_organization(
    organization_id: OrganizationId,
    specification: Annotated[OrganizationSpecification, Body()],
    idempotency_key: IdempotencyKey = None,
) -> Response[ExportDocument]:
    """Request an export of an organization's data, and return the queued export."""
    return _request("organization", organization_id, specification, idempotency_key)


@router.post("/issuers/<issuerId>/exports", summary="Export an issuer's data", tags=TAGS, responses=QUEUED)
def export_issuer(
    issuer_id: IssuerId, specification: Annotated[IssuerSpecification, Body()], idempotency_key: IdempotencyKey = None
) -> Response[ExportDocument]:
    """Request an export of an issuer's data, and return the queued export."""
    return _request("issuer", issuer_id, specification, idempotency_key)


@router.post(
    "/badge-classes/<badgeClassId>/exports", summary="Export a badge class's data", tags=TAGS, responses=QUEUED
)
def export_badge_class(
    badge_class_id: BadgeClassId,
    specification: Annotated[BadgeClassExport, Body()],
    idempotency_key: IdempotencyKey = None,
) -> Response[ExportDocument]:
    """Request an export of a badge class's data, and return the queued export."""
    return _request("badge-class", badge_class_id, specification, idempotency_key)


@router.post(
    "/organizations/<organizationId>/exports/preview",
    summary="Preview an organization's export",
    description="Returns the first rows. Nothing is stored.",
    tags=TAGS,
    responses=PREVIEW,
)
def preview_organization_export(
    organization_id: OrganizationId, specification: Annotated[OrganizationSpecification, Body()]
) -> PreviewDocument:
    """Return the first rows that an export of an organization's data would contain."""
    return _preview("organization", organization_id, specification)


@router.post(
    "/issuers/<issuerId>/exports/preview",
    summary="Preview an issuer's export",
    description="Returns the first rows. Nothing is stored.",
    tags=TAGS,
    responses=PREVIEW,
)
def preview_issuer_export(
    issuer_id: IssuerId, specification: Annotated[OrganizationSpecification, Body()]
) -> PreviewDocument:
    """Return the first rows that an export of an issuer's data would contain."""
    return _preview("issuer", issuer_id, specification)


@router.get(
    "/export-columns",
    summary="List export columns",
    description="Returns the possible values of `columns` for each kind of export, in file order.",
    tags=TAGS,
    responses=responses(200, "The columns", token=False),
    openapi_extensions=NO_TOKEN,
)
def export_columns() -> dict[str, list[ColumnDocument]]:
    """Return the columns that each kind of export can contain."""
    return {
        kind: [ColumnDocument(name=column.name, default=column.default) for column in columns]
        for kind, columns in COLUMNS.items()
    }


@router.get(
    "/exports",
    summary="List exports of an organization, issuer, or badge class",
    description="Requires exactly one of `organizationId`, `issuerId`, and `badgeClassId`. With filters, a page can "
    "contain few or no items and still have a `nextCursor`.",
    tags=TAGS,
    responses=responses(200, "A page of exports, newest first", 404, 422),
)
def export_history(
    organization_id: Annotated[str | None, Query(alias="organizationId")] = None,
    issuer_id: Annotated[str | None, Query(alias="issuerId")] = None,
    badge_class_id: Annotated[str | None, Query(alias="badgeClassId")] = None,
    kind: Annotated[list[ExportKind] | None, Query(description="Only exports of these kinds (repeatable)")] = None,
    status: Annotated[
        list[ExportStatus] | None, Query(description="Only exports with these statuses (repeatable)")
    ] = None,
    requested_by: Annotated[
        str,
        Query(
            alias="requestedBy",
            max_length=320,
            description="Only exports requested by this email address, or by tokens with this name (`token:NAME`)",
        ),
    ] = "",
    schedule_id: Annotated[
        str, Query(alias="scheduleId", max_length=64, description="Only runs of this schedule")
    ] = "",
    links: Links = True,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> ExportList:
    """Return a page of a scope's exports that match the filters, newest first."""
    caller = caller_of(router)
    scope = caller.scope(*named_scope(organization_id, issuer_id, badge_class_id))
    filters = ExportFilter(
        kinds=tuple(kind or ()), statuses=tuple(status or ()), requested_by=requested_by, schedule_id=schedule_id
    )
    list_name = filters.list_name(scope.key)
    read_at_once = limit + 1 if filters == ExportFilter() else READ_AT_ONCE
    exports = lifecycle.history(scope.key, read_cursor(list_name, cursor, ENTITY_ID), read_at_once)
    shown: dict[str, Export] = {}

    def document(export: Export) -> ExportDocument:
        shown[export.id] = export
        return document_without_link(export)

    page = page_of(
        list_name,
        exports,
        document,
        lambda export: export.id,
        limit,
        lambda export: _is_shown(export, scope) and filters.matches(export),
    )
    # Links are created last, because the exports on the page are known only now.
    items = with_links(page.items, [shown[item.id] for item in page.items], caller) if links else page.items
    return ExportList(items=items, next_cursor=page.next_cursor)


@router.get(
    "/exports/<exportId>",
    summary="Get an export",
    tags=TAGS,
    responses=responses(200, "The export", 404, 422),
)
def export(export_id: ExportId, links: Links = True) -> ExportDocument:
    """Return an export and its progress. If its file can be downloaded, include a new download link."""
    caller = caller_of(router)
    record, _ = _find(caller, export_id)
    return export_document(record, caller) if links else document_without_link(record)


@router.get(
    "/exports/<exportId>/file",
    summary="Download an export's file",
    tags=TAGS,
    responses=responses(
        302,
        "A redirect to the file",
        404,
        409,
        410,
        location="A presigned link to the file, which expires after 15 minutes",
    ),
)
def export_file(export_id: ExportId) -> Response[None]:
    """Redirect to an export's file through a presigned link."""
    caller = caller_of(router)
    export, _ = _find(caller, export_id)
    link = links_to_files.hand_out([export], caller).get(export.id)
    if link is not None:
        return Response(status_code=302, headers={"Location": link.url, "Cache-Control": "no-store"})
    status = lifecycle.status_of(export)
    if status == "expired":
        raise Problem(410, "gone", "Gone", "This export's file has been deleted. Request a new export.")
    remedy = "Wait until its status is succeeded." if status in ("queued", "running") else "Request the export again."
    raise Problem(409, "conflict", "Conflict", f"This export has no file because its status is {status}. {remedy}")


@router.delete(
    "/exports/<exportId>",
    summary="Cancel an export, or delete its file",
    description="Cancels a queued or running export, or deletes the file of a successful export. A canceled export "
    "has no file. Staff can do this only for exports that they requested.",
    tags=TAGS,
    responses=responses(200, "The export", 403, 404),
)
def remove_export(export_id: ExportId) -> ExportDocument:
    """Cancel a queued or running export, or delete a successful export's file. Return the export."""
    caller = caller_of(router)
    export, scope = _find(caller, export_id)
    scope.require_removal(export, caller)
    lifecycle.remove(export, caller)
    removed, _ = _find(caller, export_id)
    return document_without_link(removed)


def _request(
    scope_type: ScopeType, scope_id: str, specification: Specification, idempotency_key: str | None
) -> Response[ExportDocument]:
    caller = caller_of(router)
    requested = request_export(specification, caller.scope(scope_type, scope_id), caller, idempotency_key)
    return queued_response(router, requested, caller)


def _preview(scope_type: ScopeType, scope_id: str, specification: TableExport) -> PreviewDocument:
    preview = preview_export(specification, caller_of(router).scope(scope_type, scope_id))
    return PreviewDocument(columns=preview.columns, rows=preview.rows, expected_rows=preview.expected_rows)


def _find(caller: Caller, export_id: str) -> tuple[Export, Scope]:
    export = require_record(lifecycle.find_export, export_id, "export")
    scope = require_scope(caller, export.scope_type, export.scope_id, "export")
    if not _is_shown(export, scope):
        raise not_found("export")
    return export, scope


def _is_shown(export: Export, scope: Scope) -> bool:
    return export.kind != "trail" or scope.shows_trail
