"""Ask for a replacement: the source is read, and what the badge class would become is kept for a person to look at."""

from dataclasses import replace

from badgedata import stored_images
from badgedata.access import find_badge_class
from badgedata.identifiers import new_id
from badgedata.records.directory import BadgeClass
from badgedata.records.replacements import Replacement
from badgedata.replacement import lifecycle
from badgedata.replacement.content import Source, changes, current_content, proposed_content


def preview(badge_class: BadgeClass, source: Source, requested_by: str) -> Replacement:
    """Read the source, and keep what the badge class would become, for an hour. Only its image is stored already.

    Raises
    ------
    Problem
        422 or 413 with the reason why the source is refused (`propose`).
    """
    # Not before it is needed: what reads sources takes longer to load than all the rest of the API.
    from badgedata.replacement.proposing import propose

    proposal = propose(source)
    # Read again, for it may have been replaced a moment ago, and sources take their time.
    badge_class = find_badge_class(badge_class.entity_id, consistent=True) or badge_class
    replacement_id, image = new_id(), None
    if proposal.image is not None:
        image = stored_images.badge_image(proposal.image.content, proposal.image.extension)
    current = current_content(badge_class)
    proposed, notices = proposed_content(proposal, image.in_record if image else None, current)
    changed = changes(current, proposed)
    if proposal.image is not None and image is not None:
        shown = stored_images.preview_image(replacement_id, image)
        stored_images.put(shown, proposal.image.content)
        proposed = replace(proposed, image=shown.in_record)
    return lifecycle.begin(
        badge_class,
        requested_by,
        replacement_id=replacement_id,
        source={
            "kind": source.kind,
            "openBadgesVersion": proposal.open_badges_version,
            "assertionId": proposal.assertion_id,
        },
        proposed=proposed,
        changes=changed,
        warnings=[str(notice) for notice in notices],
    )
