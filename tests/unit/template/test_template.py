"""Template settings: concurrency, parameters, the gateway, and multiple stacks in one account."""

import json
import re
from typing import Any

import pytest

from badgedata.tokens.secret import new_secret
from development.sam_template import needs_token, resources, routes, template
from local.places import REPOSITORY
from tests.unit.template.written import FUNCTIONS, texts

PUBLIC_ROUTES = {(path, method.upper()) for (method, path), route in routes().items() if not needs_token(route)}
"""Public routes, as path and method."""


# ---------------------------------------------------------------- concurrency


def test_workers_leave_concurrency_for_the_api_in_a_new_aws_account() -> None:
    limits = {
        name: event["Properties"]["ScalingConfig"]["MaximumConcurrency"]
        for name, function in FUNCTIONS.items()
        for event in function["Properties"].get("Events", {}).values()
        if event["Type"] == "SQS"
    }
    assert limits == {
        "ExportWorkerFunction": {"Ref": "ExportWorkers"},
        "ExportDeliveryFunction": {"Ref": "DeliveryWorkers"},
        "ImageResyncWorkerFunction": {"Ref": "ImageResyncWorkers"},
        "ExportEmailsFunction": 2,  # the minimum; each takes less than a second
    }
    workers = ("ExportWorkers", "ImageResyncWorkers")
    parameters = [template()["Parameters"][name] for name in workers]
    assert all(parameter["MinValue"] == 2 for parameter in parameters), "the minimum for an event source"
    # A new account is limited to 10 concurrent Lambda executions until the quota is raised.
    previews = template()["Parameters"]["PreviewsAtOnce"]
    assert sum(parameter["Default"] for parameter in [*parameters, previews]) < 10


def test_failing_message_does_not_slow_down_other_messages() -> None:
    # Lambda backs off from a queue if the function raises an error, but not if it reports failed messages.
    for function in ("ExportWorkerFunction", "ImageResyncWorkerFunction"):
        (event,) = FUNCTIONS[function]["Properties"]["Events"].values()
        assert event["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"], function


def test_sweep_is_not_retried_and_its_event_expires_after_a_minute() -> None:
    schedules = {
        name: [
            event["Properties"]["Schedule"]
            for event in function["Properties"].get("Events", {}).values()
            if event["Type"] == "Schedule"
        ]
        for name, function in FUNCTIONS.items()
    }
    sweepers = [name for name, of_function in schedules.items() if of_function == ["rate(1 minute)"]]
    assert {"ExportSweeperFunction", "ScheduleSweeperFunction"} <= set(sweepers)
    for name in sweepers:
        assert FUNCTIONS[name]["Properties"]["EventInvokeConfig"] == {
            "MaximumRetryAttempts": 0,
            "MaximumEventAgeInSeconds": 60,
        }, name


def test_gateway_compresses_responses_larger_than_a_packet() -> None:
    (api,) = resources("AWS::Serverless::Api").values()
    assert 0 <= api["Properties"]["MinimumCompressionSize"] <= 1500
    assert "BinaryMediaTypes" not in api["Properties"]  # otherwise the gateway would treat bodies as base64


# ---------------------------------------------------------------- data


def test_parameter_defaults_are_safe_for_production() -> None:
    defaults = {name: parameter["Default"] for name, parameter in template()["Parameters"].items()}
    assert defaults["DataRemovalPolicy"] == "protected"
    assert defaults["TransportSecurity"] == "required"
    assert defaults["SourceAddresses"] == "public"


@pytest.mark.parametrize("name", template()["Parameters"])
def test_every_parameter_and_its_default_are_documented(name: str) -> None:
    parameter = template()["Parameters"][name]
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", (REPOSITORY / "docs" / "deploying.md").read_text(), re.MULTILINE)
    documented = dict(rows)
    default = parameter["Default"]
    assert documented[name] == (f"`{default}`" if default != "" else "empty")


def test_sam_does_not_add_an_unthrottled_api_stage() -> None:
    # Without a version, SAM adds a stage named "Stage" that invokes the same functions without limits.
    assert template()["Resources"]["Api"]["Properties"]["OpenApiVersion"] == "2.0"


# ---------------------------------------------------------------- gateway


def test_every_public_route_has_its_own_lower_throttling_limit() -> None:
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


def test_gateway_passes_status_codes_through() -> None:
    # A status code on a default response would apply to all responses without one: 400, 403, 413, 415, and 502 to 504.
    assert "StatusCode" not in GATEWAY_RESPONSES["DEFAULT_4XX"]
    assert "StatusCode" not in GATEWAY_RESPONSES["DEFAULT_5XX"]
    not_found = {name for name, response in GATEWAY_RESPONSES.items() if response.get("StatusCode") == 404}
    assert not_found == {"MISSING_AUTHENTICATION_TOKEN", "RESOURCE_NOT_FOUND"}
    assert GATEWAY_RESPONSES["REQUEST_TOO_LARGE"]["StatusCode"] == 413
    assert GATEWAY_RESPONSES["INTEGRATION_TIMEOUT"]["StatusCode"] == 504


@pytest.mark.parametrize("name", GATEWAY_RESPONSES)
def test_every_gateway_response_is_a_problem_document_with_its_code(name: str) -> None:
    response = GATEWAY_RESPONSES[name]
    problem = json.loads(response["ResponseTemplates"]["application/json"])
    assert problem.get("status") == response.get("StatusCode")
    assert problem["type"] == f"urn:badge-data-management:problem:{problem['code']}"
    assert problem["title"]
    headers = response["ResponseParameters"]["Headers"]
    assert headers["Content-Type"] == "'application/problem+json'"
    assert headers["Cache-Control"] == "'no-store'"


@pytest.mark.parametrize("name", [name for name in GATEWAY_RESPONSES if name.endswith(("5XX", "TIMEOUT"))])
def test_timeout_response_does_not_claim_that_nothing_changed(name: str) -> None:
    detail = json.loads(GATEWAY_RESPONSES[name]["ResponseTemplates"]["application/json"])["detail"]
    assert re.search("may (have taken effect|still complete)", detail)


# ---------------------------------------------------------------- several stacks


def test_gateway_rejects_malformed_tokens_before_invoking_the_authorizer() -> None:
    [api] = resources("AWS::Serverless::Api").values()
    passes = re.compile(api["Properties"]["Auth"]["Authorizers"]["Callers"]["Identity"]["ValidationExpression"]).match
    id_token = "eyJraWQiOiJhIn0.eyJlbWFpbCI6ImEifQ.c2lnbmF0dXJl-_"
    for token in (new_secret(), id_token):
        for header in (token, f"Bearer {token}", f"bearer {token}", f"BEARER  {token}"):
            assert passes(header), header
        for header in (f"Basic {token}", f"Bearer {token} {token}", f"Bearer{token}", f"Bearer {token}.", f"x{token}"):
            assert not passes(header), header
    for header in ("", "Bearer", "Bearer x", "a.b.c", "Bearer null", "Bearer bdm_short", "Bearer eyJhIn0.e30"):
        assert not passes(header), header


def test_resource_names_are_unique_per_stack() -> None:
    named = {
        (name, key): text
        for name, resource in template()["Resources"].items()
        if resource["Type"] != "AWS::Lambda::Permission"  # its function name is a reference
        for key, value in resource.get("Properties", {}).items()
        if key.endswith("Name") and key not in ("StageName", "ClientName", "MetricName")
        for text in texts(value)
    }
    assert len(named) >= 12
    references = template()["Resources"].keys()
    assert [place for place, text in named.items() if "AWS::StackName" not in text and text not in references] == []


def test_failed_first_deployment_does_not_block_the_next_deployment() -> None:
    retained = [resource for resource in template()["Resources"].values() if resource.get("DeletionPolicy") == "Retain"]
    assert len(retained) >= 8
    for resource in retained:
        names = [key for key in resource["Properties"] if key in ("TableName", "BucketName")]
        assert names == [], "CloudFormation generates a name, so another one can be created"
    for group in resources("AWS::Logs::LogGroup").values():
        assert group["DeletionPolicy"] == "Delete", "its name is fixed"


def test_no_template_checks_are_disabled() -> None:
    text = (REPOSITORY / "template.yaml").read_text()
    assert "ignore_checks" not in text
    assert not list(REPOSITORY.glob(".cfnlintrc*"))
