"""List the keys in one partition of a table, and delete items in batches."""

import itertools
import random
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from badgedata.aws import dynamodb

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import WriteRequestTypeDef

type Key = dict[str, Any]
"""An item's primary key in DynamoDB JSON: ``{"pk": {"S": "…"}, "sk": {"S": "…"}}``."""

MAX_BATCH_ITEMS: Final = 25  # per BatchWriteItem
_MAX_ATTEMPTS: Final = 10


class UnprocessedItemsError(Exception):
    """Raised when deletions are still unprocessed after several attempts. Run the command again."""


def keys_in(table: str, partition: str, names: tuple[str, str] = ("pk", "sk")) -> Iterator[Key]:
    """Yield the keys of all items in one partition.

    Parameters
    ----------
    names
        The names of the table's partition key and sort key.
    """
    pages = (
        dynamodb()
        .get_paginator("query")
        .paginate(
            TableName=table,
            KeyConditionExpression=f"{names[0]} = :partition",
            ExpressionAttributeValues={":partition": {"S": partition}},
            ProjectionExpression=", ".join(names),
            ConsistentRead=True,
        )
    )
    for page in pages:
        yield from page["Items"]


def key_of(pk: str, sk: str) -> Key:
    """Return the primary key of an item in a table with the keys ``pk`` and ``sk``."""
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def delete(table: str, keys: Iterable[Key]) -> None:
    """Delete items in batches of 25. Missing items are ignored.

    Raises
    ------
    UnprocessedItemsError
        If deletions are still unprocessed after ten attempts with exponential backoff.
    """
    for batch in itertools.batched(keys, MAX_BATCH_ITEMS, strict=False):
        pending: list[WriteRequestTypeDef] = [{"DeleteRequest": {"Key": key}} for key in batch]
        for attempt in range(_MAX_ATTEMPTS):
            if attempt:
                time.sleep(random.uniform(0, min(20.0, 0.05 * 2**attempt)))  # noqa: S311 - jitter, not a secret
            response = dynamodb().batch_write_item(RequestItems={table: pending})
            pending = response.get("UnprocessedItems", {}).get(table, [])  # type: ignore[assignment]
            if not pending:
                break
        else:
            raise UnprocessedItemsError(
                f"the table {table} still rejected {len(pending)} of {len(batch)} deletions "
                f"after {_MAX_ATTEMPTS} attempts"
            )
