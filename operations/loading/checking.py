"""Check a load file's content. Each fault has a JSON path.

The entire document is checked before anything is written. Values of the wrong type can't be checked (see
`operations.loading.reading`).
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
from badgedata.json_faults import quoted
from operations.loading.faults import (
    Fault,
    Faults,
    check_date_or_time,
    check_depth,
    check_email,
    check_id,
    check_image,
    check_item_size,
    check_learner_id,
    check_member_email,
    check_parent_url,
    check_time,
    check_url,
)

type Document = IssuerDocument | OrganizationDocument


@dataclass
class _UsedIds:
    """The IDs found so far that must be unique within the document."""

    issuers: set[str] = field(default_factory=set)
    badge_classes: set[str] = field(default_factory=set)
    assertions: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class _Targets:
    """The IDs that an issuer's groups may refer to. A field is None if the document doesn't list all of those IDs."""

    badge_classes: set[str] | None
    pathways: set[str] | None
    either: set[str] | None


def check(document: Document, faults: Faults | None = None) -> list[Fault]:
    """Check a document without reading the tables.

    Parameters
    ----------
    faults
        The collection to add faults to. The default is a new collection.

    Returns
    -------
    list of Fault
        At most 50 faults. The list is empty if the document is valid.
    """
    faults = faults or Faults()
    if document.format_version not in (FORMAT_VERSION, UNSET):
        problem = "is missing" if document.format_version is None else f"{document.format_version} is not supported"
        faults.add("$.formatVersion", f"{problem}; it must be {FORMAT_VERSION}")
    used = _UsedIds()
    if isinstance(document, IssuerDocument):
        _check_issuer_document(faults, "$", document, used)
    else:
        _check_organization_document(faults, document, used)
    return faults.named


def _check_organization_document(faults: Faults, document: OrganizationDocument, used: _UsedIds) -> None:
    if _is_valid(document.organization):
        check_id(faults, "$.organization.entityId", document.organization.entity_id, set(), "organization")
    for path, issuer_document in _each("$.issuers", document.issuers):
        if issuer_document.format_version not in (FORMAT_VERSION, None, UNSET):
            faults.add(
                f"{path}.formatVersion",
                f"{issuer_document.format_version} is not supported; it must be {FORMAT_VERSION}",
            )
        _check_issuer_document(faults, path, issuer_document, used)
    roles: set[tuple[str, str | None]] = set()
    for path, member in _each("$.members", document.members):
        _check_member(faults, path, member, used.issuers, roles)


def _check_member(
    faults: Faults, path: str, member: Member, issuers: set[str], roles: set[tuple[str, str | None]]
) -> None:
    check_member_email(faults, f"{path}.email", member.email)
    if member.role == "admin" and member.issuer is not None:
        faults.add(f"{path}.issuer", "the admin role applies to the organization; omit `issuer`")
    elif member.role in ("owner", "editor", "staff") and member.issuer is None:
        faults.add(f"{path}.issuer", f"is missing; the role {member.role} requires an issuer")
    elif isinstance(member.issuer, str) and member.issuer not in issuers:
        faults.add(f"{path}.issuer", f"{quoted(member.issuer)} is not the entityId of an issuer in this document")
    if isinstance(member.email, str):
        role = (comparable_address(member.email), member.issuer)
        if role in roles:
            faults.add(
                path,
                f"{quoted(member.email)} already has a role for the same "
                f"{'issuer' if member.issuer else 'organization'}; a person can have only one",
            )
        roles.add(role)


def _check_issuer_document(faults: Faults, path: str, document: IssuerDocument, used: _UsedIds) -> None:
    check_time(faults, f"{path}.exportedAt", document.exported_at)
    check_depth(faults, f'{path}["@context"]', document.context)
    check_depth(faults, f"{path}.options", document.options)
    issuer_id = ""
    if _is_valid(document.issuer):
        issuer_id = document.issuer.entity_id
        _check_issuer(faults, f"{path}.issuer", document.issuer, used)
    for at, badge_class in _each(f"{path}.badgeClasses", document.badge_classes):
        _check_badge_class(faults, at, badge_class, issuer_id, used)
    pathway_ids: set[str] = set()
    for at, pathway in _each(f"{path}.pathways", document.pathways):
        _check_pathway(faults, at, pathway, pathway_ids)
    badge_class_ids = _ids(document.badge_classes)
    lists_all = badge_class_ids is not None and document.pathways is not UNSET
    targets = _Targets(
        badge_classes=badge_class_ids,
        pathways=None if document.pathways is UNSET else pathway_ids,
        either=(badge_class_ids or set()) | pathway_ids if lists_all else None,
    )
    group_ids: set[str] = set()
    for at, group in _each(f"{path}.recipientGroups", document.recipient_groups):
        _check_group(faults, at, group, group_ids, targets)


def _ids(badge_classes: list[BadgeClass] | UnsetType) -> set[str] | None:
    if isinstance(badge_classes, UnsetType):
        return None
    return {badge_class.entity_id for _, badge_class in _each("", badge_classes)}


def _check_issuer(faults: Faults, path: str, issuer: Issuer, used: _UsedIds) -> None:
    check_id(faults, f"{path}.entityId", issuer.entity_id, used.issuers, "issuer")
    check_url(faults, f"{path}.url", issuer.url)
    check_email(faults, f"{path}.email", issuer.email)
    check_image(faults, f"{path}.image", issuer.image)
    _check_additions(faults, path, issuer)
    check_item_size(faults, path, issuer, "an issuer")


def _check_badge_class(faults: Faults, path: str, badge_class: BadgeClass, issuer_id: str, used: _UsedIds) -> None:
    check_id(faults, f"{path}.entityId", badge_class.entity_id, used.badge_classes, "badge class")
    check_parent_url(faults, f"{path}.issuer", badge_class.issuer, issuer_id, "issuer")
    check_image(faults, f"{path}.image", badge_class.image)
    if isinstance(badge_class.criteria, str):
        check_url(faults, f"{path}.criteria", badge_class.criteria)
    elif isinstance(badge_class.criteria, Criteria):
        check_url(faults, f"{path}.criteria.id", badge_class.criteria.id)
    for at, alignment in _each(f"{path}.alignment", badge_class.alignment):
        check_url(faults, f"{at}.targetUrl", alignment.target_url)
    check_time(faults, f"{path}.createdAt", badge_class.created_at)
    _check_additions(faults, path, badge_class)
    check_item_size(faults, path, replace(badge_class, assertions=UNSET), "a badge class")
    for at, assertion in _each(f"{path}.assertions", badge_class.assertions):
        _check_assertion(faults, at, assertion, badge_class.entity_id, used)


def _check_assertion(faults: Faults, path: str, assertion: Assertion, badge_class_id: str, used: _UsedIds) -> None:
    check_id(faults, f"{path}.entityId", assertion.entity_id, used.assertions, "assertion")
    check_parent_url(faults, f"{path}.badge", assertion.badge, badge_class_id, "badge class")
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
            "is present, but the assertion is not revoked; add `revoked: true` or omit it",
        )
    _check_additions(faults, path, assertion)
    check_item_size(faults, path, assertion, "an award")


def _check_additions(faults: Faults, path: str, part: Issuer | BadgeClass | Assertion) -> None:
    """Check how deeply a part's context and additional keys are nested. Both can contain any JSON."""
    if part.context is not None:
        check_depth(faults, f'{path}["@context"]', part.context)
    check_depth(faults, path, part.more)


def _check_pathway(faults: Faults, path: str, pathway: Pathway, earlier: set[str]) -> None:
    check_id(faults, f"{path}.entityId", pathway.entity_id, earlier, "pathway of this issuer")
    _check_requirements(faults, f"{path}.requirements", pathway.requirements)
    check_item_size(faults, path, pathway, "a pathway")


def _check_requirements(faults: Faults, path: str, requirements: list[Requirement] | None) -> None:
    earlier: set[str] = set()
    for at, requirement in _each(path, requirements):
        check_id(faults, f"{at}.entityId", requirement.entity_id, earlier, "requirement in this list")


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
    alignments: set[str] = set()
    for at, progress in _each(f"{path}.progress", learner.progress):
        _check_progress(faults, at, progress, alignments, targets)
    check_item_size(faults, path, learner, "a learner")


def _check_progress(faults: Faults, path: str, progress: Progress, earlier: set[str], targets: _Targets) -> None:
    _check_reference(faults, f"{path}.alignment", progress.alignment, "badge class or pathway", targets.either)
    if isinstance(progress.alignment, str):
        if progress.alignment in earlier:
            faults.add(
                f"{path}.alignment",
                f"{quoted(progress.alignment)} is not unique; "
                "an earlier entry in this learner's progress has the same alignment",
            )
        earlier.add(progress.alignment)
    for key, value in (("completed", progress.completed), ("required", progress.required)):
        if isinstance(value, int) and not 0 <= value <= 1_000_000:
            faults.add(f"{path}.{key}", f"must be a number from 0 to 1,000,000, not {value}")
    if isinstance(progress.evidence, list):
        for index, address in enumerate(progress.evidence):
            check_url(faults, f"{path}.evidence[{index}]", address)


def _check_reference(faults: Faults, path: str, entity_id: str | None, what: str, known: set[str] | None) -> None:
    """Check a referenced ID. `known` contains the valid IDs, or is None if any ID is valid."""
    if not isinstance(entity_id, str):
        return
    if not is_entity_id(entity_id):
        faults.add(path, f"{quoted(entity_id)} is not a valid ID (1 to 64 characters: A-Z, a-z, 0-9, _, and -)")
    elif known is not None and entity_id not in known:
        faults.add(path, f"{quoted(entity_id)} is not the entityId of a {what} of this issuer in this document")


def _each[T: Struct](path: str, parts: Iterable[T] | UnsetType | None) -> Iterator[tuple[str, T]]:
    """Yield each part with its path. Parts of the wrong type are omitted."""
    if parts is None or isinstance(parts, UnsetType):
        return
    for index, part in enumerate(parts):
        if _is_valid(part):
            yield f"{path}[{index}]", part


def _is_valid(part: object) -> bool:
    return part is not UNSET
