"""The sample events in `events/`, each sent to its function, as with `sam local invoke -e` and in the documentation."""

import json
from datetime import timedelta
from typing import Any

import boto3
import pytest

from badgedata import clock
from badgedata.config import config
from badgedata.exports import lifecycle
from functions.api import api
from functions.event_publisher import event_publisher
from functions.export_sweeper import export_sweeper
from functions.export_worker import export_worker
from tests.support.api_client import Person
from tests.support.clock import set_time
from tests.support.invocations import context, process_queue, sample_event
from tests.support.operations_stream import Subscription
from tests.support.organizations import award, issuer, load_organization, member

GRACE = Person("grace@example.org")


@pytest.fixture(autouse=True)
def _sample_issuer(tables: None) -> None:
    school = issuer("aurora-science", "Aurora School of Science", [award("A1", "2026-01-15T08:00:00Z")])
    load_organization("AURORA", "paid", [school], [member(GRACE, "owner", "aurora-science")])


def request_like_the_sample_event() -> dict[str, Any]:
    answer = api.handler(sample_event("api"), context())
    assert answer["statusCode"] == 202, answer
    export: dict[str, Any] = json.loads(answer["body"])
    return export


def test_api_sample_event_requests_an_export() -> None:
    export = request_like_the_sample_event()
    assert export["requestedBy"] == GRACE.email
    assert export["options"]["timeZone"] == "Europe/Berlin"


def test_worker_sample_event_matches_a_message_from_the_api() -> None:
    export_id = request_like_the_sample_event()["id"]
    queue = boto3.client("sqs")
    sent = queue.receive_message(QueueUrl=config().exports_queue_url)["Messages"][0]["Body"]
    event = sample_event("export_worker")
    assert json.loads(event["Records"][0]["body"]).keys() == json.loads(sent).keys()
    event["Records"][0]["body"] = sent
    assert export_worker.handler(event, context()) == {"batchItemFailures": []}
    assert GRACE.get(f"/exports/{export_id}").json["file"]["rows"] == 1


def test_message_for_an_unknown_export_is_dropped() -> None:
    assert export_worker.handler(sample_event("export_worker"), context()) == {"batchItemFailures": []}
    assert "Contents" not in boto3.client("s3").list_objects_v2(Bucket=config().exports_bucket)


def test_event_publisher_sample_event_announces_a_requested_export(subscription: Subscription) -> None:
    assert event_publisher.handler(sample_event("event_publisher"), context()) == {"batchItemFailures": []}
    (event,) = subscription.receive()
    assert (event["detail-type"], event["detail"]["scope"]["id"]) == ("ExportRequested", "aurora-science")


def test_sweeper_sample_event_recovers_an_export_with_a_lost_message(monkeypatch: pytest.MonkeyPatch) -> None:
    export_id = request_like_the_sample_event()["id"]
    boto3.client("sqs").purge_queue(QueueUrl=config().exports_queue_url)
    assert export_sweeper.handler(sample_event("export_sweeper"), context()) == {}
    later = clock.now() + lifecycle.QUEUE_PATIENCE + timedelta(minutes=1)
    set_time(later, monkeypatch)
    assert export_sweeper.handler(sample_event("export_sweeper"), context()) == {"sent-for": 1}
    assert process_queue() == 1
    assert GRACE.get(f"/exports/{export_id}").json["status"] == "succeeded"
