"""Read awards for exports: query the Awards table and decode the responses directly into typed records.

PynamoDB and boto3 convert each attribute several times. With millions of awards, an export would spend most of its time
on these conversions. Instead, msgspec decodes the response bytes directly. `make bench` measures the difference.
"""

import gc
import heapq
import itertools
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from badgedata.config import config
from badgedata.exports.failures import UnreadableDataError, wrong_item
from badgedata.exports.raw_queries import SentQuery
from badgedata.records.awards import AwardItem, AwardRow, KeyedAwardRow, Text

MAX_MERGED_ITEMS = 4000
"""The maximum number of awards that are merged at a time when several badge classes are read. Together, the pages of
all badge classes contain at most this many awards, unless `MIN_MERGED_ITEMS` requires more.
"""

MIN_MERGED_ITEMS = 50
"""The minimum number of awards per page for each badge class, even if many badge classes are merged."""


class UnreadableAwardError(UnreadableDataError):
    """Raised when an award's item can't be read. The message names the award and gives the reason."""


class AwardPage[Award: AwardRow](msgspec.Struct):
    """The response to one Query: up to 1 MB of items, and the key of the last item if more items may follow."""

    items: list[Award] = msgspec.field(name="Items", default_factory=list)
    last_evaluated_key: dict[str, Text] | None = msgspec.field(name="LastEvaluatedKey", default=None)


type PageDecoder[Award: AwardRow] = msgspec.json.Decoder[AwardPage[Award]]


class Decoder[Award: AwardRow]:
    """A decoder that converts DynamoDB Query responses to awards of one type.

    A Query with the decoder's `projection` returns only the attributes that this type needs.
    """

    def __init__(self, award: type[Award]) -> None:
        self.award = award
        self.pages: PageDecoder[Award] = msgspec.json.Decoder(AwardPage[award])  # type: ignore[valid-type]
        # Placeholders are numbered, because some attribute names are DynamoDB reserved words.
        names = {f"#{number}": field.encode_name for number, field in enumerate(msgspec.structs.fields(award))}
        self.projection = {"ProjectionExpression": ",".join(names), "ExpressionAttributeNames": names}


rows_decoder = Decoder(AwardRow)
keyed_rows_decoder = Decoder(KeyedAwardRow)
items_decoder = Decoder(AwardItem)


class ReadAwards[Award: AwardRow](NamedTuple):
    """A batch of awards, ordered by date and ID. All awards up to the sort key `reached` have been read."""

    awards: list[Award]
    reached: str


def awards_of_issuer[Award: AwardRow](
    decoder: Decoder[Award], issuer_id: str, first: str, end: str
) -> Iterator[ReadAwards[Award]]:
    """Yield an issuer's awards page by page, ordered by date and ID.

    Parameters
    ----------
    decoder
        The decoder, which determines the attributes that are read.
    first, end
        The lowest and highest sort keys to read, inclusive (see `records.awards.sort_key`).

    Raises
    ------
    UnreadableAwardError
        If any attribute of an item has the wrong type.
    """
    if first > end:
        return
    pages = _pages(
        decoder,
        KeyConditionExpression="issuerId = :issuer AND issuedOnAwardId BETWEEN :first AND :end",
        ExpressionAttributeValues={":issuer": {"S": issuer_id}, ":first": {"S": first}, ":end": {"S": end}},
    )
    for page in pages:
        # The last page reaches the end, so everything up to the end has been read.
        yield ReadAwards(page.items, page.last_evaluated_key["issuedOnAwardId"].S if page.last_evaluated_key else end)


def awards_of_badge_classes(badge_class_ids: Sequence[str], first: str, end: str) -> Iterator[ReadAwards[AwardItem]]:
    """Yield the awards of an issuer's badge classes in batches of a few thousand, ordered by date and ID.

    To limit memory use, fewer awards per badge class are read at a time if there are many badge classes.

    Parameters
    ----------
    first, end
        The lowest and highest sort keys to read, inclusive (see `records.awards.sort_key`).

    Raises
    ------
    UnreadableAwardError
        If any attribute of an item has the wrong type.
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
    """Yield a badge class's awards page by page, ordered by date and ID.

    Parameters
    ----------
    after
        The sort key to start after, or "" to start with the first award.

    Raises
    ------
    UnreadableAwardError
        If any attribute of an item has the wrong type.
    """
    after_key = after or " "  # A key can't be empty, and no award's key begins with a space.
    return _pages(
        items_decoder,
        IndexName="by-badge-class",
        KeyConditionExpression="badgeClassId = :badge_class AND issuedOnAwardId > :after",
        ExpressionAttributeValues={":badge_class": {"S": badge_class_id}, ":after": {"S": after_key}},
    )


def next_sort_key(sort_key: str) -> str:
    """Return the lowest possible sort key after `sort_key`."""
    return sort_key + " "  # a space sorts before all characters in IDs


def decode[Award: AwardRow](body: bytes, decoder: Decoder[Award]) -> AwardPage[Award]:
    """Return the page of awards in a Query response body.

    Raises
    ------
    UnreadableAwardError
        If an award can't be read. The message names the award and the attribute.
    """
    # Decoding creates many objects but no reference cycles. Searching for cycles would take a fifth of the time.
    gc.disable()
    try:
        return decoder.pages.decode(body)
    except msgspec.ValidationError:
        return _decode_without_nulls(body, decoder)
    finally:
        gc.enable()


def _decode_without_nulls[Award: AwardRow](body: bytes, decoder: Decoder[Award]) -> AwardPage[Award]:
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
    for item in msgspec.json.decode(body)["Items"]:
        reason = wrong_item(item, award)
        if reason is not None:
            award_id = next(iter(item.get("awardId", item.get("issuedOnAwardId", {"S": "?"})).values()), "?")
            return f"Award {award_id} can't be read: {reason}."
    return "An award can't be read: one of its attributes has the wrong type."


def _pages[Award: AwardRow](decoder: Decoder[Award], **query: Any) -> Iterator[AwardPage[Award]]:
    """Yield the pages of a Query. The next page is fetched while the caller processes the current page."""
    query |= decoder.projection
    query["TableName"] = config().awards_table
    sent = SentQuery(query)
    try:
        while (page := decode(sent.response(), decoder)).last_evaluated_key is not None:
            start = {name: {"S": key.S} for name, key in page.last_evaluated_key.items()}
            sent = SentQuery({**query, "ExclusiveStartKey": start})
            yield page
        yield page
    finally:
        sent.abandon()
