"""Monitoring: alarms, the dashboard, and the runbook match what the deployed functions write."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from local.places import REPOSITORY, STACK_NAME
from tests.support.deployed_client import Client, aws
from tests.support.invocations import sample_event

ISSUER = "aurora-science"
OF_CLOUDWATCH_LOGS = {"@timestamp", "@message", "@log", "@type", "@duration", "@maxMemoryUsed", "@memorySize"}
"""Fields that Logs Insights discovers in every Lambda log line."""

WORDS = {"fields", "filter", "sort", "stats", "by", "desc", "like", "in", "or", "bin", "pct", "max", "count"}
"""Keywords and functions of the Logs Insights query language."""

type Metric = tuple[str, str, frozenset[tuple[str, str]]]
"""Namespace, name, and dimensions: an alarm matches a metric only if all three are equal."""


@pytest.fixture(scope="module")
def failed_export(stack: dict[str, Any], owner: Client) -> dict[str, Any]:
    """Return an export that failed because one of its awards can't be read."""
    with unreadable_award(stack):
        export = owner.export(f"/issuers/{ISSUER}/exports", {"kind": "awards"})
    assert (export["status"], export["error"]["code"]) == ("failed", "unreadable-data")
    return export


@pytest.fixture(scope="module")
def lines(stack: dict[str, Any], owner: Client, failed_export: dict[str, Any]) -> dict[str, list[str]]:
    """Cause every event that has a metric, and return the functions' log lines by log group."""
    assert owner.export(f"/issuers/{ISSUER}/exports", {"kind": "awards"})["status"] == "succeeded"
    functions, lambdas = stack["functions"], aws(stack, "lambda")
    for function, event in (
        ("imageResyncSweeper", sample_event("image_resync_sweeper")),
        ("imageResyncWorker", sample_event("image_resync_worker")),
        ("scheduledExport", sample_event("scheduled_export")),  # an event for a deleted schedule
        ("scheduledExport", {"scheduledTime": "not a run"}),
        ("exportWorker", unreadable_message("export_worker")),
        ("imageResyncWorker", unreadable_message("image_resync_worker")),
        ("exportEmails", sample_event("export_emails")),
        ("exportEmails", unreadable_message("export_emails")),
        ("exportDelivery", overdue_delivery(stack)),
        ("exportDelivery", unreadable_message("export_delivery")),
        ("eventPublisher", {"Records": [{"eventID": "not a change of an item"}]}),
    ):
        lambdas.invoke(FunctionName=functions[function], Payload=json.dumps(event))
    logs = aws(stack, "logs")
    groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
    return {group: log_lines(logs, group) for group in groups}


def unreadable_message(sample: str) -> dict[str, Any]:
    """Return a sample event with a message that fails."""
    event = sample_event(sample)
    event["Records"][0]["body"] = "not a message"
    return event


def overdue_delivery(stack: dict[str, Any]) -> dict[str, Any]:
    """Store a delivery that is past its time limit, and return a sample event with its message."""
    export_id = "an-export-of-last-year"
    item = {
        "pk": {"S": f"export#{export_id}"},
        "sk": {"S": "delivery"},
        "exportId": {"S": export_id},
        "organizationId": {"S": "watched"},
        "status": {"S": "pending"},
        "createdAt": {"S": "2025-01-01T00:00:00Z"},
        "nextAttemptAt": {"S": "2025-01-01T00:00:00.000000Z"},
        "givesUpAt": {"S": "2025-01-14T00:00:00.000000Z"},
        "owner": {"S": "killed"},  # the worker died
        "leaseUntil": {"S": "2025-01-13T00:00:00.000000Z"},
        "expiresAt": {"N": "4102444800"},
    }
    aws(stack, "dynamodb").put_item(TableName=stack["tables"]["operations"], Item=item)
    event = sample_event("export_delivery")
    event["Records"][0]["body"] = json.dumps({"exportId": export_id})
    return event


@contextmanager
def unreadable_award(stack: dict[str, Any]) -> Iterator[None]:
    """Add an unreadable award to an issuer, so that its exports fail."""
    table = {"TableName": stack["tables"]["awards"]}
    key = {"issuerId": {"S": ISSUER}, "issuedOnAwardId": {"S": "2026-06-01T00:00:00Z#UNREADABLE"}}
    tables = aws(stack, "dynamodb")
    tables.put_item(**table, Item=key | {"awardId": {"S": "UNREADABLE"}, "narrative": {"L": []}})
    try:
        yield
    finally:
        tables.delete_item(**table, Key=key)


def log_lines(logs: Any, group: str) -> list[str]:
    """Return a group's lines, without repetitions. The local AWS returns at most 10,000, without a token for more."""
    lines: dict[tuple[int, str], str] = {}
    since = 0
    while True:
        events = logs.filter_log_events(logGroupName=group, startTime=since)["events"]
        new = {(event["timestamp"], event["message"]): event["message"] for event in events} | lines
        if len(new) == len(lines):
            return list(lines.values())
        lines, since = new, events[-1]["timestamp"]


def documents(lines: dict[str, list[str]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each line that is a JSON object together with its log group."""
    for group, messages in lines.items():
        for message in messages:
            if message.startswith("{"):
                yield group, json.loads(message)


def emitted(lines: dict[str, list[str]]) -> set[Metric]:
    """Return the metrics that CloudWatch extracts from embedded metric format lines."""
    return {
        (directive["Namespace"], metric["Name"], frozenset((name, document[name]) for name in dimensions))
        for _, document in documents(lines)
        for directive in document.get("_aws", {}).get("CloudWatchMetrics", [])
        for metric in directive["Metrics"]
        for dimensions in directive["Dimensions"]
    }


def is_own(namespace: str) -> bool:
    return namespace.startswith("BadgeDataManagement")


def test_every_alarm_for_a_custom_metric_watches_an_emitted_metric(
    stack: dict[str, Any], lines: dict[str, list[str]]
) -> None:
    alarms: set[Metric] = {
        (alarm["Namespace"], alarm["MetricName"], frozenset((d["Name"], d["Value"]) for d in alarm["Dimensions"]))
        for alarm in aws(stack, "cloudwatch").describe_alarms(MaxRecords=100)["MetricAlarms"]
        if is_own(alarm["Namespace"])
    }
    assert {name for _, name, _ in alarms} == {
        "DeliveryFailed",
        "DeliveryInterrupted",
        "EmailInDoubt",
        "EventDropped",
        "ExportFailed",
        "MessageFailed",
        "ScheduledExportFailed",
    }
    assert alarms <= emitted(lines)


def test_dashboard_shows_every_emitted_custom_metric(stack: dict[str, Any], lines: dict[str, list[str]]) -> None:
    (dashboard,) = aws(stack, "cloudwatch").list_dashboards()["DashboardEntries"]
    body = aws(stack, "cloudwatch").get_dashboard(DashboardName=dashboard["DashboardName"])["DashboardBody"]
    shown: set[Metric] = {
        (metric[0], metric[1], frozenset([(metric[2], metric[3])]))
        for widget in json.loads(body)["widgets"]
        for metric in widget["properties"].get("metrics", [])
        if is_own(metric[0])
    }
    assert shown == emitted(lines)


def test_export_can_be_found_by_id_in_api_and_worker_logs(
    lines: dict[str, list[str]], failed_export: dict[str, Any]
) -> None:
    found = [
        (group, line["message"]) for group, line in documents(lines) if line.get("export_id") == failed_export["id"]
    ]
    assert (f"/{STACK_NAME}/api", "Export requested") in found
    assert (f"/{STACK_NAME}/export-worker", "Export failed") in found
    assert (f"/{STACK_NAME}/export-worker", "Message processed") in found


def test_runbook_queries_use_existing_log_fields(lines: dict[str, list[str]]) -> None:
    known = {name for _, document in documents(lines) for name in document} | OF_CLOUDWATCH_LOGS
    runbook = (REPOSITORY / "docs" / "operations.md").read_text()
    queries = re.findall(r"```\n((?:fields|filter) .+?)\n```", runbook, re.DOTALL)
    assert len(queries) >= 5
    for query in queries:
        bare = re.sub(r'"[^"]*"|/[^/\n]*/', "", query)
        assert set(re.findall(r"@?\b[A-Za-z_]+\b", bare)) - WORDS <= known, query


def test_no_function_logs_warnings_as_plain_text(lines: dict[str, list[str]]) -> None:
    warnings = [line for messages in lines.values() for line in messages if line[:1] != "{" and "Warning" in line]
    assert warnings == []
