"""Write records in parallel batches."""

import itertools
import random
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from pynamodb.models import Model

from badgedata import aws

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import WriteRequestTypeDef

MAX_PARALLEL_BATCHES: Final = 4
"""The number of parallel batches: enough to hide request latency, but few enough to leave table capacity for others.
"""

type ProgressCallback = Callable[[str, int], None]
"""A function that is called with a kind of item, and the number of items of that kind written so far."""

MAX_BATCH_ITEMS: Final = 25  # per BatchWriteItem
_MAX_ATTEMPTS: Final = 10
_MAX_PAUSE_SECONDS: Final = 20.0


class LoadInterruptedError(Exception):
    """Raised when records can't be written. Load the document again to complete the load."""


def put_batch(records: Sequence[Model]) -> None:
    """Put up to 25 records into one table.

    PynamoDB's batch write retries unprocessed items only three times, and without a delay. This function uses
    exponential backoff with full jitter.

    Raises
    ------
    LoadInterruptedError
        If any records are still unprocessed after ten attempts.
    """
    table: str = records[0].Meta.table_name
    pending: list[WriteRequestTypeDef] = [{"PutRequest": {"Item": record.serialize()}} for record in records]
    for attempt in range(_MAX_ATTEMPTS):
        if attempt:
            time.sleep(random.uniform(0, min(_MAX_PAUSE_SECONDS, 0.05 * 2**attempt)))  # noqa: S311 - jitter
        response = aws.dynamodb().batch_write_item(RequestItems={table: pending})
        pending = response.get("UnprocessedItems", {}).get(table, [])  # type: ignore[assignment]
        if not pending:
            return
    raise LoadInterruptedError(
        f"the table {table} still rejected {len(pending)} of {len(records)} items after {_MAX_ATTEMPTS} attempts"
    )


def write_records[T, R: Model](
    parts: Iterable[T],
    record: Callable[[T], R],
    written: Callable[[int], None],
    put: Callable[[list[R]], None] = put_batch,
) -> int:
    """Write a record for each part, in parallel batches. Return the number of parts.

    Parameters
    ----------
    record
        A function that returns a part's record. It can also store the part's image, because it runs in the writer
        threads.
    written
        A function that is called with the number of parts written so far.
    put
        A function that writes one batch of records.
    """
    return write_batches(parts, lambda batch: put([record(part) for part in batch]), written)


def write_batches[T](parts: Iterable[T], write: Callable[[tuple[T, ...]], None], written: Callable[[int], None]) -> int:
    """Write parts in parallel batches. Return the number of parts.

    Only a few batches are in memory at the same time.

    Parameters
    ----------
    write
        A function that writes one batch of up to 25 parts. It is called in the writer threads.
    written
        A function that is called with the number of parts written so far.
    """
    count = 0
    pending: deque[Future[int]] = deque()

    def finish_oldest() -> None:
        nonlocal count
        count += pending.popleft().result()
        written(count)

    def write_and_count(batch: tuple[T, ...]) -> int:
        write(batch)
        return len(batch)

    with ThreadPoolExecutor(MAX_PARALLEL_BATCHES, thread_name_prefix="load") as pool:
        try:
            for batch in itertools.batched(parts, MAX_BATCH_ITEMS, strict=False):
                pending.append(pool.submit(write_and_count, batch))
                if len(pending) >= 2 * MAX_PARALLEL_BATCHES:
                    finish_oldest()
            while pending:
                finish_oldest()
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return count
