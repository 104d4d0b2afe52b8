"""Trail entries: their contents, their retention, and protection against overwriting."""

from datetime import UTC, datetime, timedelta

import pytest
from pynamodb.transactions import TransactWrite

from badgedata.records import transactions
from badgedata.records.exports import ActiveExports
from badgedata.records.trail import TrailEntry
from badgedata.records.transactions import ConditionsFailedError
from badgedata.trail import entries, entry
from tests.support.clock import set_time

pytestmark = pytest.mark.usefixtures("tables")

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def save(*new: TrailEntry) -> None:
    def fill(transaction: TransactWrite) -> None:
        for one in new:
            transaction.save(one)

    transactions.write(fill)


def replaced(organization_id: str = "ORG", issuer_id: str | None = "ISS", name: str = "Diver") -> TrailEntry:
    return entry(
        organization_id, "ada@example.org", "badge-replaced", "badge-class", "BADGE", name, {"version": 2}, issuer_id
    )


def names(found: list[TrailEntry]) -> list[str]:
    return [one.target_name for one in found]


def test_trail_entry_names_the_actor_action_and_target(monkeypatch: pytest.MonkeyPatch) -> None:
    set_time(NOON, monkeypatch)
    save(replaced())
    (found,) = entries("ORG", None, "0", "~", newest_first=True)
    assert (found.at, found.actor, found.action) == ("2026-03-01T12:00:00Z", "ada@example.org", "badge-replaced")
    assert (found.target_type, found.target_id, found.target_name) == ("badge-class", "BADGE", "Diver")
    assert found.details == {"version": 2}
    assert found.expires_at == int((NOON + timedelta(days=730)).timestamp())


def test_trail_entries_are_listed_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    for hour in range(3):
        set_time(NOON + timedelta(hours=hour), monkeypatch)
        save(replaced(name=str(hour)))
    found = list(entries("ORG", None, "0", "~", newest_first=True))
    assert names(found) == ["2", "1", "0"]
    assert names(list(entries("ORG", None, "0", found[0].id, newest_first=True))) == ["1", "0"]


def test_issuer_trail_contains_only_that_issuers_entries() -> None:
    save(replaced(name="its own"), replaced(issuer_id=None, name="all"), replaced(issuer_id="OTHER", name="another's"))
    found = entries("ORG", "ISS", "0", "~")
    assert names(list(found)) == ["its own"]


def test_another_organizations_trail_entries_are_not_listed() -> None:
    save(replaced("ORG-2"))
    assert list(entries("ORG", None, "0", "~", newest_first=True)) == []


def test_existing_trail_entry_is_never_overwritten() -> None:
    first = replaced(name="first")
    save(first)
    first.target_name = "second"
    with pytest.raises(ConditionsFailedError):
        save(first)
    assert names(list(entries("ORG", None, "0", "~", newest_first=True))) == ["first"]


def test_trail_entry_is_not_stored_if_the_change_fails() -> None:
    def fill(transaction: TransactWrite) -> None:
        count = ActiveExports(*ActiveExports.key("ORG"))
        transaction.update(count, actions=[ActiveExports.active.add(1)], condition=ActiveExports.pk.exists())
        transaction.save(replaced())

    with pytest.raises(ConditionsFailedError) as failed:
        transactions.write(fill)
    assert failed.value.failed == [False, True]
    assert list(entries("ORG", None, "0", "~", newest_first=True)) == []


def test_expired_trail_entries_are_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    set_time(NOON, monkeypatch)
    save(replaced())
    set_time(NOON + timedelta(days=730), monkeypatch)
    assert list(entries("ORG", None, "0", "~", newest_first=True)) == []
