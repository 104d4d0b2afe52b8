"""An organization's memberships, and the access tokens and schedules that its members are responsible for."""

from collections.abc import Iterator

from pynamodb.transactions import TransactWrite

from badgedata import trail
from badgedata.access import find_issuer, find_organization, is_membership
from badgedata.documents import Member as ListedMember
from badgedata.documents import Role
from badgedata.identifiers import comparable_address
from badgedata.records import transactions
from badgedata.records.directory import Member
from badgedata.records.schedules import Schedule
from badgedata.records.trail import TrailEntry
from badgedata.records.transactions import ConditionsFailedError
from badgedata.tokens import lifecycle as token_lifecycle
from operations.deletion.catalogue import scopes_of
from operations.loading.faults import Faults, check_member_email
from operations.loading.items import member_record


class UnknownMemberError(Exception):
    """Raised when the organization, issuer, or membership doesn't exist, or the email address is invalid."""


def describe(organization_id: str, email: str | None = None) -> list[str]:
    """Return one line per membership, access token, and schedule, sorted by person.

    Parameters
    ----------
    email
        The email address of the only person to include. This person doesn't have to be a member. By default, everyone
        is included.

    Raises
    ------
    UnknownMemberError
        If the organization doesn't exist.
    """
    _require_organization(organization_id)
    lines: dict[str, list[str]] = {}
    members = _members_of(organization_id) if email is None else _memberships_of(email, organization_id)
    for member in members:
        kind = "issuer" if member.issuer_id else "organization"
        on = f"{kind} {member.issuer_id or organization_id}"
        remark = "" if is_membership(member) else f" (no access: {member.role} is not a role for an {kind})"
        lines.setdefault(member.pk.removeprefix("member#"), []).append(f"{member.role} of {on}{remark}")
    people_with_roles = set(lines)
    tokens = {token.id: token for token in token_lifecycle.of_organization(organization_id)}
    for token in tokens.values():
        person = comparable_address(token.created_by)
        if email is None or person == comparable_address(email):
            without = "" if person in people_with_roles else "; gives no access, because this person has no role"
            text = f'access token "{token.name}" ({token.id}, {token.role}, expires at {token.valid_until}{without})'
            lines.setdefault(person, []).append(text)
    for schedule in _schedules_of(organization_id):
        responsible = tokens.get(schedule.token_id or "")
        person = comparable_address(responsible.created_by if responsible else schedule.requested_by)
        if email is None or person == comparable_address(email):
            without = "" if person in people_with_roles else "; stops at its next run, because this person has no role"
            by_token = f', access token "{responsible.name}"' if responsible else ""
            text = f'schedule "{schedule.name}" ({schedule.id}, {schedule.status}{by_token}{without})'
            lines.setdefault(person, []).append(text)
    if email is not None and not lines:
        return [
            f"{email} has no role in organization {organization_id} "
            "and is not responsible for any access token or schedule."
        ]
    return [f"{person}: {line}" for person in sorted(lines) for line in lines[person]]


def add(organization_id: str, email: str, role: Role, issuer_id: str | None) -> None:
    """Set a person's role for the organization or for one of its issuers.

    Raises
    ------
    UnknownMemberError
        If the organization or issuer doesn't exist, or the email address is invalid.
    """
    _require_organization(organization_id)
    faults = Faults()
    check_member_email(faults, "Email address", email)
    if faults.count:
        raise UnknownMemberError(f"{faults.named[0]}.")
    if issuer_id is not None:
        issuer = find_issuer(issuer_id)
        if issuer is None or issuer.organization_id != organization_id:
            raise UnknownMemberError(f"Organization {organization_id} has no issuer {issuer_id}.")
    member = member_record(ListedMember(email=email, role=role, issuer=issuer_id), organization_id)
    if any(known.sk == member.sk and known.role == role for known in _memberships_of(email, organization_id)):
        return

    def together(transaction: TransactWrite) -> None:
        transaction.save(member)
        transaction.save(_trail_entry(organization_id, member, "member-added"))

    transactions.write(together)


def remove(organization_id: str, email: str, issuer_id: str | None) -> int:
    """Remove all of a person's roles in an organization, or only the role for one issuer.

    The change takes effect on the person's next request.

    Returns
    -------
    int
        The number of memberships removed, at least 1.

    Raises
    ------
    UnknownMemberError
        If the organization doesn't exist, or the person has no role to remove.
    """
    _require_organization(organization_id)
    removed = [m for m in _memberships_of(email, organization_id) if issuer_id is None or m.issuer_id == issuer_id]
    if not removed:
        on = f"issuer {issuer_id}" if issuer_id else f"organization {organization_id}"
        raise UnknownMemberError(f"{email} has no role in {on}.")
    for member in removed:
        _remove(organization_id, member)
    return len(removed)


def _remove(organization_id: str, member: Member) -> None:
    def together(transaction: TransactWrite) -> None:
        transaction.delete(member, condition=Member.pk.exists())
        transaction.save(_trail_entry(organization_id, member, "member-removed"))

    try:
        transactions.write(together)
    except ConditionsFailedError:
        return  # another command removed it


def _trail_entry(organization_id: str, member: Member, action: trail.Action) -> TrailEntry:
    return trail.entry(
        organization_id,
        trail.OPERATOR,
        action,
        "member",
        member.issuer_id or organization_id,
        member.pk.removeprefix("member#"),
        {"role": member.role},
        member.issuer_id,
    )


def _require_organization(organization_id: str) -> None:
    if find_organization(organization_id) is None:
        raise UnknownMemberError(f"No such organization: {organization_id}.")


def _members_of(organization_id: str) -> Iterator[Member]:
    yield from Member.children.query(Member.parent_key(organization_id))


def _memberships_of(email: str, organization_id: str) -> Iterator[Member]:
    for member in Member.query(Member.email_key(email), consistent_read=True):
        if member.organization_id == organization_id:
            yield member


def _schedules_of(organization_id: str) -> Iterator[Schedule]:
    for scope in scopes_of(organization_id):
        yield from Schedule.by_scope.query(Schedule.list_key(scope))
