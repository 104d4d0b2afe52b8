"""The in-memory Awards table and its stream: writes, stream records, and batches as Lambda delivers them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import boto3
import pytest

from badgedata import clock
from badgedata.config import config
from badgedata.records.award_counts import AwardCounts, CountKey
from functions.award_counts import award_counts
from tests.support.invocations import context

_client = cache(boto3.client)

Record = dict[str, Any]

BEGIN = datetime(2026, 1, 31, 9, tzinfo=UTC)


def award(number: int, day: str = "2026-01-31") -> str:
    """Return the sort key of an award."""
    return f"{day}T09:00:00.000000Z#A{number}"


class Clock:
    """The product's clock, which tests advance."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = BEGIN
        monkeypatch.setattr(clock, "now", lambda: self.now)

    def advance(self, **duration: float) -> None:
        self.now += timedelta(**duration)


class AwardStream:
    """A stream whose records are delivered only when a test calls `deliver`."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._items: dict[tuple[str, str], dict[str, Any]] = {}

    def put(self, issuer_id: str, sort_key: str, badge_class_id: str, **more: dict[str, Any]) -> Record:
        """Create or overwrite an award, as any program might."""
        item = {
            "issuerId": {"S": issuer_id},
            "issuedOnAwardId": {"S": sort_key},
            "awardId": {"S": sort_key.rpartition("#")[2]},
            "badgeClassId": {"S": badge_class_id},
            **more,
        }
        before = self._items.get((issuer_id, sort_key))
        _client("dynamodb").put_item(TableName=config().awards_table, Item=item)
        self._items[issuer_id, sort_key] = item
        return self._note("MODIFY" if before else "INSERT", item, OldImage=before, NewImage=item)

    def delete(self, issuer_id: str, sort_key: str) -> Record | None:
        """Delete an award if it exists."""
        before = self._items.pop((issuer_id, sort_key), None)
        key = {"issuerId": {"S": issuer_id}, "issuedOnAwardId": {"S": sort_key}}
        _client("dynamodb").delete_item(TableName=config().awards_table, Key=key)
        return self._note("REMOVE", before, OldImage=before) if before else None

    def deliver(self, records: Iterable[Record] | None = None) -> None:
        """Invoke the function with a batch of records, or with all records by default."""
        batch = list(self.records if records is None else records)
        award_counts.handler({"Records": batch}, context())

    def _note(self, name: str, item: dict[str, Any], **images: Any) -> Record:
        record = {
            "eventID": f"{len(self.records):032x}",
            "eventName": name,
            "eventSource": "aws:dynamodb",
            "dynamodb": {
                "ApproximateCreationDateTime": int(clock.now().timestamp()),
                "Keys": {name: item[name] for name in ("issuerId", "issuedOnAwardId")},
                "SequenceNumber": f"{4421584500000000017450000001 + len(self.records)}",
                "StreamViewType": "NEW_AND_OLD_IMAGES",
                **{name: image for name, image in images.items() if image is not None},
            },
        }
        self.records.append(record)
        return record


def awards_by_day(issuer_id: str) -> dict[tuple[str, str], int]:
    """Return the number of awards in the table by badge class and day."""
    found: dict[tuple[str, str], int] = {}
    pages = (
        _client("dynamodb")
        .get_paginator("query")
        .paginate(
            TableName=config().awards_table,
            KeyConditionExpression="issuerId = :issuer",
            ExpressionAttributeValues={":issuer": {"S": issuer_id}},
        )
    )
    for page in pages:
        for item in page["Items"]:
            key = item["badgeClassId"]["S"], item["issuedOnAwardId"]["S"][:10]
            found[key] = found.get(key, 0) + 1
    return found


def counted_by_day(issuer_id: str) -> dict[tuple[str, str], int]:
    """Return the counted number of awards by badge class and day."""
    found = {}
    for item in items_of(f"award-counts#{issuer_id}"):
        badge_class_id, _, month = item["sk"]["S"].rpartition("#")
        for day, number in holder_of(issuer_id, item)["days"]["M"].items():
            found[badge_class_id, f"{month}-{day}"] = int(number["N"])
    return found


def store_counts(counted: Iterable[CountKey], days: Iterable[int], awards_a_day: int) -> None:
    """Store daily counts without creating awards: the same number for each of these days."""
    numbers = {f"{day:02}": awards_a_day for day in days}
    with AwardCounts.batch_write() as batch:
        for key in counted:
            batch.save(AwardCounts(*AwardCounts.key(key), version=1, days=numbers))


def items_of(pk: str) -> list[dict[str, Any]]:
    """Return the items in a partition of the Operations table."""
    pages = (
        _client("dynamodb")
        .get_paginator("query")
        .paginate(
            TableName=config().operations_table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": pk}},
        )
    )
    return [item for page in pages for item in page["Items"]]


def pages_of(issuer_id: str, badge_class_and_month: str) -> list[dict[str, Any]]:
    """Return the counts pages of a badge class and month, such as BASICS#2026-01."""
    return items_of(f"award-counts#{issuer_id}/applied#{badge_class_and_month}")


def holder_of(issuer_id: str, item: dict[str, Any]) -> dict[str, Any]:
    """Return the item that contains the counts: the counts item, or the page that they were moved to."""
    named = item.get("nextPage", {"S": ""})["S"]
    pages = pages_of(issuer_id, item["sk"]["S"]) if named else []
    return next((page for page in pages if f"{page['sk']['S']}#{page['id']['S']}" == named), item)
