"""The API's errors as problem details (RFC 9457), and functions that create common problems."""

from dataclasses import dataclass, field

import msgspec

from badgedata.text import shortened

SHOWN_CHARACTERS = 80


@dataclass(frozen=True)
class FieldError:
    """An invalid field in a request, and the reason why its value was rejected."""

    field: str
    message: str


@dataclass(frozen=True)
class SourceFault:
    """The document that caused a replacement's source to be rejected.

    Parameters
    ----------
    document
        The document's URL, or a name such as ``the image you sent``.
    http_status
        The HTTP status that the server returned instead of the document, if any.
    line
        The line number of the fault, counted from 1, if the document is JSON and the line is known.
    """

    document: str
    http_status: int | None = None
    line: int | None = None


@dataclass
class Problem(Exception):  # noqa: N818 - RFC 9457's term
    """An error that the API returns as a problem document.

    `detail` is for people, and `code` is for programs. If a code covers several cases that require different advice,
    `reason` identifies the case.
    """

    status: int
    code: str
    title: str
    detail: str
    errors: list[FieldError] = field(default_factory=list)
    retry_after_seconds: int | None = None
    reason: str | None = None
    source: SourceFault | None = None

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.detail}"


def shown(value: object) -> str:
    """Return an invalid value as JSON, limited to about 80 characters, for use in an error message.

    >>> shown("2026-02-30")
    '"2026-02-30"'
    """
    short = shortened(value, SHOWN_CHARACTERS) if isinstance(value, str) else value
    text = msgspec.json.encode(short).decode()
    # Text that consists only of escapes is six times as long in JSON.
    return text if len(text) <= 2 * SHOWN_CHARACTERS and isinstance(value, str) else shortened(text, SHOWN_CHARACTERS)


def not_found(what: str) -> Problem:
    """Return a 404 problem for an item that doesn't exist or that the caller can't access."""
    return Problem(404, "not-found", "Not found", f"No such {what}, or you don't have access to it.")


def invalid(field_name: str, message: str) -> Problem:
    """Return a 422 problem for one invalid field.

    Parameters
    ----------
    message
        A message that states the expected value, the actual value, and what to do.
    """
    return Problem(422, "invalid-request", "Invalid request", message, [FieldError(field_name, message)])


def conflict(detail: str, reason: str | None = None) -> Problem:
    """Return a 409 problem for a request that conflicts with the current state of the resource."""
    return Problem(409, "conflict", "Conflict", detail, reason=reason)


def role_not_allowed(detail: str) -> Problem:
    """Return a 403 problem for a caller who can access the resource but whose role doesn't allow the action."""
    return Problem(403, "role-not-allowed", "Role not allowed", detail)


def temporarily_unavailable(detail: str, retry_after_seconds: int = 5) -> Problem:
    """Return a 503 problem for a request that AWS temporarily can't process.

    Parameters
    ----------
    detail
        A sentence about the failure. This function adds the advice to retry.
    """
    detail = f"{detail} Wait {retry_after_seconds} seconds, then retry."
    return Problem(
        503, "temporarily-unavailable", "Temporarily unavailable", detail, retry_after_seconds=retry_after_seconds
    )


def subscription_required(organization_name: str) -> Problem:
    """Return a 403 problem for an organization on the free plan."""
    return Problem(
        403,
        "subscription-required",
        "Subscription required",
        f"Data management is part of the paid plan, but {organization_name} is on the free plan. "
        "To change the plan, contact your platform team.",
    )
