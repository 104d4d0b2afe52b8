"""Load a checked document into the tables: first the organization, then issuers and their contents, then members."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from badgedata import documents
from badgedata.access import find_issuer, find_organization
from badgedata.documents import IssuerDocument, OrganizationDocument
from badgedata.identifiers import comparable_address
from badgedata.json_faults import quoted
from badgedata.records import directory
from badgedata.records.directory import Member
from operations.loading import items
from operations.loading.checking import Document
from operations.loading.faults import Fault, Faults, InvalidDocumentError, check_member_email
from operations.loading.images import ImageStore
from operations.loading.issuer import write_issuer
from operations.loading.stored import check_against_stored, read_stored
from operations.loading.writing import ProgressCallback, write_records


@dataclass
class LoadResult:
    """The result of a load: the organization and the number of items written."""

    organization_id: str
    created_organization: bool
    """Whether the load created the organization, because an issuer document didn't specify one."""

    counts: dict[str, int] = field(default_factory=dict)
    """The number of items written, by kind: ``{"issuers": 3, "badge classes": 12, …}``."""

    members_removed: int = 0
    """The number of memberships removed because they are not in the document's list of members."""

    images: int = 0
    """The number of images that were not in the bucket before the load."""


def _ignore_progress(kind: str, count: int) -> None:
    """Do nothing. This is the default progress callback."""


def load(
    document: Document,
    *,
    organization_id: str | None = None,
    admin_email: str | None = None,
    on_progress: ProgressCallback = _ignore_progress,
) -> LoadResult:
    """Write a document that `read_document` has checked.

    Loading the same document again changes nothing. Items that are not in the document are kept. Members are an
    exception: if an organization document lists members, all other memberships are removed before anything is written.
    An existing badge class keeps its version, and an existing award keeps its baked image.

    To complete an interrupted load, load the document again. Until then, new members can't access the partial
    organization, because members are written last.

    Parameters
    ----------
    organization_id
        For an issuer document: the ID of the existing organization that the issuer belongs to. By default, an existing
        issuer stays in its organization. A new issuer gets a new organization on the paid plan, with the issuer's ID
        and name. For an organization document: the ID in the document, to confirm that the load may rename an existing
        organization, change its plan, and add members.
    admin_email
        The email address of a person who becomes an admin, in addition to the document's members.
    on_progress
        A function that is called with a kind of item, such as ``"awards"``, and the number of items written so far.

    Raises
    ------
    InvalidDocumentError
        If the document conflicts with the stored data, or the admin's email address is invalid. Nothing is written.
    """
    if admin_email is not None:
        _check_admin(admin_email)
    organization, is_new = _organization(document, organization_id)
    listed = listed_members(document, admin_email)
    members = list(directory.Member.children.query(directory.Member.parent_key(organization.entity_id)))
    if isinstance(document, OrganizationDocument) and organization_id is None:
        _require_confirmation(document.organization, listed, members)
    issuer_documents = _issuer_documents(document)
    stored = read_stored([issuer_document for _, issuer_document in issuer_documents])
    faults = Faults()
    for path, issuer_document in issuer_documents:
        check_against_stored(faults, path, issuer_document, organization.entity_id, stored)
    if faults.count:
        raise InvalidDocumentError(faults.named, faults.count)

    loaded = LoadResult(organization.entity_id, is_new, members_removed=end_access(document, listed, members))
    images = ImageStore()
    if is_new or isinstance(document, OrganizationDocument):
        items.organization_record(organization).save()
    for _, issuer_document in issuer_documents:
        for kind, count in write_issuer(issuer_document, organization.entity_id, stored, images, on_progress):
            loaded.counts[kind] = loaded.counts.get(kind, 0) + count
    loaded.counts["members"] = write_records(
        listed,
        lambda member: items.member_record(member, organization.entity_id),
        lambda count: on_progress("members", count),
    )
    loaded.images = images.count
    return loaded


def _check_admin(email: str) -> None:
    faults = Faults()
    check_member_email(faults, "--admin", email)
    if faults.count:
        raise InvalidDocumentError(faults.named)


def _issuer_documents(document: Document) -> list[tuple[str, IssuerDocument]]:
    if isinstance(document, IssuerDocument):
        return [("$", document)]
    return [(f"$.issuers[{index}]", issuer) for index, issuer in enumerate(document.issuers or [])]


def _require_confirmation(
    organization: documents.Organization, listed: list[documents.Member], members: list[directory.Member]
) -> None:
    """Reject a document that would change an existing organization, and explain how to confirm the change."""
    known = find_organization(organization.entity_id)
    if known is None or not _is_in_use(organization.entity_id):
        return
    changes = [
        f"{name} from {quoted(old)} to {quoted(new)}"
        for name, old, new in (
            ("its name", known.name, organization.name),
            ("its plan", known.plan, organization.plan),
        )
        if old != new
    ]
    if members and (count := len(set(newcomers(listed, members)))):
        changes.append(f"its members ({count:,} new)")
    if changes:
        raise _rejected(
            "$.organization.entityId",
            f"{quoted(organization.entity_id)} already exists, and this load would change {' and '.join(changes)}; "
            f"to confirm that it is the same organization, specify --organization {organization.entity_id}",
        )


def _organization(document: Document, organization_id: str | None) -> tuple[documents.Organization, bool]:
    """Return the organization that the document's issuers belong to, and whether the load creates it."""
    if isinstance(document, OrganizationDocument):
        entity_id = document.organization.entity_id
        if organization_id not in (None, entity_id):
            raise _rejected(
                "$.organization.entityId", f"is {quoted(entity_id)}, but --organization is {quoted(organization_id)}"
            )
        return document.organization, False
    is_given = organization_id is not None
    if organization_id is None:
        issuer = find_issuer(document.issuer.entity_id)
        if issuer is None:
            return _new_organization(document.issuer), True
        organization_id = issuer.organization_id
    organization = find_organization(organization_id)
    if organization is None:
        correct = ", or correct --organization" if is_given else ""
        raise _rejected(
            "$",
            f"the issuer's organization {quoted(organization_id)} does not exist; "
            f"load the organization's document first{correct}",
        )
    plan: documents.Plan = "paid" if organization.plan == "paid" else "free"
    return documents.Organization(entity_id=organization_id, name=organization.name, plan=plan), False


def _new_organization(issuer: documents.Issuer) -> documents.Organization:
    existing = find_organization(issuer.entity_id)
    # An organization with that name but no issuers or members was left by an interrupted load of this document.
    if existing is not None and (existing.name != issuer.name or _is_in_use(issuer.entity_id)):
        raise _rejected(
            "$.issuer.entityId",
            f"{quoted(issuer.entity_id)} is already the ID of an organization; "
            "specify the issuer's organization with --organization",
        )
    return documents.Organization(entity_id=issuer.entity_id, name=issuer.name, plan="paid")


def _is_in_use(organization_id: str) -> bool:
    issuers = directory.Issuer.children.query(directory.Issuer.parent_key(organization_id), limit=1)
    members = directory.Member.children.query(directory.Member.parent_key(organization_id), limit=1)
    return any(True for _ in issuers) or any(True for _ in members)


def _rejected(path: str, message: str) -> InvalidDocumentError:
    return InvalidDocumentError([Fault(path, message)])


def listed_members(document: Document, admin_email: str | None) -> list[documents.Member]:
    """Return the members that a load writes: those in the document and any admin that the operator specifies."""
    members = list(document.members or []) if isinstance(document, OrganizationDocument) else []
    if admin_email is not None:
        admin = comparable_address(admin_email)
        members = [m for m in members if (comparable_address(m.email), m.role) != (admin, "admin")]
        members.append(documents.Member(email=admin_email, role="admin"))
    return members


def end_access(document: Document, listed: Iterable[documents.Member], stored: Iterable[Member]) -> int:
    """Remove the stored memberships that are not in `listed`, but only if the document lists members.

    Returns
    -------
    int
        The number of memberships removed, or 0 if the document doesn't list members.
    """
    if not isinstance(document, OrganizationDocument) or document.members is None:
        return 0
    organization_id = document.organization.entity_id
    kept = {Member.key(member.email, organization_id, member.issuer) for member in listed}
    ended = [member for member in stored if (member.pk, member.sk) not in kept]
    for member in ended:
        member.delete()
    return len(ended)


def newcomers(listed: Iterable[documents.Member], stored: Iterable[Member]) -> Iterator[str]:
    """Yield the email addresses of the listed people who aren't members yet."""
    known = {member.pk for member in stored}
    for member in listed:
        if Member.email_key(member.email) not in known:
            yield member.email
