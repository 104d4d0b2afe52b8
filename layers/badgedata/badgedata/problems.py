"""What can be wrong with a request, said in the terms of RFC 9457; the API turns each into its answer in one place."""

from dataclasses import dataclass, field

import msgspec

from badgedata.text import shortened

SHOWN_CHARACTERS = 80


@dataclass(frozen=True)
class FieldError:
    """One field of the request that has to change, and why."""

    field: str
    message: str


@dataclass
class Problem(Exception):  # noqa: N818 - the term of RFC 9457
    """A request that can't be done. `detail` tells the caller what to change; `code` tells a program."""

    status: int
    code: str
    title: str
    detail: str
    errors: list[FieldError] = field(default_factory=list)
    retry_after_seconds: int | None = None

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.detail}"


def shown(value: object) -> str:
    """Write a wrong value as JSON for the message that says what is wrong with it, shortened to 80 characters.

    >>> shown("2026-02-30")
    '"2026-02-30"'
    """
    short = shortened(value, SHOWN_CHARACTERS) if isinstance(value, str) else value
    text = msgspec.json.encode(short).decode()
    # Text of escapes alone has six times the length as JSON.
    return text if len(text) <= 2 * SHOWN_CHARACTERS and isinstance(value, str) else shortened(text, SHOWN_CHARACTERS)


def not_found(what: str) -> Problem:
    """The answer for what does not exist, and just the same for what the caller has no role on."""
    return Problem(404, "not-found", "Not found", f"No such {what}, or you have no access to it.")


def invalid(field_name: str, message: str) -> Problem:
    """One field of the request is wrong; `message` says what was found and what would be right."""
    return Problem(422, "invalid-request", "Invalid request", message, [FieldError(field_name, message)])


def conflict(detail: str) -> Problem:
    """What was asked does not fit the state that the thing is in now."""
    return Problem(409, "conflict", "Conflict", detail)


def role_not_allowed(detail: str) -> Problem:
    """The caller's role may look but not do this."""
    return Problem(403, "role-not-allowed", "Role not allowed", detail)


def subscription_required(organization_name: str) -> Problem:
    """Data management needs the paid plan."""
    return Problem(
        403,
        "subscription-required",
        "Subscription required",
        f"Data management is part of the paid plan, and {organization_name} is on the free one. "
        "An admin of the organization can change the plan.",
    )
