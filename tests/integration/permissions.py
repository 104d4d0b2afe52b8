"""The DynamoDB requests that a function's role in the template allows, including item keys, which MiniStack ignores.

The code that sends a request determines its function, so every integration test also tests the roles.
"""

import json
import re
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from badgedata.aws import dynamodb, dynamodb_of_authorizer
from badgedata.config import config
from development.sam_template import listed, resources, statements_of
from local.places import REPOSITORY

_FUNCTIONS = {
    "functions/api": "ApiFunction",
    "functions/authorizer": "AuthorizerFunction",
    "functions/award_counts": "AwardCountsFunction",
    "functions/export_emails": "ExportEmailsFunction",
    "functions/event_publisher": "EventPublisherFunction",
    "functions/export_delivery": "ExportDeliveryFunction",
    "functions/export_sweeper": "ExportSweeperFunction",
    "functions/export_worker": "ExportWorkerFunction",
    "functions/image_resync_sweeper": "ImageResyncSweeperFunction",
    "functions/image_resync_worker": "ImageResyncWorkerFunction",
    "functions/schedule_sweeper": "ScheduleSweeperFunction",
    "functions/scheduled_export": "ScheduledExportFunction",
    # Tests call these without the handler, and a function's threads run only these.
    "layers/badgedata/badgedata/counts/stream.py": "AwardCountsFunction",
    "layers/badgedata/badgedata/counts/totals.py": "ApiFunction",
    "layers/badgedata/badgedata/exports/notifications.py": "ExportEmailsFunction",
    "layers/badgedata/badgedata/delivery/worker.py": "ExportDeliveryFunction",
    "layers/badgedata/badgedata/delivery/sweeper.py": "ExportSweeperFunction",
    "layers/badgedata/badgedata/exports/sweeper.py": "ExportSweeperFunction",
    "layers/badgedata/badgedata/exports/worker.py": "ExportWorkerFunction",
    "layers/badgedata/badgedata/resync/sweeper.py": "ImageResyncSweeperFunction",
    "layers/badgedata/badgedata/resync/worker.py": "ImageResyncWorkerFunction",
    "layers/badgedata/badgedata/schedules/runner.py": "ScheduledExportFunction",
    "layers/badgedata/badgedata/schedules/sweeper.py": "ScheduleSweeperFunction",
}
_A_TEST = "test"
_TRANSACTED = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}


class Access(NamedTuple):
    """An action on one item of a table, or on one partition of a table or an index."""

    action: str
    table: str
    index_name: str | None
    leading_key: str


class Requests:
    """The DynamoDB requests that functions have sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Access]] = []
        for client in (dynamodb(), dynamodb_of_authorizer()):
            client.meta.events.register_first("before-send.dynamodb.*", self._note)

    def rejected(self) -> list[tuple[str, Access]]:
        """Return the requests that AWS would reject."""
        return sorted({(function, access) for function, access in self.sent if not may(function, access)})

    def _note(self, request: Any, **_: Any) -> None:
        if function := _sending_function():
            operation = request.headers["X-Amz-Target"]
            operation = operation.decode() if isinstance(operation, bytes) else operation
            self.sent += [(function, access) for access in _accesses(operation.partition(".")[2], request.body)]


@cache
def may(function: str, access: Access) -> bool:
    """Return whether a function's role allows an access: a statement allows it, and no statement denies it."""
    role = resources("AWS::IAM::Role")[f"{function}Role"]
    effects = {statement["Effect"] for statement in statements_of(role) if _matches(statement, access)}
    return effects == {"Allow"}


def _matches(statement: dict[str, Any], access: Access) -> bool:
    if f"dynamodb:{access.action}" not in listed(statement["Action"]):
        return False
    if not any(_is(resource, access) for resource in listed(statement["Resource"])):
        return False
    conditions = statement.get("Condition", {})
    operator = "ForAllValues:StringLike" if statement["Effect"] == "Allow" else "ForAnyValue:StringLike"
    assert conditions.keys() <= {operator, "Null"}, "this test supports no other condition"
    patterns = conditions.get(operator, {"dynamodb:LeadingKeys": ["*"]})["dynamodb:LeadingKeys"]
    return any(fnmatchcase(access.leading_key, pattern) for pattern in patterns)


def _is(resource: Any, access: Access) -> bool:
    match resource:
        case {"Fn::GetAtt": [name, "Arn"]}:
            return (name, None) == (access.table, access.index_name)
        case {"Fn::Sub": text}:
            return bool(text == f"${{{access.table}.Arn}}/index/{access.index_name}")
    return False


def _sending_function() -> str | None:
    frame = sys._getframe()
    while (frame := frame.f_back) is not None:  # type: ignore[assignment]
        sender = _sender(frame.f_code.co_filename)
        if sender is not None:
            return None if sender == _A_TEST else sender
    return None


@cache
def _sender(filename: str) -> str | None:
    """Return the function that runs the code in this file, "test" for test code, or None if it can't be determined."""
    path = Path(filename)
    if path == Path(__file__) or not path.is_relative_to(REPOSITORY):
        return None
    inside = path.relative_to(REPOSITORY).as_posix()
    if inside.startswith("tests/"):
        return _A_TEST  # a test that replaces a part of the product, and changes data during a call
    return next((name for place, name in _FUNCTIONS.items() if inside.startswith(place)), None)


def _accesses(operation: str, body: bytes | str) -> Iterator[Access]:
    request = json.loads(body)
    match operation:
        case "GetItem" | "UpdateItem" | "DeleteItem":
            yield _on_item(operation, request["TableName"], request["Key"])
        case "PutItem":
            yield _on_item(operation, request["TableName"], request["Item"])
        case "Query":
            table = _TABLES[request["TableName"]]
            yield Access(operation, table, request.get("IndexName"), _partition(request))
        case "BatchGetItem":
            for name, wanted in request["RequestItems"].items():
                yield from (_on_item(operation, name, key) for key in wanted["Keys"])
        case "BatchWriteItem":
            for name, writes in request["RequestItems"].items():
                for write in writes:
                    (item,) = write.values()
                    yield _on_item(operation, name, item.get("Key") or item["Item"])
        case "TransactWriteItems":
            for write in request["TransactItems"]:
                ((kind, item),) = write.items()
                yield _on_item(_TRANSACTED[kind], item["TableName"], item.get("Key") or item["Item"])
        case _:
            raise AssertionError(f"this test doesn't support {operation}")


_TABLES = {
    config().directory_table: "DirectoryTable",
    config().awards_table: "AwardsTable",
    config().operations_table: "OperationsTable",
    config().trail_table: "TrailTable",
}


def _on_item(action: str, table_name: str, key: dict[str, Any]) -> Access:
    table = _TABLES[table_name]
    schema = resources("AWS::DynamoDB::Table")[table]["Properties"]["KeySchema"]
    return Access(action, table, None, key[schema[0]["AttributeName"]]["S"])


def _partition(query: dict[str, Any]) -> str:
    found = re.match(r"\(?[#\w]+ = (:\w+)", query["KeyConditionExpression"])
    assert found is not None, query["KeyConditionExpression"]
    value: str = query["ExpressionAttributeValues"][found[1]]["S"]
    return value
