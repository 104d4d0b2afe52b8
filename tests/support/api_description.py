"""Whether an answer is one that the OpenAPI document says the route gives."""

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
    """Give the OpenAPI document, by the way that everybody gets it."""
    described: dict[str, Any] = json.loads(api.handler(gateway.event("GET", "/openapi.json"), context())["body"])
    return described


def check(method: str, path: str, status: int, headers: dict[str, str], text: str) -> None:
    """Fail where a route of the document gives an answer that it doesn't describe. Failures of ours are not told."""
    for template, operations in document()["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) and method.lower() in operations and status != 500:
            response = operations[method.lower()]["responses"][str(status)]
            assert response.get("headers", {}).keys() <= headers.keys() | {"Retry-After"}
            if content := response.get("content"):
                schema = content[headers["Content-Type"].partition(";")[0]]["schema"]
                if "$ref" in schema:
                    _validator(schema["$ref"]).validate(json.loads(text))
                elif schema["type"] == "object":  # described elsewhere, as Open Badges documents are
                    assert isinstance(json.loads(text), dict)
            else:
                assert text == ""


@cache
def _validator(reference: str) -> Draft202012Validator:
    schemas = document()["components"]["schemas"]
    # The answer has what is described and nothing beyond, so that a new key does not stay untold.
    closed = {name: {"additionalProperties": False} | schema for name, schema in schemas.items()}
    return Draft202012Validator({"$ref": reference, "components": {"schemas": closed}})
