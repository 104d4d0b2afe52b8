"""Transactions: conditional writes that all succeed or all fail. Conflicting transactions are retried.

Conflicts occur because DynamoDB rejects a write to an item while another transaction writes the same item.
"""

import random
import time
from collections.abc import Callable
from functools import cache

from pynamodb.connection import Connection
from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from badgedata.aws import dynamodb

MAX_ATTEMPTS = 8
"""The maximum number of attempts for one write. The delays between attempts total 3 seconds on average, and at most 6.4
seconds.
"""

MAX_WRITES = 100
"""The maximum number of items in one transaction."""

MAX_BYTES = 4_000_000
"""The maximum total size of the items in one transaction."""

TRANSIENT = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
"""The cancellation reasons of transactions that can succeed if they are retried."""


class ConditionsFailedError(Exception):
    """Raised when a transaction writes nothing because a condition isn't met.

    `failed` contains one Boolean for each write: True if that write's condition isn't met.
    """

    def __init__(self, failed: list[bool]) -> None:
        super().__init__(f"conditions failed: {failed}")
        self.failed = failed


def write(fill: Callable[[TransactWrite], None]) -> None:
    """Execute a transaction with the writes that `fill` adds. If it conflicts with other transactions, retry it.

    Raises
    ------
    ConditionsFailedError
        If a condition isn't met.
    """
    for attempt in range(MAX_ATTEMPTS):
        try:
            with TransactWrite(connection=_connection()) as transaction:
                fill(transaction)
            return
        except TransactWriteError as error:
            codes = [reason.code if reason else None for reason in error.cancellation_reasons]
            if "ConditionalCheckFailed" in codes:
                raise ConditionsFailedError([code == "ConditionalCheckFailed" for code in codes]) from None
            if not TRANSIENT.intersection(codes) or attempt == MAX_ATTEMPTS - 1:
                raise
        back_off(attempt)


def back_off(attempt: int) -> None:
    """Sleep for a random time of up to 0.05 · 2^attempt seconds before the next attempt.

    The delay is random so that conflicting writes don't conflict again.
    """
    time.sleep(random.uniform(0, 0.05 * 2**attempt))  # noqa: S311 - spreads attempts, protects no secret


@cache
def _connection() -> Connection:
    shared = Connection()
    shared._client = dynamodb()  # type: ignore[assignment]
    return shared
