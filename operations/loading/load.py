"""Loads a checked document into the tables: the organization, its issuers and all that is theirs, members last."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from badgedata import documents
from badgedata.access import find_issuer, find_organization
from badgedata.documents import IssuerDocument, OrganizationDocument
from badgedata.identifiers import comparable_address
from badgedata.records import directory
from badgedata.records.directory import Member
from operations.loading import items
from operations.loading.checking import Document
from operations.loading.faults import BadDocument, Fault, Faults, check_member_email, shown
from operations.loading.images import ImageStore
from operations.loading.issuer import write_issuer
from operations.loading.stored import check_against_stored, read_stored
from operations.loading.writing import write_records

type Tell = Callable[[str, int], None]


@dataclass
class Loaded:
    """What a load wrote, and which organization it went to."""

    organization_id: str
    made_organization: bool
    """Whether the organization was made for an issuer document that named none."""

    counts: dict[str, int] = field(default_factory=dict)
    """How many of each kind were written: ``{"issuers": 3, "badge classes": 12, …}``."""

    members_removed: int = 0
    """How many memberships ended, because the document lists members and lacks these."""

    images: int = 0
    """Images that were not in the bucket before."""


def _nobody(kind: str, count: int) -> None:
    """Keep the progress to itself."""


def load(
    document: Document,
    *,
    organization_id: str | None = None,
    admin_email: str | None = None,
    tell: Tell = _nobody,
) -> Loaded:
    """Write a document that `read_document` found right.

    Loading the same document again changes nothing. What is in the tables and not in the document stays, except for
    members: where an organization document lists them, its list is complete, and all other memberships end before
    anything else is written. A load that breaks off is repaired by loading again, and until then nobody sees half an
    organization, because its members come last. An existing badge class keeps its version, and an existing award its
    baked image.

    Parameters
    ----------
    organization_id
        An organization that exists, to which the issuer of an issuer document belongs. Without it the issuer stays
        with the organization that it has; one that has none yet gets an organization of its own, on the paid plan, with
        the issuer's id and name. With an organization document, its own id, which confirms that the load may rename an
        existing organization, change its plan and let in people who aren't members yet.
    admin_email
        Who becomes an admin of the organization, beside the document's members.
    tell
        Told the progress: what is written (``"awards"``), and how many so far.

    Raises
    ------
    BadDocument
        When the document contradicts what is stored, or the admin's address is none. Nothing of it was written then.
    """
    if admin_email is not None:
        _check_admin(admin_email)
    organization, made = _organization(document, organization_id)
    listed = listed_members(document, admin_email)
    members = list(directory.Member.children.query(directory.Member.parent_key(organization.entity_id)))
    if isinstance(document, OrganizationDocument) and organization_id is None:
        _check_take_over(document.organization, listed, members)
    issuer_documents = _issuer_documents(document)
    stored = read_stored([issuer_document for _, issuer_document in issuer_documents])
    faults = Faults()
    for path, issuer_document in issuer_documents:
        check_against_stored(faults, path, issuer_document, organization.entity_id, stored)
    if faults.count:
        raise BadDocument(faults.named, faults.count)

    loaded = Loaded(organization.entity_id, made, members_removed=end_access(document, listed, members))
    images = ImageStore()
    if made or isinstance(document, OrganizationDocument):
        items.organization_record(organization).save()
    for _, issuer_document in issuer_documents:
        for kind, count in write_issuer(issuer_document, organization.entity_id, stored, images, tell):
            loaded.counts[kind] = loaded.counts.get(kind, 0) + count
    loaded.counts["members"] = write_records(
        listed,
        lambda member: items.member_record(member, organization.entity_id),
        lambda count: tell("members", count),
    )
    loaded.images = images.count
    return loaded


def _check_admin(email: str) -> None:
    faults = Faults()
    check_member_email(faults, "the admin", email)
    if faults.count:
        raise BadDocument(faults.named)


def _issuer_documents(document: Document) -> list[tuple[str, IssuerDocument]]:
    if isinstance(document, IssuerDocument):
        return [("$", document)]
    return [(f"$.issuers[{index}]", issuer) for index, issuer in enumerate(document.issuers or [])]


def _check_take_over(
    organization: documents.Organization, listed: list[documents.Member], members: list[directory.Member]
) -> None:
    """Refuse to change an existing organization for a document that merely has the same id."""
    known = find_organization(organization.entity_id)
    if known is None or not _is_in_use(organization.entity_id):
        return
    changes = [
        f"{name} from {shown(old)} to {shown(new)}"
        for name, old, new in (
            ("its name", known.name, organization.name),
            ("its plan", known.plan, organization.plan),
        )
        if old != new
    ]
    if members and (count := len(set(newcomers(listed, members)))):
        changes.append(f"its members, by {count:,} new {'person' if count == 1 else 'people'}")
    if changes:
        raise _refused(
            "$.organization.entityId",
            f"{shown(organization.entity_id)} exists already, and this load would change {' and '.join(changes)}; "
            f"to confirm that it is the same organization, load with --organization {organization.entity_id}",
        )


def _organization(document: Document, organization_id: str | None) -> tuple[documents.Organization, bool]:
    """Give the organization that the document's issuers belong to, and whether it is made for it."""
    if isinstance(document, OrganizationDocument):
        entity_id = document.organization.entity_id
        if organization_id not in (None, entity_id):
            raise _refused(
                "$.organization.entityId", f"is {shown(entity_id)}, and the load asks for {shown(organization_id)}"
            )
        return document.organization, False
    if organization_id is None:
        issuer = find_issuer(document.issuer.entity_id)
        if issuer is None:
            return _organization_of_its_own(document.issuer), True
        organization_id = issuer.organization_id
    organization = find_organization(organization_id)
    if organization is None:
        raise _refused("$", f"there is no organization {shown(organization_id)} that the issuer could belong to")
    plan: documents.Plan = "paid" if organization.plan == "paid" else "free"
    return documents.Organization(entity_id=organization_id, name=organization.name, plan=plan), False


def _organization_of_its_own(issuer: documents.Issuer) -> documents.Organization:
    namesake = find_organization(issuer.entity_id)
    # One without issuers and members, and of that name, is what an earlier load of this document left as it broke off.
    if namesake is not None and (namesake.name != issuer.name or _is_in_use(issuer.entity_id)):
        raise _refused(
            "$.issuer.entityId",
            f"{shown(issuer.entity_id)} is an organization's id already; name the organization of the issuer",
        )
    return documents.Organization(entity_id=issuer.entity_id, name=issuer.name, plan="paid")


def _is_in_use(organization_id: str) -> bool:
    issuers = directory.Issuer.children.query(directory.Issuer.parent_key(organization_id), limit=1)
    members = directory.Member.children.query(directory.Member.parent_key(organization_id), limit=1)
    return any(True for _ in issuers) or any(True for _ in members)


def _refused(path: str, message: str) -> BadDocument:
    return BadDocument([Fault(path, message)])


def listed_members(document: Document, admin_email: str | None) -> list[documents.Member]:
    """Return the members that a load writes: the document's, and the admin whom the operator names."""
    members = list(document.members or []) if isinstance(document, OrganizationDocument) else []
    if admin_email is not None:
        admin = comparable_address(admin_email)
        members = [m for m in members if (comparable_address(m.email), m.role) != (admin, "admin")]
        members.append(documents.Member(email=admin_email, role="admin"))
    return members


def end_access(document: Document, listed: Iterable[documents.Member], stored: Iterable[Member]) -> int:
    """Remove the stored memberships that a document with a list of members doesn't list.

    Returns
    -------
    int
        The number of memberships removed; 0 for documents without such a list, which leave members alone.
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
    """Find the listed people who aren't members yet."""
    known = {member.pk for member in stored}
    for member in listed:
        if Member.email_key(member.email) not in known:
            yield member.email
