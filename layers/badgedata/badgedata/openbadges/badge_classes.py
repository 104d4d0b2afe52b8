"""Convert a badge class from any Open Badges version to the fields that a replacement overwrites."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from badgedata.openbadges.json_documents import JsonDocument, text_of
from badgedata.openbadges.links import is_text, web_link
from badgedata.openbadges.notices import Notice
from badgedata.openbadges.rejections import quoted

type OpenBadgesVersion = Literal["0.5", "1.0", "1.1", "2.0", "2.1", "3.0"]
MAX_NAMED_FIELDS: Final = 50
# These fields identify a badge class at its source. The badge class that is replaced keeps its own identity.
IDENTITY: Final = ("@context", "id", "@id", "type", "@type", "issuer")
KNOWN_FIELDS: Final = (
    *IDENTITY,
    "name",
    "description",
    "criteria",
    "alignment",
    "alignments",
    "tags",
    "tag",
    "image",
)


@dataclass(frozen=True)
class Criteria:
    """The criteria for earning a badge (Open Badges 2.0, "Criteria"): the URL of a page, Markdown text, or both."""

    id: str | None = ""
    narrative: str | None = ""


@dataclass(frozen=True)
class Alignment:
    """An objective or standard that a badge is aligned with (Open Badges 2.0, "AlignmentObject")."""

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
        A PNG or SVG without metadata, scripts, or external references.
    content_type
        ``image/png`` or ``image/svg+xml``.
    extension
        ``png`` or ``svg``.
    notices
        Notices about omitted or changed parts of the image, for the person who reads the preview.
    """

    content: bytes
    content_type: str
    extension: str
    notices: tuple[Notice, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """The notices as text."""
        return tuple(map(str, self.notices))


@dataclass(frozen=True)
class BadgeContent[Image]:
    """The fields of a badge class that a replacement overwrites.

    Parameters
    ----------
    name, description, criteria, tags, alignment
        As in Open Badges 2.0. None means that the field isn't set. In a source, "" has the same meaning.
    image
        In a record, either a URL or ``s3:`` followed by an object key. In a source, a URL or a ``data:`` URI. In a
        proposal, a `CleanImage`.
    """

    name: str
    description: str | None
    criteria: Criteria | None
    image: Image | None
    tags: tuple[str, ...]
    alignment: tuple[Alignment, ...]


@dataclass(frozen=True)
class SourceContent[Image](BadgeContent[Image]):
    """The content of a badge class, as read from a source. Missing text fields are "".

    Parameters
    ----------
    open_badges_version
        The Open Badges version of the source, from "0.5" to "3.0".
    assertion_id
        The ID or URL of the assertion or credential. None if the source is itself a badge class.
    notices
        Notices about content that couldn't be checked or kept, for the person who reads the preview.
    """

    description: str
    criteria: Criteria
    open_badges_version: OpenBadgesVersion
    assertion_id: str | None
    notices: tuple[Notice, ...]


@dataclass(frozen=True)
class DescribedBadge(SourceContent[str]):
    """A badge class as described by its document, before the image and the signature are checked.

    Parameters
    ----------
    issuer_id, issuer_name
        The issuer's ID and name, as given in the badge class or credential. The name is "" if the source contains only
        the issuer's URL.
    badge_id
        The ID of the badge class at its source, or "" if the badge class has no ID.
    document
        The name of the document that describes the badge class, as used in error messages.
    has_criteria
        Whether the source contains any criteria, even if none of them can be kept.
    """

    issuer_id: str | None
    issuer_name: str
    badge_id: str
    document: str
    has_criteria: bool


@dataclass(frozen=True)
class BadgeClassProposal(SourceContent[CleanImage]):
    """The new content of a badge class, as read from a source.

    Text fields are copied unchanged, so any HTML or Markdown in them must be escaped when displayed. URLs that don't
    use http or https are omitted and reported in `notices`. The image is None if the source contains no readable image.

    Parameters
    ----------
    host
        The host in the source's URL. If the badge itself was sent instead of a URL, this is the host in one of the
        badge's IDs. "" if unknown.
    issuer_name
        The issuer's name according to the source. The name isn't verified. "" if unknown.
    """

    host: str = ""
    issuer_name: str = ""

    @property
    def warnings(self) -> tuple[str, ...]:
        """The notices as text."""
        return tuple(map(str, self.notices))


def described_badge(
    badge: JsonDocument,
    version: OpenBadgesVersion,
    *,
    assertion_id: str | None,
    issuer_id: str | None,
    issuer_name: str,
    base: str | None,
    image: str | None,
    notices: list[Notice],
) -> DescribedBadge:
    """Convert a badge class or achievement from any Open Badges version to a `DescribedBadge`.

    Parameters
    ----------
    base
        The base URL for relative references in the badge class.
    image
        The image's absolute URL, or a data: URI.
    notices
        The list that notices are appended to. Each part of the badge class is either in the result or named in a
        notice.
    """
    fields = KNOWN_FIELDS + (("version",) if version == "0.5" else ())  # in 0.5, the Open Badges version
    left_out = badge.left_out(*fields)
    for image_object in badge.children("image"):
        left_out += image_object.left_out(*IDENTITY)
    badge.note_others(notices, "name", "description", "image")
    criteria = _criteria(badge, base, notices, left_out)
    alignment = dict.fromkeys(_alignment(badge, base, notices, left_out))
    if left_out := list(dict.fromkeys(left_out)):
        named = ", ".join(quoted(name) for name in left_out[:MAX_NAMED_FIELDS])
        more = f", and {len(left_out) - MAX_NAMED_FIELDS} more" if len(left_out) > MAX_NAMED_FIELDS else ""
        notices.append(Notice("fields-left-out", (named + more,)))
    return DescribedBadge(
        open_badges_version=version,
        assertion_id=assertion_id,
        issuer_id=issuer_id,
        issuer_name=issuer_name,
        badge_id=badge.identifier(),
        name=badge.required_text("name"),
        description=badge.text("description"),
        criteria=criteria,
        alignment=tuple(alignment),
        tags=badge.texts("tags", "tag"),
        image=image,
        document=badge.document,
        notices=tuple(notices),
        has_criteria=bool(badge.values("criteria")),
    )


def _alignment(
    badge: JsonDocument, base: str | None, notices: list[Notice], left_out: list[str]
) -> Iterator[Alignment]:
    for name in ("alignment", "alignments"):
        for item in badge.values(name):
            if isinstance(item, dict):
                child = JsonDocument(item, badge.document, badge.url, f"{badge.path}{name}.")
                yield _alignment_of(child, base, notices, left_out)
            elif (text := text_of(item)) is None:
                badge.reject(name, "a list of alignments", badge.fields[name])
            elif is_text(text):
                yield Alignment(targetName=text)
            else:
                yield Alignment(targetUrl=web_link(text, base, "an alignment", notices))


def _alignment_of(item: JsonDocument, base: str | None, notices: list[Notice], left_out: list[str]) -> Alignment:
    """Return the alignment that a JSON object describes.

    In Open Badges 1.0 and 1.1, the object's fields don't have the prefix ``target``: they are ``name``, ``url``, and
    ``description``.
    """
    name = item.first_of("targetName", "name")
    url = item.first_of("targetUrl", "url")
    description = item.first_of("targetDescription", "description")
    address = item.name_of(url)
    texts = (name, description, "targetFramework", "targetCode", *([url] if address else []))
    item.note_others(notices, *texts)
    left_out += item.left_out("type", "@type", *texts)
    return Alignment(
        targetName=item.text(name),
        targetUrl=web_link(address, base, "an alignment", notices),
        targetDescription=item.text(description),
        targetFramework=item.text("targetFramework"),
        targetCode=item.text("targetCode"),
    )


def _criteria(badge: JsonDocument, base: str | None, notices: list[Notice], left_out: list[str]) -> Criteria:
    """Return the first URL and the first narrative in a badge class's ``criteria`` field.

    The field may contain URLs, text, and objects with a URL, text, or both.
    """
    addresses: list[str] = []
    narratives: list[str] = []
    for item in badge.values("criteria"):
        if isinstance(item, dict) and "@value" not in item:
            criteria = JsonDocument(item, badge.document, badge.url, f"{badge.path}criteria.")
            address = criteria.first_of("id", "@id")
            text_or_address, narrative = criteria.label(address), criteria.text("narrative")
            criteria.note_others(notices, address, "narrative")
            left_out += criteria.left_out("type", "@type", "narrative", *([address] if text_or_address else []))
        elif (text := text_of(item)) is not None:
            text_or_address, narrative = text, ""
        else:
            badge.reject("criteria", "a URL, text, or an object", badge.fields["criteria"])
        is_narrative = is_text(text_or_address)
        narratives += [text for text in (narrative, text_or_address if is_narrative else "") if text]
        if not is_narrative and (address := web_link(text_or_address, base, "the criteria", notices)):
            addresses.append(address)
    for kind, values in (("URLs", addresses), ("texts", narratives)):
        if len(values) > 1:
            notices.append(Notice("criteria-left-out", (len(values), kind, quoted("; ".join(values[1:])))))
    return Criteria(addresses[0] if addresses else "", narratives[0] if narratives else "")
