"""DynamoDB and SQS for benchmarks: recorded responses for queries on the Awards table, and moto for the rest.

It runs in its own process, so that its cost is not measured.
"""

import argparse
import sys
import zlib
from bisect import bisect_left, bisect_right
from pathlib import Path
from typing import Any

import boto3
import msgspec
from botocore.exceptions import ClientError
from moto import mock_aws

from badgedata.config import config
from tests.benchmarks.deployment import ISSUER_IDS, WARM_UP_ISSUER_ID, make_tables
from tests.benchmarks.keep_alive_server import Answer, Request, listen
from tests.benchmarks.local_aws import QUEUE_NAME
from tests.benchmarks.recorded_pages import (
    ISSUER_ID,
    RecordedPage,
    badge_class_id,
    badge_class_pages,
    issuer_pages,
)

WARM_UP_ROWS = 30_000
_SERVICES = {"DynamoDB_20120810": "dynamodb", "AmazonSQS": "sqs"}
_EMPTY = b'{"Count":0,"Items":[],"ScannedCount":0}'


class Replay:
    """Recorded partitions of the Awards table, by partition key."""

    def __init__(self, partitions: dict[str, list[RecordedPage]]) -> None:
        self._partitions = partitions
        self._last_keys = {key: [page.last_key for page in pages] for key, pages in partitions.items()}
        self._answers: dict[tuple[int, frozenset[str]], Answer] = {}

    def answer(self, query: dict[str, Any]) -> Answer:
        """Handle a Query: return the page for its key condition or exclusive start key."""
        values = [value["S"] for value in query["ExpressionAttributeValues"].values()]
        (partition,) = set(values) & self._partitions.keys()
        bounds = [value for value in values if value != partition]
        page = self._page(partition, bounds, query.get("ExclusiveStartKey"))
        if page is None:
            return _json_answer(_EMPTY)
        names = _projected_names(query)
        if len(bounds) == 2 and ("ExclusiveStartKey" not in query or page.last_key > max(bounds)):
            body = _projected(_within(page.body, *sorted(bounds)), names)
            return _json_answer(body.replace(ISSUER_ID.encode(), partition.encode()))
        if (id(page), names) not in self._answers:
            self._answers[id(page), names] = _json_answer(_projected(page.body, names))
        answer = self._answers[id(page), names]
        if not partition.startswith(ISSUER_ID[:-2]) or partition == ISSUER_ID:
            return answer
        return _json_answer(answer.body.replace(ISSUER_ID.encode(), partition.encode()))

    def _page(self, partition: str, bounds: list[str], start: dict[str, Any] | None) -> RecordedPage | None:
        last_keys = self._last_keys[partition]
        number = bisect_left(last_keys, min(bounds, default=""))
        if start is not None:
            number = bisect_right(last_keys, start["issuedOnAwardId"]["S"])
        return self._partitions[partition][number] if number < len(last_keys) else None


def _within(body: bytes, first: str, last: str) -> bytes:
    """Return a page with only the items from the sort key `first` to `last`."""
    page = msgspec.json.decode(body)
    keys = [item["issuedOnAwardId"]["S"] for item in page["Items"]]
    page["Items"] = page["Items"][bisect_left(keys, first) : bisect_right(keys, last)]
    if keys[-1] > last:  # no page follows
        page.pop("LastEvaluatedKey", None)
    return msgspec.json.encode(page)


def _projected_names(query: dict[str, Any]) -> frozenset[str]:
    """Return the attributes that a Query requests; an empty list means all."""
    aliases = query.get("ExpressionAttributeNames", {})
    expression = query.get("ProjectionExpression", "")
    return frozenset(aliases.get(name.strip(), name.strip()) for name in expression.split(",") if name)


def _projected(body: bytes, names: frozenset[str]) -> bytes:
    """Remove the attributes that a query didn't request from a page of complete items."""
    if not names:
        return body
    page = msgspec.json.decode(body)
    page["Items"] = [{name: item[name] for name in item if name in names} for item in page["Items"]]
    return msgspec.json.encode(page)


def _json_answer(body: bytes, status: int = 200) -> Answer:
    headers = {"Content-Type": "application/x-amz-json-1.0", "x-amz-crc32": str(zlib.crc32(body))}
    return Answer(status, headers, body)


def serve(replay: Replay) -> int:
    """Serve the JSON protocols of DynamoDB and SQS on a free port, and return the port. Use within `mock_aws`."""
    clients: dict[str, Any] = {service: boto3.client(service) for service in _SERVICES.values()}  # type: ignore[call-overload]
    operations = {service: client.meta.service_model.operation_names for service, client in clients.items()}

    def answer(request: Request) -> Answer:
        target, _, operation = request.headers["x-amz-target"].partition(".")
        service = _SERVICES[target]
        parameters = msgspec.json.decode(request.body)
        if operation == "Query" and parameters["TableName"] == config().awards_table:
            return replay.answer(parameters)
        assert operation in operations[service]
        try:
            # The low-level clients of both services accept and return exactly what their JSON protocols contain.
            given = clients[service]._make_api_call(operation, parameters)
        except ClientError as error:
            problem = {**error.response, "__type": error.response["Error"]["Code"], "message": str(error)}
            return _json_answer(msgspec.json.encode(problem), 400)
        del given["ResponseMetadata"]
        return _json_answer(msgspec.json.encode(given))

    return listen(answer)


def main() -> None:
    """Print the port when ready, and serve until standard input closes."""
    arguments = argparse.ArgumentParser(prog="tests.benchmarks.replay_server")
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--issuer-rows", type=int, required=True)
    arguments.add_argument("--badge-class-rows", type=int, required=True)
    asked = arguments.parse_args()
    of_issuer = issuer_pages(asked.issuer_rows, asked.folder)
    of_badge_class = badge_class_pages(asked.badge_class_rows, asked.folder)
    replay = Replay(
        {
            **dict.fromkeys(ISSUER_IDS, of_issuer),
            badge_class_id(0): of_badge_class,
            WARM_UP_ISSUER_ID: issuer_pages(WARM_UP_ROWS, asked.folder),
        }
    )
    with mock_aws():
        make_tables()
        boto3.client("sqs").create_queue(QueueName=QUEUE_NAME)
        print(serve(replay), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
