"""Table values that no loader would write."""

from typing import Any

import boto3
from boto3.dynamodb.types import TypeSerializer
from pynamodb.models import Model


def put(record: Model, attribute: str, value: Any) -> None:
    """Set an attribute of a record's item to a value of any type, or remove it with None."""
    keys = record.serialize()
    names = [key["AttributeName"] for key in _key_schema(record)]
    set_or_remove: dict[str, Any] = {"UpdateExpression": "REMOVE #attribute"}
    if value is not None:
        set_or_remove = {
            "UpdateExpression": "SET #attribute = :value",
            "ExpressionAttributeValues": {":value": TypeSerializer().serialize(value)},
        }
    boto3.client("dynamodb").update_item(
        TableName=record.Meta.table_name,
        Key={name: keys[name] for name in names},
        ExpressionAttributeNames={"#attribute": attribute},
        **set_or_remove,
    )


def _key_schema(record: Model) -> list[dict[str, str]]:
    described = boto3.client("dynamodb").describe_table(TableName=record.Meta.table_name)
    return described["Table"]["KeySchema"]  # type: ignore[return-value]
