"""Several conditional writes at once, all or none, tried again where they only met somebody else's.

DynamoDB refuses a write that meets a transaction on the same item, for that moment.
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

_PASSING = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}


class ConditionsFailedError(Exception):
    """Nothing was written; `failed` tells for each write, in order, whether its condition did not hold."""

    def __init__(self, failed: list[bool]) -> None:
        super().__init__(f"conditions failed: {failed}")
        self.failed = failed


def write(fill: Callable[[TransactWrite], None]) -> None:
    """Do the writes that `fill` puts into the transaction.

    Raises
    ------
    ConditionsFailedError
        When a condition does not hold.
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
            if not _PASSING.intersection(codes) or attempt == MAX_ATTEMPTS - 1:
                raise
        wait(attempt)


def wait(attempt: int) -> None:
    """Wait before the next try: longer each time, and each for a time of its own, so that they don't meet again."""
    time.sleep(random.uniform(0, 0.05 * 2**attempt))  # noqa: S311 - spreads tries, guards nothing


@cache
def _connection() -> Connection:
    shared = Connection()
    shared._client = dynamodb()  # type: ignore[assignment]
    return shared
