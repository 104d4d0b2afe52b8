"""Assemble the sample organizations as organization documents, whose longer parts are iterators."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from local.sample.awards import BASE_URL, END_DAY, SEED, JsonObject, awards, entity_id, person, stream_of_chance
from local.sample.catalogue import BadgeClassEntry, GroupEntry, IssuerEntry, OrganizationEntry, PathwayEntry
from local.sample.images import Look, data_uri
from local.sample.names import STAFF_NAMES

LEARNERS = 90  # per issuer; the groups have more places than this, so many learners are in several groups
EXPORTED_AT = f"{END_DAY}T00:00:00Z"
INCLUDED = ("includeBadgeClasses", "includeAssertions", "includeRecipientGroups", "includePathways", "embedImages")
ALIGNMENT_KEYS = ("targetName", "targetUrl", "targetDescription", "targetFramework", "targetCode")
VISIBILITIES = ("public", "group", "private")
THRESHOLDS = ("1 of 1", "2 of 3", "3 of 5")


@dataclass(frozen=True, slots=True)
class Sample:
    """The data that all documents of one run share. `people` is the number of people who can earn badges."""

    seed: int
    base_url: str
    people: int

    def url(self, kind: str, entity_id: str) -> str:
        """Return the public URL of an `issuers` or `badges` document."""
        return f"{self.base_url}/public/{kind}/{entity_id}"


def organization_document(
    organization: OrganizationEntry, count: int, *, seed: int = SEED, base_url: str = BASE_URL
) -> JsonObject:
    """Return an organization's document with `count` awards in total.

    The issuers and, in each of them, the badge classes, assertions, groups, and pathways are iterators, which must be
    read once and in document order, as `json_text` does.
    """
    sample = Sample(seed, base_url.rstrip("/"), people=count // 3 + LEARNERS)
    counts = shared_out(count, [issuer.share for issuer in organization.issuers])
    return {
        "format": "badge-data-management/organization",
        "formatVersion": 1,
        "organization": {"entityId": organization.entity_id, "name": organization.name, "plan": organization.plan},
        "members": [dict(zip(("email", "role", "issuer"), member, strict=False)) for member in organization.members],
        "issuers": (
            _Issuer(organization.site, issuer, sample).document(issuer_count)
            for issuer, issuer_count in zip(organization.issuers, counts, strict=True)
        ),
    }


def shared_out(count: int, shares: list[int]) -> list[int]:
    """Divide `count` in proportion to `shares`, into integers that add up to it.

    >>> shared_out(10, [2, 1, 0])
    [7, 3, 0]
    """
    total = sum(shares)
    so_far = [sum(shares[:number]) * count for number in range(len(shares) + 1)]
    # Rounding where each part begins, rather than each part, keeps the sum correct.
    begins = [(2 * value + total) // (2 * total) for value in so_far]
    return [end - begin for begin, end in pairwise(begins)]


@dataclass(frozen=True, slots=True)
class _Issuer:
    """The data from which one issuer's document is built."""

    site: str
    entry: IssuerEntry
    sample: Sample
    last_earned: dict[str, JsonObject] = field(default_factory=dict)
    """Each learner's last badge, by e-mail address. It is recorded as awards are written, and read by the groups
    afterward."""

    def document(self, count: int) -> JsonObject:
        """Return the document with `count` awards. Its longer parts are iterators."""
        counts = shared_out(count, [badge.share for badge in self.entry.badges])
        return {
            "@context": "https://w3id.org/openbadges/v2",
            "format": "badge-data-management/issuer",
            "formatVersion": 1,
            "exportedAt": EXPORTED_AT,
            "options": dict.fromkeys(INCLUDED, True) | {"compress": False},
            "issuer": {
                "id": self.sample.url("issuers", self.entry.entity_id),
                "type": "Profile",
                "entityId": self.entry.entity_id,
                "name": self.entry.name,
                "url": f"{self.site}/{self.entry.entity_id}",
                "email": f"{self.entry.entity_id}@example.org",
                "description": self.entry.description,
                "image": data_uri(Look(*self.entry.look.split())),
            },
            "badgeClasses": (self.badge_class(*pair) for pair in zip(self.entry.badges, counts, strict=True)),
            "recipientGroups": map(self.group, self.entry.groups),
            "pathways": map(self.pathway, self.entry.pathways),
        }

    def id(self, kind: str, entry: BadgeClassEntry | PathwayEntry) -> str:
        return entry.entity_id or entity_id(self.sample.seed, kind, self.entry.entity_id, entry.name)

    def badge_class(self, entry: BadgeClassEntry, count: int) -> JsonObject:
        badge_class_id = self.id("badge-class", entry)
        since = date.fromisoformat(entry.options.since)
        criteria = {
            "id": f"{self.site}/criteria/{badge_class_id}" if entry.options.criteria_page else "",
            "narrative": entry.criteria,
        }
        alignment = [_without_empty(zip(ALIGNMENT_KEYS, row, strict=False)) for row in entry.options.alignment]
        return {
            "id": self.sample.url("badges", badge_class_id),
            "type": "BadgeClass",
            "entityId": badge_class_id,
            "issuer": self.sample.url("issuers", self.entry.entity_id),
            "name": entry.name,
            "description": entry.description,
            "image": data_uri(Look(*entry.look.split()), title=entry.name, svg=entry.options.svg),
            "criteria": _without_empty(criteria.items()),
            **_without_empty((("alignment", alignment), ("tags", entry.tags))),
            "createdAt": f"{since - timedelta(days=30)}T09:00:00Z",
            "assertions": self.noting_the_last(
                entry.name,
                awards(
                    badge_class_id,
                    count,
                    seed=self.sample.seed,
                    base_url=self.sample.base_url,
                    people=self.sample.people,
                    since=since,
                    valid_days=entry.options.valid_days,
                ),
            ),
        }

    def noting_the_last(self, name: str, assertions: Iterable[JsonObject]) -> Iterator[JsonObject]:
        """Pass assertions through, and record the last badge that each learner in a group earned."""
        learners = frozenset(person(number, self.sample.seed).email for number in range(LEARNERS))
        for assertion in assertions:
            email = assertion["recipient"]["identity"]
            if email in learners and "revoked" not in assertion:
                earned = {"name": name, "issuedOn": assertion["issuedOn"]}
                former = self.last_earned.get(email, earned)
                self.last_earned[email] = max(former, earned, key=lambda award: award["issuedOn"])
            yield assertion

    def group(self, entry: GroupEntry) -> JsonObject:
        group_id = entity_id(self.sample.seed, "group", self.entry.entity_id, entry.name)
        rng = stream_of_chance(self.sample.seed, "group", group_id)
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
        staff = rng.sample(STAFF_NAMES, entry.staff)
        learners = sorted(rng.sample(range(LEARNERS), entry.learners))
        return group | {
            "staff": [{"name": name, "id": entity_id(self.sample.seed, "staff", name)} for name in staff],
            "alignments": alignments,
            "learners": [self.learner(rng, number, alignments) for number in learners],
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

    def learner(self, rng: Random, number: int, alignments: list[JsonObject]) -> JsonObject:
        name, email = person(number, self.sample.seed)
        learner: JsonObject = {"id": entity_id(self.sample.seed, "learner", email), "name": name}
        if email in self.last_earned:
            learner["lastBadgeEarned"] = self.last_earned[email]
        # A tenth of the learners have joined, but haven't opened an alignment yet.
        opened = (alignment for alignment in alignments if rng.random() >= 0.1)
        learner["progress"] = [_progress(rng, learner["id"], alignment) for alignment in opened]
        return learner

    def pathway(self, entry: PathwayEntry) -> JsonObject:
        pathway_id = self.id("pathway", entry)
        return {
            "entityId": pathway_id,
            "name": entry.name,
            "description": entry.description,
            "status": entry.status,
            "requirements": self.requirements(pathway_id, entry.requirements),
        }

    def requirements(self, owner_id: str, names: Iterable[str]) -> list[JsonObject]:
        """Return the requirements of a badge class or pathway: the issuer's badges, and experiences."""
        badges = {badge.name for badge in self.entry.badges}
        return [
            {
                "entityId": entity_id(self.sample.seed, "requirement", owner_id, name),
                "name": name,
                "type": "badge" if name in badges else "experience",
                "threshold": "1 of 1" if name in badges else THRESHOLDS[number % 3],
                "awardMethod": "automatic" if name in badges else "manual",
                "visibility": VISIBILITIES[number % 3],
            }
            for number, name in enumerate(names)
        ]


def _progress(rng: Random, learner_id: str, alignment: JsonObject) -> JsonObject:
    required = len(alignment["requirements"])
    chance = rng.random()
    completed = 0 if chance < 0.2 else required if chance > 0.6 else rng.randrange(required + 1)
    address = f"https://portfolio.example.org/{learner_id[:8]}/{alignment['entityId']}"
    evidence = [f"{address}/{step + 1}" for step in range(completed) if rng.random() < 0.6]
    return {"alignment": alignment["entityId"], "completed": completed, "required": required, "evidence": evidence}


def _without_empty(items: Iterable[tuple[str, Any]]) -> JsonObject:
    return {key: value for key, value in items if value}
