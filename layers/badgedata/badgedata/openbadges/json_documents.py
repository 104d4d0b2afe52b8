"""A JSON object of a source, and its fields read with the shape that Open Badges gives them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn, Self

import msgspec

from badgedata.openbadges.refusals import SourceRefused, quoted
from badgedata.openbadges.source_documents import DOCUMENT_BYTES


@dataclass(frozen=True)
class JsonDocument:
    """An object in a JSON document.

    Parameters
    ----------
    fields
        The object.
    document
        What a refusal calls the document it stands in.
    url
        The address of that document, which relative references start from; None where there is none.
    path
        Where in the document the object is, e.g. ``badge.criteria``; "" at the top.
    """

    fields: dict[str, object]
    document: str
    url: str | None = None
    path: str = ""

    def text(self, *names: str) -> str:
        """The text of the first of these fields that there is, without white space around it; else "".

        A text in several languages (``{"@value": …}`` or a list of these) gives its first.
        """
        for name in names:
            if (found := self.fields.get(name)) is not None:
                found = found[0] if isinstance(found, list) and found else found
                found = found.get("@value") if isinstance(found, dict) else found
                if isinstance(found, str):
                    return found.strip()
                self.refuse(name, "text", self.fields[name])
        return ""

    def required_text(self, name: str) -> str:
        """The text of a field that has to be there."""
        return self.text(name) or self.refuse(name, "text", self.fields.get(name))

    def texts(self, *names: str) -> tuple[str, ...]:
        """The texts of the first of these fields that there is: one, or a list."""
        found = next((self.fields[name] for name in names if self.fields.get(name) is not None), [])
        texts = found if isinstance(found, list) else [found]
        stripped = tuple(text.strip() for text in texts if isinstance(text, str))
        if len(stripped) < len(texts):
            self.refuse(names[0], "a list of texts", found)
        return tuple(text for text in stripped if text)

    def child(self, name: str) -> Self | None:
        """The object in a field, the first where there are several; None where it is absent or no object."""
        return next(self.children(name), None)

    def children(self, name: str) -> Iterator[Self]:
        """The objects in a field: one, or those of a list."""
        found = self.fields.get(name)
        for item in found if isinstance(found, list) else [found]:
            if isinstance(item, dict):
                yield type(self)(item, self.document, self.url, f"{self.path}{name}.")

    def types(self) -> frozenset[str]:
        """What the object says it is (``type``; ``@type`` in plain JSON-LD)."""
        found = self.fields.get("type", self.fields.get("@type"))
        return frozenset(item for item in (found if isinstance(found, list) else [found]) if isinstance(item, str))

    def identifier(self) -> str:
        """Its ``id`` (``@id`` in plain JSON-LD), or ""."""
        return self.text("id", "@id")

    def reference(self, name: str) -> str:
        """What a field refers to: its text, or the ``id`` of the object in it; else ""."""
        return child.identifier() if (child := self.child(name)) is not None else self.text(name)

    def references(self, name: str) -> frozenset[str]:
        """All that a field refers to: the texts in it, and the ``id`` of each object."""
        found = self.fields.get(name)
        texts = [item for item in (found if isinstance(found, list) else [found]) if isinstance(item, str)]
        return frozenset([*texts, *(child.identifier() for child in self.children(name))])

    def refuse(self, name: str, expected: str, found: object) -> NoReturn:
        """Refuse the document because of one field."""
        was = "nothing" if found is None else f"{_JSON_NAMES.get(type(found), 'a value')} {quoted(found)}"
        raise SourceRefused(
            "not-open-badges", self.document, f"{expected} was expected as {self.path}{name!s}, found {was}"
        )


_JSON_NAMES = {str: "text", int: "number", float: "number", bool: "", dict: "object", list: "list"}


def json_object(text: str | bytes, document: str, url: str | None) -> JsonDocument:
    """The JSON object that a text is.

    Raises
    ------
    SourceRefused
        ``not-open-badges`` where it is no JSON, no object, or nested too deep to be read; ``source-too-large`` past
        1 MiB.
    """
    found = json_value(text, document)
    if not isinstance(found, dict):
        raise SourceRefused(
            "not-open-badges", document, f"a JSON object was expected, found {_JSON_NAMES.get(type(found), 'null')}"
        )
    return JsonDocument(found, document, url)


def json_value(text: str | bytes, document: str) -> object:
    """Whatever JSON value a text is; raises as `json_object` does."""
    if len(text) > DOCUMENT_BYTES:
        raise SourceRefused("source-too-large", document, f"at most 1 MiB was expected, found {len(text)}")
    try:
        return msgspec.json.decode(text.removeprefix(b"\xef\xbb\xbf") if isinstance(text, bytes) else text)
    except RecursionError as error:
        raise SourceRefused("not-open-badges", document, "its JSON is nested too deep") from error
    except (msgspec.DecodeError, UnicodeError) as error:
        raise SourceRefused("not-open-badges", document, f"JSON was expected, found {quoted(error)}") from error
