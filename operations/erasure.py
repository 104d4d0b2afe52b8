"""Erase a person's awards and learner records in one organization, and the export files that may name the person.

All data is found with queries, issuer by issuer. Before an item is deleted, a note records the remaining work. If an
erasure is interrupted, another run can finish it.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from time import sleep
from typing import Final

from pynamodb.transactions import TransactWrite

from badgedata import clock
from badgedata.aws import dynamodb, s3
from badgedata.config import config
from badgedata.exports import lifecycle, upload
from badgedata.records import transactions
from badgedata.records.awards import Award
from badgedata.records.directory import Learner, Member, RecipientGroup
from badgedata.records.exports import Export
from badgedata.records.record import history_expiry
from badgedata.records.transactions import ConditionsFailedError
from badgedata.resync import lifecycle as resyncs
from operations.deletion import table_items
from operations.deletion.awards import baked_images_of, delete_images
from operations.deletion.catalogue import badge_classes_of, issuers_of, scopes_of
from operations.deletion.organization import MAX_BAKING_SECONDS, require_organization
from operations.person import Person

type ProgressCallback = Callable[[Counter[str]], None]

WITHOUT_RECIPIENTS: Final = ("groups", "group-badges", "badges", "trail")
"""The export kinds whose files don't contain recipients or learners."""

_FILES: Final = "files"
_AWARD_ATTRIBUTES: Final = [
    "issuerId",
    "issuedOnAwardId",
    "awardId",
    "badgeClassId",
    "recipientIdentity",
    "recipientSalt",
]


def count(organization_id: str, person: Person) -> Counter[str]:
    """Count the items of each kind that would be erased.

    Raises
    ------
    UnknownOrganizationError
        If no organization with this ID exists.
    """
    require_organization(organization_id)
    counts: Counter[str] = Counter()
    for award in _awards_of(organization_id, person):
        counts["awards"] += 1
        counts["baked images"] += sum(1 for _ in baked_images_of(award.issuer_id, award.award_id))
    counts["learners"] = sum(1 for _ in _learners_of(organization_id, person))
    if counts.total() or _notes(organization_id):
        counts["export files"] = len(_exports_with_recipients(organization_id))
    counts["names on deleted exports"] = sum(1 for _ in _exports_deleted_by(organization_id, person))
    return counts


def erase(organization_id: str, person: Person, on_progress: ProgressCallback) -> Counter[str]:
    """Delete everything that identifies a recipient or learner. Return the number of erased items of each kind.

    Awards are deleted entirely, because their text and evidence can also identify the person. Active exports that may
    name the person are canceled. Files that may name the person are deleted. An interrupted erasure can be resumed.

    Parameters
    ----------
    on_progress
        A function that is called after each step, with the counts so far.

    Raises
    ------
    UnknownOrganizationError
        If no organization with this ID exists.
    """
    require_organization(organization_id)
    counts: Counter[str] = Counter()
    for batch in itertools.batched(_awards_of(organization_id, person), table_items.MAX_BATCH_ITEMS, strict=False):
        for award in batch:
            counts["baked images"] += delete_images(award.issuer_id, award.award_id)
            _note(organization_id, f"award#{award.issuer_id}#{award.badge_class_id}#{award.award_id}")
        _note(organization_id, _FILES)
        keys = [{"issuerId": {"S": a.issuer_id}, "issuedOnAwardId": {"S": a.issued_on_award_id}} for a in batch]
        table_items.delete(config().awards_table, keys)
        counts["awards"] += len(batch)
        on_progress(counts)
    for issuer_id, group, learner in _learners_of(organization_id, person):
        _note(organization_id, _FILES)
        counts["learners"] += _delete_learner(issuer_id, group, learner)
        on_progress(counts)
    for export in _exports_deleted_by(organization_id, person):
        counts["names on deleted exports"] += export.update_if(Export.pk.exists(), [Export.deleted_by.remove()])
    if notes := _notes(organization_id):
        _finish(organization_id, notes, counts)
    return counts


def is_member(organization_id: str, identity: str) -> bool:
    """Return whether an identity is the email address of a member. An erasure doesn't delete a member's roles."""
    roles = Member.query(Member.email_key(identity), consistent_read=True)
    return any(role.organization_id == organization_id for role in roles)


def _awards_of(organization_id: str, person: Person) -> Iterator[Award]:
    for issuer in issuers_of(organization_id):
        for award in Award.query(issuer.entity_id, attributes_to_get=_AWARD_ATTRIBUTES, consistent_read=True):
            if person.is_recipient(award.recipient_identity, award.recipient_salt):
                yield award


def _learners_of(organization_id: str, person: Person) -> Iterator[tuple[str, str, Learner]]:
    for issuer in issuers_of(organization_id):
        for key in list(table_items.keys_in(config().directory_table, issuer.pk)):
            kind, _, group_id = key["sk"]["S"].partition("#")
            if kind == "group":
                pk, _ = Learner.key(issuer.entity_id, group_id, "")
                learners = Learner.query(pk, consistent_read=True, attributes_to_get=["pk", "sk", "entityId"])
                for learner in learners:
                    if person.is_named(learner.entity_id):
                        yield issuer.entity_id, group_id, learner


def _exports_with_recipients(organization_id: str) -> list[Export]:
    """Return the exports that are active or have files, except those whose kind never names recipients."""
    pages = s3().get_paginator("list_objects_v2").paginate(Bucket=config().exports_bucket, Prefix=f"{organization_id}/")
    with_files = {item["Key"].split("/")[1] for page in pages for item in page.get("Contents", [])}
    return [
        export
        for scope in scopes_of(organization_id)
        for export in Export.by_scope.query(scope)
        if export.kind not in WITHOUT_RECIPIENTS and (export.id in with_files or export.status in lifecycle.ACTIVE)
    ]


def _exports_deleted_by(organization_id: str, person: Person) -> Iterator[Export]:
    """Yield the exports that this person canceled, and those whose files this person deleted."""
    for scope in scopes_of(organization_id):
        for export in Export.by_scope.query(scope):
            if export.deleted_by is not None and person.is_named(export.deleted_by):
                yield export


def _delete_learner(issuer_id: str, group_id: str, learner: Learner) -> int:
    """Delete a learner and decrement the group's count.

    Return the number of deleted learners: 1, or 0 if another erasure had already deleted the learner.
    """
    group = RecipientGroup(*RecipientGroup.key(issuer_id, group_id))

    def write(transaction: TransactWrite) -> None:
        transaction.delete(learner, condition=Learner.pk.exists())
        transaction.update(
            group, actions=[RecipientGroup.learner_count.add(-1)], condition=RecipientGroup.learner_count > 0
        )

    try:
        transactions.write(write)
    except ConditionsFailedError as error:
        if error.failed[0]:
            return 0
        learner.delete()  # its group no longer exists or has a wrong count
    return 1


def _finish(organization_id: str, notes: list[table_items.Key], counts: Counter[str]) -> None:
    """Delete the erased awards' remaining images, the files that may name the person, and then the notes.

    Active exports that may name the person are canceled.
    """
    erased = [note["sk"]["S"].split("#")[1:] for note in notes if note["sk"]["S"] != _FILES]
    if _is_baking(organization_id, {badge_class_id for _, badge_class_id, _ in erased}):
        sleep(MAX_BAKING_SECONDS)
    for issuer_id, _, award_id in erased:
        counts["baked images"] += delete_images(issuer_id, award_id)
    for export in _exports_with_recipients(organization_id):
        lifecycle.remove(export)
        upload.remove_all(upload.files_prefix(export))  # also needed if an earlier removal was interrupted
        counts["export files"] += 1
    table_items.delete(config().operations_table, notes)


def _is_baking(organization_id: str, badge_class_ids: set[str]) -> bool:
    for issuer in issuers_of(organization_id):
        for badge_class in badge_classes_of(issuer.entity_id):
            if badge_class.entity_id in badge_class_ids:
                resync = resyncs.find(badge_class.entity_id, int(badge_class.version))
                if resync is not None and resync.status == "in-progress":
                    return True
    return False


def _partition(organization_id: str) -> str:
    return f"erasures in organization#{organization_id}"


def _note(organization_id: str, note: str) -> None:
    expiry = {"expiresAt": {"N": str(history_expiry(clock.now()))}}
    dynamodb().put_item(
        TableName=config().operations_table, Item=table_items.key_of(_partition(organization_id), note) | expiry
    )


def _notes(organization_id: str) -> list[table_items.Key]:
    return list(table_items.keys_in(config().operations_table, _partition(organization_id)))
