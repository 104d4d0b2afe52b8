"""Award counts in the deployed stack, kept up to date by the table's stream."""

import csv
import io
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from tests.support.deployed_client import PATIENCE_SECONDS, Client, aws, fetch

SCHOOL = "aurora-science"


def counted(owner: Client, expected: Callable[[dict[str, Any]], bool], query: str = "") -> dict[str, Any]:
    """Return the issuer's counts as soon as they are as expected, or their current values after a timeout."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        counts: dict[str, Any] = owner.get(f"/issuers/{SCHOOL}/award-counts{query}").json
        if expected(counts) or time.monotonic() > deadline:
            return counts
        time.sleep(0.5)


def test_counts_match_the_number_of_exported_awards(owner: Client) -> None:
    export = owner.export(f"/issuers/{SCHOOL}/exports", {"kind": "awards"})
    file = fetch(export["downloadUrl"]).body.decode("utf-8-sig")
    months = Counter(row["Issued On"][:7] for row in csv.DictReader(io.StringIO(file)))
    counts = counted(owner, lambda counts: counts["total"] >= export["file"]["rows"], "?by=month")
    assert counts["total"] == export["file"]["rows"]
    assert {item["period"]: item["awards"] for item in counts["items"] if item["awards"]} == months


def test_counts_reflect_new_and_deleted_awards_within_seconds(stack: dict[str, Any], owner: Client) -> None:
    table = stack["tables"]["awards"]
    key = {"issuerId": {"S": SCHOOL}, "issuedOnAwardId": {"S": "1999-12-31T09:00:00.000000Z#from-the-platform"}}
    item = key | {"awardId": {"S": "from-the-platform"}, "badgeClassId": {"S": "of-the-platform"}}
    window = "?awardedBefore=1999-12-31"
    dynamodb = aws(stack, "dynamodb")
    dynamodb.put_item(TableName=table, Item=item)
    assert counted(owner, lambda counts: counts["total"] == 1, window) == {"total": 1}
    dynamodb.delete_item(TableName=table, Key=key)
    assert counted(owner, lambda counts: counts["total"] == 0, window) == {"total": 0}
