"""Read, set, and delete destinations, and record test results. Each change is one transaction."""

import secrets
from dataclasses import asdict
from functools import partial
from typing import Any, Final

from aws_lambda_powertools import Logger
from pynamodb.transactions import TransactWrite

from badgedata import clock, trail
from badgedata.delivery.request import DestinationSettings
from badgedata.problems import Problem, conflict, not_found
from badgedata.records import transactions
from badgedata.records.deliveries import Destination
from badgedata.records.directory import Organization
from badgedata.records.trail import TrailEntry
from badgedata.records.transactions import ConditionsFailedError

logger = Logger(child=True)

MAX_SET_ATTEMPTS: Final = 3
"""The maximum number of attempts to set a destination while other requests change it."""


def find(organization_id: str) -> Destination | None:
    """Return an organization's destination, or None if there is no destination."""
    try:
        return Destination.get(*Destination.key(organization_id), consistent_read=True)
    except Destination.DoesNotExist:
        return None


def buckets_of(organization_ids: set[str]) -> dict[str, str]:
    """Return the name of each organization's bucket, keyed by organization ID.

    Organizations without a destination are omitted.
    """
    keys = [Destination.key(organization_id) for organization_id in organization_ids]
    found = Destination.batch_get(keys, consistent_read=True, attributes_to_get=["pk", "bucket"])
    return {destination.organization_id: destination.bucket for destination in found}


def require(organization_id: str) -> Destination:
    """Return an organization's destination.

    Raises
    ------
    Problem
        404 if the organization has no destination.
    """
    destination = find(organization_id)
    if destination is None:
        raise not_found("destination")
    return destination


def settings_of(destination: Destination) -> DestinationSettings:
    """Return the settings of a stored destination."""
    return DestinationSettings(destination.bucket, destination.prefix, destination.region, destination.role_arn)


def set_destination(organization: Organization, settings: DestinationSettings, by: str) -> Destination:
    """Set or change an organization's destination.

    If the settings are the same as before, nothing changes. A changed destination keeps its external ID, so the role's
    trust policy remains valid.

    Raises
    ------
    Problem
        409 if other requests keep changing the destination at the same time.
    """
    for _ in range(MAX_SET_ATTEMPTS):
        before = find(organization.entity_id)
        if before is not None and settings_of(before) == settings:
            return before
        new = _new(organization.entity_id, settings, by, before)
        try:
            transactions.write(partial(_replace, new, before))
        except ConditionsFailedError:
            continue
        logger.info("Destination set", organization_id=organization.entity_id)
        return new
    raise _changed()


def delete(organization: Organization, by: str) -> None:
    """Delete an organization's destination.

    Pending deliveries fail unless a new destination is set before their retry windows end.

    Raises
    ------
    Problem
        404 if the organization has no destination, or 409 if the destination was changed at the same time.
    """
    destination = require(organization.entity_id)

    def together(transaction: TransactWrite) -> None:
        transaction.delete(destination, condition=Destination.revision == destination.revision)
        transaction.save(_entry(destination, organization.entity_id, by, "destination-deleted"))

    try:
        transactions.write(together)
    except ConditionsFailedError:
        raise _changed() from None
    logger.info("Destination deleted", organization_id=organization.entity_id)


def record_test(organization: Organization, revision: str, code: str | None, error: str | None, by: str) -> Destination:
    """Record the result of a destination test, and return the updated destination.

    Parameters
    ----------
    revision
        The revision of the destination that was tested.
    code, error
        An error code for programs and an error message for people. Both are None if the test succeeded.
    by
        The name of the caller who requested the test.

    Raises
    ------
    Problem
        409 if the destination was changed or deleted during the test.
    """
    destination = require(organization.entity_id)
    actions: list[Any] = [
        Destination.tested_at.set(clock.to_the_second(clock.now())),
        Destination.test_error_code.set(code) if code is not None else Destination.test_error_code.remove(),
        Destination.test_error.set(error) if error is not None else Destination.test_error.remove(),
    ]

    def together(transaction: TransactWrite) -> None:
        transaction.update(destination, actions=actions, condition=Destination.revision == revision)
        transaction.save(_entry(destination, organization.entity_id, by, "destination-tested", error is None))

    try:
        transactions.write(together)
    except ConditionsFailedError:
        raise _changed() from None
    return require(organization.entity_id)


def _new(organization_id: str, settings: DestinationSettings, by: str, before: Destination | None) -> Destination:
    return Destination(
        *Destination.key(organization_id),
        **asdict(settings),
        external_id=before.external_id if before is not None else f"bdm-{secrets.token_hex(20)}",
        revision=secrets.token_hex(8),
        created_at=clock.to_the_second(clock.now()),
        created_by=by,
    )


def _replace(new: Destination, before: Destination | None, transaction: TransactWrite) -> None:
    unchanged = Destination.revision == before.revision if before is not None else Destination.revision.does_not_exist()
    transaction.save(new, condition=unchanged)
    transaction.save(_entry(new, new.organization_id, new.created_by, "destination-set"))


def _entry(
    destination: Destination, organization_id: str, actor: str, action: trail.Action, is_ok: bool | None = None
) -> TrailEntry:
    details = {"bucket": destination.bucket, "prefix": destination.prefix, "roleArn": destination.role_arn}
    if is_ok is not None:
        details["result"] = "succeeded" if is_ok else "failed"
    return trail.entry(organization_id, actor, action, "destination", organization_id, destination.bucket, details)


def _changed() -> Problem:
    return conflict(
        "Another request changed or deleted the destination. Get the destination again, then retry your request."
    )
