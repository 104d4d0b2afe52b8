"""The source of a replacement, and a badge class's content before and after the replacement."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass, fields
from typing import Any, Final, Literal

import msgspec

from badgedata.openbadges.badge_classes import Alignment, BadgeClassProposal, BadgeContent, Criteria
from badgedata.openbadges.notices import Notice
from badgedata.openbadges.rejections import quoted
from badgedata.records.directory import BadgeClass
from badgedata.stored_images import UNBAKED_EXTENSIONS

FIELDS: Final = ("name", "description", "criteria", "image", "tags", "alignment")
"""The fields of a badge class that a replacement overwrites, in the order of the API's JSON."""

type SourceKind = Literal["url", "json", "image"]

type Content = BadgeContent[str]
"""The content of a badge class, as stored in records. Its image is either ``s3:`` followed by a key, or a URL."""


@dataclass(frozen=True)
class Source:
    """The source of a replacement's new content.

    Parameters
    ----------
    kind
        The kind of content: a URL, JSON, or an image.
    content
        For ``url``, the URL. For ``json``, the assertion or badge class as an object, a string, or a data: URI. For
        ``image``, the image in Base64 or as a data: URI.
    """

    kind: SourceKind
    content: Any


def current_content(badge_class: BadgeClass) -> Content:
    """Return the content of a badge class, as stored in its record."""
    return BadgeContent(
        name=badge_class.name,
        description=badge_class.description,
        criteria=_criteria(badge_class.criteria.as_dict()) if badge_class.criteria else None,
        image=badge_class.image,
        tags=tuple(badge_class.tags or ()),
        alignment=tuple(_alignment(dict(alignment)) for alignment in badge_class.alignment or ()),
    )


def proposed_content(
    proposal: BadgeClassProposal, image: str | None, current: Content
) -> tuple[Content, tuple[Notice, ...]]:
    """Return a badge class's content after a replacement, and any notices.

    Parameters
    ----------
    image
        The proposal's image, as stored in a record. If it is None, the badge class keeps its current image. A badge
        class must have an image (Open Badges 2.0, "BadgeClass").
    """
    notices = [notice for notice in proposal.notices if notice.code != "no-image"]
    if image is None:
        if not current.image:
            notices.append(Notice("no-image-at-all"))
        elif all(notice.code != "image-not-loaded" for notice in notices):
            notices.append(Notice("image-kept"))
        if (current.image or "").endswith(tuple(f".{extension}" for extension in UNBAKED_EXTENSIONS)):
            notices.append(Notice("award-images-unbaked"))
    notices += [
        Notice("alignment-left-out", (quoted(_description(item)),))
        for item in proposal.alignment
        if not _has_target(item)
    ]
    criteria = _without_empty(proposal.criteria)
    content = BadgeContent(
        name=proposal.name,
        description=proposal.description or None,
        criteria=_criteria(criteria) if criteria else None,
        image=image or current.image,
        tags=proposal.tags,
        alignment=tuple(_alignment(_without_empty(item)) for item in proposal.alignment if _has_target(item)),
    )
    return content, tuple(notices)


def changes(current: Content, proposed: Content) -> list[str]:
    """Return the names of the fields that a replacement would change."""
    return [name for name in FIELDS if getattr(current, name) != getattr(proposed, name)]


def content_json(content: Content) -> dict[str, Any]:
    """Return content as JSON for a replacement's record. API responses contain the same JSON, except for the image."""
    return {
        "name": content.name,
        "description": content.description,
        "criteria": None if content.criteria is None else _without_missing(content.criteria),
        "image": content.image,
        "tags": list(content.tags),
        "alignment": [_without_missing(item) for item in content.alignment],
    }


def content_of_json(stored: Mapping[str, Any]) -> Content:
    """Return the content stored in a replacement's record."""
    return BadgeContent(
        name=stored["name"],
        description=stored["description"],
        criteria=None if stored["criteria"] is None else _criteria(stored["criteria"]),
        image=stored["image"],
        tags=tuple(stored["tags"]),
        alignment=tuple(map(_alignment, stored["alignment"])),
    )


def digest(content: Content) -> str:
    """Return the hexadecimal SHA-256 hash of a badge class's content, for detecting changes."""
    return hashlib.sha256(msgspec.json.encode(content_json(content), order="sorted")).hexdigest()


def overwriting(content: Content) -> list[Any]:
    """Return the update actions that write `content` to a badge class and increment the badge class's version."""
    actions: list[Any] = [BadgeClass.version.add(1), BadgeClass.more.remove()]
    for name, value in content_json(content).items():
        attribute = getattr(BadgeClass, name)
        actions.append(attribute.remove() if value in (None, [], {}) else attribute.set(value))
    return actions


def _criteria(stored: Mapping[str, Any]) -> Criteria:
    return Criteria(**{field.name: stored.get(field.name) for field in fields(Criteria)})


def _alignment(stored: Mapping[str, Any]) -> Alignment:
    return Alignment(**{field.name: stored.get(field.name) for field in fields(Alignment)})


def _without_empty(part: Criteria | Alignment) -> dict[str, str]:
    return {name: value for name, value in asdict(part).items() if value}


def _without_missing(part: Criteria | Alignment) -> dict[str, str]:
    return {name: value for name, value in asdict(part).items() if value is not None}


def _has_target(alignment: Alignment) -> bool:
    return bool(alignment.targetName and alignment.targetUrl)


def _description(alignment: Alignment) -> str:
    return "; ".join(filter(None, astuple(alignment))) or "an empty one"
