"""Alarms, logs, and the dashboard: each failure has an alarm that names its section in the runbook."""

import json
import re
from typing import Any

import pytest

from badgedata.counts import recount
from badgedata.delivery import lifecycle
from badgedata.events import catalog
from development.sam_template import referred_to, resources, statements_of, template
from local.places import REPOSITORY
from tests.unit.template.written import FUNCTIONS, TABLES

ALARMS = resources("AWS::CloudWatch::Alarm")
QUEUES = resources("AWS::SQS::Queue")
NAMESPACE = {"Fn::Sub": "BadgeDataManagement/${AWS::StackName}"}
"""The namespace of the product's own metrics, one per deployment to keep alarms separate."""


def headings(document: str) -> set[str]:
    text = (REPOSITORY / "docs" / document).read_text()
    return set(re.findall(r"^#+ (.+)$", text, re.MULTILINE))


@pytest.mark.parametrize("name", ALARMS)
def test_every_alarm_notifies_the_topic_and_names_its_runbook_section(name: str) -> None:
    properties = ALARMS[name]["Properties"]
    assert properties["AlarmActions"] == [{"Ref": "AlarmTopic"}]
    section = re.search(r'\(docs/operations\.md, "([^"]+)"\)$', properties["AlarmDescription"])
    assert section is not None, properties["AlarmDescription"]
    assert section[1] in headings("operations.md")


def test_overdue_resync_notification_goes_to_the_alarm_topic_and_names_the_runbook_section() -> None:
    rule = resources("AWS::Events::Rule")["ImageResyncOverdueRule"]
    assert rule["Properties"]["EventBusName"] == {"Ref": "EventBus"}
    assert rule["Properties"]["EventPattern"] == {
        "source": [catalog.SOURCE],
        "detail-type": [catalog.ImageResyncOverdue.type],
    }
    (target,) = rule["Properties"]["Targets"]
    assert target["Arn"] == {"Ref": "AlarmTopic"}
    assert "docs/operations.md, section Overdue re-sync" in target["InputTransformer"]["InputTemplate"]
    assert "Overdue re-sync" in headings("operations.md")


def test_only_this_account_can_publish_to_the_alarm_topic() -> None:
    (policy,) = resources("AWS::SNS::TopicPolicy").values()
    statements = policy["Properties"]["PolicyDocument"]["Statement"]
    # EventBridge is not allowed: it sets no source for SNS, so no condition could match it.
    allowed = {statement["Principal"]["Service"] for statement in statements}
    assert allowed == {"cloudwatch.amazonaws.com", "budgets.amazonaws.com"}
    for statement in statements:
        assert statement["Action"] == "sns:Publish"
        assert statement["Condition"]["StringEquals"]["aws:SourceAccount"] == {"Ref": "AWS::AccountId"}


def test_overdue_resync_rule_has_a_role_that_allows_only_publishing() -> None:
    rule = resources("AWS::Events::Rule")["ImageResyncOverdueRule"]
    (target,) = rule["Properties"]["Targets"]
    (role,) = referred_to(target["RoleArn"])
    properties = resources("AWS::IAM::Role")[role]["Properties"]
    (trust,) = properties["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "events.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    (statement,) = statements_of(resources("AWS::IAM::Role")[role])
    assert (statement["Action"], statement["Resource"]) == ("sns:Publish", {"Ref": "AlarmTopic"})


def test_failure_to_publish_a_notification_triggers_an_alarm() -> None:
    # CloudWatch records metrics for a rule on a custom bus under both names.
    assert alarmed_resources("FailedInvocations") == {"ImageResyncOverdueRule", "EventBus"}


def test_export_events_that_cannot_be_queued_go_to_the_dead_letter_queue() -> None:
    rule = resources("AWS::Events::Rule")["ExportEmailsRule"]
    assert rule["Properties"]["EventBusName"] == {"Ref": "EventBus"}
    assert rule["Properties"]["EventPattern"] == {
        "source": [catalog.SOURCE],
        "detail-type": [catalog.ExportSucceeded.type, catalog.ExportFailed.type],
        "detail": {"notify": [True]},
    }
    (target,) = rule["Properties"]["Targets"]
    assert target["Arn"] == {"Fn::GetAtt": ["ExportEmailsQueue", "Arn"]}
    assert target["DeadLetterConfig"]["Arn"] == {"Fn::GetAtt": ["ExportEmailsDeadLetterQueue", "Arn"]}
    (policy,) = resources("AWS::SQS::QueuePolicy").values()
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": ["ExportEmailsRule", "Arn"]}}}
    assert statement["Resource"] == [target["Arn"], target["DeadLetterConfig"]["Arn"]]


def test_every_dead_letter_queue_has_an_alarm() -> None:
    watched = {name for alarm in ALARMS.values() for name in referred_to(alarm["Properties"].get("Dimensions"))}
    assert {name for name in QUEUES if "DeadLetter" in name} <= watched


def alarmed_resources(metric: str, statistic: str = "Sum") -> set[str]:
    """Return the resources that have an alarm on the metric with this name."""
    return {
        name
        for alarm in ALARMS.values()
        if (alarm["Properties"]["MetricName"], alarm["Properties"].get("Statistic")) == (metric, statistic)
        for name in referred_to(alarm["Properties"].get("Dimensions"))
    }


def test_every_worker_queue_has_an_alarm_for_the_age_of_its_oldest_message() -> None:
    worked_off = {name for name, queue in QUEUES.items() if "RedrivePolicy" in queue["Properties"]}
    assert alarmed_resources("ApproximateAgeOfOldestMessage", "Maximum") == worked_off


def test_every_queue_worker_has_alarms_for_failed_messages_and_crashes() -> None:
    workers = {
        name: event["Properties"]
        for name, function in FUNCTIONS.items()
        for event in function["Properties"].get("Events", {}).values()
        if event["Type"] == "SQS"
    }
    assert all(source["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for source in workers.values())
    # Lambda doesn't count a returned message as a function error, but it does count timeouts and out-of-memory errors.
    assert {("MessageFailed", worker) for worker in workers} <= EMITTED.keys()
    assert workers.keys() <= alarmed_resources("Errors")


def test_every_sweeper_has_alarms_for_errors_and_missing_invocations() -> None:
    sweepers = {
        name
        for name, function in FUNCTIONS.items()
        if any(event["Type"] == "Schedule" for event in function["Properties"].get("Events", {}).values())
    }
    assert len(sweepers) == 3
    assert sweepers <= alarmed_resources("Errors")
    assert sweepers == alarmed_resources("Invocations")
    silent = [alarm["Properties"] for alarm in ALARMS.values() if alarm["Properties"]["MetricName"] == "Invocations"]
    assert {alarm["TreatMissingData"] for alarm in silent} == {"breaching"}, "a stopped function emits no metrics"


def test_stream_functions_have_alarms_and_never_discard_records() -> None:
    sources = {
        name: event["Properties"]
        for name, function in FUNCTIONS.items()
        for event in function["Properties"].get("Events", {}).values()
        if event["Type"] == "DynamoDB"
    }
    assert sources.keys() == {"AwardCountsFunction", "EventPublisherFunction"}
    for source in sources.values():
        assert (source["MaximumRetryAttempts"], source["MaximumRecordAgeInSeconds"]) == (-1, -1)
        assert source["StartingPosition"] == "TRIM_HORIZON"
    assert alarmed_resources("IteratorAge", "Maximum") == sources.keys()
    assert sources.keys() <= alarmed_resources("Errors")


def test_recount_waits_as_long_as_the_stream_function_can_run() -> None:
    assert FUNCTIONS["AwardCountsFunction"]["Properties"]["Timeout"] == recount.STREAM_FUNCTION_SECONDS


def test_every_used_table_and_index_has_throttling_alarms() -> None:
    # DynamoDB reports throttled requests to an index only under the index.
    places = {(name, None) for name in TABLES} | {
        (name, index["IndexName"])
        for name, table in TABLES.items()
        for index in table["Properties"]["GlobalSecondaryIndexes"]
    }
    places.remove(("DirectoryTable", "by-image"))  # read only by the operator's command that deletes a tenant
    for metric in ("ReadThrottleEvents", "WriteThrottleEvents"):
        watched = set()
        for alarm in ALARMS.values():
            if alarm["Properties"]["MetricName"] == metric:
                of = {dimension["Name"]: dimension["Value"] for dimension in alarm["Properties"]["Dimensions"]}
                watched.add((of["TableName"]["Ref"], of.get("GlobalSecondaryIndexName")))
        assert watched == places, metric


def test_every_queue_has_a_dead_letter_queue() -> None:
    for name, queue in QUEUES.items():
        if "DeadLetter" not in name:
            (target,) = referred_to(queue["Properties"]["RedrivePolicy"]["deadLetterTargetArn"])
            assert "DeadLetter" in target, name


def test_delivery_message_reappears_only_after_the_lease_expires() -> None:
    assert QUEUES["DeliveriesQueue"]["Properties"]["VisibilityTimeout"] > lifecycle.LEASE.total_seconds()


EMITTED = {
    ("ExportFailed", "ExportWorkerFunction"): "layers/badgedata/badgedata/exports/lifecycle.py",
    ("ExportFailed", "ExportSweeperFunction"): "layers/badgedata/badgedata/exports/lifecycle.py",
    ("DeliveryFailed", "ExportDeliveryFunction"): "layers/badgedata/badgedata/delivery/lifecycle.py",
    ("DeliveryInterrupted", "ExportDeliveryFunction"): "layers/badgedata/badgedata/delivery/lifecycle.py",
    ("MessageFailed", "ExportDeliveryFunction"): "functions/export_delivery/export_delivery.py",
    ("ScheduledExportFailed", "ScheduledExportFunction"): "functions/scheduled_export/scheduled_export.py",
    ("ScheduledExportFailed", "ScheduleSweeperFunction"): "functions/schedule_sweeper/schedule_sweeper.py",
    ("EventDropped", "EventPublisherFunction"): "layers/badgedata/badgedata/events/stream.py",
    ("MessageFailed", "ExportWorkerFunction"): "functions/export_worker/export_worker.py",
    ("MessageFailed", "ExportEmailsFunction"): "functions/export_emails/export_emails.py",
    ("EmailInDoubt", "ExportEmailsFunction"): "functions/export_emails/export_emails.py",
    ("MessageFailed", "ImageResyncWorkerFunction"): "functions/image_resync_worker/image_resync_worker.py",
}
"""The product's own failure metrics, the functions that emit them, and the modules."""


def test_custom_metric_alarm_watches_the_service_that_emits_the_metric() -> None:
    own = {
        (alarm["Properties"]["MetricName"], service["Value"])
        for alarm in ALARMS.values()
        if alarm["Properties"]["Namespace"] == NAMESPACE
        for service in alarm["Properties"]["Dimensions"]
    }
    assert own == {(metric, environment(function)["POWERTOOLS_SERVICE_NAME"]) for metric, function in EMITTED}
    for (metric, _), source in EMITTED.items():
        assert f'add_metric("{metric}"' in (REPOSITORY / source).read_text()
    variables = template()["Globals"]["Function"]["Environment"]["Variables"]
    assert variables["POWERTOOLS_METRICS_NAMESPACE"] == NAMESPACE


PROGRESS = {
    "AwardChangesCounted",
    "DeliveryPostponed",
    "EmailsSent",
    "EventSent",
    "FileDelivered",
    "ImageResyncOverdue",
    "ImagesFailed",
    "ImagesRefreshed",
}
"""Metrics that need no alarm: they count successes, work that is retried, or re-syncs with their own notification."""


def test_every_failure_metric_has_an_alarm() -> None:
    assert emitted_metrics() == {metric for metric, _ in EMITTED} | PROGRESS


def emitted_metrics() -> set[str]:
    code = "".join(path.read_text() for part in ("functions", "layers") for path in (REPOSITORY / part).rglob("*.py"))
    return set(re.findall(r'add_metric\(\s*"(\w+)"', code))


def environment(function: str) -> dict[str, Any]:
    variables: dict[str, Any] = FUNCTIONS[function]["Properties"].get("Environment", {}).get("Variables", {})
    return variables


def test_function_logs_are_kept_for_the_configured_number_of_days() -> None:
    groups = resources("AWS::Logs::LogGroup")
    written = {name: function["Properties"]["LoggingConfig"]["LogGroup"]["Ref"] for name, function in FUNCTIONS.items()}
    assert sorted(written.values()) == sorted(groups), "one for each function"
    assert all(group["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in groups.values())


def test_no_function_uses_the_log_format_that_makes_lambda_drop_lines() -> None:
    # With its own JSON format, Lambda drops lines below its own level, regardless of LogLevel. That includes metrics,
    # which are lines without a level.
    configured = [template()["Globals"]["Function"], *(function["Properties"] for function in FUNCTIONS.values())]
    assert all("LogFormat" not in function.get("LoggingConfig", {}) for function in configured)


def test_dashboard_shows_every_alarm_queue_table_and_function() -> None:
    (dashboard,) = resources("AWS::CloudWatch::Dashboard").values()
    body = dashboard["Properties"]["DashboardBody"]["Fn::Sub"]
    widgets = json.loads(body)["widgets"]
    places = [(widget["x"], widget["y"]) for widget in widgets]
    assert len(set(places)) == len(places)
    alarms = next(widget["properties"]["alarms"] for widget in widgets if widget["type"] == "alarm")
    assert set(alarms) == {f"${{{name}.Arn}}" for name in ALARMS}
    shown = set(re.findall(r"\$\{(\w+)[.}]", body))
    # The page consists of static files; its failures appear in the API's metrics.
    assert {*QUEUES, *TABLES, *FUNCTIONS} - {"ConsoleFunction"} <= shown
    assert shown <= template()["Resources"].keys() | {"AWS", "StageName"}
    own = {metric[0] for metric in metrics(widgets) if metric[0].startswith("BadgeDataManagement")}
    assert own == {NAMESPACE["Fn::Sub"]}


def test_cost_estimate_includes_every_custom_metric() -> None:
    (dashboard,) = resources("AWS::CloudWatch::Dashboard").values()
    shown = metrics(json.loads(dashboard["Properties"]["DashboardBody"]["Fn::Sub"])["widgets"])
    own = {(metric[1], metric[3]) for metric in shown if metric[0] == NAMESPACE["Fn::Sub"]}
    own |= {(metric, environment(function)["POWERTOOLS_SERVICE_NAME"]) for metric, function in EMITTED}
    assert {name for name, _ in own} == emitted_metrics()
    assert f" {len(own)} metrics × $0.30 " in (REPOSITORY / "docs" / "costs.md").read_text()


def metrics(widgets: list[dict[str, Any]]) -> list[list[Any]]:
    return [metric for widget in widgets for metric in widget["properties"].get("metrics", [])]
