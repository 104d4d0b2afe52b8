"""A check that a response matches the OpenAPI document."""

import json
import re
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from functions.api import api
from tests.support import gateway
from tests.support.invocations import context


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document as the API serves it."""
    described: dict[str, Any] = json.loads(api.handler(gateway.event("GET", "/openapi.json"), context())["body"])
    return described


def check(method: str, path: str, status: int, headers: dict[str, str], text: str) -> None:
    """Fail if a documented route returns an undocumented response, except for internal errors."""
    for template, operations in document()["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) and method.lower() in operations and status != 500:
            response = operations[method.lower()]["responses"][str(status)]
            assert response.get("headers", {}).keys() <= headers.keys() | {"Retry-After"}
            if content := response.get("content"):
                schema = content[headers["Content-Type"].partition(";")[0]]["schema"]
                if "$ref" in schema:
                    _validator(schema["$ref"]).validate(json.loads(text))
                elif schema["type"] == "object":  # defined elsewhere, such as Open Badges documents
                    assert isinstance(json.loads(text), dict)
            else:
                assert text == ""


@cache
def _validator(reference: str) -> Draft202012Validator:
    schemas = document()["components"]["schemas"]
    # A response may contain only described keys, so that every new key must be described.
    closed = {name: {"additionalProperties": False} | schema for name, schema in schemas.items()}
    return Draft202012Validator({"$ref": reference, "components": {"schemas": closed}})
