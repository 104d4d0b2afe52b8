"""The stream of the in-memory Operations table, and a subscriber to the event bus."""

import json
from functools import cache
from typing import Any

import boto3
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from badgedata.config import config
from badgedata.events.catalog import FACTS, detail_schema
from development.sam_template import resources
from functions.event_publisher import event_publisher
from tests.support.invocations import context

Json = dict[str, Any]

_client: Any = cache(boto3.client)
_SCHEMAS = {fact.type: Draft202012Validator(detail_schema(fact)) for fact in FACTS}


class OperationsStream:
    """A stream whose records are delivered only when a test calls `deliver`."""

    def __init__(self) -> None:
        table = config().operations_table
        view = resources("AWS::DynamoDB::Table")["OperationsTable"]["Properties"]["StreamSpecification"]
        _client("dynamodb").update_table(TableName=table, StreamSpecification={"StreamEnabled": True, **view})
        self._arn = _client("dynamodb").describe_table(TableName=table)["Table"]["LatestStreamArn"]
        self._delivered = 0

    def records(self) -> list[Json]:
        """Return all records that the event source delivers, as Lambda delivers them."""
        streams = _client("dynamodbstreams")
        found = []
        for shard in streams.describe_stream(StreamArn=self._arn)["StreamDescription"]["Shards"]:
            iterator = streams.get_shard_iterator(
                StreamArn=self._arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
            found += streams.get_records(ShardIterator=iterator)["Records"]
        return [_as_delivered(record) for record in found if _is_wanted(record)]

    def deliver(self, records: list[Json] | None = None) -> list[str]:
        """Invoke the function with records, or with those not delivered yet. Return the failed sequence numbers."""
        if records is None:
            everything = self.records()
            records, self._delivered = everything[self._delivered :], len(everything)
        answer = event_publisher.handler({"Records": records}, context())
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


class Subscription:
    """A queue that receives every event on the bus, and checks each against its schema."""

    def __init__(self) -> None:
        self._url = _client("sqs").create_queue(QueueName="subscription")["QueueUrl"]
        rule = {"Name": "subscription", "EventBusName": config().event_bus}
        _client("events").put_rule(**rule, EventPattern=json.dumps({"source": ["badge-data-management"]}))
        arn = "arn:aws:sqs:eu-west-1:123456789012:subscription"
        _client("events").put_targets(
            Rule=rule["Name"], EventBusName=config().event_bus, Targets=[{"Id": "queue", "Arn": arn}]
        )

    def receive(self) -> list[Json]:
        """Return the events that have arrived since the last call."""
        found = []
        while messages := _client("sqs").receive_message(QueueUrl=self._url, MaxNumberOfMessages=10).get("Messages"):
            found += [json.loads(message["Body"]) for message in messages]
            for message in messages:
                _client("sqs").delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        for event in found:
            _SCHEMAS[event["detail-type"]].validate(event["detail"])
        return found

    def types(self) -> list[str]:
        """Return the types of the events that have arrived since the last call."""
        return [event["detail-type"] for event in self.receive()]


def _is_wanted(record: Json) -> bool:
    """Return whether the event source's filter lets a record pass."""
    function = resources("AWS::Serverless::Function")["EventPublisherFunction"]["Properties"]
    (filter_,) = function["Events"]["Operations"]["Properties"]["FilterCriteria"]["Filters"]
    wanted: list[str] = json.loads(filter_["Pattern"])["dynamodb"]["Keys"]["sk"]["S"]
    return record["dynamodb"]["Keys"]["sk"]["S"] in wanted


def _as_delivered(record: Json) -> Json:
    created = record["dynamodb"]["ApproximateCreationDateTime"]
    return record | {"dynamodb": record["dynamodb"] | {"ApproximateCreationDateTime": created.timestamp()}}
