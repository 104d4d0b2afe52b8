"""A JSON document with long lists, written in steps so that another worker can resume after any step.

The document is an object whose last keys are lists. Each list's members are written in ID order. A member may end with
a list of its own: a badge class with its assertions, or a group with its learners. Only the output of one step is held
in memory.
"""

from collections.abc import Callable, Iterator, Mapping
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
    which is still open, or "" if no item has been written yet. `counts` is the number of rows so far in the lists with
    each key, or None if an earlier version, which didn't count them, began the document.
    """

    number: int = 0
    member: str = ""
    item: str | None = None
    counts: dict[str, int] | None = None


class _Step(NamedTuple):
    """Bytes of a document, their number of rows in lists with the key `key`, and the position after them."""

    data: bytes
    position: JsonPosition
    rows: int = 0
    key: str = ""


def document_pages(
    head: bytes, lists: list[LongList], after: str, closing: bytes = b"}", head_counts: Mapping[str, int] | None = None
) -> Iterator[Page]:
    """Write a document from the position `after` ("" for the beginning).

    Parameters
    ----------
    head
        The document as JSON without `lists`, including its closing braces.
    closing
        The closing braces of `head` that follow `lists`: more than one if the lists belong to an inner object.
    head_counts
        The number of rows in `head`, by the key under which they are counted.
    """
    position = JsonPosition.decode(after)
    steps = _steps(lists, closing, position)
    if after:
        return gather(_counted(steps, position.counts))
    counts = _with_keys(dict(head_counts or {}), lists)
    opening = Page(head.removesuffix(closing), sum(counts.values()), JsonPosition(counts=counts).encode())
    return gather(chain([opening], _counted(steps, counts)))


def _with_keys(counts: dict[str, int], lists: list[LongList]) -> dict[str, int]:
    """Return counts with a zero for each list that has no rows yet."""
    keys = [key for one in lists for key in (one.key, one.inner_key if one.inner is not None else "") if key]
    return dict.fromkeys(keys, 0) | counts


def _counted(steps: Iterator[_Step], counts: dict[str, int] | None) -> Iterator[Page]:
    for data, position, rows, key in steps:
        if rows and counts is not None:
            counts[key] += rows
        counted = JsonPosition(position.number, position.member, position.item, counts)
        yield Page(data, rows, counted.encode())


def _steps(lists: list[LongList], closing: bytes, position: JsonPosition) -> Iterator[_Step]:
    for number, long_list in enumerate(lists):
        if number >= position.number:
            yield from _list_steps(long_list, position if number == position.number else JsonPosition(number))
    if position.number <= len(lists):
        yield _Step(closing, JsonPosition(len(lists) + 1))


def _list_steps(long_list: LongList, position: JsonPosition) -> Iterator[_Step]:
    number, member, key = position.number, position.member, long_list.key
    if position.item is not None:
        yield from _inner_steps(long_list, position)
    before = b"," if member else _opening(key)
    for run in long_list.members(member):
        if long_list.inner is None:
            yield _Step(before + run.data, JsonPosition(number, run.last), run.rows, key)
        else:
            opened = JsonPosition(number, run.last, "")
            yield _Step(before + run.data.removesuffix(b"}") + _opening(long_list.inner_key), opened, run.rows, key)
            yield from _inner_steps(long_list, opened)
        before = b","
    yield _Step((b"" if before == b"," else before) + b"]", JsonPosition(number + 1))


def _inner_steps(long_list: LongList, position: JsonPosition) -> Iterator[_Step]:
    number, member, item = position.number, position.member, position.item
    if long_list.inner is not None:
        for run in long_list.inner(member, item or ""):
            data = b"," + run.data if item else run.data
            yield _Step(data, JsonPosition(number, member, run.last), run.rows, long_list.inner_key)
            item = run.last
    yield _Step(b"]}", JsonPosition(number, member))


def _opening(key: str) -> bytes:
    return f',"{key}":['.encode()
