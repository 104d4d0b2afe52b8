"""The tenant's data: at least one item of every kind, and enough awards for 18 re-sync pages and a multipart upload.

The tenant has two issuers. The *archive* has a few hundred awards with long narratives, 9.6 MB in total, so its export
file is uploaded in parts. Most of these awards are from the first month. Therefore, after a split by date, one segment
is large enough to be copied within S3. The other segments must be joined. The *school* has a course whose awards fill
18 re-sync pages. The school also has a few items of every other kind.
"""

import base64
import io
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from PIL import Image

from badgedata.exports.upload import MIN_PART_BYTES
from badgedata.resync.worker import MAX_PAGE_AWARDS

type Json = dict[str, Any]

PREFIX: Final = "smoke-"
"""The prefix of the IDs of all smoke test tenants."""

COURSE_AWARDS: Final = 17 * MAX_PAGE_AWARDS + 10
"""The number of awards for the course. They fill 18 re-sync pages, because Lambda's recursive loop detection stops
loops after about 16 invocations."""

HONORS: Final = 3
SCHOOL_ON_FIRST_DAY: Final = 5 + HONORS
"""The number of the school's awards on `FIRST_DAY`: five for the course (one every five hours), and the honors."""

NARRATIVE_BYTES: Final = 30_000
ARCHIVE_MONTHS: Final = (200, 0, 0, 40, 0, 0, 40, 0, 0, 40)
"""The archive's awards by month."""

FIRST_DAY: Final = datetime(2024, 1, 1, tzinfo=UTC)
UP_TO_FIRST_DAY: Final = {"kind": "awards", "awardedBefore": f"{FIRST_DAY:%Y-%m-%d}"}
"""The request body for a small export, which contains `SCHOOL_ON_FIRST_DAY` of the school's awards."""

OPEN_BADGES: Final = "https://w3id.org/openbadges/v2"


class Names:
    """The IDs of a tenant's items. Each ID begins with the organization's ID."""

    def __init__(self, organization: str) -> None:
        self.organization = organization
        self.archive = f"{organization}-archive"
        self.school = f"{organization}-school"
        self.essay = f"{organization}-essay"
        self.course = f"{organization}-course"
        self.honors = f"{organization}-honors"
        self.pathway = f"{organization}-pathway"
        self.group = f"{organization}-group"
        self.former_group = f"{organization}-former-group"

    def award(self, badge_class_id: str, number: int) -> str:
        """Return the ID of an award, given its badge class and its number."""
        return f"{badge_class_id}-{number:04}"


def organization_document(names: Names, admin: str) -> Json:
    """Return the organization document to load (docs/load-files.md)."""
    assert sum(ARCHIVE_MONTHS) * NARRATIVE_BYTES > MIN_PART_BYTES  # noqa: S101 - the purpose of the archive
    return {
        "format": "badge-data-management/organization",
        "formatVersion": 1,
        "organization": {"entityId": names.organization, "name": f"Smoke test {names.organization}", "plan": "paid"},
        "members": [{"email": admin, "role": "admin"}],
        "issuers": [_archive(names), _school(names)],
    }


def _archive(names: Names) -> Json:
    essays = [
        _assertion(names.award(names.essay, number), day, narrative=f"Essay {_long_text()}")
        for number, day in enumerate(_days_of_the_archive())
    ]
    return {
        "issuer": _profile(names.archive, "Smoke test archive"),
        "badgeClasses": [_badge_class(names.essay, "Essay", essays)],
    }


def _school(names: Names) -> Json:
    course = [
        _assertion(names.award(names.course, number), FIRST_DAY + timedelta(hours=5 * number))
        for number in range(COURSE_AWARDS)
    ]
    honors = [
        _assertion(names.award(names.honors, 0), FIRST_DAY, evidence=[{"id": "https://learner.example.org/work"}]),
        _assertion(names.award(names.honors, 1), FIRST_DAY, expires="2024-06-30T00:00:00Z"),
        _assertion(names.award(names.honors, 2), FIRST_DAY, revoked=True, revocationReason="Given by mistake"),
    ]
    return {
        "issuer": _profile(names.school, "Smoke test school"),
        "badgeClasses": [
            _badge_class(names.course, "Course", course),
            _badge_class(names.honors, "Honors", honors),
        ],
        "pathways": [
            {
                "entityId": names.pathway,
                "name": "Smoke test pathway",
                "status": "published",
                "requirements": [_requirement(f"{names.pathway}-step", "An experience", "experience", "manual")],
            }
        ],
        "recipientGroups": [
            {
                "entityId": names.group,
                "name": "Smoke test group",
                "archived": False,
                "createdAt": "2024-01-01T08:00:00Z",
                "creation": {"method": "manual"},
                "expiration": {"date": "2030-12-31T00:00:00Z", "method": "manual"},
                "staff": [{"name": "Smoke test staff", "id": "staff-1"}],
                "alignments": [
                    {
                        "type": "badge",
                        "entityId": names.course,
                        "name": "Course",
                        "requirements": [_requirement(f"{names.course}-step", "Course", "badge", "automatic")],
                    },
                    {"type": "pathway", "entityId": names.pathway, "name": "Smoke test pathway"},
                ],
                "learners": [
                    {
                        "id": f"learner-{number}",
                        "name": f"Learner {number}",
                        "progress": [{"alignment": names.course, "completed": number, "required": 1}],
                    }
                    for number in range(2)
                ],
            },
            {"entityId": names.former_group, "name": "Smoke test group from last year", "archived": True},
        ],
    }


def replacement_source(name: str) -> Json:
    """Return the source of a replacement: a badge class with an embedded image."""
    return {
        "@context": OPEN_BADGES,
        "type": "BadgeClass",
        "name": name,
        "description": "Replaced by the smoke test",
        "criteria": {"narrative": "Run the smoke test."},
        "image": _image(),
    }


def _days_of_the_archive() -> list[datetime]:
    return [
        FIRST_DAY + timedelta(days=30 * month, minutes=number)
        for month, awards in enumerate(ARCHIVE_MONTHS)
        for number in range(awards)
    ]


def _profile(entity_id: str, name: str) -> Json:
    return {
        "type": "Profile",
        "entityId": entity_id,
        "name": name,
        "url": "https://smoke-test.example.org",
        "email": "smoke-test@example.org",
        "image": _image(),
    }


def _badge_class(entity_id: str, name: str, assertions: list[Json]) -> Json:
    return {
        "type": "BadgeClass",
        "entityId": entity_id,
        "name": name,
        "description": f"{name}, from the smoke test",
        "criteria": {"narrative": "None: this badge belongs to a test of the deployment."},
        "image": _image(),
        "assertions": assertions,
    }


def _assertion(entity_id: str, issued_on: datetime, **more: Any) -> Json:
    return {
        "type": "Assertion",
        "entityId": entity_id,
        "recipient": {"type": "email", "hashed": False, "identity": f"{entity_id}@example.org"},
        "issuedOn": f"{issued_on:%Y-%m-%dT%H:%M:%SZ}",
        "verification": {"type": "HostedBadge"},
        **more,
    }


def _requirement(entity_id: str, name: str, kind: str, award_method: str) -> Json:
    return {
        "entityId": entity_id,
        "name": name,
        "type": kind,
        "threshold": "1 of 1",
        "awardMethod": award_method,
        "visibility": "public",
    }


def _long_text() -> str:
    return secrets.token_urlsafe(NARRATIVE_BYTES * 3 // 4)


def _image() -> str:
    """Return a unique image as a `data:` URI. No other tenant uses the image, so it is deleted with its tenant."""
    drawn = io.BytesIO()
    Image.frombytes("RGB", (8, 8), secrets.token_bytes(8 * 8 * 3)).save(drawn, "PNG")
    return f"data:image/png;base64,{base64.b64encode(drawn.getvalue()).decode()}"
