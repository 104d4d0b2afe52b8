"""The base class of all JSON responses, and the JSON for problem documents."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer
from pydantic.alias_generators import to_camel

from badgedata.text import control_character_in, invisible_character_in

Time = Annotated[str, Field(description="RFC 3339, UTC", examples=["2026-01-31T09:00:00Z"])]
EntityId = Annotated[str, Field(pattern="^[A-Za-z0-9_-]{1,64}$")]


def _without_invisible_characters(text: str) -> str:
    if (match := control_character_in(text)) is not None:
        position, character = match
        raise ValueError(f"Must not contain control characters, but character {position} is {character}")
    if (match := invisible_character_in(text)) is not None:
        position, character = match
        raise ValueError(f"Must not contain invisible characters, but character {position} is {character}")
    return text


ChosenName = Annotated[
    str, Field(min_length=1, max_length=100, pattern=r"\S"), AfterValidator(_without_invisible_characters)
]
"""A name that a person chooses, for a schedule or an access token."""


def _absent_not_null(schema: dict[str, Any]) -> None:
    """Change a model's schema so that optional fields can be omitted but can't be null."""
    for field in schema.get("properties", {}).values():
        if "anyOf" in field and "default" in field and field["default"] is None:
            del field["default"]
            kinds = [kind for kind in field.pop("anyOf") if kind != {"type": "null"}]
            field |= kinds[0] if len(kinds) == 1 else {"anyOf": kinds}


class Document(BaseModel):
    """A JSON object with camelCase keys. Fields that have no value are omitted."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        json_schema_extra=_absent_not_null,
        defer_build=True,  # a request needs only one or two of these models
        hide_input_in_errors=True,  # these errors are logged, and inputs may be personal data
    )

    @model_serializer(mode="wrap")
    def _omit_none(self, write: SerializerFunctionWrapHandler):  # type: ignore[no-untyped-def] # a return type would become the schema
        return {key: value for key, value in write(self).items() if value is not None}


class FieldProblem(Document):
    """An invalid field in the request and an explanation of the error."""

    field: str
    message: str


class SourceFault(Document):
    """The document that caused a replacement's source to be rejected."""

    document: str = Field(description="The document's URL, or a name such as `the image you sent`")
    http_status: int | None = Field(
        None, description="The HTTP status that the server returned instead of the document"
    )
    line: int | None = Field(None, description="For a fault in JSON, the line number, starting from 1")


class ProblemDocument(Document):
    """An RFC 9457 problem document, returned for every error."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldProblem] | None = None
    reason: str | None = Field(
        None, description="The specific case, if `code` covers several cases that require different advice"
    )
    source: SourceFault | None = None
