"""Expired history is hidden even before DynamoDB deletes it (moto never does)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from badgedata.records.record import HISTORY_KEPT
from tests.support.api_client import Answer, Person
from tests.support.clock import set_time
from tests.support.invocations import process_queue
from tests.support.organizations import OWNER
from tests.support.replacing import BADGE_CLASS, confirm, load_badge_class, new_badge, preview, replace

pytestmark = pytest.mark.usefixtures("organizations")

START = datetime.fromisoformat("2026-03-01T12:00:00Z")
SECOND = timedelta(seconds=1)
NONE = "0" * 32


@pytest.fixture(autouse=True)
def _at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    set_time(START, monkeypatch)


def export() -> str:
    export_id: str = OWNER.post("/issuers/WELD/exports", {"kind": "awards"}).json["id"]
    process_queue()
    return export_id


def list_ids(path: str, person: Person = OWNER, **query: str) -> list[str]:
    """Return the IDs from all pages of a list, and check that the pages are full."""
    ids: list[str] = []
    while True:
        page = person.get(path, query={"limit": "2"} | query).json
        ids += [item["id"] for item in page["items"]]
        if "nextCursor" not in page:
            return ids
        assert len(page["items"]) == 2
        query["cursor"] = page["nextCursor"]


def test_export_record_is_available_until_the_moment_it_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    export_id = export()
    set_time(START + HISTORY_KEPT - SECOND, monkeypatch)
    assert OWNER.get(f"/exports/{export_id}").json["status"] == "expired"
    assert list_ids("/exports", issuerId="WELD") == [export_id]
    set_time(START + HISTORY_KEPT, monkeypatch)
    for theirs, none in (
        (OWNER.get(f"/exports/{export_id}"), OWNER.get(f"/exports/{NONE}")),
        (OWNER.get(f"/exports/{export_id}/file"), OWNER.get(f"/exports/{NONE}/file")),
        (OWNER.delete(f"/exports/{export_id}"), OWNER.delete(f"/exports/{NONE}")),
    ):
        assert is_not_found(theirs)
        assert theirs == none
    assert list_ids("/exports", issuerId="WELD") == []


def test_history_pages_are_full_even_if_some_items_have_expired(monkeypatch: pytest.MonkeyPatch) -> None:
    for day in range(3):
        set_time(START + timedelta(days=day), monkeypatch)
        export()
    set_time(START + HISTORY_KEPT - timedelta(days=10), monkeypatch)
    young = [export() for _ in range(5)]
    set_time(START + HISTORY_KEPT + timedelta(days=2), monkeypatch)
    assert list_ids("/exports", issuerId="WELD") == young[::-1]


def test_replacement_record_is_available_until_the_moment_it_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    load_badge_class(1)
    replaced, previewed = replace()["id"], preview(new_badge(5))["id"]
    list_of_badge_class = f"/badge-classes/{BADGE_CLASS}/replacements"
    set_time(START + HISTORY_KEPT - SECOND, monkeypatch)
    assert list_ids(list_of_badge_class) == [previewed, replaced]
    assert OWNER.get(f"/replacements/{replaced}").json["imageResync"]["total"] == 0  # no worker has counted them
    set_time(START + HISTORY_KEPT, monkeypatch)
    assert list_ids(list_of_badge_class) == []
    for replacement_id in (replaced, previewed):
        assert is_not_found(OWNER.get(f"/replacements/{replacement_id}"))
        assert is_not_found(OWNER.get(f"/replacements/{replacement_id}/failed-images"))
        assert is_not_found(OWNER.delete(f"/replacements/{replacement_id}"))
        assert is_not_found(OWNER.post(f"/replacements/{replacement_id}/confirm", None))


def test_resync_does_not_expire_before_its_replacement(monkeypatch: pytest.MonkeyPatch) -> None:
    """A re-sync starts when its replacement is confirmed, so the re-sync never expires first."""
    load_badge_class(1)
    made = preview(new_badge())
    set_time(START + timedelta(minutes=30), monkeypatch)
    assert confirm(made).status == 200
    set_time(START + HISTORY_KEPT - SECOND, monkeypatch)
    assert OWNER.get(f"/replacements/{made['id']}").json["imageResync"]["status"] == "in-progress"


def test_idempotency_key_expires_after_exactly_one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked() -> Any:
        return OWNER.post("/issuers/WELD/exports", {"kind": "awards"}, headers={"Idempotency-Key": "spring"}).json["id"]

    first = asked()
    set_time(START + timedelta(hours=24) - SECOND, monkeypatch)
    assert asked() == first
    set_time(START + timedelta(hours=24), monkeypatch)
    assert asked() != first


def test_schedules_never_expire(monkeypatch: pytest.MonkeyPatch) -> None:
    schedule = {"name": "Weekly", "export": {"issuerId": "WELD", "kind": "awards"}, "expression": "rate(7 days)"}
    schedule_id = OWNER.post("/schedules", schedule).json["id"]
    set_time(START + 10 * HISTORY_KEPT, monkeypatch)
    assert list_ids("/schedules", issuerId="WELD") == [schedule_id]
    assert OWNER.get(f"/schedules/{schedule_id}").status == 200


def is_not_found(answer: Answer) -> bool:
    return (answer.status, answer.problem["code"]) == (404, "not-found")
