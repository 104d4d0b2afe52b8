"""Routes for schedules (recurring exports): create, read, change, pause, resume, run, and delete them."""

from dataclasses import replace
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from pydantic import TypeAdapter, ValidationError

from badgedata import clock
from badgedata.access import Caller, Scope, ScopeType
from badgedata.exports.specification import FOLLOW_UPS, KINDS, Specification
from badgedata.identifiers import ENTITY_ID
from badgedata.problems import invalid, shown
from badgedata.records.schedules import Schedule
from badgedata.schedules import lifecycle, request, scheduler
from badgedata.schedules.request import Period, ScheduleSpecification
from badgedata.schedules.runner import run_now

from ..http.base_url import base_url_of
from ..http.callers import caller_of
from ..http.cursors import read_cursor
from ..http.lookups import require_record, require_scope
from ..http.pages import page_of
from ..http.parameters import Cursor, IdempotencyKey, Limit, ScheduleId, named_scope
from ..http.problems import AWARDS_OF_BADGE_CLASS, from_validation
from ..openapi.responses import responses
from ..schemas.exports import ExportDocument
from ..schemas.schedules import ExportOnSchedule, ScheduleChange, ScheduleDocument, ScheduleList, ScheduleRequest
from .export_documents import queued_response

router = APIGatewayRouter()

TAGS = ["Schedules"]
_SCOPE_FIELDS = {"organization": "organizationId", "issuer": "issuerId", "badge-class": "badgeClassId"}


@router.post(
    "/schedules",
    summary="Create a schedule",
    tags=TAGS,
    responses=responses(201, "The schedule", 400, 403, 404, 409, 413, 422, location="The schedule's URL"),
)
def create_schedule(schedule: Annotated[ScheduleRequest, Body()]) -> Response[ScheduleDocument]:
    """Create an active schedule, and return the schedule."""
    caller = caller_of(router)
    scope_type, scope_id, specification = _read(schedule)
    created = request.create(specification, caller.scope(scope_type, scope_id), caller)
    return Response(
        status_code=201,
        content_type="application/json",
        body=_document(created),
        headers={"Location": f"{base_url_of(router)}/schedules/{created.id}"},
    )


@router.get(
    "/schedules",
    summary="List schedules of an organization, issuer, or badge class",
    description="Requires exactly one of `organizationId`, `issuerId`, and `badgeClassId`.",
    tags=TAGS,
    responses=responses(200, "A page of schedules, newest first", 404, 422),
)
def schedules(
    organization_id: Annotated[str | None, Query(alias="organizationId")] = None,
    issuer_id: Annotated[str | None, Query(alias="issuerId")] = None,
    badge_class_id: Annotated[str | None, Query(alias="badgeClassId")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> ScheduleList:
    """Return a page of a scope's schedules, newest first."""
    scope = caller_of(router).scope(*named_scope(organization_id, issuer_id, badge_class_id))
    list_name = Schedule.list_key(scope.key)
    records = lifecycle.of_scope(scope.key, read_cursor(list_name, cursor, ENTITY_ID))
    page = page_of(list_name, records, _document, lambda schedule: schedule.id, limit)
    return ScheduleList(items=page.items, next_cursor=page.next_cursor)


@router.get(
    "/schedules/<scheduleId>",
    summary="Get a schedule",
    tags=TAGS,
    responses=responses(200, "The schedule", 404),
)
def schedule(schedule_id: ScheduleId) -> ScheduleDocument:
    """Return a schedule, its state, and its latest and next runs."""
    record, _ = _find(caller_of(router), schedule_id)
    return _document(record)


@router.patch(
    "/schedules/<scheduleId>",
    summary="Change, pause, or resume a schedule",
    description="Changes apply to all later runs. Exports that the schedule has already requested continue. Anyone who "
    "resumes a schedule, or changes anything except its name, becomes responsible for it (`requestedBy`).",
    tags=TAGS,
    responses=responses(200, "The schedule", 400, 403, 404, 409, 413, 422),
)
def change_schedule(schedule_id: ScheduleId, change: Annotated[ScheduleChange, Body()]) -> ScheduleDocument:
    """Change, pause, or resume a schedule, and return the schedule."""
    caller = caller_of(router)
    record, scope = _find(caller, schedule_id)
    if change.model_fields_set != {"enabled"}:
        request.edit(record, _edited(record, change), scope, caller, change.enabled)
    elif change.enabled:
        request.resume(record, scope, caller)
    else:
        lifecycle.pause(record, scope, caller)
    changed, _ = _find(caller, schedule_id)
    return _document(changed)


@router.delete(
    "/schedules/<scheduleId>",
    summary="Delete a schedule",
    description="Existing exports are kept.",
    tags=TAGS,
    responses=responses(204, "The schedule is deleted", 403, 404),
)
def delete_schedule(schedule_id: ScheduleId) -> Response[None]:
    """Delete a schedule, but keep the exports that it requested."""
    caller = caller_of(router)
    record, scope = _find(caller, schedule_id)
    lifecycle.remove(record, scope, caller)
    return Response(status_code=204)


@router.post(
    "/schedules/<scheduleId>/run",
    summary="Run a schedule now",
    description="Requests the schedule's export immediately, with the same dates as a run that is due now. The next "
    "scheduled run isn't affected. You can also run a paused or stopped schedule.",
    tags=TAGS,
    responses=responses(202, "The queued export", 403, 404, 422, location="The export's URL"),
)
def run_schedule(schedule_id: ScheduleId, idempotency_key: IdempotencyKey = None) -> Response[ExportDocument]:
    """Run a schedule now, and return the queued export."""
    caller = caller_of(router)
    record, scope = _find(caller, schedule_id)
    return queued_response(router, run_now(record, scope, caller, idempotency_key), caller)


def _find(caller: Caller, schedule_id: str) -> tuple[Schedule, Scope]:
    schedule = require_record(_find_visible_schedule, schedule_id, "schedule")
    return schedule, require_scope(caller, schedule.scope_type, schedule.scope_id, "schedule")


def _find_visible_schedule(schedule_id: str) -> Schedule | None:
    schedule = lifecycle.find(schedule_id)
    return schedule if schedule is not None and schedule.status in lifecycle.VISIBLE else None


def _read(body: ScheduleRequest) -> tuple[ScopeType, str, ScheduleSpecification]:
    """Return a new schedule's scope type, scope ID, and specification.

    Raises
    ------
    Problem
        422 if a field is invalid. The names of export fields begin with ``export.``.
    """
    export = body.export
    scope_type, scope_id = named_scope(export.organization_id, export.issuer_id, export.badge_class_id, "export")
    return (
        scope_type,
        scope_id,
        ScheduleSpecification(
            name=body.name,
            export=_read_export(scope_type, export, body.time_zone, body.period),
            expression=body.expression,
            time_zone=body.time_zone,
            period=body.period,
            notify=body.notify,
            deliver=body.deliver,
        ),
    )


def _edited(schedule: Schedule, change: ScheduleChange) -> ScheduleSpecification:
    """Return a schedule's specification after a change.

    Raises
    ------
    Problem
        422 if the change gives the export a different scope or invalid options.
    """
    before = request.specification_of(schedule)
    given = change.model_fields_set & {"name", "expression", "time_zone", "period", *FOLLOW_UPS}
    edited = replace(before, **{name: getattr(change, name) for name in given})
    if "export" not in change.model_fields_set:
        return edited
    export = change.export
    scope_type, scope_id = named_scope(export.organization_id, export.issuer_id, export.badge_class_id, "export")
    if (scope_type, scope_id) != (schedule.scope_type, schedule.scope_id):
        raise invalid(
            f"export.{_SCOPE_FIELDS[scope_type]}",
            f"This schedule's {_SCOPE_FIELDS[schedule.scope_type]} is {shown(schedule.scope_id)} and can't be changed. "
            "Create a new schedule instead.",
        )
    return replace(edited, export=_read_export(scope_type, export, edited.time_zone, edited.period))


def _read_export(
    scope_type: ScopeType, export: ExportOnSchedule, time_zone: str, period: Period | None
) -> Specification:
    kind, options = export.kind, export.model_extra or {}
    zone = options.get("timeZone", time_zone)
    if period is not None and zone != time_zone:
        raise invalid(
            "export.timeZone",
            f"The period {period} is calculated in the schedule's timeZone, {shown(time_zone)}, not {shown(zone)}. "
            "Omit this field.",
        )
    for name in FOLLOW_UPS:
        if name in options:
            raise invalid(
                f"export.{name}",
                f"{name} is a field of the schedule, not of its export. Move it from export to the schedule.",
            )
    kinds = KINDS[scope_type]
    if kind not in kinds:
        hint = f" {AWARDS_OF_BADGE_CLASS}" if kind == "awards" else ""  # every other scope has awards
        raise invalid(
            "export.kind",
            f"Must be one of {', '.join(kinds)} for an export of this {scope_type.replace('-', ' ')}; got "
            f"{shown(kind)}.{hint}",
        )
    try:
        specification: Specification = TypeAdapter(kinds[kind]).validate_python({**options, "kind": kind})
    except ValidationError as error:
        raise from_validation(
            [fault | {"loc": ("body", "export", *fault["loc"])} for fault in error.errors()]
        ) from None
    return specification


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
        "notify": schedule.notify,
        "deliver": schedule.deliver,
        "enabled": enabled,
        "state": {"status": schedule.status, "reason": schedule.reason},
        "requestedBy": schedule.requested_by,
        "createdAt": schedule.created_at,
        "nextRunAt": clock.to_the_second(next_run) if next_run else None,
    }
    if schedule.last_run_at is not None:
        document["lastRun"] = {"at": schedule.last_run_at, "exportId": schedule.last_export_id}
    return ScheduleDocument.model_validate(document)
