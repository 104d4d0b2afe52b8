"""A JSON document with long lists is complete and has the same bytes wherever one worker stops and another resumes."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from badgedata.exports import pages
from badgedata.exports.documents_json import LongList, Run, document_pages
from badgedata.exports.pages import Page
from tests.support.small_limits import lower_limits

type Stored = dict[str, dict[str, dict[str, Any]]]
"""The items in each member's list in a document."""

_ids = st.text(min_size=1, max_size=3)
_lists = st.dictionaries(
    st.sampled_from(["badgeClasses", "recipientGroups", "pathways"]),
    st.dictionaries(_ids, st.dictionaries(_ids, st.text(), max_size=4), max_size=4),
)


def long_list(key: str, stored: dict[str, Any], nested: bool) -> LongList:
    def members(after: str) -> Iterator[Run]:
        for member in sorted(stored):
            if member > after:
                yield Run(json.dumps({"id": member}).encode(), 1, member)

    def items(member: str, after: str) -> Iterator[Run]:
        for item in sorted(stored[member]):
            if item > after:
                yield Run(json.dumps({item: stored[member][item]}).encode(), 1, item)

    return LongList(key, members, "items", items if nested else None)


def expected(stored: Stored, nested: bool) -> dict[str, Any]:
    def member(entity_id: str, items: dict[str, Any]) -> dict[str, Any]:
        return {"id": entity_id} | ({"items": [{item: items[item]} for item in sorted(items)]} if nested else {})

    return {"head": True} | {key: [member(m, of[m]) for m in sorted(of)] for key, of in stored.items()}


def document(stored: Stored, nested: bool, after: str = "") -> Iterator[Page]:
    lists = [long_list(key, members, nested) for key, members in stored.items()]
    return document_pages(b'{"head":true}', lists, after)


def write_with_a_worker_per_page(stored: Stored, nested: bool) -> list[Page]:
    found: list[Page] = []
    while page := next(document(stored, nested, found[-1].position if found else ""), None):
        found.append(page)
    return found


@given(_lists, st.booleans())
def test_document_is_valid_json_with_members_sorted_by_id(stored: Stored, nested: bool) -> None:
    data = b"".join(page.data for page in document(stored, nested))
    assert json.loads(data) == expected(stored, nested)


@given(_lists, st.booleans(), st.integers(0, 40))
def test_interruptions_after_every_page_do_not_change_the_document(
    stored: Stored, nested: bool, page_bytes: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        lower_limits(patch, page_bytes=page_bytes)
        whole, cut = list(document(stored, nested)), write_with_a_worker_per_page(stored, nested)
    assert b"".join(page.data for page in cut) == b"".join(page.data for page in whole)
    assert sum(page.rows for page in cut) == sum(page.rows for page in whole)
    members = sum(len(of) for of in stored.values())
    items = sum(len(own) for of in stored.values() for own in of.values())
    assert sum(page.rows for page in whole) == (members + items if nested else members)


def test_small_pages_are_combined_up_to_one_megabyte() -> None:
    steps = [Page(b"x" * size, 1, str(number)) for number, size in enumerate([400_000, 600_000, 60_000, 2_000_000, 1])]
    gathered = list(pages.gather(iter(steps)))
    assert [(len(page.data), page.rows, page.position) for page in gathered] == [
        (1_000_000, 2, "1"),
        (60_000, 1, "2"),
        (2_000_000, 1, "3"),
        (1, 1, "4"),
    ]


def test_list_in_a_nested_object_is_followed_by_all_the_closing_brackets() -> None:
    lists = [long_list("assertions", {"a": {}}, nested=False)]
    data = b"".join(page.data for page in document_pages(b'{"badgeClass":{"id":1}}', lists, "", b"}}"))
    assert data == b'{"badgeClass":{"id":1,"assertions":[{"id": "a"}]}}'
