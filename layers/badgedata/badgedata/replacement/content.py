"""The content of a badge class that a replacement overwrites: as it is, as it would become, and what differs."""

import hashlib
from dataclasses import asdict, astuple
from typing import Any, Final

import msgspec

from badgedata.openbadges.proposals import Alignment, BadgeClassProposal
from badgedata.openbadges.refusals import quoted
from badgedata.records.directory import BadgeClass

FIELDS: Final = ("name", "description", "criteria", "image", "tags", "alignment")

UNBAKED: Final = (".jpg", ".gif", ".webp")

type Content = dict[str, Any]


def current_content(badge_class: BadgeClass) -> Content:
    """Give the content of a badge class, with all of `FIELDS`; what it has not is None or empty.

    ``image`` is as the record has it: ``s3:`` and a key, an address, or None.
    """
    return {
        "name": badge_class.name,
        "description": badge_class.description,
        "criteria": badge_class.criteria.as_dict() if badge_class.criteria else None,
        "image": badge_class.image,
        "tags": list(badge_class.tags or []),
        "alignment": [dict(alignment) for alignment in badge_class.alignment or []],
    }


def proposed_content(proposal: BadgeClassProposal, image: str | None, current: Content) -> tuple[Content, list[str]]:
    """Give the content that a badge class would get, and what to warn of.

    Parameters
    ----------
    image
        What the record would hold of the proposal's image; None where it has none. The badge class's own stays then,
        for a badge class must have one (Open Badges 2.0, "BadgeClass").
    """
    warnings = [warning for warning in proposal.warnings if warning != "The source has no image."]
    if image is None:
        stays = "the badge keeps the one it has" if current["image"] else "and the badge has none either"
        warnings.append(f"The source has no image; {stays}.")
        if (current["image"] or "").endswith(UNBAKED):
            warnings.append("The badge's image is neither a PNG nor an SVG, so the images of awards can't be baked.")
    alignment = [_given(asdict(item)) for item in proposal.alignment if item.targetName and item.targetUrl]
    warnings += [
        f"An alignment is left out, because it needs both a name and an address: {quoted(_named(item))}"
        for item in proposal.alignment
        if not (item.targetName and item.targetUrl)
    ]
    content = {
        "name": proposal.name,
        "description": proposal.description or None,
        "criteria": _given(asdict(proposal.criteria)) or None,
        "image": image or current["image"],
        "tags": list(proposal.tags),
        "alignment": alignment,
    }
    return content, warnings


def changes(current: Content, proposed: Content) -> list[str]:
    """Name the fields that differ."""
    return [name for name in FIELDS if current[name] != proposed[name]]


def digest(content: Content) -> str:
    """Give a short text that is the same for the same content."""
    return hashlib.sha256(msgspec.json.encode(content, order="sorted")).hexdigest()


def overwriting(content: Content) -> list[Any]:
    """Give the update actions that make `content` a badge class's, and count its version up."""
    actions: list[Any] = [BadgeClass.version.add(1), BadgeClass.more.remove()]
    for name in FIELDS:
        attribute, value = getattr(BadgeClass, name), content[name]
        actions.append(attribute.remove() if value in (None, [], {}) else attribute.set(value))
    return actions


def _given(fields: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value}


def _named(alignment: Alignment) -> str:
    return "; ".join(filter(None, astuple(alignment))) or "an empty one"
