"""The JSON for exports, and the response to an export request."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from badgedata import clock
from badgedata.access import Caller
from badgedata.aws import Link
from badgedata.delivery import lifecycle as deliveries
from badgedata.exports import lifecycle, links, segments
from badgedata.exports.job import ExportJob
from badgedata.records.deliveries import Delivery
from badgedata.records.exports import Export

from ..http.base_url import base_url_of
from ..schemas.exports import ExportDocument


def queued_response(router: APIGatewayRouter, export: Export, caller: Caller) -> Response[ExportDocument]:
    """Return a response with status 202, the export, and the export's URL.

    If the request is a retry and the export's file can already be downloaded, the response also contains a link to it.
    """
    return Response(
        status_code=202,
        content_type="application/json",
        body=export_document(export, caller),
        headers={"Location": f"{base_url_of(router)}/exports/{export.id}"},
    )


def export_document(export: Export, caller: Caller) -> ExportDocument:
    """Return an export's JSON. If its file can be downloaded, add a link and record the link in the trail."""
    return with_links([document_without_link(export)], [export], caller)[0]


def with_links(documents: Iterable[ExportDocument], exports: Iterable[Export], caller: Caller) -> list[ExportDocument]:
    """Return the exports' JSON. Add download links for available files, and record the links in the trail."""
    found = links.hand_out(exports, caller)
    return [_with_link(document, found[document.id]) if document.id in found else document for document in documents]


def _with_link(document: ExportDocument, link: Link) -> ExportDocument:
    expires_at = clock.to_the_second(clock.now() + timedelta(seconds=link.seconds))
    return document.model_copy(update={"download_url": link.url, "download_url_expires_at": expires_at})


def document_without_link(export: Export) -> ExportDocument:
    """Return an export's JSON without a link to its file."""
    status = lifecycle.status_of(export)
    document: dict[str, Any] = {
        "id": export.id,
        "kind": export.kind,
        "scope": {"type": export.scope_type, "id": export.scope_id, "name": export.scope_name},
        "options": export.options,
        "notify": export.notify,
        "deliver": export.deliver,
        "scheduleId": export.schedule_id,
        "status": status,
        "progress": _progress(export),
        "requestedBy": export.requested_by,
        "createdAt": export.created_at,
        "startedAt": export.started_at,
        "finishedAt": export.finished_at,
        "deletedBy": export.deleted_by,
        "deletedAt": export.deleted_at,
    }
    if export.status == "succeeded":
        document["file"] = {
            "name": export.file_name,
            "contentType": ExportJob.load(export).content_type,
            "bytes": export.bytes,
            "rows": export.rows,
            "sha256": export.sha256,
            "contents": export.contents,
            "truncatedCells": export.truncated_cells,
        }
        document["fileExpiresAt"] = export.file_expires_at
        if export.deliver and (delivery := deliveries.find(export.id)) is not None:
            document["delivery"] = _delivery(delivery)
    if export.error_code is not None:
        document["error"] = {"code": export.error_code, "message": export.error_message}
    return ExportDocument.model_validate(document)


def _delivery(delivery: Delivery) -> dict[str, Any]:
    document: dict[str, Any] = {
        "status": delivery.status,
        "bucket": delivery.bucket,
        "key": delivery.key_in_bucket,
        "attempts": int(delivery.attempts),
        "deliveredAt": delivery.ended_at if delivery.status == "delivered" else None,
    }
    if delivery.error_code is not None:
        document["error"] = {"code": delivery.error_code, "message": delivery.error}
    return document


def _progress(export: Export) -> dict[str, Any]:
    if export.status == "succeeded":
        return {"rows": export.rows, "expectedRows": export.rows, "percent": 100.0}
    if export.status == "queued":
        return {"rows": 0}
    rows, expected = sum(int(segment.rows_seen) for segment in segments.of_export(export.id)), export.expected_rows
    progress: dict[str, Any] = {"rows": rows}
    if expected is not None:
        progress["expectedRows"] = expected
    if expected:
        progress["percent"] = round(min(100 * rows / expected, 100), 1)
    return progress
