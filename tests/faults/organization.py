"""The organization that fault cases export: three issuers with badge classes, awards, groups, learners, and pathways.

The images of the issuer `beta` are stored in this deployment, so that a document can embed them. All awards are
counted, so that a large export is split immediately.
"""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from badgedata import clock, stored_images
from badgedata.counts.recount import recount_issuer
from badgedata.records.awards import Award, sort_key
from badgedata.records.directory import BadgeClass, Issuer, Learner, Organization, Pathway, RecipientGroup
from tests.support.images import noise_png

ORGANIZATION = "faulty"
ISSUERS = ("alpha", "beta", "gamma")
AWARDS_AN_ISSUER = 40
UNAWARDED_BADGES_AN_ISSUER = 3
GROUPS_AN_ISSUER = 3
LEARNERS_A_GROUP = 3
ALIGNMENTS_A_GROUP = 2
ISSUER_WITH_IMAGES = "beta"
AWARDS_AN_IMAGE = 4
"""For the issuer with images, one in this many awards has its own image."""


def fill() -> None:
    """Create the organization."""
    Organization(*Organization.key(ORGANIZATION), entity_id=ORGANIZATION, name="Faulty", plan="paid").save()
    for issuer_id in ISSUERS:
        Issuer(
            *Issuer.key(issuer_id),
            parent=Issuer.parent_key(ORGANIZATION),
            entity_id=issuer_id,
            organization_id=ORGANIZATION,
            name=f"Issuer {issuer_id}",
        ).save()
        _add_badge_classes(issuer_id)
        _add_awards(issuer_id)
        _add_pathways(issuer_id)
        _add_groups(issuer_id)
        list(recount_issuer(issuer_id))


def _add_badge_classes(issuer_id: str) -> None:
    names = {f"{issuer_id}-badge": f"Badge, of {issuer_id}"} | {
        f"{issuer_id}-unawarded-{number}": f"Badge {number} of {issuer_id}"
        for number in range(UNAWARDED_BADGES_AN_ISSUER)
    }
    with BadgeClass.batch_write() as batch:
        for number, (badge_class_id, name) in enumerate(names.items()):
            batch.save(
                BadgeClass(
                    *BadgeClass.key(badge_class_id),
                    parent=BadgeClass.parent_key(issuer_id),
                    entity_id=badge_class_id,
                    issuer_id=issuer_id,
                    name=name,
                    image=_stored_badge_image(issuer_id, number),
                    tags=["welding", f"level-{number}"],
                    created_at=f"2025-12-0{1 + number}T08:00:00Z",
                )
            )


def _add_awards(issuer_id: str) -> None:
    with Award.batch_write() as batch:
        for number in range(AWARDS_AN_ISSUER):
            issued_on = datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(hours=7 * number)
            award_id = f"{issuer_id}-{number:04}"
            batch.save(
                Award(
                    issuer_id,
                    sort_key(issued_on, award_id),
                    award_id=award_id,
                    badge_class_id=f"{issuer_id}-badge",
                    recipient_type="email",
                    recipient_identity=f"learner.{number}@example.org",
                    issued_on=clock.rfc3339(issued_on),
                    narrative=f'"Narrative", of {number}\r\n' + "é" * 150,
                    image=_stored_award_image(issuer_id, award_id, number) if issuer_id == ISSUER_WITH_IMAGES else None,
                )
            )


def _add_pathways(issuer_id: str) -> None:
    requirements = [
        {"entityId": f"{issuer_id}-requirement-{number}", "name": f"Step {number}", "type": "experience"}
        for number in range(3)
    ]
    pathway_id = f"{issuer_id}-pathway"
    Pathway(
        *Pathway.key(issuer_id, pathway_id),
        entity_id=pathway_id,
        name=f"Pathway, of {issuer_id}",
        status="published",
        requirements=requirements,
    ).save()


def _add_groups(issuer_id: str) -> None:
    alignments = [
        {"type": "badge", "entityId": f"{issuer_id}-badge", "name": "As it was called"},
        {"type": "pathway", "entityId": f"{issuer_id}-pathway", "name": "As it was called"},
    ]
    with RecipientGroup.batch_write() as groups, Learner.batch_write() as learners:
        for number in range(GROUPS_AN_ISSUER):
            group_id = f"{issuer_id}-group-{number}"
            groups.save(
                RecipientGroup(
                    *RecipientGroup.key(issuer_id, group_id),
                    entity_id=group_id,
                    name=f'Group "{number}" of {issuer_id}',
                    created_at="2026-01-01T08:00:00Z",
                    staff=[{"name": f"Staff {number}", "id": f"staff-{number}"}],
                    alignments=alignments,
                    learner_count=LEARNERS_A_GROUP,
                )
            )
            for learner in range(LEARNERS_A_GROUP):
                learners.save(_learner(issuer_id, group_id, learner))


def _learner(issuer_id: str, group_id: str, number: int) -> Learner:
    learner_id = f"{group_id}-learner-{number}"
    progress: list[Any] = [{"alignment": f"{issuer_id}-pathway", "completed": number % 4, "required": 3}]
    return Learner(
        *Learner.key(issuer_id, group_id, learner_id), entity_id=learner_id, name=f"Learner {number}", progress=progress
    )


def _stored_badge_image(issuer_id: str, number: int) -> str | None:
    if issuer_id != ISSUER_WITH_IMAGES:
        return None
    content = noise_png(random.Random(f"badge {number}"))
    image = stored_images.badge_image(content, "png")
    stored_images.put(image, content)
    return image.in_record


def _stored_award_image(issuer_id: str, award_id: str, number: int) -> str | None:
    if issuer_id != ISSUER_WITH_IMAGES or number % AWARDS_AN_IMAGE:
        return None
    image = stored_images.baked_image(issuer_id, award_id, "1", "png", hides_recipient=True)
    stored_images.put(image, noise_png(random.Random(f"award {number}")))
    return image.in_record
