"""What the tables already hold of a document's parts, and where the document contradicts it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import batched
from typing import NamedTuple

from msgspec import UnsetType

from badgedata.clock import parse_rfc3339, rfc3339
from badgedata.documents import Assertion, BadgeClass, IssuerDocument
from badgedata.records import awards, directory
from operations.loading.faults import Faults, shown
from operations.loading.items import FIRST_VERSION, award_key

LOOK_UPS_AT_ONCE = 16


class StoredAward(NamedTuple):
    """Where an award stands."""

    sort_key: str
    badge_class_id: str


@dataclass(frozen=True)
class Stored:
    """What is there already, by id. Empty at a first load."""

    issuers: dict[str, directory.Issuer]
    badge_classes: dict[str, directory.BadgeClass]
    awards: dict[str, dict[str, StoredAward]]
    """By issuer id, then by award id."""

    def version_of(self, badge_class_id: str) -> int:
        """Give the version of a badge class, which a load leaves as it is; the first one where it is new."""
        known = self.badge_classes.get(badge_class_id)
        return int(known.version) if known else FIRST_VERSION


def read_stored(issuer_documents: list[IssuerDocument]) -> Stored:
    """Read what the tables hold of these issuers, their badge classes, and, where the document has any, their awards.

    A few hundred bytes are held for each award that is there.
    """
    issuer_keys = [directory.Issuer.key(document.issuer.entity_id) for document in issuer_documents]
    badge_class_keys = [
        directory.BadgeClass.key(badge_class.entity_id)
        for document in issuer_documents
        for _, badge_class in badge_classes_of(document)
    ]
    issuers = {issuer.entity_id: issuer for issuer in directory.Issuer.batch_get(issuer_keys, consistent_read=True)}
    return Stored(
        issuers=issuers,
        badge_classes={
            badge_class.entity_id: badge_class
            for badge_class in directory.BadgeClass.batch_get(badge_class_keys, consistent_read=True)
        },
        awards={
            document.issuer.entity_id: _stored_awards(document.issuer.entity_id)
            for document in issuer_documents
            # A first load has no issuer record yet, which is written before any award, and so there is nothing to read.
            if document.issuer.entity_id in issuers and any(assertions_of(bc) for _, bc in badge_classes_of(document))
        },
    )


def _stored_awards(issuer_id: str) -> dict[str, StoredAward]:
    # From the table itself and not from the index by badge class: consistent, so that a load right after one that broke
    # off sees all of it, and complete, so that an award that stands under another badge class is found as well.
    columns = ["issuedOnAwardId", "awardId", "badgeClassId"]
    found = awards.Award.query(issuer_id, consistent_read=True, attributes_to_get=columns)
    return {award.award_id: StoredAward(award.issued_on_award_id, award.badge_class_id) for award in found}


def stored_learner_ids(issuer_id: str, group_id: str) -> set[str]:
    """Give the ids of the learners that a group has in the table."""
    pk, _ = directory.Learner.key(issuer_id, group_id, "")
    found = directory.Learner.query(pk, consistent_read=True, attributes_to_get=["entityId"])
    return {learner.entity_id for learner in found}


def check_against_stored(
    faults: Faults, path: str, document: IssuerDocument, organization_id: str, stored: Stored
) -> None:
    """Find what can't be loaded over what is there.

    An issuer stays with its organization, a badge class with its issuer, an award with its badge class and its date.
    An id of an award is one issuer's: it is the award's public address, whoever gave it.
    """
    issuer_id = document.issuer.entity_id
    issuer = stored.issuers.get(issuer_id)
    if issuer is not None and issuer.organization_id != organization_id:
        owner = shown(issuer.organization_id)
        faults.add(
            f"{path}.issuer.entityId", f"{shown(issuer_id)} is an issuer of another organization already, {owner}"
        )
    for at, badge_class in badge_classes_of(document, path):
        known = stored.badge_classes.get(badge_class.entity_id)
        if known is not None and known.issuer_id != issuer_id:
            entity_id, owner = shown(badge_class.entity_id), shown(known.issuer_id)
            faults.add(f"{at}.entityId", f"{entity_id} is a badge class of another issuer already, {owner}")
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
        at, entity_id = f"{path}.assertions[{index}]", shown(assertion.entity_id)
        if award.badge_class_id != badge_class.entity_id:
            owner = shown(award.badge_class_id)
            faults.add(f"{at}.entityId", f"{entity_id} is an award of another badge class already, {owner}")
        elif award.sort_key != award_key(assertion):
            date = rfc3339(parse_rfc3339(award.sort_key.partition("#")[0]))
            faults.add(f"{at}.issuedOn", f"{entity_id} was issued on {date} already; an award's date never changes")


def _check_awards_of_others(
    faults: Faults, path: str, badge_class: BadgeClass, issuer_id: str, stored: dict[str, StoredAward]
) -> None:
    unknown = (
        (index, assertion.entity_id)
        for index, assertion in enumerate(assertions_of(badge_class))
        if assertion.entity_id not in stored
    )
    with ThreadPoolExecutor(LOOK_UPS_AT_ONCE, thread_name_prefix="awards") as pool:
        for some in batched(unknown, 100 * LOOK_UPS_AT_ONCE, strict=False):
            for (index, award_id), owners in zip(
                some, pool.map(_owners, [unknown_id for _, unknown_id in some]), strict=True
            ):
                for owner in owners - {issuer_id}:
                    faults.add(
                        f"{path}.assertions[{index}].entityId",
                        f"{shown(award_id)} is an award of another issuer already, {shown(owner)}",
                    )


def _owners(award_id: str) -> set[str]:
    return {award.issuer_id for award in awards.Award.by_award_id.query(award_id)}


def badge_classes_of(document: IssuerDocument, path: str = "$") -> Iterator[tuple[str, BadgeClass]]:
    """Give the badge classes of an issuer's document with their paths; none where the document leaves them out."""
    if not isinstance(document.badge_classes, UnsetType):
        for index, badge_class in enumerate(document.badge_classes):
            yield f"{path}.badgeClasses[{index}]", badge_class


def assertions_of(badge_class: BadgeClass) -> list[Assertion]:
    """Give the assertions of a badge class; none where the document leaves them out."""
    return [] if isinstance(badge_class.assertions, UnsetType) else badge_class.assertions
