"""Read the template, both as written and after the SAM transform, which adds resources."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from cfnlint.decode import cfn_yaml  # type: ignore[import-untyped]
from samtranslator.parser.parser import Parser  # type: ignore[import-untyped]
from samtranslator.translator.translator import Translator  # type: ignore[import-untyped]

from local.places import REPOSITORY

TEMPLATE = REPOSITORY / "template.yaml"
REGION = "us-east-1"
_LOCAL_CODE = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}


@cache
def template() -> dict[str, Any]:
    """Return the template as written, with intrinsic functions in long form."""
    return loaded(TEMPLATE)


def loaded(path: Path) -> dict[str, Any]:
    """Return a template file as written, with intrinsic functions in long form."""
    parsed: dict[str, Any] = cfn_yaml.load(str(path))
    return parsed


def resources(*types: str) -> dict[str, dict[str, Any]]:
    """Return the resources of these types in the template as written, keyed by logical ID."""
    return _of_types(template(), types)


@cache
def transformed() -> dict[str, Any]:
    """Return the template after the SAM transform, with every parameter set to its default."""
    copy = json.loads(json.dumps(template()))
    for resource in copy["Resources"].values():
        if code := _LOCAL_CODE.get(resource["Type"]):
            # `sam deploy` uploads the code first, and the transform accepts only an S3 URI.
            resource["Properties"][code] = "s3://bucket/code.zip"
    parameters = {name: parameter.get("Default", "") for name, parameter in copy["Parameters"].items()}
    processed: dict[str, Any] = Translator({}, Parser(), boto_session=boto3.Session(region_name=REGION)).translate(
        copy, parameters
    )
    return processed


def transformed_resources(*types: str) -> dict[str, dict[str, Any]]:
    """Return the resources of these types after the transform, keyed by logical ID."""
    return _of_types(transformed(), types)


def routes() -> dict[tuple[str, str], dict[str, Any]]:
    """Return the API Gateway definition of each route, keyed by method (in lowercase) and path."""
    paths = template()["Resources"]["Api"]["Properties"]["DefinitionBody"]["paths"]
    return {(method, path): route for path, methods in paths.items() for method, route in methods.items()}


def needs_token(route: dict[str, Any]) -> bool:
    """Return whether a route requires a token. All routes do, except those with the `NONE` authorizer."""
    return bool(route.get("security") != [{"NONE": []}])


def _of_types(template: dict[str, Any], types: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    return {name: resource for name, resource in template["Resources"].items() if resource["Type"] in types}


def referred_to(value: Any) -> Iterator[str]:
    """Yield the names of the resources and parameters that a value refers to."""
    match value:
        case {"Ref": str(name)}:
            yield name
        case {"Fn::GetAtt": [str(name), _]}:
            yield name
        case {"Fn::Sub": str(text)}:
            yield from re.findall(r"\$\{(\w+)[.}]", text)
        case dict():
            for inner in value.values():
                yield from referred_to(inner)
        case list():
            for inner in value:
                yield from referred_to(inner)


def listed(value: Any) -> list[Any]:
    """Return a value from a policy as a list. In policies, a single value can be written without a list."""
    return value if isinstance(value, list) else [value]


def statements_of(role: dict[str, Any]) -> list[dict[str, Any]]:
    """Return all statements in a role's inline policies, as deployed on AWS."""
    policies = role["Properties"].get("Policies", [])
    return [on_aws(statement) for policy in policies for statement in policy["PolicyDocument"]["Statement"]]


def on_aws(value: Any) -> Any:
    """Return a template value, excluding the parts that apply only to a local emulator without TLS."""
    match value:
        case {"Fn::If": ["RequiresTls", on_aws_only, _]}:
            return on_aws(on_aws_only)
        case dict():
            return {name: on_aws(inner) for name, inner in value.items()}
        case list():
            return [kept for inner in value if (kept := on_aws(inner)) != {"Ref": "AWS::NoValue"}]
    return value
