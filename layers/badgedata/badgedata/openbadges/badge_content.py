"""The content of a badge class, in the words of the Open Badges 2.0 vocabulary: what a replacement overwrites."""

from dataclasses import dataclass
from typing import Literal

from badgedata.openbadges.notices import Notice

type OpenBadgesVersion = Literal["0.5", "1.0", "1.1", "2.0", "2.1", "3.0"]


@dataclass(frozen=True)
class Criteria:
    """How the badge is earned (2.0, "Criteria"): the address of a page, a text (Markdown), or both."""

    id: str | None = ""
    narrative: str | None = ""


@dataclass(frozen=True)
class Alignment:
    """One objective or standard that the badge is aligned to (2.0, "AlignmentObject")."""

    targetName: str | None = ""  # noqa: N815 - the vocabulary's own names
    targetUrl: str | None = ""  # noqa: N815
    targetDescription: str | None = ""  # noqa: N815
    targetFramework: str | None = ""  # noqa: N815
    targetCode: str | None = ""  # noqa: N815


@dataclass(frozen=True)
class CleanImage:
    """An image that is safe to keep and serve.

    Parameters
    ----------
    content
        The PNG or SVG, without metadata, scripts or references.
    content_type
        ``image/png`` or ``image/svg+xml``.
    extension
        ``png`` or ``svg``.
    notices
        What was left out or changed, for the person who looks at the preview.
    """

    content: bytes
    content_type: str
    extension: str
    notices: tuple[Notice, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """The texts of the notices."""
        return tuple(map(str, self.notices))


@dataclass(frozen=True)
class BadgeContent[Image]:
    """What a badge class says, of what a replacement overwrites.

    Parameters
    ----------
    name, description, criteria, tags, alignment
        As in 2.0. None is what the badge class doesn't have; a source doesn't tell that from "".
    image
        In a record, ``s3:`` and a key, or an address; in a source, an address or a ``data:`` URI, then a `CleanImage`.
    """

    name: str
    description: str | None
    criteria: Criteria | None
    image: Image | None
    tags: tuple[str, ...]
    alignment: tuple[Alignment, ...]


@dataclass(frozen=True)
class SourceContent[Image](BadgeContent[Image]):
    """The content of a badge class as a source says it: "" is what the source doesn't say.

    Parameters
    ----------
    open_badges_version
        Of the source: "0.5" to "3.0".
    assertion_id
        Of the assertion or credential: its id, or the address it was read from; None for a badge class itself.
    notices
        What could not be checked or kept, for the person who looks at the preview.
    """

    description: str
    criteria: Criteria
    open_badges_version: OpenBadgesVersion
    assertion_id: str | None
    notices: tuple[Notice, ...]


@dataclass(frozen=True)
class DescribedBadge(SourceContent[str]):
    """A badge class as some version's document describes it: its image not fetched yet, no signature checked.

    Parameters
    ----------
    issuer_id
        The issuer, as the badge class or credential names it.
    document
        What a refusal calls the document that describes it.
    has_criteria
        Whether it has criteria of any kind, so that a notice can tell "none" from "none that can be kept".
    """

    issuer_id: str | None
    document: str
    has_criteria: bool


@dataclass(frozen=True)
class BadgeClassProposal(SourceContent[CleanImage]):
    """What a badge class would become: what reading a source ends in.

    Its texts are as the source has them; any HTML or Markdown in them is data, to be escaped when shown. Addresses are
    http or https, and anything else was left out with a notice. The image is cleaned, and None where the source has
    none.
    """

    @property
    def warnings(self) -> tuple[str, ...]:
        """The texts of the notices."""
        return tuple(map(str, self.notices))
