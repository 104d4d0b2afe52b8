"""The content of a badge class that a replacement overwrites, in terms of Open Badges 2.0."""

from dataclasses import dataclass
from typing import Literal

from badgedata.openbadges.notices import Notice

type OpenBadgesVersion = Literal["0.5", "1.0", "1.1", "2.0", "2.1", "3.0"]


@dataclass(frozen=True)
class Criteria:
    """How the badge is earned (2.0, "Criteria"): a page URL, text (Markdown), or both."""

    id: str | None = ""
    narrative: str | None = ""


@dataclass(frozen=True)
class Alignment:
    """One objective or standard with which the badge is aligned (2.0, "AlignmentObject")."""

    targetName: str | None = ""  # noqa: N815 - the vocabulary's own names
    targetUrl: str | None = ""  # noqa: N815
    targetDescription: str | None = ""  # noqa: N815
    targetFramework: str | None = ""  # noqa: N815
    targetCode: str | None = ""  # noqa: N815


@dataclass(frozen=True)
class CleanImage:
    """An image that is safe to store and serve.

    Parameters
    ----------
    content
        The PNG or SVG, without metadata, scripts, or references.
    content_type
        ``image/png`` or ``image/svg+xml``.
    extension
        ``png`` or ``svg``.
    notices
        What was omitted or changed, for the person who reads the preview.
    """

    content: bytes
    content_type: str
    extension: str
    notices: tuple[Notice, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """The text of each notice."""
        return tuple(map(str, self.notices))


@dataclass(frozen=True)
class BadgeContent[Image]:
    """The fields of a badge class that a replacement overwrites.

    Parameters
    ----------
    name, description, criteria, tags, alignment
        As in 2.0. None means that the badge class doesn't have the field. In a source, "" has the same meaning.
    image
        In a record, ``s3:`` and a key, or a URL. In a source, a URL or a ``data:`` URI at first, and then a
        `CleanImage`.
    """

    name: str
    description: str | None
    criteria: Criteria | None
    image: Image | None
    tags: tuple[str, ...]
    alignment: tuple[Alignment, ...]


@dataclass(frozen=True)
class SourceContent[Image](BadgeContent[Image]):
    """A badge class's content in a source. Fields that the source doesn't have are "".

    Parameters
    ----------
    open_badges_version
        The source's version: "0.5" to "3.0".
    assertion_id
        The ID of the assertion or credential, or the URL from which it was read. None for a badge class itself.
    notices
        What couldn't be checked or kept, for the person who reads the preview.
    """

    description: str
    criteria: Criteria
    open_badges_version: OpenBadgesVersion
    assertion_id: str | None
    notices: tuple[Notice, ...]


@dataclass(frozen=True)
class DescribedBadge(SourceContent[str]):
    """A badge class as a document of any version describes it, before fetching its image and checking its signature.

    Parameters
    ----------
    issuer_id, issuer_name
        The issuer, as the badge class or credential names it. The name is "" if the source has only its URL.
    badge_id
        The ID of the badge class at its source, or "".
    document
        The name of the document that describes it, as used in error messages.
    has_criteria
        Whether it has criteria of any kind, so that a notice can distinguish "none" from "none that can be kept".
    """

    issuer_id: str | None
    issuer_name: str
    badge_id: str
    document: str
    has_criteria: bool


@dataclass(frozen=True)
class BadgeClassProposal(SourceContent[CleanImage]):
    """The new content of a badge class, as read from a source.

    Its texts are unchanged. Any HTML or Markdown in them is data, and must be escaped when displayed. Its URLs are http
    or https; others were omitted with a notice. Its image is cleaned, or None if the source has no image that can be
    read.

    Parameters
    ----------
    host
        The host that published the badge: the one it was read from or, if the badge itself was sent, the one it names.
        "" if unknown.
    issuer_name
        The name of its issuer, or "" if unknown. Nothing proves that the source may use it.
    """

    host: str = ""
    issuer_name: str = ""

    @property
    def warnings(self) -> tuple[str, ...]:
        """The text of each notice."""
        return tuple(map(str, self.notices))
