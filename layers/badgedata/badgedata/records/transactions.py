"""Several conditional writes at once, all or none, tried again where they only met somebody else's."""

from collections.abc import Callable

from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from badgedata.records import conflicts
from badgedata.records.record import connection

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
    for attempt in range(conflicts.ATTEMPTS):
        try:
            with TransactWrite(connection=connection()) as transaction:
                fill(transaction)
            return
        except TransactWriteError as error:
            codes = [reason.code if reason else None for reason in error.cancellation_reasons]
            if "ConditionalCheckFailed" in codes:
                raise ConditionsFailedError([code == "ConditionalCheckFailed" for code in codes]) from None
            if not _PASSING.intersection(codes) or attempt == conflicts.ATTEMPTS - 1:
                raise
        conflicts.wait(attempt)
