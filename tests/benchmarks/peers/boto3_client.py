"""boto3's client: the Query paginator, and items in DynamoDB's own JSON."""

from collections.abc import Iterator
from typing import Any

import boto3

from badgedata.config import config
from tests.benchmarks.peers.award_cells import AwardCells

_NONE: dict[str, Any] = {}


def rows(issuer_id: str, at: str) -> Iterator[list[str]]:
    """Give the rows of an issuer's award CSV."""
    cells = AwardCells(issuer_id, at)
    condition = {"KeyConditionExpression": "issuerId = :of", "ExpressionAttributeValues": {":of": {"S": issuer_id}}}
    for award in _query(**condition, ConsistentRead=True):
        evidence = [item["M"] for item in award.get("evidence", _NONE).get("L", ())]
        yield cells.row(
            award["awardId"]["S"],
            award["badgeClassId"]["S"],
            award["recipientType"]["S"],
            award["recipientIdentity"]["S"],
            award.get("recipientName", _NONE).get("S"),
            award["issuedOn"]["S"],
            award.get("expires", _NONE).get("S"),
            award.get("revoked", _NONE).get("BOOL"),
            award.get("revocationReason", _NONE).get("S"),
            award.get("narrative", _NONE).get("S"),
            [item["id"]["S"] for item in evidence if "id" in item],
            [item["narrative"]["S"] for item in evidence if "narrative" in item],
        )


def _query(**query: Any) -> Iterator[dict[str, Any]]:
    for page in boto3.client("dynamodb").get_paginator("query").paginate(TableName=config().awards_table, **query):
        yield from page["Items"]
