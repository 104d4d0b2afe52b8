"""Check the template with cfn-lint and checkov, and its policies with parliament.

    python -m development.lint_template

cfn-lint takes most of the time, because it checks the template once for each supported region. checkov and parliament
check the template after the SAM transform. .checkov.yaml lists checkov's exceptions and explains them. The other tools
have no exceptions.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cfnlint.helpers import REGIONS  # type: ignore[import-untyped]

from development.sam_template import on_aws, transformed
from local.places import REPOSITORY

BUDGET = "budget.yaml"
EVENT_SUBSCRIPTIONS = "docs/examples/event-subscriptions.yaml"
WORK = REPOSITORY / ".local" / "lint-template"
LINTERS = REPOSITORY / ".local" / "environments" / "judges" / "bin"
UNSUPPORTED = ("cn-", "eusc-", "eu-iso", "us-iso")
"""Prefixes of the regions that a template rule rejects (docs/deploying.md, "Regions")."""

_ARNS = {
    "AWS::Cognito::UserPool": "cognito-idp:us-east-1:123456789012:userpool/us-east-1_{name}",
    "AWS::DynamoDB::Table": "dynamodb:us-east-1:123456789012:table/{name}",
    "AWS::Events::EventBus": "events:us-east-1:123456789012:event-bus/{name}",
    "AWS::IAM::Role": "iam::123456789012:role/{name}",
    "AWS::Lambda::Function": "lambda:us-east-1:123456789012:function:{name}",
    "AWS::Logs::LogGroup": "logs:us-east-1:123456789012:log-group:{name}:*",
    "AWS::S3::Bucket": "s3:::{name}",
    "AWS::SNS::Topic": "sns:us-east-1:123456789012:{name}",
    "AWS::SQS::Queue": "sqs:us-east-1:123456789012:{name}",
}
_NAMES = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::StackName": "badges",
    "AWS::URLSuffix": "amazonaws.com",
    "KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000",
    "NotificationSender": "badges@example.org",
}


def supported_regions() -> list[str]:
    """Return cfn-lint's list of regions, without the regions that the template rejects."""
    return sorted(region for region in REGIONS if not region.startswith(UNSUPPORTED))


def policies() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each policy's name and content, with example values in place of references."""
    for name, resource in transformed()["Resources"].items():
        properties = resource.get("Properties", {})
        for policy in properties.get("Policies", []) if resource["Type"] == "AWS::IAM::Role" else []:
            yield f"{name}-{policy['PolicyName']}", _resolved(policy["PolicyDocument"])
        if resource["Type"] == "AWS::IAM::ManagedPolicy":
            yield name, _resolved(properties["PolicyDocument"])


def _resolved(document: Any) -> Any:
    return _without_references(on_aws(document))


def _without_references(value: Any) -> Any:
    match value:
        case {"Ref": str(name)}:
            return _NAMES.get(name) or _arn(name)
        case {"Fn::GetAtt": [str(name), "Arn"]}:
            return _arn(name)
        case {"Fn::Sub": str(text)}:
            for name in _NAMES:
                text = text.replace(f"${{{name}}}", _NAMES[name])
            for name in transformed()["Resources"]:
                text = text.replace(f"${{{name}.Arn}}", _arn(name) if f"${{{name}.Arn}}" in text else "")
                text = text.replace(f"${{{name}}}", name)
            return text
        case dict():
            return {key: _without_references(inner) for key, inner in value.items()}
        case list():
            return [_without_references(inner) for inner in value if inner != {"Ref": "AWS::NoValue"}]
    return value


def _arn(name: str) -> str:
    return "arn:aws:" + _ARNS[transformed()["Resources"][name]["Type"]].format(name=name)


def main() -> int:
    """Run all tools in parallel. Print the output of those that fail, and return the exit code."""
    shutil.rmtree(WORK, ignore_errors=True)
    (WORK / "policies").mkdir(parents=True)
    processed = WORK / "template.json"
    processed.write_text(json.dumps(transformed(), indent=1))
    for name, policy in policies():
        (WORK / "policies" / f"{name}.json").write_text(json.dumps(policy, indent=1))
    linter = str(Path(sys.executable).parent / "cfn-lint")
    commands = {
        "cfn-lint": [linter, "template.yaml", "--regions", *supported_regions()],
        "cfn-lint on the budget": [linter, BUDGET, "--regions", "us-east-1"],
        # An example template, checked in one region because a few regions don't support API destinations.
        "cfn-lint on the event subscriptions": [linter, EVENT_SUBSCRIPTIONS, "--regions", "us-east-1"],
        "checkov": [
            *(str(LINTERS / "checkov"), "--config-file", ".checkov.yaml", "--skip-download"),
            *("--framework", "cloudformation", "-f", str(processed), BUDGET),
        ],
        "parliament": [
            str(LINTERS / "parliament"),
            *("--directory", str(WORK / "policies"), "--include_policy_extension", "json"),
        ],
    }
    environment = os.environ | {"PYTHONWARNINGS": "ignore"}  # parliament's own code emits warnings
    running = {
        tool: subprocess.Popen(  # noqa: S603 - the commands above
            command, cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for tool, command in commands.items()
    }
    failed = 0
    for tool, process in running.items():
        output, _ = process.communicate()
        if process.returncode:
            failed += 1
            print(f"{tool} (exit code {process.returncode}):\n{output}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
