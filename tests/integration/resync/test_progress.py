"""A re-sync's progress figures, and retries of failed images."""

from datetime import timedelta
from typing import Any

import pytest

from badgedata import aws, clock, sweeping
from badgedata.records import transactions
from badgedata.resync import messages, worker
from tests.support.images import gray_png
from tests.support.organizations import OWNER
from tests.support.replacing import (
    Queue,
    advance_hours,
    confirm,
    delete_badge_image,
    deliver,
    failures_now,
    figures,
    load_badge_class,
    new_badge,
    preview,
    replace,
    restore_badge_image,
    resync_now,
)

pytestmark = pytest.mark.usefixtures("tables")


# ---------------------------------------------------------------- figures


@pytest.mark.usefixtures("small_pages")
def test_progress_figures_add_up_after_every_message() -> None:
    load_badge_class(10)
    replacement, queue, seen = replace(), Queue(), []
    while queue.process_all(at_most=1):
        seen.append(figures(replacement))
    assert [found["refreshed"] for found in seen] == [3, 6, 9, 10]
    assert {found["total"] for found in seen} == {10}
    assert [found["status"] for found in seen] == ["in-progress"] * 3 + ["complete"]


@pytest.mark.usefixtures("small_pages")
def test_duplicate_message_does_not_change_the_progress_figures() -> None:
    load_badge_class(10)
    replacement = replace()
    Queue().process_all(lambda message: deliver(message) and deliver(message))
    assert figures(replacement) | {"status": "complete", "total": 10, "refreshed": 10} == figures(replacement)


@pytest.mark.usefixtures("small_pages")
def test_page_of_awards_processed_by_two_workers_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    load_badge_class(7)
    replacement = replace()
    write = transactions.write
    inner: list[bool] = []

    def meet_another(fill: Any) -> None:
        if not inner:
            inner.append(True)
            Queue().process_all()
            worker.run(messages.ResyncMessage("robotics", 2), lambda: 60.0)
        write(fill)

    monkeypatch.setattr(transactions, "write", meet_another)
    Queue().process_all()
    assert figures(replacement) | {"status": "complete", "total": 7, "refreshed": 7} == figures(replacement)


@pytest.mark.usefixtures("small_pages")
def test_failed_images_processed_by_two_workers_are_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    load_badge_class(3)
    replacement = replace(new_badge(2))
    delete_badge_image()
    Queue().process_all()
    restore_badge_image(gray_png(2))
    in_an_hour = clock.now() + timedelta(hours=1)
    again = messages.ResyncMessage("robotics", 2, awards=["A00000", "A00001"], at=in_an_hour)
    write = transactions.write
    inner: list[bool] = []

    def meet_another(fill: Any) -> None:
        if not inner:
            inner.append(True)
            some = messages.ResyncMessage("robotics", 2, awards=["A00001", "A00002"], at=in_an_hour)
            assert worker.run(some, lambda: 60.0).refreshed == 2
        write(fill)

    monkeypatch.setattr(transactions, "write", meet_another)
    assert worker.run(again, lambda: 60.0).refreshed == 1
    assert figures(replacement) | {"status": "complete", "total": 3, "refreshed": 3} == figures(replacement)


# ---------------------------------------------------------------- retries


def test_failed_images_are_listed_with_the_reason_and_next_attempt() -> None:
    load_badge_class(3)
    replacement = replace()
    delete_badge_image()
    Queue().process_all()
    found = figures(replacement)
    assert (found["status"], found["failed"], found["pending"]) == ("in-progress", 3, 0)
    page = OWNER.get(f"/replacements/{replacement['id']}/failed-images", query={"limit": "2"}).json
    rest = OWNER.get(
        f"/replacements/{replacement['id']}/failed-images", query={"limit": "2", "cursor": page["nextCursor"]}
    ).json
    items = page["items"] + rest["items"]
    assert sorted(item["awardId"] for item in items) == ["A00000", "A00001", "A00002"]
    assert {item["reason"] for item in items} == {
        "The badge's image is missing. Replace the badge with one that has an image."
    }
    for item in items:
        wait = clock.parse_rfc3339(item["nextTryAt"]) - clock.now()
        assert timedelta(minutes=4, seconds=50) < wait < timedelta(minutes=10)


def test_award_that_cannot_be_baked_does_not_block_others(monkeypatch: pytest.MonkeyPatch) -> None:
    load_badge_class(5)
    replacement = replace()
    reject_images_of("A00002", monkeypatch)
    Queue().process_all()
    assert [failure.award_id for failure in failures_now()] == ["A00002"]
    assert figures(replacement) | {"total": 5, "refreshed": 4, "failed": 1} == figures(replacement)
    monkeypatch.undo()
    advance_hours(2)
    assert figures(replacement)["status"] == "complete"
    assert failures_now() == []


def reject_images_of(award_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    put = aws.s3().put_object

    def reject(**arguments: Any) -> Any:
        if award_id in arguments["Key"]:
            raise ConnectionError
        return put(**arguments)

    monkeypatch.setattr(aws.s3(), "put_object", reject)


def test_failed_images_are_updated_soon_after_the_cause_is_fixed() -> None:
    load_badge_class(4)
    replacement = replace(new_badge(2))
    delete_badge_image()
    Queue().process_all()
    moment = advance_hours(3)
    assert figures(replacement)["failed"] == 4
    restore_badge_image(gray_png(2))
    advance_hours(24, moment)
    assert figures(replacement) | {"status": "complete", "refreshed": 4} == figures(replacement)
    assert resync_now().due is None


def test_retry_delays_grow_from_five_minutes_to_one_day_with_jitter() -> None:
    waits = {attempts: [sweeping.wait_after(attempts) for _ in range(300)] for attempts in (1, 2, 4, 8, 12, 50)}
    for attempts, drawn in waits.items():
        bound = min(timedelta(hours=24), timedelta(minutes=5) * 2 ** min(attempts, 10))
        assert timedelta(minutes=5) <= min(drawn) < bound * 0.6
        assert bound * 0.8 < max(drawn) <= bound
        assert len(set(drawn)) > 290


def test_sweeper_recovers_a_confirmation_whose_message_was_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    load_badge_class(2)
    shown = preview()
    with monkeypatch.context() as patch:
        patch.setattr(aws.sqs(), "send_message", rejected)
        assert confirm(shown).status == 200, "the badge is replaced regardless of the lost message"
    assert Queue().process_all() == 0
    advance_hours(1)
    assert figures(shown)["status"] == "complete"


def rejected(**_: Any) -> None:
    from botocore.exceptions import EndpointConnectionError

    raise EndpointConnectionError(endpoint_url="https://sqs.example")


@pytest.mark.usefixtures("small_pages")
def test_sweeper_resumes_a_resync_whose_message_became_a_dead_letter() -> None:
    load_badge_class(7)
    replacement = replace()
    Queue().process_all(at_most=1)
    Queue().process_all(lambda message: True)  # all attempts fail, so it becomes a dead letter
    assert figures(replacement)["pending"] == 4
    advance_hours(2)
    assert figures(replacement)["status"] == "complete"
