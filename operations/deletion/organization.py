"""The whole of one organization, in an order that a deletion which broke off can be gone on with by another.

First nobody can begin anything new: members and schedules go, exports and re-syncs stop. Then all that is there goes,
what leads to something behind that something. At last the pictures that nobody else shows, and the organization.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from time import sleep
from typing import Final

from badgedata.access import find_organization, scope_key
from badgedata.records.directory import Organization
from operations.deletion import people, pictures
from operations.deletion.awards import awards, images_left, images_of_no_award
from operations.deletion.catalogue import badge_classes_of, catalogue, issuers_of, scopes_of
from operations.deletion.found import Found
from operations.deletion.jobs import (
    active_exports,
    active_resync,
    all_resyncs,
    counters,
    exports,
    files,
    replacements,
    schedules,
)

BAKING_SECONDS: Final = 60.0
"""A re-sync's worker that is at a page finishes it within its function's time-out (template.yaml)."""

INDEX_SECONDS: Final = 2.0
"""How long an index may take to follow its table, generously."""

type Tell = Callable[[Counter[str]], None]


class NoOrganizationError(Exception):
    """There is no organization with this id."""


def count(organization_id: str) -> Counter[str]:
    """Count what a deletion would find, by kind, and change nothing.

    Raises
    ------
    NoOrganizationError
    """
    _require(organization_id)
    counts: Counter[str] = Counter()
    for found in _contents(organization_id):
        counts[found.kind] += found.count
    return counts


def delete(
    organization_id: str,
    tell: Tell,
    delete_account: Callable[[str], None] | None = None,
    *,
    look_for_old_images: bool = True,
) -> Counter[str]:
    """Delete everything of an organization, and give the counts by kind. Can be repeated after any interruption.

    Parameters
    ----------
    tell
        Told the counts so far, after each step.
    delete_account
        Deletes a person's account in the user pool, by e-mail address; without it accounts stay.
    look_for_old_images
        Whether to look for images that version 0.1 baked for awards which are deleted by now.

    Raises
    ------
    NoOrganizationError
        When there is none, or none any more.
    """
    _require(organization_id)
    counts: Counter[str] = Counter()
    if delete_account is not None:
        _work_off(people.accounts(organization_id, delete_account), counts, tell)
    _work_off(_beginnings(organization_id), counts, tell)
    if counts["image re-syncs stopped"]:
        sleep(BAKING_SECONDS)
    while _work_off(_contents(organization_id), counts, tell):
        sleep(INDEX_SECONDS)  # then look again: something may have been begun just before
    if look_for_old_images:
        _work_off(images_of_no_award(), counts, tell)
    outcome = pictures.delete_noted(organization_id)
    counts["pictures"] += outcome.deleted
    counts["pictures kept for others"] += outcome.kept_for_others
    _require(organization_id).delete()
    counts["organizations"] += 1
    return counts


def _require(organization_id: str) -> Organization:
    organization = find_organization(organization_id)
    if organization is None:
        raise NoOrganizationError(f"There is no organization {organization_id}.")
    return organization


def _work_off(things: Iterator[Found], counts: Counter[str], tell: Tell) -> int:
    worked_off = 0
    for found in things:
        found.delete()
        counts[found.kind] += found.count
        worked_off += found.count
        tell(counts)
    return worked_off


def _beginnings(organization_id: str) -> Iterator[Found]:
    """Find what could begin something new, or is at it now."""
    yield from people.members(organization_id)
    for scope in scopes_of(organization_id):
        yield from schedules(scope)
        yield from active_exports(scope)
    for issuer in issuers_of(organization_id):
        for badge_class in badge_classes_of(issuer.entity_id):
            yield from active_resync(badge_class)


def _contents(organization_id: str) -> Iterator[Found]:
    """Find everything else, down to what leads to it."""
    yield from _beginnings(organization_id)
    yield from files(organization_id)
    for issuer in issuers_of(organization_id):
        badge_classes = badge_classes_of(issuer.entity_id)
        for badge_class in badge_classes:
            yield from exports(scope_key("badge-class", badge_class.entity_id))
            yield from all_resyncs(badge_class)
            yield from replacements(organization_id, badge_class.entity_id)
        yield from exports(scope_key("issuer", issuer.entity_id))
        yield from awards(issuer.entity_id, badge_classes)
        yield from images_left(issuer.entity_id)
        yield from catalogue(issuer, badge_classes)
    yield from exports(scope_key("organization", organization_id))
    yield from counters(organization_id)
