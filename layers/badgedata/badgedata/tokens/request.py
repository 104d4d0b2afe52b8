"""Check requests to create, list, or delete access tokens: the caller's permissions and a new token's settings."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from badgedata import clock
from badgedata.access import Caller, Scope, find_issuer, find_organization
from badgedata.identifiers import is_entity_id, new_id
from badgedata.problems import invalid, not_found, role_not_allowed, shown
from badgedata.records.directory import Organization
from badgedata.records.tokens import Token
from badgedata.tokens import lifecycle
from badgedata.tokens.secret import hash_of, new_secret

TokenRole = Literal["admin", "owner", "editor", "staff"]

MAX_LIFETIME: Final = timedelta(days=366)
"""The maximum lifetime of a token: a leap year, so that the same date in the next year is always allowed."""


@dataclass(frozen=True)
class TokenSpecification:
    """An access token to create. If no issuer is specified, the token is valid for the entire organization."""

    name: str
    role: TokenRole
    expires_at: str
    issuer_id: str | None = None


@dataclass(frozen=True)
class Administration:
    """A person's right to manage access tokens.

    An admin manages all of an organization's tokens. An owner manages only the tokens of their own issuers.
    """

    organization: Organization
    email: str
    issuer_ids: frozenset[str] | None
    """The IDs of the issuers that the person owns, or None for an admin, who manages all tokens."""

    def includes(self, token: Token) -> bool:
        """Return whether this person manages a token."""
        return self.issuer_ids is None or token.issuer_id in self.issuer_ids

    def tokens(self) -> list[Token]:
        """Return the tokens that this person manages, newest first."""
        return [token for token in lifecycle.of_organization(self.organization.entity_id) if self.includes(token)]

    def find(self, token_id: str) -> Token | None:
        """Return the token with this ID, or None if the token doesn't exist or this person doesn't manage it."""
        token = lifecycle.find(self.organization.entity_id, token_id)
        return token if token is not None and self.includes(token) else None


def administration(caller: Caller, organization_id: str) -> Administration:
    """Return the caller's right to manage an organization's tokens.

    Raises
    ------
    Problem
        - 403 if the caller is a program, or is neither an admin nor an owner.
        - 404 if the caller has no role in the organization.
    """
    roles = [member for member in caller.memberships if member.organization_id == organization_id]
    organization = find_organization(organization_id) if roles else None
    if organization is None:
        raise not_found("organization")
    caller.require_person("manage access tokens")
    if any(member.issuer_id is None for member in roles):
        return Administration(organization, caller.email, None)
    owned = frozenset(member.issuer_id for member in roles if member.issuer_id and member.role == "owner")
    if not owned:
        raise role_not_allowed(
            "To manage access tokens, you must be an admin of this organization or an owner of one of its issuers."
        )
    return Administration(organization, caller.email, owned)


def create(specification: TokenSpecification, granted: Administration) -> tuple[Token, str]:
    """Create a token and return it with its secret. The secret can't be retrieved later.

    Raises
    ------
    Problem
        - 403 if the organization isn't on the paid plan, or if the person isn't allowed to create the token.
        - 409 if the organization or the issuer has reached its token limit.
        - 422 if a field is invalid.
    """
    organization = granted.organization
    _require_permission(specification, granted)
    Scope("organization", organization.entity_id, organization.name, organization, "").require_subscription()
    _check_role(specification)
    _check_issuer(specification, organization)
    secret, now = new_secret(), clock.now()
    valid_until = _expiry(specification.expires_at)
    token = Token(
        *Token.key(hash_of(secret)),
        id=new_id(),
        name=specification.name,
        role=specification.role,
        organization_id=organization.entity_id,
        issuer_id=specification.issuer_id,
        created_by=granted.email,
        created_at=clock.to_the_second(now),
        valid_until=valid_until,
        expires_at=int((clock.parse_rfc3339(valid_until) + lifecycle.KEPT_AFTER_EXPIRY).timestamp()),
    )
    lifecycle.begin(token)
    return token, secret


def _require_permission(specification: TokenSpecification, granted: Administration) -> None:
    if granted.issuer_ids is None or specification.issuer_id in granted.issuer_ids:
        return
    if specification.issuer_id is None:
        raise role_not_allowed(
            "Only admins can create access tokens for an entire organization. Specify the issuerId of an issuer that "
            "you own."
        )
    raise role_not_allowed(
        f"You are not an owner of issuer {shown(specification.issuer_id)}. Only an issuer's owners and its "
        "organization's admins can create access tokens for the issuer."
    )


def _check_role(specification: TokenSpecification) -> None:
    if specification.role == "admin" and specification.issuer_id is not None:
        raise invalid(
            "role",
            'For an issuer\'s token, the role must be owner, editor, or staff; got "admin". To create an admin '
            "token for the entire organization, omit issuerId.",
        )


def _check_issuer(specification: TokenSpecification, organization: Organization) -> None:
    issuer_id = specification.issuer_id
    if issuer_id is None:
        return
    issuer = find_issuer(issuer_id) if is_entity_id(issuer_id) else None
    if issuer is None or issuer.organization_id != organization.entity_id:
        raise invalid(
            "issuerId",
            f"This organization has no issuer {shown(issuer_id)}. Specify one of its issuers. To create a token "
            "for the entire organization, omit issuerId.",
        )


def _expiry(expires_at: str) -> str:
    """Check the requested expiry time of a new token, and return the time truncated to whole seconds."""
    try:
        moment = clock.parse_rfc3339(expires_at).replace(microsecond=0)
    except ValueError as error:
        raise invalid("expiresAt", f"{error}.") from None
    now = clock.now()
    if moment <= now:
        raise invalid("expiresAt", f"Must be in the future; got {shown(expires_at)}.")
    if moment > now + MAX_LIFETIME:
        raise invalid("expiresAt", f"Must be at most {MAX_LIFETIME.days} days in the future; got {shown(expires_at)}.")
    return clock.rfc3339(moment)
