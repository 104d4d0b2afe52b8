"""Logs: an export can be traced by its ID through all functions, and no log line contains personal data."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from badgedata import clock
from badgedata.config import config
from badgedata.exports import lifecycle, segments
from badgedata.records.awards import Award
from badgedata.resync import lifecycle as resyncs
from functions.export_sweeper import export_sweeper
from functions.export_worker import export_worker
from functions.schedule_sweeper import schedule_sweeper
from functions.scheduled_export import scheduled_export
from tests.support.api_client import call
from tests.support.clock import set_time
from tests.support.invocations import context, process_queue, sample_event
from tests.support.organizations import OWNER, load_organizations
from tests.support.replacing import BADGE_CLASS, load_badge_class, replace, sweep
from tests.support.tenants import Tenant

pytestmark = pytest.mark.usefixtures("tables")

SCHOOL = Tenant("SCHOOL", 10)
PERSONAL = ("@", "Ada", "Grace", "everywhere", "It broke", "Seen by me", "Class of 2026")
"""The personal data in the test's records; these words don't occur in any other log text."""


class Lines(list[dict[str, Any]]):
    """Logs and metrics as CloudWatch Logs would receive them: each line is a JSON object."""

    def __init__(self, logged: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
        super().__init__()
        self._logged, self._capsys, self._printed = logged, capsys, ""

    def read(self) -> str:
        """Collect the lines written so far, and return all lines as text."""
        self._printed += self._capsys.readouterr().out
        text = self._logged.getvalue() + self._printed
        self[:] = [json.loads(line) for line in text.splitlines()]
        return text


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[Lines]:
    """Collect the log lines and metrics that functions write during a test."""
    logged = io.StringIO()
    handler = logging.getLogger("tests").handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    former = handler.setStream(logged)
    yield Lines(logged, capsys)
    handler.setStream(former)


def of_export(lines: list[dict[str, Any]], export_id: str) -> list[str]:
    return [line["message"] for line in lines if line.get("export_id") == export_id]


def test_export_can_be_traced_by_its_id_from_request_to_deletion(lines: Lines) -> None:
    load_organizations()
    export_id = OWNER.post("/issuers/WELD/exports", {"kind": "awards"}).json["id"]
    process_queue()
    OWNER.delete(f"/exports/{export_id}")
    lines.read()
    assert of_export(lines, export_id) == [
        "Export requested",
        "Message processed",
        "Export canceled or its file deleted",
    ]


def test_export_whose_workers_all_crash_can_be_traced_until_it_fails(
    lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_organizations()
    export_id = OWNER.post("/issuers/WELD/exports", {"kind": "awards"}).json["id"]
    boto3.client("sqs").purge_queue(QueueUrl=config().exports_queue_url)  # the message is lost
    moment = clock.now() + lifecycle.QUEUE_PATIENCE
    set_time(moment, monkeypatch)
    export_sweeper.handler(sample_event("export_sweeper"), context())
    segment = segments.find(export_id, "")
    assert segment is not None
    for _ in range(segments.MAX_ATTEMPTS):  # each of these workers dies
        segments.claim(segment, "dead")
        segments.release(segment)
    set_time(moment + lifecycle.QUEUE_PATIENCE, monkeypatch)
    export_sweeper.handler(sample_event("export_sweeper"), context())
    lines.read()
    assert of_export(lines, export_id) == [
        "Export requested",
        "Export swept",
        "Export failed",
        "Export swept",
    ]
    assert failed_exports(lines) == 1


def test_export_marked_as_failed_by_a_worker_is_counted_once(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    load_organizations()
    export_id = OWNER.post("/issuers/WELD/exports", {"kind": "awards"}).json["id"]

    def broken(*arguments: Any) -> None:
        raise RuntimeError("an injected fault")

    monkeypatch.setattr("badgedata.exports.job.ExportJob.pages", broken)
    event = sample_event("export_worker")
    event["Records"][0]["body"] = json.dumps({"exportId": export_id, "segment": ""})
    event["Records"][0]["receiptHandle"] = boto3.client("sqs").receive_message(QueueUrl=config().exports_queue_url)[
        "Messages"
    ][0]["ReceiptHandle"]
    for _ in range(segments.MAX_ATTEMPTS):
        failed = export_worker.handler(event, context())["batchItemFailures"]
        assert failed == [{"itemIdentifier": event["Records"][0]["messageId"]}]
    lines.read()
    assert OWNER.get(f"/exports/{export_id}").json["status"] == "failed"
    assert of_export(lines, export_id).count("Export attempt failed; it will be retried") == segments.MAX_ATTEMPTS
    assert failed_exports(lines) == 1


def test_overdue_resync_is_logged_with_its_badge_class(lines: Lines) -> None:
    load_badge_class(awards=1)
    replace()
    sweep(clock.now() + resyncs.WINDOW)
    lines.read()
    (overdue,) = (line for line in lines if line.get("message") == "Image re-sync overdue")
    assert (overdue["badge_class_id"], overdue["version"]) == (BADGE_CLASS, 2)


def test_scheduled_run_is_logged_with_its_schedule_and_export(lines: Lines) -> None:
    load_organizations()
    schedule = {"name": "Daily", "export": {"issuerId": "WELD", "kind": "awards"}, "expression": "rate(1 day)"}
    schedule_id = OWNER.post("/schedules", schedule).json["id"]
    event = {"scheduleId": schedule_id, "scheduledTime": "2026-03-29T01:00:00Z"}
    scheduled_export.handler(event, context())
    export_id = OWNER.get(f"/schedules/{schedule_id}").json["lastRun"]["exportId"]
    lines.read()
    requested = next(line for line in lines if line.get("export_id") == export_id)
    assert requested["schedule_id"] == schedule_id


def test_logs_from_a_complete_run_contain_no_personal_data(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    SCHOOL.create_everything()
    make_award_unreadable()
    rejected = SCHOOL.admin.post(f"/issuers/{SCHOOL.issuer}/exports", {"kind": "awards", "ada@example.org": 1})
    assert rejected.status == 422
    failing = SCHOOL.admin.post(f"/issuers/{SCHOOL.issuer}/exports", {"kind": "awards"}).json["id"]
    process_queue()
    assert SCHOOL.admin.get(f"/exports/{failing}").json["status"] == "failed"
    fail_inside("badgedata.exports.lifecycle.history", monkeypatch)
    assert SCHOOL.admin.get("/exports", query={"issuerId": SCHOOL.issuer}).status == 500
    export_sweeper.handler(sample_event("export_sweeper"), context())
    schedule_sweeper.handler(sample_event("schedule_sweeper"), context())
    sweep(clock.now())
    assert call("GET", "/public/assertions/SCHOOL-A001", email=None).status == 200
    text = lines.read()
    assert len(lines) > 15
    assert [personal for personal in PERSONAL if personal in text] == []


def failed_exports(lines: list[dict[str, Any]]) -> float:
    """Return the sum of the metric that the failed-exports alarm watches."""
    measured = [line for line in lines if "ExportFailed" in line]
    assert all(line["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "BadgeDataManagement" for line in measured)
    assert all(line["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["service"]] for line in measured)
    return sum(sum(line["ExportFailed"]) for line in measured)


def make_award_unreadable() -> None:
    """Make an award with an identifiable recipient unreadable."""
    award = next(iter(Award.query(SCHOOL.issuer)))
    key = {"issuerId": {"S": award.issuer_id}, "issuedOnAwardId": {"S": award.issued_on_award_id}}
    boto3.client("dynamodb").update_item(
        TableName=config().awards_table,
        Key=key,
        UpdateExpression="SET narrative = :wrong",
        ExpressionAttributeValues={":wrong": {"L": [{"S": "Seen by me"}]}},
    )


def fail_inside(function: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make one of the product's functions fail in an unexpected way."""

    def failing(*_: Any, **__: Any) -> None:
        raise RuntimeError("unexpected error")

    monkeypatch.setattr(function, failing)
