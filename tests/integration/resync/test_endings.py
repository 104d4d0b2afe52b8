"""The end of a re-sync: overdue after 13 days, or superseded by a newer replacement."""

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any

import boto3
import pytest

from badgedata import aws, clock
from badgedata.config import config
from badgedata.records.awards import Award
from development.sam_template import resources
from tests.support.images import shade_of
from tests.support.organizations import OWNER
from tests.support.replacing import (
    Queue,
    advance_hours,
    awards_now,
    badge_class_now,
    baked_content,
    delete_badge_image,
    failures_now,
    figures,
    load_badge_class,
    new_badge,
    read_replacement,
    replace,
    resync_now,
    sweep,
)

pytestmark = pytest.mark.usefixtures("tables")


# ---------------------------------------------------------------- time limit


@pytest.fixture
def notifications() -> Callable[[], list[dict[str, Any]]]:
    """Read the events that the template's rule forwards; the test sends them to a queue."""
    pattern = deepcopy(resources("AWS::Events::Rule")["ImageResyncOverdueRule"]["Properties"]["EventPattern"])
    url = boto3.client("sqs").create_queue(QueueName="reported")["QueueUrl"]
    events: Any = boto3.client("events")
    pattern["detail"]["operationsTable"] = [config().operations_table]
    events.put_rule(Name="overdue", EventPattern=json.dumps(pattern))
    arn = "arn:aws:sqs:eu-west-1:123456789012:reported"
    events.put_targets(Rule="overdue", Targets=[{"Id": "reported", "Arn": arn}])

    def read() -> list[dict[str, Any]]:
        found = boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in found]

    return read


@pytest.mark.slow
def test_resync_is_overdue_after_thirteen_days_and_operators_are_notified_once(
    notifications: Callable[[], list[dict[str, Any]]],
) -> None:
    load_badge_class(3)
    replacement = replace(new_badge(2))
    delete_badge_image()
    Queue().process_all()
    before_the_end = advance_hours(13 * 24 - 1)
    assert figures(replacement)["status"] == "in-progress"
    assert notifications() == []
    tries = {int(failure.attempts) for failure in failures_now()}
    assert min(tries) > 13, "more often at first, and about once a day at the end"
    assert max(tries) < 60
    advance_hours(30, before_the_end)
    assert figures(replacement) | {"status": "overdue", "total": 3, "failed": 3} == figures(replacement)
    (event,) = notifications()
    assert (event["source"], event["detail-type"]) == ("badge-data-management", "ImageResyncOverdue")
    assert event["detail"]["replacementId"] == replacement["id"]
    assert (event["detail"]["total"], event["detail"]["failed"]) == (3, 3)
    items = OWNER.get(f"/replacements/{replacement['id']}/failed-images").json["items"]
    assert [set(item) for item in items] == [{"awardId", "reason", "attempts"}] * 3
    assert sweep(before_the_end + timedelta(days=40)) == {}, "nothing is due anymore"


def test_resync_that_never_continues_becomes_overdue_with_pending_images(
    notifications: Callable[[], list[dict[str, Any]]],
) -> None:
    load_badge_class(3)
    replacement = replace()
    sweep(clock.now() + timedelta(days=13, hours=1))
    found = figures(replacement)
    assert found["status"] == "overdue"
    assert len(notifications()) == 1
    Queue().process_all()
    assert figures(replacement) == found, "a late message changes nothing"


def test_sweeper_repeats_a_notification_instead_of_losing_it(
    notifications: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    load_badge_class(1)
    replacement = replace()
    delete_badge_image()
    Queue().process_all()
    end = clock.now() + timedelta(days=13, hours=1)
    with monkeypatch.context() as patch:
        patch.setattr(aws.events(), "put_events", lambda **_: {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "x"}]})
        with pytest.raises(Exception, match="1 re-syncs"):
            sweep(end)
    assert figures(replacement)["status"] == "in-progress"
    sweep(end + timedelta(hours=1))
    assert figures(replacement)["status"] == "overdue"
    assert len(notifications()) == 1


# ---------------------------------------------------------------- newer replacement


@pytest.mark.usefixtures("small_pages")
def test_newer_replacement_takes_over_a_running_resync() -> None:
    load_badge_class(10)
    older = replace(new_badge(2))
    Queue().process_all(at_most=2)
    assert figures(older)["refreshed"] == 6
    newer = replace(new_badge(3))
    Queue().process_all()
    for award in awards_now():
        assert award.image_version == 3
        assert shade_of(baked_content(award)[0]) == 3
    assert figures(newer) | {"status": "complete", "total": 10, "refreshed": 10} == figures(newer)
    assert figures(older) == figures(newer), "the newer replacement is responsible for its images"
    assert resync_now(2).status == "taken-over"
    advance_hours(1, clock.now() + timedelta(days=14))
    assert read_replacement(newer)["imageResync"]["status"] == "complete"


def test_late_worker_of_an_older_version_changes_nothing() -> None:
    load_badge_class(2)
    replace(new_badge(2))
    badge_class_of_version_2, awards_of_then = badge_class_now(), list(Award.by_badge_class.query("robotics"))
    Queue().process_all(lambda message: True)
    replace(new_badge(3))
    Queue().process_all()
    from badgedata.resync.baking import bake_awards

    assert bake_awards(awards_of_then, badge_class_of_version_2) == [None, None]
    for award in awards_now():
        assert award.image_version == 3
        assert shade_of(baked_content(award)[0]) == 3


def test_failures_of_an_older_version_are_dropped_without_a_notification(
    notifications: Callable[[], list[dict[str, Any]]],
) -> None:
    load_badge_class(2)
    replace(new_badge(2))
    delete_badge_image()
    Queue().process_all()
    newer = replace(new_badge(3))
    Queue().process_all()
    advance_hours(2)
    assert failures_now() == []
    advance_hours(1, clock.now() + timedelta(days=14))
    assert notifications() == []
    assert figures(newer)["status"] == "complete"
