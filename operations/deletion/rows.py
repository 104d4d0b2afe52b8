"""Rows of a table by their partitions: found by Query, and deleted in batches."""

import itertools
import random
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from badgedata.aws import dynamodb

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import WriteRequestTypeDef

type Key = dict[str, Any]
"""A row's whole key, as DynamoDB has it: ``{"pk": {"S": "…"}, "sk": {"S": "…"}}``."""

BATCH: Final = 25  # BatchWriteItem takes no more
_ATTEMPTS: Final = 10


class RowsLeftError(Exception):
    """A table refused deletions again and again. What was deleted is gone; the command can be run again."""


def keys_in(table: str, partition: str) -> Iterator[Key]:
    """Give the keys of all rows in a partition of a table whose keys are ``pk`` and ``sk``."""
    pages = (
        dynamodb()
        .get_paginator("query")
        .paginate(
            TableName=table,
            KeyConditionExpression="pk = :partition",
            ExpressionAttributeValues={":partition": {"S": partition}},
            ProjectionExpression="pk, sk",
            ConsistentRead=True,
        )
    )
    for page in pages:
        yield from page["Items"]


def key_of(pk: str, sk: str) -> Key:
    """Write a key of a table whose keys are ``pk`` and ``sk``."""
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def delete(table: str, keys: Iterable[Key]) -> None:
    """Delete rows, 25 at a time; one that is gone already is fine.

    Raises
    ------
    RowsLeftError
        When the table still refuses some after ten tries with growing pauses.
    """
    for batch in itertools.batched(keys, BATCH, strict=False):
        pending: list[WriteRequestTypeDef] = [{"DeleteRequest": {"Key": key}} for key in batch]
        for attempt in range(_ATTEMPTS):
            if attempt:
                time.sleep(random.uniform(0, min(20.0, 0.05 * 2**attempt)))  # noqa: S311 - spreads tries, guards nothing
            answer = dynamodb().batch_write_item(RequestItems={table: pending})
            pending = answer.get("UnprocessedItems", {}).get(table, [])  # type: ignore[assignment]
            if not pending:
                break
        else:
            raise RowsLeftError(f"the table {table} refused {len(pending)} of {len(batch)} deletions {_ATTEMPTS} times")
