"""A JSON object of a source, and its fields read with the shape that Open Badges gives them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NoReturn, Self

import msgspec

from badgedata.json_faults import json_fault
from badgedata.openbadges.notices import Notice
from badgedata.openbadges.refusals import SourceRefusedError, quoted
from badgedata.openbadges.source_documents import MAX_DOCUMENT_BYTES, SourceDocument, bare


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
        """Return the text of the first of these fields that there is, without white space around it; else "".

        A number is the text that it is written as. A text in several languages (``{"@value": …}`` or a list of these)
        gives its first; `left_out` names the others.
        """
        for name in names:
            for found in self.values(name):
                if (text := text_of(found)) is None:
                    self.refuse(name, "text", self.fields[name])
                if text:
                    return text
        return ""

    def label(self, *names: str) -> str:
        """Return what `text` returns, for what is only quoted or compared: "" where it is no text, never a refusal."""
        texts = (text_of(found) for name in names for found in self.values(name))
        return next((text for text in texts if text), "")

    def required_text(self, name: str) -> str:
        """The text of a field that has to be there."""
        return self.text(name) or self.refuse(name, "text", self.fields.get(name))

    def texts(self, *names: str) -> tuple[str, ...]:
        """Return the texts of these fields, each one or a list, and each text once."""
        texts: dict[str, None] = {}
        for name in names:
            for found in self.values(name):
                if (text := text_of(found)) is None:
                    self.refuse(name, "a list of texts", self.fields[name])
                texts |= {text: None} if text else {}
        return tuple(texts)

    def values(self, name: str) -> list[object]:
        """Return the values of a field: none, one, or those of a list; ``null`` is none."""
        found = self.fields.get(name)
        return [item for item in (found if isinstance(found, list) else [found]) if item is not None]

    def first_of(self, *names: str) -> str:
        """Return the first of these names that the object has a value for; the last where it has none."""
        return next((name for name in names if self.values(name)), names[-1])

    def child(self, name: str) -> Self | None:
        """The object in a field, the first where there are several; None where it is absent or no object."""
        return next(self.children(name), None)

    def children(self, name: str) -> Iterator[Self]:
        """The objects in a field: one, or those of a list."""
        for item in self.values(name):
            if isinstance(item, dict):
                yield type(self)(item, self.document, self.url, f"{self.path}{name}.")

    def types(self) -> frozenset[str]:
        """Return what the object says it is (``type``; ``@type`` in plain JSON-LD), in lower case, without prefixes.

        >>> JsonDocument({"@type": ["obi:BadgeClass"]}, "the JSON you sent").types()
        frozenset({'badgeclass'})
        """
        found = [item for name in ("type", "@type") for item in self.values(name) if isinstance(item, str)]
        return frozenset(re.split(r"[/#:]", item.strip())[-1].lower() for item in found)

    def identifier(self) -> str:
        """Its ``id`` (``@id`` in plain JSON-LD), or ""."""
        return self.label("id", "@id")

    def reference(self, name: str) -> str:
        """What a field refers to: its text, or the ``id`` of the object in it; else ""."""
        return self._reference(name, self.refuse)

    def name_of(self, name: str) -> str:
        """Return what `reference` returns, for what is only quoted or compared: never a refusal."""
        return self._reference(name, lambda *_: text_of(self.values(name)[0]) or "")

    def _reference(self, name: str, of_no_text: Callable[[str, str, object], str]) -> str:
        found = next(iter(self.values(name)), "")
        if isinstance(found, dict):
            return JsonDocument(found, self.document).identifier() or text_of(found) or ""
        return found.strip() if isinstance(found, str) else of_no_text(name, "text", self.fields[name])

    def references(self, name: str) -> frozenset[str]:
        """All that a field refers to: the texts in it, and the ``id`` of each object."""
        texts = [item for item in self.values(name) if isinstance(item, str)]
        return frozenset([*texts, *(child.identifier() for child in self.children(name))])

    def left_out(self, *taken: str) -> list[str]:
        """Return the names of the fields that hold something and are not among those taken."""
        return [
            f"{self.path}{name}"
            for name, value in self.fields.items()
            if name not in taken and value not in (None, "", [], {})
        ]

    def note_others(self, notices: list[Notice], *names: str) -> None:
        """Note the values that a field has besides the first, and the language that its text is in."""
        for name in names:
            first, *others = self.values(name) or [None]
            if others:
                shown = quoted("; ".join(_shown(other) for other in others))
                notices.append(Notice("values-left-out", (len(others) + 1, f"{self.path}{name}", shown)))
            elif isinstance(first, dict) and "@value" in first and first.get("@language"):
                notices.append(Notice("language-left-out", (f"{self.path}{name}", quoted(first["@language"]))))

    def refuse(self, name: str, expected: str, found: object) -> NoReturn:
        """Refuse the document because of one field."""
        was = "nothing" if found is None else f"{_JSON_NAMES.get(type(found), 'a value')} {quoted(found)}"
        raise SourceRefusedError(
            "not-open-badges", self.document, f"{expected} was expected as {self.path}{name!s}, found {was}"
        )


def text_of(found: object) -> str | None:
    """Return the text that a JSON value is: text, a number's digits, what a value object holds; None for any other.

    >>> text_of(2025), text_of({"@value": " Oak ", "@language": "en"}), text_of(True)
    ('2025', 'Oak', None)
    """
    found = found.get("@value") if isinstance(found, dict) else found
    if isinstance(found, int | float) and not isinstance(found, bool):
        return str(found)
    return found.strip() if isinstance(found, str) else None


def _shown(found: object) -> str:
    if (text := text_of(found)) is not None:
        return text
    named = [found.get(name) for name in ("name", "id", "narrative")] if isinstance(found, dict) else []
    return next((name for name in named if isinstance(name, str) and name), msgspec.json.encode(found).decode())


_JSON_NAMES = {str: "text", int: "number", float: "number", bool: "", dict: "object", list: "list"}


def json_document(source: SourceDocument) -> JsonDocument:
    """Return the JSON object that a document is; raises as `json_object` and `SourceDocument.text` do."""
    return json_object(source.text(), source.label, source.url)


def json_object(text: str | bytes, document: str, url: str | None) -> JsonDocument:
    """The JSON object that a text is.

    Raises
    ------
    SourceRefusedError
        ``not-open-badges`` where it is no JSON, no object, or nested too deep to be read; ``source-too-large`` past
        1 MiB.
    """
    found = json_value(text, document)
    if not isinstance(found, dict):
        raise SourceRefusedError(
            "not-open-badges", document, f"a JSON object was expected, found {_JSON_NAMES.get(type(found), 'null')}"
        )
    return JsonDocument(found, document, url)


def json_value(text: str | bytes, document: str) -> object:
    """Whatever JSON value a text is; raises as `json_object` does."""
    if len(text) > MAX_DOCUMENT_BYTES:
        raise SourceRefusedError("source-too-large", document, f"at most 1 MiB was expected, found {len(text)}")
    body = text.removeprefix(b"\xef\xbb\xbf") if isinstance(text, bytes) else bare(text).encode("utf-8", "replace")
    try:
        return msgspec.json.decode(body)
    except RecursionError as error:
        raise SourceRefusedError("not-open-badges", document, "its JSON is nested too deep") from error
    except (msgspec.DecodeError, UnicodeError) as error:
        raise SourceRefusedError(
            "not-open-badges", document, f"JSON was expected; the text is {json_fault(body, error)}"
        ) from error
