"""The texts of a proposal without the control characters that no text here may hold (badgedata.text)."""

from dataclasses import fields, is_dataclass, replace
from typing import Any, Final

from badgedata.openbadges.proposals import BadgeClassProposal
from badgedata.openbadges.refusals import SourceRefused
from badgedata.text import without_control_characters

FIELDS: Final = ("name", "description", "criteria", "alignment", "tags", "assertion_id")


def without_control_characters_in(proposal: BadgeClassProposal) -> BadgeClassProposal:
    """Return a proposal whose texts are clean, with a warning that names the fields that were not.

    Raises
    ------
    SourceRefused
        ``not-open-badges`` if nothing of the name is left.
    """
    cleaned = {name: _cleaned(getattr(proposal, name)) for name in FIELDS}
    changed = [name for name in FIELDS if cleaned[name] != getattr(proposal, name)]
    if not changed:
        return proposal
    if not cleaned["name"]:
        raise SourceRefused("not-open-badges", "the badge class", "its name has nothing but control characters")
    cleaned["tags"] = tuple(tag for tag in cleaned["tags"] if tag)
    named = ", ".join("the assertion's id" if name == "assertion_id" else name for name in changed)
    warning = f"Control characters were removed from: {named}."
    return replace(proposal, **cleaned, warnings=(*proposal.warnings, warning))


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        text = without_control_characters(value)
        return text if text == value else text.strip()
    if isinstance(value, tuple):
        return tuple(map(_cleaned, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _cleaned(getattr(value, field.name)) for field in fields(value)})
    return value
