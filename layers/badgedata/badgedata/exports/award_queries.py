"""The read path of exports for awards: a page of DynamoDB's JSON is decoded directly into typed records.

PynamoDB and boto3 convert each attribute of each item to Python objects several times. With millions of awards, an
export would spend most of its time on that. Here msgspec decodes the bytes as they arrived (`make bench` has figures).
"""

import gc
import heapq
import itertools
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from badgedata.config import config
from badgedata.exports.failures import UnreadableDataError, wrong_item
from badgedata.exports.raw_queries import Asked

ITEMS_A_PAGE: int | None = None
"""The most items of one Query; None leaves it to DynamoDB, which returns up to 1 MB."""

MAX_MERGED_ITEMS = 4000
"""The awards of several badge classes that are merged at a time, and the most that their pages have in total."""

MIN_MERGED_ITEMS = 50
"""The least awards in one page of a badge class, however many badge classes are merged."""


class UnreadableAwardError(UnreadableDataError):
    """The item of an award can't be read; the message names the award and says why."""


class Text(msgspec.Struct, forbid_unknown_fields=True, frozen=True, gc=False):
    """A string attribute, as ``{"S": "…"}``."""

    S: str


class Flag(msgspec.Struct, forbid_unknown_fields=True, frozen=True, gc=False):
    """A boolean attribute, as ``{"BOOL": true}``."""

    BOOL: bool


_NO_TEXT = Text("")
_NO_FLAG = Flag(False)


class EvidenceAttributes(msgspec.Struct, frozen=True, gc=False):
    """One evidence item, as the table stores it."""

    id: Text = _NO_TEXT
    narrative: Text = _NO_TEXT


class EvidenceMap(msgspec.Struct, forbid_unknown_fields=True, frozen=True, gc=False):
    """A map attribute with one evidence item, as ``{"M": {…}}``."""

    M: EvidenceAttributes


class EvidenceList(msgspec.Struct, forbid_unknown_fields=True, frozen=True, gc=False):
    """A list attribute, as ``{"L": […]}``."""

    L: list[EvidenceMap]


_NO_EVIDENCE = EvidenceList([])


class AwardRow(msgspec.Struct, rename="camel", kw_only=True, frozen=True, gc=False):
    """The attributes of an award that its table row shows. Queries request no other attributes."""

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
    """An award, with the other attributes that its assertion needs."""

    recipient_hashed: Flag = _NO_FLAG
    recipient_salt: Text = _NO_TEXT
    image: Text = _NO_TEXT
    more: Text = _NO_TEXT


class AwardPage[Award: AwardRow](msgspec.Struct):
    """The response of one Query: up to 1 MB of items, and the key of the last one if there may be more."""

    items: list[Award] = msgspec.field(name="Items", default_factory=list)
    last_evaluated_key: dict[str, Text] | None = msgspec.field(name="LastEvaluatedKey", default=None)


type PageDecoder[Award: AwardRow] = msgspec.json.Decoder[AwardPage[Award]]


class Decoder[Award: AwardRow]:
    """Reads the pages of a Query as awards of one type, and requests the attributes of that type alone."""

    def __init__(self, award: type[Award]) -> None:
        self.award = award
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
        If an attribute of an item has a wrong type.
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
        If an attribute of an item has a wrong type.
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
    """Read the awards of a badge class after the sort key `after` ("" is the beginning), in the order of date and id.

    Raises
    ------
    UnreadableAwardError
        If an attribute of an item has a wrong type.
    """
    after_key = after or " "  # a key is never empty, and the key of no award begins with a space
    return _pages(
        items_decoder,
        IndexName="by-badge-class",
        KeyConditionExpression="badgeClassId = :badge_class AND issuedOnAwardId > :after",
        ExpressionAttributeValues={":badge_class": {"S": badge_class_id}, ":after": {"S": after_key}},
    )


def text_or_none(attribute: Text) -> str | None:
    """Return the text of an attribute, or None if the award lacks the attribute. A text can be empty."""
    return None if attribute is _NO_TEXT else attribute.S


def evidence_or_none(attribute: EvidenceList) -> list[EvidenceMap] | None:
    """Return the evidence items of an award, or None if it lacks the attribute. A list can be empty."""
    return None if attribute is _NO_EVIDENCE else attribute.L


def next_sort_key(sort_key: str) -> str:
    """Return the least sort key after this one that an award can have: no character of an id sorts before a space."""
    return sort_key + " "


def decode[Award: AwardRow](body: bytes, decoder: Decoder[Award]) -> AwardPage[Award]:
    """Decode the body of a Query's response.

    Raises
    ------
    UnreadableAwardError
        If an award can't be read; the message names the award and the attribute.
    """
    # None of the many objects created here is part of a cycle, and searching for cycles takes a fifth of the time.
    gc.disable()
    try:
        return decoder.pages.decode(body)
    except msgspec.ValidationError:
        return _decode_without_nulls(body, decoder)
    finally:
        gc.enable()


def _decode_without_nulls[Award: AwardRow](body: bytes, decoder: Decoder[Award]) -> AwardPage[Award]:
    """Decode a page in which attributes may be DynamoDB's null, as if they were absent. Few pages have any."""
    body = msgspec.json.encode(_without_nulls(msgspec.json.decode(body)))
    try:
        return decoder.pages.decode(body)
    except msgspec.ValidationError:
        raise UnreadableAwardError(_describe(body, decoder.award)) from None


def _without_nulls(value: Any) -> Any:
    match value:
        case dict():
            return {name: _without_nulls(inner) for name, inner in value.items() if inner != {"NULL": True}}
        case list():
            return [_without_nulls(inner) for inner in value]
    return value


def _describe(body: bytes, award: type[AwardRow]) -> str:
    """Return which award of a page can't be read, and why."""
    for item in msgspec.json.decode(body)["Items"]:
        wrong = wrong_item(item, award)
        if wrong is not None:
            attribute, reason = wrong
            award_id = next(iter(item.get("awardId", item.get("issuedOnAwardId", {"S": "?"})).values()), "?")
            return f"Award {award_id} can't be read{f', at {attribute}' if attribute else ''}: {reason}."
    return "An award can't be read: one of its attributes has a wrong type."


def _pages[Award: AwardRow](decoder: Decoder[Award], **query: Any) -> Iterator[AwardPage[Award]]:
    """Read the pages of a Query. While the caller processes a page, the next one is being fetched."""
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
