"""API changes that break clients are found; other changes are not reported."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from development.api_changes import UnknownSchemaError, breaking_changes
from development.changelog import CHANGELOG, sections, unannounced
from development.openapi import DESCRIPTION, RELEASED, description
from tests.support.api_description import document

type Json = dict[str, Any]

SEAT: Json = {
    "type": "object",
    "properties": {
        "row": {"type": "integer", "minimum": 1, "maximum": 30},
        "kind": {"type": "string", "enum": ["aisle", "window"]},
        "note": {"anyOf": [{"type": "string", "maxLength": 80}, {"type": "null"}]},
        "neighbors": {"type": "array", "items": {"$ref": "#/components/schemas/Seat"}},
    },
    "required": ["row"],
}
BOOKING: Json = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "class": {"type": "string", "default": "second"},
        "seats": {"type": "array", "items": {"type": "string", "pattern": "^[0-9]+[A-F]$"}, "maxItems": 6},
        "payment": {"oneOf": [{"$ref": "#/components/schemas/Card"}, {"$ref": "#/components/schemas/Cash"}]},
        "extras": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "required": ["class"],
}
OLD: Json = {
    "paths": {
        "/trains/{id}/seats": {
            "get": {
                "security": [],
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                    {"name": "row", "in": "query", "required": False, "schema": {"type": "integer"}},
                ],
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Seat"}}}},
                    "304": {},
                    "404": {},
                },
            },
            "post": {
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Booking"}}},
                },
                "responses": {"201": {"headers": {"Location": {}}, "content": {"application/json": {}}}},
            },
        }
    },
    "components": {
        "schemas": {
            "Seat": SEAT,
            "Booking": BOOKING,
            "Card": {"type": "object", "properties": {"kind": {"const": "card"}, "number": {"type": "string"}}},
            "Cash": {"type": "object", "properties": {"kind": {"const": "cash"}}},
        }
    },
}


def seats(api: Json) -> Json:
    operations: Json = api["paths"]["/trains/{id}/seats"]
    return operations


def fields(api: Json, schema: str) -> Json:
    named: Json = api["components"]["schemas"][schema]["properties"]
    return named


def schema(api: Json, name: str) -> Json:
    named: Json = api["components"]["schemas"][name]
    return named


BREAKING: dict[str, Callable[[Json], Any]] = {
    "`GET /trains/{id}/seats` no longer exists": lambda api: seats(api).pop("get"),
    "`POST /trains/{id}/seats` no longer exists": lambda api: seats(api).pop("post"),
    "`GET /trains/{id}/seats` now requires a token": lambda api: seats(api)["get"].pop("security"),
    "`GET /trains/{id}/seats row` is no longer accepted": lambda api: seats(api)["get"]["parameters"].pop(),
    "`GET /trains/{id}/seats row` is now required": (
        lambda api: seats(api)["get"]["parameters"][1].update(required=True)
    ),
    "`GET /trains/{id}/seats car` is now required": (
        lambda api: seats(api)["get"]["parameters"].append({"name": "car", "required": True, "schema": {}})
    ),
    "`GET /trains/{id}/seats row` can no longer be integer": (
        lambda api: seats(api)["get"]["parameters"][1].update(schema={"type": "string"})
    ),
    "`GET /trains/{id}/seats` no longer responds with 304": lambda api: seats(api)["get"]["responses"].pop("304"),
    "`GET /trains/{id}/seats` no longer sends application/json with 200": (
        lambda api: seats(api)["get"]["responses"]["200"].pop("content")
    ),
    "`POST /trains/{id}/seats` no longer sends the header Location with 201": (
        lambda api: seats(api)["post"]["responses"]["201"].pop("headers")
    ),
    "`POST /trains/{id}/seats` no longer accepts application/json": (
        lambda api: seats(api)["post"]["requestBody"]["content"].pop("application/json")
    ),
    "`Seat.note` is no longer sent": lambda api: fields(api, "Seat").pop("note"),
    "`Seat.row` is no longer always sent": lambda api: schema(api, "Seat").pop("required"),
    "`Seat.row` can now be string": lambda api: fields(api, "Seat").update(row={"type": "string"}),
    "`Seat.row` can now be number": lambda api: fields(api, "Seat")["row"].update(type="number"),
    "`Seat.row` has a different maximum": lambda api: fields(api, "Seat")["row"].update(maximum=40),
    "`Seat.row` has a different minimum": lambda api: fields(api, "Seat")["row"].update(minimum=0),
    "`Seat.note` has a different maxLength": lambda api: fields(api, "Seat")["note"]["anyOf"][0].pop("maxLength"),
    "`Seat.note` can now be integer": lambda api: fields(api, "Seat")["note"]["anyOf"].append({"type": "integer"}),
    "`Seat.kind` can now be 'middle'": lambda api: fields(api, "Seat")["kind"]["enum"].append("middle"),
    "`Seat.kind` can now be any value": lambda api: fields(api, "Seat")["kind"].pop("enum"),
    "`Seat.neighbors[]` can now be string": lambda api: fields(api, "Seat")["neighbors"].update(
        items={"type": "string"}
    ),
    "`Booking.extras` is no longer accepted": lambda api: fields(api, "Booking").pop("extras"),
    "`Booking.seats` is now required": lambda api: schema(api, "Booking")["required"].append("seats"),
    "`Booking.class` no longer defaults to 'second'": lambda api: fields(api, "Booking")["class"].update(
        default="first"
    ),
    "`Booking.class` can no longer be any value": lambda api: fields(api, "Booking")["class"].update(enum=["first"]),
    "`Booking.seats` has a different maxItems": lambda api: fields(api, "Booking")["seats"].update(maxItems=4),
    "`Booking.seats` has a different minItems": lambda api: fields(api, "Booking")["seats"].update(minItems=1),
    "`Booking` has a different minProperties": lambda api: schema(api, "Booking").update(minProperties=2),
    "`Booking.seats[]` has a different pattern": (
        lambda api: fields(api, "Booking")["seats"]["items"].update(pattern="^[0-9]+[A-D]$")
    ),
    "`Booking.payment` can no longer be an object whose kind is 'cash'": (
        lambda api: fields(api, "Booking")["payment"]["oneOf"].pop()
    ),
    "`Card.number` is now required": lambda api: schema(api, "Card").update(required=["number"]),
    "`Card` no longer accepts other fields": lambda api: schema(api, "Card").update(additionalProperties=False),
    "`Booking.extras.*` can no longer be string": (
        lambda api: fields(api, "Booking")["extras"].update(additionalProperties={"type": "integer"})
    ),
}

HARMLESS: dict[str, Callable[[Json], Any]] = {
    "nothing": lambda api: None,
    "a new operation": lambda api: seats(api).update(put={"responses": {}}),
    "a new path": lambda api: api["paths"].update({"/stations": {"get": {"responses": {}}}}),
    "a new optional parameter": (
        lambda api: seats(api)["get"]["parameters"].append({"name": "car", "required": False, "schema": {}})
    ),
    "a wider parameter": lambda api: seats(api)["get"]["parameters"][1].update(schema={"type": "number"}),
    "a problem that can no longer occur": lambda api: seats(api)["get"]["responses"].pop("404"),
    "a new problem": lambda api: seats(api)["get"]["responses"].update({"410": {}}),
    "a body that is now optional": lambda api: seats(api)["post"]["requestBody"].update(required=False),
    "a new field in a response": lambda api: fields(api, "Seat").update(price={"type": "number"}),
    "a response with fewer values": lambda api: fields(api, "Seat")["kind"]["enum"].pop(),
    "a field that is no longer null": lambda api: fields(api, "Seat")["note"]["anyOf"].pop(),
    "narrower bounds in a response": lambda api: fields(api, "Seat")["row"].update(minimum=2, maximum=20),
    "a new optional field in a request": lambda api: fields(api, "Booking").update(meal={"type": "string"}),
    "a field that is now optional": lambda api: schema(api, "Booking").pop("required"),
    "any one field instead of a specific one": (
        lambda api: schema(api, "Booking").update(required=[], minProperties=1)
    ),
    "wider bounds in a request": lambda api: fields(api, "Booking")["seats"].update(maxItems=9),
    "a request that accepts any text": lambda api: fields(api, "Booking")["seats"]["items"].pop("pattern"),
    "another way to pay": (
        lambda api: fields(api, "Booking")["payment"]["oneOf"].append(
            {"type": "object", "properties": {"kind": {"const": "voucher"}}}
        )
    ),
    "another description": lambda api: schema(api, "Seat").update(description="A place to sit."),
    "a renamed schema": lambda api: (
        api["components"]["schemas"].update(Place=schema(api, "Seat")),
        seats(api)["get"]["responses"]["200"]["content"]["application/json"]["schema"].update(
            {"$ref": "#/components/schemas/Place"}
        ),
    ),
}


def changes(change: Callable[[Json], Any]) -> list[str]:
    new = copy.deepcopy(OLD)
    change(new)
    return [str(found) for found in breaking_changes(OLD, new)]


@pytest.mark.parametrize("found", BREAKING)
def test_breaking_change_is_reported_by_name(found: str) -> None:
    assert changes(BREAKING[found]) == [found]


@pytest.mark.parametrize("change", HARMLESS)
def test_change_that_does_not_affect_clients_is_not_breaking(change: str) -> None:
    assert changes(HARMLESS[change]) == []


@pytest.mark.parametrize(
    "unknown",
    [
        {"allOf": [{"type": "string"}]},
        {"type": ["string", "null"]},
        {"anyOf": [{"type": "object"}, {"type": "object"}]},
    ],
)
def test_unknown_kind_of_schema_raises_an_error(unknown: Json) -> None:
    with pytest.raises(UnknownSchemaError):
        changes(lambda api: fields(api, "Seat").update(kind=unknown))


def test_committed_openapi_document_matches_the_api() -> None:
    """Run `make openapi` after changing the API."""
    assert json.loads(DESCRIPTION.read_text()) == document()
    assert DESCRIPTION.read_text() == description()


def test_every_breaking_change_since_the_last_release_is_announced() -> None:
    found = unannounced(
        breaking_changes(json.loads(RELEASED.read_text()), document()), sections(CHANGELOG.read_text())[0]
    )
    assert not found, (
        'The API breaks clients of the latest release. CONTRIBUTING.md, "Change the API", says how to avoid '
        "or accept these changes:\n" + "\n".join(str(change) for change in found)
    )
