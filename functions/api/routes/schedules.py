"""Schedules: recurring exports. Make one, look at it, turn it off and on, delete it."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from badgedata import clock
from badgedata.access import Caller, Scope
from badgedata.cursors import read_cursor
from badgedata.identifiers import ENTITY_ID, is_entity_id
from badgedata.problems import Problem, not_found
from badgedata.records.schedules import Schedule
from badgedata.schedules import lifecycle, request, scheduler
from base_url import base_url_of
from callers import caller_of
from documents import ScheduleDocument, ScheduleList
from openapi import answers
from pages import page_of
from parameters import Cursor, Limit, ScheduleId
from schedule_requests import ScheduleChange, ScheduleRequest, read_schedule
from scopes import named_scope

router = APIGatewayRouter()

TAGS = ["Schedules"]
_SCOPE_FIELDS = {"organization": "organizationId", "issuer": "issuerId", "badge-class": "badgeClassId"}


@router.post(
    "/schedules",
    summary="Export again and again",
    tags=TAGS,
    responses=answers(201, "The schedule", 400, 403, 404, 409, 413, 422, location="The schedule's address"),
)
def create_schedule(schedule: Annotated[ScheduleRequest, Body()]) -> Response[ScheduleDocument]:
    caller = caller_of(router)
    scope_type, scope_id, specification = read_schedule(schedule)
    created = request.create(specification, caller.scope(scope_type, scope_id), caller.email)
    return Response(
        status_code=201,
        content_type="application/json",
        body=_document(created),
        headers={"Location": f"{base_url_of(router)}/schedules/{created.id}"},
    )


@router.get(
    "/schedules",
    summary="Schedules of an organization, an issuer or a badge class",
    description="Give exactly one of `organizationId`, `issuerId` and `badgeClassId`.",
    tags=TAGS,
    responses=answers(200, "A page of schedules, newest first", 404, 422),
)
def schedules(
    organization_id: Annotated[str | None, Query(alias="organizationId")] = None,
    issuer_id: Annotated[str | None, Query(alias="issuerId")] = None,
    badge_class_id: Annotated[str | None, Query(alias="badgeClassId")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> ScheduleList:
    scope = caller_of(router).scope(*named_scope(organization_id, issuer_id, badge_class_id))
    list_name = Schedule.list_key(scope.key)
    found = lifecycle.of_scope(scope.key, read_cursor(list_name, cursor, ENTITY_ID))
    page = page_of(list_name, found, _document, lambda schedule: schedule.id, limit)
    return ScheduleList(items=page.items, next_cursor=page.next_cursor)


@router.get(
    "/schedules/<scheduleId>",
    summary="A schedule",
    tags=TAGS,
    responses=answers(200, "The schedule as it is now", 404),
)
def schedule(schedule_id: ScheduleId) -> ScheduleDocument:
    found, _ = _find(caller_of(router), schedule_id)
    return _document(found)


@router.patch(
    "/schedules/<scheduleId>",
    summary="Turn a schedule off or on",
    description="Who turns it on answers for its exports from then on, as `requestedBy`.",
    tags=TAGS,
    responses=answers(200, "The schedule as it is now", 400, 403, 404, 413, 422),
)
def change_schedule(schedule_id: ScheduleId, change: Annotated[ScheduleChange, Body()]) -> ScheduleDocument:
    caller = caller_of(router)
    found, scope = _find(caller, schedule_id)
    if change.enabled:
        lifecycle.resume(found, scope, caller.email)
    else:
        lifecycle.pause(found, scope)
    changed, _ = _find(caller, schedule_id)
    return _document(changed)


@router.delete(
    "/schedules/<scheduleId>",
    summary="Delete a schedule",
    description="The exports that it made stay.",
    tags=TAGS,
    responses=answers(204, "It is deleted", 403, 404),
)
def delete_schedule(schedule_id: ScheduleId) -> Response[None]:
    found, scope = _find(caller_of(router), schedule_id)
    lifecycle.remove(found, scope)
    return Response(status_code=204)


def _find(caller: Caller, schedule_id: str) -> tuple[Schedule, Scope]:
    found = lifecycle.find(schedule_id) if is_entity_id(schedule_id) else None
    if found is None or found.status not in lifecycle.SEEN:
        raise not_found("schedule")
    try:
        return found, caller.scope(found.scope_type, found.scope_id)
    except Problem:
        raise not_found("schedule") from None


def _document(schedule: Schedule) -> ScheduleDocument:
    enabled = schedule.status == "active"
    next_run = scheduler.next_run_of(schedule, clock.now()) if enabled else None
    document: dict[str, Any] = {
        "id": schedule.id,
        "name": schedule.name,
        "export": {_SCOPE_FIELDS[schedule.scope_type]: schedule.scope_id, "kind": schedule.kind, **schedule.options},
        "expression": schedule.expression,
        "timeZone": schedule.time_zone,
        "period": schedule.period,
        "enabled": enabled,
        "state": {"status": schedule.status, "reason": schedule.reason},
        "requestedBy": schedule.requested_by,
        "createdAt": schedule.created_at,
        "nextRunAt": clock.to_the_second(next_run) if next_run else None,
    }
    if schedule.last_run_at is not None:
        document["lastRun"] = {"at": schedule.last_run_at, "exportId": schedule.last_export_id}
    return ScheduleDocument.model_validate(document)
