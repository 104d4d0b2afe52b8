"""The Directory table's contents in the deployment that benchmarks export from."""

from badgedata.records.awards import Award
from badgedata.records.directory import BadgeClass, Issuer, Member, Organization
from badgedata.records.exports import Export
from badgedata.records.trail import TrailEntry
from tests.benchmarks.recorded_pages import BADGE_CLASSES, badge_class_id

ADMIN = "ada@example.org"
ORGANIZATION_ID = "bench-organization"
ISSUER_IDS = tuple(f"bench-issuer-{number:02}" for number in range(10))
"""The organization's issuers. Each has the recorded awards."""

WARM_UP_ISSUER_ID = "bench-warm-up"
"""An issuer in another organization, with a few awards, for warming up before measurements."""


def make_tables() -> None:
    """Create the tables, and the Directory items that an export needs."""
    for model in (Issuer, Award, Export, TrailEntry):
        model.create_table(billing_mode="PAY_PER_REQUEST")
    _organization(ORGANIZATION_ID, ISSUER_IDS)
    _organization("bench-warm-up-organization", (WARM_UP_ISSUER_ID,))


def _organization(organization_id: str, issuer_ids: tuple[str, ...]) -> None:
    Organization(
        *Organization.key(organization_id), entity_id=organization_id, name="Aurora University", plan="paid"
    ).save()
    Member(
        *Member.key(ADMIN, organization_id, None),
        parent=Member.parent_key(organization_id),
        entity_id=f"{ADMIN}#{organization_id}",
        role="admin",
        organization_id=organization_id,
    ).save()
    for issuer_id in issuer_ids:
        Issuer(
            *Issuer.key(issuer_id),
            parent=Issuer.parent_key(organization_id),
            entity_id=issuer_id,
            organization_id=organization_id,
            name="Aurora University, School of Science",
            url="https://aurora.example.org/science",
            email="badges@aurora.example.org",
        ).save()
        for number in range(BADGE_CLASSES):
            _badge_class(issuer_id, badge_class_id(number), number)


def _badge_class(issuer_id: str, entity_id: str, number: int) -> None:
    key = BadgeClass.key(entity_id)
    if issuer_id != ISSUER_IDS[0]:
        # All issuers use the same badge classes, because their awards are the same.
        key = f"{key[0]}@{issuer_id}", key[1]
    BadgeClass(
        *key,
        parent=BadgeClass.parent_key(issuer_id),
        entity_id=entity_id,
        issuer_id=issuer_id,
        name=f"Laboratory Practice, Level {number + 1}",
        description="Plans, runs and documents experiments safely.",
        criteria={"narrative": "Three experiments, each with a report."},
        created_at="2023-10-01T09:00:00Z",
    ).save()
