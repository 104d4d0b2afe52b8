"""Recounts from the table while awards are written and stream records arrive late, twice, and out of order."""

import random
from collections import defaultdict
from datetime import timedelta
from typing import Any

import pytest

from badgedata import clock
from badgedata.aws import dynamodb
from badgedata.config import config
from badgedata.counts import recount
from badgedata.counts.changes import Change, award_hash, place_of
from badgedata.records.award_counts import AwardCounts, CountKey
from operations import recount as command
from tests.integration.counts.award_stream import AwardStream, award, awards_by_day, counted_by_day
from tests.support.organizations import award as loaded_award
from tests.support.organizations import issuer, load_organization
from tests.support.small_limits import lower_limits

pytestmark = pytest.mark.usefixtures("tables")


def recounted_issuer(issuer_id: str = "WELD") -> list[recount.Recounted]:
    return list(recount.recount_issuer(issuer_id))


def test_recount_includes_awards_written_before_the_stream_existed(stream: AwardStream) -> None:
    for number in range(300):
        stream.put("WELD", award(number, f"2026-0{number % 3 + 1}-15"), f"BADGE-{number % 2}")
    assert counted_by_day("WELD") == {}
    recounted_issuer()
    assert counted_by_day("WELD") == awards_by_day("WELD")


def test_recount_reports_the_counts_that_it_changed(stream: AwardStream) -> None:
    stream.put("WELD", award(1), "BASICS")
    key = CountKey("WELD", "BASICS", "2026-01")
    assert recounted_issuer() == [recount.Recounted(key, before=0, after=1, days_that_differ=1)]
    assert recounted_issuer() == [recount.Recounted(key, before=1, after=1, days_that_differ=0)]


def test_comparing_award_counts_does_not_change_them(stream: AwardStream) -> None:
    stream.put("WELD", award(1), "BASICS")
    (compared,) = recount.compare_issuer("WELD")
    assert (compared.before, compared.after) == (0, 1)
    assert counted_by_day("WELD") == {}


def test_recount_sets_counts_for_deleted_awards_to_zero(stream: AwardStream, monkeypatch: pytest.MonkeyPatch) -> None:
    stream.put("WELD", award(1), "BASICS")
    stream.deliver()
    stream.delete("WELD", award(1))
    lose_all_records(stream)
    later = clock.now() + timedelta(hours=25)
    monkeypatch.setattr(clock, "now", lambda: later)
    recounted_issuer()
    assert counted_by_day("WELD") == {}


def test_records_in_transit_during_a_recount_are_not_counted_twice(stream: AwardStream) -> None:
    for number in range(3):
        stream.put("WELD", award(number), "BASICS")
    stream.delete("WELD", award(0))
    stream.deliver(stream.records[:1])
    recounted_issuer()
    stream.deliver(reversed(stream.records))
    assert counted_by_day("WELD") == {("BASICS", "2026-01-31"): 2}


def test_awards_written_after_a_recount_are_counted(stream: AwardStream, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        stream.put("WELD", award(number), "BASICS")
    recounted_issuer()
    for minutes in (1, 20, 60 * 30, 60 * 60):
        later = clock.now() + timedelta(minutes=minutes)
        monkeypatch.setattr(clock, "now", lambda later=later: later)
        stream.put("WELD", award(minutes + 100), "BASICS")
        stream.delete("WELD", award(1))
        stream.deliver(stream.records[-2:])
        assert counted_by_day("WELD") == awards_by_day("WELD")


def test_deleting_an_uncounted_award_never_makes_a_count_negative(stream: AwardStream) -> None:
    stream.put("WELD", award(1), "BASICS")
    lose_all_records(stream)
    recount.announce("WELD")
    stream.delete("WELD", award(1))
    recounted_issuer()
    stream.deliver()
    assert counted_by_day("WELD") == {}


def test_recount_corrects_counts_after_a_day_without_the_stream(
    stream: AwardStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        stream.put("WELD", award(number), "BASICS")
    stream.deliver()
    stream.delete("WELD", award(1))
    stream.put("WELD", award(7), "BASICS")
    lose_all_records(stream)
    later = clock.now() + timedelta(hours=25)
    monkeypatch.setattr(clock, "now", lambda: later)
    recounted_issuer()
    assert counted_by_day("WELD") == awards_by_day("WELD") == {("BASICS", "2026-01-31"): 3}


def test_record_redelivered_after_two_recounts_changes_nothing(stream: AwardStream) -> None:
    inserted = stream.put("WELD", award(1), "BASICS")
    stream.delete("WELD", award(1))
    stream.put("WELD", award(2), "BASICS")
    stream.deliver()
    recounted_issuer()
    recounted_issuer()
    stream.deliver([inserted])
    assert counted_by_day("WELD") == {("BASICS", "2026-01-31"): 1}


def test_delayed_recount_does_not_undo_a_later_recount(stream: AwardStream) -> None:
    started, key = int(clock.now().timestamp()), CountKey("WELD", "BASICS", "2026-01")
    found: dict[bytes, Change] = {}  # the read precedes the award
    stream.put("WELD", award(1), "BASICS")
    stream.deliver()
    recounted_issuer()
    recount.replace(key, found, started)
    assert counted_by_day("WELD") == {("BASICS", "2026-01-31"): 1}


def lose_all_records(stream: AwardStream) -> None:
    stream.records.clear()


# ---------------------------------------------------------------- interleaved at every step


class Interleaved:
    """A recount that reads one award at a time; before each step, awards are written and records are delivered."""

    KEYS = tuple(award(number, day) for day in ("2026-01-30", "2026-01-31") for number in range(2))

    def __init__(self, seed: int, stream: AwardStream) -> None:
        self.chance = random.Random(seed)
        self.stream = stream
        self.minutes = 0.0
        self.delivered: set[str] = set()

    def write(self) -> None:
        key = self.chance.choice(self.KEYS)
        if self.chance.random() < 0.4:
            self.stream.delete("WELD", key)
        else:
            self.stream.put("WELD", key, self.chance.choice(["BASICS", "EXPERT"]))

    def deliver(self) -> None:
        if self.stream.records:
            batch = self.chance.sample(self.stream.records, self.chance.randrange(len(self.stream.records[:5])) + 1)
            self.delivered.update(record["eventID"] for record in batch)
            self.stream.deliver(batch)

    def pause(self) -> None:
        """Let other events happen and time pass."""
        if self.chance.random() < 0.3:
            self.minutes += self.chance.choice([0.1, 10, 20, 50])
        for _ in range(self.chance.randrange(4)):
            if self.chance.random() < 0.6:
                self.write()
            else:
                self.deliver()

    def recount(self) -> None:
        recount.announce("WELD")
        started = int(clock.now().timestamp())
        found: defaultdict[CountKey, dict[bytes, Change]] = defaultdict(dict)
        for key in self.KEYS:
            self.pause()
            if (badge_class_id := badge_class_of(key)) and (place := place_of("WELD", badge_class_id, key)):
                found[place[0]][award_hash(key)] = Change(award_hash(key), 0, 0, place[1], True)
        for counted, awards in found.items():
            self.pause()
            recount.replace(counted, awards, started)
        self.pause()
        for counts in list(AwardCounts.query("award-counts#WELD", consistent_read=True)):
            counted = CountKey("WELD", counts.badge_class_id, counts.month)
            if counted not in found:
                self.pause()
                recount.replace(counted, {}, started)

    def deliver_the_rest(self) -> None:
        rest = [record for record in self.stream.records if record["eventID"] not in self.delivered]
        self.chance.shuffle(rest)
        for record in rest:
            self.stream.deliver([record])


def badge_class_of(key: str) -> str | None:
    found: Any = dynamodb().get_item(
        TableName=config().awards_table,
        Key={"issuerId": {"S": "WELD"}, "issuedOnAwardId": {"S": key}},
        ConsistentRead=True,
    )
    return str(found["Item"]["badgeClassId"]["S"]) if "Item" in found else None


@pytest.mark.parametrize("seed", [*range(25), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(25, 200))])
def test_counts_are_exact_for_any_order_of_writes_deliveries_and_recounts(
    seed: int, stream: AwardStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = Interleaved(seed, stream)
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(minutes=world.minutes))
    item_bytes = world.chance.choice([200, 300, 350, 400, 1000])  # with all pages
    lower_limits(monkeypatch, count_item_bytes=item_bytes, recount_share_awards=2)
    for _ in range(world.chance.randrange(6)):
        world.write()
    if world.chance.random() < 0.5:
        lose_all_records(stream)
        world.recount()
    for _ in range(4):
        world.pause()
    world.recount()
    world.pause()
    world.deliver_the_rest()
    for again in range(3):
        stream.deliver(world.chance.sample(stream.records, len(stream.records) // (again + 1)))
    assert counted_by_day("WELD") == awards_by_day("WELD")


# ---------------------------------------------------------------- the command


@pytest.fixture
def on_this_deployment(tables: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operations.deployment.configure", lambda options: {})
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    awards = [loaded_award("A1", "2026-01-15T08:00:00Z"), loaded_award("A2", "2026-02-15T08:00:00Z")]
    load_organization("MAKERS", "paid", [issuer("WELD", "Welding School", awards), issuer("WOOD", "Wood Shop")], [])


@pytest.mark.usefixtures("on_this_deployment")
def test_command_checks_and_then_recounts_all_issuers_in_an_organization(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["MAKERS", "--check"]) == 3
    assert "badge class BC-WELD-1, 2026-01: 0 counted, 1 found; the counts differ on 1 day" in capsys.readouterr().out
    assert command.main(["MAKERS"]) == 0
    assert "issuer WELD: 2 awards, 2 differences\nissuer WOOD: 0 awards, 0 differences" in capsys.readouterr().out
    assert command.main(["MAKERS", "--check"]) == 0
    assert counted_by_day("WELD") == awards_by_day("WELD")


@pytest.mark.usefixtures("on_this_deployment")
def test_command_reports_an_unknown_organization(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["MAKERS", "MAKER"]) == 1
    assert capsys.readouterr().err == "No such organization: MAKER. Nothing was counted.\n"
