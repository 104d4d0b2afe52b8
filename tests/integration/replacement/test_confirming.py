"""Confirm or cancel a replacement: the badge class is overwritten once, or not at all."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest

from badgedata import clock
from badgedata.config import config
from badgedata.records import transactions
from badgedata.records.directory import BadgeClass
from tests.integration.replacement.stored import PREVIEWS, everything, public
from tests.support.clock import set_time
from tests.support.images import data_uri, gray_png
from tests.support.organizations import OWNER
from tests.support.replacing import (
    BADGE_CLASS,
    Queue,
    badge_class_now,
    confirm,
    load_badge_class,
    new_badge,
    preview,
    read_replacement,
    replace,
)

pytestmark = pytest.mark.usefixtures("tables")


# ---------------------------------------------------------------- confirm


def test_confirmation_overwrites_the_badge_and_its_public_document_immediately() -> None:
    load_badge_class(1)
    done = replace(new_badge(2))
    assert done["status"] == "replaced"
    assert done["current"] == done["proposed"]
    assert badge_class_now().version == 2
    document = public(f"/public/badges/{BADGE_CLASS}").json
    assert (document["name"], document["criteria"]) == ("Robotics 2", {"narrative": "Make it walk"})
    assert document["tags"] == ["robots", "walking"]


def test_previous_badge_content_is_not_stored() -> None:
    load_badge_class(1, description="An unforgettable sentence", criteria={"narrative": "The old way"})
    replace(new_badge(2))
    tables = json.dumps({name: items for name, items in everything().items() if name != "images"})
    assert "unforgettable" not in tables
    assert "The old way" not in tables


def test_fields_missing_from_the_new_badge_are_removed() -> None:
    load_badge_class(0, alignment=[{"targetName": "Old", "targetUrl": "https://standards.example/old"}])
    replace(
        {
            "json": {
                "type": "BadgeClass",
                "name": "Bare",
                "criteria": {"narrative": "None"},
                "image": data_uri(gray_png(2)),
            }
        }
    )
    document = public(f"/public/badges/{BADGE_CLASS}").json
    assert "alignment" not in document
    assert "tags" not in document


def test_repeated_confirmation_returns_the_same_response_and_changes_nothing() -> None:
    load_badge_class(1)
    shown = preview()
    first = confirm(shown)
    Queue().process_all()
    before = everything()
    again = confirm(shown)
    assert again.status == first.status == 200
    assert everything() == before
    assert {**again.json, "imageResync": None} == {**first.json, "imageResync": None}


def test_older_preview_cannot_be_confirmed_after_a_newer_one_is_confirmed() -> None:
    load_badge_class(0)
    first, second = preview(new_badge(2)), preview(new_badge(3))
    assert confirm(second).status == 200
    late = confirm(first)
    assert (late.status, late.problem["code"], late.problem["reason"]) == (409, "conflict", "changed")
    assert badge_class_now().name == "Robotics 3"
    assert badge_class_now().version == 2


@pytest.fixture
def just_before_writing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Run an action once between the reads and writes of a confirmation."""

    def arrange(happens: Callable[[], Any]) -> None:
        write, waiting = transactions.write, [happens]

        def late(fill: Any) -> None:
            if waiting:
                waiting.pop()()
            write(fill)

        monkeypatch.setattr(transactions, "write", late)

    return arrange


def test_only_one_of_two_concurrent_confirmations_is_applied(just_before_writing: Callable[..., None]) -> None:
    load_badge_class(0)
    mine, theirs = preview(new_badge(2)), preview(new_badge(3))
    just_before_writing(lambda: confirm(theirs))
    answer = confirm(mine)
    assert (answer.status, answer.problem["code"]) == (409, "conflict")
    assert badge_class_now().name == "Robotics 3"
    assert read_replacement(mine)["status"] == "previewed"


def test_concurrent_duplicate_confirmations_increment_the_version_once(
    just_before_writing: Callable[..., None],
) -> None:
    load_badge_class(0)
    shown = preview(new_badge(2))
    just_before_writing(lambda: confirm(shown))
    assert confirm(shown).status == 200
    assert badge_class_now().version == 2


def test_replacement_canceled_just_before_its_confirmation_is_not_applied(
    just_before_writing: Callable[..., None],
) -> None:
    load_badge_class(0)
    shown = preview(new_badge(2))
    just_before_writing(lambda: OWNER.delete(f"/replacements/{shown['id']}"))
    answer = confirm(shown)
    assert (answer.status, answer.problem["code"], answer.problem["reason"]) == (409, "conflict", "cancelled")
    assert badge_class_now().version == 1
    assert read_replacement(shown)["status"] == "cancelled"


def test_badge_changed_by_a_load_after_the_preview_is_not_overwritten() -> None:
    load_badge_class(0)
    shown = preview()
    load_badge_class(0, description="Changed by a load")
    assert confirm(shown).status == 409
    assert badge_class_now().description == "Changed by a load"


def test_preview_expires_after_one_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    load_badge_class(0)
    shown, made = preview(), clock.now()
    set_time(made + timedelta(minutes=59), monkeypatch)
    assert read_replacement(shown)["status"] == "previewed"
    set_time(made + timedelta(minutes=61), monkeypatch)
    assert read_replacement(shown)["status"] == "expired"
    late = confirm(shown)
    assert late.status == 409
    assert "more than an hour old" in late.problem["detail"]
    assert badge_class_now().version == 1


def test_replacement_cannot_be_both_confirmed_and_canceled() -> None:
    load_badge_class(0)
    canceled, confirmed = preview(), preview()
    assert OWNER.delete(f"/replacements/{canceled['id']}").json["status"] == "cancelled"
    assert OWNER.delete(f"/replacements/{canceled['id']}").json["status"] == "cancelled"
    assert confirm(canceled).status == 409
    assert confirm(confirmed).status == 200
    assert OWNER.delete(f"/replacements/{confirmed['id']}").status == 409
    assert read_replacement(confirmed)["status"] == "replaced"


def test_replacement_history_is_listed_newest_first_across_pages() -> None:
    load_badge_class(0)
    made = [preview(new_badge(gray))["id"] for gray in range(5)]
    found, cursor = [], None
    while True:
        page = OWNER.get(PREVIEWS, query={"limit": "2"} | ({"cursor": cursor} if cursor else {})).json
        found += [item["id"] for item in page["items"]]
        if (cursor := page.get("nextCursor")) is None:
            break
    assert found == made[::-1]


# ---------------------------------------------------------------- rejections


def test_preview_does_not_enqueue_messages() -> None:
    load_badge_class(1)
    preview()
    assert Queue().process_all() == 0
    assert BadgeClass.get(*BadgeClass.key(BADGE_CLASS)).version == 1
    assert boto3.client("sqs").receive_message(QueueUrl=config().image_resync_queue_url).get("Messages") is None
