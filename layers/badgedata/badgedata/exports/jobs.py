"""The life of an export: asked for, running, and its one end. Every change of state is one conditional write.

`queued → running → succeeded | failed`, and `cancelled` from the first two. `expired` is not stored: it is what a
succeeded export reads as when its file's time is over.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec
from pynamodb.exceptions import UpdateError
from pynamodb.transactions import TransactWrite

from badgedata import clock
from badgedata.access import Scope
from badgedata.config import config
from badgedata.exports import messages, segments, upload
from badgedata.exports import specification as specifications
from badgedata.exports.specification import Specification
from badgedata.identifiers import new_id
from badgedata.problems import Problem, invalid
from badgedata.records import transactions
from badgedata.records.operations import ActiveExports, Export, IdempotencyKey, Segment, history_expiry
from badgedata.records.transactions import ConditionsFailedError

ACTIVE = ("queued", "running")
IDEMPOTENCY_KEPT = timedelta(hours=24)
QUEUE_PATIENCE = timedelta(minutes=15)
"""How long an export may wait in the queue before the sweeper sends for it again."""

WORK_PATIENCE = timedelta(minutes=2)
"""How long an export may run before the sweeper looks whether its workers live."""


def request_export(
    specification: Specification,
    scope: Scope,
    requested_by: str,
    idempotency_key: str | None = None,
    schedule_id: str | None = None,
) -> Export:
    """Write down an export as queued and send for a worker; with a known `idempotency_key`, give the first one again.

    The record is written before the message is sent: if this process dies in between, the sweeper sends it.

    Parameters
    ----------
    idempotency_key
        Known to the person `requested_by`, or to the schedule where there is one: neither meets the other's keys.
    schedule_id
        The schedule that this is a run of.

    Raises
    ------
    Problem
        403 without a paid plan; 422 for what is wrong with the options, or a key used before with other ones; 429 when
        the organization has as many exports going as fair use allows.
    """
    scope.require_subscription()
    specifications.check(specification)
    now = clock.now()
    export = _new_export(specification, scope, requested_by, now)
    export.schedule_id = schedule_id
    known = IdempotencyKey(
        *IdempotencyKey.key(f"schedule {schedule_id}" if schedule_id else requested_by, idempotency_key or ""),
        request_hash=_request_hash(export),
        export_id=export.id,
        expires_at=int((now + IDEMPOTENCY_KEPT).timestamp()),
    )

    def first_time(transaction: TransactWrite) -> None:
        if idempotency_key is not None:
            unused = IdempotencyKey.pk.does_not_exist() | (IdempotencyKey.expires_at < int(now.timestamp()))
            transaction.save(known, condition=unused)
        transaction.update(
            ActiveExports(*ActiveExports.key(export.organization_id)),
            actions=[ActiveExports.active.add(1)],
            condition=ActiveExports.active.does_not_exist()
            | (ActiveExports.active < config().active_exports_per_organization),
        )
        transaction.save(export)
        transaction.save(Segment(*Segment.key(export.id, ""), expires_at=export.expires_at))

    try:
        transactions.write(first_time)
    except ConditionsFailedError:
        first = _first_of(known) if idempotency_key is not None else None
        if first is None:
            raise _too_many() from None
        export = first
    if export.status == "queued":
        messages.send(export.id, "")
    return export


def find_export(export_id: str) -> Export | None:
    """Give the export with this id as it is now, or None."""
    try:
        return Export.get(*Export.key(export_id), consistent_read=True)
    except Export.DoesNotExist:
        return None


def history(scope_key: str, limit: int, after: str | None) -> tuple[list[Export], str | None]:
    """Give a scope's exports, newest first, behind the id `after`; and the id to go on behind, if there are more."""
    behind = Export.by_scope.query(
        scope_key,
        Export.id < after if after is not None else None,
        scan_index_forward=False,
        limit=limit + 1,
    )
    found = list(behind)
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def status_of(export: Export) -> str:
    """Give the state an export reads as now."""
    if export.status == "succeeded" and (export.file_expires_at or "") <= clock.to_the_second(clock.now()):
        return "expired"
    return export.status


def start(export: Export, expected_rows: int | None) -> bool:
    """Move to `running`, and note the rows to expect, where they are known; a repeat changes nothing.

    False when the export is over already.
    """
    actions = [
        Export.status.set("running"),
        Export.started_at.set(Export.started_at | clock.to_the_second(clock.now())),
        Export.due_at.set(clock.sortable(clock.now() + WORK_PATIENCE)),
        *([Export.expected_rows.set(expected_rows)] if expected_rows is not None else []),
    ]
    return _update(export, actions, Export.status.is_in(*ACTIVE))


def succeed(export: Export, segment: Segment, object_key: str, rows: int, size: int, sha256: str) -> bool:
    """Offer the file for download, if the export still goes on and the segment is still its owner's."""
    now = clock.now()
    return _end(
        export,
        "succeeded",
        [
            Export.object_key.set(object_key),
            Export.rows.set(rows),
            Export.bytes.set(size),
            Export.sha256.set(sha256),
            Export.file_expires_at.set(clock.to_the_second(now + timedelta(days=config().file_retention_days))),
            Export.due.remove(),
            Export.due_at.remove(),
        ],
        segment,
    )


def fail(export: Export, code: str, message: str) -> bool:
    """End an export that can't be done, with a reason that a person understands. False when it was over already."""
    return _end(export, "failed", [Export.error_code.set(code), Export.error_message.set(message), *_due_now()])


def remove(export: Export) -> None:
    """Cancel an export that is going on, or delete the file of one that is done; what is over stays as it is.

    What a worker has written by then goes with it; the sweeper looks again, for the worker may still be at it.
    """
    if _end(export, "cancelled", _due_now()):
        upload.remove_all(files_prefix(export))
    elif export.status == "succeeded":
        now = clock.to_the_second(clock.now())
        if (export.file_expires_at or now) > now:
            _update(export, [Export.file_expires_at.set(now)], Export.status == "succeeded")
        upload.remove_all(files_prefix(export))


def settled(export: Export) -> None:
    """Nothing is left to see to."""
    _update(export, [Export.due.remove(), Export.due_at.remove()], ~Export.status.is_in(*ACTIVE))


def look_again(export: Export, at: datetime) -> None:
    """Let the sweeper look at this export again at that time."""
    _update(export, [Export.due_at.set(clock.sortable(at))], Export.due.exists())


def due_exports(now: datetime) -> Iterator[Export]:
    """Give the exports that somebody has to look at by now."""
    return Export.by_due_time.query(_DUE, Export.due_at <= clock.sortable(now))


def files_prefix(export: Export) -> str:
    """Give the prefix below which all objects of an export are."""
    return f"{export.organization_id}/{export.id}/"


_DUE = "export"


def _due_now() -> list[Any]:
    return [Export.due.set(_DUE), Export.due_at.set(clock.sortable(clock.now()))]


def _new_export(specification: Specification, scope: Scope, requested_by: str, now: datetime) -> Export:
    export_id = new_id()
    return Export(
        *Export.key(export_id),
        id=export_id,
        scope=scope.key,
        scope_type=scope.type,
        scope_id=scope.id,
        scope_name=scope.name,
        organization_id=scope.organization.entity_id,
        kind=specification.kind,
        options=specifications.options_of(specification),
        requested_by=requested_by,
        created_at=clock.to_the_second(now),
        file_name=f"{_slug(scope.name) or scope.id}-{specification.kind}-{now:%Y%m%dT%H%M%S}Z.{specifications.extension_of(specification)}",
        due=_DUE,
        due_at=clock.sortable(now + QUEUE_PATIENCE),
        expires_at=history_expiry(now),
    )


def _slug(name: str) -> str:
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_name).strip("-")[:60].strip("-")


def _request_hash(export: Export) -> str:
    return hashlib.sha256(msgspec.json.encode([export.scope, export.kind, export.options], order="sorted")).hexdigest()


def _first_of(known: IdempotencyKey) -> Export | None:
    try:
        first = IdempotencyKey.get(known.pk, known.sk, consistent_read=True)
    except IdempotencyKey.DoesNotExist:
        return None
    if first.expires_at < int(clock.now().timestamp()):
        return None
    if first.request_hash != known.request_hash:
        raise invalid(
            "Idempotency-Key", "This Idempotency-Key came with another request before. Use a new key for a new request."
        )
    return find_export(first.export_id)


def _too_many() -> Problem:
    return Problem(
        429,
        "too-many-exports",
        "Too many exports",
        f"{config().active_exports_per_organization} exports of this organization are queued or running, and no more may be at once. "
        "Wait until one is done, or cancel one.",
        retry_after_seconds=30,
    )


def _end(export: Export, status: str, actions: list[Any], segment: Segment | None = None) -> bool:
    """Move an export to its end, once, and count it off the organization's active ones in the same transaction."""

    def once(transaction: TransactWrite) -> None:
        transaction.update(
            export,
            actions=[Export.status.set(status), Export.finished_at.set(clock.to_the_second(clock.now())), *actions],
            condition=Export.status.is_in(*ACTIVE),
        )
        active = ActiveExports(*ActiveExports.key(export.organization_id))
        transaction.update(active, actions=[ActiveExports.active.add(-1)])
        if segment is not None:
            transaction.update(segment, actions=[Segment.status.set("done")], condition=segments.owned(segment))

    try:
        transactions.write(once)
    except ConditionsFailedError:
        return False
    return True


def _update(export: Export, actions: list[Any], condition: Any) -> bool:
    try:
        export.update(actions=actions, condition=condition)
    except UpdateError as error:
        if error.cause_response_code == "ConditionalCheckFailedException":
            return False
        raise
    return True
