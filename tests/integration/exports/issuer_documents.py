"""Issuer documents as exports write them, made up by hypothesis: hostile text, and any optional part missing."""

from typing import Any

from hypothesis import strategies as st

from tests.integration.exports.welding_school import PNG_URI, SVG_URI

type Json = dict[str, Any]

HOST = "https://first.example.org/stage"

_HOSTILE = [
    "",
    "=cmd|' /C calc'!A0",
    "+1",
    "@SUM(A1)",
    "\t\r\n",
    'a","b',
    "</script><img onerror=x>",
    "\u00a0\u00ad\u200b\u2060",
    "\u2028\u2029\ufeff\u202e",
    "😀 名前 ﷽ Z͑ͫ̓ͪ̂ͫ̽",
    '\\u0000 \\" \\',
    '{"$ref": "#"}',
    "s3:images/x.png",
    "x" * 3000,
]
LETTERS = st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.sampled_from("\t\r\n")
TEXT = st.text(LETTERS, max_size=20) | st.sampled_from(_HOSTILE)
SOME_TEXT = TEXT.filter(bool)
IDS = st.text("ABCXYZabcxyz019_-", min_size=1, max_size=8) | st.just("x" * 64)
URLS = st.sampled_from(
    [
        "https://example.org",
        "http://ex.example/ü?x=1&y=%2C#z",
        "https://münchen.example/名前",
        "https://e.example/a,b;c='d'",
    ]
)
TIMES = st.datetimes().map(
    lambda moment: (moment.isoformat().rstrip("0") if moment.microsecond else moment.isoformat()) + "Z"
)
IMAGES = st.sampled_from([PNG_URI, SVG_URI, "https://images.example.org/1.png"])


def _some(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries(required, optional=optional)


def _unique(parts: st.SearchStrategy[Json], key: str = "entityId", most: int = 3) -> st.SearchStrategy[list[Json]]:
    """Return lists in the order of exports: by id, as bytes."""
    lists = st.lists(parts, max_size=most, unique_by=lambda part: part[key])
    return lists.map(lambda found: sorted(found, key=lambda part: part[key].encode()))


REQUIREMENTS = st.lists(
    _some(
        {"entityId": IDS, "name": TEXT},
        {
            "type": st.sampled_from(["badge", "experience"]),
            "threshold": TEXT,
            "awardMethod": st.sampled_from(["automatic", "manual"]),
            "visibility": st.sampled_from(["public", "group", "private"]),
        },
    ),
    max_size=2,
    unique_by=lambda part: part["entityId"],
)
ASSERTIONS = _some(
    {
        "entityId": IDS,
        "recipient": _some({"type": SOME_TEXT, "hashed": st.booleans(), "identity": SOME_TEXT}, {"salt": TEXT}),
        "issuedOn": TIMES,
    },
    {
        "recipientName": TEXT,
        "expires": TIMES,
        "narrative": TEXT,
        "evidence": st.lists(_some({}, {"id": URLS, "narrative": TEXT}), max_size=3),
        "image": IMAGES,
        "revoked": st.just(True),
    },
)
BADGE_CLASSES = _some(
    {"entityId": IDS, "name": TEXT, "assertions": st.lists(ASSERTIONS, max_size=3)},
    {
        "description": TEXT,
        "image": IMAGES,
        "criteria": _some({}, {"id": URLS, "narrative": TEXT}),
        "alignment": st.lists(
            _some(
                {"targetName": TEXT, "targetUrl": URLS},
                {"targetDescription": TEXT, "targetFramework": TEXT, "targetCode": TEXT},
            ),
            max_size=2,
        ),
        "tags": st.lists(TEXT, max_size=3),
        "createdAt": TIMES,
    },
)
PATHWAYS = _some(
    {"entityId": IDS, "name": TEXT},
    {"description": TEXT, "status": st.sampled_from(["draft", "published"]), "requirements": REQUIREMENTS},
)
LEARNERS = _some(
    {"id": SOME_TEXT.filter(lambda text: len(text.encode()) <= 1000)},
    {"name": TEXT, "lastBadgeEarned": _some({"name": TEXT}, {"issuedOn": TIMES})},
)


def _groups(badge_names: dict[str, str], pathway_names: dict[str, str]) -> st.SearchStrategy[list[Json]]:
    names = {"badge": badge_names, "pathway": pathway_names}
    targets = [(kind, entity_id) for kind, known in names.items() for entity_id in known]
    creations: dict[str, Any] = {"courseId": TEXT, "url": URLS}
    if pathway_names:
        creations["pathway"] = st.sampled_from(sorted(pathway_names))
    parts: dict[str, Any] = {
        "description": TEXT,
        "archived": st.booleans(),
        "createdAt": TIMES,
        "creation": _some({"method": st.sampled_from(["manual", "lms", "api", "pathway"])}, creations),
        "expiration": _some({}, {"date": st.dates().map(str) | TIMES, "method": st.sampled_from(["manual", "lms"])}),
        "staff": st.lists(_some({}, {"name": TEXT, "id": TEXT}), max_size=2),
    }
    learners = LEARNERS
    if targets:
        target = st.sampled_from(targets)
        parts["alignments"] = st.lists(target.flatmap(lambda of: _alignment(*of, names[of[0]][of[1]])), max_size=2)
        progress = _some(
            {
                "alignment": target.map(lambda of: of[1]),
                "completed": st.integers(0, 1_000_000),
                "required": st.integers(0, 1_000_000),
            },
            {"evidence": st.lists(URLS, max_size=2)},
        )
        learners = st.tuples(LEARNERS, st.none() | st.lists(progress, max_size=2)).map(
            lambda both: both[0] | ({"progress": both[1]} if both[1] is not None else {})
        )
    return _unique(_some({"entityId": IDS, "name": TEXT, "learners": _unique(learners, "id")}, parts))


def _alignment(kind: str, entity_id: str, name: str) -> st.SearchStrategy[Json]:
    return _some(
        {"type": st.just(kind), "entityId": st.just(entity_id)},
        {"name": st.just(name), "requirements": REQUIREMENTS},
    )


@st.composite
def issuer_documents(draw: st.DrawFn) -> Json:
    """Make up a document that holds everything, with embedded images, as the deployment at `HOST` exports it."""
    issuer = draw(
        _some(
            {"entityId": IDS, "name": TEXT},
            {"url": URLS, "email": st.just("a'b+c@example.org"), "description": TEXT, "image": IMAGES},
        )
    )
    issuer |= {"id": f"{HOST}/public/issuers/{issuer['entityId']}", "type": "Profile"}
    badge_classes = draw(_unique(BADGE_CLASSES))
    _complete(badge_classes, issuer["id"])
    pathways = draw(_unique(PATHWAYS))
    badge_names, pathway_names = (
        {part["entityId"]: part["name"] for part in parts} for parts in (badge_classes, pathways)
    )
    return {
        "@context": "https://w3id.org/openbadges/v2",
        "format": "badge-data-management/issuer",
        "formatVersion": 1,
        "issuer": issuer,
        "badgeClasses": badge_classes,
        "recipientGroups": draw(_groups(badge_names, pathway_names)),
        "pathways": pathways,
    }


def _complete(badge_classes: list[Json], issuer_url: str) -> None:
    """Add what follows from the rest, and give each assertion an id of its own."""
    number = 0
    for badge_class in badge_classes:
        badge_class |= {
            "id": f"{HOST}/public/badges/{badge_class['entityId']}",
            "type": "BadgeClass",
            "issuer": issuer_url,
        }
        for assertion in badge_class["assertions"]:
            number += 1
            assertion["entityId"] = f"{assertion['entityId'][:60]}-{number}"
            assertion |= {
                "id": f"{HOST}/public/assertions/{assertion['entityId']}",
                "type": "Assertion",
                "badge": badge_class["id"],
                "verification": {"type": "HostedBadge"},
            }
        badge_class["assertions"].sort(key=lambda found: (_sortable(found["issuedOn"]), found["entityId"]))


def _sortable(time: str) -> str:
    return time.removesuffix("Z").partition(".")[0] + "." + time.removesuffix("Z").partition(".")[2].ljust(6, "0")
