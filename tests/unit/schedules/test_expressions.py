"""Schedule expressions: which ones are valid, when they fire next, and the errors for invalid ones."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from badgedata.problems import Problem
from badgedata.schedules.expressions import check_expression, next_run

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 5, 20, 8, 30, tzinfo=UTC)  # a Wednesday; half past ten in Berlin


def runs(expression: str, count: int, after: datetime = NOW, zone: ZoneInfo | None = None) -> list[str]:
    """Return the next runs in the zone's local time."""
    found: list[str] = []
    moment: datetime | None = after
    while len(found) < count and moment is not None:
        moment = next_run(expression, zone or ZoneInfo("UTC"), after, moment)
        if moment is not None:
            found.append(moment.astimezone(zone or UTC).strftime("%Y-%m-%d %H:%M"))
    return found


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cron(0 10 * * ? *)", ["2026-05-20 10:00", "2026-05-21 10:00"]),
        ("cron(15 6 * * ? *)", ["2026-05-21 06:15", "2026-05-22 06:15"]),
        ("cron(0 18 ? * MON-FRI *)", ["2026-05-20 18:00", "2026-05-21 18:00", "2026-05-22 18:00", "2026-05-25 18:00"]),
        ("cron(0 18 ? * mon,7 *)", ["2026-05-23 18:00", "2026-05-25 18:00"]),
        ("cron(0 8 1 * ? *)", ["2026-06-01 08:00", "2026-07-01 08:00"]),
        ("cron(0/20 8-9 * * ? *)", ["2026-05-20 08:40", "2026-05-20 09:00", "2026-05-20 09:20", "2026-05-20 09:40"]),
        ("cron(10/25 * * * ? *)", ["2026-05-20 08:35", "2026-05-20 09:10", "2026-05-20 09:35"]),
        ("cron(0 0-12/6 * * ? *)", ["2026-05-20 12:00", "2026-05-21 00:00", "2026-05-21 06:00"]),
        ("cron(0 0 L * ? *)", ["2026-05-31 00:00", "2026-06-30 00:00"]),
        ("cron(0 0 29 2 ? *)", ["2028-02-29 00:00", "2032-02-29 00:00"]),
        ("cron(0 0 31 * ? *)", ["2026-05-31 00:00", "2026-07-31 00:00"]),
        ("cron(0 0 1 JAN,jul ? *)", ["2026-07-01 00:00", "2027-01-01 00:00"]),
        ("cron(15 10 ? * 6L *)", ["2026-05-29 10:15", "2026-06-26 10:15"]),  # the last Friday
        ("cron(0 0 ? * 3#2 *)", ["2026-06-09 00:00", "2026-07-14 00:00"]),  # the second Tuesday
        ("cron(0 0 ? * MON#5 *)", ["2026-06-29 00:00", "2026-08-31 00:00"]),
        ("cron(0 0 ? * L *)", ["2026-05-23 00:00", "2026-05-30 00:00"]),  # Saturday
        ("cron(0 0 16W * ? *)", ["2026-06-16 00:00", "2026-07-16 00:00", "2026-08-17 00:00"]),  # 16 August is a Sunday
        ("cron(0 0 1W * ? *)", ["2026-06-01 00:00", "2026-07-01 00:00", "2026-08-03 00:00"]),  # never in July
        ("cron(0 0 31W * ? *)", ["2026-05-29 00:00", "2026-07-31 00:00"]),  # 31 May is a Sunday
        ("cron(0 0 LW * ? *)", ["2026-05-29 00:00", "2026-06-30 00:00"]),
        ("cron(0 9 1 1 ? 2027-2028)", ["2027-01-01 09:00", "2028-01-01 09:00"]),
        ("cron(0 9 1 1 ? 2026/50)", ["2076-01-01 09:00", "2126-01-01 09:00", "2176-01-01 09:00"]),
    ],
)
def test_cron_fires_as_documented_for_event_bridge_scheduler(expression: str, expected: list[str]) -> None:
    assert runs(expression, len(expected)) == expected


def test_cron_does_not_fire_after_its_last_year() -> None:
    assert runs("cron(0 9 1 1 ? 2027-2028)", 10) == ["2027-01-01 09:00", "2028-01-01 09:00"]


def test_cron_follows_the_local_time_in_its_time_zone() -> None:
    summer, winter = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    assert next_run("cron(0 6 * * ? *)", BERLIN, NOW, summer) == datetime(2026, 7, 1, 4, tzinfo=UTC)
    assert next_run("cron(0 6 * * ? *)", BERLIN, NOW, winter) == datetime(2026, 12, 1, 5, tzinfo=UTC)


def test_cron_does_not_fire_at_a_time_skipped_by_a_clock_change() -> None:
    before = datetime(2026, 3, 28, tzinfo=UTC)
    assert runs("cron(30 2 * * ? *)", 2, before, BERLIN) == ["2026-03-28 02:30", "2026-03-30 02:30"]


def test_cron_fires_once_at_a_time_that_occurs_twice() -> None:
    before = datetime(2026, 10, 24, 12, tzinfo=UTC)
    assert runs("cron(30 2 * * ? *)", 2, before, BERLIN) == ["2026-10-25 02:30", "2026-10-26 02:30"]
    assert next_run("cron(30 2 * * ? *)", BERLIN, NOW, before) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "interval"),
    [
        ("rate(1 minute)", timedelta(minutes=1)),
        ("rate(1 minutes)", timedelta(minutes=1)),
        ("rate(12 hours)", timedelta(hours=12)),
        ("rate(366 days)", timedelta(days=366)),
    ],
)
def test_rate_schedule_fires_at_regular_intervals_from_its_creation(expression: str, interval: timedelta) -> None:
    assert next_run(expression, BERLIN, NOW, NOW) == NOW + interval
    assert next_run(expression, BERLIN, NOW, NOW + interval) == NOW + 2 * interval
    assert next_run(expression, BERLIN, NOW, NOW + 5.5 * interval) == NOW + 6 * interval


def test_rate_in_days_uses_24_hour_days_across_clock_changes() -> None:
    made = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert next_run("rate(1 day)", BERLIN, made, made) == datetime(2026, 3, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("", "use rate("),
        ("every day", "use rate("),
        ("at(2026-06-01T00:00:00)", "use rate("),
        ("cron(0 6 * * ? *", "use rate("),
        (" rate(1 hour)", "use rate("),
        ("rate(1 hour)\n", "use rate("),
        ("RATE(1 hour)", "use rate("),
        ("rate(hour)", "not 'hour'"),
        ("rate(1)", "not '1'"),
        ("rate(1 week)", "not '1 week'"),
        ("rate(1.5 hours)", "not '1.5 hours'"),
        ("rate(-1 hours)", "not '-1 hours'"),
        ("rate(٣ hours)", "not '٣ hours'"),
        ("rate(0 hours)", "between 1 minute and 366 days"),
        ("rate(367 days)", "between 1 minute and 366 days"),
        ("rate(9999999 days)", "between 1 minute and 366 days"),
        ("cron()", "day-of-week year), not 0"),
        ("cron(0 6 * * ?)", "day-of-week year), not 5"),
        ("cron(0 6 * * ? * *)", "day-of-week year), not 7"),
        ("cron(0 6 * * * *)", "exactly one of day-of-month and day-of-week must be ?, but they are '*' and '*'"),
        ("cron(0 6 ? * ? *)", "exactly one of day-of-month and day-of-week must be ?"),
        ("cron(0 6 1 * MON *)", "exactly one of day-of-month and day-of-week must be ?"),
        ("cron(60 6 * * ? *)", "minutes is '60', but '60' is not a number from 0 to 59"),
        ("cron(0 24 * * ? *)", "hours is '24', but '24' is not a number from 0 to 23"),
        (
            "cron(0 6 0 * ? *)",
            "day-of-month is '0', but '0' is not a number from 1 to 31, L, LW, or a form such as 15W",
        ),
        ("cron(0 6 32W * ? *)", "day-of-month is '32W', but '32' is not"),
        ("cron(0 6 * 13 ? *)", "month is '13', but '13' is not a number from 1 to 12 or JAN to DEC"),
        ("cron(0 6 * MAI ? *)", "month is 'MAI'"),
        ("cron(0 6 ? * 8 *)", "day-of-week is '8', but '8' is not a number from 1 to 7 or SUN to SAT"),
        ("cron(0 6 ? * 2#6 *)", "day-of-week is '2#6'"),
        ("cron(0 6 ? * 2#1,3#1 *)", "day-of-week is '2#1,3#1'"),
        ("cron(0 6 ? * 2/2 *)", "day-of-week is '2/2', but this field doesn't support /"),
        ("cron(0 6 * * ? 1969)", "year is '1969', but '1969' is not a number from 1970 to 2199"),
        ("cron(0 6 * * ? 2200)", "year is '2200'"),
        ("cron(? 6 * * ? *)", "minutes is '?'"),
        ("cron(1,,2 6 * * ? *)", "minutes is '1,,2', but '' is not"),
        ("cron(5-1 6 * * ? *)", "the range 5-1 ends before it starts"),
        ("cron(0/0 6 * * ? *)", "the step after / in '0/0' must be 1 or greater"),
        ("cron(0/ 6 * * ? *)", "the step after / in '0/' must be 1 or greater"),
        ("cron(1.5 6 * * ? *)", "minutes is '1.5'"),
        ("cron(٣ 6 * * ? *)", "minutes is '٣'"),
        ("cron(0 6 30 2 ? *)", "doesn't match any time after 2026-05-20"),
        ("cron(0 6 1 1 ? 2020-2026)", "doesn't match any time after 2026-05-20"),
    ],
)
def test_error_explains_why_an_expression_is_invalid(expression: str, said: str) -> None:
    with pytest.raises(Problem) as caught:
        check_expression(expression, BERLIN, NOW)
    assert caught.value.status == 422
    assert [error.field for error in caught.value.errors] == ["expression"]
    assert said in caught.value.detail
