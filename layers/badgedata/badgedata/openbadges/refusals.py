"""Why a source was refused: which document it was, what was expected there, and what was found."""

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
    """A source that no badge class proposal is made of.

    Parameters
    ----------
    code
        What kind of refusal it is; the API answers with it.
    document
        The document that is at fault: its URL, or e.g. ``the image you sent``.
    reason
        What was expected and what was found, as words that follow the document's name.

    Examples
    --------
    >>> str(SourceRefusedError("no-badge-in-image", "the image you sent", "carries no badge data"))
    'the image you sent: carries no badge data'
    """

    def __init__(self, code: RefusalCode, document: str, reason: str) -> None:
        super().__init__(f"{quoted(document)}: {reason}")
        self.code: RefusalCode = code
        self.document = document
        self.reason = reason

    def __reduce__(self) -> tuple[type["SourceRefusedError"], tuple[RefusalCode, str, str]]:
        # BaseException would rebuild it from the one message, and fail.
        return type(self), (self.code, self.document, self.reason)


def quoted(found: object) -> str:
    """What was found, as a piece of a message: one line, of bounded length, without control characters.

    >>> quoted("evil" + chr(10) + "line")
    'evil line'
    """
    text = "".join(letter if letter.isprintable() else " " for letter in str(found)[: MAX_QUOTED_CHARACTERS + 1])
    return shortened(text, MAX_QUOTED_CHARACTERS)
