"""DynamoDB's answers to Queries as the bytes that they came as, by the shortest way: botocore signs, urllib3 sends.

All else that botocore does with a request takes longer than to sign and to send it, and an export asks page by page
(`make bench` has the figures). So each Query is tried once by this way. Whatever is no plain, whole answer (throttling,
a refusal, a broken connection, a checksum that does not fit) is for botocore, which asks again, and knows how often,
how long, and what to say.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSPreparedRequest, AWSRequest
from botocore.utils import get_environ_proxies
from zlib_ng import zlib_ng

from badgedata.aws import CONNECT_SECONDS, READ_SECONDS, USER_AGENT, credentials, dynamodb, trusted_certificates

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_OK = 200
_TIMEOUT = urllib3.Timeout(CONNECT_SECONDS, READ_SECONDS)
_HEADERS = {
    "X-Amz-Target": "DynamoDB_20120810.Query",
    "Content-Type": "application/x-amz-json-1.0",
    "User-Agent": USER_AGENT,
}


def answer_of(query: dict[str, Any]) -> bytes:
    """Give the body of the answer to a Query, whose parameters are those of boto3's low-level client.

    Raises
    ------
    BotoCoreError, ClientError
        What botocore raises when its tries are used up.
    """
    client = dynamodb()
    body = _ask(client, query) if _is_near(client.meta.endpoint_url) else None
    return body if body is not None else msgspec.json.encode(client.query(**query))


def _ask(client: "DynamoDBClient", query: dict[str, Any]) -> bytes | None:
    """Ask once. None for whatever is no whole answer."""
    request = _signed(client, query)
    # As botocore does it: who traces requests, or stands in for AWS, is asked first.
    hooks: Any = client.meta.events
    _, given = hooks.emit_until_response("before-send.dynamodb.Query", request=request)
    if given is not None:
        return bytes(given.content) if given.status_code == _OK else None
    try:
        answer = _pool().urlopen(
            request.method,
            request.url,
            body=request.body,
            headers=dict(request.headers.items()),
            timeout=_TIMEOUT,
            retries=False,
        )
    except urllib3.exceptions.HTTPError:
        return None
    is_whole = answer.headers.get("x-amz-crc32") in (None, str(zlib_ng.crc32(answer.data)))
    return answer.data if answer.status == _OK and is_whole else None


def _signed(client: "DynamoDBClient", query: dict[str, Any]) -> AWSPreparedRequest:
    request = AWSRequest("POST", f"{client.meta.endpoint_url}/", _HEADERS, msgspec.json.encode(query))
    SigV4Auth(credentials(), "dynamodb", client.meta.region_name).add_auth(request)
    return request.prepare()


@cache
def _is_near(url: str) -> bool:
    """Tell whether there is no proxy in between; botocore knows how to go by one."""
    return not get_environ_proxies(url)


@cache
def _pool() -> urllib3.PoolManager:
    return urllib3.PoolManager(cert_reqs="CERT_REQUIRED", ca_certs=trusted_certificates())
