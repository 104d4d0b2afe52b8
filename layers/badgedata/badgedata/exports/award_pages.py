"""The export's own read path for awards: a page of DynamoDB's JSON, straight into typed records.

PynamoDB and boto3 turn each attribute of each item into Python objects several times over; at millions of awards that
is what an export would spend its time on. Here msgspec reads the bytes as they came (`make bench` has the figures).
"""

import gc
import heapq
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from badgedata.config import config
from badgedata.exports.failures import UnreadableDataError, wrong_item
from badgedata.exports.raw_queries import Asked

ITEMS_A_PAGE: int | None = None
"""Items of one Query at the most; None lets DynamoDB's 1 MB decide."""

MAX_MERGED_ITEMS = 4000
"""Awards of several badge classes that are merged at a time, and that the pages of all of them hold together."""

MIN_MERGED_ITEMS = 50
"""Awards in one page of a badge class at the least, however many are merged."""


class UnreadableAwardError(UnreadableDataError):
    """An award whose item in the table is not as it should be; the message says which and why."""


class Text(msgspec.Struct, forbid_unknown_fields=True, frozen=True, gc=False):
    """A string attribute: ``{"S": "…"}``"""

    S: str


class Flag(msgspec.Struct, forbid_unknown_fields=True, frozen=True, gc=False):
    """A boolean attribute: ``{"BOOL": true}``"""

    BOOL: bool


_NO_TEXT = Text("")
_NO_FLAG = Flag(False)


class EvidenceAttributes(msgspec.Struct, frozen=True, gc=False):
    """One evidence item as it is in the table."""

    id: Text = _NO_TEXT
    narrative: Text = _NO_TEXT


class EvidenceMap(msgspec.Struct, forbid_unknown_fields=True, frozen=True, gc=False):
    """``{"M": {…}}``"""

    M: EvidenceAttributes


class EvidenceList(msgspec.Struct, forbid_unknown_fields=True, frozen=True, gc=False):
    """``{"L": […]}``"""

    L: list[EvidenceMap]


_NO_EVIDENCE = EvidenceList([])


class AwardRow(msgspec.Struct, rename="camel", kw_only=True, frozen=True, gc=False):
    """What the award CSV shows of an award, as DynamoDB's JSON has it. Other attributes are not asked for."""

    award_id: Text
    badge_class_id: Text
    issued_on: Text
    recipient_type: Text = _NO_TEXT
    recipient_identity: Text = _NO_TEXT
    recipient_name: Text = _NO_TEXT
    expires: Text = _NO_TEXT
    narrative: Text = _NO_TEXT
    evidence: EvidenceList = _NO_EVIDENCE
    revoked: Flag = _NO_FLAG
    revocation_reason: Text = _NO_TEXT


class KeyedAwardRow(AwardRow, rename="camel", kw_only=True, frozen=True, gc=False):
    """An award, with its sort key."""

    issued_on_award_id: Text


class AwardItem(KeyedAwardRow, rename="camel", kw_only=True, frozen=True, gc=False):
    """An award, with all that an assertion needs besides."""

    recipient_hashed: Flag = _NO_FLAG
    recipient_salt: Text = _NO_TEXT
    image: Text = _NO_TEXT
    more: Text = _NO_TEXT


class AwardPage[Award: AwardRow](msgspec.Struct):
    """What one Query answers: up to 1 MB of items, and the key of the last one if there may be more."""

    items: list[Award] = msgspec.field(name="Items", default_factory=list)
    last_evaluated_key: dict[str, Text] | None = msgspec.field(name="LastEvaluatedKey", default=None)


type PageDecoder[Award: AwardRow] = msgspec.json.Decoder[AwardPage[Award]]


class Decoder[Award: AwardRow]:
    """Reads the pages of a Query as awards of one type, and requests the attributes of that type alone."""

    def __init__(self, award: type[Award]) -> None:
        self.pages: PageDecoder[Award] = msgspec.json.Decoder(AwardPage[award])  # type: ignore[valid-type]
        # By number, because some names are words that DynamoDB reserves.
        names = {f"#{number}": field.encode_name for number, field in enumerate(msgspec.structs.fields(award))}
        self.projection = {"ProjectionExpression": ",".join(names), "ExpressionAttributeNames": names}


rows_decoder = Decoder(AwardRow)
keyed_rows_decoder = Decoder(KeyedAwardRow)
items_decoder = Decoder(AwardItem)


class ReadAwards[Award: AwardRow](NamedTuple):
    """Awards in the order of date and id, and the sort key up to which all have been read with them."""

    awards: list[Award]
    reached: str


def awards_of_issuer[Award: AwardRow](
    decoder: Decoder[Award], issuer_id: str, first: str, end: str
) -> Iterator[ReadAwards[Award]]:
    """Read an issuer's awards in the order of date and id, a page at a time.

    Parameters
    ----------
    decoder
        What is read of each award.
    first, end
        Sort keys (records.awards.sort_key): from `first` on, up to and with `end`.

    Raises
    ------
    UnreadableAwardError
        When an item's attributes are not of the types they should be.
    """
    if first > end:
        return
    pages = _pages(
        decoder,
        KeyConditionExpression="issuerId = :issuer AND issuedOnAwardId BETWEEN :first AND :end",
        ExpressionAttributeValues={":issuer": {"S": issuer_id}, ":first": {"S": first}, ":end": {"S": end}},
    )
    for page in pages:
        # The last page reaches the end: everything up to there has been read.
        yield ReadAwards(page.items, page.last_evaluated_key["issuedOnAwardId"].S if page.last_evaluated_key else end)


def awards_of_badge_classes(badge_class_ids: Sequence[str], first: str, end: str) -> Iterator[ReadAwards[AwardItem]]:
    """Read the awards of some badge classes of one issuer, in the order of date and id, some thousands at a time.

    Each badge class is read by its index, and the lists are merged. The more there are, the smaller are their pages, so
    that memory doesn't grow with their number.

    Parameters
    ----------
    first, end
        Sort keys (records.awards.sort_key): from `first` on, up to and with `end`.

    Raises
    ------
    UnreadableAwardError
        When an item's attributes are not of the types they should be.
    """
    if first > end:
        return
    limit = max(MIN_MERGED_ITEMS, MAX_MERGED_ITEMS // len(badge_class_ids))
    lists = (_awards_by_index(badge_class_id, first, end, limit) for badge_class_id in badge_class_ids)
    merged = heapq.merge(*lists, key=lambda award: award.issued_on_award_id.S)
    for awards in itertools.batched(merged, MAX_MERGED_ITEMS, strict=False):
        is_last = len(awards) < MAX_MERGED_ITEMS
        yield ReadAwards(list(awards), end if is_last else awards[-1].issued_on_award_id.S)


def _awards_by_index(badge_class_id: str, first: str, end: str, limit: int) -> Iterator[AwardItem]:
    pages = _pages(
        items_decoder,
        IndexName="by-badge-class",
        KeyConditionExpression="badgeClassId = :badge_class AND issuedOnAwardId BETWEEN :first AND :end",
        ExpressionAttributeValues={":badge_class": {"S": badge_class_id}, ":first": {"S": first}, ":end": {"S": end}},
        Limit=limit,
    )
    for page in pages:
        yield from page.items


def awards_of_badge_class(badge_class_id: str, after: str) -> Iterator[AwardPage[AwardItem]]:
    """Read a badge class's awards behind the sort key `after` ("" is before the first), in the order of date and id.

    Raises
    ------
    UnreadableAwardError
        When an item's attributes are not of the types they should be.
    """
    behind_key = after or " "  # a key is never empty, and no award's begins with a space
    return _pages(
        items_decoder,
        IndexName="by-badge-class",
        KeyConditionExpression="badgeClassId = :badge_class AND issuedOnAwardId > :after",
        ExpressionAttributeValues={":badge_class": {"S": badge_class_id}, ":after": {"S": behind_key}},
    )


def text_or_none(attribute: Text) -> str | None:
    """Give a text attribute's text, or None where the award has none; an empty text is one."""
    return None if attribute is _NO_TEXT else attribute.S


def evidence_or_none(attribute: EvidenceList) -> list[EvidenceMap] | None:
    """Give an award's evidence items, or None where it has no such attribute; an empty list is one."""
    return None if attribute is _NO_EVIDENCE else attribute.L


def behind(sort_key: str) -> str:
    """Give the least sort key behind this one that an award can have: nothing in an id sorts before a space."""
    return sort_key + " "


def decode[Award: AwardRow](body: bytes, decoder: Decoder[Award]) -> AwardPage[Award]:
    """Read the body of a Query's answer.

    Raises
    ------
    UnreadableAwardError
        Names the award, the attribute, and what is wrong with it.
    """
    # Of the many objects made here none refers back to another; to look for such circles costs a fifth of the time.
    gc.disable()
    try:
        return decoder.pages.decode(body)
    except msgspec.ValidationError:
        return _decode_without_nulls(body, decoder)
    finally:
        gc.enable()


def _decode_without_nulls[Award: AwardRow](body: bytes, decoder: Decoder[Award]) -> AwardPage[Award]:
    """Read a page in which attributes may be DynamoDB's null, as if those were not there. Seldom does one have any."""
    body = msgspec.json.encode(_without_nulls(msgspec.json.decode(body)))
    try:
        return decoder.pages.decode(body)
    except msgspec.ValidationError as error:
        raise UnreadableAwardError(_say_which(body, error)) from None


def _without_nulls(value: Any) -> Any:
    match value:
        case dict():
            return {name: _without_nulls(inner) for name, inner in value.items() if inner != {"NULL": True}}
        case list():
            return [_without_nulls(inner) for inner in value]
    return value


def _say_which(body: bytes, error: msgspec.ValidationError) -> str:
    path, reason = wrong_item(error)
    place = re.fullmatch(r"\$\.Items\[(\d+)\]\.?(.*)", path)
    item = msgspec.json.decode(body)["Items"][int(place[1])] if place else {}
    attribute = re.sub(r"\[\.*\]|\.[A-Z]+\b", "", place[2]) if place else ""
    award_id = next(iter(item.get("awardId", item.get("issuedOnAwardId", {"S": "?"})).values()), "?")
    return f"Award {award_id} can't be read{f', at {attribute}' if attribute else ''}: {reason}."


def _pages[Award: AwardRow](decoder: Decoder[Award], **query: Any) -> Iterator[AwardPage[Award]]:
    """Read a Query's pages; while the caller is busy with one, the next is on its way."""
    query |= decoder.projection
    query["TableName"] = config().awards_table
    if ITEMS_A_PAGE is not None:
        query["Limit"] = ITEMS_A_PAGE
    asked = Asked(query)
    try:
        while (page := decode(asked.answer(), decoder)).last_evaluated_key is not None:
            start = {name: {"S": key.S} for name, key in page.last_evaluated_key.items()}
            asked = Asked({**query, "ExclusiveStartKey": start})
            yield page
        yield page
    finally:
        asked.abandon()
