"""An issuer itself, with its badge classes, pathways, groups and learners: what the Directory table has of it."""

from collections.abc import Iterator, Sequence
from functools import partial

from badgedata.access import scope_key
from badgedata.config import config
from badgedata.records.directory import BadgeClass, Issuer
from operations.deletion import pictures, rows
from operations.deletion.found import Found


def issuers_of(organization_id: str) -> list[Issuer]:
    """Give an organization's issuers."""
    return list(Issuer.children.query(Issuer.parent_key(organization_id)))


def badge_classes_of(issuer_id: str) -> list[BadgeClass]:
    """Give an issuer's badge classes."""
    return list(BadgeClass.children.query(BadgeClass.parent_key(issuer_id)))


def scopes_of(organization_id: str) -> Iterator[str]:
    """Find what exports and schedules of an organization can be about, as keys: itself, its issuers, badge classes."""
    yield scope_key("organization", organization_id)
    for issuer in issuers_of(organization_id):
        yield scope_key("issuer", issuer.entity_id)
        for badge_class in badge_classes_of(issuer.entity_id):
            yield scope_key("badge-class", badge_class.entity_id)


def catalogue(issuer: Issuer, badge_classes: Sequence[BadgeClass]) -> Iterator[Found]:
    """Find what an issuer has beside its awards, and at last the issuer: what leads to a row goes behind that row."""
    table, partition = config().directory_table, issuer.pk
    own = list(rows.keys_in(table, partition))
    for key in own:
        kind, _, entity_id = key["sk"]["S"].partition("#")
        if kind == "group":
            if learners := list(rows.keys_in(table, f"{partition}/group#{entity_id}")):
                yield Found("learners", len(learners), partial(rows.delete, table, learners))
            yield Found("groups", 1, partial(rows.delete, table, [key]))
        elif kind == "pathway":
            yield Found("pathways", 1, partial(rows.delete, table, [key]))
    for badge_class in badge_classes:
        yield from pictures.reference(issuer.organization_id, badge_class.image)
        yield Found("badge classes", 1, badge_class.delete)
    yield from pictures.reference(issuer.organization_id, issuer.image)
    yield Found("issuers", 1, partial(rows.delete, table, [rows.key_of(issuer.pk, issuer.sk)]))
