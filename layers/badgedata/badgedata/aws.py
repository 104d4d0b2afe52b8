"""AWS clients, each created once, when it is first needed, and presigned links to objects in S3."""

import math
import os
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import botocore
from botocore.config import Config
from botocore.exceptions import NoCredentialsError
from botocore.httpsession import get_cert_path
from botocore.session import Session, get_session

from badgedata import clock

if TYPE_CHECKING:
    from botocore.credentials import ReadOnlyCredentials
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_sqs import SQSClient

# Well below a worker's lease, so that one hanging connection does not cost it.
CONNECT_SECONDS, READ_SECONDS = 5.0, 25.0

# botocore's own is put together anew for each request, which takes it longer than signing.
USER_AGENT = f"badge-data-management botocore/{botocore.__version__}"

_CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 6},
    connect_timeout=CONNECT_SECONDS,
    read_timeout=READ_SECONDS,
    user_agent=USER_AGENT,
)


@cache
def _session() -> Session:
    # Not boto3's, whose resources and transfers nothing here needs, and which a cold start would have to load.
    return get_session()


def credentials() -> "ReadOnlyCredentials":
    """Give the credentials to sign with now. Raises NoCredentialsError where there are none."""
    found = _session().get_credentials()
    if found is None:
        raise NoCredentialsError
    return found.get_frozen_credentials()


def session_seconds() -> float | None:
    """Return in how many seconds the session of the credentials ends; None where they don't say, as in Lambda.

    Lambda passes credentials in environment variables, without the time at which they end. Credentials that are
    fetched, as those of a function with SnapStart are, say when they end, and botocore renews them.
    """
    credentials()
    # botocore keeps the time to itself, and says only whether it is nearer than a given one.
    expires_at = getattr(_session().get_credentials(), "_expiry_time", None)
    return None if expires_at is None else (expires_at - clock.now()).total_seconds()


def trusted_certificates() -> str:
    """Give the path of the certificates that TLS is checked with, as botocore finds them."""
    return str(_session().get_config_variable("ca_bundle") or get_cert_path(True))


def _client(service: str, config: Config = _CONFIG) -> Any:
    return _session().create_client(service, config=config)


@cache
def s3() -> "S3Client":
    """S3. Links are presigned with signature version 4, which all regions take.

    What is uploaded is not hashed for the signature: TLS and a CRC-32 that S3 checks keep it whole, as is botocore's
    own way where it makes that checksum itself.
    """
    at_a_given_endpoint = any(os.environ.get(name) for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"))
    settings = Config(
        signature_version="s3v4",
        s3={
            "payload_signing_enabled": False,
            # Links so name the region's own host: the global one sends no link on to a newer region or a new bucket.
            "addressing_style": "auto" if at_a_given_endpoint else "virtual",
        },
    )
    client: S3Client = _client("s3", _CONFIG.merge(settings))
    return client


@cache
def sqs() -> "SQSClient":
    """SQS."""
    client: SQSClient = _client("sqs")
    return client


@cache
def dynamodb() -> "DynamoDBClient":
    """DynamoDB: the one client of all records, and of the export's own read path."""
    client: DynamoDBClient = _client("dynamodb")
    return client


@cache
def scheduler() -> "EventBridgeSchedulerClient":
    """EventBridge Scheduler."""
    client: EventBridgeSchedulerClient = _client("scheduler")
    return client


@cache
def events() -> "EventBridgeClient":
    """EventBridge."""
    client: EventBridgeClient = _client("events")
    return client


MAX_LINK_SECONDS: Final = 15 * 60

type Operation = Literal["get_object", "head_object"]


class Link(NamedTuple):
    """A presigned link to one object in S3. It works for anyone who has it, until `seconds` from now."""

    url: str
    seconds: int


def presigned(operation: Operation, **parameters: Any) -> Link:
    """Return a link with which anyone can send one request to S3.

    S3 refuses a link after the session whose credentials signed it has ended. So a link doesn't outlast its session if
    the session's end is known (docs/security.md, "Links").
    """
    # This comes first, because it makes botocore renew credentials that are about to end.
    left = session_seconds()
    seconds = MAX_LINK_SECONDS if left is None else max(1, min(MAX_LINK_SECONDS, math.floor(left)))
    return Link(s3().generate_presigned_url(operation, Params=parameters, ExpiresIn=seconds), seconds)
