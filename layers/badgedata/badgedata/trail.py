"""The trail: a record of who requested, downloaded, delivered, replaced, created, or deleted what in an organization.

An entry is saved in the same transaction as the change that it records. The entry therefore exists if and only if the
change was made. A repeated request, whose condition fails, doesn't add a second entry.
"""

from datetime import timedelta
from typing import Any, Final, Literal, get_args

from badgedata import clock
from badgedata.config import config
from badgedata.identifiers import new_id
from badgedata.records.trail import TrailEntry

Action = Literal[
    "export-requested",
    "export-cancelled",
    "export-downloaded",
    "export-delivered",
    "export-delivery-failed",
    "export-file-deleted",
    "badge-replaced",
    "schedule-created",
    "schedule-changed",
    "schedule-paused",
    "schedule-resumed",
    "schedule-stopped",
    "schedule-deleted",
    "token-created",
    "token-deleted",
    "destination-set",
    "destination-tested",
    "destination-deleted",
    "member-added",
    "member-removed",
]
TargetType = Literal["export", "badge-class", "schedule", "token", "destination", "member"]

ACTIONS: Final[tuple[Action, ...]] = get_args(Action)

OPERATOR: Final = "operator"
"""The actor of an operator's command."""

SYSTEM: Final = "system"
"""The actor of automatic changes, such as stopping a schedule."""


def entry(
    organization_id: str,
    actor: str,
    action: Action,
    target_type: TargetType,
    target_id: str,
    target_name: str,
    details: dict[str, Any] | None = None,
    issuer_id: str | None = None,
) -> TrailEntry:
    """Return a new entry, to be saved in the transaction that makes the change: ``transaction.save(entry(...))``.

    PynamoDB writes saved items before updated ones, so `ConditionsFailedError.failed` lists the entry before updates.

    Parameters
    ----------
    actor
        The person or program that performed the action, as shown in the API (`requestedBy`): an email address,
        ``token:`` and a token's name, `OPERATOR`, or `SYSTEM`.
    target_name
        The target's current name, which the entry keeps if the target is later renamed or deleted.
    details
        Facts about the action. Like `target_name`, they must not contain personal data of recipients.
    issuer_id
        The issuer that the action concerns, whose owners can then see the entry. None if it concerns the entire
        organization.
    """
    now = clock.now()
    entry_id = new_id(now)
    return TrailEntry(
        *TrailEntry.key(organization_id, entry_id),
        id=entry_id,
        scope=TrailEntry.list_key(issuer_id) if issuer_id is not None else None,
        organization_id=organization_id,
        issuer_id=issuer_id,
        at=clock.to_the_second(now),
        actor=actor,
        action=action,
        target_type=target_type,
        target_id=target_id,
        target_name=target_name,
        details=details or {},
        expires_at=int((now + timedelta(days=config().trail_retention_days)).timestamp()),
    )
