"""Errors for rejected sources: the document at fault, what was expected, and what was found."""

from typing import Final, Literal

from badgedata.text import shortened

type RefusalCode = Literal[
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

MAX_QUOTED_CHARACTERS: Final = 120


class SourceRefusedError(Exception):
    """A source is rejected.

    Parameters
    ----------
    code
        The problem code, which the API returns.
    document
        The document at fault: its URL, or a name such as ``the image you sent``.
    reason
        What was expected and what was found, worded to follow the document's name and a colon.

    Examples
    --------
    >>> str(SourceRefusedError("no-badge-in-image", "the image you sent", "it has no badge data"))
    'the image you sent: it has no badge data'
    """

    def __init__(self, code: RefusalCode, document: str, reason: str) -> None:
        super().__init__(f"{quoted(document)}: {reason}")
        self.code: RefusalCode = code
        self.document = document
        self.reason = reason

    def __reduce__(self) -> tuple[type["SourceRefusedError"], tuple[RefusalCode, str, str]]:
        # BaseException would recreate it from the message alone, and fail.
        return type(self), (self.code, self.document, self.reason)


def quoted(found: object) -> str:
    """Return a value for use in a message: one line of limited length, without control characters.

    >>> quoted("evil" + chr(10) + "line")
    'evil line'
    """
    text = "".join(letter if letter.isprintable() else " " for letter in str(found)[: MAX_QUOTED_CHARACTERS + 1])
    return shortened(text, MAX_QUOTED_CHARACTERS)
