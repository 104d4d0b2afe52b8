"""Delete one organization, in an order that allows an interrupted deletion to be resumed.

The command first deletes everything that can start new work: members, access tokens, and schedules. It also stops
active exports and re-syncs. Then it deletes everything else, children before their parents. Finally, it deletes the
images that no other tenant uses, and the organization itself.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from time import sleep
from typing import Final

from badgedata.access import find_organization, scope_key
from badgedata.records.directory import Organization
from operations.deletion import images, people
from operations.deletion.awards import awards, orphaned_images, remaining_images
from operations.deletion.catalogue import badge_classes_of, catalogue, issuers_of, scopes_of
from operations.deletion.jobs import (
    active_exports,
    active_resync,
    all_resyncs,
    counters,
    destination,
    exports,
    files,
    replacements,
    schedules,
    tokens,
    trail,
)
from operations.deletion.step import DeletionStep

MAX_BAKING_SECONDS: Final = 60.0
"""The re-sync worker's timeout (template.yaml). The worker finishes its current page within this time."""

MAX_INDEX_LAG_SECONDS: Final = 2.0
"""The maximum time, with a margin, until an index reflects a change to its table."""

type ProgressCallback = Callable[[Counter[str]], None]


class UnknownOrganizationError(Exception):
    """Raised when no organization has the given ID."""


def count(organization_id: str) -> Counter[str]:
    """Return the number of items of each kind that would be deleted.

    Raises
    ------
    UnknownOrganizationError
        If no organization with this ID exists.
    """
    require_organization(organization_id)
    counts: Counter[str] = Counter()
    for step in _contents(organization_id):
        counts[step.kind] += step.count
    return counts


def delete(
    organization_id: str,
    on_progress: ProgressCallback,
    delete_account: Callable[[str], None] | None = None,
    *,
    delete_old_images: bool = True,
) -> Counter[str]:
    """Delete all of an organization's data, and return the number of deleted items of each kind.

    If the deletion is interrupted, another call resumes it.

    Parameters
    ----------
    on_progress
        A function that is called after each step, with the counts so far.
    delete_account
        A function that deletes the user pool account with a given email address. By default, accounts are kept.
    delete_old_images
        Whether to find and delete images that version 0.1 baked for awards that no longer exist.

    Raises
    ------
    UnknownOrganizationError
        If no organization with this ID exists.
    """
    require_organization(organization_id)
    counts: Counter[str] = Counter()
    if delete_account is not None:
        _execute(people.accounts(organization_id, delete_account), counts, on_progress)
    _execute(_active(organization_id), counts, on_progress)
    if counts["image re-syncs stopped"]:
        sleep(MAX_BAKING_SECONDS)
    while _execute(_contents(organization_id), counts, on_progress):
        sleep(MAX_INDEX_LAG_SECONDS)  # then check again, because something may have been started just before
    if delete_old_images:
        _execute(orphaned_images(), counts, on_progress)
    noted = images.delete_noted(organization_id)
    counts["images"] += noted.deleted
    counts["images kept for others"] += noted.kept_for_others
    require_organization(organization_id).delete()
    counts["organizations"] += 1
    return counts


def require_organization(organization_id: str) -> Organization:
    """Return the organization with this ID.

    Raises
    ------
    UnknownOrganizationError
        If no organization with this ID exists.
    """
    organization = find_organization(organization_id)
    if organization is None:
        raise UnknownOrganizationError(f"No such organization: {organization_id}.")
    return organization


def _execute(steps: Iterator[DeletionStep], counts: Counter[str], on_progress: ProgressCallback) -> int:
    deleted = 0
    for step in steps:
        step.delete()
        counts[step.kind] += step.count
        deleted += step.count
        on_progress(counts)
    return deleted


def _active(organization_id: str) -> Iterator[DeletionStep]:
    """Yield the steps that stop active work and prevent new work."""
    yield from people.members(organization_id)
    yield from tokens(organization_id)
    yield from destination(organization_id)
    for scope in scopes_of(organization_id):
        yield from schedules(scope)
        yield from active_exports(scope)
    for issuer in issuers_of(organization_id):
        for badge_class in badge_classes_of(issuer.entity_id):
            yield from active_resync(badge_class)


def _contents(organization_id: str) -> Iterator[DeletionStep]:
    """Yield the steps that delete everything in the organization, children before their parents."""
    yield from _active(organization_id)
    yield from files(organization_id)
    for issuer in issuers_of(organization_id):
        badge_classes = badge_classes_of(issuer.entity_id)
        for badge_class in badge_classes:
            yield from exports(scope_key("badge-class", badge_class.entity_id))
            yield from all_resyncs(badge_class)
            yield from replacements(organization_id, badge_class.entity_id)
        yield from exports(scope_key("issuer", issuer.entity_id))
        yield from awards(issuer.entity_id, badge_classes)
        yield from remaining_images(issuer.entity_id)
        yield from catalogue(issuer, badge_classes)
    yield from exports(scope_key("organization", organization_id))
    yield from counters(organization_id)
    yield from trail(organization_id)
