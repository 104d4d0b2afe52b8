"""Replacing a badge: look first, then confirm or cancel; who may; and what is refused, changing nothing."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import boto3
import pytest

from badgedata import aws, clock
from badgedata.config import config
from badgedata.records import transactions
from badgedata.records.directory import BadgeClass, Organization
from local.openbadges_host import OpenBadgesHost
from tests.integration.api.client import Answer, Person, call
from tests.integration.api.organizations import EDITOR, NOBODY, OWNER, STAFF, load_organization, member
from tests.integration.replacing import (
    BADGE_CLASS,
    SVG,
    Queue,
    badge_class_now,
    baked_image_source,
    confirm,
    data_uri,
    load_badge_class,
    look,
    new_badge,
    png,
    preview,
    replace,
)

pytestmark = pytest.mark.usefixtures("tables")

PREVIEWS = f"/badge-classes/{BADGE_CLASS}/replacements"


def is_of_fair_use(item: dict[str, Any]) -> bool:
    sort_key: str = item.get("sk", {}).get("S", "")
    return sort_key.startswith(("preview-slot#", "previews#"))


def everything() -> dict[str, Any]:
    """All items of all tables but the counts of fair use, and all images: for comparing before and after."""
    found: dict[str, Any] = {
        table: [item for item in aws.dynamodb().scan(TableName=table)["Items"] if not is_of_fair_use(item)]
        for table in (config().directory_table, config().awards_table, config().operations_table)
    }
    images = aws.s3().list_objects_v2(Bucket=config().images_bucket).get("Contents", [])
    return found | {"images": [image["Key"] for image in images]}


def public(path: str) -> Answer:
    return call("GET", path, email=None)


# ---------------------------------------------------------------- look first


def test_texts_of_any_script_count_by_what_they_take_and_not_by_how_they_are_escaped() -> None:
    load_badge_class(1)
    description = "Ж" * 90_000  # 180 kB in UTF-8, 540 kB in \u escapes; an item may have 400
    assert preview(new_badge(2, description=description))["proposed"]["description"] == description


def test_a_preview_shows_both_badges_and_changes_neither_badge_nor_awards() -> None:
    load_badge_class(2)
    before = everything()
    shown = preview(new_badge(2))
    after = everything()
    assert after[config().directory_table] == before[config().directory_table]
    assert after[config().awards_table] == before[config().awards_table]
    assert shown["status"] == "previewed"
    assert (shown["current"]["name"], shown["proposed"]["name"]) == ("Robotics", "Robotics 2")
    assert shown["changes"] == ["name", "description", "criteria", "image", "tags"]
    assert "imageResync" not in shown
    assert "confirmedAt" not in shown


def test_both_images_of_a_preview_can_be_seen_without_a_token() -> None:
    load_badge_class(0, image=SVG)
    shown = preview(new_badge(image=data_uri(SVG.replace(b"#080", b"#800"))))
    for badge, colour in (("current", "#080"), ("proposed", "#800")):
        image = public(shown[badge]["image"].removeprefix("https://badges.example.org"))
        assert image.status == 200
        assert colour in image.text


def test_an_image_json_as_object_or_text_and_an_address_are_all_sources(loopback_sources: None) -> None:
    load_badge_class(0)
    with OpenBadgesHost() as host:
        sources = {
            "image": baked_image_source(3),
            "json": new_badge(4),
            "text": {"json": json.dumps(new_badge(5)["json"])},
            "url": {"url": host.assertion_url},
        }
        found = {name: preview(source) for name, source in sources.items()}
    assert [shown["source"]["kind"] for shown in found.values()] == ["image", "json", "json", "url"]
    assert found["image"]["source"]["assertionId"] == "https://other.example/assertions/1"
    assert found["url"]["source"] == {"kind": "url", "openBadgesVersion": "2.0", "assertionId": host.assertion_url}
    assert found["url"]["proposed"]["name"] == host.badge_name
    assert "assertionId" not in found["json"]["source"]


def test_an_image_is_base64_however_it_was_copied() -> None:
    load_badge_class(0)
    encoded = baked_image_source(3)["image"]
    lines = "\n".join(encoded[start : start + 76] for start in range(0, len(encoded), 76))
    for image in (
        lines,
        lines.replace("\n", "\r\n") + "\r\n",
        f"  {encoded}\n",
        encoded.rstrip("="),
        encoded.translate(str.maketrans("+/", "-_")),
        f"data:image/png;base64,{encoded}",
        f"DATA:;BASE64,{lines}",
        f" data:image/png;name=badge.png;base64,{quote(encoded)}",
        "data:image/png," + quote(base64.b64decode(encoded)),
    ):
        assert preview({"image": image})["proposed"]["name"] == "Baked"


def test_json_may_be_a_data_uri_in_its_own_charset() -> None:
    load_badge_class(0)
    text = json.dumps(new_badge(4, name="Bäume")["json"], ensure_ascii=False)
    latin = base64.b64encode(text.encode("latin-1")).decode()
    for source in (
        f"data:application/ld+json;charset=ISO-8859-1;base64,{latin}",
        f"data:application/json,{quote(text)}",
        f"data:application/json;base64,{base64.b64encode(text.encode()).decode()}",
    ):
        assert preview({"json": source})["proposed"]["name"] == "Bäume"


def test_what_of_a_source_is_left_out_is_named_in_the_preview() -> None:
    load_badge_class(0)
    source = new_badge(
        2,
        name=["Oak", "Elm"],
        alignments=[{"targetName": "Forestry", "targetUrl": "https://goals.example/4"}, "https://goals.example/5"],
        criteria=[{"narrative": "Plant two trees."}, {"narrative": "Water them."}],
        version="3",
    )
    shown = preview(source)
    assert shown["proposed"]["name"] == "Oak"
    assert shown["proposed"]["alignment"] == [{"targetName": "Forestry", "targetUrl": "https://goals.example/4"}]
    assert shown["proposed"]["criteria"] == {"narrative": "Plant two trees."}
    for lost in ("Elm", "https://goals.example/5", "Water them.", "version"):
        assert any(lost in warning for warning in shown["warnings"]), lost


def test_a_source_without_an_image_leaves_the_badge_its_own() -> None:
    load_badge_class(0)
    source = new_badge()["json"]
    del source["image"]
    shown = preview({"json": source})
    assert shown["proposed"]["image"] == shown["current"]["image"]
    assert "image" not in shown["changes"]
    assert "The source has no image. The badge keeps its image." in shown["warnings"]
    assert confirm(shown).json["current"]["image"] == shown["current"]["image"]


def test_an_alignment_that_lacks_its_address_is_left_out_with_a_warning() -> None:
    load_badge_class(0)
    whole = {"targetName": "Walking", "targetUrl": "https://standards.example/walking"}
    shown = preview({"json": new_badge()["json"] | {"alignment": [whole, {"targetName": "Running"}]}})
    assert shown["proposed"]["alignment"] == [whole]
    assert any("Running" in warning for warning in shown["warnings"])


def test_all_that_an_alignment_left_out_has_is_named() -> None:
    load_badge_class(0)
    lost = {"targetName": "Running", "targetCode": "R-4", "targetFramework": "Sports", "targetDescription": "Runs"}
    shown = preview({"json": new_badge()["json"] | {"alignment": [lost]}})
    (warning,) = [warning for warning in shown["warnings"] if "alignment" in warning]
    assert all(text in warning for text in lost.values())


# ---------------------------------------------------------------- confirm


def test_confirming_overwrites_the_badge_and_its_public_document_at_once() -> None:
    load_badge_class(1)
    done = replace(new_badge(2))
    assert done["status"] == "replaced"
    assert done["current"] == done["proposed"]
    assert badge_class_now().version == 2
    document = public(f"/public/badges/{BADGE_CLASS}").json
    assert (document["name"], document["criteria"]) == ("Robotics 2", {"narrative": "Make it walk"})
    assert document["tags"] == ["robots", "walking"]


def test_what_the_badge_was_before_is_kept_nowhere() -> None:
    load_badge_class(1, description="An unforgettable sentence", criteria={"narrative": "The old way"})
    replace(new_badge(2))
    tables = json.dumps({name: items for name, items in everything().items() if name != "images"})
    assert "unforgettable" not in tables
    assert "The old way" not in tables


def test_fields_that_the_new_badge_does_not_have_are_gone() -> None:
    load_badge_class(0, alignment=[{"targetName": "Old", "targetUrl": "https://standards.example/old"}])
    replace(
        {"json": {"type": "BadgeClass", "name": "Bare", "criteria": {"narrative": "None"}, "image": data_uri(png(2))}}
    )
    document = public(f"/public/badges/{BADGE_CLASS}").json
    assert "alignment" not in document
    assert "tags" not in document


def test_a_confirmation_repeated_gives_the_same_answer_and_changes_nothing() -> None:
    load_badge_class(1)
    shown = preview()
    first = confirm(shown)
    Queue().work_off()
    before = everything()
    again = confirm(shown)
    assert again.status == first.status == 200
    assert everything() == before
    assert {**again.json, "imageResync": None} == {**first.json, "imageResync": None}


def test_the_second_of_two_previews_can_not_be_confirmed_after_the_first() -> None:
    load_badge_class(0)
    first, second = preview(new_badge(2)), preview(new_badge(3))
    assert confirm(second).status == 200
    late = confirm(first)
    assert (late.status, late.problem["code"]) == (409, "conflict")
    assert badge_class_now().name == "Robotics 3"
    assert badge_class_now().version == 2


@pytest.fixture
def just_before_writing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Let something happen between what a confirmation reads and what it writes, once."""

    def arrange(happens: Callable[[], Any]) -> None:
        write, waiting = transactions.write, [happens]

        def late(fill: Any) -> None:
            if waiting:
                waiting.pop()()
            write(fill)

        monkeypatch.setattr(transactions, "write", late)

    return arrange


def test_of_two_people_who_confirm_at_once_one_wins(just_before_writing: Callable[..., None]) -> None:
    load_badge_class(0)
    mine, theirs = preview(new_badge(2)), preview(new_badge(3))
    just_before_writing(lambda: confirm(theirs))
    answer = confirm(mine)
    assert (answer.status, answer.problem["code"]) == (409, "conflict")
    assert badge_class_now().name == "Robotics 3"
    assert look(mine)["status"] == "previewed"


def test_the_same_confirmation_twice_at_once_is_one(just_before_writing: Callable[..., None]) -> None:
    load_badge_class(0)
    shown = preview(new_badge(2))
    just_before_writing(lambda: confirm(shown))
    assert confirm(shown).status == 200
    assert badge_class_now().version == 2


def test_a_cancellation_that_is_faster_than_the_confirmation_holds(
    just_before_writing: Callable[..., None],
) -> None:
    load_badge_class(0)
    shown = preview(new_badge(2))
    just_before_writing(lambda: OWNER.delete(f"/replacements/{shown['id']}"))
    answer = confirm(shown)
    assert (answer.status, answer.problem["code"]) == (409, "conflict")
    assert badge_class_now().version == 1
    assert look(shown)["status"] == "cancelled"


def test_a_badge_that_a_load_changed_since_the_preview_is_not_overwritten() -> None:
    load_badge_class(0)
    shown = preview()
    load_badge_class(0, description="Changed by a load")
    assert confirm(shown).status == 409
    assert badge_class_now().description == "Changed by a load"


def test_a_preview_holds_for_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    load_badge_class(0)
    shown, made = preview(), clock.now()
    stand_at(monkeypatch, made + timedelta(minutes=59))
    assert look(shown)["status"] == "previewed"
    stand_at(monkeypatch, made + timedelta(minutes=61))
    assert look(shown)["status"] == "expired"
    late = confirm(shown)
    assert late.status == 409
    assert "over an hour old" in late.problem["detail"]
    assert badge_class_now().version == 1


def stand_at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


def test_a_cancelled_replacement_can_not_be_confirmed_and_a_confirmed_one_not_cancelled() -> None:
    load_badge_class(0)
    cancelled, confirmed = preview(), preview()
    assert OWNER.delete(f"/replacements/{cancelled['id']}").json["status"] == "cancelled"
    assert OWNER.delete(f"/replacements/{cancelled['id']}").json["status"] == "cancelled"
    assert confirm(cancelled).status == 409
    assert confirm(confirmed).status == 200
    assert OWNER.delete(f"/replacements/{confirmed['id']}").status == 409
    assert look(confirmed)["status"] == "replaced"


def test_the_history_is_newest_first_and_goes_on_page_by_page() -> None:
    load_badge_class(0)
    made = [preview(new_badge(grey))["id"] for grey in range(5)]
    found, cursor = [], None
    while True:
        page = OWNER.get(PREVIEWS, query={"limit": "2"} | ({"cursor": cursor} if cursor else {})).json
        found += [item["id"] for item in page["items"]]
        if (cursor := page.get("nextCursor")) is None:
            break
    assert found == made[::-1]


# ---------------------------------------------------------------- who may


@pytest.fixture
def everybody(tables: None) -> None:
    load_badge_class(1)
    document = {"issuer": {"entityId": "WELD", "name": "Welding School", "url": "https://school.example.org"}}
    roles = [member(OWNER, "owner", "WELD"), member(EDITOR, "editor", "WELD"), member(STAFF, "staff", "WELD")]
    load_organization("MAKERS", "paid", [document], roles)


@pytest.mark.usefixtures("everybody")
def test_an_editor_may_replace() -> None:
    assert EDITOR.post(PREVIEWS, new_badge()).status == 201


@pytest.mark.usefixtures("everybody")
def test_staff_may_look_and_nothing_else() -> None:
    shown = preview()
    assert STAFF.get(f"/replacements/{shown['id']}").status == 200
    assert STAFF.get(PREVIEWS).status == 200
    for refused in (
        STAFF.post(PREVIEWS, new_badge()),
        call("POST", f"/replacements/{shown['id']}/confirm", email=STAFF.email),
        STAFF.delete(f"/replacements/{shown['id']}"),
    ):
        assert (refused.status, refused.problem["code"]) == (403, "role-not-allowed")
    assert look(shown)["status"] == "previewed"


@pytest.mark.usefixtures("everybody")
def test_to_others_replacements_do_not_exist() -> None:
    shown = preview()
    for answer in (
        NOBODY.get(f"/replacements/{shown['id']}"),
        NOBODY.get("/replacements/never"),
        NOBODY.post(PREVIEWS, new_badge()),
        call("POST", f"/replacements/{shown['id']}/confirm", email=NOBODY.email),
        NOBODY.delete(f"/replacements/{shown['id']}"),
    ):
        assert (answer.status, answer.problem["code"]) == (404, "not-found")


@pytest.mark.usefixtures("everybody")
def test_the_free_plan_does_not_replace() -> None:
    shown = preview()
    Organization.get(*Organization.key("MAKERS")).update([Organization.plan.set("free")])
    for refused in (OWNER.post(PREVIEWS, new_badge()), confirm(shown)):
        assert (refused.status, refused.problem["code"]) == (403, "subscription-required")
    assert badge_class_now().version == 1


# ---------------------------------------------------------------- what is refused


@pytest.fixture
def loopback_sources(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Allow what the local stack allows."""
    monkeypatch.setenv("SOURCE_ADDRESSES", "loopback-too")
    config.cache_clear()
    yield
    monkeypatch.undo()
    config.cache_clear()


PLAIN_PNG = base64.b64encode(png()).decode()
REFUSED: dict[str, tuple[Any, int, str, str]] = {
    "no source": ({}, 422, "invalid-request", "exactly one"),
    "two sources": ({"url": "https://a.example", "image": PLAIN_PNG}, 422, "invalid-request", "exactly one"),
    "a misspelt field": ({"URL": "https://a.example"}, 422, "invalid-request", "Unknown field"),
    "not Base64": ({"image": "not base64!"}, 422, "invalid-request", "Base64"),
    "a data URI without a badge": ({"image": data_uri(png())}, 422, "no-badge-in-image", "the image you sent"),
    "a data URI without its comma": ({"image": "data:image/png;base64"}, 422, "invalid-request", "comma"),
    "a data URI over 4 MiB": ({"image": "data:;base64," + "A" * 5_600_000}, 413, "source-too-large", "4 MiB"),
    "a percent-encoded data URI over 4 MiB": ({"image": "data:," + "A" * 4_300_000}, 413, "source-too-large", "4 MiB"),
    "JSON as a data URI over 1 MiB": ({"json": "data:," + "A" * 1_100_000}, 413, "source-too-large", "1 MiB"),
    "a data URI as an address": ({"url": data_uri(png())}, 422, "blocked-address", "http or https"),
    "a data URI that is not Base64": ({"image": "data:image/png;base64,!"}, 422, "invalid-request", "Base64"),
    "Base64 of a PDF": ({"image": base64.b64encode(b"%PDF-1.7").decode()}, 422, "bad-image", "PNG or SVG"),
    "an image without a badge": ({"image": PLAIN_PNG}, 422, "no-badge-in-image", "the image you sent"),
    "an image over 4 MiB": ({"image": "A" * 5_600_000}, 413, "source-too-large", "4 MiB"),
    "JSON over 1 MiB": ({"json": {"type": "BadgeClass", "name": "x" * 1_100_000}}, 413, "source-too-large", "1 MiB"),
    "JSON of something else": ({"json": {"type": "Person", "name": "Ada"}}, 422, "not-open-badges", "JSON you sent"),
    "JSON that is none": ({"json": "<html>"}, 422, "not-open-badges", "the JSON you sent"),
    "an address inside": ({"url": "http://10.0.0.7/badge"}, 422, "blocked-address", "public internet"),
    "this machine": ({"url": "http://127.0.0.1:4566/"}, 422, "blocked-address", "public internet"),
    "no web address": ({"url": "file:///etc/passwd"}, 422, "blocked-address", "http or https"),
    "a long address": ({"url": "https://a.example/" + "x" * 3000}, 422, "invalid-request", "2048"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_source_is_refused_by_name_and_changes_nothing(case: str) -> None:
    load_badge_class(1)
    source, status, code, said = REFUSED[case]
    before = everything()
    answer = OWNER.post(PREVIEWS, source)
    assert (answer.status, answer.problem["code"]) == (status, code), answer.text
    assert said in json.dumps(answer.problem)
    if len(source) == 1 and "URL" not in source:
        assert answer.wrong_fields == list(source)
    assert everything() == before


def test_text_that_no_database_can_hold_is_refused_or_mended_but_never_an_error() -> None:
    load_badge_class(0)
    answer = OWNER.post(PREVIEWS, json.dumps({"json": '{"type": "BadgeClass", "name": "\\ud800 half a letter"}'}))
    assert answer.status in (201, 422), answer.text


def test_a_replacement_of_a_badge_that_does_not_exist_is_not_found() -> None:
    load_badge_class(0)
    assert OWNER.post("/badge-classes/none/replacements", new_badge()).status == 404
    assert Person("x@example.org").get("/replacements/../x").status == 404


def test_nothing_is_sent_to_the_queue_before_a_confirmation() -> None:
    load_badge_class(1)
    preview()
    assert Queue().work_off() == 0
    assert BadgeClass.get(*BadgeClass.key(BADGE_CLASS)).version == 1
    assert boto3.client("sqs").receive_message(QueueUrl=config().image_resync_queue_url).get("Messages") is None
