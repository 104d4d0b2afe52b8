"""Read the stored records for a document's parts, and check that the document doesn't contradict them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import batched
from typing import NamedTuple

from msgspec import UnsetType

from badgedata.clock import parse_rfc3339, rfc3339
from badgedata.documents import Assertion, BadgeClass, IssuerDocument
from badgedata.json_faults import quoted
from badgedata.records import awards, directory
from operations.loading.faults import Faults
from operations.loading.items import FIRST_VERSION, award_key

MAX_PARALLEL_LOOKUPS = 16
"""The number of concurrent queries by award ID. Each query takes a few milliseconds."""


class StoredAward(NamedTuple):
    """A stored award's sort key and badge class."""

    sort_key: str
    badge_class_id: str


@dataclass(frozen=True)
class StoredRecords:
    """The stored records, keyed by ID. On the first load, all of the mappings are empty."""

    issuers: dict[str, directory.Issuer]
    badge_classes: dict[str, directory.BadgeClass]
    awards: dict[str, dict[str, StoredAward]]
    """The stored awards, by issuer ID and then by award ID."""

    def version_of(self, badge_class_id: str) -> int:
        """Return a badge class's stored version, or the first version if the badge class is new."""
        known = self.badge_classes.get(badge_class_id)
        return int(known.version) if known else FIRST_VERSION


def read_stored(issuer_documents: list[IssuerDocument]) -> StoredRecords:
    """Return the stored records of these issuers and their badge classes.

    Stored awards are included for each issuer whose document contains awards. Each award takes up a few hundred bytes
    of memory.
    """
    issuer_keys = [directory.Issuer.key(document.issuer.entity_id) for document in issuer_documents]
    badge_class_keys = [
        directory.BadgeClass.key(badge_class.entity_id)
        for document in issuer_documents
        for _, badge_class in badge_classes_of(document)
    ]
    issuers = {issuer.entity_id: issuer for issuer in directory.Issuer.batch_get(issuer_keys, consistent_read=True)}
    return StoredRecords(
        issuers=issuers,
        badge_classes={
            badge_class.entity_id: badge_class
            for badge_class in directory.BadgeClass.batch_get(badge_class_keys, consistent_read=True)
        },
        awards={
            document.issuer.entity_id: _stored_awards(document.issuer.entity_id)
            for document in issuer_documents
            # Without an issuer record, no awards exist, because the issuer is written first.
            if document.issuer.entity_id in issuers and any(assertions_of(bc) for _, bc in badge_classes_of(document))
        },
    )


def _stored_awards(issuer_id: str) -> dict[str, StoredAward]:
    # A consistent read, which indexes don't support, finds everything that an interrupted load has just written. The
    # table also contains awards of badge classes that aren't in the document.
    columns = ["issuedOnAwardId", "awardId", "badgeClassId"]
    found = awards.Award.query(issuer_id, consistent_read=True, attributes_to_get=columns)
    return {award.award_id: StoredAward(award.issued_on_award_id, award.badge_class_id) for award in found}


def stored_learner_ids(issuer_id: str, group_id: str) -> set[str]:
    """Return the IDs of a group's stored learners."""
    pk, _ = directory.Learner.key(issuer_id, group_id, "")
    found = directory.Learner.query(pk, consistent_read=True, attributes_to_get=["entityId"])
    return {learner.entity_id for learner in found}


def check_against_stored(
    faults: Faults, path: str, document: IssuerDocument, organization_id: str, stored: StoredRecords
) -> None:
    """Add a fault for each value in the document that contradicts the stored records.

    An issuer can't move to another organization, a badge class can't move to another issuer, and an award can't change
    its badge class or date. An award ID can't be used by two issuers, because the ID is part of the award's public URL.
    """
    issuer_id = document.issuer.entity_id
    issuer = stored.issuers.get(issuer_id)
    if issuer is not None and issuer.organization_id != organization_id:
        owner = quoted(issuer.organization_id)
        faults.add(
            f"{path}.issuer.entityId", f"{quoted(issuer_id)} is already an issuer of another organization, {owner}"
        )
    for at, badge_class in badge_classes_of(document, path):
        known = stored.badge_classes.get(badge_class.entity_id)
        if known is not None and known.issuer_id != issuer_id:
            entity_id, owner = quoted(badge_class.entity_id), quoted(known.issuer_id)
            faults.add(f"{at}.entityId", f"{entity_id} is already a badge class of another issuer, {owner}")
            continue
        known_awards = stored.awards.get(issuer_id, {})
        _check_awards(faults, at, badge_class, known_awards)
        _check_awards_of_others(faults, at, badge_class, issuer_id, known_awards)


def _check_awards(faults: Faults, path: str, badge_class: BadgeClass, stored: dict[str, StoredAward]) -> None:
    if not stored:
        return
    for index, assertion in enumerate(assertions_of(badge_class)):
        award = stored.get(assertion.entity_id)
        if award is None:
            continue
        at, entity_id = f"{path}.assertions[{index}]", quoted(assertion.entity_id)
        if award.badge_class_id != badge_class.entity_id:
            owner = quoted(award.badge_class_id)
            faults.add(f"{at}.entityId", f"{entity_id} is already an award of another badge class, {owner}")
        elif award.sort_key != award_key(assertion):
            date = rfc3339(parse_rfc3339(award.sort_key.partition("#")[0]))
            faults.add(f"{at}.issuedOn", f"{entity_id} was issued on {date}; an award's date can't change")


def _check_awards_of_others(
    faults: Faults, path: str, badge_class: BadgeClass, issuer_id: str, stored: dict[str, StoredAward]
) -> None:
    unknown = (
        (index, assertion.entity_id)
        for index, assertion in enumerate(assertions_of(badge_class))
        if assertion.entity_id not in stored
    )
    with ThreadPoolExecutor(MAX_PARALLEL_LOOKUPS, thread_name_prefix="awards") as pool:
        for batch in batched(unknown, 100 * MAX_PARALLEL_LOOKUPS, strict=False):
            for (index, award_id), owners in zip(
                batch, pool.map(_owners, [unknown_id for _, unknown_id in batch]), strict=True
            ):
                for owner in owners - {issuer_id}:
                    faults.add(
                        f"{path}.assertions[{index}].entityId",
                        f"{quoted(award_id)} is already an award of another issuer, {quoted(owner)}",
                    )


def _owners(award_id: str) -> set[str]:
    return {award.issuer_id for award in awards.Award.by_award_id.query(award_id)}


def badge_classes_of(document: IssuerDocument, path: str = "$") -> Iterator[tuple[str, BadgeClass]]:
    """Yield each badge class in an issuer document, and its path in the document."""
    if not isinstance(document.badge_classes, UnsetType):
        for index, badge_class in enumerate(document.badge_classes):
            yield f"{path}.badgeClasses[{index}]", badge_class


def assertions_of(badge_class: BadgeClass) -> list[Assertion]:
    """Return a badge class's assertions, or an empty list if the document omits them."""
    return [] if isinstance(badge_class.assertions, UnsetType) else badge_class.assertions
