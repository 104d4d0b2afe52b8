"""The template: alarms that lead to the runbook, policies with nothing to spare, data that no mistake deletes."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from badgedata import stored_images
from badgedata.counts import recount
from development.sam_template import (
    REPOSITORY,
    listed,
    needs_token,
    referred_to,
    resources,
    routes,
    statements_of,
    template,
)

DATA = {"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::Cognito::UserPool"}

WILDCARD_ENDINGS = {
    "index/*": "all indexes of one table",
    "stream/*": "all streams of one table, which has another one whenever its stream is switched on",
    "Bucket.Arn}/*": "all objects of one bucket: exports are below organizations' ids",
    "Bucket.Arn}/images/*": "all pictures",
    "Bucket.Arn}/previews/*": "all pictures of previews",
    "Bucket.Arn}/baked/*": "all baked images",
    "schedule/${ScheduleGroup}/*": "all schedules of this stack's group",
}
"""Where a resource may end with a wildcard, and why: what it stands for is made while the stack runs."""


ALARMS = resources("AWS::CloudWatch::Alarm")
FUNCTIONS = resources("AWS::Serverless::Function")
QUEUES = resources("AWS::SQS::Queue")
TABLES = resources("AWS::DynamoDB::Table")
PUBLIC_ROUTES = {(path, method.upper()) for (method, path), route in routes().items() if not needs_token(route)}
"""What anybody may ask for, as paths and methods."""

NAMESPACE = {"Fn::Sub": "BadgeDataManagement/${AWS::StackName}"}
"""Of the product's own metrics: each deployment's own, so that none alarms another's operators."""


def headings(document: str) -> set[str]:
    text = (REPOSITORY / "docs" / document).read_text()
    return set(re.findall(r"^#+ (.+)$", text, re.MULTILINE))


# ---------------------------------------------------------------- fair use


def test_workers_leave_the_api_some_of_what_a_new_account_may_run_at_once() -> None:
    limits = {
        name: event["Properties"]["ScalingConfig"]["MaximumConcurrency"]
        for name, function in FUNCTIONS.items()
        for event in function["Properties"].get("Events", {}).values()
        if event["Type"] == "SQS"
    }
    assert limits == {
        "ExportWorkerFunction": {"Ref": "ExportWorkers"},
        "ImageResyncWorkerFunction": {"Ref": "ImageResyncWorkers"},
    }
    parameters = [template()["Parameters"][limit["Ref"]] for limit in limits.values()]
    assert all(parameter["MinValue"] == 2 for parameter in parameters), "an event source takes no less"
    # Lambda runs 10 functions at once in a new account, all of the account's together, until the quota is raised.
    previews = template()["Parameters"]["PreviewsAtOnce"]
    assert sum(parameter["Default"] for parameter in [*parameters, previews]) < 10


def test_a_failing_message_takes_no_workers_from_others() -> None:
    # Lambda backs off from a queue whose function raises, and not from one whose function reports what failed.
    for function in ("ExportWorkerFunction", "ImageResyncWorkerFunction"):
        (event,) = FUNCTIONS[function]["Properties"]["Events"].values()
        assert event["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"], function


def test_a_sweep_of_a_minute_ago_is_not_tried_again_beside_the_next_one() -> None:
    for name, function in FUNCTIONS.items():
        schedules = [
            event["Properties"]["Schedule"]
            for event in function["Properties"].get("Events", {}).values()
            if event["Type"] == "Schedule"
        ]
        if schedules == ["rate(1 minute)"]:
            assert function["Properties"]["EventInvokeConfig"] == {
                "MaximumRetryAttempts": 0,
                "MaximumEventAgeInSeconds": 60,
            }, name


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


def test_only_this_account_may_publish_to_the_alarm_topic() -> None:
    (policy,) = resources("AWS::SNS::TopicPolicy").values()
    for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
        assert statement["Action"] == "sns:Publish"
        # EventBridge is not among them: it fills in no source for SNS, so that no condition could hold for it.
        assert statement["Principal"]["Service"] in ("cloudwatch.amazonaws.com", "budgets.amazonaws.com")
        assert statement["Condition"]["StringEquals"]["aws:SourceAccount"] == {"Ref": "AWS::AccountId"}


def test_the_overdue_rule_publishes_by_a_role_that_may_do_nothing_else() -> None:
    (rule,) = resources("AWS::Events::Rule").values()
    (target,) = rule["Properties"]["Targets"]
    (role,) = referred_to(target["RoleArn"])
    properties = resources("AWS::IAM::Role")[role]["Properties"]
    (trust,) = properties["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "events.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    (statement,) = statements_of(resources("AWS::IAM::Role")[role])
    assert (statement["Action"], statement["Resource"]) == ("sns:Publish", {"Ref": "AlarmTopic"})


def test_a_notice_that_could_not_be_published_has_an_alarm() -> None:
    (rule,) = resources("AWS::Events::Rule")
    assert watched_for("FailedInvocations") == {rule}


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


def test_what_works_off_a_queue_gives_back_single_messages_and_has_alarms_for_these_and_for_crashes() -> None:
    workers = {
        name: event["Properties"]
        for name, function in FUNCTIONS.items()
        for event in function["Properties"].get("Events", {}).values()
        if event["Type"] == "SQS"
    }
    assert all(source["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for source in workers.values())
    # A message that is given back is no error of the function to Lambda; a time-out and a lack of memory are.
    assert {("MessageFailed", worker) for worker in workers} <= EMITTED.keys()
    assert workers.keys() <= watched_for("Errors")


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


def test_the_function_of_a_stream_gives_up_no_record_and_has_alarms_for_falling_behind_and_for_errors() -> None:
    sources = {
        name: event["Properties"]
        for name, function in FUNCTIONS.items()
        for event in function["Properties"].get("Events", {}).values()
        if event["Type"] == "DynamoDB"
    }
    assert sources.keys() == {"AwardCountsFunction"}
    for source in sources.values():
        assert (source["MaximumRetryAttempts"], source["MaximumRecordAgeInSeconds"]) == (-1, -1), (
            "retried until expired"
        )
        assert source["StartingPosition"] == "TRIM_HORIZON"
    assert watched_for("IteratorAge", "Maximum") == sources.keys()
    assert sources.keys() <= watched_for("Errors")


def test_a_recount_waits_for_as_long_as_the_function_of_the_stream_may_run() -> None:
    assert FUNCTIONS["AwardCountsFunction"]["Properties"]["Timeout"] == recount.STREAM_FUNCTION_SECONDS


def test_each_table_and_each_index_that_functions_use_has_alarms_for_refused_reads_and_writes() -> None:
    # DynamoDB counts what an index refuses under the index alone.
    places = {(name, None) for name in TABLES} | {
        (name, index["IndexName"])
        for name, table in TABLES.items()
        for index in table["Properties"]["GlobalSecondaryIndexes"]
    }
    places.remove(("DirectoryTable", "by-image"))  # an operator's command reads it, to delete a tenant
    for metric in ("ReadThrottleEvents", "WriteThrottleEvents"):
        watched = set()
        for alarm in ALARMS.values():
            if alarm["Properties"]["MetricName"] == metric:
                of = {dimension["Name"]: dimension["Value"] for dimension in alarm["Properties"]["Dimensions"]}
                watched.add((of["TableName"]["Ref"], of.get("GlobalSecondaryIndexName")))
        assert watched == places, metric


def test_what_each_queue_gives_up_goes_to_a_dead_letter_queue() -> None:
    for name, queue in QUEUES.items():
        if "DeadLetter" not in name:
            (target,) = referred_to(queue["Properties"]["RedrivePolicy"]["deadLetterTargetArn"])
            assert "DeadLetter" in target, name


EMITTED = {
    ("ExportFailed", "ExportWorkerFunction"): "layers/badgedata/badgedata/exports/lifecycle.py",
    ("ExportFailed", "ExportSweeperFunction"): "layers/badgedata/badgedata/exports/lifecycle.py",
    ("ScheduledExportFailed", "ScheduledExportFunction"): "functions/scheduled_export/scheduled_export.py",
    ("ScheduledExportFailed", "ScheduleSweeperFunction"): "functions/schedule_sweeper/schedule_sweeper.py",
    ("MessageFailed", "ExportWorkerFunction"): "functions/export_worker/export_worker.py",
    ("MessageFailed", "ImageResyncWorkerFunction"): "functions/image_resync_worker/image_resync_worker.py",
}
"""The product's own metrics that mean trouble, the functions that count them, and where."""


def test_an_alarm_of_our_own_metric_is_of_the_service_that_gives_it() -> None:
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
    if listed(statement["Action"]) == ["dynamodb:ListStreams"]:
        assert statement["Resource"] == "*", "IAM has no resource for it; it lists names and no data"
        return
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


# ---------------------------------------------------------------- people


def test_the_client_offers_only_the_flows_of_the_page_and_of_the_smoke_test() -> None:
    (client,) = resources("AWS::Cognito::UserPoolClient").values()
    page = (REPOSITORY / "functions" / "console" / "page" / "user-pool.js").read_text()
    flows = set(re.findall(r"ALLOW_(\w+)", str(client["Properties"]["ExplicitAuthFlows"])))
    assert flows == {*re.findall(r'AuthFlow: "(\w+)"', page), "ADMIN_USER_PASSWORD_AUTH"}


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


def test_pictures_of_previews_that_are_not_confirmed_expire() -> None:
    rules = template()["Resources"]["ImagesBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    (rule,) = (rule for rule in rules if rule.get("Prefix") == stored_images.PREVIEWS)
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 1)
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}


def test_pictures_go_back_as_far_as_the_tables_do() -> None:
    properties = template()["Resources"]["ImagesBucket"]["Properties"]
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    (rule,) = (rule for rule in properties["LifecycleConfiguration"]["Rules"] if "Prefix" not in rule)
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


# ---------------------------------------------------------------- the gateway


def test_each_route_that_needs_no_token_has_a_throttle_of_its_own_below_that_of_people() -> None:
    settings = {
        (setting["ResourcePath"], setting["HttpMethod"]): setting
        for setting in template()["Resources"]["Api"]["Properties"]["MethodSettings"]
    }
    staff = settings.pop(("/*", "*"))
    assert settings.keys() == {("/" + path.replace("/", "~1"), method) for path, method in PUBLIC_ROUTES}
    for setting in settings.values():
        assert setting["ThrottlingRateLimit"] == {"Ref": "PublicRequestsPerSecond"}
        assert setting["ThrottlingBurstLimit"] < staff["ThrottlingBurstLimit"]
    assert template()["Parameters"]["PublicRequestsPerSecond"]["Default"] < staff["ThrottlingRateLimit"]


GATEWAY_RESPONSES: dict[str, Any] = template()["Resources"]["Api"]["Properties"]["GatewayResponses"]


def test_the_gateway_hides_no_status_code_behind_another() -> None:
    # The code of a default response is that of all without a response of their own: 400, 403, 413, 415, and 502 to 504.
    assert "StatusCode" not in GATEWAY_RESPONSES["DEFAULT_4XX"]
    assert "StatusCode" not in GATEWAY_RESPONSES["DEFAULT_5XX"]
    not_found = {name for name, response in GATEWAY_RESPONSES.items() if response.get("StatusCode") == 404}
    assert not_found == {"MISSING_AUTHENTICATION_TOKEN", "RESOURCE_NOT_FOUND"}
    assert GATEWAY_RESPONSES["REQUEST_TOO_LARGE"]["StatusCode"] == 413
    assert GATEWAY_RESPONSES["INTEGRATION_TIMEOUT"]["StatusCode"] == 504


@pytest.mark.parametrize("name", GATEWAY_RESPONSES)
def test_each_answer_of_the_gateway_is_a_problem_document_with_the_code_that_it_comes_with(name: str) -> None:
    response = GATEWAY_RESPONSES[name]
    problem = json.loads(response["ResponseTemplates"]["application/json"])
    assert problem.get("status") == response.get("StatusCode")
    assert problem["type"] == f"urn:badge-data-management:problem:{problem['code']}"
    assert problem["title"]
    headers = response["ResponseParameters"]["Headers"]
    assert headers["Content-Type"] == "'application/problem+json'"
    assert headers["Cache-Control"] == "'no-store'"


@pytest.mark.parametrize("name", [name for name in GATEWAY_RESPONSES if name.endswith(("5XX", "TIMEOUT"))])
def test_an_answer_that_may_hide_a_change_does_not_deny_it(name: str) -> None:
    detail = json.loads(GATEWAY_RESPONSES[name]["ResponseTemplates"]["application/json"])["detail"]
    assert re.search("may (have been|still be) carried out", detail)


# ---------------------------------------------------------------- other deployments


def test_names_are_each_stacks_own() -> None:
    named = {
        (name, key): text
        for name, resource in template()["Resources"].items()
        if resource["Type"] != "AWS::Lambda::Permission"  # its function's name is a reference
        for key, value in resource.get("Properties", {}).items()
        if key.endswith("Name") and key not in ("StageName", "ClientName", "MetricName")
        for text in texts(value)
    }
    assert len(named) >= 12
    assert [place for place, text in named.items() if "AWS::StackName" not in text] == []


def test_what_a_failed_first_deployment_leaves_is_not_in_the_way_of_the_next() -> None:
    retained = [resource for resource in template()["Resources"].values() if resource.get("DeletionPolicy") == "Retain"]
    assert len(retained) >= 8
    for resource in retained:
        names = [key for key in resource["Properties"] if key in ("TableName", "BucketName")]
        assert names == [], "CloudFormation makes up a name, so that another one can be made"
    for group in resources("AWS::Logs::LogGroup").values():
        assert group["DeletionPolicy"] == "Delete", "its name is fixed"


def test_no_check_of_the_template_is_turned_off() -> None:
    text = (REPOSITORY / "template.yaml").read_text()
    assert "ignore_checks" not in text
    assert not list(REPOSITORY.glob(".cfnlintrc*"))
