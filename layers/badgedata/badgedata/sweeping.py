"""The results of sweeps, and the delay before failed work is retried.

A sweep processes all items that are due. If an item fails, it remains due, and the sweep continues with the next item.
"""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from aws_lambda_powertools import Logger

logger = Logger(child=True)

MIN_WAIT: Final = timedelta(minutes=5)
MAX_WAIT: Final = timedelta(hours=24)


@dataclass
class SweepResult:
    """The number of items with each outcome, and the errors from the items that failed."""

    outcomes: Counter[str] = field(default_factory=Counter)
    errors: list[Exception] = field(default_factory=list)

    @contextmanager
    def item(self, failure: str, **keys: str | int) -> Iterator[None]:
        """Process one item in a ``with`` block. If the block fails, log `failure` and collect the error.

        Parameters
        ----------
        keys
            The log keys that identify the item.
        """
        try:
            yield
        except Exception as error:
            logger.exception(failure, extra=keys)
            self.errors.append(error)

    def report(self, message: str) -> dict[str, int]:
        """Return the number of items with each outcome. If any items were processed, also log these numbers."""
        if self.outcomes:
            logger.info(message, outcomes=self.outcomes)
        return self.outcomes

    def raise_errors(self, message: str) -> None:
        """Raise the collected errors, so that the Lambda function fails and its alarm fires.

        Raises
        ------
        ExceptionGroup
            If any item failed.
        """
        if self.errors:
            raise ExceptionGroup(message, self.errors)


def wait_after(attempts: int) -> timedelta:
    """Return the delay before the next attempt: exponential backoff with jitter, from 5 minutes to 24 hours.

    The delay is random, so that items that failed together aren't retried together. After the first attempt, the delay
    is at most 10 minutes. The maximum doubles with each further attempt.
    """
    bound = min(MAX_WAIT, MIN_WAIT * 2 ** min(attempts, 16))
    return timedelta(seconds=random.uniform(MIN_WAIT.total_seconds(), bound.total_seconds()))  # noqa: S311 - not for security
