"""Compare an item before and after a write, and return the facts that events report.

Items written by another version of this product, or by other code, may lack attributes or have unknown statuses. No
event is sent for a change that this module doesn't recognize.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from badgedata.events.catalog import (
    BadgeReplaced,
    DeliveryFailed,
    DeliverySucceeded,
    ExportCancelled,
    ExportExpired,
    ExportFailed,
    ExportFileDeleted,
    ExportRequested,
    ExportSucceeded,
    Fact,
    ImageResyncCompleted,
    ImageResyncOverdue,
    ScheduleChanged,
    ScheduleCreated,
    ScheduleDeleted,
    ScheduleRun,
    ScheduleStopped,
    Scope,
)
from badgedata.records.deliveries import Delivery
from badgedata.records.exports import Export
from badgedata.records.record import Record
from badgedata.records.replacements import Replacement
from badgedata.records.resyncs import Resync
from badgedata.records.schedules import Schedule
from badgedata.replacement.lifecycle import version_of
from badgedata.resync.lifecycle import figures
from badgedata.schedules.lifecycle import VISIBLE

type Image = dict[str, dict[str, Any]]
"""An item in DynamoDB JSON, which states the type of each value."""


def facts_of(sort_key: str, old: Image | None, new: Image | None) -> list[Fact]:
    """Return the facts to report about one write to an item in the Operations table.

    Parameters
    ----------
    old, new
        The item before and after the write. None if the item didn't exist at that time.

    Raises
    ------
    Exception
        If `old` or `new` can't be read as a record. A retry would also fail.
    """
    read = _READERS.get(sort_key)
    facts = [] if read is None else list(read(old, new))
    for fact in facts:
        # Records don't check that required attributes exist.
        msgspec.convert(msgspec.to_builtins(fact), type(fact))
    return facts


def _export_facts(old: Image | None, new: Image | None) -> Iterator[Fact]:
    before, after = _record(Export, old), _record(Export, new)
    if after is None:
        return
    always: dict[str, Any] = {
        "organization_id": after.organization_id,
        "export_id": after.id,
        "schedule_id": after.schedule_id,
        "scope": Scope(after.scope_type, after.scope_id),
        "kind": after.kind,
    }
    if before is None:
        if after.status == "queued":
            yield ExportRequested(**always)
        return
    if before.status != after.status:
        match after.status:
            case "succeeded":
                yield ExportSucceeded(
                    **always,
                    notify=after.notify,
                    rows=_integer(after.rows),
                    bytes=_integer(after.bytes),
                    sha256=after.sha256,
                    file_expires_at=after.file_expires_at,
                )
            case "failed":
                yield ExportFailed(**always, notify=after.notify, error_code=after.error_code)
            case "cancelled":
                yield ExportCancelled(**always)
    elif before.expired_at is None and after.expired_at is not None:
        is_as_planned = before.file_expires_at == after.file_expires_at
        yield ExportExpired(**always) if is_as_planned else ExportFileDeleted(**always)


def _replacement_facts(old: Image | None, new: Image | None) -> Iterator[Fact]:
    before, after = _record(Replacement, old), _record(Replacement, new)
    if before is None or after is None or before.status == after.status or after.status != "replaced":
        return
    yield BadgeReplaced(
        organization_id=after.organization_id,
        replacement_id=after.id,
        issuer_id=after.issuer_id,
        badge_class_id=after.badge_class_id,
        badge_class_version=version_of(after),
    )


def _resync_facts(old: Image | None, new: Image | None) -> Iterator[Fact]:
    before, after = _record(Resync, old), _record(Resync, new)
    if before is None or after is None or before.status == after.status:
        return
    fact = {"complete": ImageResyncCompleted, "overdue": ImageResyncOverdue}.get(after.status)
    if fact is not None:
        progress = figures(after)
        yield fact(
            organization_id=after.organization_id,
            replacement_id=after.replacement_id,
            issuer_id=after.issuer_id,
            badge_class_id=after.badge_class_id,
            badge_class_version=int(after.version),
            total=progress.total,
            refreshed=progress.refreshed,
            pending=progress.pending,
            failed=progress.failed,
            window_ends_at=after.window_ends_at,
        )


_SETTINGS: Final = {
    "name": "name",
    "kind": "kind",
    "options": "options",
    "expression": "expression",
    "timeZone": "time_zone",
    "period": "period",
    "notify": "notify",
    "deliver": "deliver",
    "status": "status",
    "requestedBy": "requested_by",
}
"""The schedule properties whose changes are reported in events, and the record attributes that store them."""


def _schedule_facts(old: Image | None, new: Image | None) -> Iterator[Fact]:
    before, after = _record(Schedule, old), _record(Schedule, new)
    is_shown, was_shown = _is_shown(after), _is_shown(before)
    if after is not None and is_shown:
        if not was_shown:
            yield ScheduleCreated(**_schedule_state(after))
        elif before is not None:
            yield from _schedule_changes(before, after)
    elif before is not None and was_shown:
        yield ScheduleDeleted(**_schedule_ids(before))


def _schedule_changes(before: Schedule, after: Schedule) -> Iterator[Fact]:
    changed = [name for name, setting in _SETTINGS.items() if getattr(before, setting) != getattr(after, setting)]
    if "status" in changed and after.status == "stopped":
        changed.remove("status")
        yield ScheduleStopped(**_schedule_state(after))
    if changed:
        yield ScheduleChanged(**_schedule_state(after), changed=changed)
    run = (after.last_run_at, after.last_export_id)
    if after.last_run_at is not None and run != (before.last_run_at, before.last_export_id):
        yield ScheduleRun(**_schedule_ids(after), scheduled_time=after.last_run_at, export_id=after.last_export_id)


def _is_shown(schedule: Schedule | None) -> bool:
    return schedule is not None and schedule.status in VISIBLE


def _schedule_ids(schedule: Schedule) -> dict[str, Any]:
    return {
        "organization_id": schedule.organization_id,
        "schedule_id": schedule.id,
        "scope": Scope(schedule.scope_type, schedule.scope_id),
        "kind": schedule.kind,
    }


def _schedule_state(schedule: Schedule) -> dict[str, Any]:
    return _schedule_ids(schedule) | {
        "status": schedule.status,
        "expression": schedule.expression,
        "time_zone": schedule.time_zone,
    }


def _record[R: Record](record: type[R], image: Image | None) -> R | None:
    return None if image is None else record.from_raw_data(image)


def _integer(number: float | None) -> int | None:
    return None if number is None else int(number)


def _delivery_facts(old: Image | None, new: Image | None) -> Iterator[Fact]:
    before, after = _record(Delivery, old), _record(Delivery, new)
    if after is None or after.status == (before.status if before is not None else "pending"):
        return
    ids: dict[str, Any] = {
        "organization_id": after.organization_id,
        "export_id": after.export_id,
        "attempts": int(after.attempts),
    }
    if after.status == "delivered":
        yield DeliverySucceeded(**ids)
    elif after.status == "failed":
        yield DeliveryFailed(**ids, error_code=after.error_code)


_READERS: Final[dict[str, Callable[[Image | None, Image | None], Iterator[Fact]]]] = {
    "export": _export_facts,
    "replacement": _replacement_facts,
    "image-resync": _resync_facts,
    "schedule": _schedule_facts,
    "delivery": _delivery_facts,
}

SORT_KEYS: Final = _READERS.keys() | {"delivery"}
"""The sort keys of the items whose stream records the event publisher must receive."""
