"""Test a destination by writing and deleting a small object.

The test sends the same kinds of requests as a delivery. The API invokes the delivery function to run the test, because
only that function may assume roles in other accounts.
"""

from contextlib import suppress
from typing import Any, Final, Self

import msgspec
from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError

from badgedata import aws
from badgedata.config import config
from badgedata.delivery import destinations, keys
from badgedata.delivery.customer_bucket import QUICK, CustomerBucket, DeliveryError, Target, UploadUnusableError
from badgedata.problems import Problem, temporarily_unavailable
from badgedata.records.deliveries import Destination
from badgedata.throttling import is_throttling

logger = Logger(child=True)

CONTENT: Final = b"This object tests that exports can be delivered here. You can delete it.\n"
SESSION_NAME: Final = "badge-data-management-test"
MAX_SECONDS: Final = 24.0
"""The maximum time that the API waits for the result. API Gateway's limit is 29 seconds."""

RETRY_SECONDS: Final = 10
"""The time that a caller should wait before retrying a test that could not run."""

_SERVER_ERRORS: Final = 500

TOO_SLOW: Final = DeliveryError(
    "unreachable",
    f"The test did not finish within {MAX_SECONDS:.0f} seconds. Check the destination's region, then test again.",
)


class CheckRequest(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """The event that requests a test of an organization's destination: ``{"organizationId": "…"}``."""

    organization_id: str


class CheckResult(msgspec.Struct, rename="camel"):
    """The result of testing a destination. If the test failed, `code` and `error` give the reason.

    `revision` identifies the tested settings, because the destination's settings can change during the test.
    """

    revision: str
    code: str | None = None
    error: str | None = None

    @classmethod
    def of(cls, destination: Destination, error: DeliveryError | None) -> Self:
        """Return the result of a test. `error` is the reason for the failure, or None if the test succeeded."""
        return cls(destination.revision, error.code if error else None, str(error) if error else None)


def request_check(destination: Destination, organization_id: str) -> CheckResult:
    """Invoke the delivery function to test an organization's destination, and return the result.

    Raises
    ------
    Problem
        503 if the function failed or could not be invoked, for example because Lambda throttled the request.
    """
    payload = msgspec.json.encode(CheckRequest(organization_id))
    try:
        answer = aws.lambdas(MAX_SECONDS).invoke(FunctionName=config().delivery_function, Payload=payload)
        content = answer["Payload"].read()
    except ReadTimeoutError:
        return CheckResult.of(destination, TOO_SLOW)
    except BotoCoreError as error:
        raise _not_tested(organization_id, error) from error
    except ClientError as error:
        if is_throttling(error) or error.response["ResponseMetadata"]["HTTPStatusCode"] >= _SERVER_ERRORS:
            raise _not_tested(organization_id, error) from error
        raise
    if "FunctionError" in answer:
        raise _not_tested(organization_id, answer["FunctionError"])
    return msgspec.json.decode(content, type=CheckResult)


def _not_tested(organization_id: str, reason: object) -> Problem:
    logger.error("Destination could not be tested", organization_id=organization_id, reason=str(reason))
    return temporarily_unavailable("The destination could not be tested.", RETRY_SECONDS)


def run(event: dict[str, Any]) -> dict[str, Any]:
    """Handle a `CheckRequest` and return a `CheckResult` as a JSON object."""
    request = msgspec.convert(event, CheckRequest)
    # The event contains no role or external ID, so that a caller of the function can't choose them.
    destination = destinations.find(request.organization_id)
    if destination is None:  # deleted since the request; `record_test` reports the deletion
        tested = CheckResult(revision="")
    else:
        error = check(destination, request.organization_id)
        logger.info("Destination tested", organization_id=request.organization_id, succeeded=error is None)
        tested = CheckResult.of(destination, error)
    result: dict[str, Any] = msgspec.to_builtins(tested)
    return result


def check(destination: Destination, organization_id: str) -> DeliveryError | None:
    """Test a destination. Return the error that would prevent deliveries, or None if the test succeeds."""
    key = keys.of_test(destination.prefix, organization_id)
    try:
        bucket = CustomerBucket(Target.of(destination), SESSION_NAME, QUICK)
        bucket.require_external_id()
        bucket.require_region()
        bucket.put(key, CONTENT, ContentType="text/plain")
        try:
            _upload(bucket, key)
        except BaseException:
            with suppress(DeliveryError):
                bucket.delete(key)
            raise
        bucket.delete(key)
    except UploadUnusableError:
        return DeliveryError(
            "upload-lost",
            "S3 could not find or complete a multipart upload that the test had just started in the bucket "
            f"{destination.bucket}. Test the destination again.",
        )
    except DeliveryError as error:
        return error
    return None


def _upload(bucket: CustomerBucket, key: str) -> None:
    """Abort one multipart upload and complete another. A delivery may need permission for both operations."""
    bucket.abort_upload(key, bucket.begin_upload(key))
    upload_id = bucket.begin_upload(key, ContentType="text/plain")
    try:
        bucket.put_part(key, upload_id, 1, CONTENT)
        bucket.complete_upload(key, upload_id, parts=1)
    except BaseException:
        with suppress(DeliveryError):
            bucket.abort_upload(key, upload_id)
        raise
