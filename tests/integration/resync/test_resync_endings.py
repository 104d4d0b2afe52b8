"""The end of a re-sync: overdue after 13 days, or superseded by a newer replacement."""

from datetime import timedelta

import pytest

from badgedata import clock
from badgedata.records.awards import Award
from development.sam_template import resources
from tests.support.images import shade_of
from tests.support.operations_stream import OperationsStream, Subscription
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


@pytest.mark.slow
def test_resync_becomes_overdue_after_13_days_and_causes_one_notification(
    stream: OperationsStream, subscription: Subscription
) -> None:
    load_badge_class(3)
    replacement = replace(new_badge(2))
    delete_badge_image()
    Queue().process_all()
    before_the_end = advance_hours(13 * 24 - 1)
    assert figures(replacement)["status"] == "in-progress"
    stream.deliver()
    assert subscription.types() == ["BadgeReplaced"]
    tries = {int(failure.attempts) for failure in failures_now()}
    assert min(tries) > 13, "more often at first, and about once a day at the end"
    assert max(tries) < 60
    advance_hours(30, before_the_end)
    assert figures(replacement) | {"status": "overdue", "total": 3, "failed": 3} == figures(replacement)
    stream.deliver()
    (event,) = subscription.receive()
    pattern = resources("AWS::Events::Rule")["ImageResyncOverdueRule"]["Properties"]["EventPattern"]
    assert {name: [event[name]] for name in pattern} == pattern
    assert event["detail"]["replacementId"] == replacement["id"]
    assert (event["detail"]["total"], event["detail"]["failed"]) == (3, 3)
    items = OWNER.get(f"/replacements/{replacement['id']}/failed-images").json["items"]
    assert [set(item) for item in items] == [{"awardId", "reason", "attempts"}] * 3
    assert sweep(before_the_end + timedelta(days=40)) == {}, "nothing is due anymore"


def test_stalled_resync_with_pending_images_becomes_overdue(
    stream: OperationsStream, subscription: Subscription
) -> None:
    load_badge_class(3)
    replacement = replace()
    sweep(clock.now() + timedelta(days=13, hours=1))
    found = figures(replacement)
    assert found["status"] == "overdue"
    stream.deliver()
    assert subscription.types() == ["BadgeReplaced", "ImageResyncOverdue"]
    Queue().process_all()
    assert figures(replacement) == found, "a late message changes nothing"


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


def test_late_worker_does_not_overwrite_images_for_a_newer_badge_version() -> None:
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


def test_failed_images_for_an_older_badge_version_are_dropped_silently(
    stream: OperationsStream, subscription: Subscription
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
    stream.deliver()
    assert "ImageResyncOverdue" not in subscription.types()
    assert figures(newer)["status"] == "complete"
