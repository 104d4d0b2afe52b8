"""The issuers and badge classes with the most awards, for any window in any time zone."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from badgedata.counts import recount
from badgedata.records.award_counts import CountKey
from badgedata.records.directory import BadgeClass
from tests.integration.counts.award_stream import store_counts
from tests.support.api_client import Person
from tests.support.organizations import NOBODY, award, issuer, load_organization, member

pytestmark = pytest.mark.usefixtures("schools")

GRACE = Person("grace@example.org")
AWARDS: list[tuple[str, str, datetime]] = []
"""The issuer, the badge class, and the time of each award."""


@pytest.fixture
def schools(tables: None) -> None:
    """Three issuers with awards at random times around the turn of the year; the last one has no awards."""
    chance, start = random.Random(7), datetime(2025, 12, 28, tzinfo=UTC)
    AWARDS.clear()
    issuers = [issuer(name, f"School {name}", badge_classes=4) for name in ("A", "B", "C")]
    for number in range(120):
        school = issuers[number % 2]
        badge_class = school["badgeClasses"][int(chance.triangular(0, 4, 0))]
        at = start + timedelta(seconds=chance.randrange(8 * 24 * 3600))
        badge_class.setdefault("assertions", []).append(award(f"X{number}", at.strftime("%Y-%m-%dT%H:%M:%SZ")))
        AWARDS.append((school["issuer"]["entityId"], badge_class["entityId"], at))
    load_organization("MAKERS", "paid", issuers, [member(GRACE, "admin"), member(NOBODY, "staff", "A")])
    for name in ("A", "B", "C"):
        list(recount.recount_issuer(name))


def top(path: str = "/organizations/MAKERS", **query: str) -> Any:
    answer = GRACE.get(f"{path}/award-counts/top", query=query)
    assert answer.status == 200, answer.text
    return answer.json


def ranked(numbers: Counter[str]) -> list[tuple[str, int]]:
    return sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0]))


def numbers_of(items: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return [(item["id"], item["awards"]) for item in items]


def test_top_lists_are_sorted_by_number_of_awards() -> None:
    found = top(limit="20")
    assert numbers_of(found["issuers"]) == ranked(Counter(issuer_id for issuer_id, _, _ in AWARDS))
    assert numbers_of(found["badgeClasses"]) == ranked(Counter(badge for _, badge, _ in AWARDS))
    assert found["issuers"][0]["name"].startswith("School ")
    best = found["badgeClasses"][0]
    assert (best["issuerId"], best["name"]) == (best["id"].split("-")[1], f"School {best['id'][3]} {best['id'][5:]}")


def test_limit_applies_to_issuers_and_badge_classes_separately() -> None:
    found = top(limit="1")
    assert [len(found["issuers"]), len(found["badgeClasses"])] == [1, 1]
    assert found["badgeClasses"] == top(limit="20")["badgeClasses"][:1]
    assert len(top()["badgeClasses"]) == 5


def test_top_badge_classes_for_an_issuer_include_only_its_own() -> None:
    found = top("/issuers/A", limit="20")
    assert found.keys() == {"badgeClasses"}
    assert numbers_of(found["badgeClasses"]) == ranked(Counter(badge for name, badge, _ in AWARDS if name == "A"))
    assert top("/issuers/C") == {"badgeClasses": []}


@pytest.mark.parametrize(
    ("query", "first", "end"),
    [
        ({"awardedAfter": "2026-01-01"}, datetime(2026, 1, 1, tzinfo=UTC), None),
        ({"awardedBefore": "2025-12-31"}, None, datetime(2026, 1, 1, tzinfo=UTC)),
        (
            {"awardedAfter": "2025-12-30", "awardedBefore": "2026-01-01", "timeZone": "Europe/Berlin"},
            datetime(2025, 12, 29, 23, tzinfo=UTC),
            datetime(2026, 1, 1, 23, tzinfo=UTC),
        ),
        (
            {"awardedAfter": "2025-12-30T06:00:00Z", "awardedBefore": "2025-12-30T18:00:00Z"},
            datetime(2025, 12, 30, 6, tzinfo=UTC),
            datetime(2025, 12, 30, 18, tzinfo=UTC),
        ),
    ],
)
def test_top_lists_respect_exact_start_and_end_times(
    query: dict[str, str], first: datetime | None, end: datetime | None
) -> None:
    within = [
        (name, badge) for name, badge, at in AWARDS if (first is None or at >= first) and (end is None or at < end)
    ]
    found = top(limit="20", **query)
    assert numbers_of(found["badgeClasses"]) == ranked(Counter(badge for _, badge in within))
    assert numbers_of(found["issuers"]) == ranked(Counter(name for name, _ in within))


def test_date_range_without_awards_returns_empty_lists() -> None:
    assert top(awardedAfter="2030-01-01") == {"issuers": [], "badgeClasses": []}


def test_top_list_omits_deleted_badge_classes() -> None:
    before = top(limit="20")["badgeClasses"]
    BadgeClass(*BadgeClass.key(before[0]["id"])).delete()
    assert top(limit="2")["badgeClasses"] == before[1:3]


def test_date_range_with_too_many_awards_on_partial_days_is_rejected() -> None:
    store_counts([CountKey("A", "BC-A-1", "2025-12")], days=[30], awards_a_day=2_000_000)
    query = {"awardedAfter": "2025-12-30T06:00:00Z"}
    assert GRACE.get("/organizations/MAKERS/award-counts/top", query=query).wrong_fields == ["awardedAfter"]
    assert GRACE.get("/organizations/MAKERS/award-counts/top", query={"awardedAfter": "2025-12-30"}).status == 200


@pytest.mark.parametrize("limit", ["0", "21", "x"])
def test_invalid_limit_is_rejected(limit: str) -> None:
    assert GRACE.get("/issuers/A/award-counts/top", query={"limit": limit}).wrong_fields == ["limit"]


def test_issuer_role_gives_access_only_to_that_issuers_top_list() -> None:
    assert NOBODY.get("/issuers/A/award-counts/top").status == 200
    assert NOBODY.get("/issuers/B/award-counts/top").status == 404
    assert NOBODY.get("/organizations/MAKERS/award-counts/top").status == 404


def test_top_lists_with_long_names_fit_into_a_response() -> None:
    school = issuer("LONG", "Long School", badge_classes=20)
    for number, badge_class in enumerate(school["badgeClasses"]):
        badge_class |= {"name": "é" * 190_000, "assertions": [award(f"L{number}")]}
    load_organization("LONGS", "paid", [school], [member(GRACE, "admin")])
    list(recount.recount_issuer("LONG"))
    for path in ("/issuers/LONG", "/organizations/LONGS"):
        names = [item["name"] for item in top(path, limit="20")["badgeClasses"]]
        assert names == ["é" * 1000 + "…"] * 20


def test_long_issuer_names_are_shortened() -> None:
    schools = [issuer(f"L{number}", '"' * 400_000, badge_classes=1) for number in range(10)]
    for number, school in enumerate(schools):
        school["badgeClasses"][0]["assertions"] = [award(f"L{number}")]
    load_organization("LONGS", "paid", schools, [member(GRACE, "admin")])
    for school in schools:
        list(recount.recount_issuer(school["issuer"]["entityId"]))
    assert [item["name"] for item in top("/organizations/LONGS", limit="20")["issuers"]] == ['"' * 1000 + "…"] * 10
