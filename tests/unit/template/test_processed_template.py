"""The template after the SAM transform, as CloudFormation receives it with everything that SAM adds."""

import json
from collections.abc import Iterator

import pytest
from cfnlint.decode import cfn_yaml  # type: ignore[import-untyped]
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped]

from development.lint_template import supported_regions
from development.sam_template import (
    listed,
    needs_token,
    referred_to,
    resources,
    routes,
    statements_of,
    template,
    transformed,
    transformed_resources,
)
from local.places import REPOSITORY
from tests.unit.template.deployment import Deployment

FUNCTIONS = transformed_resources("AWS::Lambda::Function")
ROLES = transformed_resources("AWS::IAM::Role")


def role_of(function: str) -> str:
    """Return the logical ID of a function's role."""
    (role,) = referred_to(FUNCTIONS[function]["Properties"]["Role"])
    return role


def resources_for(function: str, action: str) -> set[str]:
    """Return the resources on which a function's role allows an action."""
    return {
        resource
        for statement in statements_of(ROLES[role_of(function)])
        if action in listed(statement["Action"])
        for resource in referred_to(statement["Resource"])
    }


# ---------------------------------------------------------------- roles


@pytest.mark.parametrize("function", FUNCTIONS)
def test_function_can_receive_only_from_its_own_queue_or_stream(function: str) -> None:
    sources = {
        source
        for mapping in transformed_resources("AWS::Lambda::EventSourceMapping").values()
        if function in referred_to(mapping["Properties"]["FunctionName"])
        for source in referred_to(mapping["Properties"]["EventSourceArn"])
    }
    tables = resources("AWS::DynamoDB::Table").keys()
    for action in ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"):
        assert resources_for(function, action) == sources - tables
    for action in ("dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"):
        assert resources_for(function, action) == sources & tables


@pytest.mark.parametrize("function", FUNCTIONS)
def test_function_can_write_only_to_its_own_existing_log_group(function: str) -> None:
    # A function with permission to create its log group would recreate it right after a deletion, and the next stack
    # with this name couldn't create it.
    (group,) = referred_to(FUNCTIONS[function]["Properties"]["LoggingConfig"]["LogGroup"])
    assert resources_for(function, "logs:CreateLogStream") == resources_for(function, "logs:PutLogEvents") == {group}
    assert resources_for(function, "logs:CreateLogGroup") == set()


def test_sam_transform_does_not_add_roles_or_policies() -> None:
    assert ROLES.keys() == resources("AWS::IAM::Role").keys()
    assert not [name for name, role in ROLES.items() if role["Properties"].get("ManagedPolicyArns")]


def test_function_can_send_to_its_dead_letter_queue() -> None:
    queues = {name: function["Properties"].get("DeadLetterConfig") for name, function in FUNCTIONS.items()}
    assert queues["ScheduledExportFunction"]
    for name, queue in queues.items():
        assert set(referred_to(queue)) <= resources_for(name, "sqs:SendMessage"), name


# ---------------------------------------------------------------- loops


def invoked_by(function: str) -> Iterator[str]:
    """Yield the functions that a function invokes through a queue."""
    queues = resources_for(function, "sqs:SendMessage")
    for mapping in transformed_resources("AWS::Lambda::EventSourceMapping").values():
        if queues.intersection(referred_to(mapping["Properties"]["EventSourceArn"])):
            yield from referred_to(mapping["Properties"]["FunctionName"])


def is_in_loop(function: str) -> bool:
    """Return whether a function's messages return to it through any number of other functions."""
    reached: set[str] = set()
    ahead = list(invoked_by(function))
    while ahead:
        reached.add(ahead.pop())
        ahead += [name for known in reached for name in invoked_by(known) if name not in reached and name not in ahead]
    return function in reached


def test_loop_detection_allows_functions_that_enqueue_their_next_task() -> None:
    # By default, Lambda drops a message when its chain of requests invokes the same function for about the 16th time.
    # The emulator doesn't count chains through a queue.
    looping = {name for name in FUNCTIONS if is_in_loop(name)}
    assert looping == {"ExportWorkerFunction", "ExportDeliveryFunction", "ImageResyncWorkerFunction"}
    allowed = {name for name, function in FUNCTIONS.items() if function["Properties"].get("RecursiveLoop") == "Allow"}
    assert allowed == looping


# ---------------------------------------------------------------- regions

BUDGET = "AWS::Budgets::Budget"


@pytest.mark.parametrize("region", supported_regions())
def test_every_supported_region_has_all_resource_types_in_the_template(region: str) -> None:
    # CloudFormation rejects a template with an unavailable resource type, even if its condition is false.
    types = {resource["Type"] for resource in transformed()["Resources"].values()}
    assert types - set(PROVIDER_SCHEMA_MANAGER.get_resource_types(region)) == set()


@pytest.mark.parametrize("region", supported_regions())
def test_budget_is_accepted_only_where_cloudformation_supports_budgets(region: str) -> None:
    has_budgets = BUDGET in PROVIDER_SCHEMA_MANAGER.get_resource_types(region)
    deployment = Deployment(region, MonthlyBudget="100")
    assert deployment.has("Budget")
    assert (list(deployment.broken_rules()) == []) == has_budgets
    assert not Deployment(region).has("Budget")
    assert not list(Deployment(region).broken_rules())


@pytest.mark.parametrize(
    "parameters",
    [
        {"SourceAddresses": "loopback-too"},
        {"TransportSecurity": "optional"},
        {"UserPoolEndpoint": "http://localhost:4566/"},
        {"SourceAddresses": "loopback-too", "TransportSecurity": "optional", "UserPoolEndpoint": "http://localhost/"},
    ],
    ids=", ".join,
)
def test_settings_for_the_local_emulator_are_rejected_on_aws(parameters: dict[str, str]) -> None:
    (reported,) = Deployment(**parameters).broken_rules()
    assert all(name in reported for name in parameters)
    assert list(Deployment(account="000000000000", **parameters).broken_rules()) == []


def test_budget_notifies_the_alarm_topic_at_80_percent_and_if_an_overrun_is_forecast() -> None:
    stack = template()["Resources"]["Budget"]["Properties"]
    assert stack["Parameters"] == {"MonthlyBudget": {"Ref": "MonthlyBudget"}, "AlarmTopic": {"Ref": "AlarmTopic"}}
    budget = cfn_yaml.load(str(REPOSITORY / stack["TemplateURL"]))["Resources"]["Budget"]["Properties"]
    assert budget["Budget"]["BudgetLimit"] == {"Amount": {"Ref": "MonthlyBudget"}, "Unit": "USD"}
    reported = {
        (entry["Notification"]["NotificationType"], entry["Notification"]["Threshold"])
        for entry in budget["NotificationsWithSubscribers"]
        if entry["Subscribers"] == [{"SubscriptionType": "SNS", "Address": {"Ref": "AlarmTopic"}}]
    }
    assert reported == {("ACTUAL", 80), ("FORECASTED", 100)}


# ---------------------------------------------------------------- sizes


def test_function_policies_are_smaller_than_2_kilobytes() -> None:
    permissions = transformed_resources("AWS::Lambda::Permission").values()
    for function in FUNCTIONS:
        statements = [
            {
                "Sid": "x" * 100,
                "Effect": "Allow",
                "Principal": {"Service": permission["Properties"]["Principal"]},
                "Action": permission["Properties"]["Action"],
                "Resource": f"arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:{'x' * 64}",
                "Condition": {"ArnLike": {"AWS:SourceArn": "x" * 250}},
            }
            for permission in permissions
            if function in referred_to(permission["Properties"]["FunctionName"])
        ]
        assert len(json.dumps({"Version": "2012-10-17", "Statement": statements})) < 2_000, function


def test_only_this_api_can_invoke_its_functions() -> None:
    invoked = {
        function: str(permission["Properties"]["SourceArn"]["Fn::Sub"])
        for permission in transformed_resources("AWS::Lambda::Permission").values()
        if permission["Properties"]["Principal"] == "apigateway.amazonaws.com"
        for function in referred_to(permission["Properties"]["FunctionName"])
    }
    integrated = {
        name for route in routes().values() for name in referred_to(route["x-amazon-apigateway-integration"]["uri"])
    }
    assert integrated == {"ApiFunction", "ConsoleFunction"}
    of_authorizer = invoked.pop("AuthorizerFunction")
    assert "${__ApiId__}/authorizers/*', {'__ApiId__': {'Ref': 'Api'}}" in of_authorizer
    assert invoked.keys() == integrated
    assert all(source.endswith(":${Api}/${StageName}/*") for source in invoked.values())


def test_every_route_is_public_or_requires_the_authorizer() -> None:
    (api,) = transformed_resources("AWS::ApiGateway::RestApi").values()
    security = {
        (method, path): route["security"]
        for path, methods in api["Properties"]["Body"]["paths"].items()
        for method, route in methods.items()
    }
    assert security.keys() == routes().keys()
    for place, route in routes().items():
        assert security[place] == ([{"Callers": []}] if needs_token(route) else [{"NONE": []}]), place
    public = {path for (_, path), route in routes().items() if not needs_token(route)}
    assert {path.split("/")[1] for path in public} == {
        "public",
        "console",
        "reference",
        "openapi.json",
        "export-columns",
    }
