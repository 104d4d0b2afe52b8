"""What reading a source ends in: a badge class proposal, in the words of the Open Badges 2.0 vocabulary."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # the decoder of images is heavy, and the shape of a proposal is needed without it
    from badgedata.openbadges.images import CleanImage

type OpenBadgesVersion = Literal["0.5", "1.0", "1.1", "2.0", "2.1", "3.0"]


@dataclass(frozen=True)
class Criteria:
    """How the badge is earned (2.0, "Criteria"): the address of a page, a text (Markdown), or both; "" is neither."""

    id: str = ""
    narrative: str = ""


@dataclass(frozen=True)
class Alignment:
    """One objective or standard that the badge is aligned to (2.0, "AlignmentObject"); "" where the source has none."""

    targetName: str = ""  # noqa: N815 - the vocabulary's own names
    targetUrl: str = ""  # noqa: N815
    targetDescription: str = ""  # noqa: N815
    targetFramework: str = ""  # noqa: N815
    targetCode: str = ""  # noqa: N815


@dataclass(frozen=True)
class DescribedBadge:
    """A badge class as some version's document describes it: its image not fetched yet, no signature checked."""

    open_badges_version: OpenBadgesVersion
    assertion_id: str | None
    issuer_id: str | None
    name: str
    description: str
    criteria: Criteria
    alignment: tuple[Alignment, ...]
    tags: tuple[str, ...]
    image: str | None  # an absolute address or a data: URI
    document: str  # what a refusal calls the document that describes it
    warnings: tuple[str, ...] = ()
    has_criteria: bool = False  # of whatever kind, so that a warning can tell "none" from "none that can be kept"


@dataclass(frozen=True)
class BadgeClassProposal:
    """What a badge class would become.

    Parameters
    ----------
    name, description
        Text as the source has it; any HTML or Markdown in it is data, to be escaped when shown.
    criteria, alignment, tags
        As in 2.0; their addresses are http or https, anything else was left out with a warning.
    image
        Cleaned, ready to be stored; None where the source has none.
    open_badges_version
        Of the source: "0.5" to "3.0".
    assertion_id
        Of the assertion or credential: its id, or the address it was read from; None for a badge class itself.
    warnings
        Sentences for the person who looks at the preview.
    """

    name: str
    description: str
    criteria: Criteria
    alignment: tuple[Alignment, ...]
    tags: tuple[str, ...]
    image: "CleanImage | None"
    open_badges_version: OpenBadgesVersion
    assertion_id: str | None
    warnings: tuple[str, ...]
