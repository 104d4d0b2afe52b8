"""Detect calls that AWS throttled because there were too many requests.

botocore or `records.transactions` retries a throttled call before it raises an error.
"""

from typing import Final

from botocore.exceptions import ClientError
from pynamodb.exceptions import PynamoDBException, TransactWriteError

from badgedata.records import transactions

_CODES: Final = transactions.TRANSIENT | {
    "EC2ThrottledException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "ServiceUnavailable",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionConflictException",
    "TransactionInProgressException",
}
"""The throttling error codes of all services, and DynamoDB's reasons for canceling a transaction.

A transaction that still conflicts with others after all retries is also a sign of too many requests.
"""

_STATUSES: Final = {429, 503}


def is_throttling(error: Exception) -> bool:
    """Return whether an error means that AWS throttled the call.

    A throttled call changes nothing.
    """
    codes = set()
    if isinstance(error, TransactWriteError):
        codes = {reason.code for reason in error.cancellation_reasons if reason is not None}
    client_error = error.cause if isinstance(error, PynamoDBException) else error
    if not isinstance(client_error, ClientError):
        return False
    codes.add(client_error.response["Error"]["Code"])
    # S3 sends no code in the response to a HEAD request.
    return (
        not _CODES.isdisjoint(codes)
        or client_error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") in _STATUSES
    )
