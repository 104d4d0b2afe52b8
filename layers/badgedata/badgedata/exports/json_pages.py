"""A JSON document with long lists, written in steps so that another worker can resume after any step.

The document is an object whose last keys are lists. Each list's members are written in ID order. A member may end with
a list of its own: a badge class with its assertions, or a group with its learners. Only the output of one step is held
in memory.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from badgedata.exports.pages import Page, Position, gather


class Run(NamedTuple):
    """Consecutive list members as JSON, joined with commas; their number of rows; and the key of the last member."""

    data: bytes
    rows: int
    last: str


@dataclass(frozen=True)
class LongList:
    """One list in a document.

    Parameters
    ----------
    key
        The document key whose value is the list.
    members
        Returns the members after a key ("" for the beginning of the list). If members have lists of their own, each run
        is one member, a complete JSON object.
    inner_key, inner
        The key of the members' own lists, and a function that returns the items in a member's list after a key.
    """

    key: str
    members: Callable[[str], Iterator[Run]]
    inner_key: str = ""
    inner: Callable[[str, str], Iterator[Run]] | None = None


class JsonPosition(Position, frozen=True):
    """The progress of a document: the lists before `number` are complete, and that list is written up to `member`.

    `item` is None if that member is complete too. Otherwise, it is the last item written to the member's own list,
    which is still open, or "" if no item has been written yet.
    """

    number: int = 0
    member: str = ""
    item: str | None = None


def document_pages(
    head: bytes, lists: list[LongList], after: str, closing: bytes = b"}", head_rows: int = 0
) -> Iterator[Page]:
    """Write a document from the position `after` ("" for the beginning).

    Parameters
    ----------
    head
        The document as JSON without `lists`, including its closing braces.
    closing
        The closing braces of `head` that follow `lists`: more than one if the lists belong to an inner object.
    head_rows
        The number of rows in `head`.
    """
    opening = [] if after else [_page(head.removesuffix(closing), head_rows, JsonPosition())]
    return gather(chain(opening, _steps(lists, closing, JsonPosition.decode(after))))


def _steps(lists: list[LongList], closing: bytes, position: JsonPosition) -> Iterator[Page]:
    for number, long_list in enumerate(lists):
        if number >= position.number:
            yield from _list_steps(long_list, position if number == position.number else JsonPosition(number))
    if position.number <= len(lists):
        yield _page(closing, 0, JsonPosition(len(lists) + 1))


def _list_steps(long_list: LongList, position: JsonPosition) -> Iterator[Page]:
    number, member = position.number, position.member
    if position.item is not None:
        yield from _inner_steps(long_list, position)
    before = b"," if member else _key(long_list.key)
    for run in long_list.members(member):
        if long_list.inner is None:
            yield _page(before + run.data, run.rows, JsonPosition(number, run.last))
        else:
            opened = JsonPosition(number, run.last, "")
            yield _page(before + run.data.removesuffix(b"}") + _key(long_list.inner_key), run.rows, opened)
            yield from _inner_steps(long_list, opened)
        before = b","
    yield _page((b"" if before == b"," else before) + b"]", 0, JsonPosition(number + 1))


def _inner_steps(long_list: LongList, position: JsonPosition) -> Iterator[Page]:
    number, member, item = position.number, position.member, position.item
    if long_list.inner is not None:
        for run in long_list.inner(member, item or ""):
            yield _page(b"," + run.data if item else run.data, run.rows, JsonPosition(number, member, run.last))
            item = run.last
    yield _page(b"]}", 0, JsonPosition(number, member))


def _key(key: str) -> bytes:
    return f',"{key}":['.encode()


def _page(data: bytes, rows: int, position: JsonPosition) -> Page:
    return Page(data, rows, position.encode())
