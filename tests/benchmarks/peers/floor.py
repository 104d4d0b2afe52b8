"""The lower bound: the responses are received and discarded."""

import os
import re

import urllib3

from badgedata.config import config
from tests.benchmarks.outcome import Outcome

_COUNT = re.compile(rb'"ScannedCount":(\d+)')
_LAST_KEY = re.compile(rb'"LastEvaluatedKey":(\{.*?\}\})')


def receive(partition_key_name: str, partition_key: str, index_name: str | None = None) -> Outcome:
    """Receive all pages of a partition. The outcome counts the received bytes and rows, without a file or hash."""
    pool = urllib3.connection_from_url(os.environ["AWS_ENDPOINT_URL"])
    headers = {"X-Amz-Target": "DynamoDB_20120810.Query", "Content-Type": "application/x-amz-json-1.0"}
    query = (
        f'{{"TableName":"{config().awards_table}","KeyConditionExpression":"{partition_key_name} = :of",'
        f'"ExpressionAttributeValues":{{":of":{{"S":"{partition_key}"}}}}'
    )
    if index_name is not None:
        query += f',"IndexName":"{index_name}"'
    start, rows, size = "", 0, 0
    while True:
        body = pool.request("POST", "/", body=query + start + "}", headers=headers).data
        rows += int(_COUNT.findall(body[-200:])[-1])
        size += len(body)
        last_key = _LAST_KEY.findall(body[-1000:])
        if not last_key:
            return Outcome(rows, size, "")
        start = f',"ExclusiveStartKey":{last_key[-1].decode()}'
