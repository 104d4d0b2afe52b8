"""Award counts over the API: exact for any window, by day and month in any time zone."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from badgedata.clock import sortable
from badgedata.counts import recount
from badgedata.counts.totals import AwardDays, Counted
from badgedata.exports.window import window_of
from badgedata.records.award_counts import CountKey
from tests.integration.counts.award_stream import store_counts
from tests.support.api_client import Person
from tests.support.organizations import (
    ADMIN,
    CARPENTER,
    EDITOR,
    NOBODY,
    OWNER,
    PENNILESS,
    RIVAL,
    STAFF,
    award,
    issuer,
    load_organization,
    load_organizations,
    member,
)
from tests.support.small_limits import lower_limits

GRACE = Person("grace@example.org")
INSTANTS = (
    "2025-12-31T22:59:59.999999Z",
    "2025-12-31T23:00:00Z",  # midnight in Berlin
    "2026-01-01T00:00:00Z",
    "2026-01-31T23:30:00Z",
    "2026-03-28T23:00:00Z",
    "2026-03-29T21:59:59Z",  # the last second of a 23-hour day
    "2026-03-29T22:00:00Z",
    "2026-03-30T12:00:00Z",
)


@pytest.fixture
def school(tables: None) -> None:
    """An issuer with a few awards near day boundaries, and an issuer without awards."""
    awards = [award(f"A{number}", instant) for number, instant in enumerate(INSTANTS)]
    awards[2] |= {"revoked": True, "revocationReason": "a mistake"}
    awards[3] |= {"expires": "2026-02-01T00:00:00Z"}
    issuers = [issuer("WELD", "Welding School", awards, badge_classes=2), issuer("WOOD", "Wood Shop")]
    load_organization("MAKERS", "paid", issuers, [member(GRACE, "admin")])
    count("WELD", "WOOD")


def count(*issuers: str) -> None:
    for issuer_id in issuers:
        list(recount.recount_issuer(issuer_id))


def counted(path: str = "/issuers/WELD", **query: str) -> Any:
    answer = GRACE.get(f"{path}/award-counts", query=query)
    assert answer.status == 200, answer.text
    return answer.json


@pytest.mark.usefixtures("school")
def test_counts_include_revoked_and_expired_awards() -> None:
    for path in ("/organizations/MAKERS", "/issuers/WELD", "/badge-classes/BC-WELD-1"):
        assert counted(path) == {"total": len(INSTANTS)}


@pytest.mark.usefixtures("school")
def test_count_is_zero_without_awards() -> None:
    assert counted("/badge-classes/BC-WELD-2") == {"total": 0}
    assert counted("/issuers/WOOD", by="month") == {"total": 0, "items": []}


@pytest.mark.usefixtures("school")
def test_months_begin_at_midnight_in_the_requested_time_zone() -> None:
    assert counted(by="month", timeZone="Europe/Berlin")["items"] == [
        {"period": "2025-12", "awards": 1},
        {"period": "2026-01", "awards": 2},
        {"period": "2026-02", "awards": 1},
        {"period": "2026-03", "awards": 4},
    ]
    assert counted(by="month")["items"][0] == {"period": "2025-12", "awards": 2}


@pytest.mark.usefixtures("school")
def test_series_includes_days_without_awards() -> None:
    window = {"awardedAfter": "2026-03-28", "awardedBefore": "2026-03-31", "timeZone": "Europe/Berlin"}
    assert counted(by="day", **window) == {
        "total": 4,
        "items": [
            {"period": "2026-03-28", "awards": 0},
            {"period": "2026-03-29", "awards": 2},
            {"period": "2026-03-30", "awards": 2},
            {"period": "2026-03-31", "awards": 0},
        ],
    }


@pytest.mark.usefixtures("school")
def test_counts_respect_exact_start_and_end_times() -> None:
    assert counted(awardedAfter="2025-12-31T23:00:00Z", awardedBefore="2026-01-01T00:00:00Z")["total"] == 1
    assert counted(awardedAfter="2025-12-31T23:00:01Z", awardedBefore="2026-01-01T00:00:01Z")["total"] == 1
    assert counted(awardedAfter="2026-03-29T22:00:00Z", awardedBefore="2026-03-29T22:00:00Z")["total"] == 0
    halves = counted(awardedAfter="2026-03-29T22:00:00Z", awardedBefore="2026-03-30T12:00:00Z", by="day")
    assert halves["items"] == [{"period": "2026-03-29", "awards": 1}, {"period": "2026-03-30", "awards": 0}]


@pytest.mark.parametrize("limits", [{"awards_a_count_query": 1}, {}], ids=["count queries", "keys"])
@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu", "America/St_Johns", "Pacific/Kiritimati", "Pacific/Apia"])
def test_counts_are_correct_for_any_date_range(
    zone: str, limits: dict[str, int], tables: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    lower_limits(monkeypatch, **limits)
    chance = random.Random(zone)
    first = datetime(2011, 12, 20, tzinfo=UTC)
    instants = [first + timedelta(minutes=chance.randrange(60 * 24 * 20)) for _ in range(120)]
    awards = [award(f"A{number}", instant.isoformat()) for number, instant in enumerate(instants)]
    load_organization("MAKERS", "paid", [issuer("WELD", "Welding School", awards)], [member(GRACE, "admin")])
    count("WELD")
    for _ in range(12):
        days = sorted(first.date() + timedelta(days=chance.randrange(-2, 22)) for _ in range(2))
        after, before = (day.isoformat() for day in days)
        window = window_of(after, before, zone) if after != before else window_of(after, None, zone)
        chosen = {"awardedAfter": after} | ({"awardedBefore": before} if after != before else {})
        inside = [moment for moment in instants if window.first <= sortable(moment) < window.end]
        series = counted(by="day", timeZone=zone, **chosen)
        assert series["total"] == len(inside) == counted(timeZone=zone, **chosen)["total"]
        by_day: dict[str, int] = {}
        for moment in inside:
            day = moment.astimezone(ZoneInfo(zone)).date().isoformat()
            by_day[day] = by_day.get(day, 0) + 1
        assert {item["period"]: item["awards"] for item in series["items"] if item["awards"]} == by_day


@pytest.mark.usefixtures("school")
def test_date_range_with_too_many_periods_is_rejected() -> None:
    first = date(2026, 1, 1)
    window = {"awardedAfter": first.isoformat(), "awardedBefore": (first + timedelta(days=399)).isoformat()}
    assert len(counted(by="day", **window)["items"]) == 400
    window["awardedBefore"] = (first + timedelta(days=400)).isoformat()
    rejected = GRACE.get("/issuers/WELD/award-counts", query={"by": "day", **window})
    assert (rejected.status, rejected.wrong_fields) == (422, ["by"])
    assert rejected.problem["detail"] == (
        "This date range spans 401 days. The maximum is 400. Choose a shorter date range, or use by=month."
    )
    assert counted(by="month", **window)["items"][-1]["period"] == "2027-02"


@pytest.mark.usefixtures("school")
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"by": "week"}, "by"),
        ({"timeZone": "Berlin"}, "timeZone"),
        ({"awardedAfter": "2026-02-30"}, "awardedAfter"),
        ({"awardedAfter": "2026-02-01", "awardedBefore": "2026-01-01"}, "awardedAfter"),
    ],
)
def test_error_names_the_invalid_parameters(query: dict[str, str | list[str]], field: str) -> None:
    rejected = GRACE.get("/issuers/WELD/award-counts", query=query)
    assert (rejected.status, rejected.wrong_fields) == (422, [field])


@pytest.mark.usefixtures("tables")
def test_series_that_requires_too_many_queries_is_rejected() -> None:
    ids = [f"I{number}" for number in range(12)]
    load_organization("MAKERS", "paid", [issuer(each, "School") for each in ids], [member(GRACE, "admin")])
    months = [CountKey(each, f"BC-{each}-1", f"2026-{month:02}") for each in ids for month in range(1, 13)]
    store_counts(months, days=range(1, 29), awards_a_day=1000)
    rejected = GRACE.get("/organizations/MAKERS/award-counts", query={"by": "day", "timeZone": "Asia/Tokyo"})
    assert (rejected.status, rejected.wrong_fields) == (422, ["by"])
    assert counted("/organizations/MAKERS", by="day")["total"] == 12 * 12 * 28 * 1000


def count_awards(awards_of: list[Counted], first: str, end: str) -> int:
    """Return the number of awards in a window, as an export counts them."""
    (number,) = AwardDays.read(awards_of).between([first, end])
    return number


@pytest.mark.usefixtures("school")
def test_awards_from_several_issuers_or_badge_classes_can_be_counted_together() -> None:
    window = window_of("2026-03-29", None, "Europe/Berlin")
    assert count_awards([Counted("WELD"), Counted("WOOD")], window.first, window.end) == 4
    assert count_awards([Counted("WELD", "BC-WELD-1"), Counted("WELD", "BC-WELD-2")], window.first, window.end) == 4
    assert count_awards([], window.first, window.end) == 0


def test_each_role_can_read_counts_for_the_awards_it_can_export(tables: None) -> None:
    load_organizations()
    for person in (ADMIN, OWNER, EDITOR, STAFF):
        assert person.get("/issuers/WELD/award-counts").status == 200
        assert person.get("/badge-classes/BC-WELD-1/award-counts").status == 200
    assert ADMIN.get("/organizations/MAKERS/award-counts").status == 200
    for person in (OWNER, RIVAL, NOBODY):
        assert person.get("/organizations/MAKERS/award-counts").problem["code"] == "not-found"
    for person in (CARPENTER, RIVAL, NOBODY):
        assert person.get("/issuers/WELD/award-counts").problem["code"] == "not-found"
    assert PENNILESS.get("/issuers/GRATIS/award-counts").problem["code"] == "subscription-required"
