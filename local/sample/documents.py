"""Put the sample organizations together as organization documents, whose longer parts are iterators."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from random import Random

from local.sample.awards import BASE_URL, END_DAY, SEED, JsonObject, awards, entity_id, person, stream_of_chance
from local.sample.catalogue import BadgeClassEntry, GroupEntry, IssuerEntry, OrganizationEntry, PathwayEntry
from local.sample.images import data_uri
from local.sample.names import STAFF_NAMES

LEARNERS = 90  # of each issuer; they share the groups' places, so that many are in several groups
EXPORTED_AT = f"{END_DAY}T00:00:00Z"
OPTIONS = {
    "includeBadgeClasses": True,
    "includeAssertions": True,
    "includeRecipientGroups": True,
    "includePathways": True,
    "embedImages": True,
    "compress": False,
}
VISIBILITIES = ("public", "group", "private")
THRESHOLDS = ("1 of 1", "2 of 3", "3 of 5")


@dataclass(frozen=True, slots=True)
class Sample:
    """What the documents of one run have in common; `people` is how many there are to earn badges."""

    seed: int
    base_url: str
    people: int

    def url(self, kind: str, entity_id: str) -> str:
        """Return the public address of an `issuers`, `badges` or `assertions` document."""
        return f"{self.base_url}/public/{kind}/{entity_id}"


def organization_document(
    organization: OrganizationEntry, count: int, *, seed: int = SEED, base_url: str = BASE_URL
) -> JsonObject:
    """Return the document of an organization with `count` awards in all.

    The issuers, and in each the badge classes, their assertions, groups and pathways, are iterators, to be read once
    and in the order of the document, as `json_text` does.
    """
    sample = Sample(seed, base_url.rstrip("/"), people=count // 3 + LEARNERS)
    counts = shared_out(count, [issuer.share for issuer in organization.issuers])
    return {
        "format": "badge-data-management/organization",
        "formatVersion": 1,
        "organization": {"entityId": organization.entity_id, "name": organization.name, "plan": organization.plan},
        "members": [dict(zip(("email", "role", "issuer"), member, strict=False)) for member in organization.members],
        "issuers": (
            issuer_document(organization.site, issuer, issuer_count, sample)
            for issuer, issuer_count in zip(organization.issuers, counts, strict=True)
        ),
    }


def issuer_document(site: str, issuer: IssuerEntry, count: int, sample: Sample) -> JsonObject:
    """Return the document of an issuer with `count` awards; its longer parts are iterators."""
    counts = shared_out(count, [entry.share for entry in issuer.badge_classes])
    # Filled as the awards go by, and read by the groups, which come after them in the document.
    last_earned: dict[str, JsonObject] = {}
    return {
        "@context": "https://w3id.org/openbadges/v2",
        "format": "badge-data-management/issuer",
        "formatVersion": 1,
        "exportedAt": EXPORTED_AT,
        "options": OPTIONS,
        "issuer": {
            "id": sample.url("issuers", issuer.entity_id),
            "type": "Profile",
            "entityId": issuer.entity_id,
            "name": issuer.name,
            "url": f"{site}/{issuer.entity_id}",
            "email": f"{issuer.entity_id}@example.org",
            "description": issuer.description,
            "image": data_uri(issuer.look),
        },
        "badgeClasses": (
            _badge_class(site, issuer, entry, entry_count, sample, last_earned)
            for entry, entry_count in zip(issuer.badge_classes, counts, strict=True)
        ),
        "recipientGroups": (_group(issuer, group, sample, last_earned) for group in issuer.groups),
        "pathways": (_pathway(issuer, pathway, sample) for pathway in issuer.pathways),
    }


def shared_out(count: int, shares: list[int]) -> list[int]:
    """Divide `count` in proportion to `shares`, to whole numbers that add up to it.

    >>> shared_out(10, [2, 1, 0])
    [7, 3, 0]
    """
    total = sum(shares)
    so_far = [sum(shares[:number]) * count for number in range(len(shares) + 1)]
    # Rounding where each part begins, not each part, keeps the sum right.
    begins = [(2 * value + total) // (2 * total) for value in so_far]
    return [end - begin for begin, end in pairwise(begins)]


def _badge_class(
    site: str,
    issuer: IssuerEntry,
    entry: BadgeClassEntry,
    count: int,
    sample: Sample,
    last_earned: dict[str, JsonObject],
) -> JsonObject:
    badge_class_id = _badge_class_id(issuer, entry, sample)
    since = date.fromisoformat(entry.since)
    criteria = {"id": f"{site}/criteria/{badge_class_id}"} if entry.criteria_page else {}
    if entry.criteria:
        criteria["narrative"] = entry.criteria
    badge_class: JsonObject = {
        "id": sample.url("badges", badge_class_id),
        "type": "BadgeClass",
        "entityId": badge_class_id,
        "issuer": sample.url("issuers", issuer.entity_id),
        "name": entry.name,
        "description": entry.description,
        "image": data_uri(entry.look, title=entry.name, svg=entry.svg),
        "criteria": criteria,
    }
    if entry.alignment:
        badge_class["alignment"] = [
            {
                key: value
                for key, value in (
                    ("targetName", target.name),
                    ("targetUrl", target.url),
                    ("targetDescription", target.description),
                    ("targetFramework", target.framework),
                    ("targetCode", target.code),
                )
                if value
            }
            for target in entry.alignment
        ]
    if entry.tags:
        badge_class["tags"] = list(entry.tags)
    badge_class["createdAt"] = f"{since - timedelta(days=30)}T09:00:00Z"
    badge_class["assertions"] = _noting_the_last(
        awards(
            badge_class_id,
            count,
            seed=sample.seed,
            base_url=sample.base_url,
            people=sample.people,
            since=since,
            valid_days=entry.valid_days,
        ),
        entry.name,
        last_earned,
        sample,
    )
    return badge_class


def _noting_the_last(
    assertions: Iterable[JsonObject], name: str, last_earned: dict[str, JsonObject], sample: Sample
) -> Iterator[JsonObject]:
    """Pass assertions on, and note for each learner of groups the last badge earned, by e-mail."""
    learners = frozenset(person(number, sample.seed).email for number in range(LEARNERS))
    for assertion in assertions:
        email = assertion["recipient"]["identity"]
        if email in learners and "revoked" not in assertion:
            earned = {"name": name, "issuedOn": assertion["issuedOn"]}
            last_earned[email] = max(last_earned.get(email, earned), earned, key=lambda award: award["issuedOn"])
        yield assertion


def _group(issuer: IssuerEntry, entry: GroupEntry, sample: Sample, last_earned: dict[str, JsonObject]) -> JsonObject:
    group_id = entity_id(sample.seed, "group", issuer.entity_id, entry.name)
    rng = stream_of_chance(sample.seed, "group", group_id)
    alignments = [_alignment(issuer, name, sample) for name in entry.alignments]
    creation: JsonObject = {"method": entry.created_by}
    if entry.created_by == "lms":
        course = f"course-v1:Aurora+{rng.randrange(100, 1000)}+2026"
        creation |= {
            "courseId": course,
            "url": f"https://lms.example.com/launch?course={course.replace('+', '%2B')}&to=/badges,all",
        }
    elif entry.created_by == "pathway":
        creation["pathway"] = next(item["entityId"] for item in alignments if item["type"] == "pathway")
    group: JsonObject = {
        "entityId": group_id,
        "name": entry.name,
        "description": f"{entry.name}: {entry.learners} learners" if entry.learners else "",
        "archived": entry.archived,
        "createdAt": f"{date(2023, 9, 1) + timedelta(days=rng.randrange(1000))}T{rng.randrange(8, 18):02}:30:00Z",
        "creation": creation,
    }
    if entry.expires_by:
        ends = END_DAY + timedelta(days=rng.randrange(-600, -30) if entry.archived else rng.randrange(60, 700))
        group["expiration"] = {"date": f"{ends}T23:59:59Z", "method": entry.expires_by}
    staff = rng.sample(STAFF_NAMES, entry.staff)
    learners = sorted(rng.sample(range(LEARNERS), entry.learners))
    return group | {
        "staff": [{"name": name, "id": entity_id(sample.seed, "staff", name)} for name in staff],
        "alignments": alignments,
        "learners": [_learner(rng, number, alignments, sample, last_earned) for number in learners],
    }


def _alignment(issuer: IssuerEntry, name: str, sample: Sample) -> JsonObject:
    for pathway in issuer.pathways:
        if pathway.name == name:
            found = _pathway(issuer, pathway, sample)
            return {
                "type": "pathway",
                "entityId": found["entityId"],
                "name": name,
                "requirements": found["requirements"],
            }
    badge_class = next(entry for entry in issuer.badge_classes if entry.name == name)
    requirements = [name]
    if badge_class.criteria:
        requirements.append("Proof of the criteria, handed in")
    badge_class_id = _badge_class_id(issuer, badge_class, sample)
    return {
        "type": "badge",
        "entityId": badge_class_id,
        "name": name,
        "requirements": _requirements(issuer, badge_class_id, requirements, sample),
    }


def _learner(
    rng: Random, number: int, alignments: list[JsonObject], sample: Sample, last_earned: dict[str, JsonObject]
) -> JsonObject:
    name, email = person(number, sample.seed)
    learner: JsonObject = {"id": entity_id(sample.seed, "learner", email), "name": name}
    if email in last_earned:
        learner["lastBadgeEarned"] = last_earned[email]
    learner["progress"] = []
    for alignment in alignments:
        if rng.random() < 0.1:
            continue  # joined, and has not opened it yet
        required = len(alignment["requirements"])
        chance = rng.random()
        completed = 0 if chance < 0.2 else required if chance > 0.6 else rng.randrange(required + 1)
        learner["progress"].append(
            {
                "alignment": alignment["entityId"],
                "completed": completed,
                "required": required,
                "evidence": [
                    f"https://portfolio.example.org/{learner['id'][:8]}/{alignment['entityId']}/{step + 1}"
                    for step in range(completed)
                    if rng.random() < 0.6
                ],
            }
        )
    return learner


def _pathway(issuer: IssuerEntry, entry: PathwayEntry, sample: Sample) -> JsonObject:
    pathway_id = entry.entity_id or entity_id(sample.seed, "pathway", issuer.entity_id, entry.name)
    return {
        "entityId": pathway_id,
        "name": entry.name,
        "description": entry.description,
        "status": entry.status,
        "requirements": _requirements(issuer, pathway_id, entry.requirements, sample),
    }


def _requirements(issuer: IssuerEntry, owner_id: str, names: Iterable[str], sample: Sample) -> list[JsonObject]:
    """Return what a badge class or pathway asks for; what is not a badge of the issuer is an experience."""
    badges = {entry.name for entry in issuer.badge_classes}
    return [
        {
            "entityId": entity_id(sample.seed, "requirement", owner_id, name),
            "name": name,
            "type": "badge" if name in badges else "experience",
            "threshold": "1 of 1" if name in badges else THRESHOLDS[number % 3],
            "awardMethod": "automatic" if name in badges else "manual",
            "visibility": VISIBILITIES[number % 3],
        }
        for number, name in enumerate(names)
    ]


def _badge_class_id(issuer: IssuerEntry, entry: BadgeClassEntry, sample: Sample) -> str:
    return entry.entity_id or entity_id(sample.seed, "badge-class", issuer.entity_id, entry.name)
