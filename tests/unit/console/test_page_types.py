"""The types that the page is checked against exactly match the OpenAPI document."""

import re
from typing import Any

import pytest

from local.places import REPOSITORY
from tests.support.api_description import document

DECLARATIONS = REPOSITORY / "functions" / "console" / "page" / "api" / "api-types.d.ts"
PRIMITIVES = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean"}


def declared() -> dict[str, dict[str, str]]:
    """Return the members of each interface by name; a trailing ``?`` marks an optional member."""
    interfaces = re.findall(r"^export interface (\w+) \{\n(.*?)^\}", DECLARATIONS.read_text("utf-8"), re.M | re.S)
    return {
        name: {
            member: " ".join(type_.split()).removeprefix("| ")  # as a long union is formatted
            for member, type_ in re.findall(r"^  (\[.+?\]|\S+?):\s+(.+?);$", body, re.M | re.S)
        }
        for name, body in interfaces
    }


def declared_names() -> dict[str, str]:
    """Return the definition of each type name."""
    return dict(re.findall(r"^export type (\w+) = (.+?);$", DECLARATIONS.read_text("utf-8"), re.M | re.S))


def described(schema: dict[str, Any]) -> dict[str, str]:
    """Return the interface members that match a schema."""
    required = schema.get("required", [])
    members = {
        name if name in required else f"{name}?": typescript(member) for name, member in schema["properties"].items()
    }
    return members | ({"[option: string]": "unknown"} if schema.get("additionalProperties") else {})


def typescript(schema: dict[str, Any]) -> str:
    """Write a schema as a TypeScript type."""
    match schema:
        case {"$ref": reference}:
            return str(reference).rpartition("/")[2]
        case {"anyOf": alternatives}:
            return " | ".join(map(typescript, alternatives))
        case {"enum": values}:
            return " | ".join(f'"{value}"' for value in values)
        case {"const": value}:
            return f'"{value}"'
        case {"type": "null"}:
            return "null"
        case {"type": "array", "items": items}:
            return f"{typescript(items)}[]"
        case {"type": "object", "additionalProperties": True}:
            return "Record<string, unknown>"
        case {"type": "object", "additionalProperties": values}:
            return f"Record<string, {typescript(values)}>"
    return PRIMITIVES[schema["type"]]


@pytest.mark.parametrize("name", declared())
def test_declared_type_matches_the_openapi_document(name: str) -> None:
    assert declared()[name] == described(document()["components"]["schemas"][name])


@pytest.mark.parametrize("name", declared_names())
def test_declared_enum_values_match_the_openapi_document(name: str) -> None:
    assert declared_names()[name] == typescript(document()["components"]["schemas"][name])
