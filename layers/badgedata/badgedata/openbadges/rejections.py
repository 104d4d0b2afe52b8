"""The error for rejected sources. It names the document at fault and states what was expected and what was found."""

from typing import Any, Final, Literal

from badgedata.text import shortened

type RejectionCode = Literal[
    "bad-image",
    "bad-signature",
    "blocked-address",
    "circular-links",
    "no-badge-in-image",
    "not-open-badges",
    "source-too-large",
    "too-many-documents",
    "unreachable-source",
]

type RejectionKind = Literal[
    "address-with-credentials",
    "http-status",
    "invalid-address",
    "invalid-field",
    "invalid-json",
    "no-link-in-page",
    "no-response",
    "not-a-badge",
    "not-an-image",
    "not-json",
    "not-web-address",
    "other-port",
    "private-address",
    "several-badges",
    "too-many-redirects",
]
"""The specific cause, for codes with several causes that require different advice."""

MAX_QUOTED_CHARACTERS: Final = 120


class SourceRejectedError(Exception):
    """Raised when a source is rejected.

    Parameters
    ----------
    code
        The problem code, which the API returns.
    document
        The document at fault: its URL, or a name such as ``the image you sent``.
    reason
        A clause that states what was expected and what was found. In the message, it follows the document's name.
    kind
        The specific cause, if the code covers several causes.
    http_status
        The HTTP status that the server returned instead of the document, if any.
    line
        The line number of the fault (counted from 1), if the document is JSON and the line is known.

    Examples
    --------
    >>> str(SourceRejectedError("no-badge-in-image", "the image you sent", "it has no badge data"))
    'the image you sent: it has no badge data'
    """

    def __init__(
        self,
        code: RejectionCode,
        document: str,
        reason: str,
        kind: RejectionKind | None = None,
        *,
        http_status: int | None = None,
        line: int | None = None,
    ) -> None:
        super().__init__(f"{quoted(document)}: {reason}")
        self.code: RejectionCode = code
        self.document = document
        self.reason = reason
        self.kind: RejectionKind | None = kind
        self.http_status = http_status
        self.line = line

    def __reduce__(self) -> tuple[Any, ...]:
        # BaseException's method would fail, because it recreates the error from the message alone.
        details = {"kind": self.kind, "http_status": self.http_status, "line": self.line}
        return type(self), (self.code, self.document, self.reason), details


def quoted(found: object) -> str:
    """Return a value as one short line without control characters, for use in a message.

    >>> quoted("evil" + chr(10) + "line")
    'evil line'
    """
    text = "".join(letter if letter.isprintable() else " " for letter in str(found)[: MAX_QUOTED_CHARACTERS + 1])
    return shortened(text, MAX_QUOTED_CHARACTERS)
