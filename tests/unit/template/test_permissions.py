"""Least-privilege roles: each policy names its actions and resources."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from development.sam_template import listed, referred_to, resources, statements_of
from local.places import REPOSITORY
from tests.unit.template.written import FUNCTIONS, texts

WILDCARD_ENDINGS = {
    "index/*": "all indexes of one table",
    "stream/*": "all streams of one table, which has another one whenever its stream is switched on",
    "Bucket.Arn}/*": "all objects of one bucket: exports are below organizations' ids",
    "Bucket.Arn}/.deliver/*": "files that are to be delivered",
    "Bucket.Arn}/images/*": "all pictures",
    "Bucket.Arn}/previews/*": "all images of previews",
    "Bucket.Arn}/baked/*": "all baked images",
    "schedule/${ScheduleGroup}/*": "all schedules of this stack's group",
    "identity/*": "all SES identities: the one that SES uses for the sender is not known, but the sender is",
    "configuration-set/*": "all SES configuration sets: any can be the default of an identity",
}
"""Resource names that may end with a wildcard, because these resources are created while the stack runs."""


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
def test_every_policy_names_its_actions_and_resources(name: str, statement: dict[str, Any]) -> None:
    for action in listed(statement["Action"]):
        assert re.fullmatch(r"[a-z0-9]+:[A-Z][A-Za-z]+", action), f"{name} may {action}"
    if listed(statement["Action"]) in (["dynamodb:ListStreams"], ["ses:GetSuppressedDestination"]):
        assert statement["Resource"] == "*", "IAM supports no resource for these actions, which read only names"
        return
    if listed(statement["Action"]) == ["sts:AssumeRole"]:
        assert name == "ExportDeliveryFunctionRole", "roles of other accounts can't be listed in advance"
        return
    for resource in listed(statement["Resource"]):
        for text in texts(resource):
            assert "*" not in text or any(text.endswith(ending) for ending in WILDCARD_ENDINGS), f"{name}: {text}"
        known = any(referred_to(resource)) or "event-bus/default" in str(resource) or ":ses:" in str(resource)
        assert known, f"{name}: {resource}"


def test_every_function_has_its_own_role_with_explicit_policies() -> None:
    for name, function in FUNCTIONS.items():
        assert function["Properties"]["Role"] == {"Fn::GetAtt": [f"{name}Role", "Arn"]}
        # SAM would attach AWS managed policies, such as one that allows receiving from every queue in the account.
        assert "Policies" not in function["Properties"], name
    for name, role in resources("AWS::IAM::Role").items():
        assert "ManagedPolicyArns" not in role["Properties"], name


def test_only_the_delivery_function_can_assume_roles_and_only_in_other_accounts() -> None:
    assuming = [(name, s) for name, s in STATEMENTS if "sts:AssumeRole" in listed(s["Action"])]
    (_, allowed), (_, denied) = assuming
    assert {name for name, _ in assuming} == {"ExportDeliveryFunctionRole"}
    assert (allowed["Effect"], denied["Effect"]) == ("Allow", "Deny")
    assert allowed["Condition"] == {"Null": {"sts:ExternalId": "false"}}
    assert denied["Resource"] == {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*"}
    assert "Condition" not in denied


def test_no_function_can_scan_tables() -> None:
    actions = {action for _, statement in STATEMENTS for action in listed(statement["Action"])}
    assert "dynamodb:Scan" not in actions


def test_every_function_that_accesses_data_can_use_the_customer_managed_key() -> None:
    (policy,) = (p for p in resources("AWS::IAM::ManagedPolicy").values() if p["Condition"] == "HasKmsKey")
    roles = {role["Ref"] for role in policy["Properties"]["Roles"]}
    assert roles == {f"{name}Role" for name in FUNCTIONS} - {"ConsoleFunctionRole"}
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Resource"] == {"Ref": "KmsKeyArn"}
    assert statement["Condition"]["StringEquals"].keys() == {"kms:ViaService"}


# ---------------------------------------------------------------- sign-in


def test_app_client_allows_only_the_auth_flows_that_are_used() -> None:
    (client,) = resources("AWS::Cognito::UserPoolClient").values()
    page = (REPOSITORY / "functions" / "console" / "page" / "session" / "user-pool.js").read_text()
    flows = set(re.findall(r"ALLOW_(\w+)", str(client["Properties"]["ExplicitAuthFlows"])))
    assert flows == {*re.findall(r'AuthFlow: "(\w+)"', page), "ADMIN_USER_PASSWORD_AUTH"}


# ---------------------------------------------------------------- data


def test_no_function_can_delete_old_image_versions() -> None:
    assert "s3:DeleteObjectVersion" not in {action for _, s in STATEMENTS for action in listed(s["Action"])}
