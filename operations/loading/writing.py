"""Writes records in batches side by side."""

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

WRITERS: Final = 4
"""Batches under way at once: enough to hide the way there and back, few enough to leave others their share."""

BATCH: Final = 25  # BatchWriteItem takes no more
_ATTEMPTS: Final = 10
_LONGEST_PAUSE_SECONDS: Final = 20.0


class LoadBrokenOffError(Exception):
    """Part of what was to be written could not be. What was written stays; loading again repairs it."""


def put_batch(records: Sequence[Model]) -> None:
    """Put up to 25 records of one table.

    PynamoDB's own batch gives up on unprocessed items after three tries without a pause, so the pauses are made here:
    random, up to a bound that doubles (exponential backoff with full jitter).

    Raises
    ------
    LoadBrokenOffError
        When the table still refuses some of them after ten tries.
    """
    table: str = records[0].Meta.table_name
    pending: list[WriteRequestTypeDef] = [{"PutRequest": {"Item": record.serialize()}} for record in records]
    for attempt in range(_ATTEMPTS):
        if attempt:
            time.sleep(random.uniform(0, min(_LONGEST_PAUSE_SECONDS, 0.05 * 2**attempt)))  # noqa: S311 - no secret
        answer = aws.dynamodb().batch_write_item(RequestItems={table: pending})
        pending = answer.get("UnprocessedItems", {}).get(table, [])  # type: ignore[assignment]
        if not pending:
            return
    raise LoadBrokenOffError(f"the table {table} refused {len(pending)} of {len(records)} items {_ATTEMPTS} times")


def write_records[T, R: Model](
    parts: Iterable[T],
    record: Callable[[T], R],
    written: Callable[[int], None],
    put: Callable[[list[R]], None] = put_batch,
) -> int:
    """Write a record for each part, in batches, a few of them side by side.

    Parameters
    ----------
    record
        Makes the record of one part; called in the writing threads, so that it may store the part's image first.
    written
        Told the number of parts written so far.
    put
        Writes the records of one batch.

    Returns
    -------
    int
        How many were written.
    """
    return write_batches(parts, lambda batch: put([record(part) for part in batch]), written)


def write_batches[T](parts: Iterable[T], write: Callable[[tuple[T, ...]], None], written: Callable[[int], None]) -> int:
    """Write parts in batches, a few of them side by side.

    Memory holds a few batches at a time, whatever the number of parts.

    Parameters
    ----------
    write
        Writes one batch of up to 25 parts; called in the writing threads.
    written
        Told the number of parts written so far.

    Returns
    -------
    int
        How many were written.
    """
    count = 0
    under_way: deque[Future[int]] = deque()

    def settle() -> None:
        nonlocal count
        count += under_way.popleft().result()
        written(count)

    def write_and_count(batch: tuple[T, ...]) -> int:
        write(batch)
        return len(batch)

    with ThreadPoolExecutor(WRITERS, thread_name_prefix="load") as pool:
        try:
            for batch in itertools.batched(parts, BATCH, strict=False):
                under_way.append(pool.submit(write_and_count, batch))
                if len(under_way) >= 2 * WRITERS:
                    settle()
            while under_way:
                settle()
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return count
