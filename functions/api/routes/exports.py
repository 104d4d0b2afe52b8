"""Exports: ask for one, follow it, get its file, cancel or delete it."""

from datetime import timedelta
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Header, Query
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from badgedata import clock
from badgedata.access import Caller, Scope, ScopeType
from badgedata.cursors import read_cursor, write_cursor
from badgedata.exports import jobs, plan, segments, upload
from badgedata.exports.specification import AwardsExport, Specification
from badgedata.identifiers import is_entity_id
from badgedata.problems import Problem, invalid, not_found
from badgedata.records.operations import Export
from callers import caller_of
from documents import ExportDocument, ExportList

router = APIGatewayRouter()

LINK_SECONDS = 15 * 60

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="A repeat within 24 hours gives the first export again",
    ),
]


@router.post(
    "/organizations/<organization_id>/exports", summary="Export all awards of an organization", tags=["Exports"]
)
def export_organization(
    organization_id: str, specification: Annotated[AwardsExport, Body()], idempotency_key: IdempotencyKey = None
) -> Response[ExportDocument]:
    return _request("organization", organization_id, specification, idempotency_key)


@router.post("/issuers/<issuer_id>/exports", summary="Export an issuer's data", tags=["Exports"])
def export_issuer(
    issuer_id: str, specification: Annotated[AwardsExport, Body()], idempotency_key: IdempotencyKey = None
) -> Response[ExportDocument]:
    return _request("issuer", issuer_id, specification, idempotency_key)


@router.get(
    "/exports", summary="Exports of an organization, an issuer or a badge class, newest first", tags=["Exports"]
)
def export_history(
    organization_id: Annotated[str | None, Query(alias="organizationId")] = None,
    issuer_id: Annotated[str | None, Query(alias="issuerId")] = None,
    badge_class_id: Annotated[str | None, Query(alias="badgeClassId")] = None,
    limit: Annotated[int, Query(ge=1, le=100, description="Items a page, at most")] = 20,
    cursor: Annotated[str | None, Query(max_length=1000, description="`nextCursor` of the page before")] = None,
) -> ExportList:
    scope = _one_scope(caller_of(router), organization_id, issuer_id, badge_class_id)
    list_name = f"exports of {scope.key}"
    exports, last = jobs.history(scope.key, limit, read_cursor(list_name, cursor))
    return ExportList(
        items=[_document(export) for export in exports],
        next_cursor=write_cursor(list_name, last) if last is not None else None,
    )


@router.get("/exports/<export_id>", summary="An export", tags=["Exports"])
def export(export_id: str) -> ExportDocument:
    return _document(_find(export_id))


@router.get("/exports/<export_id>/file", summary="Download an export's file", tags=["Exports"])
def export_file(export_id: str) -> Response[None]:
    found = _find(export_id)
    status = jobs.status_of(found)
    if status == "expired":
        raise Problem(410, "gone", "Gone", "This export's file has been deleted. Ask for a new export.")
    if status != "succeeded":
        raise Problem(409, "conflict", "Conflict", f"This export has no file: it is {status}.")
    return Response(
        status_code=302,
        headers={"Location": upload.download_url(found.object_key or "", LINK_SECONDS), "Cache-Control": "no-store"},
    )


@router.delete("/exports/<export_id>", summary="Cancel an export, or delete its file", tags=["Exports"])
def remove_export(export_id: str) -> ExportDocument:
    jobs.remove(_find(export_id))
    return _document(_find(export_id))


def _request(
    scope_type: ScopeType, scope_id: str, specification: Specification, idempotency_key: str | None
) -> Response[ExportDocument]:
    caller = caller_of(router)
    requested = jobs.request_export(specification, caller.scope(scope_type, scope_id), caller.email, idempotency_key)
    return Response(
        status_code=202,
        content_type="application/json",
        body=_document(requested),
        headers={"Location": f"/exports/{requested.id}"},
    )


def _find(export_id: str) -> Export:
    caller = caller_of(router)
    found = jobs.find_export(export_id) if is_entity_id(export_id) else None
    if found is None:
        raise not_found("export")
    try:
        caller.scope(found.scope_type, found.scope_id)
    except Problem:
        raise not_found("export") from None
    return found


def _one_scope(caller: Caller, organization_id: str | None, issuer_id: str | None, badge_class_id: str | None) -> Scope:
    scopes: dict[ScopeType, str | None] = {
        "organization": organization_id,
        "issuer": issuer_id,
        "badge-class": badge_class_id,
    }
    asked = [(scope_type, scope_id) for scope_type, scope_id in scopes.items() if scope_id is not None]
    if len(asked) != 1:
        raise invalid("organizationId", "Give exactly one of organizationId, issuerId and badgeClassId.")
    return caller.scope(*asked[0])


def _document(export: Export) -> ExportDocument:
    status = jobs.status_of(export)
    document: dict[str, Any] = {
        "id": export.id,
        "kind": export.kind,
        "scope": {"type": export.scope_type, "id": export.scope_id, "name": export.scope_name},
        "options": export.options,
        "status": status,
        "progress": _progress(export),
        "requestedBy": export.requested_by,
        "createdAt": export.created_at,
        "startedAt": export.started_at,
        "finishedAt": export.finished_at,
    }
    if export.status == "succeeded":
        document["file"] = {
            "name": export.file_name,
            "contentType": plan.content_type(export),
            "bytes": export.bytes,
            "rows": export.rows,
            "sha256": export.sha256,
        }
        document["fileExpiresAt"] = export.file_expires_at
    if status == "succeeded":
        document["downloadUrl"] = upload.download_url(export.object_key or "", LINK_SECONDS)
        document["downloadUrlExpiresAt"] = clock.to_the_second(clock.now() + timedelta(seconds=LINK_SECONDS))
    if export.error_code is not None:
        document["error"] = {"code": export.error_code, "message": export.error_message}
    return ExportDocument.model_validate(document)


def _progress(export: Export) -> dict[str, Any]:
    if export.status == "succeeded":
        return {"rows": export.rows, "expectedRows": export.rows, "percent": 100.0}
    if export.status == "queued":
        return {"rows": 0}
    return {"rows": sum(int(segment.rows_seen) for segment in segments.of_export(export.id))}
