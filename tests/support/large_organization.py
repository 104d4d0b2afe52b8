"""An organization with 300 issuers, one of which has 500 badges, for tests and for developers of the page.

Its names are difficult to list, sort, and search: long, unbroken, right-to-left, accented, in composed and decomposed
letters, numbered, and repeated. To see it on the local stack::

    .venv/bin/python -m tests.support.large_organization > .local/large.json
    make load FILE=.local/large.json
"""

import json
import sys
from datetime import date
from functools import cache
from itertools import cycle, islice, product
from typing import Any

from local.sample.awards import FIRST_DAY, awards
from local.sample.images import EMBLEMS, FRAMES, Look, data_uri

type Json = dict[str, Any]

LARGE_ORGANIZATION = "large-organization"
LARGE_ISSUER = "large-issuer-000"
"""The issuer with 500 badges. The others, up to ``large-issuer-299``, have at most three."""
ONLY_ISSUER = "large-issuer-007"
"""The issuer of the person with a role for exactly one issuer. It has three badges."""

LARGE_ADMIN = "large-admin@example.org"
LARGE_OWNER = "large-owner@example.org"  # of every tenth issuer, including the one with 500 badges
LARGE_EDITOR = "large-editor@example.org"  # of the issuer with 500 badges, and of another
LARGE_STAFF = "large-staff@example.org"  # of the same two
ONE_ISSUER_OWNER = "large-one-issuer@example.org"

UNBROKEN_NAME = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
"""A word of 80 letters."""
ODD_NAMES = (
    UNBROKEN_NAME,
    "The Interdisciplinary Center for Lifelong Learning, Vocational Training, and Recognition of Skills, "
    "Knowledge, and Competencies Acquired Outside of Formal Education (Department of Continuing Studies)",
    "مركز التعلّم مدى الحياة",
    "המרכז ללמידה לאורך החיים (Tel Aviv)",
    "Škola Žďár nad Sázavou",
    "Escuela Ñandú",
    "Escuela N\u0303andu\u0301",  # the same letters, decomposed
    "Überlingen, École d’été",
    "生涯学習センター",
    "zebra lowercase",
)
BADGES = 500
ISSUERS = 300
AWARDS = (150, 90, 60, 40, 30, 20, 15, 10, 8, 5, 3, 2, 1, 1)
"""The number of awards for each of the first badges of the issuer with 500 badges. The other badges have no awards."""
OTHER_AWARDS = (1, 2, 3)
"""The number of awards for each badge of the other issuers."""
FIRST_AWARD = date(2026, 3, 1)
"""The first day of awards. The last is 2026-10-31. Only the most frequent badge has been awarded for three years."""

TOWNS = ("Ash", "Birch", "Cedar", "Elm", "Hazel", "Juniper", "Linden", "Maple", "Oak", "Rowan", "Spruce", "Willow")
SCHOOLS = ("Academy", "College", "Library", "Makerspace", "Museum", "School of Arts", "Training Center")
COLORS = (("#024", "#068"), ("#520", "#c50"), ("#031", "#285"), ("#304", "#638"))
SKILLS = ("Archery", "Baking", "Carpentry", "Drawing", "Electronics", "First Aid", "Gardening", "Public Speaking")


def large_organization() -> Json:
    """Return the organization's document. It is always the same, and has about 700 awards."""
    return {
        "format": "badge-data-management/organization",
        "formatVersion": 1,
        "organization": {"entityId": LARGE_ORGANIZATION, "name": "University of Many Schools", "plan": "paid"},
        "members": [
            {"email": LARGE_ADMIN, "role": "admin"},
            *({"email": LARGE_OWNER, "role": "owner", "issuer": _issuer_id(n)} for n in range(0, ISSUERS, 10)),
            *({"email": LARGE_EDITOR, "role": "editor", "issuer": _issuer_id(n)} for n in (0, 1)),
            *({"email": LARGE_STAFF, "role": "staff", "issuer": _issuer_id(n)} for n in (0, 1)),
            {"email": ONE_ISSUER_OWNER, "role": "owner", "issuer": ONLY_ISSUER},
        ],
        "issuers": [_issuer(number) for number in range(ISSUERS)],
    }


def _issuer(number: int) -> Json:
    issuer_id = _issuer_id(number)
    badges = BADGES if issuer_id == LARGE_ISSUER else number % (4 if number < 50 else 2)
    name = "Institute of Five Hundred Badges" if issuer_id == LARGE_ISSUER else _name(number, TOWNS, SCHOOLS)
    return {
        "issuer": {
            "entityId": issuer_id,
            "name": name,
            "url": f"https://{issuer_id}.example.org",
            "email": f"{issuer_id}@example.org",
            "description": f"Courses, workshops, and examinations, number {number} of {ISSUERS}",
            **_image(number),
        },
        "badgeClasses": [_badge(issuer_id, badge) for badge in range(badges)],
    }


def _badge(issuer_id: str, number: int) -> Json:
    badge_id = f"{issuer_id}-badge-{number:03}"
    name = _name(number, SKILLS, ("for Beginners", "Level", "in Practice"))
    counts = AWARDS if issuer_id == LARGE_ISSUER else OTHER_AWARDS
    count = counts[number] if number < len(counts) else 0
    assertions = awards(badge_id, count, people=200, since=FIRST_DAY if count == max(AWARDS) else FIRST_AWARD)
    return {
        "entityId": badge_id,
        "name": name,
        "description": f"Knows the basics, and has practiced them. Badge {number}.",
        "criteria": {"narrative": "Complete the course and pass the examination."},
        "createdAt": "2023-10-01T09:00:00Z",
        "tags": ["course", f"term {number % 6 + 1}"],
        "assertions": [
            {key: value for key, value in award.items() if key not in ("id", "badge")} for award in assertions
        ],
        **_image(number),
    }


def _name(number: int, firsts: tuple[str, ...], lasts: tuple[str, ...]) -> str:
    """Return a name that usually ends with the number. Some names are unusual, and every hundredth name is the same."""
    if number % 10 == 5 and number // 10 < len(ODD_NAMES):
        return ODD_NAMES[number // 10]
    if number % 100 == 99:
        return f"{firsts[0]} {lasts[0]}"
    return f"{firsts[number % len(firsts)]} {lasts[number % len(lasts)]} {number}"


def _issuer_id(number: int) -> str:
    return f"large-issuer-{number:03}"


@cache
def _images() -> list[str]:
    """Return 40 different images, drawn when they are first needed."""
    looks = zip(product(FRAMES, EMBLEMS), cycle(COLORS), strict=False)
    return [data_uri(Look(*drawn, *colors)) for drawn, colors in islice(looks, 40)]


def _image(number: int) -> Json:
    """Return the image field of an issuer or badge class. Every fourth one has none."""
    return {"image": _images()[number % 40]} if number % 4 else {}


if __name__ == "__main__":
    json.dump(large_organization(), sys.stdout, ensure_ascii=False)
