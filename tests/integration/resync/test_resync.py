"""The re-sync of awards' images: baked anew, tried again for 13 days, counted right, and told of when overdue."""

import hashlib
import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import openbadges_bakery
import pytest
from PIL import Image

from badgedata import aws, clock, stored_images
from badgedata.config import config
from badgedata.records import transactions
from badgedata.records.awards import Award
from badgedata.records.directory import BadgeClass
from badgedata.resync import failures, messages, worker
from badgedata.stored_images import StoredImage
from development.sam_template import resources
from operations.loading import issuer as issuer_writing
from tests.support.api_client import Answer, call
from tests.support.images import data_uri, gray_png, shade_of
from tests.support.organizations import OWNER
from tests.support.replacing import (
    BASE_URL,
    SVG,
    Queue,
    awards_now,
    badge_class_now,
    baked_content,
    bring_badge_image_back,
    confirm,
    deliver,
    failures_now,
    figures,
    load_badge_class,
    look,
    lose_badge_image,
    new_badge,
    preview,
    replace,
    resync_now,
    sweep,
    walk_hours,
)

pytestmark = pytest.mark.usefixtures("tables")


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three awards a page, so that few awards are many messages."""
    monkeypatch.setattr(worker, "MAX_PAGE_AWARDS", 3)


def objects() -> list[str]:
    found = aws.s3().list_objects_v2(Bucket=config().images_bucket, Prefix="baked/").get("Contents", [])
    return [item["Key"] for item in found]


# ---------------------------------------------------------------- baked anew


@pytest.mark.slow
@pytest.mark.parametrize("awards", [0, 1, 89, 90, 91, 180])
def test_every_award_gets_the_new_picture_with_its_own_assertion(awards: int) -> None:
    load_badge_class(awards)
    replacement = replace(new_badge(2))
    Queue().work_off()
    found = figures(replacement)
    assert found == found | {"status": "complete", "total": awards, "refreshed": awards, "pending": 0, "failed": 0}
    for award in awards_now():
        content, assertion = baked_content(award)
        assert shade_of(content) == 2, "the picture is the new badge's"
        assert assertion["id"] == f"{BASE_URL}/public/assertions/{award.award_id}"
        recipient = assertion["recipient"]
        digest = hashlib.sha256((award.recipient_identity + recipient["salt"]).encode()).hexdigest()
        assert recipient["identity"] == f"sha256${digest}"


def test_what_is_baked_is_what_the_public_page_says_and_other_tools_read_it(tmp_path: Path) -> None:
    load_badge_class(1)
    replace()
    Queue().work_off()
    content, _ = baked_content(awards_now()[0])
    (file := tmp_path / "baked.png").write_bytes(content)
    with file.open("rb") as opened:
        unbaked = openbadges_bakery.unbake(opened)
    assert json.loads(unbaked) == call("GET", "/public/assertions/A00000", email=None).json


def test_an_svg_badge_is_baked_as_svg() -> None:
    load_badge_class(2)
    replace(new_badge(image=data_uri(SVG)))
    Queue().work_off()
    for award in awards_now():
        assert (award.image or "").endswith(".svg")
        content, assertion = baked_content(award)
        assert b"<circle" in content
        assert assertion["id"].endswith(award.award_id)


def test_an_image_of_an_older_version_is_deleted_and_its_address_leads_to_the_new_one() -> None:
    load_badge_class(3)
    replace(new_badge(2))
    Queue().work_off()
    assert objects() == [f"baked/issuers/WELD/A0000{number}/2-hashed.png" for number in range(3)]
    replace(new_badge(3))
    Queue().work_off()
    assert objects() == [f"baked/issuers/WELD/A0000{number}/3-hashed.png" for number in range(3)]
    old = call("GET", "/public/assertions/A00001/images/2-hashed.png", email=None)
    assert (old.status, old.headers["Location"]) == (302, f"{BASE_URL}/public/assertions/A00001/images/3-hashed.png")


def look_through_cache(path: str, kept: dict[str, Answer]) -> str:
    """Follow redirects as a browser or CDN does that keeps what it may; give the object of the link at the end."""
    for _ in range(5):
        answer = kept.get(path) or call("GET", path, email=None)
        assert answer.status == 302
        if "max-age" in answer.headers["Cache-Control"]:
            kept[path] = answer
        location = urlsplit(answer.headers["Location"])
        if "X-Amz-Signature" in location.query:
            return location.path.lstrip("/")
        path = location.path
    raise AssertionError(f"redirected in circles, {path} at last")


def test_who_kept_the_way_to_an_image_that_is_deleted_is_led_to_the_new_one_at_once() -> None:
    load_badge_class(1)
    kept: dict[str, Answer] = {}
    award_image = "/public/assertions/A00000/image"
    for version in (2, 3):
        replace(new_badge(version))
        Queue().work_off()
        assert look_through_cache(award_image, kept) in objects()
        assert look_through_cache(f"/public/assertions/A00000/images/{version}-hashed.png", kept) in objects()
    assert award_image in kept, "only the first step is kept"
    assert look_through_cache("/public/assertions/A00000/images/2-hashed.png", kept) == objects()[0]

    awards_now()[0].update([Award.revoked.set(True)])
    for path in (award_image, "/public/assertions/A00000/images/3-hashed.png"):
        assert look_through_cache(path, kept) == (badge_class_now().image or "").removeprefix("s3:")


def test_awards_that_are_given_meanwhile_show_the_badge_as_it_is_now() -> None:
    load_badge_class(1)
    replace(new_badge(2))
    Queue().work_off()
    load_badge_class(2, image=gray_png(2))  # the same badge class, and one award more
    image = call("GET", "/public/assertions/A00001/image", email=None)
    assert image.headers["Location"] == call("GET", "/public/badges/robotics/image", email=None).headers["Location"]


# ---------------------------------------------------------------- beside a load


def narrated(awards: int, narrative: str, image: bytes | None = None) -> dict[str, Any]:
    """Give the assertions that `load_badge_class` loads, each with a narrative and, if given, an image."""
    load_badge_class(awards)
    more = {"narrative": narrative} | ({"image": data_uri(image)} if image else {})
    return {
        "assertions": [
            {
                "entityId": award.award_id,
                "recipient": {"type": "email", "hashed": False, "identity": award.recipient_identity},
                "issuedOn": award.issued_on,
            }
            | more
            for award in awards_now()
        ]
    }


def before(target: Any, name: str, act: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let something happen just before the first call of a function."""
    real = getattr(target, name)

    def act_first(*arguments: Any, **named: Any) -> Any:
        monkeypatch.setattr(target, name, real)
        act()
        return real(*arguments, **named)

    monkeypatch.setattr(target, name, act_first)


def expect_all_to_show(version: int) -> None:
    """Expect that each award is fresh and its public image can be had."""
    for award in awards_now():
        assert (award.image, award.image_version) == (
            f"s3:baked/issuers/WELD/{award.award_id}/{version}-hashed.png",
            version,
        )
        assert call("GET", f"/public/assertions/{award.award_id}/images/{version}-hashed.png", email=None).status == 302
        assert shade_of(baked_content(award)[0]) == version


@pytest.mark.parametrize(
    ("target", "name"),
    [(issuer_writing, "_put_badge_classes"), (Award, "save")],
    ids=["after the load read what is there", "between an award's being read and put"],
)
def test_images_that_are_baked_while_a_document_is_loaded_stay(
    target: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assertions = narrated(3, "Built two robots")
    replace(new_badge(2))
    Queue().work_off()
    replacement = replace(new_badge(3))
    before(target, name, Queue().work_off, monkeypatch)
    load_badge_class(3, image=gray_png(3), **assertions)
    assert figures(replacement) | {"status": "complete", "total": 3, "refreshed": 3} == figures(replacement)
    expect_all_to_show(3)
    assert {award.narrative for award in awards_now()} == {"Built two robots"}


def test_images_of_a_badge_that_is_replaced_while_awards_are_loaded_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where the document has images, which were baked for the badge class as it was."""
    assertions = narrated(3, "Built two robots", gray_png(7))

    def replace_and_bake() -> None:
        replace(new_badge(2))
        Queue().work_off()

    before(Award, "save", replace_and_bake, monkeypatch)
    load_badge_class(3, **assertions)
    expect_all_to_show(2)
    assert {award.narrative for award in awards_now()} == {"Built two robots"}


def test_an_image_that_a_load_brings_back_while_another_is_baked_is_not_deleted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assertions = narrated(1, "Built two robots", gray_png(7))
    load_badge_class(1, **assertions)
    replace(new_badge(2))
    before(stored_images, "put", lambda: load_badge_class(1, **assertions), monkeypatch)
    Queue().work_off()
    (award,) = awards_now()
    assert award.image_version == 2
    assert stored_images.read(StoredImage((award.image or "").removeprefix("s3:"))) == gray_png(7)


def test_scripts_of_drawings_that_were_stored_before_loading_cleaned_them_are_never_baked() -> None:
    load_badge_class(1)
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><rect width="9"/></svg>'
    stored = stored_images.badge_image(drawing, "svg")
    stored_images.put(stored, drawing)
    badge_class_now().update([BadgeClass.image.set(stored.in_record)])
    without_image = new_badge(2)
    del without_image["json"]["image"]
    replace(without_image)
    Queue().work_off()
    (award,) = awards_now()
    baked = stored_images.read(StoredImage((award.image or "").removeprefix("s3:")))
    assert b"openbadges:assertion" in baked
    assert b"script" not in baked


@pytest.mark.parametrize("kind", ["JPEG", "GIF", "WEBP"])
def test_with_an_image_that_nothing_is_baked_into_a_resync_is_complete_at_once(kind: str) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(drawn, format=kind)
    load_badge_class(2, image=drawn.getvalue())
    without_image = new_badge(2)
    del without_image["json"]["image"]

    replacement = replace(without_image)
    Queue().work_off()

    assert figures(replacement) | {"status": "complete", "total": 2, "refreshed": 2} == figures(replacement)
    assert any("the images of awards can't be baked" in warning for warning in replacement["warnings"])


# ---------------------------------------------------------------- counted right


@pytest.mark.usefixtures("small_pages")
def test_the_figures_add_up_after_every_message_and_the_total_is_known_from_the_first() -> None:
    load_badge_class(10)
    replacement, queue, seen = replace(), Queue(), []
    while queue.work_off(at_most=1):
        seen.append(figures(replacement))
    assert [found["refreshed"] for found in seen] == [3, 6, 9, 10]
    assert {found["total"] for found in seen} == {10}
    assert [found["status"] for found in seen] == ["in-progress"] * 3 + ["complete"]


@pytest.mark.usefixtures("small_pages")
def test_a_message_delivered_twice_counts_nothing_twice() -> None:
    load_badge_class(10)
    replacement = replace()
    Queue().work_off(lambda message: deliver(message) and deliver(message))
    assert figures(replacement) | {"status": "complete", "total": 10, "refreshed": 10} == figures(replacement)


@pytest.mark.usefixtures("small_pages")
def test_two_workers_on_the_same_page_count_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    load_badge_class(7)
    replacement = replace()
    write = transactions.write
    inner: list[bool] = []

    def meet_another(fill: Any) -> None:
        if not inner:
            inner.append(True)
            Queue().work_off()
            worker.run(messages.ResyncMessage("robotics", 2), lambda: 60.0)
        write(fill)

    monkeypatch.setattr(transactions, "write", meet_another)
    Queue().work_off()
    assert figures(replacement) | {"status": "complete", "total": 7, "refreshed": 7} == figures(replacement)


@pytest.mark.usefixtures("small_pages")
def test_two_workers_on_the_same_failures_count_them_once(monkeypatch: pytest.MonkeyPatch) -> None:
    load_badge_class(3)
    replacement = replace(new_badge(2))
    lose_badge_image()
    Queue().work_off()
    bring_badge_image_back(gray_png(2))
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


# ---------------------------------------------------------------- tried again


def test_what_fails_is_told_with_its_reason_and_when_it_is_tried_again() -> None:
    load_badge_class(3)
    replacement = replace()
    lose_badge_image()
    Queue().work_off()
    found = figures(replacement)
    assert (found["status"], found["failed"], found["pending"]) == ("in-progress", 3, 0)
    page = OWNER.get(f"/replacements/{replacement['id']}/failed-images", query={"limit": "2"}).json
    rest = OWNER.get(
        f"/replacements/{replacement['id']}/failed-images", query={"limit": "2", "cursor": page["nextCursor"]}
    ).json
    items = page["items"] + rest["items"]
    assert sorted(item["awardId"] for item in items) == ["A00000", "A00001", "A00002"]
    assert {item["reason"] for item in items} == {"The badge class's image is missing from the images bucket."}
    for item in items:
        wait = clock.parse_rfc3339(item["nextTryAt"]) - clock.now()
        assert timedelta(minutes=4, seconds=50) < wait < timedelta(minutes=10)


def test_one_award_that_can_not_be_baked_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    load_badge_class(5)
    replacement = replace()
    refuse_images_of("A00002", monkeypatch)
    Queue().work_off()
    assert [failure.award_id for failure in failures_now()] == ["A00002"]
    assert figures(replacement) | {"total": 5, "refreshed": 4, "failed": 1} == figures(replacement)
    monkeypatch.undo()
    walk_hours(2)
    assert figures(replacement)["status"] == "complete"
    assert failures_now() == []


def refuse_images_of(award_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    put = aws.s3().put_object

    def refuse(**arguments: Any) -> Any:
        if award_id in arguments["Key"]:
            raise ConnectionError
        return put(**arguments)

    monkeypatch.setattr(aws.s3(), "put_object", refuse)


def test_what_failed_is_fresh_soon_after_the_cause_is_gone() -> None:
    load_badge_class(4)
    replacement = replace(new_badge(2))
    lose_badge_image()
    Queue().work_off()
    moment = walk_hours(3)
    assert figures(replacement)["failed"] == 4
    bring_badge_image_back(gray_png(2))
    walk_hours(24, moment)
    assert figures(replacement) | {"status": "complete", "refreshed": 4} == figures(replacement)
    assert resync_now().due is None


def test_the_waits_grow_from_five_minutes_to_a_day_and_differ() -> None:
    waits = {attempts: [failures.wait_after(attempts) for _ in range(300)] for attempts in (1, 2, 4, 8, 12, 50)}
    for attempts, drawn in waits.items():
        bound = min(timedelta(hours=24), timedelta(minutes=5) * 2 ** min(attempts, 10))
        assert timedelta(minutes=5) <= min(drawn) < bound * 0.6
        assert bound * 0.8 < max(drawn) <= bound
        assert len(set(drawn)) > 290


def test_a_confirmation_whose_message_was_lost_is_found_by_the_sweeper(monkeypatch: pytest.MonkeyPatch) -> None:
    load_badge_class(2)
    shown = preview()
    with monkeypatch.context() as patch:
        patch.setattr(aws.sqs(), "send_message", refused)
        assert confirm(shown).status == 200, "the badge is replaced, whatever became of the message"
    assert Queue().work_off() == 0
    walk_hours(1)
    assert figures(shown)["status"] == "complete"


def refused(**_: Any) -> None:
    from botocore.exceptions import EndpointConnectionError

    raise EndpointConnectionError(endpoint_url="https://sqs.example")


@pytest.mark.usefixtures("small_pages")
def test_a_message_that_the_queue_gave_up_is_sent_for_again() -> None:
    load_badge_class(7)
    replacement = replace()
    Queue().work_off(at_most=1)
    Queue().work_off(lambda message: True)  # into the dead-letter queue
    assert figures(replacement)["pending"] == 4
    walk_hours(2)
    assert figures(replacement)["status"] == "complete"


# ---------------------------------------------------------------- the window's end


@pytest.fixture
def told() -> Callable[[], list[dict[str, Any]]]:
    """Read the events that the template's rule passes on; they go to a queue here."""
    rule = resources("AWS::Events::Rule")["ImageResyncOverdueRule"]["Properties"]
    url = boto3.client("sqs").create_queue(QueueName="told")["QueueUrl"]
    events: Any = boto3.client("events")
    rule["EventPattern"]["detail"]["operationsTable"] = [config().operations_table]
    events.put_rule(Name="overdue", EventPattern=json.dumps(rule["EventPattern"]))
    arn = "arn:aws:sqs:eu-west-1:123456789012:told"
    events.put_targets(Rule="overdue", Targets=[{"Id": "told", "Arn": arn}])

    def read() -> list[dict[str, Any]]:
        found = boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in found]

    return read


@pytest.mark.slow
def test_after_thirteen_days_it_is_overdue_and_operators_are_told_once(
    told: Callable[[], list[dict[str, Any]]],
) -> None:
    load_badge_class(3)
    replacement = replace(new_badge(2))
    lose_badge_image()
    Queue().work_off()
    before_the_end = walk_hours(13 * 24 - 1)
    assert figures(replacement)["status"] == "in-progress"
    assert told() == []
    tries = {int(failure.attempts) for failure in failures_now()}
    assert min(tries) > 13, "about once a day at the end, and more often at first"
    assert max(tries) < 60
    walk_hours(30, before_the_end)
    assert figures(replacement) | {"status": "overdue", "total": 3, "failed": 3} == figures(replacement)
    (event,) = told()
    assert (event["source"], event["detail-type"]) == ("badge-data-management", "ImageResyncOverdue")
    assert event["detail"]["replacementId"] == replacement["id"]
    assert (event["detail"]["total"], event["detail"]["failed"]) == (3, 3)
    items = OWNER.get(f"/replacements/{replacement['id']}/failed-images").json["items"]
    assert [set(item) for item in items] == [{"awardId", "reason", "attempts"}] * 3
    assert sweep(before_the_end + timedelta(days=40)) == {}, "nothing is due any more"


def test_a_walk_that_never_went_on_is_overdue_with_what_is_pending(told: Callable[[], list[dict[str, Any]]]) -> None:
    load_badge_class(3)
    replacement = replace()
    sweep(clock.now() + timedelta(days=13, hours=1))
    found = figures(replacement)
    assert found["status"] == "overdue"
    assert len(told()) == 1
    Queue().work_off()
    assert figures(replacement) == found, "a message that comes too late changes nothing"


def test_the_sweeper_tells_again_rather_than_never(
    told: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    load_badge_class(1)
    replacement = replace()
    lose_badge_image()
    Queue().work_off()
    end = clock.now() + timedelta(days=13, hours=1)
    with monkeypatch.context() as patch:
        patch.setattr(aws.events(), "put_events", lambda **_: {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "x"}]})
        with pytest.raises(Exception, match="1 re-syncs"):
            sweep(end)
    assert figures(replacement)["status"] == "in-progress"
    sweep(end + timedelta(hours=1))
    assert figures(replacement)["status"] == "overdue"
    assert len(told()) == 1


# ---------------------------------------------------------------- a newer replacement


@pytest.mark.usefixtures("small_pages")
def test_a_newer_replacement_takes_over_in_mid_flight() -> None:
    load_badge_class(10)
    older = replace(new_badge(2))
    Queue().work_off(at_most=2)
    assert figures(older)["refreshed"] == 6
    newer = replace(new_badge(3))
    Queue().work_off()
    for award in awards_now():
        assert award.image_version == 3
        assert shade_of(baked_content(award)[0]) == 3
    assert figures(newer) | {"status": "complete", "total": 10, "refreshed": 10} == figures(newer)
    assert figures(older) == figures(newer), "what became of its images is the newer one's business"
    assert resync_now(2).status == "taken-over"
    walk_hours(1, clock.now() + timedelta(days=14))
    assert look(newer)["imageResync"]["status"] == "complete"


def test_a_worker_of_an_older_version_that_comes_late_marks_nothing() -> None:
    load_badge_class(2)
    replace(new_badge(2))
    badge_class_of_version_2, awards_of_then = badge_class_now(), list(Award.by_badge_class.query("robotics"))
    Queue().work_off(lambda message: True)
    replace(new_badge(3))
    Queue().work_off()
    from badgedata.resync.baking import bake_awards

    assert bake_awards(awards_of_then, badge_class_of_version_2) == [None, None]
    for award in awards_now():
        assert award.image_version == 3
        assert shade_of(baked_content(award)[0]) == 3


def test_failures_of_an_older_version_are_dropped_and_not_told_of(told: Callable[[], list[dict[str, Any]]]) -> None:
    load_badge_class(2)
    replace(new_badge(2))
    lose_badge_image()
    Queue().work_off()
    newer = replace(new_badge(3))
    Queue().work_off()
    walk_hours(2)
    assert failures_now() == []
    walk_hours(1, clock.now() + timedelta(days=14))
    assert told() == []
    assert figures(newer)["status"] == "complete"
