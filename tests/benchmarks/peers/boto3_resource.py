"""boto3's resource: a Table, its Query, and items as Python values."""

from collections.abc import Iterator
from typing import Any

import boto3
from boto3.dynamodb.conditions import Key

from badgedata.config import config
from tests.benchmarks.peers import plain_items
from tests.benchmarks.peers.award_cells import AwardCells


def rows(issuer_id: str, at: str) -> Iterator[list[str]]:
    """Give the rows of an issuer's award CSV."""
    cells = AwardCells(issuer_id, at)
    for award in _query(KeyConditionExpression=Key("issuerId").eq(issuer_id), ConsistentRead=True):
        yield plain_items.row(cells, award)


def _query(**query: Any) -> Iterator[dict[str, Any]]:
    table = boto3.resource("dynamodb").Table(config().awards_table)
    while True:
        page = table.query(**query)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        query["ExclusiveStartKey"] = page["LastEvaluatedKey"]
