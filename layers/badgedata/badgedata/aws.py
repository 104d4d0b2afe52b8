"""AWS clients, presigned S3 links, and a function that groups items into requests."""

import math
import os
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import botocore
from botocore.config import Config
from botocore.credentials import RefreshableCredentials
from botocore.exceptions import NoCredentialsError
from botocore.httpsession import get_cert_path
from botocore.session import Session, get_session

from badgedata import clock

if TYPE_CHECKING:
    from botocore.credentials import ReadOnlyCredentials
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sqs import SQSClient

# Much shorter than a worker's lease, so that one hanging connection doesn't cost a worker its lease.
CONNECT_SECONDS, READ_SECONDS = 5.0, 25.0

# botocore would build its default user agent for each request, which takes longer than signing the request.
USER_AGENT = f"badge-data-management botocore/{botocore.__version__}"

_CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 6},
    connect_timeout=CONNECT_SECONDS,
    read_timeout=READ_SECONDS,
    user_agent=USER_AGENT,
)


@cache
def _session() -> Session:
    # Not a boto3 session, which would also load boto3's resources and transfers on each cold start. Nothing here uses
    # them.
    return get_session()


def credentials() -> "ReadOnlyCredentials":
    """Return the current credentials for signing requests.

    Raises
    ------
    NoCredentialsError
        If no credentials are available.
    """
    found = _session().get_credentials()
    if found is None:
        raise NoCredentialsError
    return found.get_frozen_credentials()


def session_seconds() -> float | None:
    """Return the number of seconds until the credentials expire, or None if their expiry time is unknown.

    Lambda usually passes credentials in environment variables, without an expiry time. If botocore fetches the
    credentials, for example with SnapStart, they have an expiry time, and botocore renews them.
    """
    credentials()
    # botocore has no public attribute for the expiry time. Its public method only checks whether the credentials expire
    # within a given time.
    expires_at = getattr(_session().get_credentials(), "_expiry_time", None)
    return None if expires_at is None else (expires_at - clock.now()).total_seconds()


def trusted_certificates() -> str:
    """Return the path to the CA bundle that botocore uses to verify TLS certificates."""
    return str(_session().get_config_variable("ca_bundle") or get_cert_path(True))


def _client(service: str, config: Config = _CONFIG) -> Any:
    return _session().create_client(service, config=config)


@cache
def s3() -> "S3Client":
    """Return the S3 client. It presigns links with Signature Version 4.

    Uploads are signed without a hash of their content, because the content is already protected by TLS and by the
    CRC-32 checksum that S3 verifies.
    """
    has_custom_endpoint = any(os.environ.get(name) for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"))
    settings = Config(
        signature_version="s3v4",  # the only version that all regions accept
        s3={
            "payload_signing_enabled": False,
            # Links then use the regional host. The global host doesn't redirect requests to newer regions or new
            # buckets.
            "addressing_style": "auto" if has_custom_endpoint else "virtual",
        },
    )
    client: S3Client = _client("s3", _CONFIG.merge(settings))
    return client


@cache
def sqs() -> "SQSClient":
    """Return the SQS client, which is used for all queues."""
    client: SQSClient = _client("sqs")
    return client


@cache
def dynamodb() -> "DynamoDBClient":
    """Return the DynamoDB client that all functions except the authorizer use."""
    client: DynamoDBClient = _client("dynamodb")
    return client


@cache
def dynamodb_of_authorizer() -> "DynamoDBClient":
    """Return the DynamoDB client that the authorizer uses.

    A call is limited to 8 seconds, including one retry, because every API request waits for the authorizer.
    """
    settings = Config(retries={"total_max_attempts": 2}, connect_timeout=1.0, read_timeout=2.0)
    client: DynamoDBClient = _client("dynamodb", _CONFIG.merge(settings))
    return client


@cache
def scheduler() -> "EventBridgeSchedulerClient":
    """Return the EventBridge Scheduler client, which is used to create, change, and delete schedules."""
    client: EventBridgeSchedulerClient = _client("scheduler")
    return client


@cache
def events() -> "EventBridgeClient":
    """Return the EventBridge client, which is used to send events."""
    client: EventBridgeClient = _client("events")
    return client


@cache
def ses() -> "SESV2Client":
    """Return the SES client. It doesn't retry requests, because a retry could send an email twice."""
    once = Config(retries={"mode": "standard", "total_max_attempts": 1}, connect_timeout=3, read_timeout=8)
    client: SESV2Client = _client("sesv2", _CONFIG.merge(once))
    return client


@cache
def sts() -> Any:
    """Return the STS client, which is used to assume the roles that destinations specify."""
    return _client("sts")


@cache
def lambdas(read_seconds: float) -> "LambdaClient":
    """Return a Lambda client that waits up to `read_seconds` seconds for a response and never retries an invocation."""
    once = Config(retries={"mode": "standard", "total_max_attempts": 1}, read_timeout=read_seconds)
    client: LambdaClient = _client("lambda", _CONFIG.merge(once))
    return client


def region() -> str:
    """Return the name of the AWS region where this product is deployed."""
    return str(_session().get_config_variable("region"))


ASSUMED_SECONDS: Final = 15 * 60
"""The duration of an assumed-role session: 15 minutes, the minimum that STS allows."""


class AssumedRole(NamedTuple):
    """A role in another AWS account and the parameters for assuming it."""

    arn: str
    external_id: str
    session_name: str
    """The name that identifies the session in the other account's CloudTrail logs."""

    session_policy: str
    """A policy as JSON. The session has only the permissions that both this policy and the role's policies allow."""

    def assume(self) -> dict[str, str]:
        """Assume the role and return its credentials in the format of botocore's `RefreshableCredentials`.

        Raises
        ------
        ClientError
            If the role can't be assumed.
        """
        assumed = sts().assume_role(
            RoleArn=self.arn,
            RoleSessionName=self.session_name,
            ExternalId=self.external_id,
            DurationSeconds=ASSUMED_SECONDS,
            Policy=self.session_policy,
        )["Credentials"]
        return {
            "access_key": assumed["AccessKeyId"],
            "secret_key": assumed["SecretAccessKey"],
            "token": assumed["SessionToken"],
            "expiry_time": assumed["Expiration"].isoformat(),
        }


def s3_as(role: AssumedRole, in_region: str, settings: Config) -> "S3Client":
    """Return an S3 client that uses a role in another account and renews its credentials before they expire.

    Parameters
    ----------
    in_region
        The AWS region that the client sends requests to.

    Raises
    ------
    ClientError
        If the role can't be assumed.
    """
    # By default, botocore renews credentials 15 minutes before they expire. These credentials are valid for only 15
    # minutes.
    assumed = RefreshableCredentials.create_from_metadata(
        role.assume(), role.assume, "sts-assume-role", advisory_timeout=5 * 60, mandatory_timeout=2 * 60
    )
    session = get_session()
    session.register_component("credential_provider", _Fixed(assumed))
    client: Any = session.create_client("s3", region_name=in_region, config=_CONFIG.merge(settings))
    assumed_client: S3Client = client
    return assumed_client


def grouped[T](items: Iterable[T], size_of: Callable[[T], int], max_items: int, max_bytes: int) -> Iterator[list[T]]:
    """Group items into lists that each fit into one request, and yield the lists.

    Parameters
    ----------
    size_of
        A function that returns the number of bytes that an item occupies in a request.
    max_items, max_bytes
        The maximum number of items and bytes in a request. An item larger than `max_bytes` is the only one in its list.
    """
    group: list[T] = []
    size = 0
    for item in items:
        added = size_of(item)
        if group and (len(group) == max_items or size + added > max_bytes):
            yield group
            group, size = [], 0
        group.append(item)
        size += added
    if group:
        yield group


class _Fixed:
    """A credential provider for botocore that always returns the same credentials."""

    def __init__(self, credentials: RefreshableCredentials) -> None:
        self._credentials = credentials

    def load_credentials(self) -> RefreshableCredentials:
        return self._credentials


MAX_LINK_SECONDS: Final = 15 * 60

type Operation = Literal["get_object", "head_object"]


class Link(NamedTuple):
    """A presigned link to an S3 object. Anyone who has the link can use it for `seconds` seconds."""

    url: str
    seconds: int


def presigned(operation: Operation, **parameters: Any) -> Link:
    """Return a presigned link for an S3 operation with these parameters.

    S3 rejects a link after the credentials used to sign it have expired. If their expiry time is known, the link
    expires no later than the credentials (docs/security.md, "Links").
    """
    # This call comes first, because it makes botocore renew credentials that are about to expire.
    left = session_seconds()
    seconds = MAX_LINK_SECONDS if left is None else max(1, min(MAX_LINK_SECONDS, math.floor(left)))
    return Link(s3().generate_presigned_url(operation, Params=parameters, ExpiresIn=seconds), seconds)
