"""The trail: a record of the actions in an organization, such as exports, downloads, and replacements.

An entry is saved in the same transaction as the change that it records, so an entry exists only if the change was made.
A repeated request doesn't add a second entry.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, Final, Literal, get_args

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action as Change
from pynamodb.transactions import TransactWrite

from badgedata import clock
from badgedata.config import config
from badgedata.identifiers import new_id
from badgedata.records import transactions
from badgedata.records.record import Record
from badgedata.records.trail import ByIssuer, TrailEntry
from badgedata.records.transactions import ConditionsFailedError
from badgedata.text import copied_name

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
"""The actor for operators' commands."""

SYSTEM: Final = "system"
"""The actor for automatic changes, such as stopping a schedule."""


def entry(
    organization_id: str,
    actor: str,
    action: Action,
    target_type: TargetType,
    target_id: str,
    target_name: str,
    details: dict[str, Any] | None = None,
    issuer_id: str | None = None,
    token_id: str | None = None,
) -> TrailEntry:
    """Return a new entry. The caller saves the entry in the transaction that makes the change.

    PynamoDB writes saved items before updated items, and `ConditionsFailedError.failed` lists them in this order.

    Parameters
    ----------
    actor
        The person or program that performed the action: an email address, ``token:`` followed by a token's name,
        `OPERATOR`, or `SYSTEM`.
    target_name
        The target's current name, which the entry keeps even if the target is later renamed or deleted. This name and
        the names in `details` are shortened if they are very long.
    details
        Facts about the action. Like `target_name`, they must not contain recipients' personal data.
    issuer_id
        The issuer that the action concerns. The issuer's owners can see the entry. None if the action concerns the
        entire organization.
    token_id
        The ID of the actor's access token, or None if the actor isn't a program. The ID is added to the details as
        ``tokenId``, because several tokens can have the same name.
    """
    now = clock.now()
    entry_id = new_id(now)
    return TrailEntry(
        organization_id,
        entry_id,
        issuer_id=issuer_id,
        at=clock.to_the_second(now),
        actor=actor,
        action=action,
        target_type=target_type,
        target_id=target_id,
        target_name=copied_name(target_name),
        details={
            **{name: copied_name(fact) if isinstance(fact, str) else fact for name, fact in (details or {}).items()},
            **({"tokenId": token_id} if token_id is not None else {}),
        },
        expires_at=int((now + timedelta(days=config().trail_retention_days)).timestamp()),
    )


def entries(
    organization_id: str,
    issuer_id: str | None,
    first: str,
    end: str,
    *,
    newest_first: bool = False,
    read_at_once: int | None = None,
) -> Iterator[TrailEntry]:
    """Yield the unexpired trail entries whose IDs are between `first` and `end`.

    Parameters
    ----------
    issuer_id
        The issuer whose entries are read. None means the organization's entire trail.
    first, end
        The exclusive bounds of the IDs. They can be any strings, not only valid IDs.
    read_at_once
        The number of entries that one query reads.
    """
    if first >= end:
        return
    found: Iterator[TrailEntry] = (
        TrailEntry.query(
            organization_id,
            TrailEntry.id.between(first, end),
            TrailEntry.unexpired(),
            scan_index_forward=not newest_first,
            page_size=read_at_once,
        )
        if issuer_id is None
        else TrailEntry.by_issuer.query(
            issuer_id,
            ByIssuer.id.between(first, end),
            TrailEntry.unexpired(),
            scan_index_forward=not newest_first,
            page_size=read_at_once,
        )
    )
    yield from (entry for entry in found if first < entry.id < end)


def update_if(record: Record, condition: Condition, changes: Sequence[Change], noted: TrailEntry) -> bool:
    """Update an item that meets a condition, and save the trail entry for the update.

    The record in memory isn't updated.

    Returns
    -------
    bool
        Whether the item met the condition. If not, nothing was written.
    """

    def together(transaction: TransactWrite) -> None:
        transaction.update(record, actions=list(changes), condition=condition)
        transaction.save(noted)

    try:
        transactions.write(together)
    except ConditionsFailedError:
        return False
    return True
