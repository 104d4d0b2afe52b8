"""Authorization: a caller's roles, and what each role may see and change (README, "Roles")."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Final, Literal, Self

import msgspec

from badgedata.identifiers import comparable_address, is_entity_id
from badgedata.problems import Problem, not_found, role_not_allowed, subscription_required
from badgedata.records.directory import BadgeClass, Issuer, Member, Organization
from badgedata.records.exports import Export

ScopeType = Literal["organization", "issuer", "badge-class"]

ROLES: Final = ("admin", "owner", "editor", "staff")
"""All roles, highest first. Each role includes the permissions of the roles after it."""

EDITING_ROLES = frozenset({"admin", "owner", "editor"})
ORGANIZATION_ROLES = frozenset({"admin"})
ISSUER_ROLES = frozenset({"owner", "editor", "staff"})


@dataclass(frozen=True)
class Scope:
    """The organization, issuer, or badge class that a request concerns, and the caller's role in it."""

    type: ScopeType
    id: str
    name: str
    organization: Organization
    role: str
    issuer_id: str | None = None
    """The ID of this issuer, or of the badge class's issuer. None for an organization."""

    @property
    def key(self) -> str:
        """The scope's type and ID as a single string, such as ``issuer#ISS``."""
        return scope_key(self.type, self.id)

    def require_subscription(self) -> None:
        """Raise a 403 (`subscription-required`) unless the organization is on the paid plan."""
        if self.organization.plan != "paid":
            raise subscription_required(self.organization.name)

    def require_editing_role(self) -> None:
        """Raise a 403 (`role-not-allowed`) unless the caller has the admin, owner, or editor role.

        Only these roles can replace badges and change schedules.
        """
        if self.role not in EDITING_ROLES:
            raise role_not_allowed(
                f"Your role for this {self.type.replace('-', ' ')} is {self.role}; "
                "the owner, editor, or admin role is required."
            )

    @property
    def shows_trail(self) -> bool:
        """Whether the caller can see the scope's trail and trail exports."""
        return self.role in self._trail_roles

    def require_trail_role(self) -> None:
        """Raise a 403 (`role-not-allowed`) unless the caller can see the scope's trail.

        Admins can see an organization's trail. Owners and admins can see an issuer's trail.
        """
        if not self.shows_trail:
            required = " or ".join(self._trail_roles)
            raise role_not_allowed(
                f"Your role for this {self.type} is {self.role}; the {required} role is required to see its trail."
            )

    @property
    def _trail_roles(self) -> tuple[str, ...]:
        # An access token can grant the owner role for an entire organization.
        return ("admin",) if self.type == "organization" else ("owner", "admin")

    def require_removal(self, export: Export, caller: "Caller") -> None:
        """Raise a 403 (`role-not-allowed`) unless the caller may cancel or delete this export.

        Staff members can cancel or delete only the exports that they requested themselves.
        """
        if self.role not in EDITING_ROLES and not caller.has_requested(export):
            raise role_not_allowed(
                f"Your role for this {self.type.replace('-', ' ')} is {self.role}, so you can cancel or delete only "
                "exports that you requested."
            )


def is_membership(member: Member) -> bool:
    """Return whether a membership record grants access.

    The record's sort key must match its organization or issuer. Its role must be `admin` in an organization, or
    `owner`, `editor`, or `staff` in an issuer.
    """
    _, on = Member.key("", member.organization_id, member.issuer_id)
    return member.sk == on and member.role in (ISSUER_ROLES if member.issuer_id else ORGANIZATION_ROLES)


def scope_key(scope_type: str, scope_id: str) -> str:
    """Return a scope's type and ID as a single string, such as ``issuer#ISS``."""
    return f"{scope_type}#{scope_id}"


@dataclass(frozen=True)
class TokenLimits:
    """The organization or issuer that an access token is limited to, and the highest role that the token grants."""

    token_id: str
    name: str
    organization_id: str
    issuer_id: str | None
    """The only issuer that the token is valid for. None if the token is valid for the entire organization."""

    role: str

    def applied_to(self, memberships: Iterable[Member]) -> Iterator[Member]:
        """Yield the token creator's memberships, restricted by the token's limits.

        Memberships outside the token's organization or issuer are omitted. If the token is limited to one issuer, a
        role in the organization becomes a role in that issuer. Roles higher than the token's role are lowered to it.
        """
        for member in memberships:
            if member.organization_id != self.organization_id:
                continue
            if self.issuer_id is not None and member.issuer_id not in (None, self.issuer_id):
                continue
            issuer_id = self.issuer_id or member.issuer_id
            yield Member(
                *Member.key("", self.organization_id, issuer_id),
                role=lower_role(member.role, self.role),
                organization_id=self.organization_id,
                issuer_id=issuer_id,
            )


def lower_role(one: str, other: str) -> str:
    """Return the lower of two roles.

    >>> lower_role("editor", "admin")
    'editor'
    """
    return max(one, other, key=ROLES.index)


class _WrittenCaller(msgspec.Struct):
    email: Annotated[str, msgspec.Meta(min_length=1)]
    token: TokenLimits | None = None


class Caller:
    """The sender of a request: a signed-in person, or a program with an access token.

    A lookup raises a 404 if the item doesn't exist or if the caller has no role in it. The error is the same in both
    cases, so a caller can't determine which IDs exist.

    Parameters
    ----------
    email
        The person's verified email address. For a program, the email address of the person who created its token.
    token
        The limits of the program's access token. None for a person.
    """

    def __init__(self, email: str, token: TokenLimits | None = None) -> None:
        self.email = email
        self.token = token

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Parse a caller from the JSON returned by `to_json`.

        Raises
        ------
        msgspec.DecodeError
            If the text doesn't describe a caller.
        """
        written = msgspec.json.decode(text, type=_WrittenCaller)
        return cls(written.email, written.token)

    def to_json(self) -> str:
        """Return the caller as ASCII JSON. The authorizer passes this text to the API."""
        written = msgspec.to_builtins(_WrittenCaller(self.email, self.token))
        return json.dumps(written)

    @property
    def name(self) -> str:
        """The caller's name, as shown in `requestedBy`: an email address, or ``token:`` followed by a token name."""
        return self.email if self.token is None else f"token:{self.token.name}"

    @property
    def identity(self) -> str:
        """The key that identifies the caller: an email address, or ``token#`` followed by a token ID."""
        return self.email if self.token is None else identity_of_token(self.token.token_id)

    @property
    def token_id(self) -> str | None:
        """The ID of the program's access token, or None for a person."""
        return None if self.token is None else self.token.token_id

    def has_requested(self, export: Export) -> bool:
        """Return whether this caller requested the export. Two tokens with the same name are different callers."""
        requester = export.requested_by if export.token_id is None else identity_of_token(export.token_id)
        return comparable_address(requester) == comparable_address(self.identity)

    def require_person(self, action: str) -> None:
        """Raise a 403 (`role-not-allowed`) if the caller is a program.

        Parameters
        ----------
        action
            The action that programs can't perform, as a verb phrase such as ``"manage access tokens"``.
        """
        if self.token is not None:
            raise role_not_allowed(f"Access tokens can't {action}. Sign in as a user who has the required role.")

    @cached_property
    def memberships(self) -> list[Member]:
        """The caller's memberships, excluding records that `is_membership` rejects.

        A program has the memberships of the person who created its token, within the token's limits.
        """
        records = Member.query(Member.email_key(self.email), consistent_read=True)
        valid = (member for member in records if is_membership(member))
        return list(valid if self.token is None else self.token.applied_to(valid))

    @cached_property  # a caller can have thousands of memberships
    def _administered(self) -> frozenset[str]:
        return frozenset(
            member.organization_id
            for member in self.memberships
            if member.issuer_id is None and member.role in ORGANIZATION_ROLES
        )

    def organization(self, organization_id: str) -> tuple[Organization, str]:
        """Return the organization and the caller's role in it.

        Raise a 404 unless the caller is an admin, or a program whose access token is valid for the entire organization.
        """
        for member in self.memberships:
            if member.issuer_id is None and member.organization_id == organization_id:
                return self._organization(organization_id), member.role
        raise not_found("organization")

    def administered_organization(self, organization_id: str) -> Organization:
        """Return an organization on the paid plan that the caller administers.

        Raises
        ------
        Problem
            404 if the caller has no role in the organization. 403 if the caller isn't an admin or is a program, or if
            the organization is on the free plan.
        """
        roles = {
            member.role if member.issuer_id is None else ""
            for member in self.memberships
            if member.organization_id == organization_id
        }
        if not roles:
            raise not_found("organization")
        if not roles & ORGANIZATION_ROLES:
            raise role_not_allowed("Only admins of the organization can see and change its destination.")
        self.require_person("see and change destinations")
        organization = self._organization(organization_id)
        if organization.plan != "paid":
            raise subscription_required(organization.name)
        return organization

    def sees_destination(self, organization_id: str) -> bool:
        """Return whether the caller can see the organization's destination. Only signed-in admins can."""
        return self.token is None and organization_id in self._administered

    def issuer(self, issuer_id: str) -> tuple[Issuer, str]:
        """Return the issuer and the caller's role in it.

        If the caller also has a role in the issuer's organization, the higher role is returned.
        """
        if is_entity_id(issuer_id) and (issuer := find_issuer(issuer_id)):
            roles = [
                member.role
                for member in self.memberships
                if member.organization_id == issuer.organization_id and member.issuer_id in (None, issuer_id)
            ]
            if roles:
                return issuer, min(roles, key=ROLES.index)
        raise not_found("issuer")

    def badge_class(self, badge_class_id: str) -> tuple[BadgeClass, Issuer, str]:
        """Return the badge class, its issuer, and the caller's role in that issuer."""
        if is_entity_id(badge_class_id) and (badge_class := find_badge_class(badge_class_id)):
            try:
                return badge_class, *self.issuer(badge_class.issuer_id)
            except Problem:
                pass
        raise not_found("badge class")

    def scope(self, scope_type: str, scope_id: str) -> Scope:
        """Return the organization, issuer, or badge class with this ID, and the caller's role in it.

        Raises
        ------
        Problem
            404 if the item doesn't exist, or if the caller has no role in it.
        """
        if scope_type == "organization":
            organization, role = self.organization(scope_id)
            return Scope("organization", scope_id, organization.name, organization, role)
        if scope_type == "issuer":
            issuer, role = self.issuer(scope_id)
            return Scope("issuer", scope_id, issuer.name, self._organization(issuer.organization_id), role, scope_id)
        badge_class, issuer, role = self.badge_class(scope_id)
        organization = self._organization(issuer.organization_id)
        return Scope("badge-class", scope_id, badge_class.name, organization, role, issuer.entity_id)

    def _organization(self, organization_id: str) -> Organization:
        organization = find_organization(organization_id)
        if organization is None:
            raise not_found("organization")
        return organization


def identity_of_token(token_id: str) -> str:
    """Return the key that identifies callers using this access token (`Caller.identity`)."""
    return f"token#{token_id}"


def organization_and_issuer_of(scope_type: str, scope_id: str) -> tuple[str | None, str | None]:
    """Return the IDs of the organization and the issuer that a scope belongs to.

    The organization's ID is None if the scope's issuer or badge class was deleted. The issuer's ID is None if the scope
    is an organization or a deleted badge class.
    """
    if scope_type == "organization":
        return scope_id, None
    issuer_id: str | None = scope_id
    if scope_type == "badge-class":
        badge_class = find_badge_class(scope_id)
        issuer_id = None if badge_class is None else badge_class.issuer_id
    issuer = None if issuer_id is None else find_issuer(issuer_id)
    return (None if issuer is None else issuer.organization_id), issuer_id


def find_organization(organization_id: str) -> Organization | None:
    """Return the organization with this ID, or None if it doesn't exist."""
    try:
        return Organization.get(*Organization.key(organization_id))
    except Organization.DoesNotExist:
        return None


def find_issuer(issuer_id: str) -> Issuer | None:
    """Return the issuer with this ID, or None if it doesn't exist."""
    try:
        return Issuer.get(*Issuer.key(issuer_id))
    except Issuer.DoesNotExist:
        return None


def organizations_by_id(organization_ids: set[str]) -> dict[str, Organization]:
    """Return the organizations with these IDs, keyed by ID. Missing organizations are omitted."""
    keys = [Organization.key(organization_id) for organization_id in organization_ids]
    return {organization.entity_id: organization for organization in Organization.batch_get(keys)}


def issuers_by_id(issuer_ids: set[str]) -> dict[str, Issuer]:
    """Return the issuers with these IDs, keyed by ID. Missing issuers are omitted."""
    keys = [Issuer.key(issuer_id) for issuer_id in issuer_ids]
    return {issuer.entity_id: issuer for issuer in Issuer.batch_get(keys)}


def badge_classes_by_id(badge_class_ids: set[str]) -> dict[str, BadgeClass]:
    """Return the badge classes with these IDs, keyed by ID. Missing badge classes are omitted."""
    keys = [BadgeClass.key(badge_class_id) for badge_class_id in badge_class_ids]
    return {badge_class.entity_id: badge_class for badge_class in BadgeClass.batch_get(keys)}


def badge_classes_within(scope: Scope, badge_class_ids: set[str]) -> set[str]:
    """Return the IDs of the given badge classes that belong to the scope (an issuer or an organization)."""
    keys = [BadgeClass.key(badge_class_id) for badge_class_id in badge_class_ids if is_entity_id(badge_class_id)]
    # Only these attributes are read, so that a wrong type in another attribute doesn't cause an error here.
    found = BadgeClass.batch_get(keys, attributes_to_get=["entityId", "issuerId"])
    issuer_of = {badge_class.entity_id: badge_class.issuer_id for badge_class in found}
    if scope.type == "issuer":
        return {badge_class_id for badge_class_id, issuer_id in issuer_of.items() if issuer_id == scope.id}
    issuers = issuers_by_id(set(issuer_of.values()))
    own = {issuer_id for issuer_id, issuer in issuers.items() if issuer.organization_id == scope.id}
    return {badge_class_id for badge_class_id, issuer_id in issuer_of.items() if issuer_id in own}


def find_badge_class(badge_class_id: str, consistent: bool = False) -> BadgeClass | None:
    """Return the badge class with this ID, or None if it doesn't exist.

    Parameters
    ----------
    consistent
        Whether to use a consistent read, which reflects all earlier writes.
    """
    try:
        return BadgeClass.get(*BadgeClass.key(badge_class_id), consistent_read=consistent)
    except BadgeClass.DoesNotExist:
        return None
