"""The template: alarms that lead to the runbook, policies with nothing to spare, data that no mistake deletes."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.unit.sam_template import REPOSITORY, listed, referred_to, resources, statements_of, template

DATA = {"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::Cognito::UserPool"}

WILDCARD_ENDINGS = {
    "index/*": "all indexes of one table",
    "Bucket.Arn}/*": "all objects of one bucket: exports are below organizations' ids",
    "Bucket.Arn}/images/*": "all pictures",
    "Bucket.Arn}/baked/*": "all baked images",
    "schedule/${ScheduleGroup}/*": "all schedules of this stack's group",
}
"""Where a resource may end with a wildcard, and why: what it stands for is made while the stack runs."""


ALARMS = resources("AWS::CloudWatch::Alarm")
FUNCTIONS = resources("AWS::Serverless::Function")
QUEUES = resources("AWS::SQS::Queue")
TABLES = resources("AWS::DynamoDB::Table")
NAMESPACE = {"Fn::Sub": "BadgeDataManagement/${AWS::StackName}"}
"""Of the product's own metrics: each deployment's own, so that none alarms another's operators."""


def headings(document: str) -> set[str]:
    text = (REPOSITORY / "docs" / document).read_text()
    return set(re.findall(r"^#+ (.+)$", text, re.MULTILINE))


# ---------------------------------------------------------------- fair use


def test_what_works_off_a_queue_never_takes_all_of_the_accounts_functions() -> None:
    sources = {
        name: event["Properties"]
        for name, function in resources("AWS::Serverless::Function").items()
        for event in function["Properties"].get("Events", {}).values()
        if event["Type"] == "SQS"
    }
    assert sources.keys() == {"ExportWorkerFunction", "ImageResyncWorkerFunction"}
    for name, source in sources.items():
        # A new AWS account may run as few as 1,000 functions at once, and the API is among them.
        assert 2 <= source["ScalingConfig"]["MaximumConcurrency"] <= 100, name


def test_the_gateway_compresses_what_is_larger_than_a_packet() -> None:
    (api,) = resources("AWS::Serverless::Api").values()
    assert 0 <= api["Properties"]["MinimumCompressionSize"] <= 1500
    assert "BinaryMediaTypes" not in api["Properties"]  # the gateway would take bodies for base64


# ---------------------------------------------------------------- watching


@pytest.mark.parametrize("name", ALARMS)
def test_each_alarm_goes_to_the_topic_and_names_its_section_of_the_runbook(name: str) -> None:
    properties = ALARMS[name]["Properties"]
    assert properties["AlarmActions"] == [{"Ref": "AlarmTopic"}]
    section = re.search(r'\(docs/operations\.md, "([^"]+)"\)$', properties["AlarmDescription"])
    assert section is not None, properties["AlarmDescription"]
    assert section[1] in headings("operations.md")


def test_the_word_that_a_resync_is_overdue_goes_to_the_topic_and_names_its_section() -> None:
    (rule,) = resources("AWS::Events::Rule").values()
    assert rule["Properties"]["EventPattern"] == {
        "source": ["badge-data-management"],
        "detail-type": ["ImageResyncOverdue"],
        "detail": {"operationsTable": [{"Ref": "OperationsTable"}]},
    }
    (target,) = rule["Properties"]["Targets"]
    assert target["Arn"] == {"Ref": "AlarmTopic"}
    assert "docs/operations.md, section Overdue re-sync" in target["InputTransformer"]["InputTemplate"]
    assert "Overdue re-sync" in headings("operations.md")


def test_alarms_and_events_may_publish_to_the_topic() -> None:
    (policy,) = resources("AWS::SNS::TopicPolicy").values()
    statements = {
        statement["Principal"]["Service"]: statement
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    }
    assert statements.keys() == {"cloudwatch.amazonaws.com", "events.amazonaws.com"}
    assert all(statement["Action"] == "sns:Publish" for statement in statements.values())
    # EventBridge fills in no source when it publishes to SNS: with a condition nothing would ever arrive.
    assert "Condition" not in statements["events.amazonaws.com"]


def test_each_dead_letter_queue_has_an_alarm() -> None:
    watched = {name for alarm in ALARMS.values() for name in referred_to(alarm["Properties"].get("Dimensions"))}
    assert {name for name in QUEUES if "DeadLetter" in name} <= watched


def watched_for(metric: str, statistic: str = "Sum") -> set[str]:
    """Give the resources whose metric of this name an alarm is of."""
    return {
        name
        for alarm in ALARMS.values()
        if (alarm["Properties"]["MetricName"], alarm["Properties"].get("Statistic")) == (metric, statistic)
        for name in referred_to(alarm["Properties"].get("Dimensions"))
    }


def test_each_queue_that_has_a_worker_has_an_alarm_of_its_oldest_message() -> None:
    worked_off = {name for name, queue in QUEUES.items() if "RedrivePolicy" in queue["Properties"]}
    assert watched_for("ApproximateAgeOfOldestMessage", "Maximum") == worked_off


def test_each_sweeper_has_an_alarm_for_failing_and_one_for_not_running_at_all() -> None:
    sweepers = {
        name
        for name, function in FUNCTIONS.items()
        if any(event["Type"] == "Schedule" for event in function["Properties"].get("Events", {}).values())
    }
    assert len(sweepers) == 3
    assert sweepers <= watched_for("Errors")
    assert sweepers == watched_for("Invocations")
    silent = [alarm["Properties"] for alarm in ALARMS.values() if alarm["Properties"]["MetricName"] == "Invocations"]
    assert {alarm["TreatMissingData"] for alarm in silent} == {"breaching"}, "nothing is measured of what doesn't run"


def test_each_table_has_alarms_for_refused_reads_and_writes() -> None:
    assert watched_for("ReadThrottleEvents") == watched_for("WriteThrottleEvents") == set(TABLES)


def test_what_each_queue_gives_up_goes_to_a_dead_letter_queue() -> None:
    for name, queue in QUEUES.items():
        if "DeadLetter" not in name:
            (target,) = referred_to(queue["Properties"]["RedrivePolicy"]["deadLetterTargetArn"])
            assert "DeadLetter" in target, name


def test_an_alarm_of_our_own_metric_is_of_the_service_that_gives_it() -> None:
    emitted = {
        "ExportFailed": "layers/badgedata/badgedata/exports/jobs.py",
        "ScheduledExportFailed": "functions/scheduled_export/scheduled_export.py",
    }
    own = {
        alarm["Properties"]["MetricName"]: alarm["Properties"]["Dimensions"]
        for alarm in ALARMS.values()
        if alarm["Properties"]["Namespace"] == NAMESPACE
    }
    assert own.keys() == emitted.keys()
    for metric, source in emitted.items():
        assert f'add_metric("{metric}"' in (REPOSITORY / source).read_text()
    services = {name: environment(name).get("POWERTOOLS_SERVICE_NAME") for name in FUNCTIONS}
    assert own["ExportFailed"] == [{"Name": "service", "Value": services["ExportWorkerFunction"]}]
    assert own["ExportFailed"] == [{"Name": "service", "Value": services["ExportSweeperFunction"]}]
    assert own["ScheduledExportFailed"] == [{"Name": "service", "Value": services["ScheduledExportFunction"]}]
    assert own["ScheduledExportFailed"] == [{"Name": "service", "Value": services["ScheduleSweeperFunction"]}]
    variables = template()["Globals"]["Function"]["Environment"]["Variables"]
    assert variables["POWERTOOLS_METRICS_NAMESPACE"] == NAMESPACE


def environment(function: str) -> dict[str, Any]:
    variables: dict[str, Any] = FUNCTIONS[function]["Properties"].get("Environment", {}).get("Variables", {})
    return variables


def test_the_logs_of_each_function_are_kept_for_the_days_that_the_parameter_says() -> None:
    groups = resources("AWS::Logs::LogGroup")
    written = {name: function["Properties"]["LoggingConfig"]["LogGroup"]["Ref"] for name, function in FUNCTIONS.items()}
    assert sorted(written.values()) == sorted(groups), "one for each"
    assert all(group["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in groups.values())


def test_lambda_drops_no_line_by_itself() -> None:
    # With Lambda's own JSON format it drops what is below a level of its own, whatever LogLevel says; metrics, which
    # are lines without a level, are among that.
    configured = [template()["Globals"]["Function"], *(function["Properties"] for function in FUNCTIONS.values())]
    assert all("LogFormat" not in function.get("LoggingConfig", {}) for function in configured)


def test_the_dashboard_shows_every_alarm_queue_table_and_function() -> None:
    (dashboard,) = resources("AWS::CloudWatch::Dashboard").values()
    body = dashboard["Properties"]["DashboardBody"]["Fn::Sub"]
    widgets = json.loads(body)["widgets"]
    places = [(widget["x"], widget["y"]) for widget in widgets]
    assert len(set(places)) == len(places)
    alarms = next(widget["properties"]["alarms"] for widget in widgets if widget["type"] == "alarm")
    assert set(alarms) == {f"${{{name}.Arn}}" for name in ALARMS}
    shown = set(re.findall(r"\$\{(\w+)[.}]", body))
    # The page is files without data; what goes wrong with it shows in the figures of the API.
    assert {*QUEUES, *TABLES, *FUNCTIONS} - {"ConsoleFunction"} <= shown
    assert shown <= template()["Resources"].keys() | {"AWS", "StageName"}
    own = {metric[0] for metric in metrics(widgets) if metric[0].startswith("BadgeDataManagement")}
    assert own == {NAMESPACE["Fn::Sub"]}


def metrics(widgets: list[dict[str, Any]]) -> list[list[Any]]:
    return [metric for widget in widgets for metric in widget["properties"].get("metrics", [])]


# ---------------------------------------------------------------- least privilege


def statements() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, role in resources("AWS::IAM::Role").items():
        yield from ((name, statement) for statement in statements_of(role))
    for name, policy in resources("AWS::IAM::ManagedPolicy").items():
        yield from ((name, statement) for statement in policy["Properties"]["PolicyDocument"]["Statement"])


STATEMENTS = list(statements())


@pytest.mark.parametrize(
    ("name", "statement"), STATEMENTS, ids=[f"{name}-{s.get('Sid', s['Action'])}" for name, s in STATEMENTS]
)
def test_each_policy_names_its_actions_and_its_resources(name: str, statement: dict[str, Any]) -> None:
    for action in listed(statement["Action"]):
        assert re.fullmatch(r"[a-z0-9]+:[A-Z][A-Za-z]+", action), f"{name} may {action}"
    for resource in listed(statement["Resource"]):
        for text in texts(resource):
            assert "*" not in text or any(text.endswith(ending) for ending in WILDCARD_ENDINGS), f"{name}: {text}"
        assert any(referred_to(resource)) or "event-bus/default" in str(resource), f"{name}: {resource}"


def texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from texts(inner)
        case list():
            for inner in value:
                yield from texts(inner)


def test_each_function_has_a_role_of_its_own_with_policies_that_are_written_out() -> None:
    for name, function in FUNCTIONS.items():
        assert function["Properties"]["Role"] == {"Fn::GetAtt": [f"{name}Role", "Arn"]}
        # SAM would attach AWS's managed policies, such as one that may receive from every queue of the account.
        assert "Policies" not in function["Properties"], name
    for name, role in resources("AWS::IAM::Role").items():
        assert "ManagedPolicyArns" not in role["Properties"], name


def test_no_function_may_scan() -> None:
    actions = {action for _, statement in STATEMENTS for action in listed(statement["Action"])}
    assert "dynamodb:Scan" not in actions


def test_a_key_of_the_deployers_own_is_given_to_every_function_that_meets_data() -> None:
    (policy,) = (p for p in resources("AWS::IAM::ManagedPolicy").values() if p["Condition"] == "HasKmsKey")
    roles = {role["Ref"] for role in policy["Properties"]["Roles"]}
    assert roles == {f"{name}Role" for name in FUNCTIONS} - {"ConsoleFunctionRole"}
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Resource"] == {"Ref": "KmsKeyArn"}
    assert statement["Condition"]["StringEquals"].keys() == {"kms:ViaService"}


# ---------------------------------------------------------------- data


@pytest.mark.parametrize("name", resources(*DATA))
def test_data_stays_when_the_stack_or_the_resource_goes(name: str) -> None:
    resource = template()["Resources"][name]
    assert resource["DeletionPolicy"] == "Retain"
    assert resource["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("name", TABLES)
def test_each_table_can_be_recovered_and_is_protected_and_takes_a_key(name: str) -> None:
    properties = TABLES[name]["Properties"]
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["DeletionProtectionEnabled"] == {"Fn::If": ["IsProtected", True, False]}
    encrypted = {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": {"Ref": "KmsKeyArn"}}
    assert properties["SSESpecification"] == {"Fn::If": ["HasKmsKey", encrypted, {"SSEEnabled": False}]}


def test_pictures_go_back_as_far_as_the_tables_do() -> None:
    properties = template()["Resources"]["ImagesBucket"]["Properties"]
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    (rule,) = properties["LifecycleConfiguration"]["Rules"]
    recovery_days = 35  # of point-in-time recovery, which no table here shortens
    assert rule == {
        "Id": "old-versions-go",
        "Status": "Enabled",
        "NoncurrentVersionExpiration": {"NoncurrentDays": recovery_days},
        "ExpiredObjectDeleteMarker": True,
    }
    assert all(
        "RecoveryPeriodInDays" not in table["Properties"]["PointInTimeRecoverySpecification"]
        for table in TABLES.values()
    )


def test_no_function_may_delete_a_former_version_of_a_picture() -> None:
    assert "s3:DeleteObjectVersion" not in {action for _, s in STATEMENTS for action in listed(s["Action"])}


def test_a_bucket_that_is_retained_goes_on_to_refuse_requests_without_tls() -> None:
    policies = resources("AWS::S3::BucketPolicy")
    buckets = {policy["Properties"]["Bucket"]["Ref"] for policy in policies.values()}
    assert buckets == resources("AWS::S3::Bucket").keys()
    for policy in policies.values():
        assert policy["DeletionPolicy"] == policy["UpdateReplacePolicy"] == "Retain"
        (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
        assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_scripts_of_other_sites_may_read_images_and_no_exports() -> None:
    buckets = {
        name: bucket["Properties"].get("CorsConfiguration") for name, bucket in resources("AWS::S3::Bucket").items()
    }
    assert buckets["ExportsBucket"] is None
    (rule,) = buckets["ImagesBucket"]["CorsRules"]
    assert rule["AllowedOrigins"] == ["*"]
    assert rule["AllowedMethods"] == ["GET", "HEAD"]


def test_defaults_are_those_of_production() -> None:
    defaults = {name: parameter["Default"] for name, parameter in template()["Parameters"].items()}
    assert defaults["DataRemovalPolicy"] == "protected"
    assert defaults["TransportSecurity"] == "required"
    assert defaults["SourceAddresses"] == "public"


@pytest.mark.parametrize("name", template()["Parameters"])
def test_each_parameter_is_explained_with_its_default(name: str) -> None:
    parameter = template()["Parameters"][name]
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", (REPOSITORY / "docs" / "deploying.md").read_text(), re.MULTILINE)
    documented = dict(rows)
    default = parameter["Default"]
    assert documented[name] == (f"`{default}`" if default != "" else "empty")


def test_the_api_has_no_stage_but_the_one_whose_requests_are_limited() -> None:
    # Without a version SAM adds a stage named "Stage" that reaches the same functions and has no limits.
    assert template()["Resources"]["Api"]["Properties"]["OpenApiVersion"] == "2.0"


def test_no_check_of_the_template_is_turned_off() -> None:
    text = (REPOSITORY / "template.yaml").read_text()
    assert "ignore_checks" not in text
    assert not list(REPOSITORY.glob(".cfnlintrc*"))
