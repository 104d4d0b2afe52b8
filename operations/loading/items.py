"""Convert parts of a document to table records, without reading or writing the tables.

Times are stored in UTC with a ``Z``, and without trailing zeros in the fraction. Absent values remain absent.
"""

from typing import Any

import msgspec

from badgedata import clock, documents
from badgedata.records import awards, directory
from operations.loading.faults import is_date

FIRST_VERSION = 1


def organization_record(organization: documents.Organization) -> directory.Organization:
    """Convert an organization to a record."""
    return directory.Organization(
        *directory.Organization.key(organization.entity_id),
        entity_id=organization.entity_id,
        name=organization.name,
        plan=organization.plan,
    )


def issuer_record(
    issuer: documents.Issuer, organization_id: str, image: str | None, created_at: str | None
) -> directory.Issuer:
    """Convert an issuer to a record. `image` is a URL, or ``s3:`` followed by a key."""
    return directory.Issuer(
        *directory.Issuer.key(issuer.entity_id),
        parent=directory.Issuer.parent_key(organization_id),
        entity_id=issuer.entity_id,
        organization_id=organization_id,
        name=issuer.name,
        url=issuer.url,
        email=issuer.email,
        description=issuer.description,
        image=image,
        created_at=created_at,
        more=issuer.more,
    )


def badge_class_record(
    badge_class: documents.BadgeClass, issuer_id: str, image: str | None, version: int
) -> directory.BadgeClass:
    """Convert a badge class to a record. If the criteria consist only of a URL, the URL becomes their ID."""
    criteria = badge_class.criteria
    if isinstance(criteria, str):
        criteria = documents.Criteria(id=criteria)
    return directory.BadgeClass(
        *directory.BadgeClass.key(badge_class.entity_id),
        parent=directory.BadgeClass.parent_key(issuer_id),
        entity_id=badge_class.entity_id,
        issuer_id=issuer_id,
        name=badge_class.name,
        description=badge_class.description,
        image=image,
        criteria=_plain(criteria),
        alignment=_plain(badge_class.alignment),
        tags=badge_class.tags,
        created_at=_time(badge_class.created_at),
        more=badge_class.more,
        version=version,
    )


def pathway_record(pathway: documents.Pathway, issuer_id: str) -> directory.Pathway:
    """Convert a pathway to a record."""
    return directory.Pathway(
        *directory.Pathway.key(issuer_id, pathway.entity_id),
        entity_id=pathway.entity_id,
        name=pathway.name,
        description=pathway.description,
        status=pathway.status,
        requirements=_plain(pathway.requirements),
    )


def group_record(group: documents.RecipientGroup, issuer_id: str, learner_count: int) -> directory.RecipientGroup:
    """Convert a recipient group to a record. The group's learners have separate records."""
    expiration = _plain(group.expiration)
    if expiration and "date" in expiration and not is_date(expiration["date"]):
        expiration["date"] = _time(expiration["date"])
    return directory.RecipientGroup(
        *directory.RecipientGroup.key(issuer_id, group.entity_id),
        entity_id=group.entity_id,
        name=group.name,
        description=group.description,
        archived=group.archived,
        created_at=_time(group.created_at),
        creation=_plain(group.creation),
        expiration=expiration,
        staff=_plain(group.staff),
        alignments=_plain(group.alignments),
        learner_count=learner_count,
    )


def learner_record(learner: documents.Learner, issuer_id: str, group_id: str) -> directory.Learner:
    """Convert a learner in a group to a record."""
    last_badge_earned = _plain(learner.last_badge_earned)
    if last_badge_earned and "issuedOn" in last_badge_earned:
        last_badge_earned["issuedOn"] = _time(last_badge_earned["issuedOn"])
    return directory.Learner(
        *directory.Learner.key(issuer_id, group_id, learner.id),
        entity_id=learner.id,
        name=learner.name,
        last_badge_earned=last_badge_earned,
        progress=_plain(learner.progress),
    )


def member_record(member: documents.Member, organization_id: str) -> directory.Member:
    """Convert a membership (a role in the organization or in one issuer) to a record."""
    pk, sk = directory.Member.key(member.email, organization_id, member.issuer)
    # The index needs an ID that is unique in the organization: the person, and the role's scope.
    return directory.Member(
        pk,
        sk,
        parent=directory.Member.parent_key(organization_id),
        entity_id=f"{pk.removeprefix('member#')}#{sk}",
        role=member.role,
        organization_id=organization_id,
        issuer_id=member.issuer,
    )


def award_key(assertion: documents.Assertion) -> str:
    """Return an award's sort key, based on its date and ID."""
    return awards.sort_key(clock.parse_iso8601(assertion.issued_on), assertion.entity_id)


def award_record(
    assertion: documents.Assertion, issuer_id: str, badge_class_id: str, image: str | None, image_version: int | None
) -> awards.Award:
    """Convert an assertion to a record. `image_version` is the badge class version that `image` was baked for."""
    return awards.Award(
        issuer_id,
        award_key(assertion),
        award_id=assertion.entity_id,
        badge_class_id=badge_class_id,
        recipient_type=assertion.recipient.type,
        recipient_identity=assertion.recipient.identity,
        recipient_hashed=assertion.recipient.hashed,
        recipient_salt=assertion.recipient.salt,
        recipient_name=assertion.recipient_name,
        issued_on=_time(assertion.issued_on),
        expires=_time(assertion.expires),
        narrative=assertion.narrative,
        evidence=_plain(assertion.evidence),
        image=image,
        image_version=image_version,
        revoked=assertion.revoked or None,  # the attribute is stored only if it is true
        revocation_reason=assertion.revocation_reason,
        more=assertion.more,
    )


def _time(text: str | None) -> str | None:
    return None if text is None else clock.rfc3339(clock.parse_iso8601(text))


def _plain(part: object) -> Any:
    return None if part is None else msgspec.to_builtins(part)
