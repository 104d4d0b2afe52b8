"""What all JSON of the API's answers has in common, as pydantic models: the OpenAPI document says what is sent."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer
from pydantic.alias_generators import to_camel

Time = Annotated[str, Field(description="RFC 3339, UTC", examples=["2026-01-31T09:00:00Z"])]
EntityId = Annotated[str, Field(pattern="^[A-Za-z0-9_-]{1,64}$")]


def _absent_not_null(schema: dict[str, Any]) -> None:
    """Say in a model's schema what its JSON does: a field that may be None is left out, and never null."""
    for field in schema.get("properties", {}).values():
        if "anyOf" in field and "default" in field and field["default"] is None:
            del field["default"]
            given = [kind for kind in field.pop("anyOf") if kind != {"type": "null"}]
            field |= given[0] if len(given) == 1 else {"anyOf": given}


class Document(BaseModel):
    """A JSON object with camelCase keys; keys that don't apply are absent."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        json_schema_extra=_absent_not_null,
        defer_build=True,  # a request needs one or two of all these models, so none is built before
        hide_input_in_errors=True,  # such an error is logged, and what it is about may be a person's
    )

    @model_serializer(mode="wrap")
    def _leave_out_none(self, write: SerializerFunctionWrapHandler):  # type: ignore[no-untyped-def] # a type here would be the schema
        return {key: value for key, value in write(self).items() if value is not None}


class FieldProblem(Document):
    """One field of the request that has to change."""

    field: str
    message: str


class ProblemDocument(Document):
    """An error, as RFC 9457 has it."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldProblem] | None = None
