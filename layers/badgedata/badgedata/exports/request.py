"""Export requests: validation, idempotency keys, and the limit on active exports."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import msgspec
from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from badgedata import clock
from badgedata.access import Caller, Scope
from badgedata.config import config
from badgedata.exports import follow_ups, lifecycle, messages
from badgedata.exports import specification as specifications
from badgedata.exports.specification import Specification
from badgedata.identifiers import new_id
from badgedata.problems import Problem, invalid
from badgedata.records.exports import Export, IdempotencyKey
from badgedata.records.record import history_expiry
from badgedata.text import copied_name

logger = Logger(child=True)

IDEMPOTENCY_KEPT = timedelta(hours=24)

SENT_WITHIN = timedelta(minutes=1)
"""The time after which the sweeper first checks a new export. If the message hasn't been sent by then, the process that
handled the request must have died.
"""


@dataclass(frozen=True)
class ScheduledRun:
    """A run of a schedule. Each run requests one export."""

    schedule_id: str
    schedule_name: str
    started_by: Literal["schedule", "person"]

    def for_trail(self) -> dict[str, str]:
        """Return the run's details for a trail entry."""
        return {"scheduleId": self.schedule_id, "scheduleName": self.schedule_name, "startedBy": self.started_by}


def request_export(
    specification: Specification,
    scope: Scope,
    caller: Caller,
    idempotency_key: str | None = None,
    run: ScheduledRun | None = None,
) -> Export:
    """Store and enqueue an export. If the idempotency key was already used, return the earlier export.

    The export is stored before its message is sent. If the process dies or the message can't be sent, the sweeper sends
    it later. For the parameters and errors, see `record_export`.
    """
    export = record_export(specification, scope, caller, idempotency_key, run)
    if export.status == "queued":
        _enqueue(export)
    return export


def record_export(
    specification: Specification,
    scope: Scope,
    caller: Caller,
    idempotency_key: str | None = None,
    run: ScheduledRun | None = None,
) -> Export:
    """Store an export without enqueuing it. If it hasn't started after a minute, the sweeper enqueues it.

    Parameters
    ----------
    idempotency_key
        A key that identifies this request among those of the same caller or schedule. Different callers can use the
        same key.
    run
        The schedule run that requests the export, or None if the caller requests it directly.

    Raises
    ------
    Problem
        - 403 if the organization isn't on the paid plan, or if the caller's role doesn't allow this kind of export.
        - 422 if an option is invalid, or if the key was used with different options.
        - 429 if the organization has reached its limit on active exports.
    """
    scope.require_subscription()
    specifications.require_role(specification.kind, scope)
    now = clock.now()
    export = new_export(specification, scope, caller, now)
    export.schedule_id = run.schedule_id if run is not None else None
    known_to = f"schedule {run.schedule_id}" if run is not None else caller.identity
    first_use = _first_use(export, known_to, idempotency_key, now) if idempotency_key is not None else None
    # A repeated request returns the first export, even if a selected badge class has been deleted since.
    if first_use is not None and (first := _first_of(first_use, export)) is not None:
        return first
    specifications.check(specification, scope)
    if run is None:
        follow_ups.check(
            notify=specification.notify,
            deliver=specification.deliver,
            caller=caller,
            organization_id=export.organization_id,
        )
    if lifecycle.create(export, first_use, run.for_trail() if run is not None else None):
        logger.info("Export requested", export_id=export.id, kind=export.kind, scope=export.scope)
        return export
    first = _first_of(first_use, export) if first_use is not None else None
    if first is None:
        raise _too_many()
    return first


def _enqueue(export: Export) -> None:
    try:
        messages.send(export.id, "")
    except (BotoCoreError, ClientError):
        logger.warning("Message not sent; the sweeper will send it", export_id=export.id, exc_info=True)


def new_export(specification: Specification, scope: Scope, caller: Caller, now: datetime) -> Export:
    """Return a new, queued export without storing it."""
    export_id = new_id()
    file_name = _file_name(scope, specification, now)
    return Export(
        *Export.key(export_id),
        id=export_id,
        scope=scope.key,
        scope_type=scope.type,
        scope_id=scope.id,
        scope_name=copied_name(scope.name),
        organization_id=scope.organization.entity_id,
        issuer_id=scope.issuer_id,
        kind=specification.kind,
        options=specifications.options_of(specification),
        notify=specification.notify,
        deliver=specification.deliver,
        requested_by=caller.name,
        token_id=caller.token_id,
        created_at=clock.to_the_second(now),
        file_name=_unique_name(file_name, export_id) if specification.deliver else file_name,
        due=lifecycle.DUE,
        due_at=clock.sortable(now + SENT_WITHIN),
        expires_at=history_expiry(now),
    )


def _file_name(scope: Scope, specification: Specification, now: datetime) -> str:
    slug = _slug(scope.name) or scope.id
    return f"{slug}-{specification.kind}-{now:%Y%m%dT%H%M%S}Z.{specifications.extension_of(specification)}"


def _unique_name(file_name: str, export_id: str) -> str:
    """Return a file name that contains part of the export's ID, so that exports don't overwrite each other's files."""
    stem, _, extension = file_name.rpartition(".")
    return f"{stem}-{export_id[-8:]}.{extension}"


def _slug(name: str) -> str:
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_name).strip("-")[:60].strip("-")


def _first_use(export: Export, known_to: str, idempotency_key: str, now: datetime) -> IdempotencyKey:
    # A request without follow-ups must have the same hash in all versions, because earlier keys may still be stored.
    chosen = [name for name in specifications.FOLLOW_UPS if getattr(export, name)]
    request = msgspec.json.encode(
        [export.scope, export.kind, export.options, *([chosen] if chosen else [])], order="sorted"
    )
    return IdempotencyKey(
        *IdempotencyKey.key(known_to, idempotency_key),
        request_hash=hashlib.sha256(request).hexdigest(),
        export_id=export.id,
        expires_at=int((now + IDEMPOTENCY_KEPT).timestamp()),
    )


def _first_of(use: IdempotencyKey, export: Export) -> Export | None:
    first = IdempotencyKey.find(use.pk, use.sk)
    if first is None:
        return None
    # A redelivered run has different options if the schedule was edited in the meantime.
    if export.schedule_id is None and first.request_hash != use.request_hash:
        raise invalid(
            "Idempotency-Key",
            "This Idempotency-Key was already used with a different request. Use a new key for a new request.",
        )
    return lifecycle.find_export(first.export_id)


def _too_many() -> Problem:
    return Problem(
        429,
        "too-many-exports",
        "Too many exports",
        f"The limit of {config().active_exports_per_organization} active exports has been reached. "
        "Wait for one to finish, or cancel one.",
        retry_after_seconds=30,
    )
