"""The boto3 resource: a Table, its Query, and items as Python values."""

from collections.abc import Iterator
from typing import Any

import boto3
from boto3.dynamodb.conditions import Key

from badgedata.config import config
from tests.benchmarks.peers.award_parts import AwardCells
from tests.benchmarks.peers.plain_items import PlainItem, assertion_of, row_of


def rows(issuer_id: str, at: str) -> Iterator[list[str]]:
    """Yield the rows of an issuer's award CSV."""
    cells = AwardCells(issuer_id, at)
    for award in _query(KeyConditionExpression=Key("issuerId").eq(issuer_id)):
        yield row_of(cells, award)


def assertions(badge_class_id: str) -> Iterator[dict[str, Any]]:
    """Return a badge class's assertions."""
    query = {"IndexName": "by-badge-class", "KeyConditionExpression": Key("badgeClassId").eq(badge_class_id)}
    return map(assertion_of, _query(**query))


def _query(**query: Any) -> Iterator[PlainItem]:
    table = boto3.resource("dynamodb").Table(config().awards_table)
    while True:
        page = table.query(**query)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        query["ExclusiveStartKey"] = page["LastEvaluatedKey"]
