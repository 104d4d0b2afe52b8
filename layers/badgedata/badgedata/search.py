"""Search an organization's issuers or an issuer's badge classes, and sort them by name or creation time."""

import heapq
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal, NamedTuple

from badgedata import clock
from badgedata.aws import dynamodb
from badgedata.config import config
from badgedata.records.directory import NamesIndex

SortOrder = Literal["name", "recent"]

MAX_SORTED_CHARACTERS: Final = 80
"""The number of leading characters that are used to sort names. Names that share them are sorted by ID."""

_NUMBERS: Final = re.compile(r"(\d+)")


class Entry(NamedTuple):
    """The fields of an issuer or badge class that are used for searching and sorting a list."""

    entity_id: str
    name: str
    created_at: str = ""


class Found(NamedTuple):
    """One page of matches in list order, and the total number of matches."""

    entries: list[Entry]
    total: int


def entries_of(parent: str) -> Iterator[Entry]:
    """Yield the issuers or badge classes with a parent key such as ``issuer#ISS/badge-classes``, ordered by ID."""
    query: dict[str, Any] = {
        "TableName": config().directory_table,
        "IndexName": NamesIndex.Meta.index_name,
        "KeyConditionExpression": "parent = :parent",
        "ExpressionAttributeValues": {":parent": {"S": parent}},
    }
    for page in dynamodb().get_paginator("query").paginate(**query):
        for item in page["Items"]:
            yield Entry(item["entityId"]["S"], _text(item, "name"), _text(item, "createdAt"))


def find(entries: Iterable[Entry], search: str, sort: SortOrder | None, after: Entry | None, limit: int) -> Found:
    """Return the first `limit` matches that follow an entry in the list, and the total number of matches.

    Only the returned matches are kept in memory, so the list can be of any length.

    Parameters
    ----------
    search
        Words that the name or ID must contain, in any order, ignoring case and accents. If `search` is empty, all
        entries match.
    sort
        ``name``: from A to Z, with numbers in numerical order. ``recent``: newest first, followed by entries
        without a valid creation time. None: by ID.
    after
        The last entry of the previous page (see `entry_at`), or None to start at the beginning of the list. This entry
        may have been deleted.
    """
    words = folded(search).split()
    start = _place(after, sort) if after is not None else None
    total = 0

    def later_matches() -> Iterator[Entry]:
        nonlocal total
        for entry in entries:
            if words and not _matches(entry, words):
                continue
            total += 1
            if start is None or _place(entry, sort) > start:
                yield entry

    first = heapq.nsmallest(limit, later_matches(), lambda entry: _place(entry, sort))
    return Found(first, total)


def position_text(entry: Entry, sort: SortOrder | None) -> str:
    """Return the text that, together with the ID, determines an entry's position in a list."""
    if sort is None:
        return ""
    return (entry.name if sort == "name" else entry.created_at)[:MAX_SORTED_CHARACTERS]


def entry_at(entity_id: str, text: str, sort: SortOrder | None) -> Entry:
    """Return an entry with this ID and `position_text`, for use as `after` in `find`."""
    return Entry(entity_id, text, text)


def folded(text: str) -> str:
    """Convert text for comparing names, so that case, accents, and compatibility variants don't matter.

    Accents are marks with a combining class. Vowel signs in Indic scripts have no combining class, so they are kept.

    >>> folded("Ærø Ångström ① STRASSE") == folded("ærø angstrom 1 straße")
    True
    """
    if text.isascii():
        return text.lower()
    caseless = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(character for character in caseless if not unicodedata.combining(character))


def _matches(entry: Entry, words: list[str]) -> bool:
    searched = f"{folded(entry.name)}\n{entry.entity_id.lower()}"
    return all(word in searched for word in words)


def _place(entry: Entry, sort: SortOrder | None) -> tuple[Any, ...]:
    if sort is None:
        return (entry.entity_id,)
    if sort == "name":
        text_and_numbers = _NUMBERS.split(folded(entry.name[:MAX_SORTED_CHARACTERS].strip()))
        return [int(part) if at % 2 else part for at, part in enumerate(text_and_numbers)], entry.entity_id
    try:
        created = clock.parse_rfc3339(entry.created_at[:MAX_SORTED_CHARACTERS])
    except ValueError:
        return True, 0, entry.entity_id
    return False, -created.timestamp(), entry.entity_id


def _text(item: dict[str, Any], name: str) -> str:
    return str(item.get(name, {}).get("S", ""))
