"""Read a source's JSON objects, and accept every form that Open Badges allows for a field."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NoReturn, Self

import msgspec

from badgedata.json_faults import TOO_DEEP, decode_json, json_fault
from badgedata.openbadges.notices import Notice
from badgedata.openbadges.rejections import RejectionKind, SourceRejectedError, quoted
from badgedata.openbadges.source_documents import MAX_DOCUMENT_BYTES, SourceDocument, bare


@dataclass(frozen=True)
class JsonDocument:
    """An object in a JSON document.

    Parameters
    ----------
    fields
        The object's fields, with their values as decoded from JSON.
    document
        The document's name, as used in error messages.
    url
        The document's URL, which is the base for relative references. None if the document has no URL.
    path
        The object's path in the document, such as ``badge.criteria.``, or "" for the document's top-level object.
    """

    fields: dict[str, object]
    document: str
    url: str | None = None
    path: str = ""

    def text(self, *names: str) -> str:
        """Return the first text value in the given fields, or "" if there is none.

        Surrounding whitespace is removed, and numbers are converted to text. If a field contains text in several
        languages (a list of ``{"@value": …}`` objects), only the first value is returned. `note_others` reports
        the other values.
        """
        for name in names:
            for value in self.values(name):
                if (text := text_of(value)) is None:
                    self.reject(name, "text", self.fields[name])
                if text:
                    return text
        return ""

    def label(self, *names: str) -> str:
        """Return the first text value in the given fields, or "" if there is none. Invalid values are ignored.

        Use the result only in messages and comparisons.
        """
        texts = (text_of(value) for name in names for value in self.values(name))
        return next((text for text in texts if text), "")

    def required_text(self, name: str) -> str:
        """Return the text of a field, or reject the document if the field is missing or empty."""
        return self.text(name) or self.reject(name, "text", self.fields.get(name))

    def texts(self, *names: str) -> tuple[str, ...]:
        """Return the text values in the given fields, without duplicates. A field can contain one or more values."""
        texts: dict[str, None] = {}
        for name in names:
            for value in self.values(name):
                if (text := text_of(value)) is None:
                    self.reject(name, "a list of strings", self.fields[name])
                texts |= {text: None} if text else {}
        return tuple(texts)

    def values(self, name: str) -> list[object]:
        """Return a field's values as a list. The list is empty if the field is missing or ``null``."""
        value = self.fields.get(name)
        return [item for item in (value if isinstance(value, list) else [value]) if item is not None]

    def first_of(self, *names: str) -> str:
        """Return the name of the first field that has a value. If none has a value, return the last field's name."""
        return next((name for name in names if self.values(name)), names[-1])

    def child(self, name: str) -> Self | None:
        """Return the first object in a field, or None if there is none."""
        return next(self.children(name), None)

    def children(self, name: str) -> Iterator[Self]:
        """Yield the objects in a field. The field can contain one object or a list of objects."""
        for item in self.values(name):
            if isinstance(item, dict):
                yield type(self)(item, self.document, self.url, f"{self.path}{name}.")

    def types(self) -> frozenset[str]:
        """Return the object's types (``type``, or ``@type`` in plain JSON-LD), in lowercase and without prefixes.

        >>> JsonDocument({"@type": ["obi:BadgeClass"]}, "the JSON you sent").types()
        frozenset({'badgeclass'})
        """
        found = [item for name in ("type", "@type") for item in self.values(name) if isinstance(item, str)]
        return frozenset(re.split(r"[/#:]", item.strip())[-1].lower() for item in found)

    def identifier(self) -> str:
        """Return the object's ``id`` (``@id`` in plain JSON-LD), or "" if the object has no ID."""
        return self.label("id", "@id")

    def reference(self, name: str) -> str:
        """Return the ID or URL in a field, or "" if there is none.

        The field contains the ID or URL as text, or as the ``id`` of an object.
        """
        return self._reference(name, self.reject)

    def name_of(self, name: str) -> str:
        """Return the ID, URL, or number in a field as text. Return "" for any other value.

        Unlike `reference`, this function never rejects the document. Use the result only in messages and comparisons.
        """
        return self._reference(name, lambda *_: text_of(self.values(name)[0]) or "")

    def _reference(self, name: str, for_other: Callable[[str, str, object], str]) -> str:
        value = next(iter(self.values(name)), "")
        if isinstance(value, dict):
            return JsonDocument(value, self.document).identifier() or text_of(value) or ""
        return value.strip() if isinstance(value, str) else for_other(name, "text", self.fields[name])

    def references(self, name: str) -> frozenset[str]:
        """Return all IDs and URLs in a field: its strings and the ``id`` of each object."""
        texts = [item for item in self.values(name) if isinstance(item, str)]
        return frozenset([*texts, *(child.identifier() for child in self.children(name))])

    def left_out(self, *taken: str) -> list[str]:
        """Return the paths of all nonempty fields except `taken`, the fields that the caller uses."""
        return [
            f"{self.path}{name}"
            for name, value in self.fields.items()
            if name not in taken and value not in (None, "", [], {})
        ]

    def note_others(self, notices: list[Notice], *names: str) -> None:
        """Append a notice for each of the given fields that is only partly used.

        All values after the first one are omitted, and so are language tags.
        """
        for name in names:
            first, *others = self.values(name) or [None]
            if others:
                shown = quoted("; ".join(_shown(other) for other in others))
                notices.append(Notice("values-left-out", (len(others) + 1, f"{self.path}{name}", shown)))
            elif isinstance(first, dict) and "@value" in first and first.get("@language"):
                notices.append(Notice("language-left-out", (f"{self.path}{name}", quoted(first["@language"]))))

    def reject(self, name: str, expected: str, value: object, kind: RejectionKind = "invalid-field") -> NoReturn:
        """Raise a SourceRejectedError that names the field, the expected value, and the actual value."""
        actual = "nothing" if value is None else f"{_JSON_NAMES.get(type(value), 'value')} {quoted(value)}".strip()
        raise SourceRejectedError(
            "not-open-badges", self.document, f'expected "{self.path}{name}" to be {expected}, found {actual}', kind
        )


def text_of(value: object) -> str | None:
    """Return a string, a number, or a JSON-LD value object as text. Return None for any other value.

    >>> text_of(2025), text_of({"@value": " Oak ", "@language": "en"}), text_of(True)
    ('2025', 'Oak', None)
    """
    value = value.get("@value") if isinstance(value, dict) else value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value.strip() if isinstance(value, str) else None


def _shown(value: object) -> str:
    if (text := text_of(value)) is not None:
        return text
    named = [value.get(name) for name in ("name", "id", "narrative")] if isinstance(value, dict) else []
    return next((name for name in named if isinstance(name, str) and name), msgspec.json.encode(value).decode())


_JSON_NAMES = {str: "text", int: "number", float: "number", bool: "", dict: "object", list: "list"}


def json_document(source: SourceDocument) -> JsonDocument:
    """Return the JSON object in a document. Raise the same errors as `json_object` and `SourceDocument.text`."""
    return json_object(source.text(), source.label, source.url)


def json_object(text: str | bytes, document: str, url: str | None) -> JsonDocument:
    """Parse text as a JSON object.

    Raises
    ------
    SourceRejectedError
        - ``not-open-badges`` if the text is not a JSON object or is nested too deeply.
        - ``source-too-large`` if the text exceeds 1 MiB.
    """
    value = json_value(text, document)
    if not isinstance(value, dict):
        raise SourceRejectedError(
            "not-open-badges",
            document,
            f"expected a JSON object, found {_JSON_NAMES.get(type(value), 'null')}",
            "not-a-badge",
        )
    return JsonDocument(value, document, url)


def json_value(text: str | bytes, document: str) -> object:
    """Parse text as a JSON value. Raise the same errors as `json_object`."""
    if len(text) > MAX_DOCUMENT_BYTES:
        raise SourceRejectedError(
            "source-too-large", document, f"the maximum size is 1 MiB; the JSON is {len(text)} bytes"
        )
    body = text.removeprefix(b"\xef\xbb\xbf") if isinstance(text, bytes) else bare(text).encode("utf-8", "replace")
    try:
        return decode_json(body)
    except RecursionError as error:
        raise SourceRejectedError("not-open-badges", document, f"its JSON is {TOO_DEEP}", "invalid-json") from error
    except (msgspec.DecodeError, UnicodeError) as error:
        fault = json_fault(body, error)
        raise SourceRejectedError(
            "not-open-badges", document, f"the text is {fault}", "invalid-json", line=fault.line
        ) from error
