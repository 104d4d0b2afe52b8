"""Delete an issuer's items in the Directory table: the issuer, badge classes, pathways, groups, and learners."""

from collections.abc import Iterator, Sequence
from functools import partial

from badgedata.access import scope_key
from badgedata.config import config
from badgedata.records.directory import BadgeClass, Issuer
from operations.deletion import images, table_items
from operations.deletion.step import DeletionStep


def issuers_of(organization_id: str) -> list[Issuer]:
    """Return an organization's issuers."""
    return list(Issuer.children.query(Issuer.parent_key(organization_id)))


def badge_classes_of(issuer_id: str) -> list[BadgeClass]:
    """Return an issuer's badge classes."""
    return list(BadgeClass.children.query(BadgeClass.parent_key(issuer_id)))


def scopes_of(organization_id: str) -> Iterator[str]:
    """Yield the keys of all export and schedule scopes: the organization, its issuers, and their badge classes."""
    yield scope_key("organization", organization_id)
    for issuer in issuers_of(organization_id):
        yield scope_key("issuer", issuer.entity_id)
        for badge_class in badge_classes_of(issuer.entity_id):
            yield scope_key("badge-class", badge_class.entity_id)


def catalogue(issuer: Issuer, badge_classes: Sequence[BadgeClass]) -> Iterator[DeletionStep]:
    """Yield the steps that delete all of an issuer's items except its awards.

    Children are deleted before their parents, and the issuer is deleted last.
    """
    table, partition = config().directory_table, issuer.pk
    keys = list(table_items.keys_in(table, partition))
    for key in keys:
        kind, _, entity_id = key["sk"]["S"].partition("#")
        if kind == "group":
            if learners := list(table_items.keys_in(table, f"{partition}/group#{entity_id}")):
                yield DeletionStep("learners", len(learners), partial(table_items.delete, table, learners))
            yield DeletionStep("groups", 1, partial(table_items.delete, table, [key]))
        elif kind == "pathway":
            yield DeletionStep("pathways", 1, partial(table_items.delete, table, [key]))
    for badge_class in badge_classes:
        yield from images.note(issuer.organization_id, badge_class.image)
        yield DeletionStep("badge classes", 1, badge_class.delete)
    yield from images.note(issuer.organization_id, issuer.image)
    yield DeletionStep("issuers", 1, partial(table_items.delete, table, [table_items.key_of(issuer.pk, issuer.sk)]))
