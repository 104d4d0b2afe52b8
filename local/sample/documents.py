"""Generate the documents of the sample organizations."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from local.sample.awards import BASE_URL, END_DAY, JsonObject, awards, entity_id, person, stream_of_chance
from local.sample.catalogue import BadgeClassEntry, GroupEntry, IssuerEntry, OrganizationEntry, PathwayEntry
from local.sample.images import Look, data_uri
from local.sample.words import WORDS

LEARNERS = 90  # per issuer; the groups have more places than this, so many learners are in several groups
INCLUDED = ("includeBadgeClasses", "includeAssertions", "includeRecipientGroups", "includePathways", "embedImages")
ALIGNMENT_KEYS = ("targetName", "targetUrl", "targetDescription", "targetFramework", "targetCode")
VISIBILITIES = ("public", "group", "private")
THRESHOLDS = ("1 of 1", "2 of 3", "3 of 5")


def organization_document(organization: OrganizationEntry, count: int) -> JsonObject:
    """Return an organization's document with `count` awards."""
    counts = shared_out(count, [issuer.share for issuer in organization.issuers])
    return {
        "format": "badge-data-management/organization",
        "formatVersion": 1,
        "organization": {"entityId": organization.entity_id, "name": organization.name, "plan": organization.plan},
        "members": [dict(zip(("email", "role", "issuer"), member, strict=False)) for member in organization.members],
        "issuers": [
            _Issuer(organization.site, issuer).document(issuer_count, people=count // 3 + LEARNERS)
            for issuer, issuer_count in zip(organization.issuers, counts, strict=True)
        ],
    }


def shared_out(count: int, shares: list[int]) -> list[int]:
    """Divide `count` into integers in proportion to `shares`.

    >>> shared_out(10, [2, 1, 0])
    [7, 3, 0]
    """
    # Rounding the start of each part, rather than its size, keeps the sum correct.
    total = sum(shares)
    begins = [(2 * sum(shares[:number]) * count + total) // (2 * total) for number in range(len(shares) + 1)]
    return [end - begin for begin, end in pairwise(begins)]


@dataclass(frozen=True, slots=True)
class _Issuer:
    """The data for an issuer's document."""

    site: str
    entry: IssuerEntry

    def document(self, count: int, people: int) -> JsonObject:
        """Return a document with `count` awards for up to `people` recipients."""
        issuer_id = self.entry.entity_id
        counts = shared_out(count, [badge.share for badge in self.entry.badges])
        badge_classes = [self.badge_class(*pair, people) for pair in zip(self.entry.badges, counts, strict=True)]
        earned = _last_earned(badge_classes)
        return {
            "@context": "https://w3id.org/openbadges/v2",
            "format": "badge-data-management/issuer",
            "formatVersion": 1,
            "exportedAt": f"{END_DAY}T00:00:00Z",
            "options": dict.fromkeys(INCLUDED, True) | {"compress": False},
            "issuer": {
                "id": f"{BASE_URL}/public/issuers/{issuer_id}",
                "type": "Profile",
                "entityId": issuer_id,
                "name": self.entry.name,
                "url": f"{self.site}/{issuer_id}",
                "email": f"{issuer_id}@example.org",
                "description": self.entry.description,
                "image": data_uri(Look(*self.entry.look.split())),
            },
            "badgeClasses": badge_classes,
            "recipientGroups": [self.group(group, earned) for group in self.entry.groups],
            "pathways": [self.pathway(pathway) for pathway in self.entry.pathways],
        }

    def id(self, kind: str, entry: BadgeClassEntry | PathwayEntry) -> str:
        return entry.entity_id or entity_id(kind, self.entry.entity_id, entry.name)

    def badge_class(self, entry: BadgeClassEntry, count: int, people: int) -> JsonObject:
        badge_class_id = self.id("badge-class", entry)
        options = entry.options
        since = date.fromisoformat(options.since)
        criteria_page = f"{self.site}/criteria/{badge_class_id}" if options.criteria_page else ""
        alignment = [_without_empty(**dict(zip(ALIGNMENT_KEYS, target, strict=False))) for target in options.alignment]
        return {
            "id": f"{BASE_URL}/public/badges/{badge_class_id}",
            "type": "BadgeClass",
            "entityId": badge_class_id,
            "issuer": f"{BASE_URL}/public/issuers/{self.entry.entity_id}",
            "name": entry.name,
            "description": entry.description,
            "image": data_uri(Look(*entry.look.split()), title=entry.name, svg=options.svg),
            "criteria": _without_empty(id=criteria_page, narrative=entry.criteria),
            **_without_empty(alignment=alignment, tags=entry.tags),
            "createdAt": f"{since - timedelta(days=30)}T09:00:00Z",
            "assertions": list(
                awards(badge_class_id, count, people=people, since=since, valid_days=options.valid_days)
            ),
        }

    def group(self, entry: GroupEntry, earned: dict[str, JsonObject]) -> JsonObject:
        """Return a group. `earned` contains each learner's most recent badge, keyed by email address."""
        group_id = entity_id("group", self.entry.entity_id, entry.name)
        rng = stream_of_chance("group", group_id)
        alignments = [self.alignment(name) for name in entry.alignments]
        creation: JsonObject = {"method": entry.created_by}
        if entry.created_by == "lms":
            course = f"course-v1:Aurora+{rng.randrange(100, 1000)}+2026"
            address = f"https://lms.example.com/launch?course={course.replace('+', '%2B')}&to=/badges,all"
            creation |= {"courseId": course, "url": address}
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
        staff = rng.sample(WORDS.staff, entry.staff)
        learners = sorted(rng.sample(range(LEARNERS), entry.learners))
        return group | {
            "staff": [{"name": name, "id": entity_id("staff", name)} for name in staff],
            "alignments": alignments,
            "learners": [_learner(rng, number, alignments, earned) for number in learners],
        }

    def alignment(self, name: str) -> JsonObject:
        entries: list[PathwayEntry | BadgeClassEntry] = [*self.entry.pathways, *self.entry.badges]
        entry = next(entry for entry in entries if entry.name == name)
        if isinstance(entry, PathwayEntry):
            kind, target, names = "pathway", self.id("pathway", entry), entry.requirements
        else:
            kind, target, names = "badge", self.id("badge-class", entry), [name]
            names += ["Proof of the criteria, handed in"] if entry.criteria else []
        return {"type": kind, "entityId": target, "name": name, "requirements": self.requirements(target, names)}

    def pathway(self, entry: PathwayEntry) -> JsonObject:
        pathway_id = self.id("pathway", entry)
        return {
            "entityId": pathway_id,
            "name": entry.name,
            "description": entry.description,
            "status": entry.status,
            "requirements": self.requirements(pathway_id, entry.requirements),
        }

    def requirements(self, owner_id: str, names: list[str]) -> list[JsonObject]:
        badges = {badge.name for badge in self.entry.badges}
        return [
            {
                "entityId": entity_id("requirement", owner_id, name),
                "name": name,
                "type": "badge" if name in badges else "experience",
                "threshold": "1 of 1" if name in badges else THRESHOLDS[number % 3],
                "awardMethod": "automatic" if name in badges else "manual",
                "visibility": VISIBILITIES[number % 3],
            }
            for number, name in enumerate(names)
        ]


def _last_earned(badge_classes: list[JsonObject]) -> dict[str, JsonObject]:
    """Return each recipient's most recent badge that isn't revoked, keyed by email address."""
    last: dict[str, JsonObject] = {}
    for badge_class in badge_classes:
        for assertion in badge_class["assertions"]:
            if "revoked" not in assertion:
                email = assertion["recipient"]["identity"]
                earned = {"name": badge_class["name"], "issuedOn": assertion["issuedOn"]}
                last[email] = max(last.get(email, earned), earned, key=lambda badge: badge["issuedOn"])
    return last


def _learner(rng: Random, number: int, alignments: list[JsonObject], earned: dict[str, JsonObject]) -> JsonObject:
    name, email = person(number)
    learner_id = entity_id("learner", email)
    # A tenth of the learners have joined, but haven't opened an alignment yet.
    opened = (alignment for alignment in alignments if rng.random() >= 0.1)
    return {
        "id": learner_id,
        "name": name,
        **({"lastBadgeEarned": earned[email]} if email in earned else {}),
        "progress": [_progress(rng, learner_id, alignment) for alignment in opened],
    }


def _progress(rng: Random, learner_id: str, alignment: JsonObject) -> JsonObject:
    required = len(alignment["requirements"])
    chance = rng.random()
    completed = 0 if chance < 0.2 else required if chance > 0.6 else rng.randrange(required + 1)
    address = f"https://portfolio.example.org/{learner_id[:8]}/{alignment['entityId']}"
    evidence = [f"{address}/{step + 1}" for step in range(completed) if rng.random() < 0.6]
    return {"alignment": alignment["entityId"], "completed": completed, "required": required, "evidence": evidence}


def _without_empty(**values: Any) -> JsonObject:
    return {key: value for key, value in values.items() if value}
