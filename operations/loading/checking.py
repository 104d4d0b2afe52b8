"""The rules of a load file beyond its shape, each fault named by its JSON path.

The whole document is checked before anything of it is written, so that a bad one changes nothing. Documents whose
shape is faulty are checked too, as far as they could be salvaged: see `shape`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from badgedata.documents import (
    FORMAT_VERSION,
    Assertion,
    BadgeClass,
    Creation,
    Criteria,
    Expiration,
    GroupAlignment,
    Issuer,
    IssuerDocument,
    LastBadgeEarned,
    Learner,
    Member,
    OrganizationDocument,
    Pathway,
    Progress,
    Recipient,
    RecipientGroup,
    Requirement,
)
from badgedata.identifiers import comparable_address, is_entity_id
from operations.loading.faults import (
    Fault,
    Faults,
    check_date_or_time,
    check_email,
    check_id,
    check_image,
    check_item_size,
    check_learner_id,
    check_member_email,
    check_points_at,
    check_time,
    check_url,
    shown,
)

type Document = IssuerDocument | OrganizationDocument


@dataclass
class _Seen:
    """Ids that have to be unlike each other across the whole document."""

    issuers: set[str] = field(default_factory=set)
    badge_classes: set[str] = field(default_factory=set)
    assertions: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class _Targets:
    """What groups of one issuer may refer to. None where the document leaves the kind out, so that nothing is known."""

    badge_classes: set[str] | None
    pathways: set[str] | None
    either: set[str] | None


def check(document: Document, faults: Faults | None = None) -> list[Fault]:
    """Check everything about a document that can be told without the tables.

    Parameters
    ----------
    faults
        Where to add what is found; a fresh collection when absent.

    Returns
    -------
    list of Fault
        The first 50; empty when the document is right.
    """
    faults = faults or Faults()
    if document.format_version not in (FORMAT_VERSION, UNSET):
        found = "is missing" if document.format_version is None else f"{document.format_version} is not known here"
        faults.add("$.formatVersion", f"{found}; it must be {FORMAT_VERSION}")
    seen = _Seen()
    if isinstance(document, IssuerDocument):
        _check_issuer_document(faults, "$", document, seen)
    else:
        _check_organization_document(faults, document, seen)
    return faults.named


def _check_organization_document(faults: Faults, document: OrganizationDocument, seen: _Seen) -> None:
    if _whole(document.organization):
        check_id(faults, "$.organization.entityId", document.organization.entity_id, set(), "organization")
    for path, issuer_document in _each("$.issuers", document.issuers):
        if issuer_document.format_version not in (FORMAT_VERSION, None, UNSET):
            faults.add(
                f"{path}.formatVersion",
                f"{issuer_document.format_version} is not known here; it must be {FORMAT_VERSION}",
            )
        _check_issuer_document(faults, path, issuer_document, seen)
    roles: set[tuple[str, str | None]] = set()
    for path, member in _each("$.members", document.members):
        _check_member(faults, path, member, seen.issuers, roles)


def _check_member(
    faults: Faults, path: str, member: Member, issuers: set[str], roles: set[tuple[str, str | None]]
) -> None:
    check_member_email(faults, f"{path}.email", member.email)
    if member.role == "admin" and member.issuer is not None:
        faults.add(f"{path}.issuer", "an admin's role is on the organization; leave `issuer` out")
    elif member.role in ("owner", "editor", "staff") and member.issuer is None:
        faults.add(f"{path}.issuer", f"is missing; the role {member.role} is on one issuer")
    elif isinstance(member.issuer, str) and member.issuer not in issuers:
        faults.add(f"{path}.issuer", f"{shown(member.issuer)} is not the entityId of an issuer of this document")
    if isinstance(member.email, str):
        one_role = (comparable_address(member.email), member.issuer)
        if one_role in roles:
            faults.add(
                path, f"{shown(member.email)} has a role there by an earlier member; a person has one role on a thing"
            )
        roles.add(one_role)


def _check_issuer_document(faults: Faults, path: str, document: IssuerDocument, seen: _Seen) -> None:
    check_time(faults, f"{path}.exportedAt", document.exported_at)
    issuer_id = ""
    if _whole(document.issuer):
        issuer_id = document.issuer.entity_id
        _check_issuer(faults, f"{path}.issuer", document.issuer, seen)
    for at, badge_class in _each(f"{path}.badgeClasses", document.badge_classes):
        _check_badge_class(faults, at, badge_class, issuer_id, seen)
    pathway_ids: set[str] = set()
    for at, pathway in _each(f"{path}.pathways", document.pathways):
        _check_pathway(faults, at, pathway, pathway_ids)
    badge_class_ids = _ids(document.badge_classes)
    all_known = badge_class_ids is not None and document.pathways is not UNSET
    targets = _Targets(
        badge_classes=badge_class_ids,
        pathways=None if document.pathways is UNSET else pathway_ids,
        either=(badge_class_ids or set()) | pathway_ids if all_known else None,
    )
    group_ids: set[str] = set()
    for at, group in _each(f"{path}.recipientGroups", document.recipient_groups):
        _check_group(faults, at, group, group_ids, targets)


def _ids(badge_classes: list[BadgeClass] | UnsetType) -> set[str] | None:
    if isinstance(badge_classes, UnsetType):
        return None
    return {badge_class.entity_id for _, badge_class in _each("", badge_classes)}


def _check_issuer(faults: Faults, path: str, issuer: Issuer, seen: _Seen) -> None:
    check_id(faults, f"{path}.entityId", issuer.entity_id, seen.issuers, "issuer")
    check_url(faults, f"{path}.url", issuer.url)
    check_email(faults, f"{path}.email", issuer.email)
    check_image(faults, f"{path}.image", issuer.image)
    check_item_size(faults, path, issuer, "an issuer")


def _check_badge_class(faults: Faults, path: str, badge_class: BadgeClass, issuer_id: str, seen: _Seen) -> None:
    check_id(faults, f"{path}.entityId", badge_class.entity_id, seen.badge_classes, "badge class")
    check_points_at(faults, f"{path}.issuer", badge_class.issuer, issuer_id, "issuer")
    check_image(faults, f"{path}.image", badge_class.image)
    if isinstance(badge_class.criteria, str):
        check_url(faults, f"{path}.criteria", badge_class.criteria)
    elif isinstance(badge_class.criteria, Criteria):
        check_url(faults, f"{path}.criteria.id", badge_class.criteria.id)
    for at, alignment in _each(f"{path}.alignment", badge_class.alignment):
        check_url(faults, f"{at}.targetUrl", alignment.target_url)
    check_time(faults, f"{path}.createdAt", badge_class.created_at)
    check_item_size(faults, path, replace(badge_class, assertions=UNSET), "a badge class")
    for at, assertion in _each(f"{path}.assertions", badge_class.assertions):
        _check_assertion(faults, at, assertion, badge_class.entity_id, seen)


def _check_assertion(faults: Faults, path: str, assertion: Assertion, badge_class_id: str, seen: _Seen) -> None:
    check_id(faults, f"{path}.entityId", assertion.entity_id, seen.assertions, "assertion")
    check_points_at(faults, f"{path}.badge", assertion.badge, badge_class_id, "badge class")
    if isinstance(assertion.recipient, Recipient):
        for key, value in (("type", assertion.recipient.type), ("identity", assertion.recipient.identity)):
            if value == "":
                faults.add(f"{path}.recipient.{key}", "is empty")
    check_time(faults, f"{path}.issuedOn", assertion.issued_on)
    check_time(faults, f"{path}.expires", assertion.expires)
    for at, evidence in _each(f"{path}.evidence", assertion.evidence):
        check_url(faults, f"{at}.id", evidence.id)
    check_image(faults, f"{path}.image", assertion.image)
    if isinstance(assertion.revocation_reason, str) and assertion.revoked not in (True, UNSET):
        faults.add(
            f"{path}.revocationReason",
            "is given, and the assertion is not revoked; add `revoked: true` or leave it out",
        )
    check_item_size(faults, path, assertion, "an award")


def _check_pathway(faults: Faults, path: str, pathway: Pathway, earlier: set[str]) -> None:
    check_id(faults, f"{path}.entityId", pathway.entity_id, earlier, "pathway of this issuer")
    _check_requirements(faults, f"{path}.requirements", pathway.requirements)
    check_item_size(faults, path, pathway, "a pathway")


def _check_requirements(faults: Faults, path: str, requirements: list[Requirement] | None) -> None:
    earlier: set[str] = set()
    for at, requirement in _each(path, requirements):
        check_id(faults, f"{at}.entityId", requirement.entity_id, earlier, "requirement of this list")


def _check_group(faults: Faults, path: str, group: RecipientGroup, earlier: set[str], targets: _Targets) -> None:
    check_id(faults, f"{path}.entityId", group.entity_id, earlier, "group of this issuer")
    check_time(faults, f"{path}.createdAt", group.created_at)
    if isinstance(group.creation, Creation):
        check_url(faults, f"{path}.creation.url", group.creation.url)
        _check_reference(faults, f"{path}.creation.pathway", group.creation.pathway, "pathway", targets.pathways)
    if isinstance(group.expiration, Expiration):
        check_date_or_time(faults, f"{path}.expiration.date", group.expiration.date)
    for at, alignment in _each(f"{path}.alignments", group.alignments):
        _check_group_alignment(faults, at, alignment, targets)
    learners: set[str] = set()
    for at, learner in _each(f"{path}.learners", group.learners):
        _check_learner(faults, at, learner, learners, targets)
    check_item_size(faults, path, replace(group, learners=None), "a group")


def _check_group_alignment(faults: Faults, path: str, alignment: GroupAlignment, targets: _Targets) -> None:
    if alignment.type == "badge":
        _check_reference(faults, f"{path}.entityId", alignment.entity_id, "badge class", targets.badge_classes)
    elif alignment.type == "pathway":
        _check_reference(faults, f"{path}.entityId", alignment.entity_id, "pathway", targets.pathways)
    _check_requirements(faults, f"{path}.requirements", alignment.requirements)


def _check_learner(faults: Faults, path: str, learner: Learner, earlier: set[str], targets: _Targets) -> None:
    check_learner_id(faults, f"{path}.id", learner.id, earlier)
    if isinstance(learner.last_badge_earned, LastBadgeEarned):
        check_time(faults, f"{path}.lastBadgeEarned.issuedOn", learner.last_badge_earned.issued_on)
    for at, progress in _each(f"{path}.progress", learner.progress):
        _check_progress(faults, at, progress, targets)
    check_item_size(faults, path, learner, "a learner")


def _check_progress(faults: Faults, path: str, progress: Progress, targets: _Targets) -> None:
    _check_reference(faults, f"{path}.alignment", progress.alignment, "badge class or pathway", targets.either)
    for key, value in (("completed", progress.completed), ("required", progress.required)):
        if isinstance(value, int) and not 0 <= value <= 1_000_000:
            faults.add(f"{path}.{key}", f"{value} is not a count of requirements")
    if isinstance(progress.evidence, list):
        for index, address in enumerate(progress.evidence):
            check_url(faults, f"{path}.evidence[{index}]", address)


def _check_reference(faults: Faults, path: str, entity_id: str | None, what: str, known: set[str] | None) -> None:
    """Where a document has all of a kind, what refers to one of them names one that is there."""
    if not isinstance(entity_id, str):
        return
    if not is_entity_id(entity_id):
        faults.add(path, f"{shown(entity_id)} is not an id: 1 to 64 characters of A-Z, a-z, 0-9, _ and -")
    elif known is not None and entity_id not in known:
        faults.add(path, f"{shown(entity_id)} is not the entityId of a {what} of this issuer in this document")


def _each[T: Struct](path: str, parts: Iterable[T] | UnsetType | None) -> Iterator[tuple[str, T]]:
    """Give the parts of a list with their paths, but for those that are faulty in their shape."""
    if parts is None or isinstance(parts, UnsetType):
        return
    for index, part in enumerate(parts):
        if _whole(part):
            yield f"{path}[{index}]", part


def _whole(part: object) -> bool:
    return part is not UNSET
