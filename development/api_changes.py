"""Find the breaking changes between two OpenAPI descriptions of the same API.

A change is breaking if the API rejects a request that it used to accept. A change is also breaking if a response may
contain a value that was ruled out, or may omit a field that was guaranteed. New operations, new optional request
fields, and new response fields are not breaking changes.

Only the JSON Schema keywords that this API uses are supported. Any other keyword raises an error, so that no change
goes unnoticed.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

type Json = dict[str, Any]

ANNOTATIONS = {"title", "description", "examples", "deprecated", "discriminator"}
COMPARED = {"type", "const", "enum", "pattern", "format", "items", "properties", "required", "additionalProperties"}
UPPER_BOUNDS = {"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"}
LOWER_BOUNDS = {"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"}
KNOWN = ANNOTATIONS | COMPARED | UPPER_BOUNDS | LOWER_BOUNDS | {"anyOf", "oneOf", "default"}
ANYTHING: Json = {}


class UnknownSchemaError(Exception):
    """Raised when a schema can't be compared."""


class Direction(Enum):
    """The kind of message that contains a value: a request or a response.

    Requests to the older API must be valid under the newer schema. Responses from the newer API must be valid under the
    older schema.
    """

    REQUEST = "request"
    RESPONSE = "response"


@dataclass(frozen=True)
class Change:
    """A breaking change.

    Parameters
    ----------
    subject
        The operation (such as ``GET /me``) or schema field (such as ``File.rows``) that changed. Schema names
        are those in the older document.
    effect
        The rest of a sentence that begins with the subject, such as "no longer exists".
    """

    subject: str
    effect: str

    def __str__(self) -> str:
        return f"`{self.subject}` {self.effect}"


def breaking_changes(old: Json, new: Json) -> list[Change]:
    """Return the breaking changes between two OpenAPI 3.1 documents, without duplicates.

    Raises
    ------
    UnknownSchemaError
        If a schema uses an unsupported keyword, or has alternatives that can't be distinguished.
    """
    return list(dict.fromkeys(_Comparison(old, new).changes()))


@dataclass
class _Comparison:
    """A comparison of two documents. `compared` contains the pairs of schemas that have already been compared."""

    old: Json
    new: Json
    compared: set[tuple[int, int, Direction]] = field(default_factory=set)

    def changes(self) -> Iterator[Change]:
        """Yield all breaking changes, possibly with duplicates."""
        for path, operations in self.old["paths"].items():
            for method, operation in operations.items():
                subject = f"{method.upper()} {path}"
                if kept := self.new["paths"].get(path, {}).get(method):
                    yield from self._operation(subject, operation, kept)
                else:
                    yield Change(subject, "no longer exists")

    def _operation(self, subject: str, old: Json, new: Json) -> Iterator[Change]:
        if old.get("security") == [] and new.get("security") != []:
            yield Change(subject, "now requires a token")
        yield from self._parameters(subject, old, new)
        yield from self._request_body(subject, old.get("requestBody"), new.get("requestBody"))
        yield from self._responses(subject, old["responses"], new["responses"])

    def _parameters(self, subject: str, old: Json, new: Json) -> Iterator[Change]:
        before, after = _parameters_by_name(old), _parameters_by_name(new)
        for name, parameter in before.items():
            if name not in after:
                yield Change(f"{subject} {name}", "is no longer accepted")
            else:
                schemas = parameter["schema"], after[name]["schema"]
                yield from self._schema(f"{subject} {name}", *schemas, Direction.REQUEST)
        for name, parameter in after.items():
            if parameter.get("required") and not before.get(name, {}).get("required"):
                yield Change(f"{subject} {name}", "is now required")

    def _request_body(self, subject: str, old: Json | None, new: Json | None) -> Iterator[Change]:
        before, after = (old or {}).get("content", {}), (new or {}).get("content", {})
        if new and new.get("required") and not (old or {}).get("required"):
            yield Change(subject, "now requires a body")
        for media_type in before:
            if media_type not in after:
                yield Change(subject, f"no longer accepts {media_type}")
            else:
                schemas = before[media_type].get("schema", ANYTHING), after[media_type].get("schema", ANYTHING)
                yield from self._schema(f"{subject} request", *schemas, Direction.REQUEST)

    def _responses(self, subject: str, old: Json, new: Json) -> Iterator[Change]:
        for status, response in old.items():
            if status in new:
                yield from self._response(subject, status, response, new[status])
            elif status < "400":  # a problem that can no longer occur doesn't break any client
                yield Change(subject, f"no longer responds with {status}")

    def _response(self, subject: str, status: str, old: Json, new: Json) -> Iterator[Change]:
        for name in old.get("headers", {}).keys() - new.get("headers", {}).keys():
            yield Change(subject, f"no longer sends the header {name} with {status}")
        before, after = old.get("content", {}), new.get("content", {})
        for media_type in before:
            if media_type not in after:
                yield Change(subject, f"no longer sends {media_type} with {status}")
            else:
                schemas = before[media_type].get("schema", ANYTHING), after[media_type].get("schema", ANYTHING)
                yield from self._schema(f"{subject} {status}", *schemas, Direction.RESPONSE)

    def _schema(self, subject: str, old: Json, new: Json, direction: Direction) -> Iterator[Change]:
        before, after = _alternatives(self.old, subject, old), _alternatives(self.new, subject, new)
        request = direction is Direction.REQUEST
        if request and "default" in old and old["default"] != new.get("default"):
            yield Change(subject, f"no longer defaults to {old['default']!r}")
        sent, allowed = (before, after) if request else (after, before)
        for kind in sent:
            fitting = _fitting(kind, allowed)
            if fitting is None:
                yield Change(subject, f"can no longer be {kind}" if request else f"can now be {kind}")
            else:
                (named, older), (_, newer) = before[kind if request else fitting], after[fitting if request else kind]
                yield from self._kind(named, older, newer, direction)

    def _kind(self, subject: str, old: Json, new: Json, direction: Direction) -> Iterator[Change]:
        """Yield the changes between two schemas of the same kind.

        Each pair of schemas is compared only once. Otherwise, comparing recursive schemas would never end.
        """
        if (pair := (id(old), id(new), direction)) in self.compared:
            return
        self.compared.add(pair)
        yield from _values(subject, old, new, direction)
        yield from self._properties(subject, old, new, direction)
        if "items" in old or "items" in new:
            items = old.get("items", ANYTHING), new.get("items", ANYTHING)
            yield from self._schema(f"{subject}[]", *items, direction)
        others = _others(old), _others(new)
        if direction is Direction.REQUEST and others[0] is not None and others[1] is None:
            yield Change(subject, "no longer accepts other fields")
        elif others[0] is not None and others[1] is not None:
            yield from self._schema(f"{subject}.*", others[0], others[1], direction)

    def _properties(self, subject: str, old: Json, new: Json, direction: Direction) -> Iterator[Change]:
        before, after = old.get("properties", {}), new.get("properties", {})
        required = set(old.get("required", ())), set(new.get("required", ()))
        for name in before:
            if name not in after:
                effect = "is no longer accepted" if direction is Direction.REQUEST else "is no longer sent"
                yield Change(f"{subject}.{name}", effect)
            else:
                yield from self._schema(f"{subject}.{name}", before[name], after[name], direction)
        if direction is Direction.REQUEST:
            for name in sorted(required[1] - required[0]):
                yield Change(f"{subject}.{name}", "is now required")
        else:
            for name in sorted((required[0] - required[1]) & after.keys()):
                yield Change(f"{subject}.{name}", "is no longer always sent")


def _parameters_by_name(operation: Json) -> dict[str, Json]:
    return {parameter["name"]: parameter for parameter in operation.get("parameters", ())}


def _alternatives(document: Json, subject: str, schema: Json) -> dict[str, tuple[str, Json]]:
    """Return the name and schema of each alternative, keyed by kind."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _alternatives(document, name, document["components"]["schemas"][name])
    if unknown := schema.keys() - KNOWN:
        raise UnknownSchemaError(f"{subject}: the comparison doesn't support {', '.join(sorted(unknown))}.")
    if not (parts := schema.get("anyOf", schema.get("oneOf"))):
        return {_kind_of(schema): (subject, schema)}
    alternatives = [item for part in parts for item in _alternatives(document, subject, part).items()]
    if len(dict(alternatives)) < len(alternatives):
        raise UnknownSchemaError(f"{subject}: the comparison can't tell the alternatives apart.")
    return dict(alternatives)


def _kind_of(schema: Json) -> str:
    """Return the type or constant field that distinguishes a schema from the other alternatives."""
    for name, field_schema in schema.get("properties", {}).items():
        if "const" in field_schema:
            return f"an object whose {name} is {field_schema['const']!r}"
    if isinstance(schema.get("type"), list):
        raise UnknownSchemaError(f"The comparison doesn't support lists of types: {schema['type']}.")
    return str(schema.get("type", "anything"))


def _fitting(kind: str, allowed: Container[str]) -> str | None:
    """Return the allowed alternative that accepts a value of this kind, if any."""
    wider = {"integer": "number"}.get(kind, "")
    return next((accepted for accepted in (kind, wider, "anything") if accepted in allowed), None)


def _others(schema: Json) -> Json | None:
    """Return the schema for additional fields, or None if they aren't allowed."""
    others = schema.get("additionalProperties", True)
    return None if others is False else ANYTHING if others is True else others


def _values(subject: str, old: Json, new: Json, direction: Direction) -> Iterator[Change]:
    """Yield the changes to the values that a schema allows. Both schemas have the same type."""
    request = direction is Direction.REQUEST
    sent, allowed = (old, new) if request else (new, old)
    if _listed(allowed):
        for value in sorted(_listed(sent) - _listed(allowed)) if _listed(sent) else ["any value"]:
            yield Change(subject, f"can no longer be {value}" if request else f"can now be {value}")
    for keyword in ("pattern", "format"):
        if keyword in allowed and sent.get(keyword) != allowed[keyword]:
            yield Change(subject, f"has a different {keyword}")
    for keyword in sorted(UPPER_BOUNDS & allowed.keys()):
        if sent.get(keyword, float("inf")) > allowed[keyword]:
            yield Change(subject, f"has a different {keyword}")
    for keyword in sorted(LOWER_BOUNDS & allowed.keys()):
        # An object contains at least its required properties.
        implied = len(sent.get("required", ())) if keyword == "minProperties" else float("-inf")
        if sent.get(keyword, implied) < allowed[keyword]:
            yield Change(subject, f"has a different {keyword}")


def _listed(schema: Json) -> set[str]:
    """Return the values that a schema lists, or an empty set if any value is allowed."""
    values = [schema["const"]] if "const" in schema else schema.get("enum", [])
    return {repr(value) for value in values}
