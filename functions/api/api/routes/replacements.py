"""Replacement routes: preview, confirm, cancel, and list replacements, and monitor their image re-syncs."""

from functools import partial
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from badgedata import clock, published
from badgedata.access import Scope, find_badge_class
from badgedata.config import config
from badgedata.identifiers import ENTITY_ID
from badgedata.records.directory import BadgeClass
from badgedata.records.replacements import Replacement
from badgedata.records.resyncs import FailedImage
from badgedata.replacement import fair_use, lifecycle, request
from badgedata.replacement.content import content_json, current_content
from badgedata.resync import failures
from badgedata.resync import lifecycle as resyncs
from badgedata.stored_images import stored_image

from ..http.base_url import base_url_of
from ..http.callers import caller_of
from ..http.cursors import read_cursor
from ..http.lookups import require_record, require_scope
from ..http.pages import page_of
from ..http.parameters import BadgeClassId, Cursor, Limit, ReplacementId
from ..openapi.responses import responses
from ..schemas.replacements import (
    FailedImageDocument,
    FailedImageList,
    ImageResyncDocument,
    ReplacementDocument,
    ReplacementList,
    ReplacementSource,
)
from .image_resyncs import progress_of

router = APIGatewayRouter()

TAGS = ["Replacements"]


@router.post(
    "/badge-classes/<badgeClassId>/replacements",
    summary="Preview a badge replacement",
    description="Reads the new badge and returns the changes. The preview expires after one hour.",
    tags=TAGS,
    responses=responses(201, "The preview", 400, 403, 404, 413, 422, 429, location="The replacement's URL"),
)
def preview(badge_class_id: BadgeClassId, body: Annotated[ReplacementSource, Body()]) -> Response[ReplacementDocument]:
    """Read a replacement's source, and return a preview of the changes to the badge class."""
    scope = caller_of(router).scope("badge-class", badge_class_id)
    _require_replacing(scope)
    badge_class = _badge_class(badge_class_id)
    with fair_use.one_preview(scope.organization.entity_id):
        replacement = request.preview(badge_class, body.source(), caller_of(router))
    return Response(
        status_code=201,
        content_type="application/json",
        body=_document(replacement, badge_class),
        headers={"Location": f"{base_url_of(router)}/replacements/{replacement.id}"},
    )


@router.get(
    "/badge-classes/<badgeClassId>/replacements",
    summary="List a badge's replacements",
    tags=TAGS,
    responses=responses(200, "A page of replacements, newest first", 404, 422),
)
def history(badge_class_id: BadgeClassId, limit: Limit = 20, cursor: Cursor = None) -> ReplacementList:
    """Return a page of a badge class's replacements, newest first."""
    caller_of(router).scope("badge-class", badge_class_id)
    list_name = Replacement.history_key(badge_class_id)
    records = lifecycle.history(badge_class_id, read_cursor(list_name, cursor, ENTITY_ID), limit + 1)
    write = partial(_document, badge_class=_badge_class(badge_class_id))
    page = page_of(list_name, records, write, lambda replacement: replacement.id, limit)
    return ReplacementList(items=page.items, next_cursor=page.next_cursor)


@router.get(
    "/replacements/<replacementId>",
    summary="Get a replacement",
    tags=TAGS,
    responses=responses(200, "The replacement", 404),
)
def replacement(replacement_id: ReplacementId) -> ReplacementDocument:
    """Return a replacement, the badge class's current content, and the progress of the image re-sync."""
    record, _ = _find(replacement_id)
    return _document(record, _badge_class(record.badge_class_id))


@router.post(
    "/replacements/<replacementId>/confirm",
    summary="Confirm a replacement",
    description="Permanently overwrites the badge and starts the image re-sync for its awards. Confirming again has "
    "no effect.",
    tags=TAGS,
    responses=responses(200, "The confirmed replacement", 403, 404, 409),
)
def confirm(replacement_id: ReplacementId) -> ReplacementDocument:
    """Confirm a replacement, overwrite the badge class, and return the replacement."""
    record, scope = _find(replacement_id)
    _require_replacing(scope)
    confirmed = lifecycle.confirm(record, scope.organization.entity_id, caller_of(router))
    return _document(confirmed, _badge_class(record.badge_class_id))


@router.delete(
    "/replacements/<replacementId>",
    summary="Cancel a replacement",
    tags=TAGS,
    responses=responses(200, "The canceled replacement", 403, 404, 409),
)
def cancel(replacement_id: ReplacementId) -> ReplacementDocument:
    """Cancel a replacement that hasn't been confirmed, and return the replacement."""
    record, scope = _find(replacement_id)
    _require_replacing(scope)
    return _document(lifecycle.cancel(record), _badge_class(record.badge_class_id))


@router.get(
    "/replacements/<replacementId>/failed-images",
    summary="List awards whose images couldn't be refreshed",
    tags=TAGS,
    responses=responses(200, "A page of awards", 404, 422),
)
def failed_images(replacement_id: ReplacementId, limit: Limit = 100, cursor: Cursor = None) -> FailedImageList:
    """Return a page of awards whose images couldn't be refreshed after a replacement."""
    record, _ = _find(replacement_id)
    list_name = f"failed images of {replacement_id}"
    resync = resyncs.shown_for(_badge_class(record.badge_class_id), lifecycle.version_of(record))
    after = read_cursor(list_name, cursor, failures.POSITIONS)
    failed = failures.failures_of(resync, after, limit + 1) if resync else ()
    page = page_of(list_name, failed, _failed_image, failures.position, limit)
    return FailedImageList(
        items=page.items, contact_address=config().contact_address or None, next_cursor=page.next_cursor
    )


def _find(replacement_id: str) -> tuple[Replacement, Scope]:
    caller = caller_of(router)
    replacement = require_record(lifecycle.find, replacement_id, "replacement")
    return replacement, require_scope(caller, "badge-class", replacement.badge_class_id, "replacement")


def _badge_class(badge_class_id: str) -> BadgeClass:
    return require_record(partial(find_badge_class, consistent=True), badge_class_id, "badge class")


def _require_replacing(scope: Scope) -> None:
    scope.require_editing_role()
    scope.require_subscription()


def _document(record: Replacement, badge_class: BadgeClass) -> ReplacementDocument:
    document: dict[str, Any] = {
        "id": record.id,
        "badgeClassId": record.badge_class_id,
        "status": lifecycle.status_of(record),
        "source": record.source,
        "current": _content(content_json(current_content(badge_class))),
        "proposed": _content(record.proposed),
        "changes": record.changes,
        "warnings": record.warnings,
        "requestedBy": record.requested_by,
        "createdAt": record.created_at,
        "confirmedAt": record.confirmed_at,
    }
    if record.status == "replaced":
        document["imageResync"] = _image_resync(record, badge_class)
    return ReplacementDocument.model_validate(document)


def _failed_image(failure: FailedImage) -> FailedImageDocument:
    return FailedImageDocument(
        award_id=failure.award_id,
        reason=failure.reason,
        attempts=int(failure.attempts),
        next_try_at=clock.to_the_second(clock.parse_rfc3339(failure.due_at)) if failure.due_at else None,
    )


def _content(content: dict[str, Any]) -> dict[str, Any]:
    stored = stored_image(content["image"])
    shown = published.stored_image_url(base_url_of(router), stored.name) if stored else content["image"]
    return {**content, "image": shown}


def _image_resync(record: Replacement, badge_class: BadgeClass) -> ImageResyncDocument | None:
    resync = resyncs.shown_for(badge_class, lifecycle.version_of(record))
    return progress_of(resync) if resync is not None else None
