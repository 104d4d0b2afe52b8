"""The JSON documents for an issuer and for a badge class (docs/formats.md, "JSON").

A document is an object whose last keys can be lists. It is written in steps, so that another worker can resume
after any step. Only one step is in memory at a time. Assertions are ordered by date and ID. The members of all other
lists are ordered by ID. A member may end with a list of its own: a badge class's assertions, or a group's learners.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import batched, chain
from typing import NamedTuple

import msgspec

from badgedata import documents, published
from badgedata.config import config
from badgedata.counts.totals import Counted, count_all_awards
from badgedata.exports.award_queries import awards_of_badge_class
from badgedata.exports.directory_lists import (
    Targets,
    badge_class_part,
    badge_classes_after,
    embedded_image,
    group_part,
    groups_from,
    issuer_part,
    learner_part,
    learners_from,
    pathway_part,
    pathways_from,
)
from badgedata.exports.failures import UnreadableDataError
from badgedata.exports.pages import Page, Position, gather
from badgedata.exports.specification import BadgeClassExport, IssuerExport, options_of
from badgedata.published import with_more_keys
from badgedata.records import directory
from badgedata.records.awards import AwardItem
from badgedata.text import json_without_control_characters, may_hold_control_characters

MAX_RUN_ASSERTIONS = 64
"""The maximum number of assertions in a run without images. The size of DynamoDB's pages doesn't affect runs, so the
same data always produces the same runs.
"""

IMAGES_AT_ONCE = 8
"""The maximum number of assertions in a run with images. Images of up to 4 MiB are read into memory in parallel."""

_encode = msgspec.json.Encoder().encode


class Run(NamedTuple):
    """Consecutive members of a list, encoded as JSON and joined with commas.

    `rows` is the number of members, and `last` is the ID or sort key of the last member.
    """

    data: bytes
    rows: int
    last: str


@dataclass(frozen=True)
class LongList:
    """A list of any length, which is written to a document in runs.

    Parameters
    ----------
    key
        The document key whose value is the list.
    members
        A function that yields runs of members. Its argument is the `last` of the run to start after, or "" for the
        beginning of the list. If members have lists of their own, each run is one member without its list.
    inner_key
        The key of each member's own list.
    inner
        A function that yields the items of a member's own list in runs. Its arguments are the member's ID and the
        `last` of the run to start after, or "" for the beginning of the list.
    """

    key: str
    members: Callable[[str], Iterator[Run]]
    inner_key: str = ""
    inner: Callable[[str, str], Iterator[Run]] | None = None


class JsonPosition(Position, frozen=True):
    """A position in a document.

    Parameters
    ----------
    number
        The index of the list in progress. Earlier lists are complete.
    member
        The ID or sort key of the last member written to the list, or "" if the list has no members yet.
    item
        The ID or sort key of the last item written to the member's own list, or "" if that list has no items yet.
        None if the member is complete.
    counts
        The number of rows so far in each list, keyed by the list's key. None if an earlier version of this
        product, which didn't count rows, began the document.
    """

    number: int = 0
    member: str = ""
    item: str | None = None
    counts: dict[str, int] | None = None


class _Step(NamedTuple):
    """Bytes to append to a document, and the position after these bytes.

    `rows` is the number of rows that the bytes add to the list whose key is `key`.
    """

    data: bytes
    position: JsonPosition
    rows: int = 0
    key: str = ""


def document_pages(
    head: bytes, lists: list[LongList], after: str, closing: bytes = b"}", head_counts: Mapping[str, int] | None = None
) -> Iterator[Page]:
    """Yield the pages of a document from the position `after` ("" for the beginning).

    Parameters
    ----------
    head
        The document as JSON, without `lists` but with its closing braces.
    closing
        The end of `head`, which is written after `lists`: one closing brace, or two if the lists belong to an inner
        object.
    head_counts
        The number of rows in `head`, keyed by list key.
    """
    position = JsonPosition.decode(after)
    steps = _steps(lists, closing, position)
    if after:
        return gather(_counted(steps, position.counts))
    counts = _with_keys(dict(head_counts or {}), lists)
    opening = Page(head.removesuffix(closing), sum(counts.values()), JsonPosition(counts=counts).encode())
    return gather(chain([opening], _counted(steps, counts)))


def _with_keys(counts: dict[str, int], lists: list[LongList]) -> dict[str, int]:
    """Return the counts, with 0 for each list that has no count yet."""
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


def issuer_document_pages(
    specification: IssuerExport, issuer: directory.Issuer, exported_at: str, after: str = ""
) -> Iterator[Page]:
    """Yield the pages of an issuer's document. The export's options determine the document's content.

    Parameters
    ----------
    exported_at
        The time of the export request (RFC 3339). All workers use the same time.
    """
    head = documents.IssuerDocument(
        context=documents.OPEN_BADGES_CONTEXT,
        format="badge-data-management/issuer",
        format_version=documents.FORMAT_VERSION,
        exported_at=exported_at,
        options=options_of(specification),
        issuer=issuer_part(issuer, specification.embed_images),
    )
    return document_pages(with_more_keys(_encode(head)), list(_lists(specification, issuer.entity_id)), after)


def badge_class_document_pages(
    specification: BadgeClassExport,
    badge_class: directory.BadgeClass,
    issuer: directory.Issuer,
    exported_at: str,
    after: str = "",
) -> Iterator[Page]:
    """Yield the pages of a badge class's document, which contains the issuer and, if selected, the assertions.

    Parameters
    ----------
    exported_at
        The time of the export request (RFC 3339). All workers use the same time.
    """
    head = documents.BadgeClassDocument(
        context=documents.OPEN_BADGES_CONTEXT,
        format="badge-data-management/badge-class",
        format_version=documents.FORMAT_VERSION,
        exported_at=exported_at,
        options=options_of(specification),
        issuer=issuer_part(issuer, specification.embed_images),
        badge_class=badge_class_part(badge_class, specification.embed_images),
    )
    assertions = partial(_assertions, specification.embed_images, badge_class.entity_id)
    lists = [LongList("assertions", assertions)] if specification.include_assertions else []
    return document_pages(with_more_keys(_encode(head)), lists, after, b"}}", {"badgeClasses": 1})


def expected_issuer_document_rows(specification: IssuerExport, issuer_id: str) -> int | None:
    """Return the number of rows that an issuer's document will contain, or None if the number is unknown.

    The number is unknown if the document includes assertions and the issuer has no award counts.
    """
    rows = 0
    if specification.include_assertions:
        rows = count_all_awards([Counted(issuer_id)])
        if not rows:
            return None
    if specification.include_badge_classes:
        rows += directory.BadgeClass.children.count(directory.BadgeClass.parent_key(issuer_id))
    if specification.include_recipient_groups:
        rows += sum(1 + int(group.learner_count or 0) for group in groups_from(issuer_id))
    if specification.include_pathways:
        rows += sum(1 for _ in pathways_from(issuer_id))
    return rows


def _lists(specification: IssuerExport, issuer_id: str) -> Iterator[LongList]:
    embed_images = specification.embed_images
    if specification.include_badge_classes:
        yield LongList(
            "badgeClasses",
            partial(_badge_classes, issuer_id, embed_images),
            "assertions",
            partial(_assertions, embed_images) if specification.include_assertions else None,
        )
    if specification.include_recipient_groups:
        yield LongList("recipientGroups", partial(_groups, issuer_id), "learners", partial(_learners, issuer_id))
    if specification.include_pathways:
        yield LongList("pathways", partial(_pathways, issuer_id))


def _badge_classes(issuer_id: str, embed_images: bool, after: str) -> Iterator[Run]:
    for badge_class in badge_classes_after(issuer_id, after):
        yield Run(with_more_keys(_encode(badge_class_part(badge_class, embed_images))), 1, badge_class.entity_id)


def _groups(issuer_id: str, after: str) -> Iterator[Run]:
    targets = Targets(issuer_id)
    for group in groups_from(issuer_id, after):
        if group.entity_id != after:
            part = group_part(group)
            for alignment in part.alignments or []:
                alignment.name = targets.name_of(alignment) if alignment.name is not None else None
            yield Run(_encode(part), 1, group.entity_id)


def _learners(issuer_id: str, group_id: str, after: str) -> Iterator[Run]:
    for learner in learners_from(issuer_id, group_id, after):
        if learner.entity_id != after:
            yield Run(_encode(learner_part(learner)), 1, learner.entity_id)


def _pathways(issuer_id: str, after: str) -> Iterator[Run]:
    for pathway in pathways_from(issuer_id, after):
        if pathway.entity_id != after:
            yield Run(_encode(pathway_part(pathway)), 1, pathway.entity_id)


def _assertions(embed_images: bool, badge_class_id: str, after: str) -> Iterator[Run]:
    """Yield a badge class's assertions in runs, starting after the sort key `after`.

    Each assertion is a complete Open Badges document except for `@context`, which is omitted.
    """
    base_url = config().public_base_url
    badge = published.badge_class_url(base_url, badge_class_id)
    awards = (award for page in awards_of_badge_class(badge_class_id, after) for award in page.items)
    with ThreadPoolExecutor(IMAGES_AT_ONCE, thread_name_prefix="images") as pool:
        for few in batched(awards, IMAGES_AT_ONCE if embed_images else MAX_RUN_ASSERTIONS, strict=False):
            assertions = [_assertion(award, badge, base_url) for award in few]
            if embed_images:
                for assertion, image in zip(assertions, pool.map(_embedded, few, assertions), strict=True):
                    assertion.image = image
            yield Run(_written(assertions)[1:-1], len(few), few[-1].issued_on_award_id.S)


def _written(assertions: list[documents.Assertion]) -> bytes:
    data = with_more_keys(_encode(assertions))
    if may_hold_control_characters(data):  # awards stored by earlier versions may contain them
        data = _encode(json_without_control_characters(msgspec.json.decode(data)))
    return data


def _embedded(award: AwardItem, assertion: documents.Assertion) -> str | None:
    return embedded_image(award.image.S, assertion.id or "") or assertion.image


def _assertion(award: AwardItem, badge: str, base_url: str) -> documents.Assertion:
    if not (award.recipient_type.S and award.recipient_identity.S):
        raise UnreadableDataError(
            f"Award {award.award_id.S} can't be exported: recipientType or recipientIdentity is missing."
        )
    return published.assertion_part(award, badge, base_url)
