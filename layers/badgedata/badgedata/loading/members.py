"""The members that a document lists: what their load adds, and whose access it ends."""

from collections.abc import Iterable, Iterator

from badgedata import documents
from badgedata.documents import OrganizationDocument
from badgedata.identifiers import comparable_address
from badgedata.loading.checking import Document
from badgedata.records.directory import Member


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
