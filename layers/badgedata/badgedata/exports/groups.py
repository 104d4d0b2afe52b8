"""An issuer's recipient groups, and the badges and pathways that they work toward."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from badgedata.documents import GroupAlignment, RecipientGroup, Requirement
from badgedata.exports.directory_lists import badge_classes_after, groups_from, pathways_from
from badgedata.exports.document_parts import group_part, pathway_part
from badgedata.records import directory
from badgedata.text import without_control_characters


@dataclass(frozen=True)
class Group:
    """A group and its number of learners."""

    part: RecipientGroup
    learner_count: int

    @property
    def id(self) -> str:
        """The group's ID."""
        return self.part.entity_id

    @property
    def alignments(self) -> list[GroupAlignment]:
        """The badges and pathways that the group works toward."""
        return self.part.alignments or []


class Targets:
    """The badge classes and pathways that an issuer's groups work toward."""

    def __init__(self, issuer_id: str) -> None:
        self._issuer_id = issuer_id

    @cached_property
    def _pathways(self) -> dict[str, directory.Pathway]:
        return {pathway.entity_id: pathway for pathway in pathways_from(self._issuer_id)}

    @cached_property
    def _badge_names(self) -> dict[str, str]:
        return {badge_class.entity_id: badge_class.name for badge_class in badge_classes_after(self._issuer_id)}

    def name_of(self, alignment: GroupAlignment) -> str | None:
        """Return the current name of an alignment's badge or pathway, or the group's stored name if it was deleted."""
        if alignment.type == "badge":
            name = self._badge_names.get(alignment.entity_id)
        else:
            pathway = self._pathways.get(alignment.entity_id)
            name = pathway.name if pathway is not None else None
        return alignment.name if name is None else without_control_characters(name)

    def requirements_of(self, alignment: GroupAlignment) -> list[Requirement]:
        """Return an alignment's requirements: the group's own, or the pathway's if the group lists none."""
        if alignment.requirements is None and alignment.type == "pathway":
            pathway = self._pathways.get(alignment.entity_id)
            return (pathway_part(pathway).requirements or []) if pathway is not None else []
        return alignment.requirements or []


def selected_groups(issuer_id: str, include_archived: bool, group_id: str = "") -> Iterator[Group]:
    """Read an export's groups, starting with the ID `group_id`."""
    for group in groups_from(issuer_id, group_id):
        if include_archived or not group.archived:
            yield Group(group_part(group), int(group.learner_count or 0))
