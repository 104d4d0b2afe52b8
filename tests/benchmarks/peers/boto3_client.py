"""The boto3 client: the Query paginator, and items in DynamoDB JSON."""

from collections.abc import Iterator
from typing import Any

import boto3

from badgedata.config import config
from tests.benchmarks.peers.award_parts import AwardCells, assertion

_NONE: dict[str, Any] = {}


def rows(issuer_id: str, at: str) -> Iterator[list[str]]:
    """Yield the rows of an issuer's award CSV."""
    cells = AwardCells(issuer_id, at)
    for award in _query("issuerId = :of", issuer_id):
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


def assertions(badge_class_id: str) -> Iterator[dict[str, Any]]:
    """Yield a badge class's assertions."""
    for award in _query("badgeClassId = :of", badge_class_id, IndexName="by-badge-class"):
        evidence = award.get("evidence", _NONE).get("L")
        yield assertion(
            award["awardId"]["S"],
            award["badgeClassId"]["S"],
            award["recipientType"]["S"],
            award.get("recipientHashed", _NONE).get("BOOL"),
            award["recipientIdentity"]["S"],
            award.get("recipientSalt", _NONE).get("S"),
            award.get("recipientName", _NONE).get("S"),
            award["issuedOn"]["S"],
            award.get("expires", _NONE).get("S"),
            award.get("narrative", _NONE).get("S"),
            evidence and [{key: value["S"] for key, value in item["M"].items()} for item in evidence],
            award.get("image", _NONE).get("S"),
            award.get("revoked", _NONE).get("BOOL"),
            award.get("revocationReason", _NONE).get("S"),
        )


def _query(condition: str, key: str, **options: Any) -> Iterator[dict[str, Any]]:
    paginator = boto3.client("dynamodb").get_paginator("query")
    for page in paginator.paginate(
        TableName=config().awards_table,
        KeyConditionExpression=condition,
        ExpressionAttributeValues={":of": {"S": key}},
        **options,
    ):
        yield from page["Items"]
