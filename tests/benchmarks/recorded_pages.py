"""DynamoDB query responses with realistic awards: pages of up to 1 MB, recorded once in a file."""

import hashlib
import heapq
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from badgedata import clock
from badgedata.records.awards import sort_key
from local.sample.awards import awards

ISSUER_ID = "bench-issuer-00"
"""The issuer of all recorded awards. The replay server returns the same awards for other issuers."""

BADGE_CLASSES = 20
PAGE_BYTES = 1024 * 1024
"""A response ends with the item that takes it over 1 MB (DynamoDB API Reference, Query)."""

type Item = dict[str, Any]


class RecordedPage(msgspec.Struct):
    """The body of a response, and the sort key of its last item."""

    last_key: str
    rows: int
    body: bytes


def issuer_pages(rows: int, folder: Path) -> list[RecordedPage]:
    """Return pages with an issuer's awards for 20 badge classes, ordered by date and ID as in the Awards table."""
    share = -(-rows // BADGE_CLASSES)
    classes = [
        (_of_class(badge_class_id(number), min(share, rows - number * share))) for number in range(BADGE_CLASSES)
    ]
    items = heapq.merge(*classes, key=lambda item: item["issuedOnAwardId"]["S"])
    return _recorded(folder / f"issuer-{rows}.pages", items, rows, ("issuerId",))


def badge_class_pages(rows: int, folder: Path) -> list[RecordedPage]:
    """Return pages with the awards for one badge class, ordered as in the badge class index."""
    key_names = ("badgeClassId", "issuerId")
    items = _of_class(badge_class_id(0), rows)
    return _recorded(folder / f"badge-class-{rows}.pages", items, rows, key_names)


def badge_class_id(number: int) -> str:
    """Return the ID of one of the issuer's badge classes."""
    return f"bench-badge-class-{number:02}"


def item_of(assertion: dict[str, Any]) -> Item:
    """Return a sample assertion as an item of the Awards table, in DynamoDB JSON."""
    award_id = assertion["entityId"]
    recipient = assertion["recipient"]
    plain = {
        "issuerId": ISSUER_ID,
        "issuedOnAwardId": sort_key(clock.parse_rfc3339(assertion["issuedOn"]), award_id),
        "awardId": award_id,
        "badgeClassId": assertion["badge"].rpartition("/")[2],
        "recipientType": recipient["type"],
        "recipientIdentity": recipient["identity"],
        "recipientHashed": recipient["hashed"],
        "recipientSalt": recipient.get("salt"),
        **{
            name: assertion.get(name)
            for name in ("recipientName", "issuedOn", "expires", "narrative", "evidence", "image", "revoked")
        },
        "revocationReason": assertion.get("revocationReason"),
    }
    # DynamoDB doesn't preserve attribute order; this order differs from that of the product's types.
    names = sorted((name for name in plain if plain[name] is not None), key=_scattered)
    return {name: _attribute(plain[name]) for name in names}


def size_of(item: Item) -> int:
    """Return an item's size as DynamoDB counts it (Developer Guide, "DynamoDB item sizes and formats")."""
    return sum(len(name) + _attribute_size(value) for name, value in item.items())


def _of_class(class_id: str, count: int) -> Iterator[Item]:
    return (item_of(assertion) for assertion in awards(class_id, count))


def _recorded(path: Path, items: Iterable[Item], rows: int, key_names: tuple[str, ...]) -> list[RecordedPage]:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        pages = list(_pages(items, rows, (*key_names, "issuedOnAwardId")))
        part = path.with_suffix(".part")
        part.write_bytes(msgspec.msgpack.encode(pages))
        part.replace(path)
    return msgspec.msgpack.decode(path.read_bytes(), type=list[RecordedPage])


def _pages(items: Iterable[Item], rows: int, key_names: tuple[str, ...]) -> Iterator[RecordedPage]:
    page: list[Item] = []
    size = 0
    for number, item in enumerate(items, 1):
        page.append(item)
        size += size_of(item)
        if size >= PAGE_BYTES or number == rows:
            answer: dict[str, Any] = {"Count": len(page), "Items": page}
            if number < rows:
                answer["LastEvaluatedKey"] = {name: item[name] for name in key_names}
            answer["ScannedCount"] = len(page)
            yield RecordedPage(item["issuedOnAwardId"]["S"], len(page), msgspec.json.encode(answer))
            page, size = [], 0


def _scattered(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def _attribute(value: Any) -> Item:
    match value:
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case list():
            return {"L": [_attribute(element) for element in value]}
        case dict():
            return {"M": {name: _attribute(element) for name, element in value.items()}}
    raise TypeError(f"{value!r} is not of a type that assertions contain")


def _attribute_size(attribute: Item) -> int:
    ((kind, value),) = attribute.items()
    match kind:
        case "S":
            return len(value.encode())
        case "BOOL":
            return 1
        case "L":
            return 3 + sum(1 + _attribute_size(element) for element in value)
        case _:
            return 3 + sum(1 + len(name) + _attribute_size(element) for name, element in value.items())
